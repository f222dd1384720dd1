import numpy as np
import pytest

from physio.batch import save_scored, score_video, score_videos
from physio.capture.video import VideoSource
from physio.config import Settings
from physio.errors import CancelledError, StoreError, VideoError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import library
from physio.metrics import FRAME_COLUMNS
from physio.perception.assets import ensure_models
from physio.pipeline import Pipeline
from physio.scored import NO_EXERCISE, NO_PERSON, Collector
from physio.storage.store import Store
from physio.types import EndReason
from tests.scored_examples import made_rows, made_scored
from tests.unit.storage.made_results import FAULTS, REJECTED, rep
from tests.video_files import write_video

EXERCISE = library()[0]


@pytest.fixture
def store():
    store = Store(":memory:")
    store.add_patient("P001", "A. Demo")
    yield store
    store.close()


def test_a_saved_video_is_a_whole_session(store):
    scored = made_scored(made_rows(90, (rep(faults=FAULTS),), (REJECTED,)), EXERCISE, ("dim light",))
    session_id = save_scored(store, scored, "P001")
    session = store.session(session_id)
    assert (session.patient_code, session.exercise_id, session.side) == ("P001", EXERCISE.id, "both")
    assert (session.source, session.video_name) == ("recorded", "squat.mp4")
    assert session.exercise_checksum == EXERCISE.checksum
    assert dict(session.model_checksums) == scored.model_checksums
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


@pytest.fixture(scope="module")
def models():
    return ensure_models(Settings.load().models_dir)


@pytest.fixture
def noise(tmp_path):
    """Two seconds of noise: a video without a person."""
    images = np.random.default_rng(1).integers(0, 255, (20, 120, 160, 3), np.uint8)
    return write_video(tmp_path / "noise.mp4", list(images), rate=10)


@pytest.mark.models
def test_a_video_without_a_person_is_scored_and_said(models, noise):
    scored = score_video(noise, models, EXERCISE)
    assert scored.rows.t_s == pytest.approx(np.arange(20) / 10)
    assert scored.rows.values.shape == (20, len(FRAME_COLUMNS))
    assert scored.summary.pose_pct == 0
    assert scored.rows.reps == ()
    assert scored.warnings == (NO_PERSON,)
    assert scored.side == EXERCISE.default_side
    assert (scored.video.frames, scored.video.width, scored.video.height) == (20, 160, 120)
    assert scored.video.duration_s == pytest.approx(2.0)


@pytest.mark.models
def test_without_exercise_there_is_no_side_and_a_warning(models, noise):
    scored = score_video(noise, models, side="left")
    assert (scored.exercise, scored.side) == (None, None)
    assert NO_EXERCISE in scored.warnings


@pytest.mark.models
def test_scoring_is_the_pipeline_and_nothing_else(models, noise):
    collector = Collector()
    with Pipeline(models, Assignment(EXERCISE)) as pipeline:
        for frame in VideoSource(noise):
            collector.add(pipeline.step(frame))
        rows = collector.finish(*pipeline.finish())
    np.testing.assert_array_equal(score_video(noise, models, EXERCISE).rows.values, rows.values)


@pytest.mark.models
def test_scoring_can_be_cancelled(models, noise):
    asked = []

    def cancelled():
        asked.append(True)
        return len(asked) > 3

    with pytest.raises(CancelledError, match=r"noise\.mp4"):
        score_video(noise, models, cancelled=cancelled)
    assert len(asked) == 4


@pytest.mark.models
def test_progress_is_told(models, noise, monkeypatch):
    monkeypatch.setattr("physio.batch.PROGRESS_INTERVAL_S", 0.0)
    states = []
    score_video(noise, models, progress=states.append)
    assert [state.frames for state in states] == list(range(1, 21))
    fractions = [state.fraction for state in states]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(0.95)
    assert all(state.frames_per_s > 0 for state in states)
    assert np.isnan(states[0].left_s)
    assert states[-1].left_s >= 0


@pytest.mark.models
def test_one_bad_file_does_not_stop_the_others(models, noise, tmp_path):
    empty = tmp_path / "empty.mp4"
    empty.touch()
    results = list(score_videos([noise, empty, noise], models, EXERCISE, jobs=1))
    assert isinstance(results[1], VideoError)
    assert "empty.mp4" in str(results[1])
    np.testing.assert_array_equal(results[0].rows.values, results[2].rows.values)
    assert results[0].video.path == noise
