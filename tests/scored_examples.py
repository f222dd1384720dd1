"""Scored videos made by hand, without a pipeline."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from physio.capture.video import VideoInfo
from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise
from physio.messages import Message
from physio.metrics import FRAME_COLUMNS
from physio.scoring.result import ScoredVideo, columns_of
from physio.storage.rows import Rows, rows_of
from physio.summary import summarise
from physio.types import RejectedRep, Rep
from tests.unit.storage.made_results import FPS, result

RECORDED_AT = datetime(2026, 3, 5, 9, 30, 15, tzinfo=UTC)


def made_rows(
    count: int = 90, reps: tuple[Rep, ...] = (), rejected: tuple[RejectedRep, ...] = (), **columns: float
) -> Rows:
    """Frames at 30 Hz with whole columns of METRICS set to a value."""
    rows = rows_of([result(index, size_px=(1280, 720)) for index in range(count)], reps, rejected)
    values = rows.values.copy()
    for name, value in columns.items():
        values[:, FRAME_COLUMNS.index(name)] = value
    return replace(rows, values=values)


def made_scored(rows: Rows, exercise: Exercise | None = None, warnings: tuple[Message, ...] = ()) -> ScoredVideo:
    """The rows as the result of scoring clips/squat.mp4."""
    count = len(rows.t_s)
    return ScoredVideo(
        video=VideoInfo(Path("clips/squat.mp4"), count / FPS, count, 1280, 720, RECORDED_AT),
        frame_size=(1280, 720),
        assignment=Assignment(exercise, "both" if exercise else None),
        model_checksums={"pose.task": "ab", "face.task": "cd"},
        rows=rows,
        summary=summarise(rows.t_s.astype(np.float64), columns_of(rows), exercise),
        warnings=warnings,
    )
