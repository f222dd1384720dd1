import gc
import os
import subprocess
import sys

import pytest

from physio.perception.native import close_with, quiet_native_logs

CHATTER = (
    b"W0000 00:00:1795224985.565003    8202 landmark_projection_calculator.cc:81] Using NORM_RECT without\n"
    b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\n"
    b"WARNING: Logging before InitGoogle() is written to STDERR\n"
)
SERIOUS = (
    b"E0000 00:00:1795224985.565003    8202 calculator_graph.cc:900] something broke\n"
    b"W0000 00:00:1795224985.565003    8202 memory.cc:1] something nobody foresaw\n"
)


class Task:
    """As much of a MediaPipe task as is closed."""

    def __init__(self, ending=False):
        self.closed, self._handle, self._ending = 0, object(), ending

    def close(self):
        if self._ending:
            raise RuntimeError("cannot schedule new futures after shutdown")
        self.closed += 1
        self._handle = None


class Owner:
    pass


def test_known_chatter_is_dropped_and_everything_else_passes(capfd):
    with quiet_native_logs():
        os.write(2, CHATTER + SERIOUS)
    os.write(2, b"after\n")
    assert capfd.readouterr().err.encode() == SERIOUS + b"after\n"


def test_what_was_said_before_an_error_passes_too(capfd):
    def load_broken_bundle():
        with quiet_native_logs():
            os.write(2, SERIOUS)
            raise RuntimeError("broken bundle")

    with pytest.raises(RuntimeError, match="broken bundle"):
        load_broken_bundle()
    assert capfd.readouterr().err.encode() == SERIOUS


def test_a_process_without_stderr_is_left_alone():
    script = (
        "import os; os.close(2)\n"
        "from physio.perception.native import quiet_native_logs\n"
        "with quiet_native_logs(): print('done')\n"
    )
    run = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, check=True)
    assert run.stdout == "done\n"


def test_a_task_is_closed_once_by_hand_or_with_its_owner():
    owner, task = Owner(), Task()
    close = close_with(owner, task)
    close()
    close()
    assert (task.closed, close.alive) == (1, False)

    forgotten = Task()
    close_with(owner, forgotten)
    del owner
    gc.collect()
    assert forgotten.closed == 1


def test_a_task_that_outlived_mediapipes_thread_is_let_go_without_noise():
    owner, task = Owner(), Task(ending=True)
    close_with(owner, task)()
    assert task._handle is None
