"""The words for what is counted off in tables and enumerations, as messages: the one place where their codes are made.

`term(Reason.NO_PERSON)` is reason.no_person, `term(FaceState.NEUTRAL)` face_state.neutral: the class names the
family, the member the word.
"""

import re
from enum import Enum

from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.messages import Message, message, own_text
from physio.types import Side

SIDE_OF: dict[str, Side] = {"l": "left", "r": "right", "": "both"}
"""The side of an angle."""


def term(value: Enum) -> Message:
    """The word for a member of an enumeration."""
    return message(f"{family(type(value))}.{value.name.lower()}")


def family(of: type[Enum]) -> str:
    """What the codes of an enumeration's words begin with: face_state for FaceState."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", of.__name__).lower()


def side_term(side: Side) -> Message:
    """left, right, both sides."""
    return message(f"side.{side}")


def angle_term(name: str) -> Message:
    """What an angle is called, with its side; the name itself of one that is no longer measured."""
    return ANGLES[ANGLE_INDEX[name]].label if name in ANGLE_INDEX else own_text(name)
