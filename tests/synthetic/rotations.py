"""Rotation matrices for whole clips at once: every function takes and gives arrays with a leading time axis.

Vectors are (T, 3) or (3,), matrices (T, 3, 3) or (3, 3); they broadcast. Angles are in degrees.
"""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

X = np.array([1.0, 0.0, 0.0])
Y = np.array([0.0, 1.0, 0.0])
Z = np.array([0.0, 0.0, 1.0])


def unit(v: Array) -> Array:
    """Scale to length 1 along the last axis."""
    length: Array = np.linalg.norm(v, axis=-1, keepdims=True)
    return v / length


def dot(a: Array, b: Array) -> Array:
    """Scalar product along the last axis."""
    product: Array = (a * b).sum(axis=-1)
    return product


def angle_between(a: Array, b: Array) -> Array:
    """Angle between two vectors in degrees, 0-180, exact near both ends."""
    angle: Array = np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b), axis=-1), dot(a, b)))
    return angle


def turn(axis: Array, angle_deg: Array | float) -> Array:
    """Right-handed rotation about a unit axis (Rodrigues)."""
    axis, angle = np.broadcast_arrays(axis, np.radians(np.asarray(angle_deg, dtype=float))[..., None])
    x, y, z = np.moveaxis(axis, -1, 0)
    zero = np.zeros_like(x)
    k = np.stack([np.stack([zero, -z, y], -1), np.stack([z, zero, -x], -1), np.stack([-y, x, zero], -1)], -2)
    s, c = np.sin(angle[..., :1, None]), np.cos(angle[..., :1, None])
    matrix: Array = np.eye(3) + s * k + (1.0 - c) * (k @ k)
    return matrix


def apply(matrix: Array, v: Array) -> Array:
    """Rotate vectors."""
    rotated: Array = np.einsum("...ij,...j->...i", matrix, v)
    return rotated


def frame(along: Array, towards: Array) -> Array:
    """Right-handed axes with the first along `along` and the second in the half plane of `towards`."""
    first = unit(along)
    second = unit(towards - dot(towards, first)[..., None] * first)
    first, second = np.broadcast_arrays(first, second)
    return np.stack([first, second, np.cross(first, second)], axis=-1)


def shortest(start: Array, end: Array) -> Array:
    """The smallest rotation that takes direction `start` to direction `end` (not opposite to each other)."""
    start, end = unit(start), unit(end)
    cross = np.cross(start, end)
    sine = np.linalg.norm(cross, axis=-1, keepdims=True)
    axis = np.where(sine > 1e-9, cross / np.maximum(sine, 1e-9), X)
    return turn(axis, angle_between(start, end))


def partial(matrix: Array, share: float) -> Array:
    """The same rotation carried out to a share of its angle (for angles well below 180 degrees)."""
    trace = np.trace(matrix, axis1=-2, axis2=-1)
    angle = np.degrees(np.arccos(np.clip((trace - 1.0) / 2.0, -1.0, 1.0)))
    raw = np.stack(
        [
            matrix[..., 2, 1] - matrix[..., 1, 2],
            matrix[..., 0, 2] - matrix[..., 2, 0],
            matrix[..., 1, 0] - matrix[..., 0, 1],
        ],
        axis=-1,
    )
    length = np.linalg.norm(raw, axis=-1, keepdims=True)
    axis = np.where(length > 1e-9, raw / np.maximum(length, 1e-9), X)
    return turn(axis, share * angle)
