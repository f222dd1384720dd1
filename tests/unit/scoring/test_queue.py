"""The queue without a scorer that scores; tests/integration/test_scoring_processes.py has the real one."""

import io
from pathlib import Path

import pytest

from physio.errors import PhysioError
from physio.exercise.assignment import Assignment
from physio.networks.assets import ModelPaths
from physio.scoring.queue import JobState, UploadQueue
from physio.scoring.scorer import Scorer
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER

NO_MODELS = ModelPaths(Path("pose.task"), Path("face.task"), {})


class Nowhere:
    """Tickets stay as they are."""

    def start(self, task, ticket):
        pass

    def close(self):
        pass


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "data" / "physio.duckdb")
    records = store.acting_as(LOCAL_USER)
    for code in ("P001", "P002"):
        records.patients.add(code, "A. Demo")
    yield store
    store.close()


@pytest.fixture
def records(store):
    return store.acting_as(LOCAL_USER)


@pytest.fixture
def queue(store):
    queue = UploadQueue(store, Scorer(NO_MODELS, Nowhere()))
    yield queue
    queue.close()


def submit(queue, name="clip.mp4", patient="P001"):
    return queue.submit(queue.receive(name, io.BytesIO(b"x")), name, patient, Assignment())


def test_what_a_killed_program_left_is_removed(store):
    left_over = store.path.parent / "incoming" / "abc" / "face.mp4"
    left_over.parent.mkdir(parents=True)
    left_over.write_bytes(b"pictures")
    UploadQueue(store, Scorer(NO_MODELS, Nowhere())).close()
    assert not left_over.exists()


def test_jobs_of_a_patient_are_not_shown_under_another(queue):
    first, second = submit(queue, patient="P001"), submit(queue, patient="P002")
    assert [job.id for job in queue.jobs("P001")] == [first]
    assert [job.id for job in queue.jobs("P002")] == [second]


def test_a_job_that_waits_can_be_cancelled_and_then_dismissed(queue):
    job_id = submit(queue)
    queue.dismiss(job_id)
    assert [job.state for job in queue.jobs("P001")] == [JobState.QUEUED]
    queue.cancel(job_id)
    (job,) = queue.jobs("P001")
    assert (job.state, job.message.code) == (JobState.CANCELLED, "scoring.nothing_stored")
    queue.dismiss(job_id)
    assert queue.jobs("P001") == ()


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("../../x/..\\evil.mp4", "evil.mp4"),
        ("..", "video"),
        ("", "video"),
        ("a\0b:c.mov", "a_b_c.mov"),
        ("Übung (2) – links.webm", "Übung (2) _ links.webm"),
        ("x" * 300 + ".mkv", "x" * 56 + ".mkv"),
    ],
)
def test_uploads_keep_their_name_and_cannot_leave_the_folder(queue, store, name, stored):
    path = queue.receive(name, io.BytesIO(b"x"))
    assert path.name == stored
    assert path.parent.parent == (store.path.parent / "incoming").resolve()


def test_an_upload_that_cannot_be_stored_is_said(queue):
    class Broken(io.BytesIO):
        def read(self, *_):
            raise OSError(28, "No space left on device")

    with pytest.raises(PhysioError, match="No space left"):
        queue.receive("clip.mp4", Broken())
