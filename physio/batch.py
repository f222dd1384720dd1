"""Recorded videos: scored with the same Pipeline as live sessions, alone or several in parallel, and stored."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from physio import __version__
from physio.capture.video import VideoSource
from physio.errors import CancelledError, PhysioError, VideoError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise
from physio.kinematics.calibrator import NO_CALIBRATION, CalibrationSetup
from physio.perception.assets import ModelPaths
from physio.pipeline import Pipeline
from physio.scored import Collector, ScoredVideo, scored_video, zero_doubts
from physio.storage.records import NewSession
from physio.storage.store import Store
from physio.types import EndReason, Side

PROGRESS_INTERVAL_S = 0.2


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the scoring of one video is. fraction 0-1 of its length; frames processed so far; left_s: estimated time
    until the end, NaN until it is known."""

    fraction: float
    frames: int
    frames_per_s: float
    left_s: float


def score_video(
    path: Path | str,
    models: ModelPaths,
    exercise: Exercise | None = None,
    side: Side | None = None,
    *,
    calibration: CalibrationSetup = NO_CALIBRATION,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ScoredVideo:
    """Score one video from its first frame to its last.

    side None: the exercise's usual one; calibration: what corrects this person's angles. progress is called a few times
    a second, cancelled before each frame. Raises VideoError when the file cannot be read, CancelledError when cancelled
    says so. No person in it is not an error.
    """
    source = VideoSource(path)
    side = (side or exercise.default_side) if exercise else None
    collector, meter = Collector(), _Meter(source, progress)
    with Pipeline(models, Assignment(exercise, side, calibration=calibration)) as pipeline:
        for frame in source:
            if cancelled is not None and cancelled():
                raise CancelledError(f"Scoring {source.info.path.name} was cancelled.")
            collector.add(pipeline.step(frame))
            meter.tick(frame.t_s)
        rows = collector.finish(*pipeline.finish())
        doubts = zero_doubts(pipeline.calibrator.status) if calibration.zero_when_standing else ()
    if rows.t_s.size == 0:
        raise VideoError(f"{source.info.path.name} holds no picture that can be used. Convert it to mp4 (H.264).")
    scored = scored_video(source, rows, exercise, side, models.checksums)
    return replace(scored, warnings=(*scored.warnings, *doubts))


def score_videos(
    paths: Sequence[Path | str],
    models: ModelPaths,
    exercise: Exercise | None = None,
    side: Side | None = None,
    *,
    calibration: CalibrationSetup = NO_CALIBRATION,
    jobs: int | None = None,
    progress: Callable[[int, Progress], None] | None = None,
) -> Iterator[ScoredVideo | PhysioError]:
    """Score several videos; gives one result per path in their order, an error in place of a video that cannot be
    scored, so that one bad file does not stop the others.

    jobs: how many at the same time, each in a process of joblib's current backend; as many as there are processors when
    None; the call starts them. progress(index of the path, state) is called only when videos are scored one by one.
    """
    if jobs == 1 or len(paths) <= 1:
        tell = [None if progress is None else partial(progress, index) for index in range(len(paths))]
        return (
            _score_or_error(path, models, exercise, side, calibration, one)
            for path, one in zip(paths, tell, strict=True)
        )
    import joblib  # here, because it takes a while and one video does not need it

    processes = joblib.Parallel(n_jobs=min(jobs or joblib.cpu_count(), len(paths)), return_as="generator", batch_size=1)
    results: Iterator[ScoredVideo | PhysioError] = processes(
        joblib.delayed(_score_or_error)(path, models, exercise, side, calibration) for path in paths
    )
    return results


def save_scored(
    store: Store,
    scored: ScoredVideo,
    patient_code: str,
    video_name: str | None = None,
    *,
    demo_at: datetime | None = None,
) -> str:
    """Store the result as one recorded session of an existing patient; the session's id.

    video_name: the name to keep, the file's own when None; demo_at: mark the session as demo, as if it had been then.
    When anything fails nothing of the session stays behind and the error passes on.
    """
    new = _new_session(scored, patient_code, video_name or scored.video.path.name)
    if demo_at is not None:
        new = replace(new, demo=True, started_at=demo_at)
    session_id = store.start_session(new)
    try:
        store.append_rows(session_id, scored.rows)
        for text in scored.warnings:
            store.add_event(session_id, 0.0, "warning", text)
        ended_at = demo_at + timedelta(seconds=scored.summary.duration_s) if demo_at is not None else None
        store.end_session(session_id, EndReason.COMPLETED, scored.summary.metrics(), ended_at=ended_at)
    except BaseException:
        store.discard_session(session_id)
        raise
    return session_id


def _new_session(scored: ScoredVideo, patient_code: str, video_name: str) -> NewSession:
    return NewSession(
        patient_code=patient_code,
        exercise_id=scored.exercise.id if scored.exercise else None,
        exercise_checksum=scored.exercise.checksum if scored.exercise else None,
        side=scored.side,
        source="recorded",
        video_name=video_name,
        target_reps=None,
        app_version=__version__,
        model_checksums=scored.model_checksums,
    )


def _score_or_error(
    path: Path | str,
    models: ModelPaths,
    exercise: Exercise | None,
    side: Side | None,
    calibration: CalibrationSetup,
    progress: Callable[[Progress], None] | None = None,
) -> ScoredVideo | PhysioError:
    try:
        return score_video(path, models, exercise, side, calibration=calibration, progress=progress)
    except PhysioError as error:
        return error


class _Meter:
    """Measures the speed and tells it, a few times a second."""

    def __init__(self, source: VideoSource, progress: Callable[[Progress], None] | None):
        self._source, self._progress = source, progress
        self._started_s = self._told_s = time.monotonic()
        self._frames = 0

    def tick(self, t_s: float) -> None:
        self._frames += 1
        now_s = time.monotonic()
        if self._progress is None or now_s - self._told_s < PROGRESS_INTERVAL_S:
            return
        self._told_s = now_s
        elapsed_s = now_s - self._started_s
        fraction = self._fraction(t_s)
        left_s = elapsed_s * (1 - fraction) / fraction if fraction > 0 else math.nan
        self._progress(Progress(fraction, self._frames, self._frames / elapsed_s, left_s))

    def _fraction(self, t_s: float) -> float:
        duration_s = self._source.info.duration_s
        return min(t_s / duration_s, 1.0) if duration_s > 0 else self._source.fraction
