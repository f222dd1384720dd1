"""Scoring in processes of its own: the queue of uploads, and several videos at a time."""

import io
import threading

import numpy as np
import pytest

from physio.batch import score_video, score_videos
from physio.config import Settings
from physio.errors import VideoError
from physio.exercise.definition import library
from physio.jobs import JobRunner, JobState
from physio.perception.assets import ModelPaths, ensure_models
from physio.scored import NO_PERSON
from physio.storage.store import Store
from tests.video_files import write_video

pytestmark = pytest.mark.models

EXERCISE = library()[0]
LONG_S = 300.0


@pytest.fixture(scope="module")
def models():
    return ensure_models(Settings.load().models_dir)


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "data" / "physio.duckdb")
    store.add_patient("P001", "A. Demo")
    yield store
    store.close()


@pytest.fixture
def runner(store, models):
    runner = JobRunner(store, models)
    yield runner
    runner.close()


def noise(count):
    return list(np.random.default_rng(1).integers(0, 255, (count, 48, 64, 3), np.uint8))


@pytest.fixture
def clip(tmp_path):
    return write_video(tmp_path / "clip.mp4", noise(10), rate=10)


def uploaded(runner, path, name):
    with path.open("rb") as content:
        return runner.receive(name, content)


def uploads(store):
    return [path for path in (store.path.parent / "incoming").rglob("*") if path.is_file()]


def test_recordings_become_sessions_and_bad_ones_a_sentence(runner, store, clip):
    empty = runner.receive("empty.mp4", io.BytesIO())
    ids = [
        runner.submit(empty, "empty.mp4", "P001", EXERCISE, "left"),
        runner.submit(uploaded(runner, clip, "clip.mp4"), "clip.mp4", "P404", None, None),
        runner.submit(uploaded(runner, clip, "Frau M.mp4"), "Frau M.mp4", "P001", EXERCISE, None),
    ]
    bad, homeless, good = (runner.wait(job_id, LONG_S) for job_id in ids)
    assert bad.state is homeless.state is JobState.FAILED
    assert bad.message.startswith("empty.mp4 is empty")
    assert "P404" in homeless.message
    assert (good.state, good.message, good.fraction) == (JobState.DONE, "0 repetitions", 1.0)
    assert good.warnings == (NO_PERSON,)
    assert (good.exercise_id, good.patient_code) == (EXERCISE.id, "P001")
    assert [session.id for session in store.sessions()] == [good.session_id]
    assert store.session(good.session_id).video_name == "Frau M.mp4"
    assert store.frames(good.session_id)["t_s"] == pytest.approx(np.arange(10) / 10)
    assert [job.id for job in runner.jobs()] == ids
    runner.close()
    assert uploads(store) == []


def test_cancelling_leaves_nothing(runner, store, tmp_path):
    long_clip = write_video(tmp_path / "long.mp4", 3000)
    first, second = (
        runner.submit(uploaded(runner, long_clip, f"{name}.mp4"), name, "P001", None, None) for name in "ab"
    )
    running = threading.Event()
    threading.Thread(target=_tell_when_scoring, args=(runner, first, running), daemon=True).start()
    assert running.wait(LONG_S)
    assert runner.jobs()[1].state is JobState.QUEUED
    runner.cancel(second)
    runner.cancel(first)
    assert [job.state for job in runner.jobs()] == [JobState.CANCELLED] * 2
    runner.cancel(first)  # again: no matter
    runner.dismiss(first)
    assert [job.id for job in runner.jobs()] == [second]
    runner.close()
    assert store.sessions() == ()
    assert uploads(store) == []


def _tell_when_scoring(runner, job_id, event):
    with runner._changed:
        runner._changed.wait_for(lambda: runner._jobs[job_id].fraction > 0, LONG_S)
    event.set()


def test_a_process_that_dies_is_said(store, clip, tmp_path, caplog):
    broken = tmp_path / "broken.task"
    broken.write_bytes(b"not a model")
    runner = JobRunner(store, ModelPaths(broken, broken, {}))
    job_id = runner.submit(uploaded(runner, clip, "clip.mp4"), "clip.mp4", "P001", None, None)
    job = runner.wait(job_id, LONG_S)
    runner.close()
    assert job.state is JobState.FAILED
    assert "clip.mp4 could not be scored" in job.message
    assert "exit status" in caplog.text
    assert store.sessions() == ()


def test_several_processes_find_what_one_finds_and_a_bad_file_does_not_stop_them(models, clip, tmp_path):
    empty = tmp_path / "empty.mp4"
    empty.touch()
    alone = score_video(clip, models, EXERCISE)
    first, bad, last = score_videos([clip, empty, clip], models, EXERCISE, jobs=2)
    for scored in (first, last):
        assert scored.video.path == clip
        np.testing.assert_array_equal(scored.rows.values, alone.rows.values)
    assert isinstance(bad, VideoError)
    assert "empty.mp4" in str(bad)
