"""The general lines for the patient, in one place; lines about one exercise stand in its TOML file.

Plain words at reading age 12, no exclamation marks.
"""

from typing import Literal

from physio.types import Cue, Reason

GOOD = Cue("good", "Well done. Keep doing it like this.", "positive")
REJECTED: dict[str, Cue] = {
    "too shallow": Cue("too_shallow", "That one was too small and was not counted.", "info"),
    "too quick": Cue("too_quick", "Slow down a little.", "info"),
}
"""By the first words of the reason."""

TOO_DARK = Cue("too_dark", "Too dark: switch on a light.", "warning")
TWO_PEOPLE = Cue("second_person", "Two people: who is the patient?", "warning")
NOT_SEEN: dict[Reason, Cue] = {
    Reason.NO_PERSON: Cue("no_person", "Step into the picture.", "warning"),
    Reason.NOT_A_BODY: Cue("no_person", "Step into the picture.", "warning"),
    Reason.OUT_OF_FRAME: Cue("out_of_frame", "Step back until your whole body is in the picture.", "warning"),
    Reason.LOW_VISIBILITY: Cue("hidden", "The camera cannot see you well. Move so that nothing hides you.", "warning"),
    Reason.OFF_VIEW: Cue("off_view", "Turn a little so that the camera can see the movement.", "warning"),
    Reason.TOO_FAR: Cue("too_far", "Come closer to the camera.", "warning"),
    Reason.MOTION_BLUR: Cue("blurred", "The picture is blurred. Hold the camera still or add light.", "warning"),
    Reason.SECOND_PERSON: TWO_PEOPLE,
    Reason.TOO_DARK: TOO_DARK,
}

Hand = Literal["left", "right"]
Amount = Literal["little", "quarter"]

Step = Literal["left", "right", "forward", "backward"]
_STEPS: dict[Step, str] = {
    "left": "Move to your left",
    "right": "Move to your right",
    "forward": "Take a step forward",
    "backward": "Take a step backward",
}


def turn(hand: Hand, amount: Amount) -> Cue:
    """Turn about the body's long axis, to the person's own left or right."""
    return Cue(f"turn_{hand}_{amount}", f"Turn a {amount} to your {hand}.", "info")


def step_back(parts: str) -> Cue:
    """parts: what is outside the picture, in the plural."""
    return Cue(f"cut_off_{parts}", f"Step back: the {parts} are cut off.", "warning")


def step_aside(step: Step, parts: str) -> Cue:
    """As step_back, where the person needs only to move along the picture; step is the person's own direction."""
    return Cue(f"cut_off_{parts}_{step}", f"{_STEPS[step]}: the {parts} are cut off.", "warning")
