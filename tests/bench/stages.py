"""Milliseconds per stage of the real chain, from decoding to storage: the stages' own methods are timed where they are
called, so that the bench cannot run anything else than the product does."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from physio import __version__
from physio.affect.estimator import AffectEstimator
from physio.capture.video import VideoSource
from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise
from physio.exercise.tracker import ExerciseTracker
from physio.feedback import overlay
from physio.kinematics.estimator import AngleEstimator
from physio.networks.assets import ModelPaths
from physio.perception.face import FaceDetector
from physio.perception.people import PeopleFinder
from physio.perception.perceive import Perceive
from physio.perception.pose import PoseDetector
from physio.pipeline import Analyse, Pipeline
from physio.storage.analyses import Analyses
from physio.storage.recorder import Recorder
from physio.storage.records import NewAnalysis, NewSession
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
from physio.types import EndReason

_TIMED: dict[str, tuple[type, str]] = {
    "perceive": (Perceive, "step"),
    "pose": (PoseDetector, "detect"),
    "people": (PeopleFinder, "others"),
    "face": (FaceDetector, "faces"),
    "analyse": (Analyse, "step"),
    "expression": (AffectEstimator, "step"),
    "angles": (AngleEstimator, "step"),
    "exercise": (ExerciseTracker, "step"),
    "storage": (Analyses, "append"),
}
WHOLE = ("decode", "perceive", "analyse", "overlay", "storage")
"""The stages that a frame goes through; the others are parts of them. The face runs beside the body."""
STAGES = (
    *("decode", "perceive", "pose", "people", "face"),
    *("analyse", "expression", "angles", "exercise", "overlay", "storage"),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """calls, milliseconds per call (median and 95th percentile), and milliseconds per frame of the clip."""

    name: str
    calls: int
    median_ms: float
    p95_ms: float
    per_frame_ms: float


class StopWatch:
    """Durations by name, seconds."""

    def __init__(self) -> None:
        self._spent_s: dict[str, list[float]] = {}

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        """Times what runs inside."""
        start_s = time.perf_counter()
        yield
        self._spent_s.setdefault(name, []).append(time.perf_counter() - start_s)

    def timed(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        """The method with its duration noted."""

        def run(*arguments: Any, **keywords: Any) -> Any:
            with self.measure(name):
                return method(*arguments, **keywords)

        return run

    def stage(self, name: str, frames: int) -> Stage:
        """What was noted under the name."""
        spent_ms = 1000 * np.array(self._spent_s.get(name, [0.0]))
        return Stage(
            name,
            len(spent_ms),
            float(np.median(spent_ms)),
            float(np.percentile(spent_ms, 95)),
            float(spent_ms.sum() / frames),
        )


def time_stages(clip: Path, models: ModelPaths, exercise: Exercise, frames: int) -> tuple[Stage, ...]:
    """The first frames of the clip through decoding, pipeline, overlay and storage in memory."""
    watch, done = StopWatch(), 0
    with ExitStack() as stack:
        for name, (owner, method) in _TIMED.items():
            stack.enter_context(patch.object(owner, method, watch.timed(name, getattr(owner, method))))
        store = Store(":memory:")
        records = store.acting_as(LOCAL_USER)
        stack.callback(store.close)
        records.patients.add("BENCH", "Bench")
        pipeline = stack.enter_context(Pipeline(models, Assignment(exercise)))
        recorder = stack.enter_context(Recorder(store))
        asked = NewAnalysis(Assignment(exercise), __version__, models.checksums)
        writer = recorder.open(records.sessions.start(NewSession("BENCH", "live"), asked))
        source = iter(VideoSource(clip))
        for _ in range(frames):
            with watch.measure("decode"):
                frame = next(source, None)
            if frame is None:
                break
            result = pipeline.step(frame)
            with watch.measure("overlay"):
                overlay.draw(frame.image, result, exercise, exercise.default_side)
            writer.add(result)
            done += 1
        writer.end(EndReason.COMPLETED, *pipeline.finish())
    return tuple(watch.stage(name, max(1, done)) for name in STAGES)
