import numpy as np
import pytest

from physio.errors import StoreError
from physio.exercise.definition import library
from physio.messages import own_text
from physio.scoring.save import save_scored
from physio.storage.store import Store
from physio.types import EndReason
from tests.scored_examples import made_rows, made_scored
from tests.unit.storage.made_results import FAULTS, REJECTED, rep

EXERCISE = library()[0]


@pytest.fixture
def store():
    store = Store(":memory:")
    store.add_patient("P001", "A. Demo")
    yield store
    store.close()


def test_a_saved_video_is_a_whole_session(store):
    scored = made_scored(made_rows(90, (rep(faults=FAULTS),), (REJECTED,)), EXERCISE, (own_text("dim light"),))
    session_id = save_scored(store, scored, "P001")
    session = store.session(session_id)
    assert (session.patient_code, session.exercise_id, session.side) == ("P001", EXERCISE.id, "both")
    assert (session.source, session.video_name) == ("recorded", "squat.mp4")
    assert session.exercise_checksum == EXERCISE.checksum
    assert dict(session.model_checksums) == scored.model_checksums
    assert (session.width_px, session.height_px) == scored.frame_size
    assert session.end_reason is EndReason.COMPLETED
    frames = store.frames(session_id)
    np.testing.assert_array_equal(frames["t_s"], scored.rows.t_s)
    for name, values in scored.columns.items():
        np.testing.assert_array_equal(frames[name], values)
    assert len(store.landmarks(session_id).t_s) == 90
    assert store.reps(session_id) == (rep(faults=FAULTS),)
    assert store.rejected(session_id) == (REJECTED,)
    assert [(event.kind, event.text) for event in store.events(session_id)] == [("warning", "dim light")]
    assert store.metrics(session_id) == pytest.approx(scored.summary.metrics())


def test_the_name_of_an_upload_is_kept(store):
    session_id = save_scored(store, made_scored(made_rows()), "P001", "Frau M., Kniebeuge.mov")
    assert store.session(session_id).video_name == "Frau M., Kniebeuge.mov"
    assert store.session(session_id).exercise_id is None


def test_nothing_is_left_when_saving_fails(store, monkeypatch):
    def full(*_, **__):
        raise StoreError("The disk is full.")

    monkeypatch.setattr(store, "end_session", full)
    with pytest.raises(StoreError, match="full"):
        save_scored(store, made_scored(made_rows()), "P001")
    assert store.sessions() == ()


def test_an_unknown_patient_is_refused(store):
    with pytest.raises(StoreError, match="P404"):
        save_scored(store, made_scored(made_rows()), "P404")
    assert store.sessions() == ()
