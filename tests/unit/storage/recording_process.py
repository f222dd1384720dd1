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

from made_results import rep, result, start

from physio.errors import StoreError
from physio.language import english
from physio.storage import database, session_writer
from physio.storage.acting import Records
from physio.storage.recorder import Recorder
from physio.storage.rows import rows_of
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
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


def record(store: Store, records: Records) -> None:
    """Frames in real time until somebody ends the process; prints the time of each one after adding it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    writer = Recorder(store).open(start(records))
    started = time.monotonic()
    index = 0
    while True:
        t_s = time.monotonic() - started
        seen = result(index)
        writer.add(replace(seen, observation=replace(seen.observation, t_s=t_s)))
        print(t_s, flush=True)
        index += 1
        time.sleep(0.01)


def full(store: Store, records: Records) -> None:
    """The disk fills up in the middle of a session and somebody makes room later."""
    session_writer.RETRY_AFTER_S = 0.05
    session_id = start(records)
    with Recorder(store, flush_interval_s=0.02) as recorder:
        writer = recorder.open(session_id)
        for i in range(100):
            writer.add(result(i))
        wait_until(lambda: len(records.analyses.frames(session_id)["t_s"]) == 100)
        limit_file_size(log_of(store).stat().st_size + 100)
        for i in range(100, 1000):
            writer.add(result(i, closed=(rep(1),) if i == 500 else ()))
        wait_until(lambda: writer.error)
        assert writer.error is not None
        reported = english(writer.error)
        writer.end(EndReason.COMPLETED, [rep(2, 4.0)])
        writer.add(result(1000))  # too late
        while_full = (
            len(records.analyses.frames(session_id)["t_s"]),
            writer.ended,
            records.sessions.get(session_id).end_reason,
        )
        limit_file_size(resource.RLIM_INFINITY)
        wait_until(lambda: writer.ended)
    print(
        json.dumps(
            {
                "reported": reported,
                "while_full": while_full,
                "error_after": writer.error and english(writer.error),
                "dropped": writer.dropped,
                "t_s": records.analyses.frames(session_id)["t_s"].tolist(),
                "observed": len(records.observations.of(session_id).t_s),
                "reps": [r.index for r in records.analyses.reps(session_id)],
                "reason": records.sessions.get(session_id).end_reason,
                "frames_processed": records.analyses.metrics(session_id)["frames_processed"],
            }
        )
    )


def checkpoint(store: Store, records: Records) -> None:
    """The log fits on the disk, but moving it into the file does not: the engine gives up until it is restarted."""
    database.CHECKPOINT_FROM_BYTES = 1
    session_id = start(records)
    limit_file_size(300_000)
    records.analyses.append(session_id, rows_of([result(i) for i in range(50)]))
    records.analyses.append(session_id, rows_of([result(i) for i in range(50, 100)]))
    try:
        store.compact()
        reported = ""
    except StoreError as error:
        reported = str(error)
    limit_file_size(resource.RLIM_INFINITY)
    records.analyses.append(session_id, rows_of([result(i) for i in range(100, 150)]))
    store.compact()
    print(
        json.dumps(
            {
                "reported": reported,
                "frames": len(records.analyses.frames(session_id)["t_s"]),
                "log": log_of(store).exists(),
            }
        )
    )


if __name__ == "__main__":
    logging.basicConfig()
    opened = Store(Path(sys.argv[2]))
    acting = opened.acting_as(LOCAL_USER)
    acting.patients.add("P001", "")
    {"record": record, "full": full, "checkpoint": checkpoint}[sys.argv[1]](opened, acting)
    opened.close()
