"""After a process died, and with many threads."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from made_results import ASKED, new_analysis, new_session, rep, result, start

from physio.errors import StoreError
from physio.storage.acting import Records
from physio.storage.rows import rows_of
from physio.storage.store import Store, open_store
from physio.storage.user import LOCAL_USER
from physio.types import EndReason


def test_sessions_of_a_dead_process_are_ended_with_their_summary(tmp_path: Path) -> None:
    path = tmp_path / "physio.duckdb"
    store = Store(path)
    records = store.acting_as(LOCAL_USER)
    records.patients.add("P001", "")
    started = datetime(2025, 3, 1, tzinfo=UTC)
    assert ASKED.exercise is not None
    gone = new_analysis(assignment=replace(ASKED, exercise=replace(ASKED.exercise, id="not in the library any more")))
    lost = records.sessions.start(new_session(started_at=started), gone)
    empty = start(records, started_at=started)
    ended = start(records)
    records.analyses.append(lost, rows_of([result(i) for i in range(61)]))
    records.sessions.end(ended, EndReason.STOPPED)
    assert store.recover_interrupted() == [], "they run in this process"
    store.close()  # without ending them, as a kill would

    reopened = Store(path)
    again = reopened.acting_as(LOCAL_USER)
    running = start(again)
    assert set(reopened.recover_interrupted()) == {lost, empty}

    session = again.sessions.get(lost)
    assert session.end_reason is EndReason.INTERRUPTED
    assert session.ended_at == started + timedelta(seconds=2)
    assert again.analyses.metrics(lost)["frames_processed"] == 61
    assert [doubt.code for doubt in again.analyses.doubts(lost)] == ["doubt.no_exercise", "recording.cut_short"]
    assert "doubt.no_person" in [doubt.code for doubt in again.analyses.doubts(empty)]
    assert again.sessions.get(empty).end_reason is EndReason.INTERRUPTED
    assert again.sessions.get(ended).end_reason is EndReason.STOPPED
    assert again.sessions.get(running).end_reason is None
    assert reopened.recover_interrupted() == []
    reopened.close()


def test_half_a_recording_is_removed(tmp_path: Path) -> None:
    """Its job waits again, so that it would be stored twice."""
    path = tmp_path / "physio.duckdb"
    store = Store(path)
    records = store.acting_as(LOCAL_USER)
    records.patients.add("P001", "")
    whole, half = (start(records, source="recorded") for _ in range(2))
    records.sessions.end(whole, EndReason.COMPLETED)
    records.analyses.append(half, rows_of([result(0)], [rep(1)]))
    store.close()

    reopened = Store(path)
    again = reopened.acting_as(LOCAL_USER)
    assert reopened.recover_interrupted() == []
    assert [one.id for one in again.sessions.of()] == [whole]
    assert len(again.analyses.frames(half)["t_s"]) == 0
    reopened.close()


def test_an_analysis_that_a_dead_process_did_not_finish_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "physio.duckdb"
    store = Store(path)
    records = store.acting_as(LOCAL_USER)
    records.patients.add("P001", "")
    session_id = start(records)
    records.analyses.finish(session_id, None)
    records.sessions.end(session_id, EndReason.STOPPED)
    finished = records.analyses.start(session_id, new_analysis(derived_from=session_id))
    records.analyses.finish(finished, None)
    broken = records.analyses.start(session_id, new_analysis(derived_from=session_id))
    records.analyses.append(broken, rows_of([result(0)], [rep(1)]))
    store.recover_interrupted()
    assert len(records.analyses.of(session_id)) == 3, "it runs in this process"
    store.close()

    reopened = Store(path)
    again = reopened.acting_as(LOCAL_USER)
    going_on = again.analyses.start(session_id, new_analysis(derived_from=session_id))
    assert reopened.recover_interrupted() == []
    assert [one.id for one in again.analyses.of(session_id)] == [session_id, finished, going_on]
    assert again.analyses.counting(session_id).id == session_id
    assert len(again.analyses.frames(broken)["t_s"]) == 0
    reopened.close()


def test_eight_threads_append_to_their_own_sessions_while_others_read(disk_records: Records) -> None:
    ids = [start(disk_records) for _ in range(8)]
    done = threading.Event()

    def write(session_id: str) -> None:
        for first in range(0, 75, 15):
            rows = rows_of([result(i) for i in range(first, first + 15)], [rep(first + 1)])
            disk_records.analyses.append(session_id, rows)

    def read() -> None:
        while not done.is_set():
            for session_id in ids:
                t_s = disk_records.analyses.frames(session_id)["t_s"]
                assert len(t_s) % 15 == 0, "half a batch was seen"
            disk_records.sessions.of()

    with ThreadPoolExecutor(10) as threads:
        reading = [threads.submit(read) for _ in range(2)]
        writing = [threads.submit(write, session_id) for session_id in ids]
        wait(writing)
        done.set()
        for future in [*writing, *reading]:
            future.result()

    for session_id in ids:
        np.testing.assert_allclose(disk_records.analyses.frames(session_id)["t_s"], np.arange(75) / 30)
        assert len(disk_records.analyses.reps(session_id)) == 5


def test_a_file_has_one_store_in_the_process(tmp_path: Path) -> None:
    path = tmp_path / "physio.duckdb"
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(open_store, [path] * 4))
    assert len({id(store) for store in found}) == 1
    assert open_store(tmp_path / "." / "physio.duckdb") is found[0]
    with pytest.raises(StoreError, match="open in this process already"):
        Store(path)
    found[0].close()
    assert open_store(path) is not found[0]
    open_store(path).close()
