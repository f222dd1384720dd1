"""Patients in the store."""

import re
from collections.abc import Sequence
from dataclasses import astuple, replace
from typing import get_args

import duckdb

from physio.errors import StoreError
from physio.language import languages
from physio.messages import message
from physio.storage.audit import fingerprint, forget_code
from physio.storage.deletion import delete_sessions
from physio.storage.own_words import folded, one_line, seen
from physio.storage.records import NO_DETAILS, Patient, PatientDetails, Sex
from physio.storage.repository import MINE, Repository, now, utc, utc_or_none, visible
from physio.types import Side

CODE_LENGTH, NAME_LENGTH, ABOUT_LENGTH = 32, 80, 200
FIRST_BIRTH_YEAR = 1900
_CODE = re.compile(r"[\w.-]*[^\W_][\w.-]*")
_PATIENT_TABLES = ("calibration", "job", "audit", "consent", "alert_setting")
"""Tables whose rows name their patient, beside session and patient."""


def birth_year(text: str) -> int | None:
    """The year that was typed, None for nothing. Raises StoreError when it is no year that somebody alive was born
    in."""
    text = text.strip()
    if not text:
        return None
    year = int(text) if text.isdecimal() else 0
    if not FIRST_BIRTH_YEAR <= year <= now().year:
        raise StoreError("storage.birth_year", year=seen(text), first=FIRST_BIRTH_YEAR, last=now().year)
    return year


class Patients(Repository):
    """The patients whom the user may see. What earlier versions let in (codes that differ in case only, characters that
    are not allowed any more) stays readable, and may be changed and deleted."""

    def all(self) -> tuple[Patient, ...]:
        """Everybody, by code, archived or not."""
        rows = self._rows(
            "select code, name, demo, created_at, created_by, language, affected_side, about, birth_year, sex, "
            f"archived_at from patient where {visible('code')} order by code",
            self.mine,
        )
        return tuple(
            Patient(code, name, demo, utc(created), by, language, side, about or "", born, sex, utc_or_none(archived))
            for code, name, demo, created, by, language, side, about, born, sex, archived in rows
        )

    def get(self, code: str) -> Patient | None:
        """One patient, or None when there is none with this code."""
        return next((patient for patient in self.all() if patient.code == code), None)

    def usable_code(self, code: str) -> str:
        """The code as it is stored: a patient's as it is, else one that a new patient may have. Raises StoreError when
        it is not 1-32 letters, digits, dots, dashes or underscores with a letter or digit among them, when it is a
        patient's but for case or Unicode form, or when the user may not see such a patient."""
        with self._database.reading() as cursor:
            return code if self._patient_there(cursor, code) else self._new_code(cursor, code)

    def new_code(self, code: str) -> str:
        """The code as it would be stored for a new patient. Raises StoreError when they cannot have it."""
        with self._database.reading() as cursor:
            return self._new_code(cursor, code)

    def add(self, code: str, name: str, details: PatientDetails = NO_DETAILS, *, demo: bool = False) -> str:
        """The code as it is stored. Raises StoreError when the code is taken, and what `usable_code` and `change`
        raise."""
        with self._database.writing() as cursor:
            code = self._new_code(cursor, code)
            name, details = checked_name(name), _checked(details)
            cursor.execute(
                "insert into patient (code, name, demo, created_at, created_by, language, affected_side, about, "
                "birth_year, sex) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [code, name, demo, now(), self.user.name, *astuple(details)],
            )
        return code

    def change(self, code: str, name: str, details: PatientDetails) -> None:
        """Raises StoreError when there is no such patient, when name or details have characters that cannot be seen or
        are too long, or when the year of birth, side, sex or language cannot be."""
        known = self.get(code)
        name = name if known and name == known.name else checked_name(name)
        details = details if known and details == known.details else _checked(details)
        with self._database.writing() as cursor:
            self._require_patient(cursor, code)
            cursor.execute(
                "update patient set name = ?, language = ?, affected_side = ?, about = ?, birth_year = ?, sex = ? "
                "where code = ?",
                [name, *astuple(details), code],
            )
            self._audit(cursor, ("change", "patient", code), code)

    def archive(self, code: str) -> None:
        """Out of the way, with everything kept; who is so already stays as they are. Raises StoreError when there is no
        such patient."""
        with self._database.writing() as cursor:
            self._require_patient(cursor, code)
            cursor.execute("update patient set archived_at = coalesce(archived_at, ?) where code = ?", [now(), code])
            self._audit(cursor, ("archive", "patient", code), code)

    def unarchive(self, code: str) -> None:
        """Back among today's patients. Raises StoreError when there is no such patient."""
        with self._database.writing() as cursor:
            self._require_patient(cursor, code)
            cursor.execute("update patient set archived_at = null where code = ?", [code])
            self._audit(cursor, ("unarchive", "patient", code), code)

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

    def _new_code(self, cursor: duckdb.DuckDBPyConnection, code: str) -> str:
        code = one_line(code, message("storage.field_code"), CODE_LENGTH)
        if not code:
            raise StoreError("storage.code_missing")
        if not _CODE.fullmatch(code):
            raise StoreError("storage.code_not_allowed", code=code)
        stored = [one for (one,) in cursor.execute("select code from patient order by code").fetchall()]
        alike = [one for one in stored if folded(one) == folded(code)]
        if not all(self.may_see(one) for one in (code, *alike)):
            raise StoreError("storage.not_your_patient", code=code)
        if code in alike:
            raise StoreError("storage.code_taken", code=code)
        if alike:
            raise StoreError("storage.code_alike", code=code, taken=alike[0])
        return code


def checked_name(name: str) -> str:
    """A name as it is stored. Raises StoreError when it is too long or has characters that cannot be seen."""
    return one_line(name, message("storage.field_name"), NAME_LENGTH)


def checked_about(about: str) -> str:
    """The same for diagnosis or goal."""
    return one_line(about, message("storage.field_about"), ABOUT_LENGTH)


def _checked(details: PatientDetails) -> PatientDetails:
    if details.birth_year is not None:
        birth_year(str(details.birth_year))
    _require_choice(details.affected_side, get_args(Side))
    _require_choice(details.sex, get_args(Sex))
    _require_choice(details.language, languages())
    return replace(details, about=checked_about(details.about))


def _require_choice(value: str | None, choices: Sequence[str]) -> None:
    if value is not None and value not in choices:
        raise StoreError("storage.not_a_choice", value=value, choices=", ".join(choices))
