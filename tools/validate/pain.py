"""How far one and the same face gives one and the same number: the pain estimate of a clip, delivered differently.

    python -m tools.validate.pain CLIP…

The same frames give the same number live and recorded (tests/integration/test_pipeline.py). What differs between a
session and an upload of it are the frames: dropped ones, fewer pixels, and where it begins, which is what the resting
face is learned from.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from physio.affect.pain import pain_word
from physio.capture.video import VideoSource
from physio.config import Settings
from physio.exercise.assignment import Assignment
from physio.language import english
from physio.metrics import FRAME_COLUMNS, frame_values
from physio.networks.assets import ModelPaths, ensure_models
from physio.pipeline import Pipeline
from physio.summary import Summary, summarise
from physio.types import Frame
from tools.validate.agreement import number, table
from tools.validate.distance import fewer_pixels

Deliver = Callable[[Frame], Frame | None]
"""What becomes of a frame: None when it is dropped."""


def _every(count: int, smaller: int = 1, from_s: float = 0.0) -> Deliver:
    """One frame of so many, so many times smaller, from a time on."""
    change = fewer_pixels(smaller)

    def deliver(frame: Frame) -> Frame | None:
        if frame.index % count or frame.t_s < from_s:
            return None
        return replace(frame, image=change(frame.image, 0.0), t_s=frame.t_s - from_s)

    return deliver


WAYS: dict[str, Deliver] = {
    "every frame": _every(1),
    "every second frame": _every(2),
    "every third frame": _every(3),
    "every second, 1/2 size": _every(2, smaller=2),
    "every second, 1/3 size": _every(2, smaller=3),
    "every second, from 1 s on": _every(2, from_s=1.0),
    "every second, from 2 s on": _every(2, from_s=2.0),
}


def pain_table(clip: Path, models: ModelPaths) -> str:
    """One row per way of delivering it."""
    return table(
        ("delivered", "PSPI, 95th percentile", "highest", "word"),
        [[name, *_figures(_summary(clip, models, deliver))] for name, deliver in WAYS.items()],
    )


def _summary(clip: Path, models: ModelPaths, deliver: Deliver) -> Summary:
    with Pipeline(models, Assignment(None)) as pipeline:
        results = [pipeline.step(frame) for frame in _delivered(clip, deliver)]
    columns = dict(zip(FRAME_COLUMNS, np.array([frame_values(result) for result in results]).T, strict=True))
    return summarise(np.array([result.t_s for result in results]), columns, None)


def _delivered(clip: Path, deliver: Deliver) -> Iterator[Frame]:
    for frame in VideoSource(clip):
        delivered = deliver(frame)
        if delivered is not None:
            yield delivered


def _figures(summary: Summary) -> list[str]:
    why = summary.pain_reason
    word = english(pain_word(summary.pspi_p95)) if why is None else english(why)
    return [number(summary.pspi_p95), number(summary.pspi_max), word]


def main() -> int:
    """Print a table for each clip."""
    models = ensure_models(Settings.load().models_dir)
    for clip in map(Path, sys.argv[1:]):
        print(f"{clip.name}\n\n{pain_table(clip, models)}\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
