"""What is left of a recording whose process ends, is killed, or finds the disk full: in real processes."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from physio.config import ROOT
from physio.storage.recorder import FLUSH_INTERVAL_S
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
from physio.types import EndReason

MADE = ROOT / "tests" / "unit" / "storage"
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(MADE)])}


# -- processes that end ----------------------------------------------------------------------------------------------


def run_until_recorded(path: Path, how: signal.Signals, seconds: float) -> float:
    """Record for some seconds in a process of its own, end it, and return the time of the last frame added."""
    with subprocess.Popen(
        [sys.executable, str(MADE / "recording_process.py"), "record", str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    ) as process:
        assert process.stdout is not None
        last_s = 0.0
        while last_s < seconds:
            last_s = float(process.stdout.readline())
        process.send_signal(how)
        rest = process.stdout.read().split()
        process.wait(timeout=60)
    return float(rest[-1]) if rest else last_s


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_killed_process_loses_less_than_a_second(tmp_path: Path) -> None:
    lost_s = []
    for attempt in range(3):  # the best of three: the machine may be busy, the recorder may not be lazy
        path = tmp_path / f"{attempt}.duckdb"
        last_s = run_until_recorded(path, signal.SIGKILL, 1.3)
        store = Store(path)
        records = store.acting_as(LOCAL_USER)
        (session,) = records.sessions.of()
        assert session.end_reason is None
        assert store.recover_interrupted() == [session.id]
        assert records.sessions.get(session.id).end_reason is EndReason.INTERRUPTED
        t_s = records.analyses.frames(session.id)["t_s"]
        assert records.analyses.metrics(session.id)["frames_processed"] == len(t_s) > 0
        assert len(records.observations.of(session.id).t_s) == len(t_s)
        store.close()
        lost_s.append(last_s - t_s[-1])
        if lost_s[-1] < 1.0:
            break
    assert min(lost_s) < 1.0
    assert FLUSH_INTERVAL_S <= 0.5


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_process_that_is_asked_to_end_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "physio.duckdb"
    last_s = run_until_recorded(path, signal.SIGTERM, 0.7)
    store = Store(path)
    records = store.acting_as(LOCAL_USER)
    (session,) = records.sessions.of()
    assert session.end_reason is EndReason.SERVER_STOPPED
    t_s = records.analyses.frames(session.id)["t_s"]
    assert last_s in t_s
    assert np.count_nonzero(t_s > last_s) <= 1, "one may have been added and not printed any more"
    assert records.analyses.metrics(session.id)["frames_processed"] == len(t_s)
    assert store.recover_interrupted() == []
    store.close()


# -- disks that fill up ----------------------------------------------------------------------------------------------


def run(mode: str, path: Path) -> tuple[dict[str, object], str]:
    done = subprocess.run(
        [sys.executable, str(MADE / "recording_process.py"), mode, str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        env=ENVIRONMENT,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


@pytest.mark.skipif(os.name == "nt", reason="file size limits of POSIX")
def test_a_full_disk_is_reported_and_loses_nothing(tmp_path: Path) -> None:
    found, _ = run("full", tmp_path / "physio.duckdb")
    assert "The disk is full" in str(found["reported"])
    assert "Free some space" in str(found["reported"])
    assert found["while_full"] == [100, False, None], "readable, and neither half stored nor taken for complete"
    assert (found["error_after"], found["dropped"]) == (None, 0)
    np.testing.assert_allclose(found["t_s"], np.arange(1000) / 30)
    assert found["observed"] == 1000
    assert found["reps"] == [1, 2]
    assert found["reason"] == "completed"
    assert found["frames_processed"] == 1000


@pytest.mark.skipif(os.name == "nt", reason="file size limits of POSIX")
def test_a_disk_that_fills_up_while_the_log_is_moved_loses_nothing(tmp_path: Path) -> None:
    found, logged = run("checkpoint", tmp_path / "physio.duckdb")
    assert "could not be moved into it yet" in logged
    assert "The disk is full" in str(found.pop("reported")), "compacting says so too, and keeps what was there"
    assert found == {"frames": 150, "log": False}
