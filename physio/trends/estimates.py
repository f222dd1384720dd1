"""What of a session was measured and what rests on an estimate. Pure numpy."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from physio.kinematics.angles import angles_of
from physio.types import FloatArray, Rep

BoolArray = npt.NDArray[np.bool_]

SAME_WITHIN_DEG = 1.0
"""A signal this close to a measured angle is that angle: further off it is an estimate, held, or drifting between."""


def estimated_frames(frames: Mapping[str, FloatArray], base: str) -> BoolArray:
    """Where (n,) the exercise's signal is known and is neither side's measured angle nor their mean."""
    signal = frames["signal"]
    sides = [frames[name] for name in angles_of(base, "both") if name in frames]
    nearest = np.full(signal.shape, np.inf)
    for known in (*sides, sum(sides) / len(sides)) if sides else ():
        nearest = np.fmin(nearest, np.abs(signal - known))
    return np.asarray(np.isfinite(signal) & ~(nearest <= SAME_WITHIN_DEG))


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
