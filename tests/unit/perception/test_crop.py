import numpy as np
import pytest

from physio.perception.crop import averaged, in_border, square_crop


def marked(height: int, width: int, x: int, y: int) -> np.ndarray:
    image = np.zeros((height, width, 3), np.uint8)
    image[y - 3 : y + 4, x - 3 : x + 4] = 255
    return image


def centre_of_mark(image: np.ndarray) -> np.ndarray:
    rows, columns = np.nonzero(image[..., 0] > 127)
    return np.array([[columns.mean() + 0.5, rows.mean() + 0.5]])  # middle of the pixels


@pytest.mark.parametrize("centre", [(200.0, 150.0), (12.0, 9.0), (392.3, 288.8)])
@pytest.mark.parametrize("half_width", [20.0, 33.4, 90.0])
def test_a_point_in_the_crop_maps_back_to_the_picture(centre, half_width):
    x, y = round(centre[0]), round(centre[1])
    image = marked(300, 400, x, y)
    crop = square_crop(image, centre, half_width, 192)
    assert crop is not None
    np.testing.assert_allclose(
        crop.to_frame(centre_of_mark(crop.image)), centre_of_mark(image), atol=0.5 if crop.scale > 1 else 1e-9
    )


@pytest.mark.parametrize(("half_width", "side", "scale"), [(24.0, 192, 4.0), (96.0, 192, 1.0), (120.0, 240, 1.0)])
def test_a_small_crop_is_enlarged_and_a_large_one_left(half_width, side, scale):
    crop = square_crop(np.zeros((600, 800, 3), np.uint8), (400.0, 300.0), half_width, 192)
    assert crop is not None
    assert crop.image.shape == (side, side, 3)
    assert crop.scale == scale
    assert crop.image.flags.c_contiguous


def test_the_crop_is_cut_off_at_the_edge_and_depth_is_scaled():
    crop = square_crop(np.zeros((480, 640, 3), np.uint8), (0.0, 240.0), 48.0, 192)
    assert crop is not None
    assert crop.image.shape == (192, 96, 3)
    assert (crop.left_px, crop.top_px) == (0, 192)
    np.testing.assert_allclose(crop.to_frame(np.array([[10.0, 20.0, -6.0]])), [[5.0, 202.0, -3.0]])


@pytest.mark.parametrize("centre", [(-60.0, 240.0), (700.0, 240.0), (320.0, -45.0), (320.0, 900.0)])
def test_a_square_outside_the_picture_gives_no_crop(centre):
    assert square_crop(np.zeros((480, 640, 3), np.uint8), centre, 50.0, 192) is None


def test_a_square_without_size_gives_no_crop():
    assert square_crop(np.zeros((480, 640, 3), np.uint8), (100.0, 100.0), 0.3, 192) is None


def test_cells_are_means():
    grey = np.array([[0, 100, 7, 7, 9], [100, 200, 7, 7, 9], [50, 50, 1, 3, 9], [50, 50, 5, 7, 9]], np.uint8)
    assert averaged(grey[:, :4], 2).tolist() == [[100, 7], [50, 4]]
    assert averaged(grey, 1).tolist() == grey.tolist()
    assert averaged(grey, 2).shape == (2, 2)
    assert averaged(grey, 9).size == 0


@pytest.mark.parametrize(("height", "width"), [(300, 400), (900, 400), (20, 30)])
@pytest.mark.parametrize("border", [0.0, 0.3])
def test_a_point_in_the_border_crop_maps_back_to_the_picture(height, width, border):
    crop = in_border(marked(height, width, width // 2, height // 3), border, 512)
    assert max(crop.image.shape[:2]) == pytest.approx(512, abs=1)
    assert (crop.image[0, 0] == (128 if border else 0)).all()
    grey = np.where(crop.image == 128, 0, crop.image)
    np.testing.assert_allclose(
        crop.to_frame(centre_of_mark(grey)), [[width // 2 + 0.5, height // 3 + 0.5]], atol=1.5 / min(crop.scale, 1)
    )
