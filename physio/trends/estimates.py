"""What of a session was measured and what rests on an estimate. Pure numpy."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from physio.kinematics.angles import angles_of
from physio.types import FloatArray, Rep

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


def measured(reps: Sequence[Rep]) -> tuple[Rep, ...]:
    """Those whose range was measured; all of them when none was, because an estimate is better than nothing."""
    return tuple(rep for rep in reps if not rep.estimated) or tuple(reps)


def all_estimated(reps: Sequence[Rep]) -> bool:
    """Whether there are repetitions and all of their ranges are estimates."""
    return bool(reps) and all(rep.estimated for rep in reps)


def reps_error_deg(reps: Sequence[Rep]) -> float:
    """The expected error of the mean of ranges of motion: the mean of theirs, because the errors of one camera have one
    sign; NaN when any is unknown, or there are none."""
    return float(np.mean([rep.rom_error_deg for rep in reps])) if reps else float("nan")
