import numpy as np
import pytest

from physio.affect.head_frame import LEFT_EYE, RIGHT_EYE, eye_distance_px, gaze_deg, in_head_frame
from physio.perception.head_rotation import CANONICAL_FACE, angles_of_rotation_deg, head_rotation

from .faces import at_rest, head_turn, in_frame, turned

RIGHT_IRIS, LEFT_IRIS = slice(468, 473), slice(473, 478)


@pytest.mark.parametrize("yaw_deg", [-30.0, 0.0, 30.0])
@pytest.mark.parametrize("pitch_deg", [-20.0, 0.0, 20.0])
@pytest.mark.parametrize("roll_deg", [-40.0, 15.0])
@pytest.mark.parametrize("eye_distance", [0.5, 12.0, 300.0])
def test_turn_place_and_size_are_taken_out(yaw_deg, pitch_deg, roll_deg, eye_distance):
    face, rotation = in_head_frame(at_rest()[0], np.eye(3)), head_turn(yaw_deg, pitch_deg, roll_deg)
    points = in_frame(turned(face, rotation), eye_distance)
    np.testing.assert_allclose(in_head_frame(points, rotation), face, atol=1e-9)
    assert eye_distance_px(points) == pytest.approx(eye_distance)


def test_the_frame_has_its_origin_between_the_eyes_one_apart():
    face = in_head_frame(in_frame(at_rest()[0], 80.0), np.eye(3))
    right, left = (face[list(corners)].mean(axis=0) for corners in (RIGHT_EYE, LEFT_EYE))
    np.testing.assert_allclose(right + left, 0.0, atol=1e-12)
    assert np.linalg.norm(left - right) == pytest.approx(1.0)
    assert left[0] > 0.4, "x to the person's left"
    assert face[152, 1] > 0.5, "the chin is below"
    assert face[1, 2] < -0.1, "the nose is towards the camera"


def test_the_turn_is_the_one_that_perception_finds():
    """Perception's canonical face, turned, is found turned so, and turned back by what was found."""
    canonical = np.zeros((478, 3))
    rows = [row[0] for row in CANONICAL_FACE]
    canonical[rows] = np.array([row[1:4] for row in CANONICAL_FACE]) * (1, -1, -1)
    for angles in ((25.0, 0.0, 0.0), (0.0, 18.0, 0.0), (0.0, 0.0, 30.0), (-10.0, -12.0, 5.0)):
        points = in_frame(turned(canonical, head_turn(*angles)), 9.0)
        rotation = head_rotation(points)
        np.testing.assert_allclose(rotation, head_turn(*angles), atol=1e-6)
        assert angles_of_rotation_deg(rotation) == pytest.approx(angles, abs=1e-6)
        back = in_head_frame(points, rotation)[rows]
        np.testing.assert_allclose(back, in_head_frame(in_frame(canonical), np.eye(3))[rows], atol=1e-6)


def test_many_faces_at_once_equal_one_by_one():
    rotations = np.array([head_turn(20.0), head_turn(0.0, -10.0), np.eye(3)])
    points = np.array([in_frame(turned(at_rest()[0], rotation)) for rotation in rotations])
    together = in_head_frame(points, rotations)
    assert eye_distance_px(points).shape == (3,)
    for i in range(3):
        np.testing.assert_allclose(in_head_frame(points[i], rotations[i]), together[i])


def test_without_a_rotation_or_eyes_nothing_is_known():
    points = in_frame(at_rest()[0])
    assert np.isnan(in_head_frame(points, np.full((3, 3), np.nan))).all()
    assert np.isnan(in_head_frame(np.zeros((478, 3)), np.eye(3))).all()
    lost = points.copy()
    lost[13] = np.nan
    aligned = in_head_frame(lost, np.eye(3))
    assert np.isnan(aligned[13]).all()
    assert np.isfinite(np.delete(aligned, 13, axis=0)).all()


def look(across, down, of=(RIGHT_IRIS, LEFT_IRIS)):
    """Gaze of a face whose irises are moved from where the eyes look straight ahead, in eye distances."""
    face = in_head_frame(at_rest()[0], np.eye(3))
    for iris, corners in ((RIGHT_IRIS, RIGHT_EYE), (LEFT_IRIS, LEFT_EYE)):
        face[iris] = face[list(corners)].mean(axis=0)
    for iris in of:
        face[iris, :2] += (across, down)
    return gaze_deg(face)


def test_gaze_is_positive_to_the_persons_left_and_up():
    assert look(0.0, 0.0) == pytest.approx((0.0, 0.0))
    assert look(0.095, 0.0) == pytest.approx((30.0, 0.0)), "half an eyeball's radius"
    assert look(0.0, 0.095) == pytest.approx((0.0, -30.0))
    assert look(-0.05, -0.02) == pytest.approx(
        (np.degrees(np.arcsin(-0.05 / 0.19)), np.degrees(np.arcsin(0.02 / 0.19)))
    )
    assert look(0.4, -0.4) == pytest.approx((90.0, 90.0)), "an iris off the eyeball is at its edge"


def test_gaze_is_the_mean_of_both_eyes_and_unknown_with_either():
    assert look(0.095, 0.0, of=(RIGHT_IRIS,)) == pytest.approx((15.0, 0.0))
    assert look(0.095, 0.0, of=(LEFT_IRIS,)) == pytest.approx((15.0, 0.0))
    assert np.isnan(look(np.nan, np.nan, of=(LEFT_IRIS,))).all()


def test_gaze_does_not_turn_with_the_head():
    rotation = head_turn(25.0, -12.0, 6.0)
    aligned = in_head_frame(in_frame(turned(at_rest()[0], rotation)), rotation)
    assert gaze_deg(aligned) == pytest.approx(gaze_deg(in_head_frame(at_rest()[0], np.eye(3))))
