"""Where the parts of a face lie once the head's own position, turn and size are taken out.

The head frame is the one of a mean neutral face: origin between the eyes' corners, x to the person's left (to the right
in an unmirrored picture), y down, z away from the camera; unit = distance between the centres of the two eyes.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from physio.types import FloatArray

TABLE_PATH = Path(__file__).with_name("action_units.toml")

HEAD_LANDMARKS: tuple[int, ...] = (
    *(33, 133, 362, 263),  # eye corners
    *(168, 6, 197, 195),  # bridge of the nose
    *(10, 151, 67, 109, 297, 338),  # forehead above the brows
    *(127, 234, 356, 454),  # temples
)
"""Landmarks that expressions hardly move: they carry the head's rotation."""

EYE_CORNERS: tuple[int, ...] = (33, 133, 362, 263)


@dataclass(frozen=True, slots=True)
class Measure:
    """One distance on the face, in eye distances. height: how far the mean of `of` lies above the mean of `over`;
    width: how far the mean of `of` lies to the person's left of the mean of `over`."""

    name: str
    kind: Literal["height", "width"]
    of: tuple[int, ...]
    over: tuple[int, ...]


MEASURES: tuple[Measure, ...] = (
    Measure("brow_height", "height", (52, 53, 65, 282, 283, 295), EYE_CORNERS),
    Measure("brow_gap", "width", (285,), (55,)),
    Measure("lower_lid", "height", (144, 145, 153, 373, 374, 380), EYE_CORNERS),
    Measure("eye_aperture", "height", (158, 159, 160, 385, 386, 387), (144, 145, 153, 373, 374, 380)),
    Measure("cheek", "height", (118, 229, 347, 449), EYE_CORNERS),
    Measure("nose_wing", "height", (129, 358), (133, 362)),
    Measure("upper_lip", "height", (37, 39, 267, 269), (2,)),
    Measure("mouth_corner", "height", (61, 291), EYE_CORNERS),
    Measure("mouth_width", "width", (291,), (61,)),
    Measure("lip_gap", "height", (13,), (14,)),
    Measure("lower_lip", "height", (17,), (2,)),
)
MEASURE_INDEX: dict[str, int] = {measure.name: i for i, measure in enumerate(MEASURES)}
_AXIS = {"height": (1, -1.0), "width": (0, 1.0)}


@dataclass(frozen=True, slots=True)
class HeadTable:
    """The fitted numbers. canonical (18, 3): HEAD_LANDMARKS of the mean neutral face in the head frame; per_pitch (M,):
    how much a neutral face's measure seems to grow per degree of pitch (up +), because the landmark network's depth is
    not exact; neutral, spread (M,): mean and standard deviation over the neutral faces of a population."""

    canonical: FloatArray
    per_pitch: FloatArray
    neutral: FloatArray
    spread: FloatArray


def read_table() -> dict[str, Any]:
    """The fitted numbers as they stand in action_units.toml (made by tools/fit_action_units.py)."""
    return tomllib.loads(TABLE_PATH.read_text(encoding="utf-8"))


@cache
def head_table() -> HeadTable:
    """The fitted numbers that this module uses; arrays are read-only."""
    table = read_table()
    measures: Mapping[str, Mapping[str, float]] = table["measures"]

    def column(key: str) -> FloatArray:
        return frozen([measures[measure.name][key] for measure in MEASURES])

    return HeadTable(
        canonical=frozen([table["head"][str(i)] for i in HEAD_LANDMARKS]),
        per_pitch=column("per_pitch"),
        neutral=column("neutral"),
        spread=column("spread"),
    )


def measure_face(landmarks_px: FloatArray) -> FloatArray:
    """The MEASURES of one face, corrected for head pitch.

    landmarks_px (478, 3): pixels, z in the same scale. Returns (M,) in eye distances; all NaN when a needed landmark
    is not finite or the eyes coincide.
    """
    table = head_table()
    aligned, rotation = align_head(landmarks_px, table.canonical)
    return raw_measures(aligned) - table.per_pitch * head_angles(rotation)[1]


def align_head(landmarks_px: FloatArray, canonical: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Turn a face into the head frame.

    Rotation by the orthogonal Procrustes solution (Kabsch 1976) of HEAD_LANDMARKS onto `canonical` (18, 3), then the
    origin between the eye corners and the unit eye distance. Returns landmarks (478, 3) and the rotation (3, 3) for
    which head = picture @ rotation; both NaN when the input is not usable.
    """
    points = landmarks_px[list(HEAD_LANDMARKS)]
    eyes_px = _eye_distance(landmarks_px)
    if not np.isfinite(points).all() or not eyes_px > 0:
        return np.full(landmarks_px.shape, np.nan), np.full((3, 3), np.nan)
    centred = points - points.mean(axis=0)
    left, _, right = np.linalg.svd(centred.T @ (canonical - canonical.mean(axis=0)))
    turn = np.diag([1.0, 1.0, np.sign(np.linalg.det(left @ right))])  # a rotation, never a mirror image
    rotation: FloatArray = left @ turn @ right
    origin = landmarks_px[list(EYE_CORNERS)].mean(axis=0)
    return (landmarks_px - origin) @ rotation / eyes_px, rotation


def head_angles(rotation: FloatArray) -> tuple[float, float]:
    """(yaw, pitch) in degrees of a rotation from align_head, against the mean face: yaw + to the person's left, pitch
    + up."""
    facing = -rotation[:, 2]  # the direction of the nose, in the picture
    return float(np.degrees(np.arctan2(facing[0], -facing[2]))), float(np.degrees(np.arcsin(-facing[1])))


def raw_measures(aligned: FloatArray) -> FloatArray:
    """The MEASURES of landmarks (478, 3) in the head frame, (M,), without any correction."""
    values = np.empty(len(MEASURES))
    for i, measure in enumerate(MEASURES):
        axis, sign = _AXIS[measure.kind]
        values[i] = sign * (aligned[list(measure.of), axis].mean() - aligned[list(measure.over), axis].mean())
    return values


def _eye_distance(landmarks: FloatArray) -> float:
    right, left = landmarks[[33, 133]].mean(axis=0), landmarks[[362, 263]].mean(axis=0)
    return float(np.linalg.norm(left - right))


def frozen(values: list[Any]) -> FloatArray:
    """A read-only float64 array."""
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array
