"""Calibration during one session: the lines in use, when a neutral zero is taken, and readings for a goniometer."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from physio.errors import CalibrationError
from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.kinematics.calibration import Calibration, Standing, neutral
from physio.kinematics.standing import STILL_FOR_S, Stance, StandingStill
from physio.types import CalibrationChange, CalibrationLine, FloatArray

READING_S = 1.0
MAX_READING_SPREAD_DEG = 8.0
GIVE_UP_AFTER_S = 15.0
ASKED_STANCE_DEG, OWN_STANCE_DEG = 2.0, 4.0
"""By how much people miss 0 when they are asked to stand straight, and when they just stand: rendered people who just
stand have 4° of knee and 5° of hip flexion (docs/decisions/0008)."""

ZEROED = tuple(angle.name for angle in ANGLES if angle.row.zeroed)
_MIN_READING_MOMENTS = 3


@dataclass(frozen=True, slots=True)
class CalibrationSetup:
    """What a session starts with: the patient's lines, and whether the neutral zero is taken by itself as soon as the
    person stands straight and still."""

    lines: tuple[CalibrationLine, ...] = ()
    zero_when_standing: bool = False


NO_CALIBRATION = CalibrationSetup()


class ZeroState(StrEnum):
    """Where the neutral zero is: OFF (not wanted, or undone), WAITING for the person to stand by itself, COUNTING
    after it was asked for, TAKEN, GIVEN_UP."""

    OFF = "off"
    WAITING = "waiting"
    COUNTING = "counting"
    TAKEN = "taken"
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class CalibrationStatus:
    """How it stands, safe to keep. left_s: how much longer to stand still while WAITING or COUNTING; stance: what the
    person does, or why it was GIVEN_UP; lines in use; bent: (angle, measured degrees) of joints too far from straight
    to be zeroed."""

    state: ZeroState = ZeroState.OFF
    left_s: float = STILL_FOR_S
    stance: Stance = Stance.UNSEEN
    lines: tuple[CalibrationLine, ...] = ()
    bent: tuple[tuple[str, float], ...] = ()


UNCALIBRATED = CalibrationStatus()


@dataclass(frozen=True, slots=True)
class _Moment:
    """Angles and their expected errors (A,), NaN where not given."""

    t_s: float
    angles_deg: FloatArray
    error_deg: FloatArray
    azimuth_deg: float


class Calibrator:
    """One session's calibration. Not thread-safe but for `status`, which is replaced as a whole."""

    def __init__(self, setup: CalibrationSetup = NO_CALIBRATION):
        self.calibration = Calibration()
        self.status = CalibrationStatus(ZeroState.WAITING if setup.zero_when_standing else ZeroState.OFF)
        self._at_first = self.status.state
        self._goniometer = setup.lines
        self._neutral: tuple[CalibrationLine, ...] = ()
        self._reported: tuple[CalibrationLine, ...] = ()
        self._standing = StandingStill()
        self._recent: deque[_Moment] = deque()
        self._asked_s = float("nan")
        self._use()

    # -- every frame -------------------------------------------------------------------------------------------------

    def step(self, t_s: float, angles_deg: FloatArray, error_deg: FloatArray, azimuth_deg: float) -> Calibration:
        """What to correct the angles of this frame with. angles_deg (A,) as measured, uncalibrated, NaN where they are
        not given; error_deg (A,); t_s increasing."""
        now = _Moment(t_s, angles_deg, error_deg, azimuth_deg)
        self._recent.append(now)
        while self._recent[0].t_s < t_s - READING_S:
            self._recent.popleft()
        if self.status.state in (ZeroState.WAITING, ZeroState.COUNTING):
            self._watch(now)
        return self.calibration

    def nobody(self) -> None:
        """A frame without a usable body."""
        self._recent.clear()
        self._standing.nobody()
        if self.status.state in (ZeroState.WAITING, ZeroState.COUNTING):
            self.status = replace(self.status, left_s=STILL_FOR_S, stance=Stance.UNSEEN)

    def patient_changed(self) -> None:
        """Another person is followed from now on: the neutral zero of the former one goes, and it is taken anew if it
        was wanted from the start. The goniometer lines are the patient's, whom this person is taken for."""
        self.nobody()
        self._neutral = ()
        if self.status.state in (ZeroState.TAKEN, ZeroState.GIVEN_UP):
            self.status = CalibrationStatus(self._at_first)
        self._use()

    def changes(self) -> tuple[CalibrationChange, ...]:
        """Which lines came into use and went out of it since the last call."""
        lines, reported = self.calibration.lines, self._reported
        if lines is reported:
            return ()
        self._reported = lines
        gone = [CalibrationChange(line, False) for line in reported if line not in lines]
        return (*gone, *(CalibrationChange(line, True) for line in lines if line not in reported))

    # -- what people ask for -----------------------------------------------------------------------------------------

    def zero_now(self) -> None:
        """Take the neutral zero anew, as soon as the person, who was asked to stand straight, has been still for
        STILL_FOR_S; give up after GIVE_UP_AFTER_S."""
        self._standing.nobody()
        self._asked_s = float("nan")
        self.status = replace(self.status, state=ZeroState.COUNTING, left_s=STILL_FOR_S, stance=Stance.STILL)

    def undo_zero(self) -> None:
        """Back to angles without a neutral zero; none is taken by itself any more."""
        self._neutral = ()
        self.status = replace(self.status, state=ZeroState.OFF, bent=())
        self._use()

    def use(self, goniometer: Sequence[CalibrationLine]) -> None:
        """Measure with these goniometer lines, in place of earlier ones, from the next frame on."""
        self._goniometer = tuple(goniometer)
        self._use()

    def reading(self, angle: str) -> tuple[float, float]:
        """(measured, azimuth): the uncalibrated angle now, median of the last READING_S, and where the camera stands.
        Raises CalibrationError when it is not measured now or not held still."""
        index = ANGLE_INDEX[angle]
        values = np.array([one.angles_deg[index] for one in self._recent])
        if np.isfinite(values).sum() < max(_MIN_READING_MOMENTS, 0.8 * values.size):
            raise CalibrationError("calibration.not_measured")
        if np.nanmax(values) - np.nanmin(values) > MAX_READING_SPREAD_DEG:
            raise CalibrationError("calibration.moved")
        return float(np.nanmedian(values)), self._recent[-1].azimuth_deg

    # -- neutral zero ------------------------------------------------------------------------------------------------

    def _watch(self, now: _Moment) -> None:
        still_s = self._standing.step(now.t_s, now.angles_deg, now.error_deg, now.azimuth_deg)
        stance = self._standing.stance
        if still_s >= STILL_FOR_S:
            self._take(now)
            return
        if self.status.state is ZeroState.COUNTING:
            self._asked_s = now.t_s if np.isnan(self._asked_s) else self._asked_s
            # Standing still is no reason to have given up: what interrupted it is.
            stance = self.status.stance if stance is Stance.STILL and still_s < 1.0 else stance
            if now.t_s - self._asked_s > GIVE_UP_AFTER_S:
                self.status = replace(self.status, state=ZeroState.GIVEN_UP, stance=stance)
                return
        self.status = replace(self.status, left_s=STILL_FOR_S - still_s, stance=stance)

    def _take(self, now: _Moment) -> None:
        stance_deg = ASKED_STANCE_DEG if self.status.state is ZeroState.COUNTING else OWN_STANCE_DEG
        values = self._standing.values_deg()
        measured = {line.angle for line in self._goniometer}
        lines, bent = [], []
        for name in ZEROED:
            index = ANGLE_INDEX[name]
            standing = Standing(float(values[index]), float(now.error_deg[index]), now.azimuth_deg)
            if name in measured or not np.isfinite(standing.measured_deg + standing.error_deg):
                continue
            line = neutral(name, standing, stance_deg)
            if line is None:
                bent.append((name, standing.measured_deg))
            else:
                lines.append(line)
        self._neutral = tuple(lines)
        self.status = replace(self.status, state=ZeroState.TAKEN, left_s=0.0, stance=Stance.STILL, bent=tuple(bent))
        self._use()

    def _use(self) -> None:
        self.calibration = Calibration((*self._goniometer, *self._neutral))
        self.status = replace(self.status, lines=self.calibration.lines)
