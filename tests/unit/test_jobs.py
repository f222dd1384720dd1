"""The queue without anything in it; tests/integration/test_scoring_processes.py has it score."""

import io
from pathlib import Path

import pytest

from physio.errors import PhysioError
from physio.jobs import JobRunner
from physio.perception.assets import ModelPaths
from physio.storage.store import Store

NO_MODELS = ModelPaths(Path("pose.task"), Path("face.task"), {})


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "data" / "physio.duckdb")
    store.add_patient("P001", "A. Demo")
    yield store
    store.close()


@pytest.fixture
def runner(store):
    runner = JobRunner(store, NO_MODELS)
    yield runner
    runner.close()


def test_what_a_killed_program_left_is_removed(store):
    left_over = store.path.parent / "incoming" / "abc" / "face.mp4"
    left_over.parent.mkdir(parents=True)
    left_over.write_bytes(b"pictures")
    JobRunner(store, NO_MODELS).close()
    assert not left_over.exists()


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
def test_uploads_keep_their_name_and_cannot_leave_the_folder(runner, store, name, stored):
    path = runner.receive(name, io.BytesIO(b"x"))
    assert path.name == stored
    assert path.parent.parent == (store.path.parent / "incoming").resolve()


def test_an_upload_that_cannot_be_stored_is_said(runner):
    class Broken(io.BytesIO):
        def read(self, *_):
            raise OSError(28, "No space left on device")

    with pytest.raises(PhysioError, match="No space left"):
        runner.receive("clip.mp4", Broken())
