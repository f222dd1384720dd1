"""What the arguments name, looked up."""

from pathlib import Path

from physio.cli.arguments import UsageError
from physio.errors import PhysioError
from physio.exercise.definition import Exercise, exercise_ids, load_exercise


def chosen_exercise(exercise_id: str | None) -> Exercise | None:
    """The exercise, None when none is named. UsageError for an unknown one."""
    if exercise_id is None:
        return None
    if exercise_id not in exercise_ids():
        raise UsageError(f"argument --exercise: there is no {exercise_id!r}; choose from {', '.join(exercise_ids())}")
    return load_exercise(exercise_id)


def check_writable(path: Path) -> None:
    """PhysioError when no file can be written there: said before the work, not after it."""
    if path.is_dir():
        raise PhysioError("cli.is_folder", path=str(path))
    if not path.parent.is_dir():
        raise PhysioError("cli.no_folder", folder=str(path.parent))
