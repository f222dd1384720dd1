"""Text on frames: angle labels, the badge and the cue line, inside the frame whatever its size."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from physio.types import FloatArray, Image

Colour = tuple[int, int, int]
LIGHT: Colour = (255, 255, 255)
DARK: Colour = (25, 25, 25)

_WEIGHT = 600
_MIN_SIZE_PX = 8
_CAPITAL = 0.72
"""Height of capitals and digits above the base line, in sizes of the type."""
_SHRINK = 0.75
"""The cue line goes on two lines before it is set smaller than this share of its size."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, right and bottom exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    def meets(self, other: "Box") -> bool:
        """Whether the two share a pixel."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def at_top(self, top: int) -> "Box":
        """The same box moved up or down."""
        return replace(self, top=top, bottom=top + self.bottom - self.top)


def text_width_px(text: str, size_px: int) -> int:
    """Width of one line of text."""
    return int(cv2.getTextSize((0, 0), text, (0, 0), cv2.FontFace("sans"), size_px, _WEIGHT)[2])


def write(canvas: Image, text: str, at: tuple[int, int], size_px: int, colour: Colour) -> None:
    """One line of text on canvas, at = left end of its base line."""
    cv2.putText(canvas, text, at, colour, cv2.FontFace("sans"), size_px, _WEIGHT)


def label(canvas: Image, text: str, centre: FloatArray, size_px: int, taken: tuple[Box, ...] = ()) -> Box:
    """Text in a white box about centre (2,), moved so that it lies inside the frame and off the boxes taken; the box.

    Where there is no room left it covers what it must.
    """
    height, width = canvas.shape[:2]
    margin, pad = max(2, size_px // 4), max(2, size_px // 4)
    box_width, box_height = text_width_px(text, size_px) + 2 * pad, round(_CAPITAL * size_px) + 2 * pad
    left = int(np.clip(centre[0] - box_width / 2, margin, max(margin, width - box_width - margin)))
    top = int(np.clip(centre[1] - box_height / 2, margin, max(margin, height - box_height - margin)))
    box = _free(Box(left, top, left + box_width, top + box_height), taken, height - margin)
    cv2.rectangle(canvas, (box.left, box.top), (box.right - 1, box.bottom - 1), LIGHT, -1)
    write(canvas, text, (box.left + pad, box.bottom - pad), size_px, DARK)
    return box


def _free(box: Box, taken: tuple[Box, ...], lowest: int) -> Box:
    """The nearest place above or below where box meets none of taken."""
    tops = [box.top, *(t.bottom + 1 for t in taken), *(t.top - 1 - (box.bottom - box.top) for t in taken)]
    for top in sorted(tops, key=lambda top: abs(top - box.top)):
        moved = box.at_top(top)
        if moved.top >= 0 and moved.bottom <= lowest and not any(moved.meets(t) for t in taken):
            return moved
    return box


def badge(canvas: Image, text: str, size_px: int) -> Box:
    """Large light text on a dark ground in the upper right corner; the box."""
    pad = max(2, size_px // 3)
    right, top = canvas.shape[1] - pad, pad
    box = Box(
        max(0, right - text_width_px(text, size_px) - 2 * pad), top, right, top + round(_CAPITAL * size_px) + 2 * pad
    )
    _dim(canvas, box)
    write(canvas, text, (box.left + pad, box.bottom - pad), size_px, LIGHT)
    return box


def numeral(canvas: Image, text: str, size_px: int) -> Box:
    """Very large light text on a dark ground in the middle of the frame; the box."""
    height, width = canvas.shape[:2]
    pad = size_px // 3
    half_width, half_height = text_width_px(text, size_px) // 2 + pad, round(_CAPITAL * size_px) // 2 + pad
    box = Box(
        max(0, width // 2 - half_width),
        max(0, height // 2 - half_height),
        min(width, width // 2 + half_width),
        min(height, height // 2 + half_height),
    )
    _dim(canvas, box)
    write(canvas, text, (box.left + pad, box.bottom - pad), size_px, LIGHT)
    return box


def banner(canvas: Image, text: str, tone: Colour, size_px: int) -> Box:
    """The cue along the lower edge, a bar of its tone at the left, light text on one or two lines on a dark ground; the
    box."""
    height, width = canvas.shape[:2]
    bar = max(2, size_px // 4)
    room = width - 4 * bar
    lines, size_px = _set_in(text, room, size_px)
    step = round(1.2 * size_px)
    top = max(0, height - step * len(lines) - round(0.8 * size_px))
    box = Box(0, top, width, height)
    _dim(canvas, box)
    cv2.rectangle(canvas, (0, top), (bar - 1, height - 1), tone, -1)
    # The lines' middle, from the first capital to the last base line, in the middle of the ground.
    base = (top + height + round(_CAPITAL * size_px) - step * (len(lines) - 1)) // 2
    for i, line in enumerate(lines):
        write(canvas, line, (2 * bar, base + i * step), size_px, LIGHT)
    return box


def _dim(canvas: Image, box: Box) -> None:
    part = canvas[box.top : box.bottom, box.left : box.right]
    part[:] = part // 4


def _set_in(text: str, room_px: int, size_px: int) -> tuple[tuple[str, ...], int]:
    """text on one line or two at most room_px wide, and the size at which it fits; shortened as the last resort."""
    width = text_width_px(text, size_px)
    if width <= room_px / _SHRINK:
        return (text,), max(_MIN_SIZE_PX, min(size_px, int(size_px * room_px / max(1, width))))
    lines = _halves(text)
    widest = max(text_width_px(line, size_px) for line in lines)
    size_px = max(_MIN_SIZE_PX, min(size_px, int(size_px * room_px / widest)))
    return tuple(_shortened(line, room_px, size_px) for line in lines), size_px


def _halves(text: str) -> tuple[str, ...]:
    """text broken at the blank nearest to its middle; as it is when there is none."""
    blanks = [i for i, character in enumerate(text) if character == " "]
    if not blanks:
        return (text,)
    middle = min(blanks, key=lambda i: abs(i - len(text) / 2))
    return text[:middle], text[middle + 1 :]


def _shortened(line: str, room_px: int, size_px: int) -> str:
    if text_width_px(line, size_px) <= room_px:
        return line
    while line and text_width_px(line + "…", size_px) > room_px:
        line = line[:-1]
    return line.rstrip() + "…"
