"""A still picture as an upright RGB image, and which files of a folder are pictures."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image as Pictures
from PIL import ImageOps, UnidentifiedImageError

from physio.errors import PictureError
from physio.types import Image

EXTENSIONS = ("jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff")
"""Of files that are pictures as a rule; what matters is what is in them."""
MAX_SIDE_PX = 2048
"""Larger pictures are scaled down."""
_ENOUGH_PX = 1600
"""A JPEG is decoded at a half or a quarter of its size, which saves most of the time, if that leaves so many."""
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "DIB", "TIFF")  # none that can run a program or name other files
_BACKGROUND = (255, 255, 255)

Pictures.init()  # loads the formats, which two threads that open their first pictures must not do at once


@dataclass(frozen=True, slots=True)
class Picture:
    """image (H, W, 3) RGB, upright; scale: its size as a share of the file's."""

    image: Image
    scale: float


def read_picture(path: Path) -> Picture:
    """The first picture in the file, turned as its EXIF data says; what is transparent is white. PictureError when the
    file is missing, empty, no picture, too large or damaged."""
    try:
        if path.is_dir():
            raise PictureError("capture.picture_folder", name=path.name)
        if path.stat().st_size == 0:
            raise PictureError("capture.picture_empty", name=path.name)
        return _read(path)
    except FileNotFoundError:
        raise PictureError("capture.picture_not_there", path=str(path)) from None
    except PermissionError:
        raise PictureError("capture.forbidden", name=path.name) from None
    except UnidentifiedImageError:
        raise PictureError("capture.not_a_picture", name=path.name) from None
    except Pictures.DecompressionBombError:
        raise PictureError("capture.picture_too_large", name=path.name) from None
    except PictureError:
        raise
    except Exception as error:  # a damaged file raises whatever its decoder stumbles over
        raise PictureError("capture.picture_damaged", name=path.name) from error


def pictures_in(folder: Path) -> list[Path]:
    """The pictures of a folder, not of the folders in it nor hidden ones, sorted by name. PictureError when it cannot
    be listed."""
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix.lower().lstrip(".") in EXTENSIONS)
    except OSError as error:
        raise PictureError("capture.unreadable", name=folder.name, problem=str(error.strerror or error)) from None
    return [path for path in files if path.is_file() and not path.name.startswith(".")]


def _read(path: Path) -> Picture:
    with Pictures.open(path, formats=_FORMATS) as opened:
        longer = max(opened.size)
        enough = min(1.0, _ENOUGH_PX / longer)
        opened.draft("RGB", (int(opened.width * enough), int(opened.height * enough)))
        flat = _flat(opened)
    flat.thumbnail((MAX_SIDE_PX, MAX_SIDE_PX), reducing_gap=2.0)
    return Picture(np.array(flat, np.uint8), max(flat.size) / longer)


def _flat(opened: Pictures.Image) -> Pictures.Image:
    """Upright, RGB, opaque, 8 bits."""
    picture = _upright(_eight_bits(opened) if opened.mode.startswith(("I", "F")) else opened)
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    opaque = Pictures.new("RGBA", picture.size, (*_BACKGROUND, 255))
    opaque.alpha_composite(picture.convert("RGBA"))
    return opaque.convert("RGB")


def _upright(picture: Pictures.Image) -> Pictures.Image:
    with contextlib.suppress(Exception):  # damaged EXIF data say nothing, and the picture may be whole
        return ImageOps.exif_transpose(picture)
    return picture


def _eight_bits(opened: Pictures.Image) -> Pictures.Image:
    """A grey picture of more than 8 bits. Nothing says how many it uses: the fewest that hold its largest value, which
    makes a picture from a 12-bit camera as light as it was."""
    values = np.asarray(opened, np.float64)
    largest = float(np.nanmax(values, initial=0.0))
    full = 1.0 if opened.mode == "F" and largest <= 1 else 2.0 ** max(8, np.ceil(np.log2(largest + 1))) - 1
    grey = np.clip(np.nan_to_num(values) * (255 / full), 0, 255).astype(np.uint8)
    made = Pictures.fromarray(grey)
    made.info = dict(opened.info)
    made.getexif().update(opened.getexif())
    return made
