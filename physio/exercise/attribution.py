"""Assigns a movement that more than one counter saw to a side, and says how far that side went."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from physio.exercise.counter import Attempt
from physio.exercise.definition import Exercise
from physio.exercise.excursion import clean
from physio.exercise.sides import same_movement
from physio.kinematics.angles import ANGLE_INDEX
from physio.types import FloatArray, Side

BOTH_SHARE = 0.6
"""Both sides worked when the smaller range is at least this share of the larger one."""
LEADS_BY_DEG = 5.0
FAR_MOVES_MORE = 2.5
"""In a side view the far side worked only if it moved this many times as far as the near one: the network tends to move
the hidden limb along."""
WHOLE_SHARE = 0.75
"""One side's own numbers are used when it saw at least this share of the movement."""
TOP_PERCENTILE = 90
START_WINDOW_S = 0.2


@dataclass(frozen=True, slots=True)
class Movements:
    """What was seen around a movement: t_s (T,), angles_deg (T, A), and the signals of left and right (T,)."""

    t_s: FloatArray
    angles_deg: FloatArray
    left_deg: FloatArray
    right_deg: FloatArray

    def signal_deg(self, side: Side) -> FloatArray:
        """The signal of one side."""
        return self.left_deg if side == "left" else self.right_deg


def attribute(exercise: Exercise, group: Sequence[Attempt], seen: Movements, expected: Side | None) -> Attempt:
    """The one attempt that stands for a group of attempts that were one movement, with the side that worked.

    expected: the side near the camera in a side view, or the one that was asked for; None when left and right are
    equals: then the larger movement counts, as "both" when the other side did about the same.
    """
    leading = _leading(exercise.signal.leader, group[0], seen)
    if expected is None:
        return _of_equals(group, leading)
    worker = leading or _mover(group[0], seen, expected)
    together = next((attempt for attempt in group if attempt.side == "both"), None)
    if together is None:
        return next((attempt for attempt in group if attempt.side == worker), replace(group[0], side=worker))
    whole = (attempt for attempt in group if attempt.side == worker and _is_whole(attempt, together))
    return next(whole, None) or _as_far_as_seen(exercise, replace(together, side=worker), seen)


def _is_whole(attempt: Attempt, together: Attempt) -> bool:
    return same_movement(attempt, together) and attempt.duration_s >= WHOLE_SHARE * together.duration_s


def _of_equals(group: Sequence[Attempt], leading: Side | None) -> Attempt:
    larger = max(group, key=lambda attempt: attempt.rom_deg)
    if leading:
        return next((attempt for attempt in group if attempt.side == leading), replace(larger, side=leading))
    smallest_deg = min(attempt.rom_deg for attempt in group)
    both = len(group) > 1 and smallest_deg >= BOTH_SHARE * larger.rom_deg
    return replace(larger, side="both") if both else larger


def _leading(base: str, attempt: Attempt, seen: Movements) -> Side | None:
    """The side whose leader angle is larger during the movement, None when none is or there is no leader."""
    if not base:
        return None
    columns = _during(attempt, seen.t_s, seen.angles_deg)[:, [ANGLE_INDEX[f"{base}_{side}"] for side in "lr"]]
    known = columns[np.isfinite(columns).all(axis=1)]
    left, right = known.mean(axis=0) if len(known) else (0.0, 0.0)
    if abs(left - right) < LEADS_BY_DEG:
        return None
    return "left" if left > right else "right"


def _mover(attempt: Attempt, seen: Movements, expected: Side) -> Side:
    other: Side = "right" if expected == "left" else "left"
    moved = {side: _mean_excursion_deg(_during(attempt, seen.t_s, seen.signal_deg(side))) for side in (expected, other)}
    return other if moved[other] > FAR_MOVES_MORE * moved[expected] else expected


def _mean_excursion_deg(x: FloatArray) -> float:
    known = x[np.isfinite(x)]
    return float(np.mean(np.abs(known - known[0]))) if known.size else 0.0


def _as_far_as_seen(exercise: Exercise, attempt: Attempt, seen: Movements) -> Attempt:
    """The attempt, seen in the mean of both sides, as far out as either side was seen to be."""
    as_named = attempt.outward == exercise.signal.outward
    sign = 1 if (exercise.signal.direction == "up") == as_named else -1
    either = clean(seen.t_s, np.fmax(sign * seen.left_deg, sign * seen.right_deg))
    out, start = _during(attempt, seen.t_s, either), either[np.abs(seen.t_s - attempt.start_s) <= START_WINDOW_S]
    out, start = out[np.isfinite(out)], start[np.isfinite(start)]
    if not out.size or not start.size:
        return attempt
    peak = float(np.percentile(out, TOP_PERCENTILE))
    return replace(attempt, peak_deg=sign * peak, rom_deg=abs(peak - float(np.mean(start))))


def _during(attempt: Attempt, t_s: FloatArray, x: FloatArray) -> FloatArray:
    return x[(t_s >= attempt.start_s) & (t_s <= attempt.end_s)]
