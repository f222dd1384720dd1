"""From faces at their time stamps to an Affect record: action units, PSPI, pain, states, expression and gaze."""

from dataclasses import replace

import numpy as np

from physio.affect.action_units import AU_INDEX
from physio.affect.expression_signal import ExpressionSignal
from physio.affect.flashes import Flashes
from physio.affect.neutral import RestingFace, RestingFaceLearner
from physio.affect.pain import CLOSED_FROM, CLOSURE_S, pspi
from physio.affect.reading import in_order, read, unread, usable_shape
from physio.affect.state_model import StateReader
from physio.affect.timing import Sustained, TimeAverage
from physio.affect.unit_model import Shape, UnitModel, UnitReading, beyond_error
from physio.types import Affect, Face, FaceReason, FaceState

MAX_AGE_S = 0.5
SMOOTHING_S = 0.1
"""Time constant of what is shown: landmarks flicker by about half a level from frame to frame."""
_LIDS, _EYES_CLOSED = AU_INDEX["au45"], AU_INDEX["au43"]
_AT_REST_TOO = ("au25", "au45")
"""No sign of activity: lips part at rest too, and everybody blinks."""


class AffectEstimator:
    """One person's face over one session. All timing is on time stamps: any frame rate, dropped frames, pauses.

    Until the person's own face at rest is known nothing is scored (LEARNING): the same face would be given one number
    now and another a second later. resting: known from an earlier session. states: what tells them, physio's own
    when None; another while that is being fitted.
    """

    def __init__(self, resting: RestingFace | None = None, states: StateReader | None = None):
        self._model = UnitModel.load()
        self._expressed = [i for i, name in enumerate(self._model.units) if name not in _AT_REST_TOO]
        self._rest = RestingFaceLearner(self._activity, resting)
        self._shut = Sustained(CLOSURE_S)
        self._average = TimeAverage(SMOOTHING_S)
        self._flashes = Flashes()
        self._expression = ExpressionSignal()
        self._states = StateReader() if states is None else states
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
        shape, reason = usable_shape(face, self._model)
        if face is None or shape is None:
            self._flashes.step(np.nan, t_s)
            return unread(reason, 0.0, face)
        self._rest.step(shape, t_s)
        if self._rest.face is None:
            return unread(FaceReason.LEARNING, 0.0, face)
        return self._score(face, shape, self._rest.face.shape, t_s)

    def _score(self, face: Face, shape: Shape, resting: Shape, t_s: float) -> Affect:
        reading = self._model.read(shape, resting)
        errors = in_order(reading.errors)
        errors[_LIDS] = 0.0  # whether the eyes are shut decides about AU43, which has no error
        now = in_order(reading.levels)
        self._shut.step(bool(now[_LIDS] >= CLOSED_FROM), t_s)
        levels = self._average.step(now, t_s).copy()
        units = beyond_error(levels, errors)
        levels[_EYES_CLOSED] = units[_EYES_CLOSED] = float(self._shut.sustained)
        now = beyond_error(now, errors)
        now[_EYES_CLOSED] = 0.0
        scored = replace(
            read(units, reading, shape, 0.0),
            state=FaceState.NEUTRAL,
            flash=self._flashes.step(float(pspi(now)), t_s),
        )
        scored = self._expression.step(scored, face, self._active(reading), t_s)
        return self._states.step(levels, scored, t_s)

    def _activity(self, shape: Shape) -> float:
        return self._active(self._model.read(shape, None))

    def _active(self, reading: UnitReading) -> float:
        return float(reading.levels[self._expressed].sum())
