"""What goes into the store and what comes out of it. Times of day are aware datetimes in UTC; t_s is seconds since the
start of the session; unknown is None (or NaN inside arrays)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from physio.kinematics.calibration import GoniometerReading
from physio.types import CalibrationLine, EndReason, FloatArray, Side

Source = Literal["live", "recorded"]


@dataclass(frozen=True, slots=True)
class Patient:
    """code is the pseudonym that everything else refers to; demo marks made-up patients."""

    code: str
    name: str
    demo: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewSession:
    """What is known when a session starts. exercise_id, exercise_checksum and side are None when only angles and face
    are measured; video_name is None for live sessions; started_at None means now; width_px and
    height_px of the upright picture are what its landmarks need to be measured again."""

    patient_code: str
    exercise_id: str | None
    exercise_checksum: str | None
    side: Side | None
    source: Source
    video_name: str | None
    target_reps: int | None
    app_version: str
    model_checksums: Mapping[str, str]
    demo: bool = False
    started_at: datetime | None = None
    width_px: int | None = None
    height_px: int | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One stored session. ended_at and end_reason are None while it runs; reps and rejected are counts."""

    id: str
    patient_code: str
    exercise_id: str | None
    exercise_checksum: str | None
    side: Side | None
    source: Source
    video_name: str | None
    target_reps: int | None
    width_px: int | None
    height_px: int | None
    app_version: str
    model_checksums: Mapping[str, str]
    demo: bool
    started_at: datetime
    ended_at: datetime | None
    end_reason: EndReason | None
    note: str
    reps: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Event:
    """Something that somebody marked during a session."""

    t_s: float
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class SelfReport:
    """What the patient said, on the named scale (NRS: 0-10)."""

    t_s: float
    score: float
    scale: str


@dataclass(frozen=True, slots=True)
class SessionMetric:
    """One number of one session, with what a chart over sessions needs beside it; reps is the number of counted
    repetitions behind it."""

    session_id: str
    started_at: datetime
    exercise_id: str | None
    side: Side | None
    source: Source
    name: str
    value: float
    reps: int


@dataclass(frozen=True, slots=True)
class StoredCalibration:
    """A patient's goniometer line with the readings it was made from; ended_at is None while it is in use."""

    id: str
    patient_code: str
    line: CalibrationLine
    readings: tuple[GoniometerReading, ...]
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionCalibration:
    """A line that came into use in a session at t_s, or (in_use False) went out of it."""

    t_s: float
    in_use: bool
    line: CalibrationLine


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Body landmarks of the frames at t_s (n,): image_px (n, 33, 2), world_m (n, 33, 3), visibility (n, 33), as in
    types.Pose. What could not be stored is NaN."""

    t_s: FloatArray
    image_px: FloatArray
    world_m: FloatArray
    visibility: FloatArray
