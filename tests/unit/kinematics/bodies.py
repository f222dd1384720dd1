"""Bodies built from known joint angles: the answer is known before anything is measured.

Built in the person's own frame (forward, left, up) from the clinic's angles, and then looked at by a camera that stands
somewhere around the person. Nothing here uses physio.kinematics.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from physio.landmarks import BODY
from physio.types import FloatArray, Pose

FORWARD, LEFT, UP = np.eye(3)
_OUTWARD = {"l": 1.0, "r": -1.0}
_SHOULDER_M, _HIP_M, _TRUNK_M = 0.18, 0.10, 0.50
_UPPER_ARM_M, _FOREARM_M, _THIGH_M, _SHANK_M = 0.29, 0.26, 0.42, 0.40


@dataclass(frozen=True)
class Arm:
    """raise_deg from hanging along the trunk, in the plane plane_deg (0 = to the side, 90 = forward); elbow bent."""

    raise_deg: float = 0.0
    plane_deg: float = 0.0
    elbow_deg: float = 0.0


@dataclass(frozen=True)
class Leg:
    """Against the trunk (hip), the thigh (knee) and the upright foot (ankle, up +)."""

    hip_flexion_deg: float = 0.0
    hip_abduction_deg: float = 0.0
    knee_deg: float = 0.0
    ankle_deg: float = 0.0


@dataclass(frozen=True)
class Posture:
    """A whole body. trunk_deg forward and trunk_right_deg to the right against the vertical; twist_deg of the shoulders
    to the left against the pelvis."""

    trunk_deg: float = 0.0
    trunk_right_deg: float = 0.0
    twist_deg: float = 0.0
    arms: dict[str, Arm] = field(default_factory=lambda: {"l": Arm(), "r": Arm()})
    legs: dict[str, Leg] = field(default_factory=lambda: {"l": Leg(), "r": Leg()})

    def with_arms(self, sides: str = "lr", **angles: float) -> "Posture":
        return replace(self, arms=self.arms | {side: replace(self.arms[side], **angles) for side in sides})

    def with_legs(self, sides: str = "lr", **angles: float) -> "Posture":
        return replace(self, legs=self.legs | {side: replace(self.legs[side], **angles) for side in sides})

    def mirrored(self) -> "Posture":
        swapped: dict[str, Any] = {
            name: {"l": pair["r"], "r": pair["l"]} for name, pair in (("arms", self.arms), ("legs", self.legs))
        }
        return replace(self, trunk_right_deg=-self.trunk_right_deg, twist_deg=-self.twist_deg, **swapped)


STANDING = Posture()


def squat(shank_deg: float, thigh_deg: float, trunk_deg: float) -> Posture:
    """Segments against the vertical: the shank leans forward, the thigh goes forward from the hip, the trunk leans
    forward; the feet stay flat."""
    return Posture(trunk_deg=trunk_deg).with_legs(
        hip_flexion_deg=thigh_deg + trunk_deg, knee_deg=shank_deg + thigh_deg, ankle_deg=shank_deg
    )


def points_m(posture: Posture) -> FloatArray:
    """The 33 landmarks (33, 3) in the person's frame (forward, left, up), metres, mid-hip at the origin."""
    up = _unit(
        np.tan(np.radians(posture.trunk_deg)) * FORWARD - np.tan(np.radians(posture.trunk_right_deg)) * LEFT + UP
    )
    pelvis_left = _unit(LEFT - (LEFT @ up) * up)
    pelvis_forward = np.cross(pelvis_left, up)
    twist = np.radians(posture.twist_deg)
    left = np.cos(twist) * pelvis_left - np.sin(twist) * pelvis_forward
    forward = np.cross(left, up)
    neck = _TRUNK_M * up
    points = {"nose": neck + 0.2 * up + 0.1 * forward}
    for side, sign in _OUTWARD.items():
        for name, out, ahead, above in (
            ("eye_inner", 0.015, 0.08, 0.23),
            ("eye", 0.03, 0.08, 0.23),
            ("eye_outer", 0.045, 0.07, 0.23),
            ("ear", 0.07, 0.0, 0.21),
            ("mouth", 0.02, 0.08, 0.16),
        ):
            points[f"{name}_{side}"] = neck + sign * out * left + ahead * forward + above * up
        shoulder = neck + sign * _SHOULDER_M * left
        points |= _arm_points(posture.arms[side], side, shoulder, (sign * left, forward, up))
        hip = sign * _HIP_M * LEFT
        points |= _leg_points(posture.legs[side], side, hip, (sign * pelvis_left, pelvis_forward, up))
    return np.array([points[name] for name in BODY])


