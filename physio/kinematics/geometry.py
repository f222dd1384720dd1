"""Vector geometry used by the angle definitions. All functions accept leading batch dimensions."""

import numpy as np

from physio.types import FloatArray


def unit(v: FloatArray) -> FloatArray:
    """v (…, D) scaled to length 1; NaN where the length is 0."""
    length = np.linalg.norm(v, axis=-1, keepdims=True)
    return np.asarray(np.divide(v, length, out=np.full_like(v, np.nan), where=length > 0))


def angle_between_deg(a: FloatArray, b: FloatArray) -> FloatArray:
    """Angle between vectors a and b (…, D), 0-180 degrees.

    Uses 2·atan2(|â − b̂|, |â + b̂|) (Kahan), which keeps its precision near 0 and 180 where arccos loses it.
    """
    a, b = unit(a), unit(b)
    return np.asarray(np.degrees(2 * np.arctan2(np.linalg.norm(a - b, axis=-1), np.linalg.norm(a + b, axis=-1))))


def orthogonal_to(v: FloatArray, axis: FloatArray) -> FloatArray:
    """The part of v (…, 3) orthogonal to the unit vector axis, scaled to length 1."""
    return unit(v - np.sum(v * axis, axis=-1, keepdims=True) * axis)


def wrap_deg(angle: FloatArray) -> FloatArray:
    """angle folded to [-180, 180)."""
    return (angle + 180) % 360 - 180
