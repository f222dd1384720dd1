"""The general lines for the patient, in one place; lines about one exercise belong to its criteria.

Plain words at reading age 12, no exclamation marks: see the catalogues.
"""

from typing import Literal

from physio.exercise.framing import Part
from physio.messages import Message, message
from physio.types import Cue, Reason

GOOD = Cue("good", message("cue.good"), "positive")
TOO_SHALLOW = Cue("too_shallow", message("cue.too_shallow"), "info")
TOO_QUICK = Cue("too_quick", message("cue.too_quick"), "info")
REJECTED: dict[str, Cue] = {
    "rejected.too_shallow": TOO_SHALLOW,
    "rejected.too_shallow_usual": TOO_SHALLOW,
    "rejected.too_quick": TOO_QUICK,
}
"""By the code of the reason, where there is something that the patient can do."""

TOO_DARK = Cue("too_dark", message("cue.too_dark"), "warning")
TWO_PEOPLE = Cue("second_person", message("cue.second_person"), "warning")
NO_PERSON = Cue("no_person", message("cue.step_into_view"), "warning")

NOT_SEEN: dict[Reason, Cue] = {
    Reason.NO_PERSON: NO_PERSON,
    Reason.NOT_A_BODY: NO_PERSON,
    Reason.OUT_OF_FRAME: Cue("out_of_frame", message("cue.step_back"), "warning"),
    Reason.LOW_VISIBILITY: Cue("hidden", message("cue.hidden"), "warning"),
    Reason.OFF_VIEW: Cue("off_view", message("cue.turn_into_view"), "warning"),
    Reason.TOO_FAR: Cue("too_far", message("cue.come_closer"), "warning"),
    Reason.MOTION_BLUR: Cue("blurred", message("cue.blurred"), "warning"),
    Reason.SECOND_PERSON: TWO_PEOPLE,
    Reason.TOO_DARK: TOO_DARK,
    Reason.LOW_RESOLUTION: Cue("low_resolution", message("cue.low_resolution"), "warning"),
}

_PLACING = frozenset((TOO_DARK, *NOT_SEEN.values()))
_TURN, _CUT_OFF = "turn_", "cut_off_"

Hand = Literal["left", "right"]
Amount = Literal["little", "quarter"]
_TURNS: dict[tuple[Hand, Amount], Message] = {
    ("left", "little"): message("cue.turn_left_little"),
    ("left", "quarter"): message("cue.turn_left_quarter"),
    ("right", "little"): message("cue.turn_right_little"),
    ("right", "quarter"): message("cue.turn_right_quarter"),
}

Step = Literal["left", "right", "forward", "backward"]
_STEPS: dict[Step, str] = {
    "left": "cue.cut_off_move_left",
    "right": "cue.cut_off_move_right",
    "forward": "cue.cut_off_step_forward",
    "backward": "cue.cut_off_step_backward",
}
_PARTS: dict[Part, Message] = {
    "feet": message("part.feet"),
    "legs": message("part.legs"),
    "hips": message("part.hips"),
    "hands": message("part.hands"),
    "arms": message("part.arms"),
    "shoulders": message("part.shoulders"),
}


def is_placing(cue: Cue) -> bool:
    """Whether a line is about where the person and the camera are, and not about how the exercise is done."""
    return cue in _PLACING or cue.id.startswith((_TURN, _CUT_OFF))


def turn(hand: Hand, amount: Amount) -> Cue:
    """Turn about the body's long axis, to the person's own left or right."""
    return Cue(f"{_TURN}{hand}_{amount}", _TURNS[hand, amount], "info")


def part_term(part: Part) -> Message:
    """What a part of the body is called."""
    return _PARTS[part]


def step_back(part: Part) -> Cue:
    """Away from the camera, because it does not see that part."""
    return Cue(f"{_CUT_OFF}{part}", message("cue.cut_off_step_back", parts=_PARTS[part]), "warning")


def step_aside(step: Step, part: Part) -> Cue:
    """As step_back, where the person needs only to move along the frame; step is the person's own direction."""
    return Cue(f"{_CUT_OFF}{part}_{step}", message(_STEPS[step], parts=_PARTS[part]), "warning")
