"""Where in a session the exercise's signal rests on an estimate. Pure numpy."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from physio.kinematics.angles import angles_of
from physio.types import FloatArray

BoolArray = npt.NDArray[np.bool_]

SAME_WITHIN_DEG = 1.0
"""A signal this close to the measured angle is that angle: further off it is an estimate, or drifting between both."""


def estimated_frames(frames: Mapping[str, FloatArray], base: str, side: str) -> BoolArray:
    """Where (n,) the exercise's signal is known, but its angle on neither of the sides that work, or the signal lies
    beyond what is known of it. Of two sides one is enough, as it is for the range of a repetition."""
    signal = frames["signal"]
    sides = [frames[name] for name in angles_of(base, side) if name in frames]
    lowest, highest = np.full(signal.shape, np.nan), np.full(signal.shape, np.nan)
    for known in sides:
        lowest, highest = np.fmin(lowest, known), np.fmax(highest, known)
    given = sum((np.isfinite(known) for known in sides), np.zeros(signal.shape, dtype=int))
    beyond = np.maximum(lowest - signal, signal - highest) > SAME_WITHIN_DEG
    return np.asarray(np.isfinite(signal) & ((given == 0) | ((given == len(sides)) & beyond)))
