import threading
from collections.abc import Callable

import numpy as np
import pytest
from made_results import FAULTS, REJECTED, new_analysis, new_session, rep, result, start

from physio.errors import StoreError
from physio.exercise.assignment import Assignment
from physio.messages import message
from physio.storage import session_writer
from physio.storage.acting import Records
from physio.storage.recorder import Recorder
from physio.storage.store import Store
from physio.types import EndReason

Wait = Callable[[Callable[[], object]], None]


def count(records: Records, session_id: str) -> int:
    return len(records.analyses.frames(session_id)["t_s"])


# -- in one process --------------------------------------------------------------------------------------------------


def test_what_is_added_is_stored_without_being_asked(
    records: Records, session_id: str, recorder: Recorder, wait_until: Wait
) -> None:
    writer = recorder.open(session_id)
    for i in range(40):
        writer.add(result(i, seen=i % 4 > 0, closed=(rep(1, faults=FAULTS),) if i == 30 else ()))
    wait_until(lambda: count(records, session_id) == 40)
    assert records.analyses.reps(session_id) == (rep(1, faults=FAULTS),)
    assert records.observations.of(session_id).seen.sum() == 30
    assert writer.error is None
    assert not writer.ended


def test_the_end_stores_the_rest_the_last_repetitions_and_the_summary(
    store: Store, records: Records, session_id: str, recorder: Recorder
) -> None:
    writer = recorder.open(session_id)
    for i in range(61):
        writer.add(result(i, closed=(rep(1),) if i == 60 else ()))
    writer.end(EndReason.STOPPED, [rep(2, 4.0)], [REJECTED])

    assert writer.ended
    session = records.sessions.get(session_id)
    assert (session.end_reason, session.reps, session.rejected) == (EndReason.STOPPED, 2, 1)
    assert session.ended_at is not None
    assert session.ended_at >= session.started_at
    metrics = records.analyses.metrics(session_id)
    assert metrics["frames_processed"] == 61
    assert metrics["duration_s"] == pytest.approx(2.0)
    assert metrics["pose_pct"] == 100.0
    assert session_id not in store.running


def test_a_session_without_the_body_ends_without_a_word_about_it(records: Records, recorder: Recorder) -> None:
    session_id = records.sessions.start(new_session(), new_analysis(assignment=Assignment(body=False)))
    writer = recorder.open(session_id)
    for i in range(61):
        writer.add(result(i, seen=False))
    writer.end(EndReason.STOPPED, [], [])
    metrics = records.analyses.metrics(session_id)
    assert metrics["face_pct"] == 100.0
    assert not {"pose_pct", "unusable_no_person_pct"} & metrics.keys()
    assert [doubt.code for doubt in records.analyses.doubts(session_id)] == ["doubt.no_exercise"]


def test_the_first_end_counts_and_nothing_is_added_after_it(
    records: Records, session_id: str, recorder: Recorder
) -> None:
    writer = recorder.open(session_id)
    writer.add(result(0))
    ends = [
        threading.Thread(target=writer.end, args=(reason, [rep(1)]))
        for reason in (EndReason.STOPPED, EndReason.COMPLETED, EndReason.FRAMES_STOPPED) * 3
    ]
    for end in ends:
        end.start()
    for end in ends:
        end.join()
    first = records.sessions.get(session_id)
    assert first.reps == 1
    writer.add(result(1))
    writer.end(EndReason.FAILED, [rep(2)])
    assert records.sessions.get(session_id) == first
    assert count(records, session_id) == 1


def test_a_session_that_nothing_was_added_to_can_end(records: Records, session_id: str, recorder: Recorder) -> None:
    recorder.open(session_id).end(EndReason.CANCELLED)
    assert records.sessions.get(session_id).end_reason is EndReason.CANCELLED
    assert records.analyses.metrics(session_id)["frames_processed"] == 0


def test_many_threads_add_and_nothing_is_lost(disk_store: Store, disk_records: Records, wait_until: Wait) -> None:
    ids = [start(disk_records) for _ in range(8)]
    with Recorder(disk_store, flush_interval_s=0.02) as recorder:
        writers = [recorder.open(session_id) for session_id in ids]

        def add(number: int) -> None:
            for i in range(200):
                writers[number].add(result(i))

        threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for writer in writers:
            writer.flush()
        for session_id in ids:
            np.testing.assert_allclose(disk_records.analyses.frames(session_id)["t_s"], np.arange(200) / 30)
    assert {disk_records.sessions.get(session_id).end_reason for session_id in ids} == {EndReason.SERVER_STOPPED}


