from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest
from made_results import result

from physio.errors import StoreError
from physio.kinematics.calibration import GoniometerReading
from physio.messages import own_text
from physio.metrics import FRAME_COLUMNS
from physio.storage.migrations import MIGRATIONS, add_metric_columns, migrate
from physio.storage.rows import rows_of
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
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


def test_no_table_can_hold_a_picture_or_a_face() -> None:
    with duckdb.connect() as connection:
        migrate(connection)
        columns = connection.execute(
            "select table_name, column_name, data_type from information_schema.columns"
        ).fetchall()
    assert not [column for column in columns if "BLOB" in column[2] or "face" in column[1]]


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
