"""The pinhole camera and its agreement with the picture's axes."""

import numpy as np
import pytest

from tests.synthetic.camera import Camera, around

MIDDLE = np.array([0.0, 0.0, 1.0])


def front(roll_deg=0.0) -> Camera:
    return Camera(around(0.0, 4.0, 1.0, MIDDLE), MIDDLE, roll_deg, 500.0, 640, 480)


def test_target_falls_in_the_middle():
    assert front().project(MIDDLE) == pytest.approx([320.0, 240.0])


def test_the_persons_left_is_on_the_right_of_a_front_picture_and_up_is_up():
    left, above = front().project(np.array([[0.4, 0.0, 1.0], [0.0, 0.0, 1.4]]))
    assert left == pytest.approx([370.0, 240.0])
    assert above == pytest.approx([320.0, 190.0])


def test_from_the_left_side_the_person_faces_the_left_of_the_picture():
    camera = Camera(around(90.0, 4.0, 1.0, MIDDLE), MIDDLE, 0.0, 500.0, 640, 480)
    ahead = camera.project(np.array([0.0, -0.4, 1.0]))
    assert ahead[0] < 300.0


def test_camera_coordinates_are_right_down_away():
    seen = front().to_camera(np.array([0.1, 0.0, 0.8]))
    np.testing.assert_allclose(seen, [0.1, 0.2, 4.0], atol=1e-12)


def test_clip_matrix_agrees_with_projection():
    camera = front(roll_deg=7.0)
    point = np.array([0.3, -0.5, 1.6])
    clip = camera.matrix() @ np.append(point, 1.0)
    x, y = clip[:2] / clip[3]
    assert [(x + 1) * 320.0, (1 - y) * 240.0] == pytest.approx(list(camera.project(point)))


def test_camera_rolled_to_the_right_sees_the_world_tilt_left():
    top = front(roll_deg=10.0).project(np.array([0.0, 0.0, 1.4]))
    assert top[0] < 320.0
