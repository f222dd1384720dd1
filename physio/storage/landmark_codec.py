"""Body landmarks as small integers, 363 bytes a frame instead of 1,584, exact to what an estimate is worth.

image: steps of 0.1 px, counted from ORIGIN_PX, so that 16 bits hold -1676 to 4876 px, which is a 4K frame and a good
part of what lies outside it. A frame with a point beyond that (8K) is stored in steps of 0.2, 0.4 or 0.8 px.
world: steps of 1 mm, ±32.7 m. visibility: steps of 1/255. What lies beyond all that is stored as unknown, never moved
to the edge.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from physio.storage.observed import Landmarks
from physio.types import FloatArray

Int16Array = npt.NDArray[np.int16]

ORIGIN_PX = 1600.0
PX_STEP = 0.1
PX_STEPS = PX_STEP * 2.0 ** np.arange(4)
WORLD_STEP_M = 0.001
UNKNOWN = -32768
_LARGEST = 32767


@dataclass(frozen=True, slots=True)
class PackedLandmarks:
    """Landmarks of n frames: t_s and px_step (n,), image (n, 66) and world (n, 99) int16, visibility (n, 33) uint8."""

    t_s: FloatArray
    px_step: FloatArray
    image: Int16Array
    world: Int16Array
    visibility: npt.NDArray[np.uint8]


def pack(landmarks: Landmarks) -> PackedLandmarks:
    """Quantise. Unknown visibility is stored as 0, so that such a point is never used."""
    count = len(landmarks.t_s)
    image = landmarks.image_px.reshape(count, 66) - ORIGIN_PX
    reach = np.nanmax(np.abs(image), axis=1, initial=0.0)
    step = PX_STEPS[np.minimum(np.searchsorted(PX_STEPS * _LARGEST, reach), len(PX_STEPS) - 1)]
    seen = np.nan_to_num(landmarks.visibility.reshape(count, 33))
    return PackedLandmarks(
        t_s=np.asarray(landmarks.t_s, dtype=np.float64),
        px_step=step,
        image=_to_int16(image / step[:, None]),
        world=_to_int16(landmarks.world_m.reshape(count, 99) / WORLD_STEP_M),
        visibility=np.rint(np.clip(seen, 0, 1) * 255).astype(np.uint8),
    )


def unpack(packed: PackedLandmarks) -> Landmarks:
    """The landmarks again, within half a step of what was packed."""
    return Landmarks(
        t_s=packed.t_s,
        image_px=(_to_float(packed.image) * packed.px_step[:, None] + ORIGIN_PX).reshape(-1, 33, 2),
        world_m=(_to_float(packed.world) * WORLD_STEP_M).reshape(-1, 33, 3),
        visibility=packed.visibility.astype(np.float64) / 255,
    )


def _to_int16(steps: FloatArray) -> Int16Array:
    rounded = np.rint(steps)
    fits = np.abs(rounded) <= _LARGEST  # False for NaN
    return np.where(fits, rounded, UNKNOWN).astype(np.int16)


def _to_float(steps: Int16Array) -> FloatArray:
    return np.where(steps == UNKNOWN, np.nan, steps.astype(np.float64))
