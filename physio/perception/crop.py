"""The one place where frames are cropped and scaled for the networks."""

from dataclasses import dataclass

import cv2
import numpy as np

from physio.types import FloatArray, Image


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of a frame, perhaps scaled. A point at (x, y) in crop pixels lies at (left_px, top_px) + (x, y) / scale
    in the whole frame."""

    image: Image
    left_px: int
    top_px: int
    scale: float

    def to_frame(self, points_px: FloatArray) -> FloatArray:
        """Points (n, 2+) from crop pixels to pixels of the whole frame; further columns (depth) are only scaled."""
        points = points_px / self.scale
        points[:, :2] += (self.left_px, self.top_px)
        return points


def square_crop(image: Image, centre_px: tuple[float, float], half_width_px: float, at_least_px: int) -> Crop | None:
    """The square around centre_px, cut off at the frame's edges, enlarged so that the full square would have
    at_least_px a side. None when less than a quarter of the square's side lies in the frame in either direction.
    """
    height, width = image.shape[:2]
    x, y = centre_px
    left, right = max(0, round(x - half_width_px)), min(width, round(x + half_width_px))
    top, bottom = max(0, round(y - half_width_px)), min(height, round(y + half_width_px))
    if min(right - left, bottom - top) < max(2.0, half_width_px / 2):
        return None
    part = np.ascontiguousarray(image[top:bottom, left:right])
    scale = max(1.0, at_least_px / (2 * half_width_px))
    if scale > 1.0:
        # One scale for both directions, from the enlarged whole pixels, so that points map back exactly.
        size = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
        part = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    return Crop(part, left, top, scale)


def in_border(image: Image, border: float, side_px: int) -> Crop:
    """The whole image in a grey border of that share of its longer side, scaled so that the longer side of all is
    side_px."""
    height, width = image.shape[:2]
    around = round(max(height, width) * border)
    scale = side_px / (max(height, width) + 2 * around)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    smaller = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    edge = round(around * scale)
    made = cv2.copyMakeBorder(
        cv2.resize(image, size, interpolation=smaller), edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(128,) * 3
    )
    return Crop(np.asarray(made, np.uint8), -around, -around, scale)


def averaged(grey: Image, cell_px: int) -> Image:
    """grey (H, W) as the means of its cells of about cell_px a side, (H // cell_px, W // cell_px)."""
    height, width = grey.shape[0] // cell_px, grey.shape[1] // cell_px
    if min(height, width) == 0:
        return np.empty((height, width), np.uint8)
    return np.asarray(cv2.resize(np.ascontiguousarray(grey), (width, height), interpolation=cv2.INTER_AREA), np.uint8)
