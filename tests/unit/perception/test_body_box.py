import numpy as np
import pytest

from physio.perception.body_box import BOX_MARGIN, GREY, TRUNK_M, BodyBox, Box, masked, px_per_m
from physio.types import Pose
from tests.unit.perception.made_bodies import SIZE, standing


@pytest.mark.parametrize("scale", [40.0, 200.0, 700.0])
def test_the_size_of_a_body_is_that_of_its_picture(scale):
    assert px_per_m(standing(px_per_m=scale)) == pytest.approx(scale)
    assert BodyBox.of(standing(px_per_m=scale), SIZE).trunk_px == pytest.approx(TRUNK_M * scale)


def test_bending_towards_the_camera_does_not_make_a_body_small():
    pose = standing()
    world = pose.world_m.copy()
    world[:, 2], world[:25, 1] = -world[:, 1], world[:25, 1] * 0.1  # the upper half now points at the camera
    bent = Pose(world[:, :2] * 200.0 + (320, 240), world, pose.visibility)
    assert px_per_m(bent) == pytest.approx(200.0)


def test_a_place_lies_about_the_hips_and_the_box_inside_the_picture():
    place = BodyBox.of(standing(), SIZE)
    assert place.hips_px == pytest.approx((320, 240))
    assert (place.box.top, place.box.bottom) == (int(240 - 200 * 0.702 - BOX_MARGIN * 100), 440)
    close = BodyBox.of(standing(px_per_m=900.0), SIZE)
    assert (close.box.top, close.box.bottom) == (0, 480)
    assert 0 <= close.box.left < close.box.right <= 640


def test_what_has_no_size_or_lies_outside_has_no_place():
    pose = standing()
    assert BodyBox.of(Pose(pose.image_px, np.zeros((33, 3)), pose.visibility), SIZE) is None
    assert BodyBox.of(Pose(np.full((33, 2), np.nan), pose.world_m, pose.visibility), SIZE) is None
    assert BodyBox.of(Pose(pose.image_px + 5000, pose.world_m, pose.visibility), SIZE) is None


def test_painting_leaves_the_picture_itself_alone():
    image = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    kept, box = image.copy(), Box(1, 1, 3, 3)
    inside = np.zeros((4, 6), bool)
    inside[1:3, 1:3] = True
    hidden, alone = masked(image, box, keep=False), masked(image, box, keep=True)
    assert (hidden[inside] == GREY).all()
    assert (hidden[~inside] == image[~inside]).all()
    assert (alone[inside] == image[inside]).all()
    assert (alone[~inside] == GREY).all()
    assert (image == kept).all()
