"""The table of joint angles: the one list of what is measured, with planes and signs.

Anatomical convention: standing upright with the arms at the sides is 0 everywhere; flexion, abduction and dorsiflexion
are positive. Left and right are the person's own.
"""

from dataclasses import dataclass
from typing import Literal

from physio.kinematics.view import View

Plane = Literal["sagittal", "frontal", "any"]


@dataclass(frozen=True, slots=True)
class Angle:
    """One measured angle. base is the name without side; side "l", "r" or "" for the trunk; plane is the anatomical
    plane it lives in; landmarks are the points it needs."""

    name: str
    base: str
    side: str
    label: str
    plane: Plane
    landmarks: tuple[str, ...]

    @property
    def view(self) -> View:
        """From where the camera sees the angle's own plane. Elsewhere an angle is given only within the narrower limit
        of estimator.MAX_ERROR_DEG; docs/validation.md has its error by view."""
        return _VIEW_OF[self.plane]


_VIEW_OF: dict[Plane, View] = {"sagittal": "side", "frontal": "front", "any": "any"}
_TRUNK = ("shoulder_l", "shoulder_r", "hip_l", "hip_r")
_PER_SIDE: tuple[tuple[str, str, Plane, tuple[str, ...]], ...] = (
    ("shoulder_flexion", "Shoulder flexion", "sagittal", (*_TRUNK, "elbow")),
    ("shoulder_abduction", "Shoulder abduction", "frontal", (*_TRUNK, "elbow")),
    ("shoulder_elevation", "Shoulder elevation", "any", (*_TRUNK, "elbow")),
    ("elbow_flexion", "Elbow flexion", "sagittal", ("shoulder", "elbow", "wrist")),
    ("hip_flexion", "Hip flexion", "sagittal", (*_TRUNK, "knee")),
    ("hip_abduction", "Hip abduction", "frontal", (*_TRUNK, "knee")),
    ("knee_flexion", "Knee flexion", "sagittal", ("hip", "knee", "ankle")),
    ("ankle_dorsiflexion", "Ankle dorsiflexion", "sagittal", ("knee", "ankle", "heel", "foot_index")),
    ("thigh_inclination", "Thigh to vertical", "any", ("hip", "knee")),
    ("shank_inclination", "Shank to vertical", "any", ("knee", "ankle")),
    ("upper_arm_inclination", "Upper arm to vertical", "any", ("shoulder", "elbow")),
    ("forearm_inclination", "Forearm to vertical", "any", ("elbow", "wrist")),
)
_TRUNK_ANGLES: tuple[tuple[str, str, Plane], ...] = (
    ("trunk_flexion", "Trunk flexion", "sagittal"),
    ("trunk_lateral_flexion", "Trunk lateral flexion (right +)", "frontal"),
    ("trunk_inclination", "Trunk to vertical", "any"),
)


def _sided(landmark: str, side: str) -> str:
    return landmark if landmark.endswith(("_l", "_r")) else f"{landmark}_{side}"


ANGLES: tuple[Angle, ...] = tuple(
    Angle(f"{base}_{side}", base, side, f"{label}, {word}", plane, tuple(_sided(p, side) for p in points))
    for base, label, plane, points in _PER_SIDE
    for side, word in (("l", "left"), ("r", "right"))
) + tuple(Angle(name, name, "", label, plane, _TRUNK) for name, label, plane in _TRUNK_ANGLES)

ANGLE_INDEX: dict[str, int] = {angle.name: i for i, angle in enumerate(ANGLES)}
BASES: frozenset[str] = frozenset(angle.base for angle in ANGLES)


def angles_of(base: str, side: str) -> tuple[str, ...]:
    """The names of an angle on the side that works, left or right; on both for any other side. The trunk has one."""
    letters = {"left": "l", "right": "r"}.get(side, "lr")
    return tuple(angle.name for angle in ANGLES if angle.base == base and angle.side in ("", *letters))
