"""Joint angles of one body: the definitions, from world (3-D) or pixel (2-D) landmarks, and the choice between them.

Definitions (straight or upright = 0), with U = mid-hip to mid-shoulder, L = right to left axis made orthogonal to U
(from the hips for the legs, the shoulders for the arms), F = L × U the person's forward axis:

- knee and elbow flexion: angle between the two segments
- hip flexion: thigh d in the sagittal plane, atan2(d·F, −d·U); hip abduction: asin of d along the outward axis
- shoulder flexion, abduction: upper arm h in the sagittal and frontal plane, atan2(h·F, −h·U) and
  atan2(h·outward L, −h·U), each NaN when the arm is raised over 30° within 30° of the other plane; elevation: angle
  of h to −U
- ankle dorsiflexion: 90° minus the angle between shank (upward) and foot (heel to toe)
- trunk flexion, lateral flexion: inclination of U from the vertical in the pelvis' sagittal plane (forward +) and
  frontal plane (to the person's right +)
- segment inclinations: angle of the segment to the vertical, 0 = hanging or standing upright

Vertical is the picture's vertical: the camera is taken to stand level.
"""

from dataclasses import dataclass

import numpy as np

from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.kinematics.geometry import angle_between_deg, orthogonal_to, unit
from physio.kinematics.view import azimuth_deg, off_frontal_deg
from physio.landmarks import BODY_INDEX
from physio.types import FloatArray, Kinematics, Pose, Reason

MIN_VISIBILITY = 0.5
OTHER_PLANE_MIN_RAISE_DEG = 30.0
OTHER_PLANE_WITHIN_DEG = 30.0
_DOWN = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True, slots=True)
class _Axes:
    """Unit vectors of one girdle: up along the trunk, left and forward of the person."""

    up: FloatArray
    left: FloatArray
    forward: FloatArray

    def outward(self, side: str) -> FloatArray:
        return self.left if side == "l" else -self.left


class _Body:
    """Named points of one set of landmarks (33, 3) and the axes of its trunk."""

    def __init__(self, points: FloatArray, left_hips: FloatArray, left_shoulders: FloatArray):
        self._points = points
        self.trunk = self.middle("shoulder") - self.middle("hip")
        up = unit(self.trunk)
        self.pelvis = self._axes(up, left_hips)
        self.thorax = self._axes(up, left_shoulders)

    @staticmethod
    def _axes(up: FloatArray, left: FloatArray) -> _Axes:
        left = orthogonal_to(left, up)
        return _Axes(up, left, np.cross(left, up))

    def __getitem__(self, name: str) -> FloatArray:
        point: FloatArray = self._points[BODY_INDEX[name]]
        return point

    def middle(self, name: str) -> FloatArray:
        return (self[f"{name}_l"] + self[f"{name}_r"]) / 2

    def across(self, name: str) -> FloatArray:
        return self[f"{name}_l"] - self[f"{name}_r"]


def angles_3d_deg(world_m: FloatArray) -> FloatArray:
    """All ANGLES (A,) from world landmarks (33, 3), x right, y down, z away from the camera."""
    hips = world_m[BODY_INDEX["hip_l"]] - world_m[BODY_INDEX["hip_r"]]
    shoulders = world_m[BODY_INDEX["shoulder_l"]] - world_m[BODY_INDEX["shoulder_r"]]
    return _angles(_Body(world_m, hips, shoulders))


def angles_2d_deg(image_px: FloatArray, azimuth: float) -> FloatArray:
    """All ANGLES (A,) from pixels (33, 2), as if body and movement lay in the picture plane.

    Which way the person's axes point in the picture comes from the azimuth: seen from the front the left axis lies in
    the picture, seen from the side the forward axis does. Right where the movement's plane is the picture plane, and
    foreshortened elsewhere.
    """
    flat = np.column_stack([image_px, np.zeros(len(image_px))])
    turn = np.radians(azimuth)
    left = np.array([np.cos(turn), 0.0, -np.sin(turn)])
    return _angles(_Body(flat, left, left))


def _angles(body: _Body) -> FloatArray:
    values = np.full(len(ANGLES), np.nan)
    for side in "lr":
        for name, value in (_leg(body, side) | _arm(body, side)).items():
            values[ANGLE_INDEX[f"{name}_{side}"]] = value
    for name, value in _trunk(body).items():
        values[ANGLE_INDEX[name]] = value
    return values


