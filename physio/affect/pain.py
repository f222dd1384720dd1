"""Facial pain estimate: the PSPI of Prkachin & Solomon (2008), and the eye closure it needs."""

import math

import numpy as np

from physio.affect.action_units import AU_INDEX, CLOSED_BELOW, NARROW_BELOW
from physio.affect.timing import Sustained
from physio.messages import Message, message
from physio.types import FloatArray

STRONG_PSPI = 3.0
CLOSURE_S = 0.5
"""Closed this long or longer is AU43; shorter is a blink (AU45) and no sign of pain."""
_SETTLE_S = 0.1  # lids need this long to settle after a blink
_BINS = ((1.0, "pain.none"), (2.0, "pain.minimal"), (STRONG_PSPI, "pain.mild"), (math.inf, "pain.marked"))
"""Where each word ends (the bins of Hammal and Cohn: 0, 1, 2, and 3 or more)."""


def pspi(action_units: FloatArray) -> FloatArray:
    """Prkachin and Solomon Pain Intensity: AU4 + max(AU6, AU7) + max(AU9, AU10) + AU43.

    action_units: (..., U), AU4 to AU10 0-5 and AU43 0 or 1, in the order of ACTION_UNITS. Returns (...) 0-16; NaN where
    one of the six is NaN.
    """
    au = {name: action_units[..., i] for name, i in AU_INDEX.items()}
    return np.asarray(
        au["au04"] + np.maximum(au["au06"], au["au07"]) + np.maximum(au["au09"], au["au10"]) + au["au43"],
        dtype=np.float64,
    )


def pain_word(value: float) -> Message:
    """The word for a known PSPI: none (below 1), minimal (below 2), mild (below 3), marked. NaN has none
    (ValueError)."""
    if math.isnan(value):
        raise ValueError("an unknown PSPI has no word")
    return message(next(code for limit, code in _BINS if value < limit))


class EyeClosure:
    """Tells blinks from closed eyes on time stamps, at any frame rate.

    Step with every usable face, then read `closed` (AU43: shut for CLOSURE_S or longer) and `blinking` (the lids are
    moving, or shut for less than that: measures around the eyes mean nothing now).
    """

    def __init__(self) -> None:
        self.closed = False
        self.blinking = False
        self._shut = Sustained(CLOSURE_S)
        self._narrow = Sustained(CLOSURE_S)
        self._blink_end_s = -math.inf

    def step(self, opening: float, t_s: float) -> None:
        """opening: share of the neutral eye aperture (action_units.eye_opening), finite; t_s increases."""
        self._shut.step(opening < CLOSED_BELOW, t_s)
        self._narrow.step(opening < NARROW_BELOW, t_s)
        if self._shut.ended_short or self._narrow.ended_short:
            self._blink_end_s = t_s
        moving = any(lids.holds and not lids.sustained for lids in (self._shut, self._narrow))
        self.closed = self._shut.sustained
        self.blinking = not self.closed and (moving or t_s - self._blink_end_s < _SETTLE_S)
