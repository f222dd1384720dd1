"""What the repositories share: the database, who acts, and which patients that may reach."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import duckdb
import numpy as np
import numpy.typing as npt

from physio.errors import StoreError
from physio.storage.database import Database
from physio.storage.user import User
from physio.types import FloatArray

Row = tuple[Any, ...]


def visible(column: str) -> str:
    """SQL: whether the column names a patient whom the user may see. Its parameter is `Repository.mine`."""
    return f"coalesce(list_contains(?::varchar[], {column}), true)"


MINE = visible("patient_code")


class SessionGoneError(StoreError):
    """The session or the analysis does not exist, or not any more, or not for this user."""


class Repository:
    """The rows of one noun that a user may see. Each method is one transaction: all of it happens or nothing."""

    def __init__(self, database: Database, user: User):
        self._database = database
        self.user = user

    @property
    def mine(self) -> list[str] | None:
        """The parameter of MINE."""
        return None if self.user.patients is None else sorted(self.user.patients)

    def may_see(self, patient_code: str) -> bool:
        """Whether the user may see this patient, there or not."""
        return self.user.patients is None or patient_code in self.user.patients

    def _rows(self, sql: str, *parameters: object) -> list[Row]:
        with self._database.reading() as cursor:
            return cursor.execute(sql, list(parameters)).fetchall()

    def _columns(self, sql: str, *parameters: object) -> dict[str, npt.NDArray[Any]]:
        """One array per column. fetchnumpy is typed as if it could return a pandas.Categorical, which only ENUM columns
        do."""
        with self._database.reading() as cursor:
            return cast(dict[str, npt.NDArray[Any]], cursor.execute(sql, list(parameters)).fetchnumpy())

    def _patient_there(self, cursor: duckdb.DuckDBPyConnection, code: str) -> bool:
        return self.may_see(code) and bool(cursor.execute("select 1 from patient where code = ?", [code]).fetchall())

    def _require_session(self, cursor: duckdb.DuckDBPyConnection, session_id: str) -> str:
        """The session's patient. Raises SessionGoneError."""
        sql = f"select patient_code from session where id = ? and {MINE}"
        rows = cursor.execute(sql, [session_id, self.mine]).fetchall()
        if not rows:
            raise SessionGoneError("storage.session_gone", id=session_id)
        return str(rows[0][0])

    def _audit(
        self,
        cursor: duckdb.DuckDBPyConnection,
        change: tuple[str, str, str],
        patient_code: str | None,
        counts: Mapping[str, int] | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        """Say who made a change (action, noun, key) that leaves no row of its own, and from what to what."""
        cursor.execute(
            "insert into audit (moment, author, action, noun, key, patient_code, counts, details) "
            "values (?, ?, ?, ?, ?, ?, ?, ?)",
            [now(), self.user.name, *change, patient_code, _json(counts), _json(details)],
        )


def _json(values: Mapping[str, object] | None) -> str | None:
    return None if values is None else json.dumps(dict(values))


def now() -> datetime:
    """The time of day as it is stored: UTC, without saying so."""
    return datetime.now(UTC).replace(tzinfo=None)


def stored(moment: datetime) -> datetime:
    """An aware time of day as it is stored."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def utc(moment: datetime) -> datetime:
    """A stored time of day, aware."""
    return moment.replace(tzinfo=UTC)


def utc_or_none(moment: datetime | None) -> datetime | None:
    """The same, where there may be none."""
    return None if moment is None else utc(moment)


def number(value: float | None) -> float:
    """A stored number, NaN where unknown."""
    return math.nan if value is None else value


def floats(values: npt.NDArray[Any]) -> FloatArray:
    """A column as float64, NaN where unknown."""
    return np.ma.filled(values.astype(np.float64), np.nan)
