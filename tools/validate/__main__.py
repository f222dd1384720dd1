"""python -m tools.validate: run the whole benchmark and write docs/validation.md.

    python -m tests.synthetic make --out build/validate --clips 70 --seed 900 --seconds 5 --fps 15
    python -m tests.synthetic make --out build/validate --clips 16 --seed 901 --seconds 5 --fps 15 --exercise close
    python -m tools.validate build/validate

`make validate` does all three. The first two need requirements-dev-synthetic.txt. Real recordings are looked for in the
folder that PHYSIO_TEST_MEDIA names (the skeletons in ../data beside it); without them their sections say so.
"""

import argparse
import os
import sys
from pathlib import Path
from string import Template

from physio.config import ROOT
from physio.demo import CLIPS
from physio.networks.assets import ensure_models
from tools.validate import distance, rendered, repetitions, trial, vicon
from tools.validate.plots import write_plots

_WORDS = Path(__file__).with_name("validation.md")
_NOT_RUN = "_Not run here: the recordings were not at hand._"


def main() -> int:
    """Measure everything, then write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, help="folder of rendered clips")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "validation.md")
    chosen = parser.parse_args()
    media = Path(os.environ.get("PHYSIO_TEST_MEDIA") or ROOT.parent / "shared" / "media")
    models = ensure_models(ROOT / "models")
    clips = rendered.read(chosen.clips, models)
    write_plots(clips, chosen.out.parent / "plots")
    counts = _if_there(media / repetitions.TRUTH, lambda: repetitions.real_counts(media, models))
    values = {
        "people": clips.people,
        "frames": clips.off_deg.size,
        "body": f"{clips.body_pct:.1f}",
        "goals": rendered.goals_table(clips),
        "angles": rendered.angle_table(clips),
        "expected": rendered.expected_table(clips),
        "distance_clips": ", ".join(distance.CLIPS),
        "resolution": distance.resolution_table(CLIPS, models),
        "found": distance.found_table(CLIPS, models),
        "away": distance.distance_table(CLIPS, models),
        "rendered_counts": repetitions.count_figures(list(clips.counts)),
        "real_counts": repetitions.count_table(counts) if counts else _NOT_RUN,
        "real_count_figures": repetitions.count_figures([(got, true) for _, got, true in counts]) if counts else "",
        "vicon": _if_there(
            media.parent / "data" / vicon.FILE, lambda: vicon.vicon_table(media.parent / "data" / vicon.FILE)
        )
        or _NOT_RUN,
        "trial": _if_there(media / trial.MARKERS, lambda: trial.trial_table(media, models)) or _NOT_RUN,
    }
    chosen.out.write_text(Template(_WORDS.read_text(encoding="utf-8")).substitute(values), encoding="utf-8")
    print(f"{chosen.out} written", file=sys.stderr)
    return 0


def _if_there(path, make):
    """What make gives, None without the file it reads."""
    return make() if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())
