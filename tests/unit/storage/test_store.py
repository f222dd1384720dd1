import threading
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from made_results import FAULTS, REJECTED, new_session, rep, result

from physio.errors import StoreError
from physio.kinematics.calibration import GoniometerReading
from physio.metrics import FRAME_COLUMNS, frame_values
from physio.storage.migrations import SESSION_TABLES
from physio.storage.rows import rows_of
from physio.storage.store import Store, open_store
from physio.storage.writing import SessionGoneError
from physio.types import CalibrationChange, CalibrationLine, EndReason

KNEE = CalibrationLine("knee_flexion_l", "goniometer", 88.0, -6.0, 1.05, 10.0, 90.0, 1.5)


def fill(store: Store, session_id: str, frames: int = 60) -> None:
    """Rows in every table."""
    results = [result(i) for i in range(frames)]
    results[0] = replace(results[0], calibration=(CalibrationChange(KNEE, True),))
    store.append_rows(session_id, rows_of(results, [rep(1, faults=FAULTS)], [REJECTED]))
    store.add_event(session_id, 1.0, "mark", "grimace")
    store.add_self_report(session_id, 2.0, 4)
    store.set_note(session_id, "slept badly")
    store.end_session(session_id, EndReason.STOPPED, {"pose_pct": 100.0, "pspi_mean": float("nan")})


def counts(store: Store) -> dict[str, int]:
    tables = ("patient", "calibration", "session", *SESSION_TABLES)
    return {table: store._rows(f"select count(*) from {table}")[0][0] for table in tables}


# -- patients --------------------------------------------------------------------------------------------------------


def test_patients_come_back_by_code(store: Store) -> None:
    store.add_patient("A-7", "B. Demo", demo=True)
    assert [(p.code, p.name, p.demo) for p in store.patients()] == [
        ("A-7", "B. Demo", True),
        ("P001", "A. Demo", False),
    ]
    patient = store.patient("P001")
    assert patient is not None
    assert abs(datetime.now(UTC) - patient.created_at) < timedelta(minutes=5)
    assert store.patient("nobody") is None


def test_a_code_is_taken_only_once(store: Store) -> None:
    with pytest.raises(StoreError, match="P001 already"):
        store.add_patient("P001", "somebody else")


@pytest.mark.parametrize("code", ["", " ", "a b", "x" * 33, "a/b", "P001\n"])
def test_a_bad_code_says_what_is_allowed(store: Store, code: str) -> None:
    with pytest.raises(StoreError, match="use 1 to 32 letters"):
        store.add_patient(code, "")


# -- sessions --------------------------------------------------------------------------------------------------------


def test_a_session_comes_back_as_it_was_started(store: Store) -> None:
    new = new_session(
        exercise_id="an_exercise",
        exercise_checksum="c0ffee",
        source="recorded",
        video_name="Größe 1.mp4",
        demo=True,
        width_px=1080,
        height_px=1920,
        started_at=datetime(2025, 3, 1, 9, 30, tzinfo=UTC),
    )
    session = store.session(store.start_session(new))
    for name in new.__dataclass_fields__:
        assert getattr(session, name) == getattr(new, name), name
    assert (session.ended_at, session.end_reason, session.note, session.reps) == (None, None, "", 0)


def test_a_session_needs_its_patient(store: Store) -> None:
    with pytest.raises(StoreError, match="no patient P999"):
        store.start_session(new_session("P999"))


def test_sessions_are_listed_newest_first(store: Store) -> None:
    store.add_patient("P002", "B. Demo")
    day = datetime(2025, 3, 1, tzinfo=UTC)
    first = store.start_session(new_session(started_at=day))
    second = store.start_session(new_session(started_at=day + timedelta(days=1)))
    other = store.start_session(new_session("P002", started_at=day + timedelta(days=2)))
    assert [session.id for session in store.sessions()] == [other, second, first]
    assert [session.id for session in store.sessions("P001")] == [second, first]


def test_an_unknown_session_is_an_error_that_says_so(store: Store) -> None:
    with pytest.raises(StoreError, match="no session s9"):
        store.session("s9")
    with pytest.raises(SessionGoneError):
        store.append_frames("s9", np.array([0.0]), np.zeros((1, len(FRAME_COLUMNS))))
    with pytest.raises(SessionGoneError):
        store.end_session("s9", EndReason.STOPPED, {})


