"""What deviates right now: the criteria of the exercise on the current angles, for the overlay and the live cue."""

import math

import numpy as np

from physio.exercise.definition import Exercise
from physio.exercise.parts import Criterion
from physio.exercise.scoring import in_view, side_names
from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.types import Cue, FloatArray, Kinematics, Phase, Reason, Side

SMOOTH_S = 0.15
REST_SMOOTH_S = 0.5
STALE_S = 0.5


class FormWatch:
    """Follows the angles that people are given and their values at rest: what the score of a repetition leaves out is
    no reason to correct anybody. step returns the deviating angle names and the cues that go with
    them: criteria on "max", "min", "rise", "drop", "shift" and "asymmetry" while moving, errors (the safe limit) at
    rest too."""

    def __init__(self, exercise: Exercise):
        self._exercise = exercise
        self._now = np.full(len(ANGLES), np.nan)
        self._rest = np.full(len(ANGLES), np.nan)
        self._known_s = np.full(len(ANGLES), -math.inf)
        self._t_s = math.nan

    def step(
        self, t_s: float, kinematics: Kinematics, phase: Phase, side: Side
    ) -> tuple[frozenset[str], tuple[Cue, ...]]:
        """side: the one that works now."""
        self._follow(t_s, _given(kinematics), phase)
        names: set[str] = set()
        cues: list[Cue] = []
        for criterion in self._exercise.judged:
            if phase == Phase.REST and criterion.severity != "error":
                continue
            if in_view(criterion, kinematics.azimuth_deg) and (missed := self._missed(criterion, side, phase)):
                names |= missed
                cues.append(Cue(criterion.id, criterion.cue, criterion.severity))
        return frozenset(names), tuple(cues)

    def _follow(self, t_s: float, angles_deg: FloatArray, phase: Phase) -> None:
        known = np.isfinite(angles_deg)
        dt_s = 0.0 if math.isnan(self._t_s) else t_s - self._t_s
        back = known & (t_s - self._known_s > STALE_S)
        self._now = np.where(back, angles_deg, _towards(self._now, angles_deg, known, dt_s / SMOOTH_S))
        self._known_s[known] = t_s
        self._now[t_s - self._known_s > STALE_S] = np.nan
        if phase == Phase.REST:
            fresh = np.isnan(self._rest) & known
            self._rest = np.where(fresh, self._now, self._rest)
            self._rest = _towards(self._rest, self._now, np.isfinite(self._now), dt_s / REST_SMOOTH_S)
        self._t_s = t_s

    def _missed(self, criterion: Criterion, side: Side, phase: Phase) -> set[str]:
        """The angles that break the criterion at this moment, whatever comes after."""
        low, high = self._exercise.limits(criterion)
        names = side_names(criterion.of, side, criterion.other_side) if criterion.take else []
        if criterion.take == "asymmetry":
            names = side_names(criterion.of, "both")
            apart = abs(self._value(names[0]) - self._value(names[1]))
            return set(names) if phase == Phase.HOLD and apart > high else set()
        if criterion.take == "min":
            return {name for name in names if self._value(name) < low}
        return {name for name in names if self._height(criterion.take, name) > high}

    def _height(self, take: str, name: str) -> float:
        """The statistic as far as one moment can exceed its limit, NaN when it cannot."""
        value, rest = self._value(name), float(self._rest[ANGLE_INDEX[name]])
        return {"max": value, "rise": value - rest, "drop": rest - value, "shift": abs(value - rest)}.get(
            take, math.nan
        )

    def _value(self, name: str) -> float:
        return float(self._now[ANGLE_INDEX[name]])


def _given(kinematics: Kinematics) -> FloatArray:
    """The angles (A,), NaN where they are refused."""
    return np.where(kinematics.reasons == Reason.OK, kinematics.angles_deg, np.nan)


def _towards(old: FloatArray, new: FloatArray, where: FloatArray, share: float) -> FloatArray:
    return np.where(where, old + (new - old) * -math.expm1(-share), old)
