"""Rows into tables, inside a transaction that the caller holds."""

import json
import math
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

import duckdb
import numpy as np
import numpy.typing as npt

from physio.exercise import assignment
from physio.messages import Message, to_json
from physio.metrics import FRAME_COLUMNS, REP_COLUMNS
from physio.storage.observation_codec import PackedObservations
from physio.storage.records import NewAnalysis, SessionCalibration
from physio.storage.rows import Float32Array
from physio.types import CalibrationLine, FloatArray, RejectedRep, Rep

LINE_COLUMNS = ("angle", "azimuth_deg", "offset_deg", "slope", "from_deg", "to_deg", "residual_deg")
"""A CalibrationLine but for its kind."""
REP_FLAGS = ("estimated", "criteria_judged", "criteria_total")
"""What is stored of a Rep that is no measure."""


def insert_analysis(
    cursor: duckdb.DuckDBPyConnection, analysis_id: str, session_id: str, new: NewAnalysis, made: tuple[datetime, str]
) -> None:
    """An analysis that begins; made: when and by whom."""
    asked, exercise = new.assignment, new.assignment.exercise
    cursor.execute(
        "insert into analysis (id, session_id, made_at, made_by, app_version, model_checksums, exercise_id, "
        "exercise_checksum, exercise_text, side, target_reps, assignment, derived_from) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            analysis_id,
            session_id,
            *made,
            new.app_version,
            json.dumps(dict(new.model_checksums), sort_keys=True),
            exercise.id if exercise else None,
            exercise.checksum if exercise else None,
            exercise.text if exercise else None,
            asked.working_side,
            asked.target_reps or None,
            assignment.to_json(asked),
            new.derived_from,
        ],
    )


def insert_frames(cursor: duckdb.DuckDBPyConnection, analysis_id: str, t_s: FloatArray, values: Float32Array) -> None:
    """Frames at t_s (n,) with values (n, len(FRAME_COLUMNS)), NaN where unknown."""
    # A masked array arrives as NULL where it is masked; DuckDB 1.5 looks at NaN alone.
    by_metric = np.ma.masked_invalid(np.where(np.isfinite(values), values, np.float32(np.nan)).T)
    columns: dict[str, npt.NDArray[np.generic]] = {"t_s": t_s, **dict(zip(FRAME_COLUMNS, by_metric, strict=True))}
    _insert_columns(cursor, "frame", ("analysis_id", analysis_id), columns)


def insert_observations(cursor: duckdb.DuckDBPyConnection, session_id: str, packed: PackedObservations) -> None:
    """What was observed in n frames of a session."""
    seen, landmarks = packed.seen, packed.landmarks
    px_step = np.full(len(seen), np.nan)
    px_step[seen] = landmarks.px_step
    _insert_columns(
        cursor,
        "observation",
        ("session_id", session_id),
        {
            "t_s": packed.t_s,
            "width_px": packed.size_px[:, 0],
            "height_px": packed.size_px[:, 1],
            "reason": packed.reason,
            "person_changed": packed.changed,
            "brightness": np.ma.masked_invalid(packed.brightness),
            "px_step": np.ma.masked_invalid(px_step),
            "image": _where_seen(seen, landmarks.image),
            "world": _where_seen(seen, landmarks.world),
            "visibility": _where_seen(seen, landmarks.visibility),
        },
    )


def _insert_columns(
    cursor: duckdb.DuckDBPyConnection,
    table: str,
    owner: tuple[str, str],
    columns: Mapping[str, npt.NDArray[np.generic]],
) -> None:
    """Append arrays of equal length as columns of a table: 5 ms for 30 frames, where executemany takes 30. owner: the
    column that says whose rows these are, and what to write there."""
    if len(next(iter(columns.values()))) == 0:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.register("incoming", dict(columns))
    column, owner_id = owner
    cursor.execute(f"insert into {table} ({column}, {names}) select ?, {names} from incoming", [owner_id])
    cursor.unregister("incoming")


