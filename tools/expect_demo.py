"""Writes data/demo/expected.json: what this working copy measures in the demo clips, which `python -m physio check`
holds other installations to. To be run when angles, counting or the face change for the better, and for each release:

    python -m tools.expect_demo
"""

import argparse
import json
from pathlib import Path

from physio import __version__
from physio.cli.check import measure
from physio.config import Settings
from physio.demo import CLIPS
from physio.networks.assets import ensure_models
from physio.selfcheck.check import expected_of
from physio.selfcheck.truth import EXPECTED_FILE, read_truth


def main() -> None:
    """Score all clips of a folder and write down what was reached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=Path, default=CLIPS, help="folder of clips with truth files")
    folder = parser.parse_args().clips
    videos = sorted(folder.glob("*.mp4"))
    truths = [read_truth(video.with_suffix(".json")) for video in videos]
    results = list(measure(videos, truths, ensure_models(Settings.load().models_dir)))
    text = json.dumps(expected_of(results, __version__), indent=2, allow_nan=False)
    (folder / EXPECTED_FILE).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
