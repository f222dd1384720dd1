"""How sure ranges of motion are, and which changes are larger than that. Pure numpy; unknown is NaN."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np

from physio.kinematics.angles import angles_of
from physio.types import FloatArray

Change = Literal["more", "less", "none", "unknown"]

SD_PER_MEAN_ERROR = math.sqrt(math.pi / 2)
"""Standard deviation of a normal distribution with mean absolute value 1."""
_Z95 = 1.96


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same measurement in the first and in the last session that have it, degrees, with their expected errors (NaN
    when they were not stored)."""

    first_at: datetime
    first_deg: float
    first_error_deg: float
    last_at: datetime
    last_deg: float
    last_error_deg: float

    @property
    def smallest_deg(self) -> float:
        """The smallest difference that is a change."""
        return smallest_change_deg(self.first_error_deg, self.last_error_deg)

    @property
    def change(self) -> Change:
        """What may be said about the difference."""
        return change(self.first_deg, self.last_deg, self.smallest_deg)


def smallest_change_deg(first_error_deg: float, last_error_deg: float) -> float:
    """The smallest difference of two measurements that is more than their error, with 95 % confidence (MDC95).

    The errors are expected absolute errors, as stored; each is turned into a standard error of measurement (SEM) as if
    it were normal and unbiased. 1.96 · √(SEM₁² + SEM₂²), for equal errors the usual 1.96 · √2 · SEM. NaN when either is
    unknown.
    """
    return _Z95 * SD_PER_MEAN_ERROR * math.hypot(first_error_deg, last_error_deg)


def change(first_deg: float, last_deg: float, smallest_deg: float) -> Change:
    """What became of a value, when only a difference beyond smallest_deg counts; "unknown" when any of them is NaN."""
    difference_deg = last_deg - first_deg
    if not math.isfinite(difference_deg) or not math.isfinite(smallest_deg):
        return "unknown"
    if abs(difference_deg) <= smallest_deg:
        return "none"
    return "more" if difference_deg > 0 else "less"


def frame_error_deg(frames: Mapping[str, FloatArray], base: str, side: str) -> FloatArray:
    """The expected error of an angle in every frame (n,): the largest of the sides that were measured then."""
    worst = np.full(frames["t_s"].shape, np.nan)
    for name in angles_of(base, side):
        if name in frames and f"{name}_error" in frames:
            worst = np.fmax(worst, np.where(np.isfinite(frames[name]), frames[f"{name}_error"], np.nan))
    return worst
