"""What the interface says, in one place, so that it can be read as a whole and translated."""

from physio.exercise.definition import Exercise
from physio.kinematics.standing import Stance
from physio.trends.certainty import Change
from physio.types import CalibrationKind, EndReason, FaceReason, FaceState, Reason, Side

APP = "physio"
INTENDED_USE = "Decision support for a qualified physiotherapist. Not a diagnosis."

LIVE, UPLOAD, REVIEW, TRENDS, PATIENTS, ABOUT = (
    "Live session",
    "Upload",
    "Session review",
    "Trends",
    "Patients",
    "About",
)
GROUP_SESSION, GROUP_PATIENT, GROUP_PRACTICE = "Session", "Patient", "Practice"

SIDES: dict[Side, str] = {"left": "left", "right": "right", "both": "both sides"}

REASONS: dict[Reason, str] = {
    Reason.OK: "",
    Reason.NO_PERSON: "nobody in the picture",
    Reason.LOW_VISIBILITY: "joint hidden",
    Reason.OUT_OF_FRAME: "joint out of the picture",
    Reason.OFF_VIEW: "not measurable from this view",
    Reason.NOT_A_BODY: "no plausible body",
    Reason.TOO_FAR: "too far from the camera",
    Reason.MOTION_BLUR: "picture blurred by movement",
    Reason.SECOND_PERSON: "second person in the picture",
    Reason.TOO_DARK: "too dark",
}
FACE_REASONS: dict[FaceReason, str] = {
    FaceReason.OK: "",
    FaceReason.NOT_FOUND: "no face seen",
    FaceReason.TURNED_AWAY: "face turned away",
    FaceReason.TOO_SMALL: "face too small",
}
FACE_LEARNING = "learning this face at rest"
FACE_OFF = "switched off"
FACE_HIDDEN = "hidden"
STATES: dict[FaceState, str] = {
    FaceState.NO_FACE: "no face",
    FaceState.ATTENTIVE: "attentive",
    FaceState.LOOKING_AWAY: "looking away",
    FaceState.EYES_CLOSED: "eyes closed",
    FaceState.DISCOMFORT: "discomfort",
}
ENDINGS: dict[EndReason, str] = {
    EndReason.COMPLETED: "completed",
    EndReason.STOPPED: "stopped",
    EndReason.FRAMES_STOPPED: "camera or browser went away",
    EndReason.SERVER_STOPPED: "program was closed",
    EndReason.CANCELLED: "cancelled",
    EndReason.FAILED: "failed",
    EndReason.INTERRUPTED: "interrupted",
}

PAIN_WORDS = ("none", "trace", "weak", "strong")
"""PSPI 0, 1, 2 and 3 or more (the bins of Hammal and Cohn)."""

NO_PATIENT = "No patient yet"
NO_PATIENT_HELP = "Every session belongs to a patient. A code is enough; names stay on this computer."
NO_SESSION = "No session yet"
NO_SESSION_HELP = "Run a live session or upload a recording; it appears here as soon as it is scored."

CAMERA_LABELS = {
    "start": "Start",
    "stop": "Stop",
    "select_device": "Choose camera",
    "device_ask_permission": "Allow the camera when the browser asks.",
    "device_not_available": "The camera cannot be opened. Another program may be using it: close that and try again.",
    "device_access_denied": "The browser refuses the camera for this page. Allow it at the left of the address bar.",
    "media_api_not_available": "Cameras need an address that starts with https:// or with localhost.",
    "turn_camera_on": "Camera on",
    "turn_camera_off": "Camera off",
    "select_camera": "Choose camera",
}
CAMERA_PROBLEMS = {
    "insecure": "A camera works only on this computer (http://localhost) or over https. Open the page that way.",
    "none": "No camera was found. Plug one in, or choose a demo clip instead.",
    "denied": "The browser refuses the camera. Allow it with the sign beside the address, then reload.",
}
CAMERA_TOO_SLOW = (
    "The camera's picture could not be taken within 10 seconds. This computer may be busy: wait a moment, reload the "
    "page and start again."
)
CAMERA_LOST = (
    "No picture for 5 seconds, so the session was closed and saved. Check the camera's cable, and that no other "
    "program took it; then press Stop and Start for a new session."
)
PICTURE_STILL_ON = "Nothing more is recorded. Press Stop, then Start for the next session."
NOTHING_RECORDED = "Nothing was recorded: no picture came from the camera."
CAMERA_WAITING = "Waiting for the first picture …"
TOO_DARK = "too dark: turn on a light"
TOO_BRIGHT = "too bright: avoid a window behind"
WHO_IS_THE_PATIENT = "Who is the patient?"
SECOND_PERSON_KEPT = "With a second person in the picture the patient's own numbers stay."
FOLLOW_HELP = "Measures this person from now on. The number stands on the picture; a solid frame is who is measured."