def test_ending_again_replaces_the_summary(store: Store, session_id: str) -> None:
    store.end_session(session_id, EndReason.STOPPED, {"a": 1.0, "b": float("inf")})
    store.end_session(session_id, EndReason.COMPLETED, {"c": 2.0}, ended_at=datetime(2025, 3, 1, tzinfo=UTC))
    assert store.metrics(session_id) == {"c": 2.0}
    session = store.session(session_id)
    assert (session.end_reason, session.ended_at) == (EndReason.COMPLETED, datetime(2025, 3, 1, tzinfo=UTC))


# -- rows of a session -----------------------------------------------------------------------------------------------


def test_frames_come_back_with_nan_where_unknown(store: Store, session_id: str) -> None:
    results = [result(i, seen=i != 2) for i in range(5)]
    store.append_rows(session_id, rows_of(results[3:]))  # out of order on purpose
    store.append_rows(session_id, rows_of(results[:3]))

    frames = store.frames(session_id)

    assert list(frames) == ["t_s", *FRAME_COLUMNS]
    assert {values.dtype for values in frames.values()} == {np.dtype(np.float64)}
    np.testing.assert_array_equal(frames["t_s"], [r.t_s for r in results])
    expected = np.stack([frame_values(r) for r in results])
    got = np.stack([frames[name] for name in FRAME_COLUMNS], axis=1)
    np.testing.assert_allclose(got, expected, rtol=1e-6)
    assert store._rows("select count(*) from frame where isnan(signal) or isnan(pspi)") == [(0,)], "NULL, not NaN"


def test_infinite_is_unknown_too(store: Store, session_id: str) -> None:
    store.append_frames(session_id, np.array([0.0]), np.full((1, len(FRAME_COLUMNS)), np.inf))
    assert np.isnan(store.frames(session_id)["pspi"]).all()


def test_landmarks_come_back_for_the_frames_with_a_person(store: Store, session_id: str) -> None:
    results = [result(i, seen=i % 2 == 0) for i in range(6)]
    store.append_rows(session_id, rows_of(results))
    landmarks = store.landmarks(session_id)
    np.testing.assert_array_equal(landmarks.t_s, [results[i].t_s for i in (0, 2, 4)])
    poses = [results[i].pose for i in (0, 2, 4)]
    np.testing.assert_allclose(landmarks.image_px, [p.image_px for p in poses if p], atol=0.051)
    np.testing.assert_allclose(landmarks.world_m, [p.world_m for p in poses if p], atol=0.00051)
    np.testing.assert_allclose(landmarks.visibility, [p.visibility for p in poses if p], atol=0.002)


def test_arrays_can_be_appended_without_results(store: Store, session_id: str) -> None:
    t_s = np.array([0.0, 0.5])
    store.append_frames(session_id, t_s, np.full((2, len(FRAME_COLUMNS)), 3.0))
    store.append_landmarks(session_id, t_s, np.full((2, 33, 2), 9.0), np.full((2, 33, 3), 0.25), np.full((2, 33), 1.0))
    assert store.frames(session_id)["pspi"].tolist() == [3.0, 3.0]
    assert store.landmarks(session_id).world_m.shape == (2, 33, 3)


def test_a_session_without_frames_has_empty_arrays(store: Store, session_id: str) -> None:
    assert store.frames(session_id)["t_s"].shape == (0,)
    assert store.landmarks(session_id).image_px.shape == (0, 33, 2)
    assert store.reps(session_id) == ()
    assert store.metrics(session_id) == {}


def test_repetitions_come_back_equal(store: Store, session_id: str) -> None:
    given = (rep(1, 1.0, faults=FAULTS), rep(1, 1.5, side="right", faults=FAULTS[:1]), rep(2, 4.0, score=float("nan")))
    store.add_reps(session_id, reversed(given))
    store.add_rejected(session_id, [REJECTED])
    kept = store.reps(session_id)
    assert kept[:2] == given[:2]
    assert np.isnan(kept[2].score)
    assert replace(kept[2], score=0.0) == replace(given[2], score=0.0)
    assert store.rejected(session_id) == (REJECTED,)
    session = store.session(session_id)
    assert (session.reps, session.rejected) == (3, 1)


