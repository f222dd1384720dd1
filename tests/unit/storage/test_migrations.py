from contextlib import closing
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest
from made_results import result

from physio.errors import StoreError
from physio.kinematics.calibration import GoniometerReading
from physio.language import english
from physio.messages import message, own_text
from physio.metrics import FRAME_COLUMNS
from physio.storage import database
from physio.storage.migrations import MIGRATIONS, add_metric_columns, migrate
from physio.storage.records import FaceSettings
from physio.storage.rows import rows_of
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
from physio.therapy.alerts import Alert, AlertKind
from physio.types import CalibrationLine, EndReason, Fault

GOLDEN = Path(__file__).parents[2] / "golden"


def frame_columns(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [row[0] for row in connection.execute("select column_name from (describe frame)").fetchall()]


def test_a_blank_file_takes_every_step_once() -> None:
    with duckdb.connect() as connection:
        assert migrate(connection) == len(MIGRATIONS)
        assert migrate(connection) == 0
        versions = connection.execute("select version from migration order by version").fetchall()
    assert versions == [(number,) for number in range(1, len(MIGRATIONS) + 1)]


def test_no_table_can_hold_an_image_or_a_face() -> None:
    with duckdb.connect() as connection:
        migrate(connection)
        columns = connection.execute(
            "select table_name, column_name, data_type from information_schema.columns"
        ).fetchall()
    assert not [column for column in columns if "face" in column[1]]
    # A few bytes of the face at rest, with consent alone: see test_neutrals.
    assert [column[:2] for column in columns if "BLOB" in column[2]] == [("neutral", "content")]


def test_a_step_that_fails_leaves_nothing_of_itself() -> None:
    with duckdb.connect() as connection:
        with pytest.raises(duckdb.Error):
            migrate(connection, ("create table one (a integer); insert into nowhere values (1)",))
        connection.rollback()
        assert connection.execute("select * from migration").fetchall() == []
        assert migrate(connection, ("create table one (a integer)",)) == 1


def test_a_store_of_a_newer_physio_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "physio.duckdb"
    Store(path).close()
    with duckdb.connect(path) as connection:
        connection.execute("insert into migration values (999, now()::timestamp)")
    with pytest.raises(StoreError, match=r"newer physio: update this one"):
        Store(path)
    with duckdb.connect(path) as connection:  # and it is not held open
        assert connection.execute("select max(version) from migration").fetchall() == [(999,)]


def test_a_new_metric_is_a_new_column_and_old_rows_do_not_know_it() -> None:
    with duckdb.connect() as connection:
        migrate(connection)
        add_metric_columns(connection, ["knee_flexion_l"])
        connection.execute("insert into frame values ('s', 0.0, 12.5)")
        add_metric_columns(connection, ["knee_flexion_l", "grip force (N)"])
        assert frame_columns(connection) == ["analysis_id", "t_s", "knee_flexion_l", "grip force (N)"]
        assert connection.execute("select * from frame").fetchall() == [("s", 0.0, 12.5, None)]


@pytest.fixture
def oldest(tmp_path: Path) -> Path:
    """A store as the first schema left it, with one metric that is not measured any more and few of today's."""
    path = tmp_path / "physio.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute((GOLDEN / "store_v1.sql").read_text(encoding="utf-8"))
    return path


def test_the_oldest_store_opens_and_reads(oldest: Path) -> None:
    store = Store(oldest)
    records = store.acting_as(LOCAL_USER)
    frames = records.analyses.frames("s1")
    assert set(FRAME_COLUMNS) < set(frames)
    np.testing.assert_array_equal(frames["t_s"], [0.0, 0.033, 0.066])
    np.testing.assert_array_equal(frames["knee_flexion_l"], [10.0, np.nan, 12.5])
    np.testing.assert_array_equal(frames["no_longer_measured"], [1.0, 2.0, 3.0])
    assert np.isnan(frames["pspi"]).all()

    (session,) = records.sessions.of("P001")
    assert (session.end_reason, session.reps, session.rejected) == (EndReason.STOPPED, 1, 1)
    (kept,) = records.analyses.reps("s1")
    assert (kept.rom_deg, kept.faults) == (88.0, (Fault("depth", 70.0, 80.0, "error"),))
    assert [rejected.reason for rejected in records.analyses.rejected("s1")] == [own_text("too small")]
    head, first, *_ = records.exports.frames_file("s1", "csv").decode().splitlines()
    assert head.split(",") == ["t_s", *FRAME_COLUMNS, "no_longer_measured"]
    assert first.endswith(",1.0")
    assert records.observations.of("s1").image_px.shape == (1, 33, 2)
    assert records.observations.of("s1").image_px[0, 0].tolist() == pytest.approx([1610.0, 1610.1])
    assert [event.kind for event in records.sessions.events("s1")] == ["mark"]
    assert [report.score for report in records.sessions.self_reports("s1")] == [3.0]
    assert records.analyses.metrics("s1") == {"pose_pct": 100.0}
    store.close()


def test_the_oldest_store_goes_on_being_written(oldest: Path) -> None:
    store = Store(oldest)
    records = store.acting_as(LOCAL_USER)
    rows = rows_of([result(3), result(6)])
    records.analyses.append("s1", replace(rows, values=np.full_like(rows.values, 7.0)))
    line = CalibrationLine("knee_flexion_l", "goniometer", 88.0, -6.0)
    records.calibrations.add("P001", line, [GoniometerReading(70.0, 64.0, 88.0)])
    assert records.analyses.calibration("s1") == ()
    store.close()
    reopened = Store(oldest)
    again = reopened.acting_as(LOCAL_USER)
    frames = again.analyses.frames("s1")
    np.testing.assert_array_equal(frames["pspi"], [np.nan, np.nan, np.nan, 7.0, 7.0])
    np.testing.assert_array_equal(frames["no_longer_measured"], [1.0, 2.0, 3.0, np.nan, np.nan])
    assert again.calibrations.in_use("P001") == (line,)
    reopened.close()


# -- schema 2 --------------------------------------------------------------------------------------------------------


@pytest.fixture
def second(tmp_path: Path) -> Path:
    """A store as the last version before analyses left it: a live session with a calibration, a recorded one with
    doubts, a demo, one that was open when the program died."""
    path = tmp_path / "physio.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute((GOLDEN / "store_v2.sql").read_text(encoding="utf-8"))
    return path


LIVE, RECORDED, OPEN = "20260914-083000-a1b2c3", "20260920-170500-d4e5f6", "20260921-090000-bbbbbb"


def test_a_store_of_schema_2_shows_its_sessions_as_it_did(second: Path) -> None:
    with closing(Store(second)) as store:
        records = store.acting_as(LOCAL_USER)
        assert [(p.code, p.name, p.demo, p.created_by, p.language) for p in records.patients.all()] == [
            ("P-DEMO", "Demo patient", True, "local", None),
            ("P001", "Anna Berger", False, "local", None),
        ]
        assert [one.id for one in records.sessions.of("P001")] == [OPEN, RECORDED, LIVE]
        live = records.sessions.get(LIVE)
        assert (live.source, live.exercise_id, live.side, live.target_reps) == ("live", "squat", "both", 10)
        assert (live.end_reason, live.note, live.reps, live.rejected) == (
            EndReason.STOPPED,
            "Knee taped; “feels stable”.",
            2,
            1,
        )
        assert live.model_checksums == {"face_landmarker.task": "f00d", "pose_landmarker_full.task": "beef"}
        recorded = records.sessions.get(RECORDED)
        assert (recorded.video_name, recorded.target_reps, recorded.app_version) == (
            "Übung zu Hause.mp4",
            None,
            "0.9.0",
        )
        assert [session.demo for session in records.sessions.of("P-DEMO")] == [True]
        assert store.recover_interrupted() == [OPEN]
        assert records.sessions.get(OPEN).end_reason is EndReason.INTERRUPTED


def test_a_store_of_schema_2_shows_its_numbers_as_it_did(second: Path) -> None:
    with duckdb.connect(second) as connection:
        before = connection.execute("select * exclude session_id from frame where session_id = ?", [LIVE]).fetchnumpy()
        metrics = connection.execute("select name, value from session_metric where session_id = ?", [LIVE]).fetchall()
    with closing(Store(second)) as store:
        analyses = store.acting_as(LOCAL_USER).analyses
        frames = analyses.frames(LIVE)
        assert len(frames["t_s"]) == 12
        for name, values in before.items():
            np.testing.assert_array_equal(frames[name], np.ma.filled(values.astype(np.float64), np.nan), name)
        first, unscored = analyses.reps(LIVE)
        assert first.faults == (Fault("depth", 84.5, 100.0, "warning"), Fault("knees_level", 14.25, 10.0, "info"))
        assert (first.rom_deg, first.score) == (88.5, 81.0)
        assert np.isnan(unscored.score)
        never_seen = {"pain_frames_pct": 0.0}  # of a face without a PSPI
        assert analyses.metrics(LIVE) | never_seen == dict(metrics)
        assert "pain_frames_pct" not in analyses.metrics(LIVE)
        summary = analyses.summary(LIVE)
        assert summary is not None
        assert (summary.frames_processed, summary.pose_pct) == (12, pytest.approx(100 * 11 / 12))


def test_what_a_store_of_schema_2_said_is_said_in_the_same_words(second: Path) -> None:
    with closing(Store(second)) as store:
        records = store.acting_as(LOCAL_USER)
        said = records.analyses.rejected(LIVE)[0].reason
        assert said == message("rejected.too_small", rom_deg=12.4, needed_deg=30.0), "a message stays one"
        (old,) = records.analyses.rejected(RECORDED)
        assert english(old.reason) == "stopped half way: 41° of at least 60°"
        assert [english(doubt) for doubt in records.analyses.doubts(RECORDED)] == [
            "only 41 % of the frames have a usable face",
            "the camera saw the person from: front; elbow_flexion wants a side view, so some angles and criteria were "
            "not measured",
        ]
        assert records.analyses.doubts(LIVE) == ()
        assert [(one.t_s, one.kind, one.text, one.author) for one in records.sessions.events(LIVE)] == [
            (0.2, "mark", "left heel lifts", "local"),
            (0.25, "patient", "person 2 is followed", "local"),
        ]
        assert records.sessions.events(RECORDED) == ()
        assert [(one.score, one.author) for one in records.sessions.self_reports(LIVE)] == [(4.0, "local")]


def test_the_calibration_of_a_store_of_schema_2_stays(second: Path) -> None:
    line = CalibrationLine("knee_flexion_l", "goniometer", 88.0, -4.5, 1.05, 10.0, 90.0, 1.5)
    with closing(Store(second)) as store:
        records = store.acting_as(LOCAL_USER)
        (kept,) = records.calibrations.of("P001")
        assert (kept.line, kept.author) == (line, "local")
        assert kept.readings == (GoniometerReading(10.0, 6.0, 87.0), GoniometerReading(90.0, 90.0, 89.0))
        assert [(one.t_s, one.in_use, one.line) for one in records.analyses.calibration(LIVE)] == [
            (0.0, True, line),
            (0.3, False, line),
        ]


def test_the_analyses_of_a_store_of_schema_2_are_its_sessions(second: Path) -> None:
    with closing(Store(second)) as store:
        records = store.acting_as(LOCAL_USER)
        for session in records.sessions.of():
            (analysis,) = records.analyses.of(session.id)
            assert (analysis.id, analysis.counts, analysis.made_by) == (session.id, True, "local")
            assert (analysis.assignment, analysis.exercise_text, analysis.derived_from) == (None, None, None)
            assert analysis.finished_at == session.ended_at
        exercise = records.analyses.get(LIVE).exercise
        assert exercise is not None
        assert exercise.id == "squat"


def test_frames_of_schema_2_are_there_and_cannot_be_measured_again(second: Path) -> None:
    with closing(Store(second)) as store:
        kept = store.acting_as(LOCAL_USER).observations.of(LIVE)
        assert kept.seen.sum() == len(kept.t_s) == 11
        assert np.isfinite(kept.image_px).all()
        with pytest.raises(StoreError, match="cannot be measured again"):
            list(kept.replay())


# -- schema 4 --------------------------------------------------------------------------------------------------------


@pytest.fixture
def fourth(tmp_path: Path) -> Path:
    """A store as the last version before consents left it."""
    path = tmp_path / "physio.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute((GOLDEN / "store_v4.sql").read_text(encoding="utf-8"))
    return path


SEEN, UNSEEN = "20261103-083000-a1b2c3", "20261104-090000-d4e5f6"


def test_a_store_of_schema_4_has_no_consents_and_the_usual_settings(fourth: Path) -> None:
    with closing(Store(fourth)) as store:
        records = store.acting_as(LOCAL_USER)
        assert [patient.code for patient in records.patients.all()] == ["P001", "P002"]
        assert records.consents.of("P001") == ()
        assert records.neutrals.of("P001") is None
        assert records.face_settings.of("P001") == FaceSettings()
        analyses = [records.analyses.counting(one) for one in (SEEN, UNSEEN)]
        assert [(one.face, one.emotion) for one in analyses] == [(True, False), (False, False)]
        assert all(one.assignment is not None and not one.assignment.emotion for one in analyses)
        assert records.consents.expressions_kept("P001") == 0


def test_the_events_of_a_store_of_schema_4_are_no_alerts_and_new_ones_stand_beside_them(fourth: Path) -> None:
    alert = Alert(AlertKind.PAIN, 0.45, 6.0)
    with closing(Store(fourth)) as store:
        sessions = store.acting_as(LOCAL_USER).sessions
        before = [(0.1, "mark", "", "kim"), (0.25, "mark", "left heel lifts", "local"), (0.3, "patient", "2", "local")]
        events = sessions.events(SEEN)
        assert [(one.t_s, one.kind, one.text, one.author) for one in events] == before
        assert {(one.level, one.acknowledged_at, one.acknowledged_by) for one in events} == {(None, None, None)}
        sessions.add_event(SEEN, 0.4, "mark", "new")
        sessions.add_alert(SEEN, alert)
        sessions.acknowledge_alert(SEEN, alert)
    with closing(Store(fourth)) as store:
        *_, marked, alerted = store.acting_as(LOCAL_USER).sessions.events(SEEN)
        assert (marked.kind, marked.text, marked.acknowledged_by) == ("mark", "new", None)
        assert (alerted.kind, alerted.level, alerted.value, alerted.author) == ("alert_pain", "error", 6.0, "physio")
        assert alerted.acknowledged_by == "local"
        assert alerted.acknowledged_at is not None


# -- the layout of the file ------------------------------------------------------------------------------------------


def storage_version(path: Path) -> str:
    """As the engine itself says, asked from outside."""
    with duckdb.connect(path, read_only=True) as connection:
        sql = "select tags['storage_version'] from duckdb_databases() where path is not null"
        return str(connection.execute(sql).fetchall()[0][0])


def test_new_and_compacted_files_are_laid_out_so_that_1_5_opens_them(tmp_path: Path) -> None:
    path = tmp_path / "physio.duckdb"
    for compacted in (False, True):
        store = Store(path)
        if compacted:
            store.compact()
            assert store.storage_version == "v1.5.0+"
        store.close()
        assert storage_version(path) == "v1.5.0+"


@pytest.mark.skipif(duckdb.__version__ < "2", reason="this engine writes no newer files")
def test_a_file_of_a_newer_layout_is_written_anew_once(second: Path) -> None:
    assert storage_version(second) == "v2.0.0+"
    with closing(Store(second)) as store:
        assert store.acting_as(LOCAL_USER).analyses.reps(LIVE)
    assert storage_version(second) == "v1.5.0+"
    assert [file.name for file in second.parent.iterdir()] == [second.name]


@pytest.mark.skipif(duckdb.__version__ < "2", reason="this engine writes no newer files")
def test_without_room_it_stays_as_it_is_and_opens(second: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "free_bytes", lambda path: 1000)
    with closing(Store(second)) as store:
        assert store.acting_as(LOCAL_USER).analyses.reps(LIVE)
    assert storage_version(second) == "v2.0.0+"
