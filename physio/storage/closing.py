"""The summary of a stored session, computed the same way whether it ended well or was interrupted."""

import logging

from physio.errors import ExerciseError
from physio.exercise.definition import Exercise, load_exercise
from physio.storage.reading import Reader
from physio.summary import summarise

log = logging.getLogger(__name__)


def summary_metrics(store: Reader, session_id: str) -> dict[str, float]:
    """The numbers of the session's summary, from its stored frames; name → value, finite ones only.

    A session must be closable whatever its frames look like: what cannot be summarised has no numbers, and is logged.
    """
    exercise = _exercise(store.session(session_id).exercise_id)
    columns = store.frames(session_id)
    try:
        return summarise(columns["t_s"], columns, exercise).metrics()
    except (ArithmeticError, LookupError, ValueError):
        log.exception("session %s has no summary", session_id)
        return {}


def _exercise(exercise_id: str | None) -> Exercise | None:
    """None also when the exercise has been removed from the library since."""
    try:
        return load_exercise(exercise_id) if exercise_id else None
    except ExerciseError:
        return None
