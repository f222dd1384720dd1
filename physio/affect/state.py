"""From faces at their time stamps to an Affect record: action units, PSPI and what the face shows."""

from dataclasses import replace

import numpy as np

from physio.affect.action_units import ACTION_UNITS, AU_INDEX, eye_opening, intensities, unit_values
from physio.affect.baseline import Baseline
from physio.affect.geometry import MEASURE_INDEX, measure_face
from physio.affect.pain import STRONG_PSPI, EyeClosure, pspi
from physio.affect.timing import Sustained, TimeAverage
from physio.types import Affect, Face, FaceReason, FaceState, FloatArray

MAX_YAW_DEG = 40.0
MAX_PITCH_DEG = 30.0
"""Beyond these the far side of the face is a guess of the landmark network (the limits of py-feat's own filter)."""
MIN_HEIGHT_PX = 24.0
"""A face of 30 px must be read; at 24 px an open eye is one pixel high. This is about detail, not about distance: the
reason says that the face is too small in the frame and leaves open why."""
MAX_AGE_S = 0.5
_AWAY_YAW_DEG = 30.0
_AWAY_PITCH_DEG = 25.0
_SUSTAIN_S = 0.5
_SMOOTHING_S = 0.25
_LEAVE_PSPI = STRONG_PSPI - 0.5  # hysteresis: discomfort ends below this
_AROUND_EYES = [MEASURE_INDEX[name] for name in ("lower_lid", "eye_aperture", "cheek")]


class AffectEstimator:
    """One person's face over one session. All timing is on time stamps: any frame rate, dropped frames, pauses. Action
    units are NaN until the person's own neutral face is known well enough to score against, PSPI until that is final:
    while it is still learned the same face is given one number now and another a second later."""

    def __init__(self) -> None:
        self._baseline = Baseline()
        self._closure = EyeClosure()
        self._average = TimeAverage(_SMOOTHING_S)
        self._away = Sustained(_SUSTAIN_S)
        self._discomfort = Sustained(_SUSTAIN_S)
        self._last = _unread(FaceReason.NOT_FOUND, np.nan)
        self._last_s = -np.inf

    def step(self, face: Face | None, t_s: float) -> Affect:
        """The reading at t_s (increasing). Call only when a face was looked for; None means that none was found."""
        self._last = replace(self._read(face, t_s), seen_s=self._baseline.seen_s)
        self._last_s = t_s
        return self._last

    def aged(self, t_s: float) -> Affect:
        """The last reading as it stands at t_s, with its age; unknown when it is older than MAX_AGE_S."""
        age_s = t_s - self._last_s
        if age_s <= MAX_AGE_S:
            return replace(self._last, age_s=age_s)
        return replace(_unread(FaceReason.NOT_FOUND, np.nan), seen_s=self._baseline.seen_s)

    def _read(self, face: Face | None, t_s: float) -> Affect:
        if face is None:
            return _unread(FaceReason.NOT_FOUND, 0.0)
        self._away.step(not _faces_camera(face, _AWAY_YAW_DEG, _AWAY_PITCH_DEG), t_s)
        if not _faces_camera(face, MAX_YAW_DEG, MAX_PITCH_DEG):
            away = _unread(FaceReason.TURNED_AWAY, 0.0)
            return replace(away, yaw_deg=face.yaw_deg, pitch_deg=face.pitch_deg)
        if face.reason is not FaceReason.OK:
            return replace(_unread(face.reason, 0.0), yaw_deg=face.yaw_deg, pitch_deg=face.pitch_deg)
        if not face.height_px >= MIN_HEIGHT_PX:
            return replace(_unread(FaceReason.TOO_SMALL, 0.0), yaw_deg=face.yaw_deg, pitch_deg=face.pitch_deg)
        measures = measure_face(face)
        if not np.isfinite(measures).all():
            return _unread(FaceReason.NOT_FOUND, 0.0)
        units = self._score(measures, t_s)
        pain = float(pspi(units)) if self._baseline.final else np.nan
        return Affect(units, pain, self._show(units, pain, t_s), FaceReason.OK, face.yaw_deg, face.pitch_deg, 0.0)

    def _score(self, measures: FloatArray, t_s: float) -> FloatArray:
        """Action units (U,) of a usable face; NaN until the baseline is ready."""
        self._baseline.step(measures, t_s)
        if not self._baseline.ready:
            self._average.step(measures, t_s)
            return np.full(len(ACTION_UNITS), np.nan)
        neutral = self._baseline.neutral
        self._closure.step(float(eye_opening(measures, neutral)), t_s)
        if self._closure.blinking:
            measures = measures.copy()
            measures[_AROUND_EYES] = np.nan  # the average keeps what was before the blink
        values = unit_values(self._average.step(measures, t_s), neutral)
        units = intensities(values, self._baseline.trace)
        units[AU_INDEX["au43"]] = float(self._closure.closed)
        return units

    def _show(self, units: FloatArray, pain: float, t_s: float) -> FaceState:
        self._discomfort.step(pain >= (_LEAVE_PSPI if self._discomfort.sustained else STRONG_PSPI), t_s)
        if self._discomfort.sustained:
            return FaceState.PAIN
        return FaceState.NEUTRAL if self._away.sustained or units[AU_INDEX["au43"]] > 0 else FaceState.ENGAGED


def _faces_camera(face: Face, max_yaw_deg: float, max_pitch_deg: float) -> bool:
    return abs(face.yaw_deg) <= max_yaw_deg and abs(face.pitch_deg) <= max_pitch_deg


def _unread(reason: FaceReason, age_s: float) -> Affect:
    units = np.full(len(ACTION_UNITS), np.nan)
    return Affect(units, np.nan, FaceState.NO_FACE, reason, np.nan, np.nan, age_s)
