"""Scoring in processes of its own: several videos at a time, and the queue of uploads."""

import io
import threading
import time

import numpy as np
import pytest

from physio.config import Settings
from physio.errors import CancelledError, VideoError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import library
from physio.language import english
from physio.networks.assets import ModelPaths, ensure_models
from physio.scoring.queue import UploadQueue
from physio.scoring.score import score_video
from physio.scoring.scorer import Scorer, ThisComputer
from physio.storage.records import JobState
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
from tests.video_files import write_video

pytestmark = pytest.mark.models

EXERCISE = library()[0]
ASSIGNMENT = Assignment(EXERCISE, "left")
LONG_S = 300.0


@pytest.fixture(scope="module")
def models():
    return ensure_models(Settings.load().models_dir)


@pytest.fixture
def scorer(models):
    with Scorer(models, ThisComputer(2)) as scorer:
        yield scorer


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "data" / "physio.duckdb")
    for code in ("P001", "P002"):
        store.acting_as(LOCAL_USER).patients.add(code, "A. Demo")
    yield store
    store.close()


@pytest.fixture
def records(store):
    return store.acting_as(LOCAL_USER)


@pytest.fixture
def everybodys(store, scorer, tmp_path):
    queue = UploadQueue(store, scorer, tmp_path / "incoming")
    yield queue
    queue.close()


@pytest.fixture
def queue(everybodys):
    return everybodys.acting_as(LOCAL_USER)


def noise(count):
    return list(np.random.default_rng(1).integers(0, 255, (count, 48, 64, 3), np.uint8))


@pytest.fixture
def clip(tmp_path):
    return write_video(tmp_path / "clip.mp4", noise(10), rate=10)


@pytest.fixture
def long_clip(tmp_path):
    """Takes longer than any test."""
    return write_video(tmp_path / "long.mp4", 4_000)


def until(condition):
    deadline_s = time.monotonic() + LONG_S
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


def submit(queue, path, name="clip.mp4", patient="P001", assignment=ASSIGNMENT):
    with path.open("rb") as content:
        return queue.submit(name, content, patient, assignment)


def job(queue, job_id, patient="P001"):
    return next(one for one in queue.jobs(patient) if one.id == job_id)


def finished(queue, job_id, patient="P001"):
    until(lambda: job(queue, job_id, patient).finished)
    return job(queue, job_id, patient)


def uploads(folder):
    return [path for path in (folder / "incoming").rglob("*") if path.is_file()]


def test_processes_find_what_one_thread_finds_and_a_bad_file_does_not_stop_them(scorer, models, clip, tmp_path):
    empty = tmp_path / "empty.mp4"
    empty.touch()
    alone = score_video(clip, models, ASSIGNMENT)
    first, bad, last = (scorer.submit(path, ASSIGNMENT) for path in (clip, empty, clip))
    for ticket in (first, last):
        scored = ticket.result()
        assert scored.video == alone.video
        assert (scored.exercise.id, scored.side) == (EXERCISE.id, "left")
        np.testing.assert_array_equal(scored.rows.values, alone.rows.values)
    with pytest.raises(VideoError, match=r"empty\.mp4"):
        bad.result()


def test_a_video_keeps_the_name_that_it_was_handed_in_by(scorer, clip, monkeypatch):
    monkeypatch.chdir(clip.parent)
    assert scorer.submit(clip.relative_to(clip.parent), ASSIGNMENT).result().video.path.as_posix() == "clip.mp4"


def test_several_videos_are_scored_at_the_same_time_and_cancelled_one_by_one(scorer, long_clip):
    first, second, waiting = (scorer.submit(long_clip, ASSIGNMENT) for _ in range(3))
    until(lambda: first.progress.frames and second.progress.frames)
    assert not waiting.started
    first.cancel()
    with pytest.raises(CancelledError, match=r"long\.mp4"):
        first.result()
    assert not second.done
    until(lambda: waiting.progress.frames)
    second.cancel()
    waiting.cancel()


def test_nothing_is_left_running_when_the_scorer_is_closed(models, long_clip):
    others = set(threading.enumerate())
    scorer = Scorer(models, ThisComputer(1))
    running, waiting = scorer.submit(long_clip, ASSIGNMENT), scorer.submit(long_clip, ASSIGNMENT)
    until(lambda: running.started)
    scorer.close()
    for ticket in (running, waiting):
        with pytest.raises(CancelledError):
            ticket.result()
    left = set(threading.enumerate()) - others
    assert not [one for one in left if one.name.startswith("physio-scoring")]
    with pytest.raises(CancelledError):
        scorer.submit(long_clip, ASSIGNMENT)


def test_a_process_that_dies_is_said_and_takes_no_other_with_it(models, clip, tmp_path, caplog):
    broken = tmp_path / "broken.task"
    broken.write_bytes(b"not a model")
    with (
        Scorer(ModelPaths(broken, broken, broken, {}), ThisComputer(1)) as bad,
        Scorer(models, ThisComputer(1)) as good,
    ):
        dead, alive = bad.submit(clip, ASSIGNMENT), good.submit(clip, ASSIGNMENT)
        with pytest.raises(VideoError, match=r"clip\.mp4 could not be scored"):
            dead.result()
        assert len(alive.result().rows.t_s) == 10
    assert "exit status" in caplog.text


def test_recordings_become_sessions_and_bad_ones_a_sentence(queue, records, clip, tmp_path):
    empty = queue.submit("empty.mp4", io.BytesIO(), "P001", ASSIGNMENT)
    good = submit(queue, clip, "Frau M.mp4", assignment=Assignment(EXERCISE))
    bad = finished(queue, empty)
    assert bad.state is JobState.FAILED
    assert english(bad.message).startswith("empty.mp4 is empty")
    done = finished(queue, good)
    assert (done.state, english(done.message), done.fraction) == (JobState.DONE, "0 repetitions", 1.0)
    assert [warning.code for warning in done.warnings] == ["recording.undated", "doubt.no_person"]
    (session,) = records.sessions.of("P001")
    assert (session.id, session.video_name) == (done.session_id, "Frau M.mp4")
    assert (session.exercise_id, session.side) == (EXERCISE.id, EXERCISE.default_side)
    assert records.analyses.frames(session.analysis_id)["t_s"] == pytest.approx(np.arange(10) / 10)
    assert [one.id for one in queue.jobs("P001")] == [empty, good]
    until(lambda: uploads(tmp_path) == [])


def test_cancelling_leaves_nothing(everybodys, queue, records, long_clip, tmp_path):
    running, other = submit(queue, long_clip, "a.mp4"), submit(queue, long_clip, "b.mp4", "P002")
    until(lambda: job(queue, running).fraction > 0)
    assert job(queue, running).state is JobState.RUNNING
    waiting = submit(queue, long_clip, "c.mp4")
    assert job(queue, waiting).state is JobState.QUEUED
    for job_id in (waiting, running, other, running):
        queue.cancel(job_id)
    assert [one.state for one in queue.jobs("P001")] == [JobState.CANCELLED] * 2
    queue.dismiss(running)
    assert [one.id for one in queue.jobs("P001")] == [waiting]
    until(lambda: uploads(tmp_path) == [])
    everybodys.close()
    assert records.sessions.of() == ()
