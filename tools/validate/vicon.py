"""BlazePose's landmarks of a real person against optical motion capture (KERAAL, Nguyen and others, IJCNN 2024).

One seated healthy volunteer, three exercises of the low back, seen at once by BlazePose and Vicon. The landmarks are an
older BlazePose's, relative to the frame, without world landmarks or visibility; their depth is about three times too
large. World landmarks are made from them with the one scale of depth that keeps the lengths of the arm's bones
steadiest over the recording; Vicon has no part in that.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from physio.kinematics.angles import ANGLE_INDEX
from physio.kinematics.correction import AngleCorrection, Corrected
from physio.kinematics.estimator import refusals
from physio.kinematics.features import Bodies
from physio.kinematics.geometry import angle_between_deg, length
from physio.kinematics.measure import Geometry, Trust
from physio.landmarks import BODY_INDEX
from physio.types import FloatArray, Pose, Reason
from tools.validate.agreement import Agreement, agreement, number, table

FILE = "keraal_blazepose_vs_vicon.npz"
RECORDINGS = {
    "CTK": "arms up, hands to the head",
    "ELK": "lateral stretch, one arm up",
    "RTK": "trunk rotation, arms ahead",
}
_BONES = tuple(
    (BODY_INDEX[f"{a}_{side}"], BODY_INDEX[f"{b}_{side}"])
    for a, b in (("shoulder", "elbow"), ("elbow", "wrist"))
    for side in "lr"
)
_SHOULDERS = [BODY_INDEX["shoulder_l"], BODY_INDEX["shoulder_r"]]
_HIPS = [BODY_INDEX["hip_l"], BODY_INDEX["hip_r"]]
_TRUNK_M = 0.5
_DEPTH_SCALES = np.linspace(0.05, 1.2, 116)
_UP = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True, slots=True)
class Recording:
    """points_px (T, 33, 3) with depth in pixels as BlazePose gave it; size_px (2,); true_deg: angle → (T,) of Vicon."""

    points_px: FloatArray
    size_px: FloatArray
    true_deg: dict[str, FloatArray]


def read(path: Path, name: str) -> Recording:
    """One of RECORDINGS, the frames that both systems have."""
    data = np.load(path)
    valid = data[f"{name}_valid"]
    width, height = (float(v) for v in data["image_size"])
    points = data[f"{name}_blazepose"][valid].astype(float) * np.array([width, height, width])
    centres = data[f"{name}_vicon_centres"][valid].astype(float)
    at = {str(key): centres[:, i] for i, key in enumerate(data["centre_names"])}
    return Recording(points, np.array([width, height]), _true(at))


def _true(at: dict[str, FloatArray]) -> dict[str, FloatArray]:
    """The angles that Vicon's joint centres give (Z up, X ahead, Y to the person's left)."""
    up = (at["left_shoulder"] + at["right_shoulder"]) / 2 - at["hips"]
    out = {"trunk_lateral_flexion": np.degrees(np.arctan2(-up[:, 1], up[:, 2]))}
    for side, word in (("l", "left"), ("r", "right")):
        upper = at[f"{word}_elbow"] - at[f"{word}_shoulder"]
        fore = at[f"{word}_wrist"] - at[f"{word}_elbow"]
        out[f"elbow_flexion_{side}"] = angle_between_deg(upper, fore)
        out[f"shoulder_elevation_{side}"] = angle_between_deg(upper, -up)
        out[f"upper_arm_inclination_{side}"] = angle_between_deg(upper, np.broadcast_to(-_UP, upper.shape))
    return out


def depth_scale(points_px: FloatArray) -> float:
    """What depth must be multiplied with so that the bones of the arms (T frames) vary least in length."""
    return float(min(_DEPTH_SCALES, key=lambda scale: _unsteadiness(points_px * np.array([1.0, 1.0, scale]))))


def _unsteadiness(points: FloatArray) -> float:
    lengths = np.stack([length(points[:, a] - points[:, b]) for a, b in _BONES])
    return float((lengths.std(axis=1) / lengths.mean(axis=1)).sum())


def bodies(recording: Recording, scale: float) -> Bodies:
    """The landmarks as the app's measurement takes them, depth multiplied with scale. Everything counts as seen."""
    points = recording.points_px * np.array([1.0, 1.0, scale])
    trunk = length(points[:, _SHOULDERS].mean(axis=1) - points[:, _HIPS].mean(axis=1)).mean()
    world = (points - points[:, _HIPS].mean(axis=1, keepdims=True)) * _TRUNK_M / trunk
    frames = len(points)
    return Bodies(world, points[..., :2], np.ones((frames, 33)), np.tile(recording.size_px, (frames, 1)))


def vicon_table(path: Path) -> str:
    """One row per recording and angle: mean absolute errors of plain readings and of physio."""
    correction, rows = AngleCorrection.load(), []
    for name, what in RECORDINGS.items():
        recording = read(path, name)
        scale = depth_scale(recording.points_px)
        as_given, scaled = bodies(recording, 1.0), bodies(recording, scale)
        raw, fair = (Geometry.of(b.world_m, b.image_px) for b in (as_given, scaled))
        physio = correction.correct(scaled)
        readings = (raw.world_deg, raw.picture_deg, fair.world_deg, physio.angles_deg)
        given = np.where(_refused(scaled, physio), np.nan, physio.angles_deg)
        for base in ("elbow_flexion", "shoulder_elevation", "upper_arm_inclination", "trunk_lateral_flexion"):
            maes = [number(_agreement(reading, recording, base).mae_deg) for reading in readings]
            shown = _agreement(given, recording, base)
            rows.append([f"{name}: {what}", base, *maes, number(shown.mae_deg), number(shown.refused_pct, 0)])
    head = ("raw 3-D", "2-D", "3-D, depth scaled", "physio, nothing refused", "physio, given", "refused %")
    return table(("recording", "angle", *head), rows)


def _refused(seen: Bodies, measured: Corrected) -> npt.NDArray[np.bool_]:
    """(T, A): what would not be given."""
    pose, size_px = Pose(seen.image_px, seen.world_m, seen.visibility), seen.size_px
    return np.asarray(refusals(measured.error_deg, measured.azimuth_deg, Trust.of(pose, size_px)) != Reason.OK)


def _agreement(measured_deg: FloatArray, recording: Recording, base: str) -> Agreement:
    names = [name for name in recording.true_deg if name.startswith(base)]
    errors = [measured_deg[:, ANGLE_INDEX[name]] - recording.true_deg[name] for name in names]
    return agreement(np.concatenate(errors))
