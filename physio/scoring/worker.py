"""One video scored in a process of its own: both ends of the pipe.

A process and not a thread, so that a running application keeps its pace, a video that crashes a decoder takes nothing
else with it, and cancelling takes effect at once. Started by name rather than through multiprocessing, which would
import the application's own script in the child. The task goes in through stdin, progress and the result come out of
stdout, as pickles of this program's own records. stdin stays open for as long as the parent wants the result: a child
whose parent is gone, however it went, ends at once.
"""

import contextlib
import logging
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from physio.config import ROOT
from physio.errors import PhysioError, VideoError
from physio.exercise.assignment import Assignment
from physio.networks.assets import ModelPaths
from physio.scoring.progress import OnProgress, ScoringProgress
from physio.scoring.result import ScoredVideo

_NICE = 10
# Ctrl-C at a terminal goes to all processes of a group: this one's children are its own to end.
_OWN_GROUP: dict[str, Any] = (
    {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)} if os.name == "nt" else {"process_group": 0}
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """What to score with which networks."""

    path: Path
    models: ModelPaths
    assignment: Assignment


Reply = ScoringProgress | ScoredVideo | PhysioError


def score_apart(task: Task, progress: OnProgress, started: Callable[["WorkerProcess"], None]) -> ScoredVideo:
    """Score a video in a process of its own and wait for it; progress is called a few times a second, started once with
    the process. Raises PhysioError when it cannot be scored, VideoError when the process died of it."""
    process = WorkerProcess(task)
    started(process)
    for reply in process.replies():
        if isinstance(reply, ScoringProgress):
            progress(reply)
        elif isinstance(reply, PhysioError):
            raise reply
        else:
            return reply
    if not process.ended_by_us:
        log.error("the process that scored %s died, exit status %s", task.path.name, process.exit_status)
    raise VideoError("scoring.died", name=task.path.name)


class WorkerProcess:
    """The parent's end. Iterate over replies() once; terminate() from any thread ends it early."""

    def __init__(self, task: Task):
        self._child = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, **_OWN_GROUP
        )
        self._task = task
        self.ended_by_us = False

    def replies(self) -> Iterator[Reply]:
        """Progress, again and again; then the ScoredVideo or the PhysioError, unless the child died before."""
        child = self._child
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            pickle.dump(self._task, child.stdin)
            child.stdin.flush()
            while True:
                yield pickle.load(child.stdout)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            return
        finally:
            child.terminate()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                _close(pipe)

    def terminate(self) -> None:
        """End the child now."""
        self.ended_by_us = True
        self._child.terminate()

    @property
    def exit_status(self) -> int | None:
        """The child's exit status, negative for a signal; None while it runs."""
        return self._child.returncode


def _close(pipe: IO[bytes]) -> None:
    with contextlib.suppress(BrokenPipeError):  # what was not written yet is of no use to a child that is gone
        pipe.close()


def main() -> int:
    """The child's end: one task in, replies out."""
    if hasattr(os, "nice"):
        os.nice(_NICE)  # live sessions go first
    sink = _private_stdout()
    from physio.scoring.score import score_video  # here, because the parent does without the networks' library

    try:
        task: Task = pickle.load(sys.stdin.buffer)
        threading.Thread(target=_leave_with_parent, daemon=True).start()
        reply: Reply
        try:
            reply = score_video(task.path, task.models, task.assignment, lambda state: _send(sink, state))
        except PhysioError as error:
            reply = error
        _send(sink, reply)
    except (BrokenPipeError, KeyboardInterrupt, EOFError):
        return 1  # the parent is gone, or on its way out
    return 0


def _leave_with_parent() -> None:
    """Wait for the end of stdin, which is the parent's end, too."""
    os.read(0, 1)
    os._exit(1)


def _private_stdout() -> IO[bytes]:
    """stdout for replies alone: whatever a library prints goes to stderr from now on."""
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sink


def _send(sink: IO[bytes], reply: Reply) -> None:
    pickle.dump(reply, sink)
    sink.flush()


if __name__ == "__main__":
    sys.exit(main())
