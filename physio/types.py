"""The records that pass between the stages of the pipeline.

Frozen; arrays are float64 unless said otherwise and are never written to after they were made. Unknown is NaN (or None
for a whole record), never 0, -1 or the last value. Time is seconds since the start of the session (`t_s`) from the
stream's own time stamps. Left and right are the person's own. Times of intervals are half open: [start_s, end_s).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Literal

import numpy as np
import numpy.typing as npt

from physio.messages import Message

FloatArray = npt.NDArray[np.float64]
Image = npt.NDArray[np.uint8]
Side = Literal["left", "right", "both"]
Severity = Literal["error", "warning", "info"]
Tone = Literal["error", "warning", "positive", "info"]
CalibrationKind = Literal["goniometer", "neutral"]


class Reason(IntEnum):
    """Why a body sample may not be used. Stored as a number, shown by its name.

    SECOND_PERSON alone does not always take the numbers away: another person in the frame makes them doubtful, and
    only when the network has gone over to that person are they unknown.
    """

    OK = 0
    NO_PERSON = 1
    LOW_VISIBILITY = 2
    OUT_OF_FRAME = 3
    OFF_VIEW = 4
    NOT_A_BODY = 5
    TOO_FAR = 6
    MOTION_BLUR = 7
    SECOND_PERSON = 8
    TOO_DARK = 9
    LOW_RESOLUTION = 10


class FaceReason(IntEnum):
    """Why a frame has no usable face. Stored as a number.

    HIDDEN: a hand or a mask covers part of it; DOUBTFUL: what the network makes of it is not a face that it knows;
    LEARNING: the face is usable, only the person's own neutral face is not known yet.
    """

    OK = 0
    NOT_FOUND = 1
    TURNED_AWAY = 2
    TOO_SMALL = 3
    HIDDEN = 4
    BLURRED = 5
    DOUBTFUL = 6
    LEARNING = 7


class Phase(IntEnum):
    """Where in a repetition the person is. Stored as a number."""

    REST = 0
    OUTWARD = 1
    HOLD = 2
    RETURN = 3


class FaceState(IntEnum):
    """What the face shows, the most probable of five states (affect.states.STATES); an estimate, never what the patient
    feels. Stored as a number; 1 to 4 were the states of an earlier estimate, which could not see pain."""

    NO_FACE = 0
    NEUTRAL = 5
    ENGAGED = 6
    MILD_DISCOMFORT = 7
    PAIN = 8
    HIGH_DISTRESS = 9


class EndReason(StrEnum):
    """How a session ended. STOPPED: somebody pressed Stop; CAMERA_ENDED: the stream was over without that: the camera
    was switched off, the page left or closed; FRAMES_STOPPED: the stream stood still."""

    COMPLETED = "completed"
    STOPPED = "stopped"
    TARGET_REACHED = "target reached"
    CAMERA_ENDED = "camera ended"
    FRAMES_STOPPED = "frames stopped"
    SERVER_STOPPED = "server stopped"
    CANCELLED = "cancelled"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame. image: (H, W, 3) uint8 RGB, upright; t_s strictly increasing within a source."""

    index: int
    t_s: float
    image: Image


