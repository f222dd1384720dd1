"""Is the frame good enough where the body is: light, and blur from movement."""

import numpy as np

from physio.perception.body_box import Box
from physio.perception.crop import averaged
from physio.types import FloatArray, Image

REFUSE_BELOW = 22.0
"""Brightness at which angles are no longer believed. Rendered people under ever less light: their angles stay as good
as in daylight down to a brightness of about 30 (4.2° off) and are 19° off at 16."""
BLURRED_BELOW = 0.5
"""Sharpness, as a share of the usual one, at which angles are no longer believed. Rendered people who are not blurred
never fall under 0.67 of their own median. Blurred by 0.45 of a trunk length, which doubles the error of their angles,
half of them lie below 0.57 and a third below this limit; a blur of 0.2, which costs 1°, hardly ever does."""
LEARN_FRAMES = 30
"""Looks that make up what is usual; before, nothing is called blurred."""
_CELLS_PER_TRUNK, _SAMPLES_PER_CELL = 16, 3
_FORGET = 0.02
_EVERY_PX = 8


def brightness(image: Image, box: Box | None = None) -> float:
    """How light the lighter parts of image (H, W, 3), or of its box, are, 0-255: mean plus standard deviation, so that
    dark clothes in good light are not taken for darkness."""
    part = (image if box is None else box.part_of(image))[::_EVERY_PX, ::_EVERY_PX, 1]
    return float(part.mean() + part.std()) if part.size else float("nan")


class BlurWatch:
    """Tells a frame that is blurred where the body is from those of the same session that are not."""

    def __init__(self) -> None:
        self._usual: FloatArray = np.zeros(2)
        self._looks = 0

    def step(self, image: Image, box: Box, trunk_px: float, learn: bool = True) -> bool:
        """Whether image is blurred in the box, for a body of that size. Movement blurs one direction only, so each has
        its own usual sharpness, the slow mean of those that were not blurred. learn False: there may be no body."""
        # In cells of the body's size, so that noise and the camera's resolution do not count, only the body does.
        cell_px = max(1, int(trunk_px / _CELLS_PER_TRUNK))
        every_px = max(1, cell_px // _SAMPLES_PER_CELL)
        grey = averaged(box.part_of(image)[::every_px, ::every_px, 1], cell_px // every_px)
        if min(grey.shape) < 4:
            return False
        sharp = _sharpness(grey)
        blurred = self._looks >= LEARN_FRAMES and bool((sharp < BLURRED_BELOW * self._usual).any())
        if learn and not blurred:
            self._looks += 1
            self._usual = self._usual + max(_FORGET, 1 / self._looks) * (sharp - self._usual)
        return blurred


def _sharpness(grey: Image) -> FloatArray:
    """Mean step from cell to cell across and down, (2,), over the standard deviation; 0 for a plain surface."""
    cells = grey.astype(np.float32)
    spread = float(cells.std())
    if spread == 0:
        return np.zeros(2)
    return np.array([np.abs(np.diff(cells, axis=axis)).mean() / spread for axis in (1, 0)])
