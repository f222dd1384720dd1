"""The form score of one repetition: its criteria, each worth its weight.

A criterion gives its full weight at its ideal, AT_LIMIT of it at its limit, and nothing at `tolerance` beyond that; one
without an ideal gives it in full everywhere within its limits. So the score says how close a repetition came to the
ideal, and a fault is only what lies beyond a limit. The score is the weighted mean in per cent over the criteria that
could be measured: what the camera could not see is left out, neither rewarded nor penalised; how many were judged goes
with it. If less than half of the weight of the criteria that apply (to this camera view; against the person's usual
range only once that is known) could be measured, the score is NaN.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from physio.exercise.counter import Attempt
from physio.exercise.definition import Exercise
from physio.exercise.excursion import clean
from physio.exercise.parts import Criterion
from physio.kinematics.angles import ANGLE_INDEX, side_letters
from physio.kinematics.geometry import mean_direction_deg
from physio.kinematics.view import misses
from physio.types import Fault, FloatArray, Rep

MIN_EVIDENCE = 0.5
AT_LIMIT = 0.7
"""What a criterion with an ideal gives at its limit: the limit is what is still accepted, not what is aimed at."""
START_WINDOW_S = 0.3
PEAK_WINDOW_S = 0.15
MIN_KNOWN = 0.5
"""Share of a window's samples that must be known for a statistic over it."""


@dataclass(frozen=True, slots=True)
class Samples:
    """The stored samples around a repetition: t_s (T,), angles_deg (T, A) in the order of ANGLES, azimuth_deg (T,)."""

    t_s: FloatArray
    angles_deg: FloatArray
    azimuth_deg: FloatArray


@dataclass(frozen=True, slots=True)
class Scored:
    """score 0-100 or NaN; the criteria missed, the most serious first; judged: how many criteria could be judged, of
    all that apply to the repetition, whether or not this camera shows them (total)."""

    score: float
    faults: tuple[Fault, ...]
    judged: int
    total: int


@dataclass(frozen=True, slots=True)
class _Judged:
    """One criterion's outcome: share 0-1 of its weight, NaN when not measured; its fault if it was missed."""

    weight: float
    share: float
    fault: Fault | None = None


_IN_DEGREES = frozenset({"peak_deg", "rom_deg"})


def little_judged(rep: Rep) -> bool:
    """Whether it could be judged by fewer than half of its criteria."""
    return 2 * rep.criteria_judged < rep.criteria_total


def credit(value: float, low: float, high: float, tolerance: float, ideal: float = math.nan) -> float:
    """0-1. Within [low, high] (NaN = no limit) 1 at the ideal and beyond it, falling to AT_LIMIT at the limit, or 1
    everywhere without an ideal; outside falling on from there to 0 at tolerance. NaN for a NaN value."""
    beyond = _beyond(value, low, high)
    if math.isnan(value) or beyond >= tolerance:
        return value if math.isnan(value) else 0.0
    if math.isnan(ideal):
        return 1 - beyond / tolerance
    if beyond:
        return AT_LIMIT * (1 - beyond / tolerance)
    limit = low if value < ideal else high
    if math.isnan(limit) or limit == ideal:
        return 1.0
    return 1 - (1 - AT_LIMIT) * (value - ideal) / (limit - ideal)


def _beyond(value: float, low: float, high: float) -> float:
    """How far outside [low, high] (NaN = no limit), 0 inside."""
    return max(low - value if not math.isnan(low) else 0.0, value - high if not math.isnan(high) else 0.0, 0.0)


def in_view(criterion: Criterion, azimuth_deg: float) -> bool:
    """Whether the criterion can be judged from this camera; yes when the azimuth is not known."""
    return not misses(criterion.view, azimuth_deg)


