"""Analyses in the store: what was made of the observations of a session."""

import secrets
from collections.abc import Sequence

import duckdb

from physio.errors import StoreError
from physio.messages import Message
from physio.storage.analysis_reading import AnalysisReading
from physio.storage.deletion import delete_analyses
from physio.storage.inserts import (
    insert_analysis,
    insert_calibration,
    insert_doubts,
    insert_frames,
    insert_metrics,
    insert_observations,
    insert_reasons,
    insert_rejected,
    insert_reps,
)
from physio.storage.records import NewAnalysis
from physio.storage.repository import MINE, Row, SessionGoneError, now
from physio.storage.rows import Rows
from physio.summary import Summary

_RESULTS = ("analysis_metric", "analysis_reason", "analysis_doubt")


class Analyses(AnalysisReading):
    """The analyses of the sessions whom the user may see. A session's first one is made by `Sessions.start`."""

    def start(self, session_id: str, new: NewAnalysis) -> str:
        """Store the start of a further analysis of a session, derived from another one; its id. It does not count
        until `make_counting`. Raises SessionGoneError when there is no such session, StoreError while it is being
        analysed."""
        analysis_id = f"{session_id}-{secrets.token_hex(3)}"
        with self._database.writing() as cursor:
            self._require_session(cursor, session_id)
            if any(one.startswith(f"{session_id}-") for one in self._database.running):
                raise StoreError("storage.being_analysed")
            insert_analysis(cursor, analysis_id, session_id, new, (now(), self.user.name))
            self._database.running.add(analysis_id)
        return analysis_id

    def append(self, analysis_id: str, rows: Rows) -> None:
        """Frames, the repetitions that closed and the calibration that changed with them, in one transaction; with what
        was observed, unless the analysis is derived from one that has stored it."""
        with self._database.writing() as cursor:
            session_id, _, derived_from, without_size = self._require(cursor, analysis_id)
            insert_frames(cursor, analysis_id, rows.t_s, rows.values)
            if derived_from is None:
                insert_observations(cursor, session_id, rows.observations)
                if without_size and len(rows.observations.t_s):
                    size_px = rows.observations.size_px[0].tolist()
                    cursor.execute(
                        "update session set width_px = ?, height_px = ? where id = ?", [*size_px, session_id]
                    )
            insert_reps(cursor, analysis_id, rows.reps)
            insert_rejected(cursor, analysis_id, rows.rejected)
            insert_calibration(cursor, analysis_id, rows.calibration)

    def finish(self, analysis_id: str, summary: Summary | None, doubts: Sequence[Message] = ()) -> None:
        """Store what an analysis comes to and what makes it doubtful, in place of what was stored; summary None: there
        is nothing to say about its frames."""
        with self._database.writing() as cursor:
            self._require(cursor, analysis_id)
            for table in _RESULTS:
                cursor.execute(f"delete from {table} where analysis_id = ?", [analysis_id])
            if summary is not None:
                insert_metrics(cursor, analysis_id, summary.metrics())
                reasons = {one.angle: one.reason for one in summary.rom if one.reason is not None}
                insert_reasons(cursor, analysis_id, reasons)
            insert_doubts(cursor, analysis_id, doubts)
            cursor.execute("update analysis set finished_at = ? where id = ?", [now(), analysis_id])
        self._database.running.discard(analysis_id)

    def make_counting(self, analysis_id: str) -> None:
        """Show the session by this analysis from now on. Raises SessionGoneError when there is none."""
        with self._database.writing() as cursor:
            session_id, patient, *_ = self._require(cursor, analysis_id)
            cursor.execute("update session set analysis_id = ? where id = ?", [analysis_id, session_id])
            self._audit(cursor, ("make counting", "analysis", analysis_id), patient)

    def discard(self, analysis_id: str) -> None:
        """Remove an analysis that does not count. Unknown ones, and the one that counts, are left alone."""
        with self._database.writing() as cursor:
            found = cursor.execute(
                "select patient_code from analysis join session on session.id = session_id "
                f"where analysis.id = ? and analysis.id <> analysis_id and {MINE}",
                [analysis_id, self.mine],
            ).fetchall()
            for (patient,) in found:
                counts = delete_analyses(cursor, [analysis_id])
                self._audit(cursor, ("delete", "analysis", analysis_id), patient, counts)
        self._database.running.discard(analysis_id)

    def _require(self, cursor: duckdb.DuckDBPyConnection, analysis_id: str) -> Row:
        """(session, patient, derived_from, whether the session's size is not known) of an analysis. Raises
        SessionGoneError."""
        sql = (
            "select session_id, patient_code, derived_from, width_px is null "
            f"from analysis join session on session.id = session_id where analysis.id = ? and {MINE}"
        )
        rows = cursor.execute(sql, [analysis_id, self.mine]).fetchall()
        if not rows:
            raise SessionGoneError("storage.analysis_gone", id=analysis_id)
        return tuple(rows[0])
