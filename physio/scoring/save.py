"""What was scored, stored as a session."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from physio import __version__
from physio.doubts import UNDATED
from physio.scoring.result import ScoredVideo
from physio.storage.acting import Records
from physio.storage.records import NewAnalysis, NewSession
from physio.storage.rows import without_expressions
from physio.types import EndReason


def save_scored(
    records: Records,
    scored: ScoredVideo,
    patient_code: str,
    video_name: str | None = None,
    *,
    demo_at: datetime | None = None,
    started: Callable[[str], None] = lambda _: None,
) -> str:
    """Store the result as one recorded session of an existing patient; the session's id.

    It begins when the video was recorded; see `dated`: when the file does not say that, now. Of the facial expression
    signal nothing is stored unless the patient's consent stands by now.
    video_name: the name to keep, the file's own when None; demo_at: mark the session as demo, as if it had been then;
    started: is told the session's id before anything is in it. When anything fails nothing of the session stays behind
    and the error passes on.
    """
    scored = _consented(records, patient_code, dated(scored, demo_at, added_at=datetime.now(UTC)))
    began = scored.video.recorded_at
    session_id = records.sessions.start(
        NewSession(
            patient_code,
            source="recorded",
            video_name=video_name or scored.video.path.name,
            demo=demo_at is not None,
            started_at=began,
        ),
        NewAnalysis(scored.assignment, __version__, scored.model_checksums),
    )
    try:
        started(session_id)
        analysis_id = records.analyses.counting(session_id).id
        records.analyses.append(analysis_id, scored.rows)
        records.analyses.finish(analysis_id, scored.summary, scored.warnings)
        ended_at = began + timedelta(seconds=scored.summary.duration_s) if began else None
        records.sessions.end(session_id, EndReason.COMPLETED, ended_at)
    except BaseException:
        records.sessions.discard(session_id)
        raise
    return session_id


def _consented(records: Records, patient_code: str, scored: ScoredVideo) -> ScoredVideo:
    """As it may be stored for the patient: a consent may have been withdrawn while the video was waiting."""
    asked = records.consents.allowed(patient_code, scored.assignment)
    if asked == scored.assignment:
        return scored
    return replace(scored, assignment=asked, rows=without_expressions(scored.rows))


def dated(scored: ScoredVideo, given: datetime | None, added_at: datetime) -> ScoredVideo:
    """With the date that somebody gave, else the file's own, else, and a doubt says so, the one of being added."""
    found = given or scored.video.recorded_at
    undated = () if found else (UNDATED,)
    video = replace(scored.video, recorded_at=found or added_at)
    return replace(scored, video=video, warnings=(*undated, *scored.warnings))
