"""How the head is turned, from face landmarks alone: a fit of MediaPipe's canonical face."""

import numpy as np

from physio.types import FloatArray

CANONICAL_FACE: tuple[tuple[int, float, float, float, float], ...] = (
    (4, 0.0000, -0.4632, 7.5866, 0.07091),
    (6, 0.0000, 2.4733, 5.7886, 0.03210),
    (10, 0.0000, 8.2618, 4.4815, 0.00845),
    (33, -4.4459, 2.6640, 3.1734, 0.05872),
    (54, -6.2793, 6.6154, 1.4259, 0.00767),
    (67, -3.5240, 8.0060, 3.7292, 0.00908),
    (117, -5.2587, 0.9458, 2.9743, 0.00979),
    (119, -3.3007, 0.8616, 3.8728, 0.01457),
    (121, -1.8207, 1.4680, 4.2241, 0.01859),
    (127, -7.7431, 2.3650, -2.0052, 0.00520),
    (129, -1.7858, -0.9783, 4.8505, 0.12063),
    (132, -7.2709, -2.8909, -2.2525, 0.00556),
    (133, -1.8564, 2.5852, 3.7579, 0.05329),
    (143, -6.4076, 2.2360, 1.5608, 0.01482),
    (147, -6.2349, -1.9444, 1.6635, 0.01426),
    (198, -1.2468, 0.2303, 5.6810, 0.02546),
    (205, -3.8329, -1.5373, 4.1377, 0.04725),
    (263, 4.4459, 2.6640, 3.1734, 0.05872),
    (284, 6.2793, 6.6154, 1.4259, 0.00767),
    (297, 3.5240, 8.0060, 3.7292, 0.00908),
    (346, 5.2587, 0.9458, 2.9743, 0.00979),
    (348, 3.3007, 0.8616, 3.8728, 0.01457),
    (350, 1.8207, 1.4680, 4.2241, 0.01859),
    (356, 7.7431, 2.3650, -2.0052, 0.00520),
    (358, 1.7858, -0.9783, 4.8505, 0.12063),
    (361, 7.2709, -2.8909, -2.2525, 0.00556),
    (362, 1.8564, 2.5852, 3.7579, 0.05329),
    (372, 6.4076, 2.2360, 1.5608, 0.01482),
    (376, 6.2349, -1.9444, 1.6635, 0.01426),
    (420, 1.2468, 0.2303, 5.6810, 0.02546),
    (425, 3.8329, -1.5373, 4.1377, 0.04725),
)
"""(landmark, x, y, z in cm, weight): x to the frame's right, y up, z out of the face. Points and weights are those of
the Procrustes basis of MediaPipe's face geometry module (Apache-2.0) without its two points on the jaw, which follow an
opening mouth rather than the head."""

_LANDMARKS = tuple(row[0] for row in CANONICAL_FACE)
_MODEL = np.array([row[1:4] for row in CANONICAL_FACE])
_WEIGHTS = np.array([row[4] for row in CANONICAL_FACE]) / sum(row[4] for row in CANONICAL_FACE)


def head_rotation(landmarks_px: FloatArray) -> FloatArray:
    """The rotation (3, 3) that takes the canonical face (x right, y up, z towards the camera) to how the head is
    turned, relative to the line of sight to the face.

    landmarks_px: (478 or 468, 3), x right, y down, z towards the camera negative, all in one scale. The rotation is
    that of the best similarity from the canonical face (Kabsch 1976, weighted), so neither place nor size of the face
    matters. NaN when a landmark used is not finite or all coincide.
    """
    points = landmarks_px[list(_LANDMARKS)] * (1.0, -1.0, -1.0)  # y up, z towards the camera positive: as the model
    if not np.isfinite(points).all() or not np.ptp(points, axis=0).any():
        return np.full((3, 3), np.nan)
    spread = points - _WEIGHTS @ points
    covariance = (spread * _WEIGHTS[:, None]).T @ (_MODEL - _WEIGHTS @ _MODEL)
    left, _, right = np.linalg.svd(covariance)
    keep_right_handed = np.diag((1.0, 1.0, np.sign(np.linalg.det(left @ right))))
    return np.asarray(left @ keep_right_handed @ right)


def angles_of_rotation_deg(rotation: FloatArray) -> tuple[float, float, float]:
    """Yaw, pitch, roll of a rotation (3, 3) that takes a face looking along +z (x right, y up) to where it looks, in
    degrees, 0 = facing the camera. Yaw is positive to the person's left, pitch positive up, roll positive to the
    person's right shoulder.

    The rotation is read as roll about z first, then pitch about x, then yaw about y.
    """
    yaw = np.arctan2(rotation[0, 2], rotation[2, 2])
    pitch = np.arcsin(np.clip(rotation[1, 2], -1.0, 1.0))
    roll = np.arctan2(rotation[1, 0], rotation[1, 1])
    return float(np.degrees(yaw)), float(np.degrees(pitch)), float(np.degrees(roll))
