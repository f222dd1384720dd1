"""What was scored, stored as a session."""

from dataclasses import replace
from datetime import datetime, timedelta

from physio import __version__
from physio.language import english
from physio.scoring.result import ScoredVideo
from physio.storage.records import NewSession
from physio.storage.store import Store
from physio.types import EndReason


def save_scored(
    store: Store,
    scored: ScoredVideo,
    patient_code: str,
    video_name: str | None = None,
    *,
    demo_at: datetime | None = None,
) -> str:
    """Store the result as one recorded session of an existing patient; the session's id.

    video_name: the name to keep, the file's own when None; demo_at: mark the session as demo, as if it had been then.
    When anything fails nothing of the session stays behind and the error passes on.
    """
    new = _new_session(scored, patient_code, video_name or scored.video.path.name)
    if demo_at is not None:
        new = replace(new, demo=True, started_at=demo_at)
    session_id = store.start_session(new)
    try:
        store.append_rows(session_id, scored.rows)
        for warning in scored.warnings:
            store.add_event(session_id, 0.0, "warning", english(warning))
        ended_at = demo_at + timedelta(seconds=scored.summary.duration_s) if demo_at is not None else None
        store.end_session(session_id, EndReason.COMPLETED, scored.summary.metrics(), ended_at=ended_at)
    except BaseException:
        store.discard_session(session_id)
        raise
    return session_id


def _new_session(scored: ScoredVideo, patient_code: str, video_name: str) -> NewSession:
    exercise = scored.exercise
    width_px, height_px = scored.frame_size
    return NewSession(
        patient_code=patient_code,
        exercise_id=exercise.id if exercise else None,
        exercise_checksum=exercise.checksum if exercise else None,
        side=scored.side,
        source="recorded",
        video_name=video_name,
        target_reps=scored.assignment.target_reps or None,
        app_version=__version__,
        model_checksums=scored.model_checksums,
        width_px=width_px,
        height_px=height_px,
    )
