"""Consents in the store, and the one rule that follows from them: what may be read from a patient's face."""

from dataclasses import replace

import duckdb

from physio.errors import StoreError
from physio.exercise.assignment import Assignment
from physio.metrics import EXPRESSION_COLUMNS
from physio.storage.records import Consent, ConsentKind
from physio.storage.repository import MINE, Repository, now, utc, utc_or_none

_STANDS = "patient_code = ? and kind = ? and withdrawn_at is null"
_CLEARED = ", ".join(f'"{name}" = null' for name in EXPRESSION_COLUMNS)
_KEPT = " or ".join(f'"{name}" is not null' for name in EXPRESSION_COLUMNS)


class Consents(Repository):
    """The consents of patients whom the user may see."""

    def give(self, patient_code: str, kind: ConsentKind, wording: str) -> None:
        """Record that the patient has agreed to what wording says; one that stands is left as it is. Raises StoreError
        when there is no such patient."""
        with self._database.writing() as cursor:
            self._require_patient(cursor, patient_code)
            if stands(cursor, patient_code, kind):
                return
            cursor.execute(
                "insert into consent (patient_code, kind, wording, given_at, recorded_by) values (?, ?, ?, ?, ?)",
                [patient_code, kind, wording, now(), self.user.name],
            )
            self._audit(cursor, ("give", "consent", kind), patient_code)

    def withdraw(self, patient_code: str, kind: ConsentKind) -> None:
        """Record that the patient has withdrawn; the face at rest that was kept with it is deleted. Nothing happens
        when none stands. Raises StoreError when there is no such patient."""
        with self._database.writing() as cursor:
            self._require_patient(cursor, patient_code)
            if not stands(cursor, patient_code, kind):
                return
            cursor.execute(
                f"update consent set withdrawn_at = ?, withdrawn_by = ? where {_STANDS}",
                [now(), self.user.name, patient_code, kind],
            )
            counts = {"neutral": delete_neutral(cursor, patient_code)} if kind is ConsentKind.NEUTRAL else None
            self._audit(cursor, ("withdraw", "consent", kind), patient_code, counts)

    def of(self, patient_code: str) -> tuple[Consent, ...]:
        """Every consent of a patient, standing or withdrawn, newest first."""
        rows = self._rows(
            "select kind, wording, given_at, recorded_by, withdrawn_at, withdrawn_by from consent "
            f"where patient_code = ? and {MINE} order by given_at desc, rowid desc",
            patient_code,
            self.mine,
        )
        return tuple(
            Consent(ConsentKind(kind), wording, utc(given), by, utc_or_none(withdrawn), withdrawn_by)
            for kind, wording, given, by, withdrawn, withdrawn_by in rows
        )

    def standing(self, patient_code: str, kind: ConsentKind) -> Consent | None:
        """The consent that stands, None without one."""
        return next((one for one in self.of(patient_code) if one.kind is kind and one.stands), None)

    def allowed(self, patient_code: str, asked: Assignment) -> Assignment:
        """What is asked for as it may be done for this patient: the facial expression signal only with their recorded
        consent. Whatever measures or stores for a patient asks here."""
        if asked.emotion and self.standing(patient_code, ConsentKind.EMOTION) is None:
            return replace(asked, emotion=False)
        return asked

    def expressions_kept(self, patient_code: str) -> int:
        """In how many sessions of a patient the facial expression signal is stored."""
        ((count,),) = self._rows(
            "select count(distinct session_id) from analysis join session on session.id = session_id "
            f"where patient_code = ? and {MINE} "
            f"and exists (select 1 from frame where analysis_id = analysis.id and ({_KEPT}))",
            patient_code,
            self.mine,
        )
        return int(count)

    def forget_expressions(self, patient_code: str) -> None:
        """Delete what is stored of the facial expression signal in all sessions of a patient; all else stays. See
        `Patients.delete` for what stays inside the file. Raises StoreError when there is no such patient, or while one
        of their sessions runs."""
        with self._database.writing() as cursor:
            self._require_patient(cursor, patient_code)
            sessions = cursor.execute("select id from session where patient_code = ?", [patient_code]).fetchall()
            if any(one in self._database.running for (one,) in sessions):
                raise StoreError("storage.session_in_progress", patient=patient_code)
            count = sum(clear_expressions(cursor, one) for (one,) in sessions)
            self._audit(cursor, ("delete", "expressions", patient_code), patient_code, {"frame": count})

    def _require_patient(self, cursor: duckdb.DuckDBPyConnection, code: str) -> None:
        if not self._patient_there(cursor, code):
            raise StoreError("storage.no_patient", code=code)


def stands(cursor: duckdb.DuckDBPyConnection, patient_code: str, kind: ConsentKind) -> bool:
    """Whether a patient's consent stands, inside a transaction."""
    return bool(cursor.execute(f"select 1 from consent where {_STANDS}", [patient_code, kind]).fetchall())


def clear_expressions(cursor: duckdb.DuckDBPyConnection, session_id: str) -> int:
    """Delete a session's facial expression signal, inside a transaction; of how many frames."""
    ((count,),) = cursor.execute(
        f"update frame set {_CLEARED} where ({_KEPT}) "
        "and analysis_id in (select id from analysis where session_id = ?)",
        [session_id],
    ).fetchall()
    return int(count)


def delete_neutral(cursor: duckdb.DuckDBPyConnection, patient_code: str) -> int:
    """Delete a patient's face at rest, inside a transaction; how many rows."""
    ((count,),) = cursor.execute("delete from neutral where patient_code = ?", [patient_code]).fetchall()
    return int(count)
