"""Where the parts of a face lie once the head's own position, rotation and size are taken out.

The head frame: origin between the corners of the eyes, x to the person's left (to the right in an unmirrored video), y
down, z away from the camera for a head that faces it; unit = distance between the centres of the two eyes. Its axes are
those of the canonical face that Face.rotation turns.
"""

import numpy as np

from physio.types import FloatArray

RIGHT_EYE, LEFT_EYE = (33, 133), (362, 263)
_RIGHT_IRIS, _LEFT_IRIS = 468, 473
_Y_DOWN_Z_AWAY = np.diag((1.0, -1.0, -1.0))
"""From the axes of Face.rotation (y up, z towards the camera) to those of landmarks and head frame, and back."""
_EYEBALL = 0.19
"""Radius of the eyeball in eye distances: 12 mm of 63 mm, the adult means."""


def eye_distance_px(landmarks_px: FloatArray) -> FloatArray:
    """Distance between the centres of the eyes of landmarks (..., 478, 3), depth included: (...)."""
    apart = _centre(landmarks_px, LEFT_EYE) - _centre(landmarks_px, RIGHT_EYE)
    return np.asarray(np.sqrt((apart * apart).sum(axis=-1)))


def in_head_frame(landmarks_px: FloatArray, rotation: FloatArray) -> FloatArray:
    """Landmarks (..., 478, 3) of faces whose heads have these rotations (..., 3, 3; see Face), in the head frame; NaN
    where the rotation is, or the eyes coincide."""
    eyes_px = eye_distance_px(landmarks_px)
    eyes_px = np.where(eyes_px > 0, eyes_px, np.nan)
    middle = (_centre(landmarks_px, LEFT_EYE) + _centre(landmarks_px, RIGHT_EYE)) / 2
    turned_back = _Y_DOWN_Z_AWAY @ rotation @ _Y_DOWN_Z_AWAY
    return np.asarray((landmarks_px - middle[..., None, :]) @ turned_back / eyes_px[..., None, None])


def gaze_deg(aligned: FloatArray) -> tuple[float, float]:
    """Where the eyes look relative to the head, from landmarks (478, 3) in the head frame: (yaw, pitch) in degrees,
    yaw positive to the person's left, pitch positive up; the mean of both eyes. NaN where an iris is unknown.

    The iris turns about a centre that lies behind the middle of the eye's corners. Lids and the shape of the socket
    shift it by some degrees from person to person: it tells looking down at a knee from looking ahead.
    """
    irises = aligned[[_RIGHT_IRIS, _LEFT_IRIS], :2]
    off = irises - (_centre(aligned, RIGHT_EYE)[:2], _centre(aligned, LEFT_EYE)[:2])
    across, down = np.degrees(np.arcsin(np.clip(off / _EYEBALL, -1.0, 1.0))).sum(axis=0) / 2
    return float(across), -float(down)


def _centre(landmarks: FloatArray, corners: tuple[int, int]) -> FloatArray:
    return np.asarray((landmarks[..., corners[0], :] + landmarks[..., corners[1], :]) / 2)
