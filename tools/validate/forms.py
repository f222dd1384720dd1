"""python -m tools.validate.forms MEDIA: repetitions counted where nobody exercises, and how form scores spread.

MEDIA is a folder of recordings of real people with truth.csv. Each clip is looked at once and analysed for each
exercise. The demo clips are scored too.
"""

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from physio.capture.video import VideoSource
from physio.config import Settings
from physio.demo import CLIPS
from physio.exercise.assignment import Assignment
from physio.exercise.definition import exercise_ids, load_exercise
from physio.networks.assets import ModelPaths, ensure_models
from physio.perception.perceive import Perceive
from physio.pipeline import Analyse
from physio.types import Observation, Rep
from tools.validate.agreement import number, table
from tools.validate.repetitions import TRUTH

ASKED = ("elbow_flexion", "lateral_raise", "squat")
"""Asked for on every recording, also on those that do not show them."""


def seen(video: Path, models: ModelPaths) -> list[Observation]:
    """What is seen of the body in every frame."""
    with Perceive(models, face=False) as perceive:
        return [perceive.step(frame) for frame in VideoSource(video)]


def counted(observations: Sequence[Observation], exercise_id: str) -> list[Rep]:
    """The repetitions of an exercise in them."""
    analyse = Analyse(Assignment(load_exercise(exercise_id), face=False))
    found = [rep for one in observations for rep in analyse.step(one).closed]
    return [*found, *analyse.finish()[0]]


def shown(name: str) -> str:
    """The library's exercise that is named at the end of a truth, or at the beginning of a demo clip's name; "" for
    none."""
    fitting = [one for one in exercise_ids() if name.startswith(one) or name.endswith(one)]
    return max(fitting, key=len, default="")


def spread(scores: Sequence[float]) -> list[str]:
    """Number of scores, smallest, quartiles, largest, and per cent that are shown as 100."""
    known = np.array([score for score in scores if np.isfinite(score)])
    figures = [number(float(one)) for one in np.percentile(known, [0, 25, 50, 75, 100])]
    return [str(known.size), *figures, f"{100 * np.mean(np.round(known) >= 100):.0f} %"]


def main() -> int:
    """Print both tables."""
    media, models = Path(sys.argv[1]), ensure_models(Settings.load().models_dir)
    rows, real, demo = [], list[float](), list[float]()
    for row in csv.DictReader((media / TRUTH).read_text(encoding="utf-8").splitlines()):
        observations, own = seen(media / row["file"], models), shown(row["exercise"])
        rows.append([row["file"], own, *(str(len(counted(observations, one))) for one in ASKED)])
        real += [rep.score for rep in counted(observations, own)] if own else []
    for clip in sorted(CLIPS.glob("*.mp4")):
        demo += [rep.score for rep in counted(seen(clip, models), shown(clip.stem))]
    print(table(("clip", "shows", *(f"counted as {one}" for one in ASKED)), rows), end="\n\n")
    head = ("form scores", "repetitions", "smallest", "25 %", "median", "75 %", "largest", "100")
    print(table(head, [["recordings of real people", *spread(real)], ["demo clips", *spread(demo)]]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
