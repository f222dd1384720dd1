"""Conditions and averages over time stamps, the same at any frame rate."""

import math

import numpy as np

from physio.types import FloatArray

BREAK_S = 0.5
"""After a longer gap nothing is known about what came before it."""
_TOLERANCE_S = 1e-6


class Sustained:
    """Whether a condition has held without a break for a given time.

    `holds`: it holds now; `sustained`: it has held for min_s; `ended_short`: it ended with the last step, before min_s.
    """

    def __init__(self, min_s: float) -> None:
        self.holds = False
        self.sustained = False
        self.ended_short = False
        self._min_s = min_s
        self._since_s = math.nan
        self._last_s = math.nan

    def step(self, condition: bool, t_s: float) -> None:
        """condition at time t_s; time stamps increase. A gap longer than BREAK_S ends what was before."""
        if t_s - self._last_s > BREAK_S:
            self.holds = self.sustained = False
        self.ended_short = self.holds and not condition and not self.sustained
        if condition and not self.holds:
            self._since_s = t_s
        self.holds = condition
        self.sustained = condition and t_s - self._since_s >= self._min_s - _TOLERANCE_S
        self._last_s = t_s


class TimeAverage:
    """Exponential moving average with a time constant instead of a weight per frame."""

    def __init__(self, time_constant_s: float) -> None:
        self._time_constant_s = time_constant_s
        self._value: FloatArray | None = None
        self._last_s = math.nan

    def step(self, values: FloatArray, t_s: float) -> FloatArray:
        """The average after values (K,), finite or NaN, at t_s. A NaN leaves its average as it is; after a gap longer
        than BREAK_S the average starts anew, an element that is NaN then keeps its old value. What was never known
        starts with its first known value."""
        if self._value is None:
            self._value = values
        else:
            elapsed_s = t_s - self._last_s
            share = 1.0 if elapsed_s > BREAK_S else 1.0 - math.exp(-elapsed_s / self._time_constant_s)
            known = np.where(np.isnan(self._value), values, self._value)
            self._value = np.where(np.isnan(values), known, known + share * (values - known))
        self._last_s = t_s
        return self._value
