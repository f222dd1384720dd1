"""Sessions in the store."""

import json
import secrets
from dataclasses import replace
from datetime import UTC, datetime

from physio.errors import StoreError
from physio.storage.corrections import Corrections
from physio.storage.deletion import delete_sessions
from physio.storage.inserts import insert_analysis
from physio.storage.records import NewAnalysis, NewSession, Session, SessionMetric
from physio.storage.repository import MINE, Row, SessionGoneError, now, stored, utc, utc_or_none
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
_METRICS = f"""
    with mine as (
        select session.id, analysis_id, started_at, exercise_id, side, source
        from session join analysis on analysis.id = session.analysis_id
        where {MINE} and patient_code = ? and ended_at is not null
    ),
    counted as (
        select *, coalesce(estimated, false) as guessed, nullif(criteria_total, 0) as criteria
        from repetition where rejected_reason is null
    ),
    repeated as (
        select analysis_id, count(*) as reps,
            if(count(distinct side) = 1, any_value(side), 'both') as worked,
            avg(score) as rep_score_mean, stddev_samp(score) as rep_score_sd,
            avg(100 * criteria_judged / criteria) as rep_judged_pct,
            (count(*) filter (where 2 * criteria_judged < criteria))::double as rep_little_judged,
            avg(rom_deg) filter (where not guessed) as rep_rom_mean,
            stddev_samp(rom_deg) filter (where not guessed) as rep_rom_sd,
            max(rom_deg) filter (where not guessed) as rep_rom_max,
            if(bool_and(rom_error_deg is not null) filter (where not guessed),
                avg(rom_error_deg) filter (where not guessed), null) as rep_rom_error,
            (count(*) filter (where guessed))::double as rep_estimated_count,
            avg(rom_deg) filter (where guessed) as rep_rom_estimated,
            max(peak_deg) filter (where guessed) as rep_peak_estimated,
            avg(peak_deg) filter (where not guessed) as rep_peak_mean,
            avg(end_s - start_s) as rep_duration_mean, stddev_samp(end_s - start_s) as rep_duration_sd
        from counted group by analysis_id
    ),
    reported as (
        select session_id, max(score) as self_report_max, avg(score) as self_report_mean
        from self_report where scale = 'NRS' group by session_id
    ),
    metric as (
        select mine.id, name, value from mine join analysis_metric using (analysis_id)
        union all
        select mine.id, name, value
        from (unpivot repeated on columns(* exclude (analysis_id, reps, worked)) into name name value value)
            join mine using (analysis_id)
        union all
        select session_id, name, value
        from (unpivot reported on columns(* exclude session_id) into name name value value)
    )
    select mine.id, started_at, exercise_id, coalesce(worked, side), source, name, value, coalesce(reps, 0)
    from mine join metric using (id) left join repeated using (analysis_id)
    order by started_at, mine.id, name
"""


class Sessions(Corrections):
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
        """Every number of a patient's finished sessions by the analyses that count, oldest session first: the stored
        summary, and from the counted repetitions

        - rep_score_, rep_rom_, rep_duration_ with mean and sd (sd from two on), rep_rom_max, rep_rom_error (the mean
          of theirs, when all are known), rep_peak_mean; degrees are those of the repetitions that were measured
        - rep_estimated_count of those whose range is an estimate, rep_rom_estimated, its mean, rep_peak_estimated, the
          highest peak of these
        - rep_judged_pct, the mean share of criteria that could be judged, and rep_little_judged, in how many
          repetitions that is less than half

        and from the patient's own NRS ratings self_report_max and self_report_mean. Its side is the one that worked,
        as asked when nothing was counted."""
        return tuple(
            SessionMetric(session_id, utc(started), exercise_id, side, source, name, value, reps)
            for session_id, started, exercise_id, side, source, name, value, reps in self._rows(
                _METRICS, self.mine, patient_code
            )
        )


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
