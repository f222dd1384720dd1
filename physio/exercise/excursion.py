"""What one repetition measured, from its stored samples once it is over: the same live and recorded.

Each half of the movement, out and back, is timed between 10 % and 90 % of its way and extrapolated to its ends as a
minimum-jerk movement (Flash & Hogan, J Neurosci 5:1688, 1985), which reaches 10 % of its way after 24.7 % of its time.
That is robust against noise, where looking for the first or last bit of motion is not.
"""

from dataclasses import dataclass, replace

import numpy as np

from physio.kinematics.smoothing import zero_phase
from physio.types import FloatArray

TENTH = 0.1
TENTH_TIME = 0.24663645
"""Solution of 10 s³ − 15 s⁴ + 6 s⁵ = 0.1."""
TOP = 0.03
"""Within this share of its way the signal is at its top."""
LEVEL_WINDOW_S = 0.1
HELD_WINDOW_S = 0.3
"""Levels are means over this time on each side; a held far end over up to the longer one."""
SPIKE_WINDOW = 3


@dataclass(frozen=True, slots=True)
class Excursion:
    """Times in seconds, levels in degrees of the signal as it was given. start_s ≤ out_end_s ≤ back_start_s ≤ end_s:
    between the middle two the far end is held."""

    start_s: float
    out_end_s: float
    back_start_s: float
    end_s: float
    start_deg: float
    peak_deg: float

    @property
    def peak_s(self) -> float:
        """The middle of the held far end."""
        return (self.out_end_s + self.back_start_s) / 2

    @property
    def rom_deg(self) -> float:
        """The way out."""
        return abs(self.peak_deg - self.start_deg)

    def within(self, first_s: float, last_s: float) -> "Excursion":
        """The same with start and end inside [first_s, last_s], as far as the far end allows."""
        start_s = min(max(self.start_s, first_s), self.out_end_s)
        return replace(self, start_s=start_s, end_s=max(min(self.end_s, last_s), self.back_start_s))


def clean(t_s: FloatArray, x: FloatArray) -> FloatArray:
    """x (T,) without single-sample spikes and above 6 Hz, without phase shift; NaN stays NaN."""
    known = np.isfinite(x)
    out = np.full_like(x, np.nan)
    if known.any():
        padded = np.pad(x[known], SPIKE_WINDOW // 2, mode="edge")
        out[known] = np.median(np.lib.stride_tricks.sliding_window_view(padded, SPIKE_WINDOW), axis=1)
    return zero_phase(t_s, out)


def measure_excursion(t_s: FloatArray, x: FloatArray, near_s: tuple[float, float, float]) -> Excursion:
    """The movement in t_s, x (T,), outward up, around the rough times near_s (start, peak, end) of the phase machine.

    x may hold NaN; at least one sample on each side of the peak must be known.
    """
    smooth = clean(t_s, x)
    known = np.isfinite(smooth)
    t_s, smooth = t_s[known], smooth[known]
    around = np.flatnonzero((t_s >= near_s[0]) & (t_s <= near_s[2]))
    far = int(around[np.argmax(smooth[around])])
    first = int(np.argmin(smooth[: far + 1]))
    last = far + int(np.argmin(smooth[far:]))
    start, peak, end = (_level(t_s, smooth, t_s[i]) for i in (first, far, last))
    out, back = slice(first, far + 1), slice(far, last + 1)
    # Twice: the timing needs the levels, and levels at the timed ends are better than the extremes of the noise.
    for _ in range(2):
        start_s, out_end_s = _half(t_s[out], smooth[out], start, peak)
        end_s, back_start_s = (-v for v in _half(-t_s[back][::-1], smooth[back][::-1], end, peak))
        out_end_s, back_start_s = _meet(
            t_s[first:], smooth[first:], (out_end_s, back_start_s), peak - TOP * (peak - start)
        )
        held_s = min((back_start_s - out_end_s) / 2, HELD_WINDOW_S)
        start, end = _level(t_s, smooth, start_s, start), _level(t_s, smooth, end_s, end)
        peak = _level(t_s, smooth, (out_end_s + back_start_s) / 2, peak, max(held_s, LEVEL_WINDOW_S))
    start_s, end_s = min(start_s, out_end_s), max(end_s, back_start_s)
    return Excursion(start_s, out_end_s, back_start_s, end_s, start, peak)


def _meet(t_s: FloatArray, x: FloatArray, held_s: tuple[float, float], top: float) -> tuple[float, float]:
    """When the far end is held, within the time the signal is at its top; not at all where out and back, extrapolated,
    cross."""
    at_top = t_s[x >= top]
    from_s, to_s = held_s
    if at_top.size:
        from_s, to_s = min(from_s, float(at_top[-1])), max(to_s, float(at_top[0]))
    return (from_s, to_s) if from_s <= to_s else ((from_s + to_s) / 2, (from_s + to_s) / 2)


def _level(
    t_s: FloatArray, x: FloatArray, at_s: float, none: float = np.nan, within_s: float = LEVEL_WINDOW_S
) -> float:
    """The mean of x within some time of at_s; none when there is no sample."""
    near = x[np.abs(t_s - at_s) <= within_s]
    return float(np.mean(near)) if near.size else none


def _half(t_s: FloatArray, x: FloatArray, low: float, high: float) -> tuple[float, float]:
    """When a way from low up to high began and ended; t_s increasing, x there and at last at high."""
    low_s = _last_below(t_s, x, low + TENTH * (high - low))
    upper = high - TENTH * (high - low)
    high_s = low_s + _first_above(t_s[t_s >= low_s] - low_s, x[t_s >= low_s], upper)
    extra_s = (high_s - low_s) * TENTH_TIME / (1 - 2 * TENTH_TIME)
    return low_s - extra_s, high_s + extra_s


def _last_below(t_s: FloatArray, x: FloatArray, level: float) -> float:
    below = np.flatnonzero(x <= level)
    if below.size == 0 or below[-1] == x.size - 1:
        return float(t_s[0])
    i = below[-1]
    return float(np.interp(level, x[i : i + 2], t_s[i : i + 2]))


def _first_above(t_s: FloatArray, x: FloatArray, level: float) -> float:
    above = np.flatnonzero(x >= level)
    if above.size == 0:
        return float(t_s[-1])
    i = above[0]
    return float(t_s[0]) if i == 0 else float(np.interp(level, x[i - 1 : i + 1], t_s[i - 1 : i + 1]))
