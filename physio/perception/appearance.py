"""What a face's skin shows beside its landmarks: features of a small network that tells seven expressions apart.

Nothing of it is stored: the numbers live as long as the frame.
"""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from physio.types import APPEARANCE_COUNT, FloatArray, Image

ALIGNED_PX = 64
"""Side of an aligned face."""
ALIGNED_PER_EXTENT = 1.05
"""Side of the square that is cut out, per larger extent of the turned landmarks."""
EXPRESSIONS = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
"""What the network tells apart, in its order."""
FEATURES, PLACES = 128, 16
"""Features of the last layer but one, and places of the face (4 × 4, row by row) that the network looks at."""

_MESH = 468
_EYE_CORNERS = (33, 263)
"""Outer corners of the eyes, the one on the left in the frame (the person's right) first."""
_MOST_SAMPLES = 6
"""Samples a side that one pixel of an aligned face is averaged from, at most."""
_AT_ONCE = 16
"""Faces in one pass: more are slower, because what is computed no longer stays in the processor's cache."""


class Appearance:
    """The expression network. `close` frees it. Not safe for calls from two threads at once; may be made in one thread
    and used in another.

    model is the network that physio.networks prepares, as a path or its bytes.
    """

    def __init__(self, model: Path | bytes) -> None:
        content = model if isinstance(model, bytes) else model.read_bytes()
        # On one thread: a layer takes 0.02 ms, and to wake a second one takes more processor time than it saves.
        # OpenCV has one setting for the whole process; the rest of what physio does with it is no faster on two.
        cv2.setNumThreads(1)
        self._net: cv2.dnn.Net | None = cv2.dnn.readNetFromTFLite(np.frombuffer(content, np.uint8))

    def read(self, aligned: Image) -> FloatArray:
        """(247,) for an aligned face (64, 64), see aligned_grey: the network's 128 last features, means over the face,
        then the logarithms of its probabilities of EXPRESSIONS, then the evidence for each of them at each of the 16
        places (anger's 16 first), of which those are made. RuntimeError after close()."""
        read: FloatArray = self.read_all(aligned[None])[0]
        return read

    def read_all(self, aligned: Image) -> FloatArray:
        """As read, for many: (N, 64, 64) → (N, 247). The numbers are the same as one by one."""
        parts = [self._pass(aligned[k : k + _AT_ONCE]) for k in range(0, len(aligned), _AT_ONCE)]
        return np.concatenate(parts) if parts else np.empty((0, APPEARANCE_COUNT))

    def close(self) -> None:
        """Free the network. Doing it twice is fine."""
        self._net = None

    def _pass(self, aligned: Image) -> FloatArray:
        if self._net is None:
            raise RuntimeError("the appearance network is closed")
        self._net.setInput((aligned[:, None].astype(np.float32) / 255 - 0.5) * 2)
        places = self._net.forward().astype(np.float64).reshape(len(aligned), FEATURES + len(EXPRESSIONS), PLACES)
        read = places.mean(axis=2)
        logits = read[:, FEATURES:] - read[:, FEATURES:].max(axis=1, keepdims=True)
        read[:, FEATURES:] = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return np.concatenate([read, places[:, FEATURES:].reshape(len(aligned), -1)], axis=1)


def aligned_grey(image: Image, landmarks_px: npt.NDArray[np.floating]) -> Image:
    """The face with these landmarks (478, 2+) of image (H, W, 3), (64, 64) grey: turned so that the eyes are level, a
    square around the landmarks' mean, each pixel the mean of what it covers. Outside the frame its border is repeated.
    ValueError when the landmarks have no extent.
    """
    points = np.asarray(landmarks_px[:_MESH, :2], np.float64)
    across = points[_EYE_CORNERS[1]] - points[_EYE_CORNERS[0]]
    length = float(np.hypot(*across))
    if not length > 0:
        raise ValueError("a face without extent")
    cos, sin = across / length
    level = np.array([[cos, sin], [-sin, cos]])  # takes a direction in the frame to one in the face
    side_px = ALIGNED_PER_EXTENT * float(np.ptp(points @ level.T, axis=0).max())
    samples = min(_MOST_SAMPLES, max(1, round(side_px / ALIGNED_PX)))
    size = ALIGNED_PX * samples
    part, origin = _around(image, points.mean(axis=0), side_px)
    # From a pixel of the aligned face to one of the part; both have their first pixel's middle at 0.
    step = level.T * (side_px / size)
    offset = points.mean(axis=0) - origin - 0.5 - step @ np.full(2, (size - 1) / 2)
    turned = cv2.warpAffine(
        cv2.cvtColor(part, cv2.COLOR_RGB2GRAY),
        np.column_stack([step, offset]),
        (size, size),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    if samples > 1:
        turned = cv2.resize(turned, (ALIGNED_PX, ALIGNED_PX), interpolation=cv2.INTER_AREA)
    return np.asarray(turned, np.uint8)


def _around(image: Image, centre_px: FloatArray, side_px: float) -> tuple[Image, FloatArray]:
    """The part of image that a turned square can touch, and where its first pixel lies. At least one pixel of the
    frame's border, so that there is something to repeat."""
    height, width = image.shape[:2]
    reach = side_px * np.sqrt(0.5) + 2
    left, top = (int(np.clip(c - reach, 0, n - 1)) for c, n in zip(centre_px, (width, height), strict=True))
    right, bottom = (int(np.clip(c + reach, 0, n - 1)) + 1 for c, n in zip(centre_px, (width, height), strict=True))
    return np.ascontiguousarray(image[top:bottom, left:right]), np.array([left, top], np.float64)
