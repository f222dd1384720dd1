import numpy as np
import pytest

from physio.storage.landmark_codec import pack, unpack
from physio.storage.observed import Landmarks


def landmarks(
    image_px: np.ndarray, world_m: np.ndarray | None = None, visibility: np.ndarray | None = None
) -> Landmarks:
    count = len(image_px)
    world = np.zeros((count, 33, 3)) if world_m is None else world_m
    return Landmarks(np.arange(count) / 30, image_px, world, np.ones((count, 33)) if visibility is None else visibility)


@pytest.mark.parametrize(("width", "height"), [(640, 480), (1920, 1080), (3840, 2160), (2160, 3840)])
def test_points_in_and_around_the_frame_keep_a_tenth_of_a_pixel(width: int, height: int) -> None:
    rng = np.random.default_rng(1)
    margin = 900
    image = rng.uniform([-margin, -margin], [width + margin, height + margin], size=(50, 33, 2))
    world = rng.uniform(-2, 2, size=(50, 33, 3))
    visibility = rng.uniform(0, 1, size=(50, 33))
    given = landmarks(image, world, visibility)

    kept = unpack(pack(given))

    assert np.abs(kept.image_px - image).max() <= 0.05 + 1e-9
    assert np.abs(kept.world_m - world).max() <= 0.0005 + 1e-9
    assert np.abs(kept.visibility - visibility).max() <= 0.5 / 255 + 1e-9
    np.testing.assert_array_equal(kept.t_s, given.t_s)


def test_only_frames_with_points_far_out_are_coarser() -> None:
    image = np.full((2, 33, 2), 321.123)
    image[1, 0] = (7600.0, 4300.0)  # 8K

    kept = unpack(pack(landmarks(image)))

    assert np.abs(kept.image_px[0] - image[0]).max() <= 0.05 + 1e-9
    assert np.abs(kept.image_px[1] - image[1]).max() <= 0.1 + 1e-9


def test_what_does_not_fit_is_unknown_and_not_moved_to_the_edge() -> None:
    image = np.full((1, 33, 2), 100.0)
    image[0, 0] = (1e6, 5.0)
    image[0, 1] = (np.inf, np.nan)
    world = np.zeros((1, 33, 3))
    world[0, 0] = (40.0, np.nan, -1.0)
    visibility = np.ones((1, 33))
    visibility[0, 2] = np.nan

    kept = unpack(pack(landmarks(image, world, visibility)))

    np.testing.assert_array_equal(np.isnan(kept.image_px[0, :2]), [[True, False], [True, True]])
    np.testing.assert_allclose(kept.image_px[0, 2:], 100.0, atol=0.4)
    np.testing.assert_array_equal(np.isnan(kept.world_m[0, 0]), [True, True, False])
    assert kept.visibility[0, 2] == 0


def test_no_frames() -> None:
    kept = unpack(pack(landmarks(np.empty((0, 33, 2)))))
    assert kept.image_px.shape == (0, 33, 2)
    assert kept.world_m.shape == (0, 33, 3)
    assert kept.visibility.shape == (0, 33)