def _leg(body: _Body, side: str) -> dict[str, float]:
    thigh = body[f"knee_{side}"] - body[f"hip_{side}"]
    shank = body[f"ankle_{side}"] - body[f"knee_{side}"]
    foot = body[f"foot_index_{side}"] - body[f"heel_{side}"]
    axes, d = body.pelvis, unit(thigh)
    return {
        "knee_flexion": float(angle_between_deg(thigh, shank)),
        "hip_flexion": float(np.degrees(np.arctan2(d @ axes.forward, -d @ axes.up))),
        "hip_abduction": float(np.degrees(np.arcsin(np.clip(d @ axes.outward(side), -1, 1)))),
        "ankle_dorsiflexion": 90 - float(angle_between_deg(-shank, foot)),
        "thigh_inclination": float(angle_between_deg(thigh, _DOWN)),
        "shank_inclination": float(angle_between_deg(shank, _DOWN)),
    }


def _arm(body: _Body, side: str) -> dict[str, float]:
    upper = body[f"elbow_{side}"] - body[f"shoulder_{side}"]
    fore = body[f"wrist_{side}"] - body[f"elbow_{side}"]
    axes, h = body.thorax, unit(upper)
    elevation = float(angle_between_deg(h, -axes.up))
    flexion = float(np.degrees(np.arctan2(h @ axes.forward, -h @ axes.up)))
    abduction = float(np.degrees(np.arctan2(h @ axes.outward(side), -h @ axes.up)))
    # The direction of a raised arm seen from above: 0 = straight ahead or behind, 90 = straight to the side.
    plane = float(np.degrees(np.arctan2(abs(h @ axes.left), abs(h @ axes.forward))))
    raised = elevation > OTHER_PLANE_MIN_RAISE_DEG
    return {
        "shoulder_flexion": float("nan") if raised and plane > 90 - OTHER_PLANE_WITHIN_DEG else flexion,
        "shoulder_abduction": float("nan") if raised and plane < OTHER_PLANE_WITHIN_DEG else abduction,
        "shoulder_elevation": elevation,
        "elbow_flexion": float(angle_between_deg(upper, fore)),
        "upper_arm_inclination": float(angle_between_deg(upper, _DOWN)),
        "forearm_inclination": float(angle_between_deg(fore, _DOWN)),
    }


def _trunk(body: _Body) -> dict[str, float]:
    up, axes = body.pelvis.up, body.pelvis
    # Forward and left in the level: what is left of the pelvis' axes after the tilt is taken out.
    left = orthogonal_to(axes.left, _DOWN)
    forward = np.cross(left, -_DOWN)
    return {
        "trunk_flexion": float(np.degrees(np.arctan2(up @ forward, -up @ _DOWN))),
        "trunk_lateral_flexion": float(np.degrees(np.arctan2(-up @ left, -up @ _DOWN))),
        "trunk_inclination": float(angle_between_deg(up, -_DOWN)),
    }


def _ramp(x: float, low: float, high: float) -> float:
    return float(np.clip((x - low) / (high - low), 0, 1))


def _share_2d(azimuth: float) -> FloatArray:
    """How much of each angle (A,) to take from the picture plane: all of it where the angle's own plane faces the
    camera, none where it is seen edge-on (there the estimated depth is the better guide)."""
    off = off_frontal_deg(azimuth)
    share = {"sagittal": _ramp(off, 35, 60), "frontal": _ramp(off, 50, 25), "any": 0.0}
    return np.array([share[angle.plane] for angle in ANGLES])


_POINTS = np.zeros((len(ANGLES), len(BODY_INDEX)), dtype=bool)
for _row, _angle in enumerate(ANGLES):
    _POINTS[_row, [BODY_INDEX[name] for name in _angle.landmarks]] = True


def _reasons(pose: Pose, size_px: tuple[int, int]) -> np.ndarray:
    inside = np.all((pose.image_px >= 0) & (pose.image_px < size_px), axis=1)
    hidden = (_POINTS & (pose.visibility < MIN_VISIBILITY)).any(axis=1)
    outside = (_POINTS & ~inside).any(axis=1)
    codes = np.where(outside, Reason.OUT_OF_FRAME, np.where(hidden, Reason.LOW_VISIBILITY, Reason.OK))
    return codes.astype(np.uint8)


def measure(pose: Pose, size_px: tuple[int, int]) -> Kinematics:
    """The angles of one pose in a picture of size_px (width, height), unfiltered; NaN with a reason where a needed
    landmark is hidden or outside the picture."""
    azimuth = azimuth_deg(pose.world_m)
    three, two = angles_3d_deg(pose.world_m), angles_2d_deg(pose.image_px, azimuth)
    share = _share_2d(azimuth)
    mixed = np.where(np.isnan(two), three, share * two + (1 - share) * three)
    angles = np.where(np.isnan(three), np.nan, mixed)
    reasons = _reasons(pose, size_px)
    return Kinematics(np.where(reasons == Reason.OK, angles, np.nan), reasons, azimuth)


def unknown(reason: Reason) -> Kinematics:
    """Kinematics of a frame without a usable body."""
    return Kinematics(np.full(len(ANGLES), np.nan), np.full(len(ANGLES), reason, dtype=np.uint8), float("nan"))
