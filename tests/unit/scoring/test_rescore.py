"""What analysing again does to what is stored; tests/integration/test_analysed_again.py has networks and numbers."""

from dataclasses import replace

import numpy as np
import pytest

from physio import __version__
from physio.errors import StoreError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import library
from physio.kinematics.calibrator import Calibrator
from physio.messages import message, own_text
from physio.metrics import AFFECT_COLUMNS, FRAME_COLUMNS, frame_values
from physio.pipeline import Analyse
from physio.scoring.rescore import rescore
from physio.scoring.save import save_scored
from physio.storage.records import Control, ControlKind
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
from physio.types import CalibrationLine, FaceReason, FaceState
from tests.scored_examples import made_rows, made_scored
from tests.unit.storage.made_results import new_analysis, new_session, rep, result

EXERCISE = library()[0]
CUT_OFF = own_text("the file is cut off")


@pytest.fixture
def store():
    store = Store(":memory:")
    store.acting_as(LOCAL_USER).patients.add("P001", "A. Demo")
    yield store
    store.close()


@pytest.fixture
def records(store):
    return store.acting_as(LOCAL_USER)


@pytest.fixture
def session_id(records):
    scored = made_scored(made_rows(90, (rep(1), rep(2)), pspi=1.5), EXERCISE, (CUT_OFF,))
    return save_scored(records, scored, "P001")


SINGLE = (
    *("pspi", "yaw_deg", "pitch_deg", "age_s", "roll_deg", "pspi_error", "pain_probability", "engagement_pct"),
    *("valence", "arousal", "gaze_yaw_deg", "gaze_pitch_deg"),
)
SEVERAL = ("action_units", "unit_errors", "states", "expression")


def test_the_columns_of_the_face_are_those_that_its_values_make():
    one = result(0)
    other = replace(
        one,
        affect=replace(
            one.affect,
            **dict.fromkeys(SINGLE, 7.5),
            **{name: np.full(getattr(one.affect, name).shape, 7.5) for name in SEVERAL},
            state=FaceState.PAIN,
            reason=FaceReason.TOO_SMALL,
            flash=True,
        ),
    )
    changed = ~np.isclose(frame_values(one), frame_values(other), equal_nan=True)
    assert {name for name, so in zip(FRAME_COLUMNS, changed, strict=True) if so} == set(AFFECT_COLUMNS)


def test_a_new_analysis_counts_and_the_old_one_stays(records, session_id):
    old = records.analyses.counting(session_id)
    made = rescore(records, session_id)
    new = records.analyses.counting(session_id)
    assert (new.id, new.derived_from, new.app_version) == (made.analysis_id, old.id, __version__)
    assert new.model_checksums == old.model_checksums
    assert new.exercise_text == EXERCISE.text
    assert new.finished_at is not None
    assert (made.reps, made.reps_before) == (len(records.analyses.reps(new.id)), 2)
    assert len(records.analyses.reps(old.id)) == 2
    frames = records.analyses.frames(new.id)
    assert set(frames["pspi"]) == {1.5}
    assert len(frames["t_s"]) == 90
    assert records.analyses.metrics(new.id)["pspi_mean"] == 1.5
    doubts = records.analyses.doubts(new.id)
    assert doubts[0] == CUT_OFF
    assert [one.code.startswith("doubt.") for one in doubts[1:]] == [True] * (len(doubts) - 1)
    assert len(records.observations.of(session_id).t_s) == 90


def test_what_an_estimate_that_could_not_see_pain_said_is_no_more_believed_again(records):
    earlier = made_scored(made_rows(90, pspi=0.1, face_state=1.0), EXERCISE)
    session_id = save_scored(records, earlier, "P001")
    new = rescore(records, session_id).analysis_id
    assert set(records.analyses.frames(new)["face_state"]) == {1}
    assert not {"pspi_p95", "face_estimate", "state_engaged_pct"} & records.analyses.metrics(new).keys()
    assert records.analyses.summary(new).pain_reason == message("pain.earlier_estimate")


