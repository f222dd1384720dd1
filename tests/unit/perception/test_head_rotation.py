import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from physio.perception.head_rotation import CANONICAL_FACE, angles_of_rotation_deg, head_rotation

ANGLES = [
    (0, 0, 0),
    (30, 0, 0),
    (-50, 0, 0),
    (0, 25, 0),
    (0, -40, 0),
    (0, 0, 20),
    (0, 0, -35),
    (25, -15, 10),
    (-60, 30, -20),
]


def head_angles_deg(landmarks_px: np.ndarray) -> tuple[float, float, float]:
    return angles_of_rotation_deg(head_rotation(landmarks_px))


def face_turned(yaw: float, pitch: float, roll: float, size: float = 12.0) -> np.ndarray:
    """The canonical face as MediaPipe would give it in a picture: x right, y down, z towards the camera negative."""
    landmarks = np.zeros((478, 3))
    model = np.array([row[1:4] for row in CANONICAL_FACE])
    turned = Rotation.from_euler("YXZ", [yaw, -pitch, roll], degrees=True).apply(model)
    landmarks[[row[0] for row in CANONICAL_FACE]] = turned * (size, -size, -size) + (310.0, 200.0, -40.0)
    return landmarks


@pytest.mark.parametrize("angles", ANGLES)
def test_a_turned_face_gives_its_angles_back(angles):
    np.testing.assert_allclose(head_angles_deg(face_turned(*angles)), angles, atol=1e-6)


@pytest.mark.parametrize("angles", ANGLES)
def test_a_few_pixels_of_noise_cost_a_few_degrees(angles):
    rng = np.random.default_rng(4)
    noisy = face_turned(*angles) + rng.normal(0, 2.0, (478, 3))  # of a face 210 px high
    np.testing.assert_allclose(head_angles_deg(noisy), angles, atol=4.0)


def test_signs_are_the_persons_own():
    nose, forehead, chin = 4, 10, 6
    straight = face_turned(0, 0, 0)
    assert face_turned(30, 0, 0)[nose, 0] > straight[nose, 0]  # to the person's left: to the right in the picture
    assert face_turned(0, 30, 0)[nose, 1] < straight[nose, 1]  # up
    tilted = face_turned(0, 0, 30)
    assert tilted[forehead, 0] < tilted[chin, 0]  # top of the head towards the person's right shoulder: left in picture


def test_place_and_size_do_not_matter():
    face = face_turned(20, -10, 5)
    np.testing.assert_allclose(head_angles_deg(face * 0.13 + (900.0, -50.0, 3.0)), (20, -10, 5), atol=1e-6)


def test_unknown_is_nan():
    face = face_turned(0, 0, 0)
    face[33] = np.nan
    assert np.isnan(head_angles_deg(face)).all()
    assert np.isnan(head_angles_deg(np.ones((478, 3)))).all()


def test_rotation_angles_of_identity_and_straight_up():
    assert angles_of_rotation_deg(np.eye(3)) == (0.0, 0.0, 0.0)
    up = Rotation.from_euler("X", -90, degrees=True).as_matrix()
    assert angles_of_rotation_deg(up)[1] == pytest.approx(90.0)
