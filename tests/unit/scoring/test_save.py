from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from physio.doubts import UNDATED
from physio.errors import StoreError
from physio.exercise.definition import library
from physio.language import language
from physio.messages import own_text
from physio.scoring.save import save_scored
from physio.storage.records import ConsentKind
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
from physio.types import EndReason
from tests.scored_examples import RECORDED_AT, made_rows, made_scored
from tests.unit.storage.made_results import FAULTS, REJECTED, rep

EXERCISE = library()[0]


@pytest.fixture
def store():
    store = Store(":memory:")
    records = store.acting_as(LOCAL_USER)
    records.patients.add("P001", "A. Demo")
    yield store
    store.close()


@pytest.fixture
def records(store):
    return store.acting_as(LOCAL_USER)


def test_a_saved_video_is_a_whole_session(records):
    scored = made_scored(made_rows(90, (rep(faults=FAULTS),), (REJECTED,)), EXERCISE, (own_text("dim light"),))
    session_id = save_scored(records, scored, "P001")
    session = records.sessions.get(session_id)
    assert (session.patient_code, session.exercise_id, session.side) == ("P001", EXERCISE.id, "both")
    assert (session.source, session.video_name) == ("recorded", "squat.mp4")
    assert session.exercise_checksum == EXERCISE.checksum
    assert dict(session.model_checksums) == scored.model_checksums
    assert (session.width_px, session.height_px) == scored.frame_size
    assert session.end_reason is EndReason.COMPLETED
    frames = records.analyses.frames(session_id)
    np.testing.assert_array_equal(frames["t_s"], scored.rows.t_s)
    for name, values in scored.columns.items():
        np.testing.assert_array_equal(frames[name], values)
    assert len(records.observations.of(session_id).t_s) == 90
    assert records.analyses.reps(session_id) == (rep(faults=FAULTS),)
    assert records.analyses.rejected(session_id) == (REJECTED,)
    assert records.analyses.doubts(session_id) == (own_text("dim light"),)
    assert records.sessions.events(session_id) == ()
    assert records.analyses.counting(session_id).assignment == scored.assignment
    assert records.analyses.metrics(session_id) == pytest.approx(scored.summary.metrics())


def test_the_name_of_an_upload_is_kept(records):
    session_id = save_scored(records, made_scored(made_rows()), "P001", "Frau M., Kniebeuge.mov")
    assert records.sessions.get(session_id).video_name == "Frau M., Kniebeuge.mov"
    assert records.sessions.get(session_id).exercise_id is None


def test_nothing_is_left_when_saving_fails(records, monkeypatch):
    def full(*_, **__):
        raise StoreError("The disk is full.")

    monkeypatch.setattr(records.sessions, "end", full)
    with pytest.raises(StoreError, match="full"):
        save_scored(records, made_scored(made_rows()), "P001")
    assert records.sessions.of() == ()


def test_an_unknown_patient_is_refused(records):
    with pytest.raises(StoreError, match="P404"):
        save_scored(records, made_scored(made_rows()), "P404")
    assert records.sessions.of() == ()


def test_a_demo_is_marked_and_was_then(records):
    at = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
    scored = made_scored(made_rows(91))
    session = records.sessions.get(save_scored(records, scored, "P001", demo_at=at))
    assert session.demo
    assert session.started_at == at
    assert session.ended_at == at + timedelta(seconds=scored.summary.duration_s)
    assert not records.sessions.get(save_scored(records, scored, "P001")).demo


def test_a_session_began_when_its_video_was_recorded(records):
    scored = made_scored(made_rows(91))
    session = records.sessions.get(save_scored(records, scored, "P001"))
    assert session.started_at == RECORDED_AT
    assert session.ended_at == RECORDED_AT + timedelta(seconds=scored.summary.duration_s)
    assert records.analyses.doubts(session.id) == scored.warnings


def test_a_video_that_does_not_say_when_is_of_now_and_it_is_said(records):
    scored = made_scored(made_rows(91))
    scored = replace(scored, video=replace(scored.video, recorded_at=None))
    before = datetime.now(UTC)
    session = records.sessions.get(save_scored(records, scored, "P001"))
    assert before <= session.started_at <= datetime.now(UTC)
    assert session.ended_at is not None
    assert session.ended_at == session.started_at + timedelta(seconds=scored.summary.duration_s)
    assert records.analyses.doubts(session.id) == (UNDATED, *scored.warnings)
    assert "upload" not in language("en").say(UNDATED), "it may come from the command line"


@pytest.mark.parametrize("given", ["never", "stands", "withdrawn"])
def test_expressions_are_saved_only_while_the_consent_stands(given, records):
    """Whatever was allowed when the video was handed in."""
    if given != "never":
        records.consents.give("P001", ConsentKind.EMOTION, "x")
    scored = made_scored(made_rows(valence=0.5, expression_anger=0.7, pspi=2.0))
    scored = replace(scored, assignment=replace(scored.assignment, emotion=True))
    if given == "withdrawn":
        records.consents.withdraw("P001", ConsentKind.EMOTION)
    session_id = save_scored(records, scored, "P001")
    frames = records.analyses.frames(session_id)
    known = [bool(np.isfinite(frames[name]).all()) for name in ("valence", "expression_anger", "pspi")]
    assert known == [given == "stands", given == "stands", True]
    assert records.analyses.counting(session_id).emotion is (given == "stands")
