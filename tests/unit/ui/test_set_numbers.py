"""The sets of a visit in the list of sessions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.storage.records import NewAnalysis, NewSession, Session
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
from physio.ui.names import session_label
from physio.ui.review import set_numbers

BEGAN = datetime(2026, 3, 20, 9, tzinfo=UTC)


def sessions() -> list[Session]:
    """Newest first, as the store lists them: squat, abduction, squat and again squat of one visit; squat of another."""
    store = Store(":memory:")
    records = store.acting_as(LOCAL_USER)
    records.patients.add("P001", "A. Berger")
    visit, ids = None, []
    for k, name in enumerate(("squat", "hip_abduction", "squat", "squat", "squat")):
        new = NewSession(
            "P001", source="live", started_at=BEGAN + timedelta(minutes=k), visit_id=visit if k < 4 else None
        )
        ids.append(records.sessions.start(new, NewAnalysis(Assignment(load_exercise(name)), "1", {})))
        visit = ids[0]
    made = list(records.sessions.of("P001"))
    store.close()
    return made


def test_sets_of_one_exercise_in_one_visit_are_counted_in_their_order():
    last, third, second, other, first = sessions()
    assert set_numbers([last, third, second, other, first]) == {first.id: 1, second.id: 2, third.id: 3}
    moved = replace(second, side="left")  # another side is another exercise
    assert set_numbers([last, third, moved, other, first]) == {first.id: 1, third.id: 2}


def test_the_list_says_which_set_it_was():
    *_, first = sessions()
    assert "set 2 ·" in session_label(first, 2)
    assert "set" not in session_label(first)
    assert "0 repetitions" in session_label(first)
    assert "1 repetition ·" in session_label(replace(first, reps=1))  # two visits of one day differ in it
