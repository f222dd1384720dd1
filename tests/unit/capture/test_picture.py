"""Still pictures of every kind, written by Pillow and OpenCV and read back."""

import struct
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image as Pictures

from physio.capture.picture import pictures_in, read_picture
from physio.errors import PictureError
from tests.video_files import corner_picture

RED, BLUE, BLACK, WHITE = (255, 0, 0), (0, 0, 255), (0, 0, 0), (255, 255, 255)
_ORIENTATION = 0x0112
_DEEP = np.linspace(0, 1, 64 * 48).reshape(48, 64)


def corners(image):
    """The colours of the four quarters: top left, top right, bottom left, bottom right."""
    height, width = image.shape[:2]
    return [tuple(image[y, x].tolist()) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]


def near(found, expected):
    return np.abs(np.array(found, float) - np.array(expected)).max() < 12


@pytest.mark.parametrize("ending", ["jpg", "jpeg", "png", "webp", "bmp", "tif"])
def test_every_format_is_read_with_its_colours(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    exact = {"quality": 95, "subsampling": 0} if ending.startswith("jp") else {}
    Pictures.fromarray(corner_picture()).save(path, **exact)
    picture = read_picture(path)
    assert (picture.image.shape, picture.image.dtype, picture.scale) == ((48, 64, 3), np.uint8, 1.0)
    assert near(corners(picture.image), [RED, BLUE, BLACK, BLACK])


@pytest.mark.parametrize(
    ("orientation", "turned"),
    [(2, Pictures.Transpose.FLIP_LEFT_RIGHT), (3, Pictures.Transpose.ROTATE_180), (6, Pictures.Transpose.ROTATE_90)],
)
@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tif"])
def test_a_picture_stands_upright_as_its_exif_data_say(tmp_path, orientation, turned, ending):
    exif = Pictures.Exif()
    exif[_ORIENTATION] = orientation
    Pictures.fromarray(corner_picture()).transpose(turned).save(tmp_path / f"a.{ending}", exif=exif)
    image = read_picture(tmp_path / f"a.{ending}").image
    assert image.shape == (48, 64, 3)
    assert near(corners(image), [RED, BLUE, BLACK, BLACK])


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK", "LA", "RGBA", "PA"])
def test_every_kind_of_pixel_becomes_rgb(tmp_path, mode):
    path = tmp_path / ("a.jpg" if mode == "CMYK" else "a.tif" if mode == "PA" else "a.png")
    grey = Pictures.fromarray(np.repeat(np.array([[0, 255]], np.uint8), 32, axis=1).repeat(48, axis=0))
    made = grey.convert("P").convert(mode) if mode == "PA" else grey.convert(mode)
    made.save(path)
    image = read_picture(path).image
    assert image.shape == (48, 64, 3)
    assert near(corners(image), [BLACK, WHITE] * 2)


def test_what_is_transparent_is_white(tmp_path):
    clear = np.zeros((48, 64, 4), np.uint8)
    clear[:, 32:, 3] = 255
    Pictures.fromarray(clear).save(tmp_path / "a.png")
    assert corners(read_picture(tmp_path / "a.png").image) == [WHITE, BLACK] * 2
    palette = Pictures.fromarray(corner_picture()).quantize(8)
    palette.save(tmp_path / "b.png", transparency=palette.getpixel((0, 0)))
    assert corners(read_picture(tmp_path / "b.png").image) == [WHITE, BLUE, BLACK, BLACK]


@pytest.mark.parametrize("ending", ["png", "tif"])
@pytest.mark.parametrize("full", [65535, 4095])
def test_a_grey_picture_of_more_than_8_bits_is_as_light_as_it_was(tmp_path, ending, full):
    Pictures.fromarray((_DEEP * full).astype(np.uint16)).save(tmp_path / f"a.{ending}")
    image = read_picture(tmp_path / f"a.{ending}").image
    assert np.abs(image[..., 0] - _DEEP * 255).max() < 1.5


@pytest.mark.parametrize("ending", ["png", "tif"])
def test_a_coloured_picture_of_16_bits_is_read(tmp_path, ending):
    cv2.imwrite(str(tmp_path / f"a.{ending}"), corner_picture()[..., ::-1].astype(np.uint16) * 257)
    assert near(corners(read_picture(tmp_path / f"a.{ending}").image), [RED, BLUE, BLACK, BLACK])


def test_numbers_with_a_point_are_read(tmp_path):
    for full in (1.0, 255.0):
        Pictures.fromarray((_DEEP * full).astype(np.float32)).save(tmp_path / "a.tif")
        assert np.abs(read_picture(tmp_path / "a.tif").image[..., 0] - _DEEP * 255).max() < 1.5


def test_a_deep_picture_is_turned_too(tmp_path):
    exif = Pictures.Exif()
    exif[_ORIENTATION] = 6
    Pictures.fromarray((_DEEP * 65535).astype(np.uint16)).save(tmp_path / "a.png", exif=exif)
    assert read_picture(tmp_path / "a.png").image.shape == (64, 48, 3)


@pytest.mark.parametrize(
    ("ending", "width", "height", "size"),
    [("jpg", 4032, 3024, (1512, 2016)), ("png", 4032, 3024, (1536, 2048)), ("jpg", 2500, 5000, (2048, 1024))],
)
def test_a_large_picture_is_scaled_down(tmp_path, ending, width, height, size):
    Pictures.fromarray(corner_picture(width, height)).save(tmp_path / f"a.{ending}")
    picture = read_picture(tmp_path / f"a.{ending}")
    assert picture.image.shape == (*size, 3)
    assert picture.scale == pytest.approx(size[0] / height)
    assert near(corners(picture.image), [RED, BLUE, BLACK, BLACK])


def bomb():
    """A PNG that says that it has 30,000 × 30,000 pixels."""
    head, body = b"IHDR" + struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0), b"IDAT"
    chunks = (struct.pack(">I", len(one) - 4) + one + struct.pack(">I", zlib.crc32(one)) for one in (head, body))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def cut_jpeg(tmp_path):
    noise = np.random.default_rng(1).integers(0, 255, (200, 200, 3), np.uint8)
    Pictures.fromarray(noise).save(tmp_path / "whole.jpg")
    content = (tmp_path / "whole.jpg").read_bytes()
    return content[: len(content) // 2]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lambda _: b"", "capture.picture_empty"),
        (lambda _: b"hello\n" * 99, "capture.not_a_picture"),
        (lambda _: b"%!PS-Adobe-3.0 EPSF-3.0\n", "capture.not_a_picture"),
        (lambda _: b"\xff\xd8\xff\xe0", "capture.not_a_picture"),
        (cut_jpeg, "capture.picture_damaged"),
        (lambda _: bomb(), "capture.picture_too_large"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path, content, code):
    (tmp_path / "a.jpg").write_bytes(content(tmp_path))
    with pytest.raises(PictureError) as caught:
        read_picture(tmp_path / "a.jpg")
    assert caught.value.message.code == code
    assert "a.jpg" in str(caught.value)


def test_what_is_not_there_says_so(tmp_path):
    with pytest.raises(PictureError, match="no picture at"):
        read_picture(tmp_path / "a.jpg")
    with pytest.raises(PictureError, match="is a folder"):
        read_picture(tmp_path)


def test_the_pictures_of_a_folder_are_sorted_and_nothing_else_is_among_them(tmp_path):
    for name in ("b.PNG", "a.jpg", "c.tif", "notes.txt", "clip.mp4", "d.jpeg", "e.webp", "f.bmp", "._a.jpg"):
        (tmp_path / name).touch()
    (tmp_path / "folder.jpg").mkdir()
    assert [path.name for path in pictures_in(tmp_path)] == ["a.jpg", "b.PNG", "c.tif", "d.jpeg", "e.webp", "f.bmp"]
    with pytest.raises(PictureError, match="cannot be read"):
        pictures_in(tmp_path / "gone")
