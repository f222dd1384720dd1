"""How a session is closed: summarised from its stored frames, whether it ended well or was interrupted."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from physio.doubts import doubts, recording_doubts
from physio.messages import Message
from physio.storage.acting import Records
from physio.storage.records import Analysis
from physio.summary import Summary, summarise
from physio.types import EndReason

log = logging.getLogger(__name__)


def close_session(
    records: Records,
    session_id: str,
    reason: EndReason,
    *,
    ended_at: datetime | None = None,
    further: Sequence[Message] = (),
) -> None:
    """Finish the analysis that counts and end the session; ended_at None: with its last frame; further: doubts that the
    stored frames do not show. Any number of times: a kill in between leaves a session that is closed again."""
    analysis = records.analyses.counting(session_id)
    summary = _summary(records, analysis)
    recorded = recording_doubts(reason, records.analyses.frames(analysis.id)["t_s"])
    records.analyses.finish(analysis.id, summary, (*_doubts(records, analysis, summary), *recorded, *further))
    if ended_at is None:
        duration_s = summary.duration_s if summary else 0.0
        ended_at = records.sessions.get(session_id).started_at + timedelta(seconds=duration_s)
    records.sessions.end(session_id, reason, ended_at)


def _summary(records: Records, analysis: Analysis) -> Summary | None:
    """A session must be closable whatever its frames look like: what cannot be summarised has none, and is logged."""
    columns = records.analyses.frames(analysis.id)
    try:
        reps = records.analyses.reps(analysis.id)
        return summarise(columns["t_s"], columns, analysis.exercise, reps, body=analysis.body, face=analysis.face)
    except (ArithmeticError, LookupError, ValueError):
        log.exception("session %s has no summary", analysis.session_id)
        return None


def _doubts(records: Records, analysis: Analysis, summary: Summary | None) -> tuple[Message, ...]:
    if summary is None:
        return ()
    counted, rejected = records.analyses.reps(analysis.id), records.analyses.rejected(analysis.id)
    return doubts(summary, analysis.exercise, counted, rejected, face=analysis.face)
