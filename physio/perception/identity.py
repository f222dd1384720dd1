"""Who is followed: tells the patient from the others in the frame by continuity of place and size.

The pose network follows one body and, when it loses it, takes up whichever it finds next. What tells that it is another
one: it is further off than a person can have moved, and nearer to where somebody else was. Distances are in trunk
lengths of the person followed, so that they mean the same at any distance from the camera.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from physio.perception.body_box import BodyBox
from physio.types import Person

STRAY = 0.75
"""How far the hips may seem to move between two frames without any time for it: the network's own jitter."""
SPEED_PER_S = 6.0
"""Trunk lengths a second, 3 m/s: faster than anybody walks or falls."""
SIZE_STEP = 1.6
"""A body this many times as large as a moment ago counts as far off as one that moved beyond its reach."""
AWAY_S = 0.5
"""Somebody not seen for so long may be anywhere: then the nearer known place alone decides."""
FORGET_S = 10.0
"""Somebody not seen for so long is not waited for any more: whoever is found is taken for the patient."""
OTHER_KEPT_S, OTHER_SHOWN_S = 4.0, 2.2
"""The others are looked for about once a second; whoever is missed twice is no longer shown, three times, gone."""
SURE_LOOKS = 2
"""An other is one who is found so many times: furniture is taken for a person now and then, at ever other places."""


@dataclass(frozen=True, slots=True)
class _Known:
    number: int
    t_s: float
    place: BodyBox
    looks: int = 1

    def apart(self, place: BodyBox) -> float:
        """Trunk lengths between hips, and the difference in size in the same measure."""
        moved = float(np.linalg.norm(place.hips_px - self.place.hips_px)) / self.place.trunk_px
        grown = abs(np.log(place.trunk_px / self.place.trunk_px)) / np.log(SIZE_STEP)
        return float(np.hypot(moved, grown * STRAY))

    def reaches(self, t_s: float, place: BodyBox) -> bool:
        """Whether this person can be at place by t_s."""
        return self.apart(place) <= STRAY + SPEED_PER_S * (t_s - self.t_s)


class Identity:
    """Keeps apart the followed person and the others. Numbers start at 1 and stay with people while they are seen."""

    def __init__(self) -> None:
        self._own: _Known | None = None
        self._others: list[_Known] = []

    def jumped(self, t_s: float, place: BodyBox) -> bool:
        """Whether a body found at place is further off than the followed person can have come."""
        return self._own is not None and not self._own.reaches(t_s, place)

    def belongs(self, t_s: float, place: BodyBox) -> bool:
        """Whether a body found at place is the followed person, who then is there; else the other one is."""
        other = self._other_at(t_s, place)
        if other is None:
            own = self._own or _Known(self._free_number(self._others), t_s, place)
            self._own = replace(own, t_s=t_s, place=place)
            return True
        self._others[self._others.index(other)] = replace(other, t_s=t_s, place=place)
        return False

    def _other_at(self, t_s: float, place: BodyBox) -> _Known | None:
        """The other that a body found at place is, None when it is the followed person."""
        own = self._own
        if own is None or not self._others or t_s - own.t_s > FORGET_S:
            return None
        nearest = min(self._others, key=lambda one: one.apart(place))
        doubtful = t_s - own.t_s > AWAY_S or not own.reaches(t_s, place)
        return nearest if doubtful and nearest.apart(place) < own.apart(place) else None

    def meet(self, t_s: float, places: Sequence[BodyBox]) -> None:
        """Somebody looked round at t_s and found others at these places. The followed person is not among them, unless
        the network has gone over to somebody else: see went_over."""
        left = [one for one in self._others if t_s - one.t_s <= OTHER_KEPT_S]
        met: list[_Known] = []
        for place in places:
            known = _same(left, t_s, place)
            if known is None:
                met.append(_Known(self._free_number(left + met), t_s, place))
            else:
                left.remove(known)
                met.append(replace(known, t_s=t_s, place=place, looks=known.looks + 1))
        self._others = met + left

    def went_over(self, t_s: float, place: BodyBox, elsewhere: Sequence[BodyBox]) -> bool:
        """After a jump to place, when a look round found people elsewhere: whether the followed person is one of them,
        and so the body at place is somebody else, who is known from now on."""
        if self._own is None or not any(self._own.reaches(t_s, one) for one in elsewhere):
            return False
        known = _same(self._others, t_s, place)
        number = self._free_number(self._others) if known is None else known.number
        others = [one for one in self._others if one is not known]
        self._others = [*others, _Known(number, t_s, place, SURE_LOOKS)]
        return True

    def knows(self, number: int) -> bool:
        """Whether somebody has that number: the followed person or another."""
        return any(one.number == number for one in (self._own, *self._others) if one is not None)

    def follow(self, number: int) -> BodyBox | None:
        """Follow the person of that number from now on; where that is, None when nobody has it."""
        chosen = next((one for one in self._others if one.number == number), None)
        if chosen is None or self._own is None:
            return None
        self._others = [replace(self._own, looks=SURE_LOOKS), *(one for one in self._others if one is not chosen)]
        self._own = chosen
        return chosen.place

    def resize(self, scale: tuple[float, float]) -> None:
        """From now on frames are so many times as wide and as high, and show the same."""
        self._own = self._own and replace(self._own, place=self._own.place.resized(scale))
        self._others = [replace(one, place=one.place.resized(scale)) for one in self._others]

    def forget(self) -> None:
        """Follow whoever is found next."""
        self._own = None

    def largest_other(self) -> tuple[int, BodyBox] | None:
        """Number and place of the largest of the others who are sure."""
        sure = self._sure()
        largest = max(sure, key=lambda one: one.place.trunk_px, default=None)
        return (largest.number, largest.place) if largest else None

    def unsure(self) -> bool:
        """Whether somebody was found who has still to be confirmed."""
        return len(self._sure()) < len(self._others)

    def places(self) -> tuple[BodyBox, ...]:
        """Where the others are."""
        return tuple(one.place for one in self._others)

    def people(self, t_s: float) -> tuple[Person, ...]:
        """Everybody by number, when there are others and the followed person is known; else nobody."""
        others = [one for one in self._sure() if t_s - one.t_s <= OTHER_SHOWN_S]
        if self._own is None or not others:
            return ()
        everybody = sorted((self._own, *others), key=lambda one: one.number)
        return tuple(Person(one.number, _corners(one.place), one is self._own) for one in everybody)

    def _sure(self) -> list[_Known]:
        return [one for one in self._others if one.looks >= SURE_LOOKS]

    def _free_number(self, taken: Sequence[_Known]) -> int:
        numbers = {one.number for one in taken} | ({self._own.number} if self._own else set())
        return next(number for number in range(1, len(numbers) + 2) if number not in numbers)


def _same(among: Sequence[_Known], t_s: float, place: BodyBox) -> _Known | None:
    """Who of them was found at place: the nearest who can be there by t_s."""
    near = [one for one in among if one.reaches(t_s, place)]
    return min(near, key=lambda one: one.apart(place), default=None)


def _corners(place: BodyBox) -> tuple[float, float, float, float]:
    box = place.box
    return (float(box.left), float(box.top), float(box.right), float(box.bottom))
