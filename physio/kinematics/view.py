"""From which side the camera sees the person."""

import numpy as np

from physio.landmarks import BODY_INDEX
from physio.types import FloatArray

_SHOULDERS = (BODY_INDEX["shoulder_l"], BODY_INDEX["shoulder_r"])
_HIPS = (BODY_INDEX["hip_l"], BODY_INDEX["hip_r"])


def azimuth_deg(world_m: FloatArray) -> FloatArray:
    """Camera azimuth (…) about the person from world landmarks (…, 33, 3): 0 = in front, +90 = on the person's left,
    ±180 = behind. The mean of hip and shoulder line, so that a twist of the trunk counts half."""
    left = (world_m[..., _HIPS[0], :] - world_m[..., _HIPS[1], :]) + (
        world_m[..., _SHOULDERS[0], :] - world_m[..., _SHOULDERS[1], :]
    )
    return np.asarray(np.degrees(np.arctan2(-left[..., 2], left[..., 0])))


def off_frontal_deg(azimuth: FloatArray | float) -> FloatArray:
    """How far from a front or back view (…), 0-90: 0 = front or back, 90 = a pure side view."""
    return np.asarray(np.abs((np.asarray(azimuth) + 90) % 180 - 90))


def view_label(azimuth: float) -> str:
    """One word for the view: front, front-left, left, back-left, back, back-right, right, front-right, or unknown."""
    if not np.isfinite(azimuth):
        return "unknown"
    words = ("front", "front-left", "left", "back-left", "back", "back-right", "right", "front-right")
    return words[round(azimuth / 45) % 8]
