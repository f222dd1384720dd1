"""A process of its own for the tests of the recorder: python recording_process.py MODE DATABASE."""

import json
import logging
import resource
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from made_results import new_session, rep, result

from physio.errors import StoreError
from physio.storage import database, session_writer
from physio.storage.recorder import Recorder
from physio.storage.rows import rows_of
from physio.storage.store import Store
from physio.types import EndReason


def wait_until(condition: Callable[[], object], timeout_s: float = 30.0) -> None:
    limit = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.01)


def limit_file_size(size: int) -> None:
    """What a full disk looks like: writing beyond this many bytes of a file fails."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def log_of(store: Store) -> Path:
    return Path(f"{store.path}.wal")


def record(store: Store) -> None:
    """Frames in real time until somebody ends the process; prints the time of each one after adding it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    writer = Recorder(store).open(store.start_session(new_session()))
    started = time.monotonic()
    index = 0
    while True:
        t_s = time.monotonic() - started
        writer.add(replace(result(index), t_s=t_s))
        print(t_s, flush=True)
        index += 1
        time.sleep(0.01)


def full(store: Store) -> None:
    """The disk fills up in the middle of a session and somebody makes room later."""
    session_writer.RETRY_AFTER_S = 0.05
    session_id = store.start_session(new_session())
    with Recorder(store, flush_interval_s=0.02) as recorder:
        writer = recorder.open(session_id)
        for i in range(100):
            writer.add(result(i))
        wait_until(lambda: len(store.frames(session_id)["t_s"]) == 100)
        limit_file_size(log_of(store).stat().st_size + 100)
        for i in range(100, 1000):
            writer.add(result(i, closed=(rep(1),) if i == 500 else ()))
        wait_until(lambda: writer.error)
        told = writer.error
        writer.end(EndReason.COMPLETED, [rep(2, 4.0)])
        writer.add(result(1000))  # too late
        while_full = (len(store.frames(session_id)["t_s"]), writer.ended, store.session(session_id).end_reason)
        limit_file_size(resource.RLIM_INFINITY)
        wait_until(lambda: writer.ended)
    print(
        json.dumps(
            {
                "told": told,
                "while_full": while_full,
                "error_after": writer.error,
                "dropped": writer.dropped,
                "t_s": store.frames(session_id)["t_s"].tolist(),
                "landmarks": len(store.landmarks(session_id).t_s),
                "reps": [r.index for r in store.reps(session_id)],
                "reason": store.session(session_id).end_reason,
                "frames_processed": store.metrics(session_id)["frames_processed"],
            }
        )
    )


def checkpoint(store: Store) -> None:
    """The log fits on the disk, but moving it into the file does not: the engine gives up until it is restarted."""
    database.CHECKPOINT_FROM_BYTES = 1
    session_id = store.start_session(new_session())
    limit_file_size(300_000)
    store.append_rows(session_id, rows_of([result(i) for i in range(50)]))
    store.append_rows(session_id, rows_of([result(i) for i in range(50, 100)]))
    try:
        store.compact()
        told = ""
    except StoreError as error:
        told = str(error)
    limit_file_size(resource.RLIM_INFINITY)
    store.append_rows(session_id, rows_of([result(i) for i in range(100, 150)]))
    store.compact()
    print(json.dumps({"told": told, "frames": len(store.frames(session_id)["t_s"]), "log": log_of(store).exists()}))


if __name__ == "__main__":
    logging.basicConfig()
    with_patient = Store(Path(sys.argv[2]))
    with_patient.add_patient("P001", "")
    {"record": record, "full": full, "checkpoint": checkpoint}[sys.argv[1]](with_patient)
    with_patient.close()
