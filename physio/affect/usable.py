"""Whether a face that was found can be read, and if not, why."""

import math

from physio.types import Face, FaceReason

MAX_YAW_DEG = 40.0
MAX_PITCH_DEG = 30.0
"""Beyond these the far side of the face is a guess of the landmark network (the limits of py-feat's own filter)."""
MIN_HEIGHT_PX = 24.0
"""A face of 30 px must be read; at 24 px an open eye is one pixel high. This is about detail, not about distance: the
reason says that the face is too small in the frame and leaves open why."""


def why_not(face: Face | None) -> FaceReason:
    """OK for a face whose numbers may be given. None, or a face without a direction, is one that was not found."""
    if face is None or not math.isfinite(face.yaw_deg + face.pitch_deg):
        return FaceReason.NOT_FOUND
    if abs(face.yaw_deg) > MAX_YAW_DEG or abs(face.pitch_deg) > MAX_PITCH_DEG:
        return FaceReason.TURNED_AWAY
    if not face.height_px >= MIN_HEIGHT_PX:
        return FaceReason.TOO_SMALL
    return face.reason
