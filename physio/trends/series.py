"""Long measurements made short enough to draw, without losing what matters in them."""

from dataclasses import dataclass

import numpy as np

from physio.types import FloatArray


@dataclass(frozen=True, slots=True)
class Run:
    """One stretch [start_s, end_s) during which a code stayed the same."""

    start_s: float
    end_s: float
    code: int


def decimate(t_s: FloatArray, values: FloatArray, buckets: int = 900) -> tuple[FloatArray, FloatArray]:
    """At most two points per bucket of time, its smallest and its largest value, so that every peak keeps its height.

    t_s (T,) increasing, values (T,) with NaN where unknown; a bucket that holds only NaN gives one NaN, so that gaps
    stay gaps. Returns t_s and values of equal length, in order of time; the input itself when it is short enough.
    """
    if t_s.size <= 2 * buckets:
        return t_s, values
    edges = np.linspace(t_s[0], t_s[-1], buckets + 1)[1:-1]
    keep: list[int] = []
    for part in np.split(np.arange(t_s.size), np.searchsorted(t_s, edges)):
        known = part[np.isfinite(values[part])]
        if known.size:
            keep.extend(sorted({int(known[np.argmin(values[known])]), int(known[np.argmax(values[known])])}))
        elif part.size:
            keep.append(int(part[0]))
    return t_s[keep], values[keep]


def pieces(t_s: FloatArray, values: FloatArray, max_gap_s: float = 1.0) -> FloatArray:
    """The number (T,) of the unbroken piece that each sample belongs to: a new one after NaN or after a gap in time."""
    known = np.isfinite(values)
    starts = known & ~np.concatenate([[False], known[:-1]])
    late = np.concatenate([[False], np.diff(t_s) > max(max_gap_s, 4 * _typical_step_s(t_s))])
    return np.cumsum(starts | (late & known)).astype(np.float64)


def runs(t_s: FloatArray, codes: FloatArray, min_s: float = 0.0) -> tuple[Run, ...]:
    """The stretches of equal code; NaN codes are left out, and so is what is shorter than min_s (the stretch before it
    then goes on)."""
    if t_s.size == 0:
        return ()
    change = np.flatnonzero(np.concatenate([[True], np.diff(np.nan_to_num(codes, nan=-1.0)) != 0]))
    ends = np.append(t_s[change[1:]], t_s[-1])
    found: list[Run] = []
    for start, end in zip(change, ends, strict=True):
        code = codes[start]
        if found and (end - t_s[start] < min_s or (found[-1].code == code and found[-1].end_s == t_s[start])):
            found[-1] = Run(found[-1].start_s, float(end), found[-1].code)
        elif np.isfinite(code):
            found.append(Run(float(t_s[start]), float(end), int(code)))
    return tuple(found)


def _typical_step_s(t_s: FloatArray) -> float:
    return float(np.median(np.diff(t_s))) if t_s.size > 1 else 0.0
