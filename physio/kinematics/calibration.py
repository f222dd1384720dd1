"""Calibration of measured angles for one person: against a goniometer, and against standing straight (neutral zero).

A correction holds for the view in which it was taken: what landmarks do to an angle depends on where the camera stands
(and the near leg is not the far leg). It is used in full within FULL_WITHIN_DEG of that azimuth and fades to nothing at
GONE_FROM_DEG, so that an angle never jumps when a person turns.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from physio.errors import CalibrationError
from physio.kinematics.angles import ANGLE_INDEX
from physio.kinematics.geometry import mean_direction_deg, wrap_deg
from physio.types import CalibrationLine, FloatArray

FULL_WITHIN_DEG, GONE_FROM_DEG = 20.0, 30.0
MAX_READINGS = 3
MIN_SPAN_DEG = 20.0
"""Readings closer together than this say nothing about a slope: a goniometer repeats within 5-10°."""
SLOPES = (0.7, 1.4)
MAX_DIFFERENCE_DEG = 25.0
MAX_RESIDUAL_DEG = 10.0
MAX_NEUTRAL_DEG = 10.0
"""A joint that measures more than this in standing is taken to be bent, not measured wrong: a knee that cannot be
straightened must not be zeroed away."""


@dataclass(frozen=True, slots=True)
class GoniometerReading:
    """One position, held: what physio measured (uncalibrated) and what the goniometer said, and the camera's azimuth,
    all degrees."""

    measured_deg: float
    goniometer_deg: float
    azimuth_deg: float


def fitted(angle: str, readings: Sequence[GoniometerReading]) -> CalibrationLine:
    """The goniometer line of one angle through 1-3 readings: offset and slope by least squares when they are at least
    MIN_SPAN_DEG apart, otherwise their mean offset.

    Raises CalibrationError, with what to do, when they are too few or many, from different views, contradict each other
    or are so far from what was measured that a wrong joint, side or scale is the likelier reason.
    """
    _check(readings)
    measured = np.array([reading.measured_deg for reading in readings])
    true = np.array([reading.goniometer_deg for reading in readings])
    spanned = float(np.ptp(measured)) >= MIN_SPAN_DEG
    slope, offset = np.polyfit(measured, true, 1) if spanned else (1.0, float(np.mean(true - measured)))
    if not SLOPES[0] <= slope <= SLOPES[1]:
        raise CalibrationError("calibration.slope", slope=float(slope), lowest=SLOPES[0], highest=SLOPES[1])
    rest = true - (offset + slope * measured)
    spare = len(readings) - (2 if spanned else 1)
    residual = float(np.sqrt(np.sum(rest**2) / spare)) if spare else 0.0
    if residual > MAX_RESIDUAL_DEG:
        raise CalibrationError("calibration.contradiction", residual_deg=residual)
    ends = (float(measured.min()), float(measured.max())) if spanned else (0.0, 0.0)
    return CalibrationLine(angle, "goniometer", _middle(readings), float(offset), float(slope), *ends, residual)


def _check(readings: Sequence[GoniometerReading]) -> None:
    if not 1 <= len(readings) <= MAX_READINGS:
        raise CalibrationError("calibration.count", most=MAX_READINGS)
    values = np.array([(one.measured_deg, one.goniometer_deg, one.azimuth_deg) for one in readings])
    if not np.isfinite(values).all():
        raise CalibrationError("calibration.incomplete")
    if np.abs(wrap_deg(values[:, 2] - _middle(readings))).max() > FULL_WITHIN_DEG:
        raise CalibrationError("calibration.views")
    if np.abs(values[:, 1] - values[:, 0]).max() > MAX_DIFFERENCE_DEG:
        raise CalibrationError("calibration.difference", most_deg=MAX_DIFFERENCE_DEG)


def _middle(readings: Sequence[GoniometerReading]) -> float:
    return mean_direction_deg(np.array([reading.azimuth_deg for reading in readings]))


@dataclass(frozen=True, slots=True)
class Standing:
    """A joint of a person who stands straight: what it measures, the error to expect of that (degrees), and where the
    camera stands."""

    measured_deg: float
    error_deg: float
    azimuth_deg: float


def neutral(angle: str, standing: Standing, stance_deg: float) -> CalibrationLine | None:
    """The neutral-zero line of an angle whose anatomical zero is standing straight; None when it measures more than
    MAX_NEUTRAL_DEG.

    Nobody stands at 0 exactly: stance_deg is by how much people miss it. What is measured is error and stance together,
    and the offset is the error's share, error² / (error² + stance²), the least-squares estimate when both are normal
    about 0. Only the ratio counts, so that mean absolute values do as well as standard deviations.
    """
    if not abs(standing.measured_deg) <= MAX_NEUTRAL_DEG:
        return None
    share = standing.error_deg**2 / (standing.error_deg**2 + stance_deg**2)
    return CalibrationLine(angle, "neutral", standing.azimuth_deg, -share * standing.measured_deg)


class Calibration:
    """The lines in use, as a correction of all angles. Immutable; no lines leave everything as it is.

    An angle that has a goniometer line takes no neutral zero: the goniometer knows better. Lines of angles that this
    version does not measure are left out.
    """

    def __init__(self, lines: Sequence[CalibrationLine] = ()):
        with_goniometer = {line.angle for line in lines if line.kind == "goniometer"}
        self.lines = tuple(
            line
            for line in lines
            if line.angle in ANGLE_INDEX and (line.kind == "goniometer" or line.angle not in with_goniometer)
        )
        self._column = np.array([ANGLE_INDEX[line.angle] for line in self.lines], dtype=np.intp)
        self._azimuth, self._offset, self._slope, self._from, self._to, self._residual = np.array(
            [
                (line.azimuth_deg, line.offset_deg, line.slope, line.from_deg, line.to_deg, line.residual_deg)
                for line in self.lines
            ]
        ).reshape(-1, 6).T  # fmt: skip

    def apply(self, angles_deg: FloatArray, azimuth_deg: float) -> FloatArray:
        """Measured angles (A,) → calibrated ones (A,) at this camera azimuth. NaN stays NaN, and at an unknown azimuth
        nothing is corrected. Where two lines of an angle reach the azimuth, their mean by weight."""
        if not self.lines:
            return angles_deg
        weight = self._weight(azimuth_deg)
        add = self._offset + (self._slope - 1) * np.clip(angles_deg[self._column], self._from, self._to)
        total, weights = np.zeros_like(angles_deg), np.zeros_like(angles_deg)
        np.add.at(total, self._column, weight * add)
        np.add.at(weights, self._column, weight)
        return np.asarray(angles_deg + total / np.maximum(weights, 1.0))

    def error_deg(self, error_deg: FloatArray, azimuth_deg: float) -> FloatArray:
        """Expected absolute errors (A,), raised to the scatter of the readings where that is larger. Never lowered: one
        to three readings are no evidence of that."""
        if not self.lines:
            return error_deg
        out = error_deg.copy()
        np.maximum.at(out, self._column, self._weight(azimuth_deg) * self._residual)
        return out

    def _weight(self, azimuth_deg: float) -> FloatArray:
        """0-1 for each line."""
        off = np.abs(wrap_deg(azimuth_deg - self._azimuth))
        weight = np.clip((GONE_FROM_DEG - off) / (GONE_FROM_DEG - FULL_WITHIN_DEG), 0.0, 1.0)
        return np.asarray(np.nan_to_num(weight))
