"""Painful arc: whether the face shows most pain at one part of the movement, repetition after repetition.

In each repetition, on the way out and on the way back apart, the PSPI is averaged over every BIN_DEG of the joint's
angle. A repetition speaks for an arc when its highest part is at least PEAK_PSPI (the word "mild"), RISE_PSPI above the
quarter of the way with the least pain (about twice the expected error of a PSPI), and no wider than WIDEST_SHARE of the
way at half its height: pain all along the way is no arc. An arc is said of a session when at least MIN_REPS repetitions
and AGREEING_SHARE of those that could tell have theirs within SAME_WITHIN_DEG of the median, and those that have it
elsewhere are no more than ELSEWHERE_SHARE of them. Of made sessions of 3 to 10 repetitions with one grimace in each, at
a random moment, 0-7 % are then said to have an arc, of those with pain all along 0-2 %.

The face follows pain by up to half a second, so that the true angle lies a little earlier in the movement than the one
that is found.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from physio.messages import Message, message
from physio.types import FloatArray, Rep

BIN_DEG = 10.0
MIN_WAY_DEG = 40.0
"""On a shorter way there is nothing to tell one part from another."""
KNOWN_SHARE = 0.6
"""So much of the way must have a PSPI."""
PEAK_PSPI = 2.0
RISE_PSPI = 1.5
WIDEST_SHARE = 0.6
MIN_REPS = 3
AGREEING_SHARE = 2 / 3
SAME_WITHIN_DEG = 15.0
ELSEWHERE_SHARE = 0.25
_LEAST_PCT = 25.0

Way = Literal["outward", "return"]
WAYS: tuple[Way, ...] = ("outward", "return")


@dataclass(frozen=True, slots=True)
class Course:
    """Pain along one way of a repetition (its number): from_deg (b,) where each part of BIN_DEG begins, rising, and the
    mean pspi (b,) in it, NaN where unknown; reached_deg: the smallest and largest angle; increasing: whether the angle
    grew on this way."""

    rep: int
    way: Way
    from_deg: FloatArray
    pspi: FloatArray
    reached_deg: tuple[float, float]
    increasing: bool

    @property
    def tells(self) -> bool:
        """Whether the way is long enough and the face known on enough of it."""
        long_enough = self.from_deg.size * BIN_DEG >= MIN_WAY_DEG
        return long_enough and float(np.mean(np.isfinite(self.pspi))) >= KNOWN_SHARE


@dataclass(frozen=True, slots=True)
class Arc:
    """Where on a way the face showed most pain, in count of total repetitions that could tell."""

    way: Way
    low_deg: float
    high_deg: float
    increasing: bool
    count: int
    total: int


def courses(t_s: FloatArray, signal_deg: FloatArray, pspi: FloatArray, reps: Sequence[Rep]) -> tuple[Course, ...]:
    """Both ways of every repetition, from frames at t_s (n,) with the exercise's signal and the PSPI (n,); those
    of which no angle is known are left out."""
    found = []
    for rep in reps:
        times: tuple[tuple[Way, float, float], ...] = (
            ("outward", rep.start_s, rep.peak_s),
            ("return", rep.peak_s, rep.end_s),
        )
        for way, start_s, end_s in times:
            here = (t_s >= start_s) & (t_s < end_s) & np.isfinite(signal_deg)
            if here.any():
                found.append(_course(rep.index, way, signal_deg[here], pspi[here]))
    return tuple(found)


def _course(rep: int, way: Way, signal_deg: FloatArray, pspi: FloatArray) -> Course:
    parts = np.floor(signal_deg / BIN_DEG).astype(int)
    numbers = np.arange(parts.min(), parts.max() + 1)
    known = np.isfinite(pspi)
    inside = [pspi[known & (parts == number)] for number in numbers]
    means = np.array([float(values.mean()) if values.size else math.nan for values in inside])
    half = max(1, signal_deg.size // 2)
    increasing = bool(np.mean(signal_deg[-half:]) >= np.mean(signal_deg[:half]))
    return Course(rep, way, numbers * BIN_DEG, means, (float(signal_deg.min()), float(signal_deg.max())), increasing)


def peak(course: Course) -> tuple[float, float] | None:
    """From where to where the face shows most pain on one way, degrees; None when no part of it stands out."""
    values = course.pspi
    if not course.tells:
        return None
    highest, least = float(np.nanmax(values)), float(np.nanpercentile(values, _LEAST_PCT))
    if highest < PEAK_PSPI or highest - least < RISE_PSPI:
        return None
    high = np.nan_to_num(values, nan=-math.inf) >= (highest + least) / 2
    first = last = int(np.nanargmax(values))
    while first > 0 and high[first - 1]:
        first -= 1
    while last < values.size - 1 and high[last + 1]:
        last += 1
    if last - first + 1 > WIDEST_SHARE * values.size:
        return None
    low_deg, high_deg = course.reached_deg
    return max(float(course.from_deg[first]), low_deg), min(float(course.from_deg[last]) + BIN_DEG, high_deg)


def arcs(found: Sequence[Course]) -> tuple[Arc, ...]:
    """The painful arcs of a session: none, one, or one on either way."""
    both = (_arc(way, [one for one in found if one.way == way and one.tells]) for way in WAYS)
    return tuple(one for one in both if one is not None)


def _arc(way: Way, telling: Sequence[Course]) -> Arc | None:
    ends = np.array([where for one in telling if (where := peak(one)) is not None]).reshape(-1, 2)
    middles = ends.mean(axis=1)
    agreeing = ends[np.abs(middles - np.median(middles)) <= SAME_WITHIN_DEG] if ends.size else ends
    needed = max(MIN_REPS, math.ceil(AGREEING_SHARE * len(telling)))
    if len(agreeing) < needed or len(ends) - len(agreeing) > ELSEWHERE_SHARE * len(agreeing):
        return None
    low_deg, high_deg = (BIN_DEG * round(float(end) / BIN_DEG) for end in np.median(agreeing, axis=0))
    increasing = 2 * sum(one.increasing for one in telling) > len(telling)
    return Arc(way, low_deg, high_deg, increasing, len(agreeing), len(telling))


def arc_message(arc: Arc) -> Message:
    """What is said of it."""
    code = "pain.arc_increasing" if arc.increasing else "pain.arc_decreasing"
    return message(code, low_deg=arc.low_deg, high_deg=arc.high_deg, count=arc.count, total=arc.total)