def test_repetitions_are_never_stored_without_their_frames(store: Store, session_id: str) -> None:
    impossible = replace(REJECTED, reason=None)  # NOT NULL is what tells it from a counted one
    with pytest.raises(StoreError):
        store.append_rows(session_id, rows_of([result(0)], [rep(1, side=None)], [impossible]))
    assert len(store.frames(session_id)["t_s"]) == 0
    assert store.reps(session_id) == ()


def test_events_reports_and_note(store: Store, session_id: str) -> None:
    store.add_event(session_id, 2.0, "mark", "it's “sharp”; drop table")
    store.add_event(session_id, 1.0, "mark")
    store.add_self_report(session_id, 3.0, 0)
    store.set_note(session_id, "knee\ntaped")
    assert [(e.t_s, e.kind, e.text) for e in store.events(session_id)] == [
        (1.0, "mark", ""),
        (2.0, "mark", "it's “sharp”; drop table"),
    ]
    assert [(r.t_s, r.score, r.scale) for r in store.self_reports(session_id)] == [(3.0, 0.0, "NRS")]
    assert store.session(session_id).note == "knee\ntaped"


@pytest.mark.parametrize("score", [-1, 11, float("nan")])
def test_a_pain_rating_is_0_to_10(store: Store, session_id: str, score: float) -> None:
    with pytest.raises(StoreError, match="from 0 to 10"):
        store.add_self_report(session_id, 0.0, score)


# -- over sessions ---------------------------------------------------------------------------------------------------


def test_numbers_over_sessions(store: Store) -> None:
    day = datetime(2025, 3, 1, tzinfo=UTC)
    later = store.start_session(new_session(started_at=day + timedelta(days=7)))
    first = store.start_session(new_session(started_at=day))
    store.add_patient("P002", "B. Demo")
    fill(store, store.start_session(new_session("P002")))
    store.add_reps(first, [rep(1, 0.0, score=80.0, rom_deg=60.0), rep(2, 5.0, score=90.0, rom_deg=70.0)])
    store.add_rejected(first, [REJECTED])
    store.add_self_report(first, 1.0, 2)
    store.add_self_report(first, 2.0, 6)
    store.end_session(first, EndReason.STOPPED, {"pspi_mean": 1.5})
    store.end_session(later, EndReason.STOPPED, {"pspi_mean": 0.5})

    found = store.session_metrics("P001")

    assert [(m.session_id, m.value, m.reps) for m in found if m.name == "pspi_mean"] == [
        (first, 1.5, 2),
        (later, 0.5, 0),
    ]
    by_name = {m.name: m.value for m in found if m.session_id == first}
    assert by_name == {
        "pspi_mean": 1.5,
        "rep_score_mean": 85.0,
        "rep_score_sd": pytest.approx(50**0.5),
        "rep_rom_mean": 65.0,
        "rep_rom_sd": pytest.approx(50**0.5),
        "rep_rom_max": 70.0,
        "rep_peak_mean": 92.25,
        "rep_duration_mean": 2.0,
        "rep_duration_sd": 0.0,
        "self_report_max": 6.0,
        "self_report_mean": 4.0,
    }
    assert found[0].started_at == day
    assert store.session_metrics("nobody") == ()


# -- removing --------------------------------------------------------------------------------------------------------


def test_deleting_a_patient_removes_every_row_of_theirs_and_no_other(store: Store) -> None:
    store.add_patient("P002", "B. Demo")
    fill(store, store.start_session(new_session("P002")))
    store.add_calibration("P002", KNEE, [GoniometerReading(60.0, 54.0, 88.0)])
    kept = counts(store)
    for _ in range(2):
        fill(store, store.start_session(new_session("P001")))
        store.add_calibration("P001", KNEE, [GoniometerReading(60.0, 54.0, 88.0)])
    grown = {table for table, number in counts(store).items() if number > kept[table]}
    assert grown == kept.keys() - {"patient"}

    store.delete_patient("P001")

    assert counts(store) == kept | {"patient": 1}
    assert [patient.code for patient in store.patients()] == ["P002"]


def test_a_patient_with_a_running_session_is_not_deleted(store: Store, session_id: str) -> None:
    before = counts(store)
    with pytest.raises(StoreError, match=r"is running\. Stop it first"):
        store.delete_patient("P001")
    assert counts(store) == before
    store.end_session(session_id, EndReason.STOPPED, {})
    store.delete_patient("P001")
    assert not any(counts(store).values())


