import av
import numpy as np
import pytest

from physio.capture.frames import UPRIGHT, Orientation, orientation, to_frame, to_video_frame
from tests.video_files import corner_picture


def test_camera_picture_becomes_rgb_frame_unchanged():
    image = corner_picture()
    frame = to_frame(av.VideoFrame.from_ndarray(image, format="rgb24"), 3, 0.5)
    assert (frame.index, frame.t_s) == (3, 0.5)
    np.testing.assert_array_equal(frame.image, image)


def test_yuv_picture_with_odd_size_keeps_its_shape_and_colours():
    picture = av.VideoFrame.from_ndarray(corner_picture(70, 50), format="rgb24").reformat(format="yuv420p")
    frame = to_frame(picture, 0, 0.0)
    assert frame.image.shape == (50, 70, 3)
    assert frame.image.flags.c_contiguous
    assert frame.image[5, 5, 0] > 230
    assert frame.image[5, 5, 2] < 25
    assert frame.image[5, -5, 2] > 230


def test_scaling_happens_before_turning():
    picture = av.VideoFrame.from_ndarray(corner_picture(64, 48), format="rgb24")
    frame = to_frame(picture, 0, 0.0, (32, 24), Orientation(transpose=True))
    assert frame.image.shape == (32, 24, 3)


def test_picture_without_display_matrix_is_upright():
    assert orientation(av.VideoFrame(64, 48)) == UPRIGHT


@pytest.mark.parametrize(
    ("stored", "upright"),
    [
        (Orientation(), lambda image: image),
        (Orientation(transpose=True, flip_y=True), lambda image: np.rot90(image, 1)),
        (Orientation(transpose=True, flip_x=True), lambda image: np.rot90(image, -1)),
        (Orientation(flip_x=True, flip_y=True), lambda image: np.rot90(image, 2)),
        (Orientation(flip_x=True), np.fliplr),
        (Orientation(flip_y=True), np.flipud),
    ],
)
def test_orientations_turn_as_named(stored, upright):
    image = corner_picture()
    np.testing.assert_array_equal(stored.apply(image), upright(image))


def test_picture_for_the_viewer_holds_the_same_pixels():
    image = corner_picture()
    np.testing.assert_array_equal(to_video_frame(image[:, ::-1]).to_ndarray(format="rgb24"), image[:, ::-1])
