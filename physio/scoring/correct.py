"""A session put right afterwards: what was done in it and when, and whose it is.

What was stored of its frames stays, and so does what earlier analyses made of them; a new analysis counts.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime

from physio.errors import StoreError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise
from physio.scoring.rescore import asked_again, rescore
from physio.storage.acting import Records
from physio.storage.audit import ANALYSIS
from physio.storage.corrections import check_started
from physio.storage.records import Analysis, AuditEntry, Control, ControlKind, Session
from physio.storage.repository import SessionGoneError
from physio.types import Side


@dataclass(frozen=True, slots=True)
class Correction:
    """What should have been asked for, and when the session began. exercise None: angles and face only; side None: the
    exercise's usual one; target_reps 0: no target."""

    exercise: Exercise | None
    side: Side | None
    target_reps: int
    started_at: datetime


def correct(records: Records, seen: Session, wanted: Correction) -> None:
    """Put right a session as it was seen on a page, analysing it again where something else was done than was asked
    for. Raises StoreError, and changes nothing, when it is no longer that patient's, runs, is being analysed, or too
    little of it was stored; ExerciseError for what cannot be asked for."""
    _require_still(records, seen)
    check_started(wanted.started_at)
    asked = (seen.exercise_id, seen.side, seen.target_reps or 0)
    exercise_id, side = (wanted.exercise.id, wanted.side) if wanted.exercise else (None, None)
    if asked != (exercise_id, side, wanted.target_reps if wanted.exercise else 0):
        before = asked_again(records.analyses.counting(seen.id))
        rescore(records, seen.id, asked=_asked(before, wanted))
    if wanted.started_at != seen.started_at:
        records.sessions.set_started(seen.id, seen.patient_code, wanted.started_at)


def _asked(before: Assignment, wanted: Correction) -> Assignment:
    """A target or limit of the patient's own is one for the exercise that it was given for."""
    if before.exercise and wanted.exercise and before.exercise.id == wanted.exercise.id:
        return replace(before, side=wanted.side, target_reps=wanted.target_reps)
    return replace(
        before,
        exercise=wanted.exercise,
        side=wanted.side if wanted.exercise else None,
        target_reps=wanted.target_reps if wanted.exercise else 0,
        target_deg=math.nan,
        safe_max_deg=math.nan,
    )


def move(records: Records, seen: Session, to_code: str) -> None:
    """Hand a session as it was seen on a page over to another patient, analysed again with that patient's goniometer
    lines of today in place of the former one's, where either has any. Too little of it stored for that: the former
    lines stay in its angles (`calibrated_for_another`). Raises StoreError, and changes nothing, when it is no longer
    that patient's, runs or is being analysed, or when there is no such patient."""
    _require_still(records, seen)
    before = records.analyses.counting(seen.id)
    lines = records.calibrations.in_use(to_code)
    if not (lines or _has_goniometer(records, before)) or not _complete(records, before):
        records.sessions.move(seen.id, seen.patient_code, to_code)
        return
    asked = asked_again(before)
    asked = replace(asked, calibration=replace(asked.calibration, lines=lines))
    made = rescore(records, seen.id, counts=False, asked=asked, goniometer=False)
    try:
        records.sessions.move(seen.id, seen.patient_code, to_code, made.analysis_id)
    except BaseException:
        records.analyses.discard(made.analysis_id)
        raise


def calibrated_for_another(records: Records, session: Session, moved: AuditEntry) -> bool:
    """Whether the session's angles are still corrected by goniometer lines of the patient whom it was moved from, since
    this was said of the move."""
    counting = records.analyses.counting(session.id)
    return ANALYSIS not in moved.details and counting.made_at < moved.moment and _has_goniometer(records, counting)


def _require_still(records: Records, seen: Session) -> None:
    """What is put right must be what was seen: not moved, and by the same analysis."""
    now = records.sessions.get(seen.id)
    if now.patient_code != seen.patient_code:
        raise SessionGoneError("storage.session_gone", id=seen.id)
    if now.analysis_id != seen.analysis_id or now.started_at != seen.started_at:
        raise StoreError("scoring.corrected_meanwhile")


def _has_goniometer(records: Records, analysis: Analysis) -> bool:
    """Whether a goniometer corrected its angles, or would when it is made again."""
    controls: tuple[Control, ...] = records.sessions.controls(analysis.session_id)
    return any(one.line.kind == "goniometer" for one in records.analyses.calibration(analysis.id)) or any(
        one.kind is ControlKind.USE_CALIBRATION and one.lines for one in controls
    )


def _complete(records: Records, analysis: Analysis) -> bool:
    return analysis.assignment is not None and records.observations.of(analysis.session_id).complete
