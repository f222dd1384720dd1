import csv
import io
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from made_results import FAULTS, REJECTED, rep, result

from physio.errors import StoreError
from physio.metrics import FRAME_COLUMNS, frame_values
from physio.storage.acting import Records
from physio.storage.export import write_columns, write_frames
from physio.storage.rows import rows_of


@pytest.fixture
def filled(records: Records, session_id: str) -> str:
    results = [result(i) for i in range(4)]
    records.analyses.append(session_id, rows_of(results, [rep(1, faults=FAULTS), rep(2, 6.0)], [REJECTED]))
    return session_id


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_frames_as_csv_are_empty_where_unknown(records: Records, filled: str, tmp_path: Path) -> None:
    path = tmp_path / "it's a file.csv"
    records.exports.frames(filled, path)
    found = rows(path.read_text())
    assert list(found[0]) == ["t_s", *FRAME_COLUMNS]
    assert len(found) == 4
    expected = frame_values(result(1))
    for name, value in zip(FRAME_COLUMNS, expected, strict=True):
        assert (found[1][name] == "") if np.isnan(value) else (float(found[1][name]) == pytest.approx(value, rel=1e-6))
    assert records.exports.frames_file(filled, "csv") == path.read_bytes()


def test_frames_as_parquet_are_null_where_unknown(records: Records, filled: str, tmp_path: Path) -> None:
    records.exports.frames(filled, tmp_path / "frames.parquet")
    table = pq.read_table(tmp_path / "frames.parquet")
    assert table.column_names == ["t_s", *FRAME_COLUMNS]
    assert table["t_s"].to_pylist() == [result(i).t_s for i in range(4)]
    assert table["pspi"].null_count == 4
    assert pq.read_table(io.BytesIO(records.exports.frames_file(filled, "parquet"))).equals(table)


def test_repetitions_counted_and_rejected(records: Records, filled: str, tmp_path: Path) -> None:
    records.exports.reps(filled, tmp_path / "reps.csv")
    found = rows((tmp_path / "reps.csv").read_text())
    assert [(row["index"], row["rejected_reason"], row["faults"]) for row in found] == [
        ("1", "", "trunk_lean;depth"),
        ("", "too small: 12° of at least 30°", ""),
        ("2", "", ""),
    ]
    assert float(found[0]["rom_deg"]) == 88.5
    assert records.exports.reps_file(filled, "csv") == (tmp_path / "reps.csv").read_bytes()


def test_frames_without_a_store_have_the_same_shape(records: Records, filled: str, tmp_path: Path) -> None:
    results = [result(i) for i in range(4)]
    t_s = np.array([r.t_s for r in results])
    values = np.stack([frame_values(r) for r in results])
    write_frames(t_s, values, tmp_path / "frames.csv")
    assert (tmp_path / "frames.csv").read_bytes() == records.exports.frames_file(filled, "csv")
    write_frames(t_s[:0], values[:0], tmp_path / "empty.parquet")
    assert pq.read_table(tmp_path / "empty.parquet").column_names == ["t_s", *FRAME_COLUMNS]


def test_a_name_or_place_that_cannot_be_written_says_so(records: Records, filled: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"written as \.csv or \.parquet"):
        records.exports.frames(filled, tmp_path / "frames.xlsx")
    with pytest.raises(StoreError, match="could not be written"):
        write_columns({"a": np.zeros(2)}, tmp_path / "nowhere" / "a.csv")
