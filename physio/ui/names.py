"""What exercises and sessions are called, as mere text."""

from physio.storage.records import Session
from physio.terms import side_term
from physio.ui import resources
from physio.ui.say import day_and_time, words


def session_label(session: Session, set_number: int = 0) -> str:
    """A session in one line, told from others of its day by its repetitions; set_number: of several sets of one visit,
    0 for the only one."""
    parts = (
        day_and_time(session.started_at),
        exercise_name(session.exercise_id),
        words(side_term(session.side)) if session.side else "",
        words("ui_review.set", number=set_number) if set_number else "",
        words("ui_review.reps", count=session.reps) if session.exercise_id else "",
        session.video_name or words("ui_review.live"),
        words("ui_review.demo") if session.demo else "",
    )
    return " · ".join(part for part in parts if part)


def exercise_name(exercise_id: str | None) -> str:
    """What an exercise is called; one that is no longer in the library by its id."""
    if not exercise_id:
        return words("ui_review.angles_only")
    known = resources.exercises().get(exercise_id)
    return words(known.name) if known else exercise_id.replace("_", " ").capitalize()