def _unit(v: FloatArray) -> FloatArray:
    return v / np.linalg.norm(v)


def _arm_points(arm: Arm, side: str, shoulder: FloatArray, axes: tuple[FloatArray, ...]) -> dict[str, FloatArray]:
    outward, forward, up = axes
    raised, plane, bent = np.radians([arm.raise_deg, arm.plane_deg, arm.elbow_deg])
    away = np.cos(plane) * outward + np.sin(plane) * forward
    upper = -np.cos(raised) * up + np.sin(raised) * away
    onward = np.sin(raised) * up + np.cos(raised) * away
    fore = np.cos(bent) * upper + np.sin(bent) * onward
    elbow = shoulder + _UPPER_ARM_M * upper
    wrist = elbow + _FOREARM_M * fore
    hand = {f"{name}_{side}": wrist + 0.08 * fore for name in ("pinky", "index", "thumb")}
    return {f"shoulder_{side}": shoulder, f"elbow_{side}": elbow, f"wrist_{side}": wrist} | hand


def _leg_points(leg: Leg, side: str, hip: FloatArray, axes: tuple[FloatArray, ...]) -> dict[str, FloatArray]:
    outward, forward, up = axes
    flexion, abduction, bent, lifted = np.radians(
        [leg.hip_flexion_deg, leg.hip_abduction_deg, leg.knee_deg, leg.ankle_deg]
    )
    in_plane = -np.cos(flexion) * up + np.sin(flexion) * forward
    backward = -np.sin(flexion) * up - np.cos(flexion) * forward
    thigh = np.cos(abduction) * in_plane + np.sin(abduction) * outward
    shank = np.cos(bent) * thigh + np.sin(bent) * backward
    ahead = np.sin(bent) * thigh - np.cos(bent) * backward
    foot = np.cos(lifted) * ahead - np.sin(lifted) * shank
    knee = hip + _THIGH_M * thigh
    ankle = knee + _SHANK_M * shank
    heel = ankle + 0.06 * shank - 0.05 * foot
    names = {"hip": hip, "knee": knee, "ankle": ankle, "heel": heel, "foot_index": heel + 0.24 * foot}
    return {f"{name}_{side}": point for name, point in names.items()}


def world_m(posture: Posture, azimuth_deg: float = 0.0) -> FloatArray:
    """What a camera at this azimuth sees, (33, 3): x to its right, y down, z away from it."""
    turn = np.radians(azimuth_deg)
    towards_camera = np.cos(turn) * FORWARD + np.sin(turn) * LEFT
    right = np.cross(UP, towards_camera)
    return points_m(posture) @ np.stack([right, -UP, -towards_camera], axis=1)


def image_px(world: FloatArray, size_px: tuple[int, int] = (1280, 720), px_per_m: float = 250.0) -> FloatArray:
    """world (33, 3) projected in parallel into the middle of a picture of size_px (width, height): (33, 2)."""
    return px_per_m * world[:, :2] + np.array(size_px) / 2


def pose(posture: Posture, azimuth_deg: float = 0.0, size_px: tuple[int, int] = (1280, 720)) -> Pose:
    """The pose as the network would give it if it made no error."""
    world = world_m(posture, azimuth_deg)
    return Pose(image_px(world, size_px), world, np.ones(len(BODY)))