@dataclass(frozen=True, slots=True)
class Pose:
    """One body. image_px (33, 2) x right, y down; world_m (33, 3) x right, y down, z away from the camera, origin at
    mid-hip, metres as estimated; visibility (33,) 0-1."""

    image_px: FloatArray
    world_m: FloatArray
    visibility: FloatArray


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the frame: number from 1, the same as long as they are seen; box_px left, top, right, bottom;
    followed: whether this is the patient."""

    number: int
    box_px: tuple[float, float, float, float]
    followed: bool


def _unknown(count: int) -> Callable[[], FloatArray]:
    return lambda: np.full(count, np.nan)


UNIT_COUNT, STATE_COUNT, EXPRESSION_COUNT, APPEARANCE_COUNT = 19, 5, 7, 247


@dataclass(frozen=True, slots=True)
class Face:
    """One face. landmarks_px (478, 3) in pixels of the whole frame, z in the same scale, towards the camera negative;
    rotation (3, 3) takes the canonical face (x right, y up, z towards the camera) to how the head is turned; yaw,
    pitch, roll are the same in degrees (0 = facing the camera; yaw positive to the person's left, pitch positive up,
    roll positive to the person's right shoulder); height_px of the face; appearance (247,): see
    perception.appearance, NaN where it was not read, never stored; reason: why it may not be read, HIDDEN, BLURRED or
    DOUBTFUL, OK where the face itself gives none."""

    landmarks_px: FloatArray
    rotation: FloatArray
    yaw_deg: float
    pitch_deg: float
    roll_deg: float
    height_px: float
    appearance: FloatArray = field(default_factory=_unknown(APPEARANCE_COUNT))
    reason: FaceReason = FaceReason.OK


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen in one frame: all that later stages may know of it, so that what is stored can be analysed again.

    size_px: width and height of the frame, to which all pixels refer; pose None when the patient was not found or is
    not sure, or no body is to be analysed; reason: why its angles may not be used (OK also when nobody asked for them),
    or SECOND_PERSON beside a pose that may; changed: whether this is the first pose of another person than before;
    people: everybody who could be the patient, when there is more than one; ambiguous: whether nobody has said yet who
    of them is; brightness: how light the brighter parts of the body are, of the whole frame without a body, 0-255;
    face_looked: whether the face was looked for (it is not in every frame); face: the patient's, None when it was not
    found or not looked for.
    """

    index: int
    t_s: float
    size_px: tuple[int, int]
    pose: Pose | None
    reason: Reason
    changed: bool = False
    people: tuple[Person, ...] = ()
    ambiguous: bool = False
    brightness: float = float("nan")
    face_looked: bool = False
    face: Face | None = None

    @property
    def refused(self) -> bool:
        """Whether no angle may be taken from the pose."""
        return self.pose is None or self.reason not in (Reason.OK, Reason.SECOND_PERSON)


@dataclass(frozen=True, slots=True)
class Kinematics:
    """angles_deg (A,) in the order of kinematics.angles.ANGLES, NaN where not usable; reasons (A,) uint8 of Reason;
    azimuth_deg of the camera (0 = in front of the person, +90 = on the person's left), NaN when unknown; error_deg (A,)
    the expected absolute error of each angle, given or not, NaN without a body; azimuth_error_deg that of the view."""

    angles_deg: FloatArray
    reasons: npt.NDArray[np.uint8]
    azimuth_deg: float
    error_deg: FloatArray
    azimuth_error_deg: float = float("nan")


@dataclass(frozen=True, slots=True)
class Affect:
    """The face's reading. Everything is NaN where `reason` is not OK, but for the head's direction where it is known.

    action_units (19,) 0-5 in the order of affect.action_units.ACTION_UNITS; pspi 0-16, NaN until the person's own
    neutral face is known; state: the most probable one; age_s since the frame it was read from; seen_s: how long this
    person's face has been usable so far, NaN when that is unknown; unit_errors (19,) and pspi_error: expected absolute
    errors; pain_probability 0-1; states (5,): probabilities in the order of affect.states.STATES; engagement_pct 0-100;
    expression (7,): probabilities in the order of affect.expression.EXPRESSIONS, valence and arousal -1 to 1: the
    facial expression signal, NaN unless it is asked for; gaze_yaw_deg, gaze_pitch_deg: of the eyes relative to the
    head, signs as the head's; flash: an expression of less than half a second has just ended.
    """

    action_units: FloatArray
    pspi: float
    state: FaceState
    reason: FaceReason
    yaw_deg: float
    pitch_deg: float
    age_s: float
    seen_s: float = float("nan")
    roll_deg: float = float("nan")
    unit_errors: FloatArray = field(default_factory=_unknown(UNIT_COUNT))
    pspi_error: float = float("nan")
    pain_probability: float = float("nan")
    states: FloatArray = field(default_factory=_unknown(STATE_COUNT))
    engagement_pct: float = float("nan")
    expression: FloatArray = field(default_factory=_unknown(EXPRESSION_COUNT))
    valence: float = float("nan")
    arousal: float = float("nan")
    gaze_yaw_deg: float = float("nan")
    gaze_pitch_deg: float = float("nan")
    flash: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """A criterion that a repetition missed: measured value against the limit, both in the criterion's unit."""

    id: str
    value: float
    limit: float
    severity: Severity


@dataclass(frozen=True, slots=True)
class Rep:
    """One counted repetition. Index from 1. peak_deg is the signal at its far end, rom_deg the excursion, start_deg
    where it began, which is the larger end where the signal falls, NaN in what earlier versions stored; eccentric_s +
    hold_s + concentric_s = end_s - start_s; score 0-100, NaN when too few criteria could be judged. rom_error_deg: the
    expected absolute error of the range, NaN when unknown; estimated: whether the range rests on an estimate from other
    angles or on refused frames; criteria_judged of criteria_total that apply, 0 of 0 in what earlier versions
    stored."""

    index: int
    side: Side
    start_s: float
    peak_s: float
    end_s: float
    peak_deg: float
    rom_deg: float
    eccentric_s: float
    hold_s: float
    concentric_s: float
    score: float
    faults: tuple[Fault, ...] = ()
    rom_error_deg: float = float("nan")
    estimated: bool = False
    criteria_judged: int = 0
    criteria_total: int = 0
    start_deg: float = float("nan")


@dataclass(frozen=True, slots=True)
class RejectedRep:
    """A movement that was seen but not counted, with the reason."""

    side: Side
    start_s: float
    end_s: float
    reason: Message


@dataclass(frozen=True, slots=True)
class Cue:
    """One line for the patient."""

    id: str
    text: Message
    tone: Tone


@dataclass(frozen=True, slots=True)
class CalibrationLine:
    """What corrects one angle in one view: calibrated = offset_deg + slope · measured for measured values between
    from_deg and to_deg; beyond them the correction of the nearer end, because nothing is known there.

    angle: its name in kinematics.angles; azimuth_deg: where the camera stood (see Kinematics); residual_deg: how far
    the readings lie from the line, 0 when there are too few to tell.
    """

    angle: str
    kind: CalibrationKind
    azimuth_deg: float
    offset_deg: float
    slope: float = 1.0
    from_deg: float = 0.0
    to_deg: float = 0.0
    residual_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class CalibrationChange:
    """A line that came into use with a frame, or (in_use False) went out of it."""

    line: CalibrationLine
    in_use: bool


@dataclass(frozen=True, slots=True)
class FrameResult:
    """Everything known after one frame.

    observation: what was seen in it (its face is not kept by those who store); kinematics: for people.
    reason: why the exercise's own signal is not usable in this frame (OK when it is), or SECOND_PERSON beside a signal
    that is usable.
    signal_deg: the exercise's signal, NaN when unknown or no exercise is chosen.
    closed: repetitions that ended with this frame; rejected: likewise those not counted.
    deviating: names of the angles outside their criteria now (for the overlay).
    score: form score of the last repetition, NaN before the first.
    calibration: what changed in the correction of the angles with this frame.
    """

    observation: Observation
    kinematics: Kinematics
    affect: Affect
    reason: Reason
    signal_deg: float
    phase: Phase
    rep_count: int
    score: float
    cue: Cue | None
    closed: tuple[Rep, ...] = ()
    rejected: tuple[RejectedRep, ...] = ()
    deviating: frozenset[str] = field(default_factory=frozenset)
    calibration: tuple[CalibrationChange, ...] = ()

    @property
    def t_s(self) -> float:
        """When the frame was taken."""
        return self.observation.t_s

    @property
    def pose(self) -> Pose | None:
        """The patient's body."""
        return self.observation.pose
