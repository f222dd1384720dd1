"""The one conversion from a decoded video frame (camera or file) to a Frame, and back for the camera's viewer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import numpy as np
from av import VideoFrame as VideoFrame
from av.sidedata.sidedata import SideData, Type

from physio.types import Frame, Image


@dataclass(frozen=True, slots=True)
class Orientation:
    """How a stored frame has to be turned to stand upright: first transposed, then mirrored along x and y."""

    transpose: bool = False
    flip_x: bool = False
    flip_y: bool = False

    def apply(self, image: Image) -> Image:
        """The upright image, (H, W, 3) or (W, H, 3) when transposed; contiguous, a copy only when something turns."""
        turned = image.swapaxes(0, 1) if self.transpose else image
        rows = slice(None, None, -1 if self.flip_y else 1)
        columns = slice(None, None, -1 if self.flip_x else 1)
        return np.ascontiguousarray(turned[rows, columns])


UPRIGHT = Orientation()


def orientation(decoded: VideoFrame) -> Orientation:
    """The orientation that the file asks for, in quarter turns (its display matrix); UPRIGHT when it asks for none.

    Mirroring is honoured as well: in a mirrored frame the person's left and right are exchanged. Ask once per file:
    looking at the side data of every frame keeps each one alive until the next garbage collection.
    """
    matrix = next((entry for entry in _side_data(decoded) if entry.type is Type.DISPLAYMATRIX), None)
    if matrix is None:
        return UPRIGHT
    # 3 × 3, 16.16 fixed point, x' = a x + c y and y' = b x + d y with y down; the rest of the buffer is padding.
    a, b, _, c, d = np.frombuffer(bytes(matrix)[:20], np.int32).tolist()
    if abs(b) > abs(a):
        return Orientation(transpose=True, flip_x=c < 0, flip_y=b < 0)
    return Orientation(flip_x=a < 0, flip_y=d < 0)


def _side_data(decoded: VideoFrame) -> list[SideData]:
    return list(cast(Iterable[SideData], decoded.side_data))  # PyAV's annotation says TypedDict; it is a container


def stamp_s(decoded: VideoFrame) -> float | None:
    """The stream's own time stamp in seconds, None when it has none."""
    stamp = decoded.pts if decoded.pts is not None else decoded.dts
    return None if stamp is None or decoded.time_base is None else float(stamp * decoded.time_base)


def to_frame(
    decoded: VideoFrame,
    index: int,
    t_s: float,
    size: tuple[int, int] | None = None,
    stored: Orientation = UPRIGHT,
) -> Frame:
    """The decoded frame as an upright RGB Frame at t_s.

    size: (width, height) in pixels to scale to, before turning upright; as it is when None. stored: how the frame is
    stored (see `orientation`); a camera's frames are upright.
    """
    width, height = size or (decoded.width, decoded.height)
    image = cast(Image, decoded.to_ndarray(width=width, height=height, format="rgb24"))
    return Frame(index, t_s, stored.apply(image))


def to_video_frame(image: Image) -> VideoFrame:
    """The image (H, W, 3) RGB without time stamps, for the stream back to the viewer."""
    return VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
