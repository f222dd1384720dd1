"""What scoring one recorded video gives, how it is collected frame by frame, and what makes it doubtful."""

from dataclasses import dataclass

import numpy as np

from physio.capture.video import VideoInfo, VideoSource
from physio.doubts import doubts
from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise
from physio.messages import Message
from physio.metrics import FRAME_COLUMNS
from physio.storage.rows import Rows, joined, rows_of
from physio.summary import Summary, summarise
from physio.types import FloatArray, FrameResult, RejectedRep, Rep, Side

_FRAMES_PER_PART = 300


@dataclass(frozen=True, slots=True)
class ScoredVideo:
    """Everything measured in one video.

    video: with length and number of frames as found by reading; frame_size: width and height of the processed frames,
    to which all pixel coordinates refer; assignment: what was asked for; rows: one per processed frame, all
    repetitions; warnings: what makes the result doubtful.
    """

    video: VideoInfo
    frame_size: tuple[int, int]
    assignment: Assignment
    model_checksums: dict[str, str]
    rows: Rows
    summary: Summary
    warnings: tuple[Message, ...]

    @property
    def exercise(self) -> Exercise | None:
        """The exercise as it was asked for; None when only angles and face were measured."""
        return self.assignment.asked

    @property
    def side(self) -> Side | None:
        """The side that exercised; None without an exercise."""
        return self.assignment.working_side

    @property
    def columns(self) -> dict[str, FloatArray]:
        """One array (n,) for every frame column of METRICS, in their order; NaN where unknown."""
        return columns_of(self.rows)


def columns_of(rows: Rows) -> dict[str, FloatArray]:
    """The frame metrics by name, each (n,) float64."""
    values = rows.values.astype(np.float64)
    return {name: values[:, i] for i, name in enumerate(FRAME_COLUMNS)}


class Collector:
    """Gathers the results of one video, about 570 bytes a frame."""

    def __init__(self) -> None:
        self._parts: list[Rows] = [rows_of([])]
        self._recent: list[FrameResult] = []

    def add(self, result: FrameResult) -> None:
        """One more frame."""
        self._recent.append(result)
        if len(self._recent) >= _FRAMES_PER_PART:
            self._parts.append(rows_of(self._recent))
            self._recent = []

    def finish(self, reps: tuple[Rep, ...], rejected: tuple[RejectedRep, ...]) -> Rows:
        """All rows, with the repetitions that closed because the video ended."""
        return joined([*self._parts, rows_of(self._recent, reps, rejected)])


def scored_video(
    source: VideoSource, rows: Rows, assignment: Assignment, model_checksums: dict[str, str]
) -> ScoredVideo:
    """The rows of a source that was read to its end, summarised."""
    exercise = assignment.asked
    summary = summarise(rows.t_s, columns_of(rows), exercise, rows.reps, body=assignment.body, face=assignment.face)
    return ScoredVideo(
        video=source.measured(),
        frame_size=source.frame_size,
        assignment=assignment,
        model_checksums=model_checksums,
        rows=rows,
        summary=summary,
        warnings=(
            *source.warnings(),
            *doubts(summary, exercise, rows.reps, rows.rejected, face=assignment.face),
        ),
    )