def score_repetition(exercise: Exercise, attempt: Attempt, samples: Samples, *, estimated: bool = False) -> Scored:
    """The score and faults of a counted attempt; estimated: whether its range in degrees is an estimate, which no limit
    in degrees may judge (against the person's usual range it may: that is estimated alike)."""
    azimuth = mean_direction_deg(samples.azimuth_deg)
    applying = [one for one in exercise.judged if _applies(one, attempt)]
    hidden = _IN_DEGREES if estimated else frozenset[str]()
    judged = [
        _judge(exercise, one, attempt, samples) if one.of not in hidden else _Judged(one.weight, math.nan)
        for one in applying
        if in_view(one, azimuth)
    ]
    known = [one for one in judged if not math.isnan(one.share)]
    weight = sum(one.weight for one in known)
    faults = sorted((one for one in known if one.fault), key=lambda one: (one.share - 1) * one.weight)
    enough = weight > 0 and weight >= MIN_EVIDENCE * sum(one.weight for one in judged)
    score = 100 * sum(one.weight * one.share for one in known) / weight if enough else math.nan
    return Scored(score, tuple(one.fault for one in faults if one.fault), len(known), len(applying))


def _applies(criterion: Criterion, attempt: Attempt) -> bool:
    return bool(criterion.take) or not math.isnan(getattr(attempt, criterion.of))


def _judge(exercise: Exercise, criterion: Criterion, attempt: Attempt, samples: Samples) -> _Judged:
    low, high = exercise.limits(criterion)
    values = _values(criterion, attempt, samples)
    shares = [
        (credit(value, low, high, criterion.tolerance, criterion.ideal), value)
        for value in values
        if not math.isnan(value)
    ]
    if not shares:
        return _Judged(criterion.weight, math.nan)
    share, value = min(shares)
    if _beyond(value, low, high) == 0:
        return _Judged(criterion.weight, share)
    limit = low if value < low else high
    return _Judged(criterion.weight, share, Fault(criterion.id, value, limit, criterion.severity))


def _values(criterion: Criterion, attempt: Attempt, samples: Samples) -> list[float]:
    """The criterion's measure, once per side it looks at; the worst one counts."""
    if not criterion.take:
        return [float(getattr(attempt, criterion.of))]
    if criterion.take == "asymmetry":
        left, right = (_statistic("peak", attempt, samples, f"{criterion.of}_{side}") for side in "lr")
        return [abs(left - right)]
    names = side_names(criterion.of, attempt.side, criterion.other_side)
    return [_statistic(criterion.take, attempt, samples, name) for name in names]


def side_names(base: str, side: str, other: bool = False) -> list[str]:
    """The angle names of a base angle on the working side or sides, or on the other one."""
    if base in ANGLE_INDEX:
        return [base]
    letters = side_letters(side)
    return [f"{base}_{one}" for one in "lr" if (one in letters) != (other and side != "both")]


_WITHIN: dict[str, Callable[[FloatArray], float]] = {
    "max": lambda x: float(np.max(x)),
    "min": lambda x: float(np.min(x)),
    "mean": lambda x: float(np.mean(x)),
    "range": lambda x: float(np.ptp(x)),
}
_FROM_START: dict[str, Callable[[FloatArray], float]] = {
    "rise": lambda x: float(np.max(x)),
    "drop": lambda x: float(-np.min(x)),
    "shift": lambda x: float(np.max(np.abs(x))),
}


def _statistic(take: str, attempt: Attempt, samples: Samples, name: str) -> float:
    """A statistic of one angle over the repetition, NaN when too little of it is known."""
    t_s = samples.t_s
    x = clean(t_s, samples.angles_deg[:, ANGLE_INDEX[name]])
    whole = x[(t_s >= attempt.start_s) & (t_s <= attempt.end_s)]
    if take == "peak":
        return _mean_known(x[np.abs(t_s - attempt.peak_s) <= PEAK_WINDOW_S])
    if not _enough(whole):
        return math.nan
    if take in _WITHIN:
        return _WITHIN[take](whole[np.isfinite(whole)])
    start = _mean_known(x[np.abs(t_s - attempt.start_s) <= START_WINDOW_S])
    return math.nan if math.isnan(start) else _FROM_START[take](whole[np.isfinite(whole)] - start)


def _enough(x: FloatArray) -> bool:
    return x.size > 0 and float(np.mean(np.isfinite(x))) >= MIN_KNOWN


def _mean_known(x: FloatArray) -> float:
    return float(np.nanmean(x)) if _enough(x) else math.nan
