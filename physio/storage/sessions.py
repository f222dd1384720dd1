"""Sessions in the store."""

import json
import secrets
from dataclasses import replace
from datetime import UTC, datetime

from physio.errors import StoreError
from physio.repetitions import session_numbers, worked_side
from physio.storage.corrections import Corrections
from physio.storage.deletion import delete_sessions
from physio.storage.inserts import insert_analysis
from physio.storage.records import NewAnalysis, NewSession, Session, SessionMetric
from physio.storage.repository import MINE, Row, SessionGoneError, now, stored, utc, utc_or_none
from physio.storage.session_numbers import SessionNumbers
from physio.types import EndReason

_SESSIONS = f"""
    select session.id, patient_code, analysis_id, source, video_name, width_px, height_px, demo, started_at, started_by,
        ended_at, end_reason, note, visit_id, exercise_id, exercise_checksum, side, target_reps, app_version,
        model_checksums,
        (select count(*) from repetition r where r.analysis_id = session.analysis_id and rejected_reason is null),
        (select count(*) from repetition r where r.analysis_id = session.analysis_id and rejected_reason is not null)
    from session join analysis on analysis.id = session.analysis_id
    where {MINE}
"""


class Sessions(Corrections, SessionNumbers):
    """The sessions of patients whom the user may see. A session counts as running, in this process, from `start` to
    `end`."""

    def of(self, patient_code: str | None = None) -> tuple[Session, ...]:
        """The sessions of one patient or of all, newest first."""
        rest = "and (?::varchar is null or patient_code = ?) order by started_at desc, session.id desc"
        return tuple(_session(row) for row in self._rows(_SESSIONS + rest, self.mine, patient_code, patient_code))

    def get(self, session_id: str) -> Session:
        """One session. Raises SessionGoneError when there is none."""
        rows = self._rows(_SESSIONS + "and session.id = ?", self.mine, session_id)
        if not rows:
            raise SessionGoneError("storage.session_gone", id=session_id)
        return _session(rows[0])

    def start(self, new: NewSession, analysis: NewAnalysis) -> str:
        """Store the start of a session and of its first analysis, which counts; the session's id. Raises StoreError
        when there is no such patient."""
        started = stored(new.started_at or datetime.now(UTC))
        session_id = f"{started:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        with self._database.writing() as cursor:
            if not self._patient_there(cursor, new.patient_code):
                raise StoreError("storage.patient_needed", code=new.patient_code)
            cursor.execute(
                "insert into session (id, patient_code, analysis_id, source, video_name, demo, started_at, started_by, "
                "visit_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    session_id,
                    new.patient_code,
                    session_id,
                    new.source,
                    new.video_name,
                    new.demo,
                    started,
                    self.user.name,
                    new.visit_id,
                ],
            )
            insert_analysis(cursor, session_id, session_id, analysis, (started, self.user.name))
            self._database.running.add(session_id)
        return session_id

    def end(self, session_id: str, reason: EndReason, ended_at: datetime | None = None) -> None:
        """Store how and when (None: now) a session ended, in place of an earlier end."""
        with self._database.writing() as cursor:
            self._require_session(cursor, session_id)
            cursor.execute(
                "update session set ended_at = ?, end_reason = ? where id = ?",
                [now() if ended_at is None else stored(ended_at), reason, session_id],
            )
        self._database.running.discard(session_id)

    def discard(self, session_id: str) -> None:
        """Remove a session as if it had never been, running or not. Unknown ids are fine."""
        with self._database.writing() as cursor:
            try:
                patient = self._require_session(cursor, session_id)
            except SessionGoneError:
                return
            self._database.running.discard(session_id)
            counts = delete_sessions(self._database, cursor, "id = ?", session_id)
            self._audit(cursor, ("delete", "session", session_id), patient, counts)

    def metrics(self, patient_code: str) -> tuple[SessionMetric, ...]:
        """Every number of every session of a patient by the analyses that count, oldest session first: the stored
        summary, what the counted repetitions come to (`repetitions.session_numbers`), and from the patient's own NRS
        ratings self_report_max and self_report_mean. Its side is the one that worked, as asked when nothing was
        counted."""
        known = self._stored_numbers(patient_code)
        reps = self._counted(patient_code, known)
        found = []
        for session in sorted(self.of(patient_code), key=lambda one: (one.started_at, one.id)):
            own = reps.get(session.id, ())
            side, numbers = worked_side(own, session.side), known.get(session.id, {}) | session_numbers(own)
            facts = (session.id, session.started_at, session.exercise_id, side, session.source)
            found += [SessionMetric(*facts, name, numbers[name], len(own)) for name in sorted(numbers)]
        return tuple(found)


def _session(row: Row) -> Session:
    """row has the columns of _SESSIONS, which are the fields of Session in their order."""
    raw = Session(*row)
    return replace(
        raw,
        model_checksums=json.loads(str(raw.model_checksums)),
        started_at=utc(raw.started_at),
        ended_at=utc_or_none(raw.ended_at),
        end_reason=None if raw.end_reason is None else EndReason(raw.end_reason),
    )
