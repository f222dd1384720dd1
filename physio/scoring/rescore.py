"""Stored observations analysed again with this version: a new analysis beside the old one.

What was seen by the networks stays as it was stored; angles, repetitions, scores and the summary are made anew, by the
exercise's definition of today's library (the stored one when the library has it no longer). Calibrations and what
somebody did during the session (zero, goniometer) take effect at the same times again. Faces are not stored, so what
was measured of the face is taken over from the old analysis; the facial expression signal only while the patient's
consent stands.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from physio import __version__
from physio.doubts import doubts, zero_doubts
from physio.errors import ExerciseError, StoreError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.kinematics.calibrator import Calibrator
from physio.messages import Message
from physio.metrics import AFFECT_COLUMNS, FRAME_COLUMNS
from physio.pipeline import Analyse
from physio.scoring.result import Collector, columns_of
from physio.storage.acting import Records
from physio.storage.observed import Observations
from physio.storage.records import Analysis, Control, ControlKind, NewAnalysis
from physio.storage.rows import Rows, without_expressions
from physio.summary import summarise
from physio.types import FloatArray, FrameResult


@dataclass(frozen=True, slots=True)
class Rescored:
    """A new analysis of a session: its id, its number of repetitions, and that of the analysis that counted before."""

    analysis_id: str
    reps: int
    reps_before: int


def rescore(
    records: Records, session_id: str, *, counts: bool = True, asked: Assignment | None = None, goniometer: bool = True
) -> Rescored:
    """Analyse a session again; counts: whether it is shown by the new analysis from then on; asked: what should have
    been asked for, None for what was; goniometer False: what a goniometer said during the session was about somebody
    else. Raises StoreError when there is no such session, it still runs or is being analysed, or too little of it was
    stored."""
    if records.sessions.get(session_id).ended_at is None:
        raise StoreError("storage.session_not_ended", id=session_id)
    before = records.analyses.counting(session_id)
    assignment = records.consents.allowed(records.sessions.get(session_id).patient_code, asked or asked_again(before))
    observations, controls = records.observations.of(session_id), records.sessions.controls(session_id)
    if not observations.t_s.size:
        raise StoreError("scoring.too_little_stored")
    if not observations.complete:
        raise StoreError("storage.cannot_be_measured_again")
    if not goniometer:
        controls = tuple(one for one in controls if one.kind is not ControlKind.USE_CALIBRATION)
    new = NewAnalysis(assignment, __version__, before.model_checksums, derived_from=before.id)
    analysis_id = records.analyses.start(session_id, new)
    try:
        rows = _store(records, analysis_id, before, assignment, _analysed(observations, controls, assignment))
        if counts:
            records.analyses.make_counting(analysis_id)
    except BaseException:
        records.analyses.discard(analysis_id)
        raise
    return Rescored(analysis_id, len(rows.reps), len(records.analyses.reps(before.id)))


def _store(
    records: Records,
    analysis_id: str,
    before: Analysis,
    assignment: Assignment,
    analysed: tuple[Rows, tuple[Message, ...]],
) -> Rows:
    """Write down what was found, with the face's part of the analysis before; the rows."""
    rows, found = analysed
    rows = _with_face_of(rows, records.analyses.frames(before.id))
    rows = rows if assignment.emotion else without_expressions(rows)
    exercise = assignment.asked
    summary = summarise(rows.t_s, columns_of(rows), exercise, rows.reps, body=assignment.body, face=assignment.face)
    doubtful = (
        *(one for one in records.analyses.doubts(before.id) if not one.code.startswith("doubt.")),  # of the file
        *doubts(summary, exercise, rows.reps, rows.rejected, face=assignment.face),
        *found,
    )
    records.analyses.append(analysis_id, rows)
    records.analyses.finish(analysis_id, summary, doubtful)
    return rows


def asked_again(before: Analysis) -> Assignment:
    """What was asked for, with today's definition of the exercise. Raises StoreError when a version before analyses
    did not store it."""
    assignment = before.assignment
    if assignment is None:
        raise StoreError("storage.cannot_be_measured_again")
    if assignment.exercise is None:
        return assignment
    try:
        return replace(assignment, exercise=load_exercise(assignment.exercise.id))
    except ExerciseError:
        return assignment


def _analysed(
    observations: Observations, controls: Sequence[Control], assignment: Assignment
) -> tuple[Rows, tuple[Message, ...]]:
    """The rows, and what became of a zero that was wanted."""
    analyse, collector = Analyse(assignment), Collector()
    for result in _results(analyse, observations, controls):
        collector.add(result)
    rows = collector.finish(*analyse.finish())
    wanted = assignment.calibration.zero_when_standing
    return rows, zero_doubts(analyse.calibrator.status) if wanted else ()


def _results(analyse: Analyse, observations: Observations, controls: Sequence[Control]) -> Iterator[FrameResult]:
    left = list(controls)
    for seen in observations.replay():
        while left and left[0].t_s < seen.t_s:
            _do_again(left.pop(0), analyse.calibrator)
        yield analyse.step(seen)


def _do_again(control: Control, calibrator: Calibrator) -> None:
    match control.kind:
        case ControlKind.ZERO_NOW:
            calibrator.zero_now()
        case ControlKind.UNDO_ZERO:
            calibrator.undo_zero()
        case ControlKind.USE_CALIBRATION:
            calibrator.use(control.lines)
        case ControlKind.FOLLOW:
            pass  # whom to follow was seen to while observing


def _with_face_of(rows: Rows, frames: dict[str, FloatArray]) -> Rows:
    """The rows with the face's columns of the frames of the same times."""
    row = np.searchsorted(frames["t_s"], rows.t_s)
    values = rows.values.copy()
    for name in AFFECT_COLUMNS:
        values[:, FRAME_COLUMNS.index(name)] = frames[name][row]
    return replace(rows, values=values)
