"""What is put right in a session afterwards: when it was, whose it is, and that it is not to be kept."""

from datetime import UTC, datetime

import duckdb

from physio.doubts import UNDATED
from physio.errors import StoreError
from physio.messages import to_json
from physio.storage.audit import ANALYSIS, DATED, DELETED, DEMO_CLIP, FROM_PATIENT, MOVED, MOVED_AWAY, TO_PATIENT
from physio.storage.consents import clear_expressions, stands
from physio.storage.deletion import delete_sessions
from physio.storage.records import ConsentKind, ControlKind
from physio.storage.remarks import Remarks
from physio.storage.repository import MINE, SessionGoneError, stored, utc

FIRST_SESSION = datetime(1990, 1, 1, tzinfo=UTC)
"""No session was before that: a clock that was never set."""


def check_started(started_at: datetime) -> None:
    """Raises StoreError for a time at which no session can have begun."""
    if not FIRST_SESSION <= started_at <= datetime.now(UTC):
        raise StoreError("storage.impossible_date")


class Corrections(Remarks):
    """The part of `Sessions` that puts right what was entered wrongly. Each method names the patient whom the session
    is taken for, and raises SessionGoneError when it is not there, or is not theirs any more; StoreError while it
    runs. Each leaves a row in audit."""

    def set_started(self, session_id: str, patient_code: str, started_at: datetime) -> None:
        """When it began; its end moves with it, and nobody doubts the date any more. Raises StoreError for a time that
        cannot be."""
        check_started(started_at)
        with self._database.writing() as cursor:
            self._require_theirs(cursor, session_id, patient_code)
            ((before,),) = cursor.execute("select started_at from session where id = ?", [session_id]).fetchall()
            cursor.execute(
                "update session set started_at = ?, ended_at = ended_at + (?::timestamp - started_at) where id = ?",
                [stored(started_at), stored(started_at), session_id],
            )
            cursor.execute(
                "update event set acknowledged_at = acknowledged_at + (?::timestamp - ?) where session_id = ?",
                [stored(started_at), before, session_id],
            )
            cursor.execute(
                "delete from analysis_doubt where doubt = ? and analysis_id in "
                "(select id from analysis where session_id = ?)",
                [to_json(UNDATED), session_id],
            )
            change = {"from": utc(before).isoformat(), "to": started_at.astimezone(UTC).isoformat()}
            self._audit(cursor, (DATED, "session", session_id), patient_code, details=change)

    def move(self, session_id: str, patient_code: str, to_code: str, analysis_id: str | None = None) -> None:
        """Hand it over to another patient, with its uploaded video's job and what was said of its changes;
        analysis_id: which of its analyses counts from then on, None for the one that does. What the goniometer said
        during the session was the former patient's and goes: a later analysis uses the lines of the one that counts. So
        does the former patient's face at rest that was learned in it, and its facial expression signal unless the new
        one has consented. Raises StoreError when there is no such patient."""
        with self._database.writing() as cursor:
            self._require_theirs(cursor, session_id, patient_code)
            if not self._patient_there(cursor, to_code):
                raise StoreError("storage.no_patient", code=to_code)
            self._hand_over(cursor, session_id, to_code, analysis_id)
            what = {FROM_PATIENT: patient_code, TO_PATIENT: to_code} | ({ANALYSIS: analysis_id} if analysis_id else {})
            self._audit(cursor, (MOVED_AWAY, "session", session_id), patient_code, details=what)
            self._audit(cursor, (MOVED, "session", session_id), to_code, details=what)

    def delete(self, session_id: str, patient_code: str) -> None:
        """Remove it with every row that belongs to it. What was deleted stays inside the file until its place is
        needed: call `Store.compact` to make it unreadable now. Of a demo session it stays known which clip it was of,
        so that it is not made again."""
        with self._database.writing() as cursor:
            self._require_theirs(cursor, session_id, patient_code)
            ((clip,),) = cursor.execute(
                "select case when demo then video_name end from session where id = ?", [session_id]
            ).fetchall()
            counts = delete_sessions(self._database, cursor, "id = ?", session_id)
            details = {DEMO_CLIP: clip} if clip else None
            self._audit(cursor, (DELETED, "session", session_id), patient_code, counts, details)

    def _hand_over(
        self, cursor: duckdb.DuckDBPyConnection, session_id: str, to_code: str, analysis_id: str | None
    ) -> None:
        # What was recorded for a demo patient in error is not theirs; a rendered clip stays one.
        cursor.execute(
            "update session set patient_code = ?, visit_id = null, analysis_id = coalesce(?, analysis_id), demo = "
            "(select demo from patient where code = ?) or (demo and source = 'recorded') where id = ?",
            [to_code, analysis_id, to_code, session_id],
        )
        cursor.execute("update job set patient_code = ? where session_id = ?", [to_code, session_id])
        cursor.execute("delete from neutral where session_id = ?", [session_id])
        if not stands(cursor, to_code, ConsentKind.EMOTION):
            clear_expressions(cursor, session_id)
        cursor.execute(
            "delete from control where session_id = ? and kind = ?", [session_id, ControlKind.USE_CALIBRATION]
        )
        cursor.execute(
            f"update audit set patient_code = ? where action <> '{MOVED_AWAY}' and (noun = 'session' and key = ? "
            "or noun = 'analysis' and key in (select id from analysis where session_id = ?))",
            [to_code, session_id, session_id],
        )

    def _require_theirs(self, cursor: duckdb.DuckDBPyConnection, session_id: str, patient_code: str) -> None:
        sql = f"select ended_at is null from session where id = ? and patient_code = ? and {MINE}"
        rows = cursor.execute(sql, [session_id, patient_code, self.mine]).fetchall()
        if not rows:
            raise SessionGoneError("storage.session_gone", id=session_id)
        if rows[0][0]:
            raise StoreError("storage.session_not_ended", id=session_id)