STAND: dict[str, str] = {
    "side": "Stand side-on to the camera, 2 to 3 metres away, so that the whole body is in the picture.",
    "front": "Face the camera, 2 to 3 metres away, so that the whole body is in the picture.",
    "any": "Stand 2 to 3 metres from the camera, so that the whole body is in the picture.",
}
TARGET_HELP = "Repetitions to do; 0 for no target"
CLIP_HELP = "A demo clip plays in place of the camera; it shows a rendered person"
FACE_HELP = "Pain and state are estimates from the face. No picture is ever stored."
HIDE_HELP = "Hides it on this screen. It goes on being recorded."
PATIENT_SAYS = "Patient says: pain now, 0 none to 10 worst"
NOTE_HINT = "Saved with the session"
NOT_SAVED = "Nothing is being recorded, so this was not saved."
KEYS = "Keys: space starts and stops, M marks an event."


ZERO_HELP = (
    "Ask the person to stand straight, knees straight, arms hanging, and not to move. After 3 seconds of that, trunk, "
    "hips, knees and ankles count from there. Not for people who cannot stand straight."
)
ZERO_TOGGLE_HELP = f"Taken as soon as the person stands still. {ZERO_HELP}"
ZERO_UNDO_HELP = "Back to the angles as measured, from now on"
ZERO_ASK = "Neutral zero: stand straight, arms hanging, and keep still."
ZERO_GIVEN_UP = "No neutral zero was taken."
ZERO_AGAIN = "Press Zero now to try again."
ZERO_NOTHING = "less than 1° everywhere"
ZERO_BENT = "Not zeroed, more than 10° from straight:"
ZERO_BENT_HELP = "If it does straighten: stand straighter, press Zero now."
STANCES: dict[Stance, str] = {
    Stance.UNSEEN: "Trunk or legs are not seen.",
    Stance.LEANING: "The trunk leans.",
    Stance.LEGS_BENT: "The legs are bent.",
    Stance.ARMS_RAISED: "The arms are raised.",
    Stance.MOVING: "The person moved.",
    Stance.STILL: "",
}
GONIOMETER_HELP = (
    "Hold a position, press Take reading, and type what the goniometer says. One reading gives an offset; two or three "
    "at least 20° apart give a slope as well. It holds for this joint from this view, in later sessions too."
)
GONIOMETER_TYPE = "Type what the goniometer says."
GONIOMETER_MISSING = "Type what the goniometer says to each reading, or remove the reading."
GONIOMETER_SAME = "This reading is the same as before. Wait for a new picture, and take it again."
GONIOMETER_IN_USE = "Used from now on; it can be stopped on the Patients page."
CALIBRATION_KINDS: dict[CalibrationKind, str] = {"goniometer": "goniometer", "neutral": "neutral zero"}
NO_CALIBRATION = "None: angles are used as measured."
STOP_CALIBRATION_HELP = "Angles are used as measured from the next session on; the calibration is kept in the list"


RANGES_LEFT_OUT = "Joints whose movement was not seen from end to end are left out."
ERROR_HELP = "± is the expected error: how far the measurement is off on average."
CHANGES: dict[Change, str] = {
    "more": "{difference:.0f}° more, beyond the measurement error.",
    "less": "{difference:.0f}° less, beyond the measurement error.",
    "none": "no change that can be told from the measurement error: that takes more than {smallest:.0f}°.",
    "unknown": "whether that is a change cannot be said, because an earlier version stored no error.",
}


_WHOLE = ("no face", "face", "nobody", "no plausible", "too far", "too dark", "picture", "second person")
"""How the words begin that need no "body:" or "face:" before them."""


def unusable(what: str, reason: Reason | FaceReason) -> str:
    """Why frames could not be used, in words; what is "body" or "face"."""
    words = FACE_REASONS[reason] if isinstance(reason, FaceReason) else REASONS[reason]
    return words if words.startswith(_WHOLE) else f"{what}: {words}"


def sides_of(exercise: Exercise) -> list[Side]:
    """The sides that can be chosen for an exercise."""
    return ["both"] if exercise.side_mode == "both" else ["left", "right", "both"]


def pain_word(pspi: float) -> str:
    """The word for a PSPI of 0-16."""
    return PAIN_WORDS[min(int(pspi + 0.5), len(PAIN_WORDS) - 1)]
