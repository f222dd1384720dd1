"""Filters on time stamps: causal (One-Euro) for what is shown live, zero-phase for what is computed afterwards."""

import numpy as np
from scipy.signal import butter, sosfiltfilt

from physio.types import FloatArray


def _alpha(cutoff_hz: FloatArray | float, dt_s: FloatArray | float) -> FloatArray | float:
    tau_s = 1 / (2 * np.pi * cutoff_hz)
    return 1 / (1 + tau_s / dt_s)


class OneEuro:
    """The 1€ filter (Casiez, Roussel, Vogel 2012) over a vector of independent signals with real time stamps.

    A signal that is NaN gives NaN and keeps its state; one that was away longer than reset_after_s starts anew, so that
    no old value leaks into a new one. min_cutoff_hz (one, or one for each signal) and d_cutoff_hz in Hz; beta in Hz per
    (unit/s).
    """

    def __init__(
        self, min_cutoff_hz: float | FloatArray, beta: float, d_cutoff_hz: float = 1.0, reset_after_s: float = 0.5
    ):
        self._min_cutoff_hz = min_cutoff_hz
        self._beta = beta
        self._d_cutoff_hz = d_cutoff_hz
        self._reset_after_s = reset_after_s
        self._x: FloatArray | None = None
        self._dx: FloatArray = np.empty(0)
        self._t_s: FloatArray = np.empty(0)

    def step(self, t_s: float, x: FloatArray) -> FloatArray:
        """The filtered x (N,) at t_s; t_s must increase."""
        if self._x is None:
            self._x, self._dx, self._t_s = np.full_like(x, np.nan), np.zeros_like(x), np.full_like(x, -np.inf)
        known = np.isfinite(x)
        dt_s = t_s - self._t_s
        fresh = known & ((dt_s > self._reset_after_s) | ~np.isfinite(self._x))
        self._x = np.where(fresh, x, self._x)
        self._dx = np.where(fresh, 0.0, self._dx)
        going = known & ~fresh
        dt_s = np.where(going, dt_s, 1.0)
        dx = np.where(going, (x - self._x) / dt_s, 0.0)
        dx = self._dx + _alpha(self._d_cutoff_hz, dt_s) * (dx - self._dx)
        smooth = self._x + _alpha(self._min_cutoff_hz + self._beta * np.abs(dx), dt_s) * (x - self._x)
        self._dx = np.where(going, dx, self._dx)
        self._x = np.where(going, smooth, self._x)
        self._t_s = np.where(known, t_s, self._t_s)
        return np.where(known, self._x, np.nan)


# Two passes of a second-order Butterworth filter move its cut-off down to this share (Winter), so each starts higher.
_TWO_PASSES = (2**0.5 - 1) ** 0.25


def zero_phase(t_s: FloatArray, x: FloatArray, cutoff_hz: float = 6.0, max_gap_s: float = 0.5) -> FloatArray:
    """x (T,) filtered forward and backward (Butterworth, order 4 in total) at its own, possibly uneven, time stamps.

    cutoff_hz is where the whole filter lets 71 % (−3 dB) through; 6 Hz is the usual choice for human joint angles
    (Winter, Biomechanics and Motor Control of Human Movement, ch. 3). Gaps up to max_gap_s are bridged for the filter's
    sake; samples that were NaN stay NaN, and longer gaps split the signal. Stretches too short to filter (under 0.3 s)
    are returned as they are.
    """
    out = np.full_like(x, np.nan)
    known = np.flatnonzero(np.isfinite(x))
    if known.size == 0:
        return out
    for part in np.split(known, np.flatnonzero(np.diff(t_s[known]) > max_gap_s) + 1):
        out[part] = _filter_stretch(t_s[part], x[part], cutoff_hz)
    return out


def _filter_stretch(t_s: FloatArray, x: FloatArray, cutoff_hz: float) -> FloatArray:
    if t_s[-1] - t_s[0] < 0.3 or x.size < 5:
        return x.copy()
    pass_hz = cutoff_hz / _TWO_PASSES
    rate_hz = max(1 / float(np.median(np.diff(t_s))), 2.5 * pass_hz)
    # Rounded, so that even time stamps fall on the grid: between its points the movement would lose some of its height.
    grid_s = np.linspace(t_s[0], t_s[-1], round((t_s[-1] - t_s[0]) * rate_hz) + 1)
    sos = butter(2, pass_hz, fs=(grid_s.size - 1) / (grid_s[-1] - grid_s[0]), output="sos")
    pad = min(grid_s.size - 1, int(rate_hz / cutoff_hz * 3))
    smooth = sosfiltfilt(sos, np.interp(grid_s, t_s, x), padlen=pad)
    return np.asarray(np.interp(t_s, grid_s, smooth))
