"""What was put right in a session, said under its name: its earlier date, exercise, patient, and by whom."""

from collections.abc import Iterator
from datetime import datetime

import streamlit as st

from physio.scoring.correct import calibrated_for_another
from physio.storage.acting import Records
from physio.storage.audit import DATED, FROM_PATIENT, MOVED
from physio.storage.records import Analysis, AuditEntry, Session
from physio.storage.user import LOCAL_USER
from physio.terms import side_term
from physio.ui.names import exercise_name
from physio.ui.say import day_and_time, plain, words

_CODE_LENGTH = 32
"""Of the longest code; what stays of a deleted patient's is longer."""


def corrections(records: Records, session: Session) -> None:
    """One line for each correction, oldest first."""
    said = [*_of_analyses(records, session), *_of_session(records, session)]
    if said:
        st.caption("  \n".join(plain(text) for _, text in sorted(said)))


def _of_analyses(records: Records, session: Session) -> Iterator[tuple[datetime, str]]:
    """Where the analysis that counts goes back to others of another exercise, side or target."""
    analyses = {one.id: one for one in records.analyses.of(session.id)}
    new = analyses.get(session.analysis_id)
    while new is not None:
        old = analyses.get(new.derived_from or "")
        if old is not None and _asked(old) != _asked(new):
            when = _when(new.made_at, new.made_by)
            yield new.made_at, words("ui_corrections.exercise_was", when=when, what=_described(old, new))
        new = old


def _of_session(records: Records, session: Session) -> Iterator[tuple[datetime, str]]:
    for entry in records.audit.of_session(session.id):
        when = _when(entry.moment, entry.author)
        if entry.action == DATED:
            was = day_and_time(datetime.fromisoformat(entry.details["from"]))
            yield entry.moment, words("ui_corrections.date_was", when=when, what=was)
        elif entry.action == MOVED:
            yield entry.moment, _moved(records, session, entry, when)


def _moved(records: Records, session: Session, entry: AuditEntry, when: str) -> str:
    code = entry.details[FROM_PATIENT]
    deleted = len(code) > _CODE_LENGTH
    said = (
        words("ui_corrections.patient_was_deleted", when=when)
        if deleted
        else words("ui_corrections.patient_was", when=when, what=code)
    )
    if calibrated_for_another(records, session, entry):
        said = f"{said} {words('ui_corrections.calibrated_for_another')}"
    return said


def _asked(analysis: Analysis) -> tuple[object, ...]:
    return analysis.exercise_id, analysis.side, analysis.target_reps


def _described(old: Analysis, new: Analysis) -> str:
    """What was asked for before, with the target where that is what changed."""
    parts = [exercise_name(old.exercise_id), words(side_term(old.side)) if old.side else ""]
    if (old.target_reps or 0) != (new.target_reps or 0):
        parts.append(words("ui_corrections.target_was", count=old.target_reps or 0))
    return ", ".join(part for part in parts if part)


def _when(moment: datetime, author: str) -> str:
    """The time, and who, where that is not the one user of an installation without log-in."""
    time = day_and_time(moment)
    return time if author == LOCAL_USER.name else words("ui_corrections.when_by", when=time, author=author)
