"""Left and right counted apart and told together: what both sides did at once is one repetition."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from physio.exercise.counter import Attempt
from physio.kinematics.view import off_frontal_deg
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
"""A movement that is smaller than this share of the other side's, and happens for that share of its time during them,
only accompanies them."""
SIDE_VIEW_DEG = 60.0
BOTH_SHARE = 0.6


def same_movement(a: Attempt, b: Attempt) -> bool:
    """Whether the attempts of two sides are one movement of the body."""
    common_s = min(a.end_s, b.end_s) - max(a.start_s, b.start_s)
    apart_s = abs(a.peak_s - b.peak_s)
    shorter_s, longer_s = sorted((a.duration_s, b.duration_s))
    return common_s >= SAME_OVERLAP * shorter_s and apart_s <= max(SAME_PEAK_SHARE * longer_s, 0.2)


def attribute(group: Sequence[Attempt], leading: Side | None, azimuth_deg: float) -> Attempt:
    """The one attempt that stands for a group: of the leading side if one leads; seen from the side, of the side near
    the camera (the hidden one only follows it in the picture); else the larger one, called "both" when the other side
    did about the same."""
    larger = max(group, key=lambda attempt: attempt.rom_deg)
    if len(group) == 1:
        return replace(larger, side=leading) if leading else larger
    if leading is None and off_frontal_deg(azimuth_deg) > SIDE_VIEW_DEG:
        leading = "left" if azimuth_deg > 0 else "right"
    for attempt in group:
        if attempt.side == leading:
            return attempt
    smallest_deg = min(attempt.rom_deg for attempt in group)
    return replace(larger, side="both") if smallest_deg >= BOTH_SHARE * larger.rom_deg else larger


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
        self._told: deque[Attempt] = deque(maxlen=REMEMBER)

    def step(
        self, t_s: float, ended: Sequence[Attempt], under_way: Sequence[UnderWay] = ()
    ) -> list[tuple[Attempt, ...]]:
        """ended: attempts that ended now; under_way: the movements of all counters that have not."""
        self._waiting += [attempt for attempt in ended if not self._already_told(attempt)]
        groups: list[tuple[Attempt, ...]] = []
        for first in list(self._waiting):
            if first not in self._waiting or _should_wait(t_s, first, under_way):
                continue
            group = [other for other in self._waiting if other is first or same_movement(first, other)]
            self._waiting = [other for other in self._waiting if other not in group]
            counted = [attempt for attempt in group if not attempt.problem] or group[:1]
            if not (len(group) == 1 and self._by_movement(t_s, first, under_way)):
                self._told.extend(counted)
                groups.append(tuple(counted))
        return groups

    def finish(self) -> list[tuple[Attempt, ...]]:
        """All that still waits."""
        return self.step(math.inf, ())

    def _already_told(self, attempt: Attempt) -> bool:
        """A latecomer that belongs to something told; a counted one is news if only a failed one was told."""
        return any(
            told.side != attempt.side and same_movement(attempt, told) and bool(attempt.problem or not told.problem)
            for told in self._told
        )

    def _by_movement(self, t_s: float, attempt: Attempt, under_way: Sequence[UnderWay]) -> bool:
        """A small movement of one side while the other does much larger ones: the far leg in a side lunge."""
        others = [
            (other.start_s, other.end_s) for other in self._told if _much_larger(other.side, other.rom_deg, attempt)
        ]
        others += [(other.start_s, t_s) for other in under_way if _much_larger(other.side, other.out_deg, attempt)]
        common_s = sum(max(0.0, min(end, attempt.end_s) - max(start, attempt.start_s)) for start, end in others)
        return common_s >= BY_OVERLAP * attempt.duration_s


def _much_larger(side: Side, rom_deg: float, attempt: Attempt) -> bool:
    return side != attempt.side and attempt.rom_deg < BY_SHARE * rom_deg


def _should_wait(t_s: float, attempt: Attempt, under_way: Sequence[UnderWay]) -> bool:
    """Whether another side is under way with what may be the same movement."""
    latest_s = attempt.end_s - SAME_OVERLAP * attempt.duration_s
    began = [other.start_s for other in under_way if other.side != attempt.side]
    return t_s - attempt.closed_s < WAIT_S and any(start_s < latest_s for start_s in began)
