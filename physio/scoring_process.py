"""One video scored in a process of its own: both ends of the pipe.

A process and not a thread, so that a running application keeps its pace, a video that crashes a decoder takes nothing
else with it, and cancelling takes effect at once. Started by name rather than through multiprocessing, which would
import the application's own script in the child. The request goes in through stdin, progress and the result come out
of stdout, as pickles of this program's own records. A child whose parent is gone ends with its next message.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from physio.batch import Progress, score_video
from physio.config import ROOT
from physio.errors import PhysioError
from physio.exercise.definition import Exercise
from physio.kinematics.calibrator import NO_CALIBRATION, CalibrationSetup
from physio.perception.assets import ModelPaths
from physio.scored import ScoredVideo
from physio.types import Side

Message = Progress | ScoredVideo | PhysioError

_NICE = 10


@dataclass(frozen=True, slots=True)
class Request:
    """What to score."""

    path: Path
    models: ModelPaths
    exercise: Exercise | None
    side: Side | None
    calibration: CalibrationSetup = NO_CALIBRATION


class ScoringProcess:
    """The parent's end. Iterate over messages() once; terminate() from any thread ends it early."""

    def __init__(self, request: Request):
        self._child = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
        )
        self._request = request

    def messages(self) -> Iterator[Message]:
        """Progress, again and again; then the ScoredVideo or the PhysioError, unless the child died before."""
        child = self._child
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            with child.stdin as sink:
                pickle.dump(self._request, sink)
            while True:
                yield pickle.load(child.stdout)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            return
        finally:
            child.terminate()
            child.wait()
            child.stdout.close()

    def terminate(self) -> None:
        """End the child now."""
        self._child.terminate()

    @property
    def exit_status(self) -> int | None:
        """The child's exit status, negative for a signal; None while it runs."""
        return self._child.returncode


def main() -> int:
    """The child's end: one request in, messages out."""
    if hasattr(os, "nice"):
        os.nice(_NICE)  # live sessions go first
    sink = _private_stdout()
    try:
        request: Request = pickle.load(sys.stdin.buffer)
        message: Message
        try:
            message = score_video(
                request.path,
                request.models,
                request.exercise,
                request.side,
                calibration=request.calibration,
                progress=lambda state: _send(sink, state),
            )
        except PhysioError as error:
            message = error
        _send(sink, message)
    except (BrokenPipeError, KeyboardInterrupt):
        return 1  # the parent is gone, or on its way out
    return 0


def _private_stdout() -> IO[bytes]:
    """stdout for messages alone: whatever a library prints goes to stderr from now on."""
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sink


def _send(sink: IO[bytes], message: Message) -> None:
    pickle.dump(message, sink)
    sink.flush()


if __name__ == "__main__":
    sys.exit(main())
