"""The general lines for the patient, in one place; lines about one exercise stand in its TOML file.

Plain words at reading age 12, no exclamation marks.
"""

from typing import Literal

from physio.messages import own_text
from physio.types import Cue, Reason

GOOD = Cue("good", own_text("Well done. Keep doing it like this."), "positive")
REJECTED: dict[str, Cue] = {
    "too shallow": Cue("too_shallow", own_text("That one was too small and was not counted."), "info"),
    "too quick": Cue("too_quick", own_text("Slow down a little."), "info"),
}
"""By the first words of the reason."""

TOO_DARK = Cue("too_dark", own_text("Too dark: switch on a light."), "warning")
TWO_PEOPLE = Cue("second_person", own_text("Two people: who is the patient?"), "warning")


def _hint(name: str, text: str) -> Cue:
    return Cue(name, own_text(text), "warning")


NOT_SEEN: dict[Reason, Cue] = {
    Reason.NO_PERSON: _hint("no_person", "Step into the picture."),
    Reason.NOT_A_BODY: _hint("no_person", "Step into the picture."),
    Reason.OUT_OF_FRAME: _hint("out_of_frame", "Step back until your whole body is in the picture."),
    Reason.LOW_VISIBILITY: Cue(
        "hidden", own_text("The camera cannot see you well. Move so that nothing hides you."), "warning"
    ),
    Reason.OFF_VIEW: _hint("off_view", "Turn a little so that the camera can see the movement."),
    Reason.TOO_FAR: _hint("too_far", "Come closer to the camera."),
    Reason.MOTION_BLUR: Cue(
        "blurred", own_text("The picture is blurred. Hold the camera still or add light."), "warning"
    ),
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
    return Cue(f"turn_{hand}_{amount}", own_text(f"Turn a {amount} to your {hand}."), "info")


def step_back(parts: str) -> Cue:
    """parts: what is outside the picture, in the plural."""
    return Cue(f"cut_off_{parts}", own_text(f"Step back: the {parts} are cut off."), "warning")


def step_aside(step: Step, parts: str) -> Cue:
    """As step_back, where the person needs only to move along the picture; step is the person's own direction."""
    return Cue(f"cut_off_{parts}_{step}", own_text(f"{_STEPS[step]}: the {parts} are cut off."), "warning")
