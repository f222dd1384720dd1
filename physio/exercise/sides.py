"""Left and right counted apart and reported together: what both sides did at once is one repetition.

Seen from the side, the far limb is hidden, and landmark networks confuse the two: they swap them for some frames or put
both in the middle. The mean of both sides is not affected by that, so in a side view it outranks the near side, which
outranks the far one. In other views left and right are equals, and the mean is not used.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from physio.exercise.counter import Attempt
from physio.kinematics.view import serves
from physio.types import Side

SAME_OVERLAP = 0.6
SAME_PEAK_SHARE = 0.25
"""Two attempts are one movement when they overlap by this share of the shorter one, and their far ends lie within this
share of the longer one."""
WAIT_S = 0.6
"""How long one side's attempt waits for the other side, if that is under way with the same movement."""
REMEMBER = 4
BY_OVERLAP = 0.6
BY_SHARE = 0.4
"""A movement only accompanies those of the other side when it is smaller than this share of them, and this share of its
time falls into them."""


def same_movement(a: Attempt, b: Attempt) -> bool:
    """Whether the attempts of two sides are one movement of the body."""
    common_s = min(a.end_s, b.end_s) - max(a.start_s, b.start_s)
    apart_s = abs(a.peak_s - b.peak_s)
    shorter_s, longer_s = sorted((a.duration_s, b.duration_s))
    return common_s >= SAME_OVERLAP * shorter_s and apart_s <= max(SAME_PEAK_SHARE * longer_s, 0.2)


def near_side(azimuth_deg: float, was_side_view: bool = False) -> Side | None:
    """The side near the camera in a side view, None in other views. was_side_view: whether it was one until now, so
    that a camera in between does not change from frame to frame."""
    if not serves("side", azimuth_deg, held=was_side_view):
        return None
    return "left" if azimuth_deg > 0 else "right"


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A movement that has not ended: its side, when it began, how far it has gone."""

    side: Side
    start_s: float
    out_deg: float


class SideMerger:
    """Collects attempts of several counters. step gives those that are settled, each as the group of attempts that
    were one movement; groups come in the order in which they are settled."""

    def __init__(self) -> None:
        self._waiting: list[Attempt] = []
        self._reported: deque[Attempt] = deque(maxlen=REMEMBER)

    def step(
        self, t_s: float, ended: Sequence[Attempt], under_way: Sequence[UnderWay] = (), near: Side | None = None
    ) -> list[tuple[Attempt, ...]]:
        """ended: attempts that ended now; under_way: the movements of all counters that have not; near: the side near
        the camera in a side view."""
        self._waiting += [attempt for attempt in ended if not self._already_reported(attempt)]
        groups: list[tuple[Attempt, ...]] = []
        for first in sorted(self._waiting, key=lambda attempt: _rank(attempt.side, near)):
            if first not in self._waiting or _should_wait(t_s, first, under_way, near):
                continue
            group = [first, *(other for other in self._waiting if _belongs(other, first, near))]
            self._waiting = [other for other in self._waiting if other not in group]
            counted = [attempt for attempt in group if not attempt.problem] or group[:1]
            if not (len(group) == 1 and self._by_movement(t_s, first, under_way, near)):
                self._reported.extend(counted)
                groups.append(tuple(counted))
        return groups

    def _already_reported(self, attempt: Attempt) -> bool:
        """Whether it came late to a movement that was reported; not when it counts and what was reported did not."""
        return any(
            other.side != attempt.side and same_movement(attempt, other) and bool(attempt.problem or not other.problem)
            for other in self._reported
        )

    def _by_movement(self, t_s: float, attempt: Attempt, under_way: Sequence[UnderWay], near: Side | None) -> bool:
        """A movement that only accompanies another: a much larger one of the other side, as the far leg's in a side
        lunge, or one that outranks it."""
        counted = [other for other in self._reported if not other.problem]
        done = [(other.side, other.rom_deg, other.start_s, other.end_s) for other in counted]
        going = [(other.side, other.out_deg, other.start_s, t_s) for other in under_way]
        others = [
            (start_s, end_s)
            for side, rom_deg, start_s, end_s in done + going
            if side != attempt.side and (_outranks(side, attempt.side, near) or attempt.rom_deg < BY_SHARE * rom_deg)
        ]
        common_s = sum(max(0.0, min(end, attempt.end_s) - max(start, attempt.start_s)) for start, end in others)
        return common_s >= BY_OVERLAP * attempt.duration_s


def _rank(side: Side, near: Side | None) -> int:
    return {"both": 0, near: 1}.get(side, 2) if near else 0


def _outranks(side: Side, other: Side, near: Side | None) -> bool:
    return _rank(side, near) < _rank(other, near)


def _belongs(attempt: Attempt, first: Attempt, near: Side | None) -> bool:
    """Whether it is the same movement as first, or a piece of it seen by a side that first outranks."""
    if attempt.side == first.side or same_movement(attempt, first):
        return attempt.side != first.side
    common_s = min(attempt.end_s, first.end_s) - max(attempt.start_s, first.start_s)
    return _outranks(first.side, attempt.side, near) and common_s >= BY_OVERLAP * attempt.duration_s


def _should_wait(t_s: float, attempt: Attempt, under_way: Sequence[UnderWay], near: Side | None) -> bool:
    """Whether another side is under way with what may be the same movement; one that outranks is given all the time it
    takes."""
    latest_s = attempt.end_s - SAME_OVERLAP * attempt.duration_s
    together = [other.side for other in under_way if other.side != attempt.side and other.start_s < latest_s]
    return any(t_s - attempt.closed_s < WAIT_S or _outranks(side, attempt.side, near) for side in together)
