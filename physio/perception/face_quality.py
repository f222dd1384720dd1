"""Whether a face that was found may be read: what hides it, what blurs it, and whether it is the head's at all."""

import json
from functools import cache
from importlib import resources

import cv2
import numpy as np

from physio.landmarks import BODY_INDEX
from physio.perception.crop import averaged
from physio.types import Face, FaceReason, FloatArray, Image, Pose

HAND_NEARER_THAN = 0.2
"""A hand hides the face when one of its points lies inside the face's outline or within this share of its height. In a
recording of a hand before a face 71 % of such frames; in 255 looks at four other clips none."""
COVERED_ABOVE = 0.6
"""Log odds that a mask covers nose, mouth and chin, from the appearance. Of people not fitted 98 % of the painted masks
lie above, one in six of other things, few fingers, and 0.1 % of bare faces, real or rendered, in all expressions."""
BLURRED_BELOW = 0.08
"""Sharpness below which the reading is not believed. It follows skin and light as much as blur: between 0.08 and 0.16
rendered faces of people not fitted are read as well (mean error of the PSPI's levels 1.2) as sharper ones (1.1); below
0.08 the error is 1.7, on faces that are blurred on purpose 2.6."""
MOST_TURN = 4.0
"""Turn of the body's head (see head_turn) up to which a frontal face may be its: about 70°. True faces that only a
second look found had at most 3.2, faces that the network imagines on a profile 5.7 to 12."""
_PROFILE_DEG = 40.0

_HANDS = tuple(BODY_INDEX[f"{part}_{side}"] for part in ("wrist", "pinky", "index", "thumb") for side in "lr")
_NOSE, _EARS = BODY_INDEX["nose"], (BODY_INDEX["ear_l"], BODY_INDEX["ear_r"])
_OUTLINE = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
_SHARP_CELLS, _RIM = 32, 4


def reason_of(face: Face, sharpness: float, pose: Pose | None) -> FaceReason:
    """Why this face of that body may not be read; OK when nothing speaks against it."""
    if pose is not None and head_turn(pose) > MOST_TURN and abs(face.yaw_deg) < _PROFILE_DEG:
        return FaceReason.DOUBTFUL
    if sharpness < BLURRED_BELOW:  # first: the network takes a face without detail for a covered one
        return FaceReason.BLURRED
    hand = pose is not None and hand_distance(face, pose) < HAND_NEARER_THAN
    return FaceReason.HIDDEN if hand or cover(face) > COVERED_ABOVE else FaceReason.OK


def sharpness_of(aligned: Image) -> float:
    """How sharp an aligned face (64, 64) is in its less sharp direction: mean step from cell to cell over the standard
    deviation, in cells that a face of 32 px still has, so that faces of all sizes compare. 0 for a plain surface."""
    inner = slice(_RIM, _SHARP_CELLS - _RIM)
    cells = averaged(aligned, len(aligned) // _SHARP_CELLS)[inner, inner].astype(np.float64)
    spread = float(cells.std())
    return min(float(np.abs(np.diff(cells, axis=axis)).mean()) for axis in (0, 1)) / spread if spread else 0.0


def hand_distance(face: Face, pose: Pose) -> float:
    """From the face's outline to the nearest point of a hand, in heights of the face; negative inside."""
    outline = face.landmarks_px[list(_OUTLINE), :2].astype(np.float32)
    points = ((float(x), float(y)) for x, y in pose.image_px[list(_HANDS)])
    return -max(cv2.pointPolygonTest(outline, point, True) for point in points) / face.height_px


def cover(face: Face) -> float:
    """Log odds that a mask covers the lower half of the face; NaN where its appearance was not read."""
    weights, offset = _cover_weights()
    return float(face.appearance @ weights + offset)


def head_turn(pose: Pose) -> float:
    """How far the body's nose lies from the middle between its ears, along the line between them, per half of their
    distance: 0 from the front, about 1.4 times the tangent of the head's yaw, large in profile."""
    half = (pose.image_px[_EARS[0]] - pose.image_px[_EARS[1]]) / 2
    nose = pose.image_px[_NOSE] - pose.image_px[list(_EARS)].mean(axis=0)
    square = float(half @ half)
    return abs(float(nose @ half)) / square if square > 0 else np.inf


@cache
def _cover_weights() -> tuple[FloatArray, float]:
    text = resources.files("physio.perception").joinpath("face_cover.json").read_text(encoding="utf-8")
    fitted = json.loads(text)
    return np.array(fitted["weights"]), float(fitted["offset"])
