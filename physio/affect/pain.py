"""Facial pain estimate: the PSPI of Prkachin & Solomon (2008), its words, and what it needs to be given at all."""

import itertools
import math
from typing import Literal

import numpy as np

from physio.affect.action_units import AU_INDEX
from physio.affect.neutral import READY_S
from physio.messages import Message, message
from physio.types import FloatArray

STRONG_PSPI = 3.0
CLOSURE_S = 0.5
"""Closed this long or longer is AU43; shorter is a blink (AU45) and no sign of pain."""
CLOSED_FROM = 3.25
"""Level of lid closure (0 open, 5 shut) from which the eyes count as closed."""
NEEDED_SCORED_S = 3.0
"""A session's figures need as much face with a PSPI: of less, its 95th percentile is the highest of a few frames. The
shares of the facial states need as much usable face."""
NEEDED_SEEN_S = READY_S + NEEDED_SCORED_S
NEEDED_PCT = 20.0
"""A session's figures need a usable face in so many of its frames: of less they say nothing about the session."""
_TOLERANCE_S = 1e-6
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


def word_levels() -> tuple[tuple[float, Message], ...]:
    """From which PSPI on each word is said, but for the first, which starts at 0."""
    return tuple((start, message(code)) for (start, _), (_, code) in itertools.pairwise(_BINS))


def pain_message(value: float, of: Literal["now", "session"]) -> Message:
    """What a known PSPI says, with its word, and of what it is: of this moment, or the 95th percentile of a session.
    That nothing was seen is no proof that there was no pain, and is said so."""
    word = pain_word(value)
    if of == "now":
        return message("pain.now" if value >= _BINS[0][0] else "pain.now_none", word=word)
    return message("pain.session" if value >= _BINS[0][0] else "pain.session_none", word=word)


def learning_message(seen_s: float) -> Message:
    """Why a usable face has no PSPI yet; seen_s: how long it has been usable."""
    return message("pain.seen_briefly", seen_s=math.floor(seen_s), needed_s=READY_S)


def enough_face(seen_pct: float, seen_s: float) -> bool:
    """Whether a usable face in seen_pct of the frames, seen_s of it to judge by, may speak for a session; not when
    either is unknown."""
    return seen_pct >= NEEDED_PCT and seen_s >= NEEDED_SCORED_S - _TOLERANCE_S


def no_states_message(seen_s: float, seen_pct: float) -> Message:
    """Why a session has no shares of facial states; its face was usable for seen_s, in seen_pct of the frames."""
    if seen_pct == 0:
        return message("pain.no_face")
    if seen_pct < NEEDED_PCT:
        return message("pain.seen_rarely", seen_pct=seen_pct)
    if seen_s < NEEDED_SCORED_S:
        return message("pain.seen_briefly", seen_s=math.floor(seen_s), needed_s=NEEDED_SCORED_S)
    return message("pain.not_learned")


def no_figures_message(seen_s: float, seen_pct: float) -> Message:
    """Why a session has no pain figures; its face was usable for seen_s, in seen_pct of the frames."""
    if seen_pct == 0:
        return message("pain.no_face")
    if seen_s < NEEDED_SEEN_S:
        return message("pain.seen_briefly", seen_s=math.floor(seen_s), needed_s=NEEDED_SEEN_S)
    if seen_pct < NEEDED_PCT:
        return message("pain.seen_rarely", seen_pct=seen_pct)
    return message("pain.not_learned")