def test_without_the_body_nothing_is_known_of_it_again_either(records):
    asked = Assignment(body=False)
    scored = replace(made_scored(made_rows(90)), assignment=asked)
    session_id = save_scored(records, scored, "P001")
    new = rescore(records, session_id).analysis_id
    assert "pose_pct" not in records.analyses.metrics(new)
    assert [one.code for one in records.analyses.doubts(new)] == ["doubt.no_exercise"]
    assert np.isnan(records.analyses.frames(new)["knee_flexion_l"]).all()


def test_the_old_analysis_can_go_on_counting(records, session_id):
    made = rescore(records, session_id, counts=False)
    assert records.analyses.counting(session_id).id == session_id
    assert [one.id for one in records.analyses.of(session_id)] == [session_id, made.analysis_id]


def test_what_was_done_to_the_measurement_is_done_again_between_the_same_frames(records, session_id, monkeypatch):
    happened = []
    step = Analyse.step
    monkeypatch.setattr(Analyse, "step", lambda self, seen: (happened.append(seen.t_s), step(self, seen))[1])
    for name in ("zero_now", "undo_zero", "use"):
        monkeypatch.setattr(Calibrator, name, lambda _, *lines, name=name: happened.append((name, *lines)))
    t_s = records.observations.of(session_id).t_s.tolist()
    line = CalibrationLine("knee_flexion_l", "goniometer", 90.0, -3.0)
    for control in (
        Control(-1.0, ControlKind.ZERO_NOW),
        Control(t_s[1], ControlKind.UNDO_ZERO),
        Control(t_s[1], ControlKind.FOLLOW, number=2),
        Control(t_s[1], ControlKind.USE_CALIBRATION, lines=(line,)),
    ):
        records.sessions.add_control(session_id, control)
    rescore(records, session_id)
    assert happened == [("zero_now",), *t_s[:2], ("undo_zero",), ("use", (line,)), *t_s[2:]]


def test_nothing_is_left_when_it_cannot_be_stored(records, session_id, monkeypatch):
    def full(*_, **__):
        raise StoreError("The disk is full.")

    monkeypatch.setattr(records.analyses, "finish", full)
    with pytest.raises(StoreError, match="full"):
        rescore(records, session_id)
    assert [one.id for one in records.analyses.of(session_id)] == [session_id]


def test_what_an_earlier_version_stored_says_why_it_cannot_be_analysed(records, store, session_id):
    with store.writing() as cursor:
        cursor.execute("update observation set width_px = null, height_px = null")
    with pytest.raises(StoreError, match="did not store the size of the frames"):
        rescore(records, session_id)
    with store.writing() as cursor:
        cursor.execute("update analysis set assignment = null, exercise_text = null")
    with pytest.raises(StoreError, match="did not store the size of the frames"):
        rescore(records, session_id)
    assert [one.id for one in records.analyses.of(session_id)] == [session_id]


def test_a_running_or_unknown_session_is_refused(records):
    running = records.sessions.start(new_session(), new_analysis())
    with pytest.raises(StoreError, match="still running"):
        rescore(records, running)
    with pytest.raises(StoreError, match="not found"):
        rescore(records, "unknown")


def test_an_exercise_that_the_library_has_no_longer_is_judged_by_its_stored_definition(
    records, session_id, monkeypatch
):
    from physio.errors import ExerciseError

    def gone(*_):
        raise ExerciseError("gone")

    monkeypatch.setattr("physio.scoring.rescore.load_exercise", gone)
    made = rescore(records, session_id)
    assert records.analyses.get(made.analysis_id).exercise_text == EXERCISE.text


def test_doubts_of_the_former_analysis_are_not_taken_over_but_for_those_of_the_file(records):
    before = made_scored(made_rows(90), EXERCISE, (CUT_OFF, message("doubt.no_person")))
    made = rescore(records, save_scored(records, before, "P001"))
    said = records.analyses.doubts(made.analysis_id)
    assert said[0] == CUT_OFF
    assert message("doubt.no_person") not in said
