"""From faces at their time stamps to an Affect record: action units, PSPI, pain, states, expression and gaze."""

from dataclasses import replace

import numpy as np

from physio.affect.action_units import ACTION_UNITS, AU_INDEX
from physio.affect.expression_signal import ExpressionSignal
from physio.affect.flash import Flashes
from physio.affect.head_frame import gaze_deg, in_head_frame
from physio.affect.neutral import RestingFace, RestingFaceLearner
from physio.affect.pain import EyeClosure, pspi
from physio.affect.state_model import StateReader
from physio.affect.timing import TimeAverage
from physio.affect.unit_model import Shape, UnitModel
from physio.affect.usable import why_not
from physio.types import Affect, Face, FaceReason, FaceState, FloatArray

MAX_AGE_S = 0.5
SMOOTHING_S = 0.1
"""Time constant of what is shown: landmarks flicker by about half a level from frame to frame."""
_MODEL_UNITS = [AU_INDEX[name] for name in UnitModel.load().units]
_LIDS = AU_INDEX["au45"]
_EXPRESSED = [i for i, name in enumerate(UnitModel.load().units) if name not in ("au25", "au45")]
"""What counts as activity: lips part at rest too, and everybody blinks."""


class AffectEstimator:
    """One person's face over one session. All timing is on time stamps: any frame rate, dropped frames, pauses.

    Until the person's own face at rest is known nothing is scored (LEARNING): the same face would be given one number
    now and another a second later. resting: known from an earlier session. states: whether they are told; not while
    what tells them is being fitted.
    """

    def __init__(self, resting: RestingFace | None = None, states: bool = True):
        self._units = UnitModel.load()
        self._rest = RestingFaceLearner(resting)
        self._closure = EyeClosure()
        self._average = TimeAverage(SMOOTHING_S)
        self._flashes = Flashes()
        self._expression = ExpressionSignal()
        self._states = StateReader() if states else None
        self._last = unread(FaceReason.NOT_FOUND, np.nan)
        self._last_s = -np.inf

    @property
    def resting(self) -> RestingFace | None:
        """The person's face at rest as far as it is known, to be kept for the next session."""
        return self._rest.face

    def step(self, face: Face | None, t_s: float) -> Affect:
        """The reading at t_s (increasing). Call only when a face was looked for; None means that none was found."""
        self._last = replace(self._read(face, t_s), seen_s=self._rest.seen_s)
        self._last_s = t_s
        return self._last

    def aged(self, t_s: float) -> Affect:
        """The last reading as it stands at t_s, with its age; unknown when it is older than MAX_AGE_S."""
        age_s = t_s - self._last_s
        if age_s <= MAX_AGE_S:
            return replace(self._last, age_s=age_s, flash=False)
        return replace(unread(FaceReason.NOT_FOUND, np.nan), seen_s=self._rest.seen_s)

    def _read(self, face: Face | None, t_s: float) -> Affect:
        reason = why_not(face)
        shape = self._units.shape(face) if face is not None and reason is FaceReason.OK else None
        if face is None or shape is None:
            self._flashes.step(np.nan, t_s)
            return unread(reason or FaceReason.NOT_FOUND, 0.0, face)
        self._rest.step(shape, float(self._units.read(shape, None).levels[_EXPRESSED].sum()), t_s)
        if self._rest.face is None:
            return unread(FaceReason.LEARNING, 0.0, face)
        return self._score(face, shape, self._rest.face, t_s)

    def _score(self, face: Face, shape: Shape, resting: RestingFace, t_s: float) -> Affect:
        reading = self._units.read(shape, resting.shape)
        now = in_order(reading.levels)
        self._closure.step(float(now[_LIDS]), t_s)
        units = self._average.step(now, t_s).copy()
        units[AU_INDEX["au43"]] = float(self._closure.closed)
        gaze_yaw, gaze_pitch = gaze_deg(in_head_frame(face.landmarks_px, face.rotation))
        now[AU_INDEX["au43"]] = 0.0
        read = Affect(
            action_units=units,
            pspi=float(pspi(units)),
            state=FaceState.NEUTRAL,
            reason=FaceReason.OK,
            yaw_deg=face.yaw_deg,
            pitch_deg=face.pitch_deg,
            age_s=0.0,
            roll_deg=face.roll_deg,
            unit_errors=in_order(reading.errors),
            pspi_error=reading.pspi_error,
            gaze_yaw_deg=gaze_yaw,
            gaze_pitch_deg=gaze_pitch,
            flash=self._flashes.step(float(pspi(now)), t_s),
        )
        read = self._expression.step(read, face, float(reading.levels[_EXPRESSED].sum()), t_s)
        return read if self._states is None else self._states.step(read, t_s)


def unread(reason: FaceReason, age_s: float, face: Face | None = None) -> Affect:
    """A reading without numbers, but for where the head looks when there is a face."""
    head = (np.nan,) * 3 if face is None else (face.yaw_deg, face.pitch_deg, face.roll_deg)
    units = np.full(len(ACTION_UNITS), np.nan)
    return Affect(units, np.nan, FaceState.NO_FACE, reason, head[0], head[1], age_s, roll_deg=head[2])


def in_order(values: FloatArray) -> FloatArray:
    """The model's units (M,) in the order of ACTION_UNITS (U,); AU43, which is a matter of time, NaN."""
    ordered = np.full(len(ACTION_UNITS), np.nan)
    ordered[_MODEL_UNITS] = values
    return ordered
