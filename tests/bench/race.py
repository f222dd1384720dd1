"""The pipeline beside bare MediaPipe on the same clip, in turns, so that a busy computer slows all of them alike."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision

from physio.capture.video import VideoSource
from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise
from physio.networks.assets import ModelPaths
from physio.perception.native import quiet_native_logs
from physio.perception.perceive import FACE_INTERVAL_S
from physio.pipeline import Pipeline
from physio.types import Frame

TURN_FRAMES = 20
"""Enough that filling and draining the pipeline, which every turn does anew, does not count."""
WARM_UP_FRAMES = 5
Run = Callable[[Iterable[Frame]], object]


@dataclass(frozen=True, slots=True)
class Lap:
    """One runner's result: frames per second of wall-clock and of processor time (all threads added up)."""

    name: str
    fps: float
    fps_of_cpu: float


class BareMediaPipe:
    """What a script with nothing but MediaPipe does: both landmarkers in VIDEO mode on the whole frame, one after the
    other, results not looked at. face_interval_s: how often the face; 0 = in every frame."""

    def __init__(self, models: ModelPaths, face_interval_s: float = 0.0):
        with quiet_native_logs():
            self._pose = vision.PoseLandmarker.create_from_options(
                vision.PoseLandmarkerOptions(
                    base_options=BaseOptions(model_asset_buffer=models.pose.read_bytes()),
                    running_mode=vision.RunningMode.VIDEO,
                )
            )
            self._face = vision.FaceLandmarker.create_from_options(
                vision.FaceLandmarkerOptions(
                    base_options=BaseOptions(model_asset_buffer=models.face.read_bytes()),
                    running_mode=vision.RunningMode.VIDEO,
                )
            )
        self._face_interval_s = face_interval_s
        self._looked_s = -1e9

    def run(self, frames: Iterable[Frame]) -> None:
        """Both landmarkers on each frame."""
        for frame in frames:
            self._step(frame)

    def _step(self, frame: Frame) -> None:
        image, t_ms = mp.Image(image_format=mp.ImageFormat.SRGB, data=frame.image), int(frame.t_s * 1000)
        self._pose.detect_for_video(image, t_ms)
        if frame.t_s - self._looked_s >= 0.75 * self._face_interval_s:
            self._looked_s = frame.t_s
            self._face.detect_for_video(image, t_ms)

    def close(self) -> None:
        """Free the networks."""
        self._pose.close()
        self._face.close()


def race(clip: Path, models: ModelPaths, exercise: Exercise, frames: int) -> tuple[Lap, ...]:
    """The pipeline as recorded videos go through it; bare MediaPipe with the face in every frame; bare MediaPipe with
    the face as often as the pipeline looks at it. Each decodes the clip for itself; warm-up and making are not
    counted."""
    with ExitStack() as stack:
        pipeline = stack.enter_context(Pipeline(models, Assignment(exercise)))
        runners: list[_Runner] = [_Runner("pipeline", clip, lambda frames: deque(pipeline.run(frames), maxlen=0))]
        for name, interval_s in (("bare", 0.0), ("bare, face as often", FACE_INTERVAL_S)):
            bare = BareMediaPipe(models, interval_s)
            stack.callback(bare.close)
            runners.append(_Runner(name, clip, bare.run))
        for runner in runners:
            runner.run(WARM_UP_FRAMES)
            runner.forget()
        for turn in range(-(-frames // TURN_FRAMES)):
            # Who goes first takes turns as well.
            for k in range(len(runners)):
                runners[(turn + k) % len(runners)].run(TURN_FRAMES)
        return tuple(runner.lap() for runner in runners)


class _Runner:
    def __init__(self, name: str, clip: Path, run: Run):
        self._name, self._run = name, run
        self._source: Iterator[Frame] = iter(VideoSource(clip))
        self._frames, self._wall_s, self._cpu_s = 0, 0.0, 0.0

    def run(self, frames: int) -> None:
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        self._run(self._counted(frames))
        self._wall_s += time.perf_counter() - wall_s
        self._cpu_s += time.process_time() - cpu_s

    def _counted(self, frames: int) -> Iterator[Frame]:
        for frame in islice(self._source, frames):
            self._frames += 1
            yield frame

    def forget(self) -> None:
        self._frames, self._wall_s, self._cpu_s = 0, 0.0, 0.0

    def lap(self) -> Lap:
        return Lap(self._name, self._frames / self._wall_s, self._frames / self._cpu_s)
