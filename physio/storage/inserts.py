"""Rows into tables, inside a transaction that the caller holds."""

import math
from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
import numpy.typing as npt

from physio.messages import to_json
from physio.metrics import FRAME_COLUMNS
from physio.storage.landmark_codec import PackedLandmarks
from physio.storage.records import SessionCalibration
from physio.storage.rows import Float32Array
from physio.types import CalibrationLine, FloatArray, RejectedRep, Rep

_REP_NUMBERS = (
    "start_s",
    "peak_s",
    "end_s",
    "peak_deg",
    "rom_deg",
    "eccentric_s",
    "hold_s",
    "concentric_s",
    "score",
)


def insert_frames(cursor: duckdb.DuckDBPyConnection, session_id: str, t_s: FloatArray, values: Float32Array) -> None:
    """Frames at t_s (n,) with values (n, len(FRAME_COLUMNS)), NaN where unknown."""
    # A masked array arrives as NULL where it is masked.
    by_metric = np.ma.masked_invalid(values.reshape(len(t_s), len(FRAME_COLUMNS)).T)
    _insert_columns(cursor, "frame", session_id, {"t_s": t_s, **dict(zip(FRAME_COLUMNS, by_metric, strict=True))})


def insert_landmarks(cursor: duckdb.DuckDBPyConnection, session_id: str, packed: PackedLandmarks) -> None:
    """The landmarks of n frames."""
    _insert_columns(
        cursor,
        "landmark",
        session_id,
        {
            "t_s": packed.t_s,
            "px_step": packed.px_step,
            "image": _as_objects(packed.image),
            "world": _as_objects(packed.world),
            "visibility": _as_objects(packed.visibility),
        },
    )


def _insert_columns(
    cursor: duckdb.DuckDBPyConnection, table: str, session_id: str, columns: Mapping[str, npt.NDArray[np.generic]]
) -> None:
    """Append arrays of equal length as columns of a table: 5 ms for 30 frames, where executemany takes 30."""
    if len(next(iter(columns.values()))) == 0:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.register("incoming", dict(columns))
    cursor.execute(f"insert into {table} (session_id, {names}) select ?, {names} from incoming", [session_id])
    cursor.unregister("incoming")


def insert_reps(cursor: duckdb.DuckDBPyConnection, session_id: str, reps: Sequence[Rep]) -> None:
    """Counted repetitions and their faults."""
    _insert_rows(
        cursor,
        "repetition",
        ("session_id", "side", "rep_index", *_REP_NUMBERS),
        [[session_id, rep.side, rep.index, *(getattr(rep, name) for name in _REP_NUMBERS)] for rep in reps],
    )
    _insert_rows(
        cursor,
        "repetition_fault",
        ("session_id", "side", "rep_index", "fault_id", "value", "limit_value", "severity"),
        [[session_id, r.side, r.index, f.id, f.value, f.limit, f.severity] for r in reps for f in r.faults],
    )


def insert_rejected(cursor: duckdb.DuckDBPyConnection, session_id: str, rejected: Sequence[RejectedRep]) -> None:
    """Movements that were not counted."""
    _insert_rows(
        cursor,
        "repetition",
        ("session_id", "side", "start_s", "end_s", "rejected_reason"),
        [[session_id, r.side, r.start_s, r.end_s, to_json(r.reason)] for r in rejected],
    )


LINE_COLUMNS = ("angle", "azimuth_deg", "offset_deg", "slope", "from_deg", "to_deg", "residual_deg")
"""A CalibrationLine but for its kind."""


def insert_calibration(
    cursor: duckdb.DuckDBPyConnection, session_id: str, changes: Sequence[SessionCalibration]
) -> None:
    """What changed in the correction of a session's angles."""
    _insert_rows(
        cursor,
        "session_calibration",
        ("session_id", "t_s", "in_use", "kind", *LINE_COLUMNS),
        [[session_id, one.t_s, one.in_use, one.line.kind, *line_values(one.line)] for one in changes],
    )


def line_values(line: CalibrationLine) -> list[object]:
    """The line's values in the order of LINE_COLUMNS."""
    return [getattr(line, name) for name in LINE_COLUMNS]


def insert_metrics(cursor: duckdb.DuckDBPyConnection, session_id: str, metrics: Mapping[str, float]) -> None:
    """The numbers of a session's summary."""
    names = np.array(list(metrics), dtype=object)
    values = np.array(list(metrics.values()), dtype=np.float64)
    _insert_columns(cursor, "session_metric", session_id, {"name": names, "value": values})


def _insert_rows(
    cursor: duckdb.DuckDBPyConnection, table: str, names: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """A few rows, NaN as NULL."""
    if rows:
        known = [[None if isinstance(value, float) and math.isnan(value) else value for value in row] for row in rows]
        places = ", ".join("?" * len(names))
        cursor.executemany(f"insert into {table} ({', '.join(names)}) values ({places})", known)


def _as_objects(matrix: npt.NDArray[np.generic]) -> npt.NDArray[np.object_]:
    """(n, k) → n objects of (k,): how an array column is handed over."""
    rows = np.empty(len(matrix), dtype=object)
    for i, row in enumerate(matrix):
        rows[i] = row
    return rows
