"""Whether a person stands straight and still, from the angles over time: the moment for a neutral zero."""

from collections import deque
from enum import StrEnum

import numpy as np

from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.kinematics.geometry import wrap_deg
from physio.types import FloatArray

STILL_FOR_S = 3.0
MAX_GAP_S = 0.5
MAX_MOTION_DEG, MAX_MOTION_ERRORS = 5.0, 2.0
"""Between any two moments, the larger one of so many degrees and so many expected errors: rendered people who stand
still measure up to 3° of motion in 9 of 10 cases, but the far leg in a compressed video wavers by 10°."""
MAX_TURN_DEG = 15.0

# How far from straight still counts as standing straight: wide enough for a measurement that is off and for a joint
# that does not straighten (its offset is then not used), tight enough to tell sitting, squatting and raised arms.
_MAX_TRUNK_DEG, _MAX_LEG_DEG, _MAX_ARM_DEG = 20.0, 25.0, 30.0
_MIN_KNOWN_SHARE = 0.8


class Stance(StrEnum):
    """What the person does as seen from the neutral zero; the words are for storage and tests, not for people."""

    UNSEEN = "unseen"
    LEANING = "leaning"
    LEGS_BENT = "legs bent"
    ARMS_RAISED = "arms raised"
    MOVING = "moving"
    STILL = "still"


def _rows(*bases: str) -> list[int]:
    return [ANGLE_INDEX[angle.name] for angle in ANGLES if angle.base in bases]


# Not the trunk's inclination: from the front that is mostly depth, which is the worst measured.
_TRUNK, _ARMS = _rows("trunk_flexion", "trunk_lateral_flexion"), _rows("upper_arm_inclination")
_LEGS = _rows("knee_flexion", "thigh_inclination")
_WATCHED = [*_TRUNK, *_LEGS, *_ARMS, *_rows("hip_flexion", "hip_abduction")]


def posture(angles_deg: FloatArray) -> Stance:
    """Angles (A,) of one moment: STILL when upright on straight legs with hanging arms (as far as they are known),
    otherwise what is not. Something of the trunk and of the legs must be known."""
    size = np.abs(angles_deg)
    if not np.isfinite(size[_TRUNK]).any() or not np.isfinite(size[_LEGS]).any():
        return Stance.UNSEEN
    if (size[_TRUNK] > _MAX_TRUNK_DEG).any():
        return Stance.LEANING
    if (size[_LEGS] > _MAX_LEG_DEG).any():
        return Stance.LEGS_BENT
    return Stance.ARMS_RAISED if (size[_ARMS] > _MAX_ARM_DEG).any() else Stance.STILL


class StandingStill:
    """Watches one person. Time stamps count, not frames: frames may be missing for up to MAX_GAP_S."""

    def __init__(self) -> None:
        self.stance = Stance.UNSEEN
        self._moments: deque[tuple[float, float, FloatArray]] = deque()

    def step(self, t_s: float, angles_deg: FloatArray, error_deg: FloatArray, azimuth_deg: float) -> float:
        """One more moment with angles and their expected errors (A,), NaN where unknown; for how many seconds the
        person has stood still now."""
        before_s = self._moments[-1][0] if self._moments else t_s
        self.stance = posture(angles_deg)
        if self.stance is not Stance.STILL or t_s - before_s > MAX_GAP_S:
            self._moments.clear()
        if self.stance is not Stance.STILL:
            return 0.0
        self._forget_before_motion(angles_deg, error_deg, azimuth_deg)
        self._moments.append((t_s, azimuth_deg, angles_deg))
        while self._moments[0][0] < t_s - 2 * STILL_FOR_S:
            self._moments.popleft()
        return t_s - self._moments[0][0]

    def nobody(self) -> None:
        """Nobody is seen."""
        self.stance = Stance.UNSEEN
        self._moments.clear()

    def values_deg(self) -> FloatArray:
        """The median angles (A,) of the last STILL_FOR_S seconds of standing still, NaN where often unknown."""
        latest_s = self._moments[-1][0]
        recent = np.array([angles for t_s, _, angles in self._moments if t_s >= latest_s - STILL_FOR_S])
        often = np.isfinite(recent).mean(axis=0) >= _MIN_KNOWN_SHARE
        median = np.full(recent.shape[1], np.nan)
        median[often] = np.nanmedian(recent[:, often], axis=0)
        return median

    def _forget_before_motion(self, angles_deg: FloatArray, error_deg: FloatArray, azimuth_deg: float) -> None:
        """Forget what was before the last moment that lies too far from now: the person has moved since."""
        if not self._moments:
            return
        past = np.array([angles[_WATCHED] for _, _, angles in self._moments])
        turned = np.array([azimuth for _, azimuth, _ in self._moments]) - azimuth_deg
        limit_deg = np.fmax(MAX_MOTION_DEG, MAX_MOTION_ERRORS * error_deg[_WATCHED])
        far = (np.abs(past - angles_deg[_WATCHED]) > limit_deg).any(axis=1)
        moved = np.flatnonzero(far | (np.abs(wrap_deg(turned)) > MAX_TURN_DEG))
        if moved.size:
            self.stance = Stance.MOVING
            for _ in range(moved[-1] + 1):
                self._moments.popleft()
