"""One recorded video: its frames through the same Pipeline as live sessions, from the first to the last."""

import math
import time
from dataclasses import replace
from pathlib import Path

from physio.capture.video import VideoSource
from physio.doubts import zero_doubts
from physio.errors import VideoError
from physio.exercise.assignment import Assignment
from physio.networks.assets import ModelPaths
from physio.pipeline import Pipeline
from physio.scoring.progress import OnProgress, ScoringProgress
from physio.scoring.result import Collector, ScoredVideo, scored_video

PROGRESS_INTERVAL_S = 0.2


def score_video(
    path: Path | str, models: ModelPaths, assignment: Assignment, progress: OnProgress | None = None
) -> ScoredVideo:
    """Score one video in this process; Scorer does it in a process of its own.

    progress is called a few times a second. Raises VideoError when the file cannot be read or holds no frame. No person
    in it is not an error.
    """
    source = VideoSource(path)
    collector, meter = Collector(), _Meter(source, progress)
    with Pipeline(models, assignment) as pipeline:
        for result in pipeline.run(source):
            collector.add(result)
            meter.tick(result.t_s)
        rows = collector.finish(*pipeline.finish())
        doubts = zero_doubts(pipeline.calibrator.status) if assignment.calibration.zero_when_standing else ()
    if rows.t_s.size == 0:
        raise VideoError("scoring.no_frames", name=source.info.path.name)
    scored = scored_video(source, rows, assignment, models.checksums)
    return replace(scored, warnings=(*scored.warnings, *doubts))


class _Meter:
    """Measures the speed from the first frame on, which leaves out the loading of the networks, and reports it a few
    times a second."""

    def __init__(self, source: VideoSource, progress: OnProgress | None):
        self._source, self._progress = source, progress
        self._started_s = self._reported_s = math.nan
        self._frames = 0

    def tick(self, t_s: float) -> None:
        self._frames += 1
        now_s = time.monotonic()
        if self._frames == 1:
            self._started_s = self._reported_s = now_s
        elif self._progress is not None and now_s - self._reported_s >= PROGRESS_INTERVAL_S:
            self._reported_s = now_s
            self._progress(self._now(t_s, now_s - self._started_s))

    def _now(self, t_s: float, elapsed_s: float) -> ScoringProgress:
        fraction = self._fraction(t_s)
        left_s = elapsed_s * (1 - fraction) / fraction if fraction > 0 else math.nan
        return ScoringProgress(fraction, self._frames, (self._frames - 1) / elapsed_s, left_s)

    def _fraction(self, t_s: float) -> float:
        duration_s = self._source.info.duration_s
        return min(t_s / duration_s, 1.0) if duration_s > 0 else self._source.fraction
