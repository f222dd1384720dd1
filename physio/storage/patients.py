"""Patients in the store."""

import re

import duckdb

from physio.errors import StoreError
from physio.storage.audit import fingerprint, forget_code
from physio.storage.deletion import delete_sessions
from physio.storage.records import Patient
from physio.storage.repository import MINE, Repository, now, utc, utc_or_none, visible

_CODE = re.compile(r"[\w.-]{1,32}")
_PATIENT_TABLES = ("calibration", "job", "audit")
"""Tables whose rows name their patient, beside session and patient."""


class Patients(Repository):
    """The patients whom the user may see."""

    def all(self) -> tuple[Patient, ...]:
        """Everybody, by code."""
        rows = self._rows(
            "select code, name, demo, created_at, created_by, language, affected_side, about, birth_year, sex, "
            f"archived_at from patient where {visible('code')} order by code",
            self.mine,
        )
        return tuple(
            Patient(code, name, demo, utc(created), by, language, side, about, born, sex, utc_or_none(archived))
            for code, name, demo, created, by, language, side, about, born, sex, archived in rows
        )

    def get(self, code: str) -> Patient | None:
        """One patient, or None when there is none with this code."""
        return next((patient for patient in self.all() if patient.code == code), None)

    def check_code(self, code: str) -> None:
        """Raises StoreError when it is not 1-32 letters, digits, dots, dashes or underscores, or when the user may not
        see such a patient."""
        if not code:
            raise StoreError("storage.code_missing")
        if not _CODE.fullmatch(code):
            raise StoreError("storage.code_not_allowed", code=code)
        if not self.may_see(code):
            raise StoreError("storage.not_your_patient", code=code)

    def add(self, code: str, name: str, *, demo: bool = False) -> None:
        """Raises StoreError when the code is taken, and what `check_code` raises."""
        self.check_code(code)
        with self._database.writing() as cursor:
            if self._patient_there(cursor, code):
                raise StoreError("storage.code_taken", code=code)
            cursor.execute(
                "insert into patient (code, name, demo, created_at, created_by) values (?, ?, ?, ?, ?)",
                [code, name, demo, now(), self.user.name],
            )

    def set_language(self, code: str, language: str | None) -> None:
        """What this patient reads and hears from now on; None: the browser's language. Raises StoreError when there is
        no such patient."""
        with self._database.writing() as cursor:
            self._require_patient(cursor, code)
            cursor.execute("update patient set language = ? where code = ?", [language, code])
            self._audit(cursor, ("set language", "patient", code), code)

    def delete(self, code: str) -> None:
        """Remove a patient and every row about them; what stays is who did it, how many rows there were, and the code's
        SHA-256. Raises StoreError when there is no such patient, or while one of their sessions runs.

        What was deleted stays inside the file until its place is needed: call `Store.compact` to make it unreadable
        now."""
        with self._database.writing() as cursor:
            self._require_patient(cursor, code)
            self._delete(cursor, code)

    def delete_demo(self) -> None:
        """Remove the made-up patients, and every session marked as demo. See `delete`."""
        with self._database.writing() as cursor:
            sql = f"select code from patient where demo and {visible('code')}"
            for (code,) in cursor.execute(sql, [self.mine]).fetchall():
                self._delete(cursor, code)
            counts = delete_sessions(self._database, cursor, f"demo and {MINE}", self.mine)
            if counts["session"]:
                self._audit(cursor, ("delete", "demo sessions", ""), None, counts)

    def _delete(self, cursor: duckdb.DuckDBPyConnection, code: str) -> None:
        counts = delete_sessions(self._database, cursor, "patient_code = ?", code)
        for table in _PATIENT_TABLES:
            ((counts[table],),) = cursor.execute(f"delete from {table} where patient_code = ?", [code]).fetchall()
        cursor.execute("delete from patient where code = ?", [code])
        forget_code(cursor, code)
        self._audit(cursor, ("delete", "patient", fingerprint(code)), None, counts)

    def _require_patient(self, cursor: duckdb.DuckDBPyConnection, code: str) -> None:
        if not self._patient_there(cursor, code):
            raise StoreError("storage.no_patient", code=code)