def test_closing_ends_what_is_open_and_takes_nothing_new(store: Store, records: Records, session_id: str) -> None:
    recorder = Recorder(store, flush_interval_s=60)
    recorder.open(session_id).add(result(0))
    recorder.close()
    recorder.close()
    assert records.sessions.get(session_id).end_reason is EndReason.SERVER_STOPPED
    assert count(records, session_id) == 1
    with pytest.raises(StoreError, match="stopping"):
        recorder.open(session_id)


def test_a_session_has_one_writer(session_id: str, recorder: Recorder) -> None:
    recorder.open(session_id)
    with pytest.raises(StoreError, match="already"):
        recorder.open(session_id)


def test_a_discarded_session_leaves_nothing(
    records: Records, session_id: str, recorder: Recorder, wait_until: Wait
) -> None:
    writer = recorder.open(session_id)
    writer.add(result(0))
    wait_until(lambda: count(records, session_id) == 1)
    writer.add(result(1))
    writer.discard()
    writer.end(EndReason.STOPPED)
    assert records.sessions.of() == ()
    assert count(records, session_id) == 0


def test_a_session_that_was_deleted_meanwhile_stops_being_written(
    records: Records, session_id: str, recorder: Recorder, wait_until: Wait
) -> None:
    writer = recorder.open(session_id)
    records.sessions.discard(session_id)
    writer.add(result(0))
    wait_until(lambda: writer.ended)
    assert writer.error == message("storage.analysis_gone", id=session_id)
    writer.add(result(1))
    writer.end(EndReason.STOPPED)
    assert records.sessions.of() == ()


def test_a_result_that_cannot_be_stored_does_not_stop_other_sessions(
    records: Records,
    session_id: str,
    recorder: Recorder,
    wait_until: Wait,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken, well = recorder.open(session_id), recorder.open(start(records))
    broken.add(result(0, closed=("not a repetition",)))  # type: ignore[arg-type]
    wait_until(lambda: "could not be written" in caplog.text)
    well.add(result(0))
    wait_until(lambda: count(records, well.session_id) == 1)


def test_memory_is_bounded_and_says_what_was_lost(
    store: Store, records: Records, session_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_writer, "MAX_ARRIVED_FRAMES", 10)
    with Recorder(store, flush_interval_s=60) as recorder:
        writer = recorder.open(session_id)
        for i in range(15):
            writer.add(result(i))
        assert writer.dropped == 5
        assert writer.flush()
        writer.add(result(15))
    assert count(records, session_id) == 11


# -- frames that stop ------------------------------------------------------------------------------------------------


def test_when_frames_stop_the_session_is_ended(
    records: Records, session_id: str, recorder: Recorder, wait_until: Wait
) -> None:
    writer = recorder.open(session_id, stale_after_s=0.1)
    writer.add(result(0))
    wait_until(lambda: writer.ended)
    assert records.sessions.get(session_id).end_reason is EndReason.FRAMES_STOPPED
    assert count(records, session_id) == 1


def test_when_frames_stop_the_owner_may_end_it_with_what_it_knows(
    records: Records, session_id: str, recorder: Recorder, wait_until: Wait
) -> None:
    calls: list[str] = []

    def on_stale() -> None:
        calls.append(threading.current_thread().name)
        threading.Timer(0.2, writer.end, (EndReason.FRAMES_STOPPED, [rep(1)])).start()  # it takes a moment

    writer = recorder.open(session_id, on_stale, stale_after_s=0.1)
    wait_until(lambda: writer.ended)
    assert calls == [f"stale-{session_id}"]
    assert records.sessions.get(session_id).reps == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_when_frames_stop_an_owner_that_fails_does_not_keep_it_open(
    records: Records, session_id: str, recorder: Recorder, wait_until: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise RuntimeError("no camera")

    monkeypatch.setattr(session_writer, "STALE_GRACE_S", 0.05)
    silent = start(records)
    writers = [
        recorder.open(session_id, fails, stale_after_s=0.05),
        recorder.open(silent, lambda: None, stale_after_s=0.05),
    ]
    wait_until(lambda: all(writer.ended for writer in writers))
    assert {session.end_reason for session in records.sessions.of()} == {EndReason.FRAMES_STOPPED}
