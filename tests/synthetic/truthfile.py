"""The truth of a performance as arrays and as the JSON that lies beside a clip.

JSON (schema 1): clip, seed, movement, side, signal, video, person, camera, conditions, compensations (degrees), reps
[{index, side, start_s, peak_s, end_s, outward_s, hold_s, return_s, peak_deg, rom_deg}], and frames: t_s, azimuth_deg,
angles {name: [...]}, action_units {name: [...]}, pspi, eyes_closed, head_yaw_deg, head_pitch_deg, head_roll_deg.
Unknown is null. Angles are rounded to 0.1 degree. The NPZ holds the same unrounded and the joint centres.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from tests.synthetic import truth
from tests.synthetic.movements import MOVEMENTS
from tests.synthetic.performance import Performance, marker_paths
from tests.synthetic.rotations import Array, apply

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class ClipTruth:
    """Everything that is true, over time: angles_deg (T, A) in the order of ANGLES; azimuth_deg (T,); units: action
    units 0-5, each (T,); pspi (T,); eyes_closed (T,); head_deg (T, 3) yaw, pitch, roll; names of the points and their
    points_px (T, J, 2) in the picture and points_m (T, J, 3) in camera coordinates (x right, y down, z away)."""

    t_s: Array
    angles_deg: Array
    azimuth_deg: Array
    units: dict[str, Array]
    pspi: Array
    eyes_closed: npt.NDArray[np.bool_]
    head_deg: Array
    names: tuple[str, ...]
    points_px: Array
    points_m: Array


def clip_truth(p: Performance) -> ClipTruth:
    """Measure a performance."""
    points = marker_paths(p.body, p.pose)
    joints = joints_of(p, points)
    actions = dict(zip(p.body.action_names, p.actions.T, strict=True))
    units = truth.action_units(actions)
    stacked = np.stack(list(points.values()), axis=1)
    return ClipTruth(
        t_s=p.t_s,
        angles_deg=truth.angles(joints),
        azimuth_deg=truth.view_azimuth(joints, p.camera.position_m),
        units=units,
        pspi=truth.pspi(units, p.t_s),
        eyes_closed=truth.eyes_closed(units["au45"] / 5.0, p.t_s),
        head_deg=truth.head_pose(p.pose.turned("head"), p.pose.head("head"), p.camera.position_m),
        names=tuple(points),
        points_px=p.camera.project(stacked) + p.shake_px[:, None],
        points_m=p.camera.to_camera(stacked),
    )


def joints_of(p: Performance, points: dict[str, Array]) -> truth.Joints:
    """Joint centres of a performance from its marker paths."""
    sided = {name: {s: points[f"{name}_{s}"] for s in "lr"} for name in _SIDED}
    ahead = np.array([0.0, -1.0, 0.0])
    soles = {s: apply(p.pose.turned(f"foot.{s.upper()}"), ahead) for s in "lr"}
    return truth.Joints(neck=points["neck"], **sided, sole=soles)


_SIDED = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")


def repetitions(p: Performance, t: ClipTruth) -> list[dict[str, Any]]:
    """The planned repetitions with the angle that was really reached."""
    signal = MOVEMENTS[p.plan.movement].signal
    if not signal:
        return []
    rows = []
    for index, rep in enumerate(p.plan.reps, start=1):
        angle = _signal(t, signal, rep.side)
        peak = _at(t.t_s, angle, rep.peak_s)
        rows.append(
            {
                "index": index,
                "side": rep.side,
                "start_s": round(rep.start_s, 3),
                "peak_s": round(rep.peak_s, 3),
                "end_s": round(rep.end_s, 3),
                "outward_s": round(rep.outward_s + rep.pause_s, 3),
                "hold_s": round(rep.hold_s, 3),
                "return_s": round(rep.return_s, 3),
                "peak_deg": round(peak, 1),
                "rom_deg": round(abs(peak - _at(t.t_s, angle, rep.start_s)), 1),
            }
        )
    return rows


def _signal(t: ClipTruth, base: str, side: str) -> Array:
    """The angle that the movement is about; the mean of both sides when both work."""
    if base in ANGLE_INDEX:
        return t.angles_deg[:, ANGLE_INDEX[base]]
    sides = {"left": "l", "right": "r"}.get(side, "lr")
    columns: Array = t.angles_deg[:, [ANGLE_INDEX[f"{base}_{s}"] for s in sides]]
    mean: Array = columns.mean(axis=1)
    return mean


def _at(t_s: Array, values: Array, when_s: float) -> float:
    good = np.isfinite(values)
    return float(np.interp(when_s, t_s[good], values[good])) if good.any() else float("nan")


def record(p: Performance, t: ClipTruth, clip: str) -> dict[str, Any]:
    """The JSON truth of a clip."""
    plan = p.plan
    return {
        "schema": SCHEMA,
        "clip": clip,
        "rendered": True,
        "seed": plan.seed,
        "movement": plan.movement,
        "side": plan.side,
        "signal": MOVEMENTS[plan.movement].signal,
        "video": {
            "fps": plan.fps,
            "width": plan.size[0],
            "height": plan.size[1],
            "frames": len(t.t_s),
            "duration_s": round(len(t.t_s) / plan.fps, 3),
        },
        "person": asdict(plan.traits),
        "camera": _camera(p),
        "conditions": {
            "exposure": round(plan.room.light.exposure, 3),
            "noise": round(plan.sensor.noise, 2),
            "crf": plan.sensor.crf,
            "occluded": plan.occluded,
            "cut": plan.view.cut,
            "second_person": plan.passer is not None,
            "shirt_looseness_m": round(plan.look.shirt.looseness_m, 4),
            "trousers_looseness_m": round(plan.look.trousers.looseness_m, 4),
        },
        "compensations": {name: round(value, 1) for name, value in sorted(plan.compensations.items())},
        "reps": repetitions(p, t),
        "frames": _frames(t),
    }


def _camera(p: Performance) -> dict[str, Any]:
    hips = p.controls.pelvis_m.mean(axis=0)
    return {
        "azimuth_deg": round(p.plan.view.azimuth_deg, 1),
        "height_m": round(float(p.camera.position_m[2]), 3),
        "distance_m": round(float(np.linalg.norm(p.camera.position_m - hips)), 3),
        "roll_deg": round(p.camera.roll_deg, 2),
        "focal_px": round(p.camera.focal_px, 1),
    }


def _frames(t: ClipTruth) -> dict[str, Any]:
    return {
        "t_s": _numbers(t.t_s, 4),
        "azimuth_deg": _numbers(t.azimuth_deg, 1),
        "angles": {angle.name: _numbers(t.angles_deg[:, i], 1) for i, angle in enumerate(ANGLES)},
        "action_units": {name: _numbers(values, 2) for name, values in t.units.items()},
        "pspi": _numbers(t.pspi, 2),
        "eyes_closed": [int(v) for v in t.eyes_closed],
        "head_yaw_deg": _numbers(t.head_deg[:, 0], 1),
        "head_pitch_deg": _numbers(t.head_deg[:, 1], 1),
        "head_roll_deg": _numbers(t.head_deg[:, 2], 1),
    }


def _numbers(values: Array, digits: int) -> list[float | None]:
    """Rounded, without minus zero, unknown as None."""
    return [round(float(v), digits) + 0.0 if np.isfinite(v) else None for v in values]


def arrays(p: Performance, t: ClipTruth) -> dict[str, npt.NDArray[Any]]:
    """The NPZ truth: unrounded arrays with the joint centres."""
    return {
        "t_s": t.t_s,
        "angle_names": np.array([angle.name for angle in ANGLES]),
        "angles_deg": t.angles_deg,
        "azimuth_deg": t.azimuth_deg,
        "unit_names": np.array(list(t.units)),
        "units": np.stack(list(t.units.values()), axis=1),
        "pspi": t.pspi,
        "eyes_closed": t.eyes_closed,
        "head_deg": t.head_deg,
        "point_names": np.array(t.names),
        "points_px": t.points_px,
        "points_m": t.points_m,
        "size_px": np.array(p.plan.size),
    }
