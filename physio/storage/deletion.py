"""Removing sessions with every row that belongs to them, inside a transaction that the caller holds."""

import duckdb

from physio.errors import StoreError
from physio.storage.database import Database

OF_SESSION = ("observation", "event", "self_report", "control", "neutral")
"""Tables with a session_id whose rows go with the session; `analysis` goes last. What is known of the face at rest goes
with the session that it was learned in."""
OF_ANALYSIS = ("frame", "repetition", "analysis_metric", "analysis_reason", "analysis_doubt", "analysis_calibration")
"""Tables with an analysis_id whose rows go with the analysis; the faults of its repetitions go first."""

_LISTED = "(select unnest(?::varchar[]))"
_FAULTS = "delete from fault where repetition_id in (select id from repetition where analysis_id in {0})"


def delete_sessions(
    database: Database, cursor: duckdb.DuckDBPyConnection, which: str, *parameters: object
) -> dict[str, int]:
    """Remove the sessions for which the SQL condition is true; how many rows of which table. Raises StoreError while
    one of them runs."""
    found = cursor.execute(f"select id, patient_code from session where {which}", list(parameters)).fetchall()
    for session_id, patient_code in found:
        if session_id in database.running:
            raise StoreError("storage.session_in_progress", patient=patient_code)
    ids = [session_id for session_id, _ in found]
    analyses = cursor.execute(
        "select id from analysis where session_id in (select unnest(?::varchar[]))", [ids]
    ).fetchall()
    counts = delete_analyses(cursor, [one for (one,) in analyses])
    for table, column in (*((table, "session_id") for table in OF_SESSION), ("session", "id")):
        counts[table] = _delete(cursor, f"delete from {table} where {column} in {_LISTED}", ids)
    cursor.execute(f"update job set session_id = null where session_id in {_LISTED}", [ids])
    return counts


def delete_analyses(cursor: duckdb.DuckDBPyConnection, ids: list[str]) -> dict[str, int]:
    """Remove analyses; how many rows of which table."""
    counts = {"fault": _delete(cursor, _FAULTS.format(_LISTED), ids)}
    for table, column in (*((table, "analysis_id") for table in OF_ANALYSIS), ("analysis", "id")):
        counts[table] = _delete(cursor, f"delete from {table} where {column} in {_LISTED}", ids)
    return counts


def _delete(cursor: duckdb.DuckDBPyConnection, sql: str, ids: list[str]) -> int:
    ((count,),) = cursor.execute(sql, [ids]).fetchall()
    return int(count)
