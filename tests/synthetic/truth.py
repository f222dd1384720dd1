"""What is true in a clip: anatomical angles, head pose, pain score and projected joints, from the bones alone.

The angles follow the table of physio.kinematics.angles and these definitions. U = unit vector mid-hip to neck base;
L = left axis of the pelvis (hip joints) or thorax (shoulder joints) made orthogonal to U; F = L x U, forward.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from physio.kinematics.angles import ANGLES
from tests.synthetic.rotations import Array, Z, angle_between, apply, dot, unit

_OUTWARD = {"l": 1.0, "r": -1.0}
_RAISED_DEG = 30.0
_NEAR_OTHER_PLANE_DEG = 30.0
_CLOSED = 0.7
_CLOSED_LONG_S = 0.5


@dataclass(frozen=True, slots=True)
class Joints:
    """Joint centres in world metres, each (T, 3); sided ones as {"l": ..., "r": ...}. sole: forward direction of the
    foot's sole, unit vectors."""

    neck: Array
    shoulder: dict[str, Array]
    elbow: dict[str, Array]
    wrist: dict[str, Array]
    hip: dict[str, Array]
    knee: dict[str, Array]
    ankle: dict[str, Array]
    sole: dict[str, Array]


@dataclass(frozen=True, slots=True)
class Axes:
    """Trunk axes over time: left, up, forward, each (T, 3), orthonormal."""

    left: Array
    up: Array
    forward: Array


def trunk_axes(joints: Joints, pair: dict[str, Array]) -> Axes:
    """Axes of the pelvis (pair = joints.hip) or thorax (pair = joints.shoulder)."""
    up = unit(joints.neck - (joints.hip["l"] + joints.hip["r"]) / 2.0)
    across = pair["l"] - pair["r"]
    left = unit(across - dot(across, up)[:, None] * up)
    return Axes(left, up, np.cross(left, up))


def angles(joints: Joints) -> Array:
    """(T, A) degrees in the order of ANGLES; NaN where a definition has no value (shoulder planes)."""
    pelvis, thorax = trunk_axes(joints, joints.hip), trunk_axes(joints, joints.shoulder)
    columns = _trunk(pelvis)
    for side in "lr":
        columns |= {f"{name}_{side}": value for name, value in _shoulder(joints, thorax, side).items()}
        columns |= {f"{name}_{side}": value for name, value in _limbs(joints, pelvis, side).items()}
    return np.stack([columns[angle.name] for angle in ANGLES], axis=1)


def _trunk(pelvis: Axes) -> dict[str, Array]:
    ahead = unit(np.cross(pelvis.left, Z))
    left = np.cross(Z, ahead)
    upright = pelvis.up[:, 2]
    return {
        "trunk_flexion": np.degrees(np.arctan2(dot(pelvis.up, ahead), upright)),
        "trunk_lateral_flexion": np.degrees(np.arctan2(-dot(pelvis.up, left), upright)),
        "trunk_inclination": angle_between(pelvis.up, Z),
    }


def _shoulder(joints: Joints, thorax: Axes, side: str) -> dict[str, Array]:
    arm = unit(joints.elbow[side] - joints.shoulder[side])
    down, ahead = -dot(arm, thorax.up), dot(arm, thorax.forward)
    outward = _OUTWARD[side] * dot(arm, thorax.left)
    elevation = angle_between(arm, -thorax.up)
    off_frontal = np.degrees(np.arctan2(np.abs(ahead), np.abs(outward)))
    raised = elevation > _RAISED_DEG
    no_flexion = raised & (off_frontal < _NEAR_OTHER_PLANE_DEG)
    no_abduction = raised & (90.0 - off_frontal < _NEAR_OTHER_PLANE_DEG)
    return {
        "shoulder_flexion": np.where(no_flexion, np.nan, np.degrees(np.arctan2(ahead, down))),
        "shoulder_abduction": np.where(no_abduction, np.nan, np.degrees(np.arctan2(outward, down))),
        "shoulder_elevation": elevation,
    }


def _limbs(joints: Joints, pelvis: Axes, side: str) -> dict[str, Array]:
    upper = joints.elbow[side] - joints.shoulder[side]
    fore = joints.wrist[side] - joints.elbow[side]
    thigh = unit(joints.knee[side] - joints.hip[side])
    shank = joints.ankle[side] - joints.knee[side]
    outward = _OUTWARD[side] * dot(thigh, pelvis.left)
    return {
        "elbow_flexion": angle_between(upper, fore),
        "hip_flexion": np.degrees(np.arctan2(dot(thigh, pelvis.forward), -dot(thigh, pelvis.up))),
        "hip_abduction": np.degrees(np.arcsin(np.clip(outward, -1.0, 1.0))),
        "knee_flexion": angle_between(thigh, shank),
        "ankle_dorsiflexion": 90.0 - angle_between(-shank, joints.sole[side]),
        "thigh_inclination": angle_between(thigh, -Z),
        "shank_inclination": angle_between(shank, -Z),
        "upper_arm_inclination": angle_between(upper, -Z),
        "forearm_inclination": angle_between(fore, -Z),
    }


