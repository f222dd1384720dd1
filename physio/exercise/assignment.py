"""What is asked for: by a live session, an upload, a command line call or a prescription."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from physio.errors import ExerciseError
from physio.exercise.definition import HIGHEST_DEG, LOWEST_DEG, Exercise
from physio.kinematics.calibrator import NO_CALIBRATION, CalibrationSetup
from physio.types import CalibrationLine, Side

MOST_REPS = 1000


@dataclass(frozen=True, slots=True)
class Assignment:
    """exercise None: angles and face only, nothing is counted, and then there is no side; side None: the exercise's
    usual one; target_reps 0: no target; target_deg and safe_max_deg: this patient's target and limit in place of the
    exercise's own, NaN for those; calibration: the patient's goniometer lines, and whether a neutral zero is taken when
    they stand still; body, face: which analyses are allowed. Without the body there is neither exercise nor zero.
    emotion: whether the facial expression signal is read from the face as well, which takes the patient's recorded
    consent (storage.consents.Consents.allowed); without the face there is none.

    ExerciseError when it asks for what cannot be done.
    """

    exercise: Exercise | None = None
    side: Side | None = None
    target_reps: int = 0
    target_deg: float = math.nan
    safe_max_deg: float = math.nan
    calibration: CalibrationSetup = NO_CALIBRATION
    body: bool = True
    face: bool = True
    emotion: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.target_reps <= MOST_REPS:
            raise ExerciseError("assignment.reps_out_of_range", most=MOST_REPS, reps=self.target_reps)
        for code, value_deg in (
            ("assignment.target_out_of_range", self.target_deg),
            ("assignment.limit_out_of_range", self.safe_max_deg),
        ):
            if not (math.isnan(value_deg) or LOWEST_DEG <= value_deg <= HIGHEST_DEG):
                raise ExerciseError(code, value_deg=value_deg, low_deg=LOWEST_DEG, high_deg=HIGHEST_DEG)
        if not self.body and (self.exercise or self.calibration.zero_when_standing):
            raise ExerciseError("assignment.needs_body")
        if self.emotion and not self.face:
            raise ExerciseError("assignment.needs_face")
        if (asked := self.asked) is None:
            return
        if self.side is not None and self.side not in asked.sides:
            raise ExerciseError("assignment.side_not_possible", exercise=asked.name)
        if asked.target_deg > asked.safe_max_deg:
            limits = {"target_deg": asked.target_deg, "limit_deg": asked.safe_max_deg}
            raise ExerciseError("assignment.target_beyond_limit", **limits)

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


def to_json(assignment: Assignment) -> str:
    """The assignment as it is stored, the exercise by its id alone: its text is stored beside it. NaN is null."""
    values = {
        "exercise": assignment.exercise.id if assignment.exercise else None,
        "side": assignment.side,
        "target_reps": assignment.target_reps,
        "target_deg": _null(assignment.target_deg),
        "safe_max_deg": _null(assignment.safe_max_deg),
        "lines": [{key: _null(value) for key, value in asdict(line).items()} for line in assignment.calibration.lines],
        "zero_when_standing": assignment.calibration.zero_when_standing,
        "body": assignment.body,
        "face": assignment.face,
        "emotion": assignment.emotion,
    }
    return json.dumps(values, allow_nan=False, sort_keys=True)


def from_json(text: str, exercise: Exercise | None) -> Assignment:
    """The assignment that `to_json` wrote, for the exercise whose text was stored with it. ExerciseError when it is for
    another one, or none at all."""
    try:
        values = json.loads(text)
        lines = tuple(CalibrationLine(**_nan(line)) for line in values.pop("lines"))
        calibration = CalibrationSetup(lines, values.pop("zero_when_standing"))
        exercise_id = values.pop("exercise")
        numbers = _nan({name: values.pop(name) for name in ("target_deg", "safe_max_deg")})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ExerciseError("assignment.unreadable") from error
    if exercise_id != (exercise.id if exercise else None):
        raise ExerciseError(
            "assignment.other_exercise", id=str(exercise_id or "–"), other=exercise.id if exercise else "–"
        )
    try:
        return Assignment(exercise, calibration=calibration, **numbers, **values)
    except TypeError as error:
        raise ExerciseError("assignment.unreadable") from error


def _null(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def _nan(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: math.nan if value is None else value for key, value in values.items()}


def _first_known(value: float, other: float) -> float:
    return other if math.isnan(value) else value