def insert_reps(cursor: duckdb.DuckDBPyConnection, analysis_id: str, reps: Sequence[Rep]) -> None:
    """Counted repetitions and their faults."""
    keyed = [(secrets.token_hex(8), rep) for rep in reps]
    _insert_rows(
        cursor,
        "repetition",
        ("id", "analysis_id", "side", "rep_index", *REP_FLAGS, *REP_COLUMNS),
        [
            [key, analysis_id, r.side, r.index, *(getattr(r, name) for name in (*REP_FLAGS, *REP_COLUMNS))]
            for key, r in keyed
        ],
    )
    _insert_rows(
        cursor,
        "fault",
        ("repetition_id", "fault_id", "value", "limit_value", "severity"),
        [[key, f.id, f.value, f.limit, f.severity] for key, rep in keyed for f in rep.faults],
    )


def insert_rejected(cursor: duckdb.DuckDBPyConnection, analysis_id: str, rejected: Sequence[RejectedRep]) -> None:
    """Movements that were not counted."""
    _insert_rows(
        cursor,
        "repetition",
        ("id", "analysis_id", "side", "start_s", "end_s", "rejected_reason"),
        [[secrets.token_hex(8), analysis_id, r.side, r.start_s, r.end_s, to_json(r.reason)] for r in rejected],
    )


def insert_calibration(
    cursor: duckdb.DuckDBPyConnection, analysis_id: str, changes: Sequence[SessionCalibration]
) -> None:
    """What changed in the correction of an analysis's angles."""
    _insert_rows(
        cursor,
        "analysis_calibration",
        ("analysis_id", "t_s", "in_use", "kind", *LINE_COLUMNS),
        [[analysis_id, one.t_s, one.in_use, one.line.kind, *line_values(one.line)] for one in changes],
    )


def line_values(line: CalibrationLine) -> list[object]:
    """The line's values in the order of LINE_COLUMNS."""
    return [getattr(line, name) for name in LINE_COLUMNS]


def insert_metrics(cursor: duckdb.DuckDBPyConnection, analysis_id: str, metrics: Mapping[str, float]) -> None:
    """The numbers of a summary."""
    names = np.array(list(metrics), dtype=object)
    values = np.array(list(metrics.values()), dtype=np.float64)
    _insert_columns(cursor, "analysis_metric", ("analysis_id", analysis_id), {"name": names, "value": values})


def insert_reasons(cursor: duckdb.DuckDBPyConnection, analysis_id: str, reasons: Mapping[str, Message]) -> None:
    """By angle why its range of motion is not known."""
    texts = np.array([to_json(reason) for reason in reasons.values()], dtype=object)
    columns = {"angle": np.array(list(reasons), dtype=object), "reason": texts}
    _insert_columns(cursor, "analysis_reason", ("analysis_id", analysis_id), columns)


def insert_doubts(cursor: duckdb.DuckDBPyConnection, analysis_id: str, doubts: Sequence[Message]) -> None:
    """What makes an analysis doubtful, in its order."""
    rows = [[analysis_id, position, to_json(doubt)] for position, doubt in enumerate(doubts, start=1)]
    _insert_rows(cursor, "analysis_doubt", ("analysis_id", "position", "doubt"), rows)


def _insert_rows(
    cursor: duckdb.DuckDBPyConnection, table: str, names: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """A few rows, NaN as NULL."""
    if rows:
        known = [[None if isinstance(value, float) and math.isnan(value) else value for value in row] for row in rows]
        places = ", ".join("?" * len(names))
        cursor.executemany(f"insert into {table} ({', '.join(names)}) values ({places})", known)


def _where_seen(seen: npt.NDArray[np.bool_], matrix: npt.NDArray[np.generic]) -> npt.NDArray[np.object_]:
    """(k, m) of the k of n frames that are seen → n objects, (m,) or None: how an array column is handed over."""
    rows = np.empty(len(seen), dtype=object)
    for i, row in zip(np.flatnonzero(seen), matrix, strict=True):
        rows[i] = row
    return rows