def test_deleting_nobody_says_so(store: Store) -> None:
    with pytest.raises(StoreError, match="no patient P002"):
        store.delete_patient("P002")


def test_a_discarded_session_leaves_nothing(store: Store) -> None:
    before = counts(store)
    done, running = store.start_session(new_session()), store.start_session(new_session())
    fill(store, done)
    store.append_rows(running, rows_of([result(0)]))
    store.discard_session(done)
    store.discard_session(running)
    store.discard_session("never was")
    assert counts(store) == before
    assert not store.is_running(running)


def test_demo_data_goes_without_the_rest(store: Store) -> None:
    fill(store, store.start_session(new_session()))
    before = counts(store)
    store.add_patient("DEMO", "made up", demo=True)
    fill(store, store.start_session(new_session("DEMO")))
    fill(store, store.start_session(new_session("P001", demo=True)))
    store.delete_demo()
    assert counts(store) == before


def test_what_was_deleted_cannot_be_read_in_the_file(disk_store: Store) -> None:
    assert isinstance(disk_store.path, Path)
    disk_store.add_patient("SECRETCODE", "Findable Name")
    kept = disk_store.start_session(new_session("P001"))
    fill(disk_store, kept)
    fill(disk_store, disk_store.start_session(new_session("SECRETCODE")))
    disk_store.compact()
    assert b"SECRETCODE" in disk_store.path.read_bytes()

    disk_store.delete_patient("SECRETCODE")
    disk_store.compact()

    left = b"".join(file.read_bytes() for file in disk_store.path.parent.iterdir())
    assert b"SECRETCODE" not in left
    assert b"Findable" not in left
    assert len(disk_store.frames(kept)["t_s"]) == 60


# -- after a process died --------------------------------------------------------------------------------------------


def test_sessions_of_a_dead_process_are_ended_with_their_summary(tmp_path: Path) -> None:
    path = tmp_path / "physio.duckdb"
    store = Store(path)
    store.add_patient("P001", "")
    started = datetime(2025, 3, 1, tzinfo=UTC)
    lost = store.start_session(new_session(exercise_id="not in the library any more", started_at=started))
    empty = store.start_session(new_session(started_at=started))
    ended = store.start_session(new_session())
    store.append_rows(lost, rows_of([result(i) for i in range(61)]))
    store.end_session(ended, EndReason.STOPPED, {})
    assert store.recover_interrupted() == [], "they run in this process"
    store.close()  # without ending them, as a kill would

    again = Store(path)
    running = again.start_session(new_session())
    assert set(again.recover_interrupted()) == {lost, empty}

    session = again.session(lost)
    assert session.end_reason is EndReason.INTERRUPTED
    assert session.ended_at == started + timedelta(seconds=2)
    assert again.metrics(lost)["frames_processed"] == 61
    assert again.session(empty).end_reason is EndReason.INTERRUPTED
    assert again.session(ended).end_reason is EndReason.STOPPED
    assert again.session(running).end_reason is None
    assert again.recover_interrupted() == []
    again.close()


# -- threads ---------------------------------------------------------------------------------------------------------


def test_eight_threads_append_to_their_own_sessions_while_others_read(disk_store: Store) -> None:
    ids = [disk_store.start_session(new_session()) for _ in range(8)]
    done = threading.Event()

    def write(session_id: str) -> None:
        for start in range(0, 75, 15):
            disk_store.append_rows(session_id, rows_of([result(i) for i in range(start, start + 15)], [rep(start + 1)]))

    def read() -> None:
        while not done.is_set():
            for session_id in ids:
                t_s = disk_store.frames(session_id)["t_s"]
                assert len(t_s) % 15 == 0, "half a batch was seen"
            disk_store.sessions()

    with ThreadPoolExecutor(10) as threads:
        reading = [threads.submit(read) for _ in range(2)]
        writing = [threads.submit(write, session_id) for session_id in ids]
        wait(writing)
        done.set()
        for future in [*writing, *reading]:
            future.result()

    for session_id in ids:
        np.testing.assert_allclose(disk_store.frames(session_id)["t_s"], np.arange(75) / 30)
        assert len(disk_store.reps(session_id)) == 5


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