def view_azimuth(joints: Joints, camera_m: Array) -> Array:
    """(T,) degrees: 0 = camera in front of the person's pelvis, +90 = on the person's left."""
    middle = (joints.hip["l"] + joints.hip["r"]) / 2.0
    ahead = unit(np.cross(trunk_axes(joints, joints.hip).left, Z))
    towards = camera_m - middle
    azimuth: Array = np.degrees(np.arctan2(dot(towards, np.cross(Z, ahead)), dot(towards, ahead)))
    return azimuth


def head_pose(rotation: Array, head_m: Array, camera_m: Array) -> Array:
    """(T, 3) yaw, pitch, roll in degrees as in physio.types.Face: 0 = facing the camera; yaw positive to the person's
    left, pitch positive up, roll positive to the person's right shoulder. rotation (T, 3, 3) of the head from rest."""
    ahead, up = apply(rotation, np.array([0.0, -1.0, 0.0])), apply(rotation, Z)
    towards = unit(camera_m - head_m)
    right = unit(np.cross(Z, towards))  # to the right in the picture = to the left of a person who faces the camera
    above = np.cross(towards, right)
    yaw = np.arctan2(dot(ahead, right), dot(ahead, towards))
    pitch = np.arcsin(np.clip(dot(ahead, above), -1.0, 1.0))
    level = unit(np.cross(above, ahead))
    roll = np.arctan2(-dot(up, level), dot(up, np.cross(ahead, level)))
    return np.degrees(np.stack([yaw, pitch, roll], axis=1))


ACTION_UNITS: dict[str, tuple[str, ...]] = {
    "au01": ("browInnerUp",),
    "au02": ("browOuterUpLeft", "browOuterUpRight"),
    "au04": ("browDownLeft", "browDownRight"),
    "au05": ("eyeWideLeft", "eyeWideRight"),
    "au06": ("cheekSquintLeft", "cheekSquintRight"),
    "au07": ("eyeSquintLeft", "eyeSquintRight"),
    "au09": ("noseSneerLeft", "noseSneerRight"),
    "au10": ("mouthUpperUpLeft", "mouthUpperUpRight"),
    "au12": ("mouthSmileLeft", "mouthSmileRight"),
    "au14": ("mouthDimpleLeft", "mouthDimpleRight"),
    "au15": ("mouthFrownLeft", "mouthFrownRight"),
    "au17": ("mouthShrugLower",),
    "au20": ("mouthStretchLeft", "mouthStretchRight"),
    "au23": ("mouthRollUpper", "mouthRollLower"),
    "au24": ("mouthPressLeft", "mouthPressRight"),
    "au26": ("jawOpen",),
    "au45": ("eyeBlinkLeft", "eyeBlinkRight"),
}
"""Facial action coefficients behind each action unit (mean of the sides x 5)."""

_LIPS_PART: dict[str, float] = {
    "jawOpen": 2.0,
    "mouthClose": -2.0,
    "mouthFunnel": 0.5,
    "mouthLowerDownLeft": 0.4,
    "mouthLowerDownRight": 0.4,
    "mouthUpperUpLeft": 0.25,
    "mouthUpperUpRight": 0.25,
}
"""How far each action opens the lips (AU25): a jaw open by half, or both lips drawn back fully, parts them as far as
the scale goes."""


def action_units(coefficients: dict[str, Array]) -> dict[str, Array]:
    """Action units 0-5 over time from the driving coefficients 0-1; absent coefficients are 0."""
    zero = np.zeros(len(next(iter(coefficients.values()))))
    units = {
        unit_name: 5.0 * np.mean([coefficients.get(name, zero) for name in names], axis=0)
        for unit_name, names in ACTION_UNITS.items()
    }
    apart = sum((share * coefficients.get(name, zero) for name, share in _LIPS_PART.items()), zero)
    units["au25"] = 5.0 * np.clip(apart, 0.0, 1.0)
    return dict(sorted(units.items()))


def eyes_closed(closure: Array, t_s: Array) -> npt.NDArray[np.bool_]:
    """AU43: eyes closed for at least half a second (shorter closures are blinks). closure 0-1."""
    closed = closure >= _CLOSED
    edges = np.flatnonzero(np.diff(np.concatenate([[False], closed, [False]]).astype(int)))
    long = np.zeros_like(closed)
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        long[start:end] = t_s[end - 1] - t_s[start] >= _CLOSED_LONG_S
    return long


def pspi(units: dict[str, Array], t_s: Array) -> Array:
    """Prkachin and Solomon pain intensity 0-16: AU4 + max(AU6, AU7) + max(AU9, AU10) + AU43."""
    closed = eyes_closed(units["au45"] / 5.0, t_s)
    score: Array = (
        units["au04"]
        + np.maximum(units["au06"], units["au07"])
        + np.maximum(units["au09"], units["au10"])
        + closed.astype(float)
    )
    return score
