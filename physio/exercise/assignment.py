"""What is asked for: by a live session, an upload, a command line call or a prescription."""

import math
from dataclasses import dataclass, replace

from physio.exercise.definition import Exercise
from physio.kinematics.calibrator import NO_CALIBRATION, CalibrationSetup
from physio.types import Side


@dataclass(frozen=True, slots=True)
class Assignment:
    """exercise None: angles and face only, nothing is counted, and then there is no side; side None: the exercise's
    usual one; target_reps 0: no target; target_deg and safe_max_deg: this patient's target and limit in place of the
    exercise's own, NaN for those; calibration: the patient's goniometer lines, and whether a neutral zero is taken when
    they stand still; body, face: which analyses are allowed."""

    exercise: Exercise | None = None
    side: Side | None = None
    target_reps: int = 0
    target_deg: float = math.nan
    safe_max_deg: float = math.nan
    calibration: CalibrationSetup = NO_CALIBRATION
    body: bool = True
    face: bool = True

    @property
    def working_side(self) -> Side | None:
        """The side that exercises; None without an exercise."""
        return (self.side or self.exercise.default_side) if self.exercise else None

    @property
    def asked(self) -> Exercise | None:
        """The exercise with this patient's target and limit."""
        if self.exercise is None:
            return None
        return replace(
            self.exercise,
            target_deg=_first_known(self.target_deg, self.exercise.target_deg),
            safe_max_deg=_first_known(self.safe_max_deg, self.exercise.safe_max_deg),
        )


def _first_known(value: float, other: float) -> float:
    return other if math.isnan(value) else value
