"""What putting a session right does to what is stored; tests/integration/test_corrected_session.py has real frames."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from physio.errors import ExerciseError, StoreError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.kinematics.calibration import GoniometerReading
from physio.kinematics.calibrator import CalibrationSetup
from physio.scoring.correct import Correction, calibrated_for_another, correct, move
from physio.scoring.save import save_scored
from physio.storage.records import Control, ControlKind
from physio.storage.repository import SessionGoneError
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
from physio.types import CalibrationLine
from tests.scored_examples import made_rows, made_scored
from tests.unit.storage.made_results import rep, start

CURL, SQUAT = load_exercise("elbow_flexion"), load_exercise("squat")
THEN = datetime(2026, 1, 15, 8, 30, tzinfo=UTC)
READING = [GoniometerReading(60.0, 54.0, 3.0)]


def line(angle="elbow_flexion_l", offset_deg=-6.0):
    return CalibrationLine(angle, "goniometer", 3.0, offset_deg)


@pytest.fixture
def store():
    store = Store(":memory:")
    for code in ("P001", "P002"):
        store.acting_as(LOCAL_USER).patients.add(code, code)
    yield store
    store.close()


@pytest.fixture
def records(store):
    return store.acting_as(LOCAL_USER)


def save(records, asked=Assignment(CURL, "left", 8, target_deg=100.0)):  # noqa: B008
    scored = replace(made_scored(made_rows(90, (rep(1),), pspi=1.5), asked.exercise), assignment=asked)
    return records.sessions.get(save_scored(records, scored, "P001"))


def wanted(seen, **changes):
    exercise = load_exercise(seen.exercise_id) if seen.exercise_id else None
    return replace(Correction(exercise, seen.side, seen.target_reps or 0, seen.started_at), **changes)


def test_another_exercise_is_analysed_and_the_earlier_analysis_stays(records):
    seen = save(records)
    correct(records, seen, wanted(seen, exercise=SQUAT, side="both"))
    now = records.sessions.get(seen.id)
    assert (now.exercise_id, now.side, now.target_reps) == ("squat", "both", 8)
    counting = records.analyses.counting(seen.id)
    assert (counting.derived_from, counting.exercise_text) == (seen.analysis_id, SQUAT.text)
    assert str(counting.assignment.target_deg) == "nan", "100° were for the other exercise"
    assert records.analyses.get(seen.analysis_id).exercise_id == "elbow_flexion"
    assert len(records.analyses.reps(seen.analysis_id)) == 1
    assert set(records.analyses.frames(now.analysis_id)["pspi"]) == {1.5}
    assert now.started_at == seen.started_at


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"side": "right"}, ("elbow_flexion", "right", 8)),
        ({"target_reps": 0}, ("elbow_flexion", "left", None)),
        ({"exercise": None}, (None, None, None)),
    ],
    ids=str,
)
def test_side_target_and_no_exercise_are_put_right(records, change, found):
    seen = save(records)
    correct(records, seen, wanted(seen, **change))
    now = records.sessions.get(seen.id)
    assert (now.exercise_id, now.side, now.target_reps) == found
    asked = records.analyses.counting(seen.id).assignment
    assert (asked.target_deg == 100.0) is bool(asked.exercise), "the patient's own target of this exercise"


def test_a_date_alone_makes_no_analysis(records):
    seen = save(records)
    correct(records, seen, wanted(seen, started_at=THEN))
    now = records.sessions.get(seen.id)
    assert now.started_at == THEN
    assert now.ended_at - THEN == seen.ended_at - seen.started_at
    assert [one.id for one in records.analyses.of(seen.id)] == [seen.analysis_id]


def test_nothing_happens_when_a_part_of_it_cannot_be(records):
    seen = save(records)
    with pytest.raises(StoreError, match="future"):
        correct(records, seen, wanted(seen, exercise=SQUAT, side="both", started_at=datetime(2099, 1, 1, tzinfo=UTC)))
    with pytest.raises(ExerciseError):
        correct(records, seen, wanted(seen, exercise=SQUAT, side="left", started_at=THEN))
    assert records.sessions.get(seen.id) == seen
    assert len(records.analyses.of(seen.id)) == 1


def test_too_little_stored_is_said_and_the_date_stays_too(records, store):
    seen = save(records)
    with store.writing() as cursor:
        cursor.execute("delete from observation")
    with pytest.raises(StoreError, match="too little of it was stored"):
        correct(records, seen, wanted(seen, side="right", started_at=THEN))
    assert records.sessions.get(seen.id) == seen


def test_what_was_changed_or_deleted_meanwhile_is_left_alone(records):
    seen = save(records)
    correct(records, seen, wanted(seen, side="right"))
    with pytest.raises(StoreError, match="changed in the meantime"):
        correct(records, seen, wanted(seen, side="both"))
    with pytest.raises(StoreError, match="changed in the meantime"):
        move(records, seen, "P002")
    now = records.sessions.get(seen.id)
    assert (now.side, now.patient_code) == ("right", "P001")
    move(records, now, "P002")
    with pytest.raises(SessionGoneError):
        correct(records, now, wanted(now, side="both"))
    records.sessions.delete(seen.id, "P002")
    with pytest.raises(SessionGoneError):
        move(records, records.sessions.get(seen.id) if records.sessions.of() else now, "P002")


def test_a_running_session_is_refused(records):
    running = records.sessions.get(start(records))
    with pytest.raises(StoreError, match="still running"):
        correct(records, running, wanted(running, side="right"))
    with pytest.raises(StoreError, match="still running"):
        move(records, running, "P002")


def test_without_goniometer_lines_a_session_is_moved_as_it_is(records):
    seen = save(records)
    move(records, seen, "P002")
    now = records.sessions.get(seen.id)
    assert (now.patient_code, now.analysis_id) == ("P002", seen.analysis_id)
    assert not calibrated_for_another(records, now, records.audit.of_session(seen.id)[-1])


@pytest.mark.parametrize("theirs", [True, False], ids=["other lines", "no lines"])
def test_a_moved_session_is_measured_with_the_lines_of_its_patient(records, theirs):
    former = CalibrationSetup((line(),), zero_when_standing=True)
    seen = save(records, Assignment(CURL, "left", calibration=former))
    records.sessions.add_control(seen.id, Control(1.0, ControlKind.USE_CALIBRATION, lines=(line(offset_deg=9.0),)))
    lines = (line(offset_deg=4.0),) if theirs else ()
    for one in lines:
        records.calibrations.add("P002", one, READING)
    move(records, seen, "P002")
    now = records.sessions.get(seen.id)
    counting = records.analyses.counting(seen.id)
    assert now.patient_code == "P002"
    assert counting.derived_from == seen.analysis_id
    assert counting.assignment.calibration == CalibrationSetup(lines, zero_when_standing=True)
    used = {one.line for one in records.analyses.calibration(counting.id) if one.line.kind == "goniometer"}
    assert used == set(lines)
    assert records.sessions.controls(seen.id) == ()
    assert not calibrated_for_another(records, now, records.audit.of_session(seen.id)[-1])


def test_what_cannot_be_analysed_again_is_moved_and_keeps_the_former_lines(records, store):
    seen = save(records, Assignment(CURL, "left", calibration=CalibrationSetup((line(),))))
    with store.writing() as cursor:
        cursor.execute("delete from observation")
        cursor.execute(
            "insert into analysis_calibration select id, 0, true, 'goniometer', 'elbow_flexion_l', 3, -6, 1, 0, 0, 0 "
            "from analysis"
        )
    move(records, seen, "P002")
    now = records.sessions.get(seen.id)
    assert (now.patient_code, now.analysis_id) == ("P002", seen.analysis_id)
    assert calibrated_for_another(records, now, records.audit.of_session(seen.id)[-1])


def test_a_move_to_nobody_leaves_no_analysis_behind(records):
    seen = save(records, Assignment(CURL, "left", calibration=CalibrationSetup((line(),))))
    records.sessions.add_control(seen.id, Control(1.0, ControlKind.USE_CALIBRATION, lines=(line(),)))
    with pytest.raises(StoreError, match="P404"):
        move(records, seen, "P404")
    assert records.sessions.get(seen.id) == seen
    assert [one.id for one in records.analyses.of(seen.id)] == [seen.analysis_id]
