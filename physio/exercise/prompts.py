"""The general lines for the patient, in one place; lines about one exercise stand in its TOML file.

Plain words at reading age 12, no exclamation marks.
"""

from physio.exercise.definition import View
from physio.types import Cue, Reason

GOOD = Cue("good", "Well done. Keep doing it like this.", "positive")
REJECTED: dict[str, Cue] = {
    "too shallow": Cue("too_shallow", "That one was too small and was not counted.", "info"),
    "too quick": Cue("too_quick", "Slow down a little.", "info"),
}
"""By the first words of the reason."""

NOT_SEEN: dict[Reason, Cue] = {
    Reason.NO_PERSON: Cue("no_person", "Step into the picture.", "warning"),
    Reason.NOT_A_BODY: Cue("no_person", "Step into the picture.", "warning"),
    Reason.OUT_OF_FRAME: Cue("out_of_frame", "Step back until your whole body is in the picture.", "warning"),
    Reason.LOW_VISIBILITY: Cue("hidden", "The camera cannot see you well. Move so that nothing hides you.", "warning"),
    Reason.OFF_VIEW: Cue("off_view", "Turn a little so that the camera can see the movement.", "warning"),
}
TURN: dict[View, Cue] = {
    "side": Cue("turn_side", "Turn so that your side faces the camera.", "info"),
    "front": Cue("turn_front", "Turn so that you face the camera.", "info"),
}
