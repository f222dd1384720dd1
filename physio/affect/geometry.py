"""Where the parts of a face lie once the head's own position, rotation and size are taken out.

The head frame: origin between the corners of the eyes, x to the person's left (to the right in an unmirrored video), y
down, z away from the camera for a head that faces it; unit = distance between the centres of the two eyes. Its axes are
those of the canonical face that Face.rotation turns: the mean neutral face of the photographs that the numbers are
fitted on lies within 0.3° of them.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from physio.types import Face, FloatArray

TABLE_PATH = Path(__file__).with_name("action_units.toml")

_RIGHT_EYE, _LEFT_EYE = (33, 133), (362, 263)
EYE_CORNERS: tuple[int, ...] = (*_RIGHT_EYE, *_LEFT_EYE)
_Y_DOWN_Z_AWAY = np.diag((1.0, -1.0, -1.0))
"""From the axes of Face.rotation (y up, z towards the camera) to those of landmarks and head frame, and back."""


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
    """The fitted numbers (M,). per_pitch: how much a neutral face's measure seems to grow per degree of pitch (up +),
    because the landmark network's depth is not exact; neutral, spread: mean and standard deviation over the neutral
    faces of a population."""

    per_pitch: FloatArray
    neutral: FloatArray
    spread: FloatArray


def read_table() -> dict[str, Any]:
    """The fitted numbers as they stand in action_units.toml (made by tools/fit_action_units.py)."""
    return tomllib.loads(TABLE_PATH.read_text(encoding="utf-8"))


@cache
def head_table() -> HeadTable:
    """The fitted numbers that this module uses; arrays are read-only."""
    measures: Mapping[str, Mapping[str, float]] = read_table()["measures"]

    def column(key: str) -> FloatArray:
        return frozen([measures[measure.name][key] for measure in MEASURES])

    return HeadTable(
        per_pitch=column("per_pitch"),
        neutral=column("neutral"),
        spread=column("spread"),
    )


def measure_face(face: Face) -> FloatArray:
    """The MEASURES of one face, corrected for head pitch: (M,) in eye distances, NaN where a landmark is not finite,
    everywhere when the head's rotation is unknown or the eyes coincide."""
    aligned = in_head_frame(face.landmarks_px, face.rotation)
    return raw_measures(aligned) - head_table().per_pitch * face.pitch_deg


def in_head_frame(landmarks_px: FloatArray, rotation: FloatArray) -> FloatArray:
    """Landmarks (478, 3) of a face whose head has this rotation (3, 3; see Face), in the head frame; NaN when the
    rotation is, or the eyes coincide."""
    right, left = landmarks_px[list(_RIGHT_EYE)].mean(axis=0), landmarks_px[list(_LEFT_EYE)].mean(axis=0)
    eyes_px = float(np.linalg.norm(left - right))
    if not eyes_px > 0:
        return np.full(landmarks_px.shape, np.nan)
    turned_back: FloatArray = _Y_DOWN_Z_AWAY @ rotation @ _Y_DOWN_Z_AWAY
    return np.asarray((landmarks_px - (left + right) / 2) @ turned_back / eyes_px)


def raw_measures(aligned: FloatArray) -> FloatArray:
    """The MEASURES of landmarks (478, 3) in the head frame, (M,), without any correction."""
    values = np.empty(len(MEASURES))
    for i, measure in enumerate(MEASURES):
        axis, sign = _AXIS[measure.kind]
        values[i] = sign * (aligned[list(measure.of), axis].mean() - aligned[list(measure.over), axis].mean())
    return values


def frozen(values: list[Any]) -> FloatArray:
    """A read-only float64 array."""
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array
