"""METRICS: one row per stored measurement. Adding a metric is adding a row (and the function that makes its value):
the storage column, the export and the chart's label follow from it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from physio.affect.action_units import ACTION_UNITS
from physio.kinematics.angles import ANGLES
from physio.types import FloatArray, FrameResult

Level = Literal["frame", "session"]


@dataclass(frozen=True, slots=True)
class Metric:
    """name: column name; unit: as printed behind the number; label: as printed before it."""

    name: str
    unit: str
    label: str
    level: Level = "frame"


METRICS: tuple[Metric, ...] = (
    *(Metric(angle.name, "°", angle.label) for angle in ANGLES),
    Metric("azimuth", "°", "Camera azimuth (0 in front, + on the person's left)"),
    Metric("signal", "°", "Exercise signal"),
    Metric("reason", "code", "Why the signal is not usable (Reason)"),
    Metric("phase", "code", "Phase of the repetition (Phase)"),
    Metric("rep_count", "", "Repetitions so far"),
    Metric("score", "0-100", "Form score of the last repetition"),
    *(Metric(unit.name, "0-5", unit.label) for unit in ACTION_UNITS),
    Metric("pspi", "0-16", "Facial pain estimate (PSPI)"),
    Metric("face_state", "code", "Facial state (FaceState)"),
    Metric("face_reason", "code", "Why the face is not usable (FaceReason)"),
    Metric("head_yaw", "°", "Head yaw (left +)"),
    Metric("head_pitch", "°", "Head pitch (up +)"),
    Metric("face_age", "s", "Age of the face estimate"),
    *(Metric(f"{angle.name}_error", "°", f"{angle.label}: expected absolute error") for angle in ANGLES),
    Metric("azimuth_error", "°", "Camera azimuth: expected absolute error"),
)
FRAME_COLUMNS: tuple[str, ...] = tuple(metric.name for metric in METRICS if metric.level == "frame")
LABELS: dict[str, str] = {metric.name: metric.label for metric in METRICS}


def frame_values(result: FrameResult) -> FloatArray:
    """The frame-level metrics of one result, (len(FRAME_COLUMNS),), NaN where unknown."""
    affect = result.affect
    return np.concatenate(
        [
            result.kinematics.angles_deg,
            [
                result.kinematics.azimuth_deg,
                result.signal_deg,
                result.reason,
                result.phase,
                result.rep_count,
                result.score,
            ],
            affect.action_units,
            [affect.pspi, affect.state, affect.reason, affect.yaw_deg, affect.pitch_deg, affect.age_s],
            result.kinematics.error_deg,
            [result.kinematics.azimuth_error_deg],
        ]
    )
