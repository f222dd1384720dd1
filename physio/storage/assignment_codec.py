"""An Assignment as it is stored: JSON, and beside it the text of the exercise's definition."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from physio.errors import ExerciseError
from physio.exercise.assignment import Assignment, from_json
from physio.exercise.definition import parse_exercise
from physio.types import CalibrationLine


def stored_assignment(text: str, exercise_text: str | None) -> Assignment:
    """The assignment of what `assignment.to_json` wrote and of the exercise's text. Raises ExerciseError when this
    version cannot read it or the definition."""
    if exercise_text is None:
        return from_json(text, None)
    try:
        exercise_id = json.loads(text)["exercise"]
    except (ValueError, TypeError, KeyError) as error:
        raise ExerciseError("assignment.unreadable") from error
    return from_json(text, parse_exercise(exercise_text, exercise_id))


def lines_json(lines: Sequence[CalibrationLine]) -> str:
    """Calibration lines as JSON."""
    return json.dumps([asdict(line) for line in lines])


def lines_of(text: str) -> tuple[CalibrationLine, ...]:
    """The lines that `lines_json` wrote."""
    return tuple(CalibrationLine(**line) for line in json.loads(text))
