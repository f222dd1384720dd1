import json
import math
from dataclasses import replace

import pytest

from physio.errors import ExerciseError
from physio.exercise.assignment import Assignment, from_json, to_json
from physio.exercise.definition import load_exercise, parse_exercise
from physio.kinematics.calibrator import CalibrationSetup
from physio.types import CalibrationLine

SQUAT = load_exercise("squat")
CURL = load_exercise("elbow_flexion")
RAISE = load_exercise("lateral_raise")
KNEE = CalibrationLine("knee_flexion_l", "goniometer", 88.0, 6.0, 0.95, 10.0, 110.0, 1.5)
HIP = CalibrationLine("hip_flexion_r", "neutral", math.nan, -3.5)
FULL = Assignment(
    exercise=CURL,
    side="left",
    target_reps=12,
    target_deg=100.0,
    safe_max_deg=130.0,
    calibration=CalibrationSetup((KNEE, HIP), zero_when_standing=True),
    face=False,
)


def test_without_an_exercise_there_is_no_side():
    assert Assignment(side="left").working_side is None
    assert Assignment().asked is None


def test_the_side_is_the_one_asked_for_or_the_exercises_usual_one():
    assert Assignment(CURL, "right").working_side == "right"
    assert Assignment(CURL).working_side == CURL.default_side == "both"


def test_the_patients_target_and_limit_go_before_the_exercises_own():
    asked = Assignment(RAISE, target_deg=60.0, safe_max_deg=90.0).asked
    assert asked is not None
    assert (asked.target_deg, asked.safe_max_deg) == (60.0, 90.0)
    own = Assignment(RAISE).asked
    assert own is not None
    assert (own.target_deg, own.safe_max_deg) == (RAISE.target_deg, RAISE.safe_max_deg) == (80.0, 125.0)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"exercise": SQUAT, "side": "left"}, "assignment.side_not_possible"),
        ({"exercise": CURL, "side": "middle"}, "assignment.side_not_possible"),
        ({"exercise": CURL, "target_deg": 201.0}, "assignment.target_out_of_range"),
        ({"exercise": CURL, "target_deg": -61.0}, "assignment.target_out_of_range"),
        ({"exercise": CURL, "target_deg": math.inf}, "assignment.target_out_of_range"),
        ({"exercise": CURL, "safe_max_deg": 500.0}, "assignment.limit_out_of_range"),
        ({"exercise": CURL, "target_deg": 120.0, "safe_max_deg": 110.0}, "assignment.target_beyond_limit"),
        # The exercise's own limit holds for the patient's target, and the exercise's target for the patient's limit.
        ({"exercise": RAISE, "target_deg": 126.0}, "assignment.target_beyond_limit"),
        ({"exercise": RAISE, "safe_max_deg": 79.0}, "assignment.target_beyond_limit"),
        ({"exercise": CURL, "target_reps": -1}, "assignment.reps_out_of_range"),
        ({"exercise": CURL, "target_reps": 1001}, "assignment.reps_out_of_range"),
        ({"exercise": CURL, "body": False}, "assignment.needs_body"),
        ({"calibration": CalibrationSetup(zero_when_standing=True), "body": False}, "assignment.needs_body"),
        ({"emotion": True, "face": False}, "assignment.needs_face"),
    ],
)
def test_what_cannot_be_done_is_refused(change, code):
    with pytest.raises(ExerciseError) as error:
        Assignment(**change)
    assert error.value.message.code == code
    assert "{" not in str(error.value)
    assert code not in str(error.value), "a sentence, not its code"


@pytest.mark.parametrize(
    "change",
    [
        {"exercise": CURL, "target_deg": 200.0},
        {"exercise": CURL, "target_deg": -60.0},
        {"exercise": RAISE, "target_deg": 125.0},
        {"exercise": RAISE, "safe_max_deg": 80.0},
        {"exercise": SQUAT, "side": "both"},
        {"exercise": CURL, "target_reps": 1000},
    ],
)
def test_the_ends_of_what_is_allowed_are_allowed(change):
    assert Assignment(**change).asked is not None


@pytest.mark.parametrize(
    "assignment",
    [
        FULL,
        Assignment(),
        Assignment(face=False),
        Assignment(body=False),
        Assignment(emotion=True),
        Assignment(calibration=CalibrationSetup((HIP,)), body=False),
        Assignment(SQUAT),
        Assignment(SQUAT, calibration=CalibrationSetup((HIP,))),
        *(
            replace(FULL, **change)
            for change in (
                {"side": None},
                {"target_reps": 0},
                {"target_deg": math.nan},
                {"safe_max_deg": math.nan},
                {"face": True},
            )
        ),
    ],
)
def test_what_is_read_back_is_what_was_written(assignment):
    """With the exercise read again from the stored text. By their words, because NaN is not equal to itself."""
    asked = assignment.exercise
    exercise = parse_exercise(asked.text, asked.id) if asked else None
    assert repr(from_json(to_json(assignment), exercise)) == repr(assignment)


def test_what_was_stored_before_there_were_consents_asks_for_no_emotion():
    values = json.loads(to_json(Assignment(emotion=True)))
    del values["emotion"]
    assert not from_json(json.dumps(values), None).emotion


def test_what_is_stored_is_json_that_any_reader_takes():
    stored = json.loads(to_json(FULL), parse_constant=pytest.fail)
    assert stored["exercise"] == "elbow_flexion"
    assert stored["lines"][1]["azimuth_deg"] is None
    assert json.loads(to_json(Assignment()), parse_constant=pytest.fail)["target_deg"] is None


def test_an_assignment_for_another_exercise_is_refused():
    for exercise in (SQUAT, None):
        with pytest.raises(ExerciseError) as error:
            from_json(to_json(FULL), exercise)
        assert error.value.message.code == "assignment.other_exercise"
        assert error.value.message.params == {"id": "elbow_flexion", "other": exercise.id if exercise else "–"}
    with pytest.raises(ExerciseError, match="“–”, not for “squat”"):
        from_json(to_json(Assignment()), SQUAT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        to_json(FULL).replace('"lines": [{', '"lines": [{"more": 1, '),
        to_json(FULL).replace('"face"', '"faces"'),
        to_json(FULL).replace('"target_reps": 12', '"target_reps": "12"'),
    ],
)
def test_what_is_no_assignment_is_refused(text):
    with pytest.raises(ExerciseError) as error:
        from_json(text, CURL)
    assert error.value.message.code == "assignment.unreadable"


def test_a_stored_assignment_that_cannot_be_done_is_refused():
    with pytest.raises(ExerciseError) as error:
        from_json(to_json(FULL).replace('"side": "left"', '"side": "middle"'), CURL)
    assert error.value.message.code == "assignment.side_not_possible"
