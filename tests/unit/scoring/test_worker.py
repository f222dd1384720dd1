"""Both ends of the pipe, with a child that is played; tests/integration/test_scoring_processes.py has the real one."""

import io
import os
import pickle
from pathlib import Path

import pytest

from physio.errors import VideoError
from physio.exercise.assignment import Assignment
from physio.networks.assets import ModelPaths
from physio.scoring import score, worker
from physio.scoring.progress import ScoringProgress
from physio.scoring.worker import Task, score_apart
from tests.scored_examples import made_rows, made_scored

TASK = Task(
    Path("uploads/clip.mp4"),
    ModelPaths(Path("pose.task"), Path("face.task"), Path("appearance.tflite"), {}),
    Assignment(),
)
HALF = ScoringProgress(0.5, 10, 20.0, 0.5)


class Pipe(io.BytesIO):
    """Keeps what was written after it was closed."""

    def close(self):
        self.written = self.getvalue()
        super().close()


class Child:
    """A process that has already said everything it will say."""

    def __init__(self, *replies, cut_off=0):
        said = b"".join(map(pickle.dumps, replies))
        self.stdin, self.stdout = Pipe(), Pipe(said[: len(said) - cut_off])
        self.returncode, self.ended = None, 0

    def terminate(self):
        self.ended += 1

    def wait(self):
        self.returncode = -11


@pytest.fixture
def started(monkeypatch):
    """Starts children that reply as told; gives them, and the command each was started with."""
    commands = []

    def use(child):
        def popen(command, **options):
            commands.append((command, options))
            return child

        monkeypatch.setattr(worker.subprocess, "Popen", popen)
        return commands

    return use


def test_progress_and_the_result_come_out_of_the_child(started):
    done, told, processes = made_scored(made_rows(3)), [], []
    child = Child(ScoringProgress(), HALF, done)
    commands = started(child)
    result = score_apart(TASK, told.append, processes.append)
    assert result.video == done.video
    assert [now.frames for now in told] == [0, 10]
    assert pickle.loads(child.stdin.written).path == TASK.path
    (process,) = processes
    assert process.exit_status == -11
    ((command, options),) = commands
    assert command[1:] == ["-m", "physio.scoring.worker"]
    assert (options["stdin"], options["stdout"], options["cwd"]) == (worker.subprocess.PIPE, -1, worker.ROOT)


def test_an_error_of_the_child_is_raised_here(started):
    started(Child(HALF, VideoError("scoring.no_frames", name="clip.mp4")))
    with pytest.raises(VideoError) as error:
        score_apart(TASK, lambda _: None, lambda _: None)
    assert error.value.message.code == "scoring.no_frames"


@pytest.mark.parametrize("cut_off", [0, 5])
def test_a_child_that_dies_is_said_and_logged(started, caplog, cut_off):
    child = Child(HALF, cut_off=cut_off)
    started(child)
    with pytest.raises(VideoError) as error:
        score_apart(TASK, lambda _: None, lambda _: None)
    assert (error.value.message.code, error.value.message.params) == ("scoring.died", {"name": "clip.mp4"})
    assert "clip.mp4 died, exit status -11" in caplog.text
    assert child.ended == 1
    assert child.stdin.closed
    assert child.stdout.closed


def test_a_child_that_was_ended_from_here_is_no_fault(started, caplog):
    child = Child()
    started(child)
    with pytest.raises(VideoError):
        score_apart(TASK, lambda _: None, lambda process: process.terminate())
    assert caplog.text == ""
    assert child.ended == 2


def test_the_childs_end_sends_progress_and_the_result(monkeypatch):
    assert replies_of(monkeypatch, lambda *_: made_scored(made_rows(2))) == [0, "ScoringProgress", "ScoredVideo"]


def test_the_childs_end_sends_what_went_wrong(monkeypatch):
    def failing(*_):
        raise VideoError("scoring.no_frames", name="clip.mp4")

    assert replies_of(monkeypatch, failing) == [0, "ScoringProgress", "VideoError"]


def test_a_child_without_a_task_leaves(monkeypatch):
    assert replies_of(monkeypatch, None, b"") == [1]


def replies_of(monkeypatch, scored, task=None):
    """What the child's end returns, and the kinds of its replies; the pipes, priority and watch are played."""
    sink, watched = io.BytesIO(), []

    def score_video(path, models, assignment, progress):
        assert (path, repr(assignment)) == (TASK.path, repr(TASK.assignment))
        progress(HALF)
        return scored()

    class Watch:
        def __init__(self, target, daemon):
            assert (target, daemon) == (worker._leave_with_parent, True)

        def start(self):
            watched.append(1)

    monkeypatch.setattr(score, "score_video", score_video)
    monkeypatch.setattr(worker, "_private_stdout", lambda: sink)
    monkeypatch.setattr(worker.os, "nice", lambda by: watched.append(by))
    monkeypatch.setattr(worker.threading, "Thread", Watch)
    stdin = io.BytesIO(pickle.dumps(TASK) if task is None else task)
    monkeypatch.setattr(worker.sys, "stdin", type("Stdin", (), {"buffer": stdin}))
    code = worker.main()
    assert watched == ([10, 1] if code == 0 else [10])
    sink.seek(0)
    kinds = []
    while sink.tell() < len(sink.getvalue()):
        kinds.append(type(pickle.load(sink)).__name__)
    return [code, *kinds]


def test_stdout_is_for_replies_alone(capfdbinary):
    kept = os.dup(1)
    try:
        with worker._private_stdout() as sink:
            os.write(1, b"a library says hello")
            worker._send(sink, HALF)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
    said = capfdbinary.readouterr()
    assert pickle.loads(said.out) == HALF
    assert said.err == b"a library says hello"
