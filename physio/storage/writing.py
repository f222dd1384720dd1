"""What changes the store. Each method is one transaction: all of it happens or nothing."""

import json
import math
import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import duckdb
import numpy as np

from physio.errors import StoreError
from physio.storage.database import Database
from physio.storage.inserts import (
    insert_calibration,
    insert_frames,
    insert_landmarks,
    insert_metrics,
    insert_rejected,
    insert_reps,
)
from physio.storage.landmark_codec import pack
from physio.storage.migrations import SESSION_TABLES
from physio.storage.records import Landmarks, NewSession
from physio.storage.rows import Rows
from physio.storage.trouble import Location
from physio.types import EndReason, FloatArray, RejectedRep, Rep

NRS_MAX = 10
_CODE = re.compile(r"[\w.-]{1,32}")


class SessionGoneError(StoreError):
    """The session does not exist, or not any more."""


class Writer(Database):
    """What can be changed. A session counts as running, in this process, from start_session to end_session."""

    def __init__(self, path: Location):
        super().__init__(path)
        self._running: set[str] = set()

    # -- patients ----------------------------------------------------------------------------------------------------

    def add_patient(self, code: str, name: str, *, demo: bool = False) -> None:
        """Raises StoreError when the code is taken or is not 1-32 letters, digits, dots, dashes or underscores."""
        if not _CODE.fullmatch(code):
            raise StoreError(
                f"“{code}” cannot be a patient code: use 1 to 32 letters, digits, dots, dashes or underscores."
            )
        with self._writing() as cursor:
            if cursor.execute("select 1 from patient where code = ?", [code]).fetchall():
                raise StoreError(f"There is a patient {code} already. Choose another code.")
            cursor.execute("insert into patient values (?, ?, ?, ?)", [code, name, demo, _now()])

    def delete_patient(self, code: str) -> None:
        """Remove a patient, their calibrations and every row of their sessions. Raises StoreError while one of their
        sessions runs.

        What was deleted stays inside the file until its place is needed: call `compact` to make it unreadable now."""
        with self._writing() as cursor:
            if not cursor.execute("select 1 from patient where code = ?", [code]).fetchall():
                raise StoreError(f"There is no patient {code}.")
            self._delete_sessions(cursor, "patient_code = ?", code)
            cursor.execute("delete from calibration where patient_code = ?", [code])
            cursor.execute("delete from patient where code = ?", [code])

    def delete_demo(self) -> None:
        """Remove the made-up patients, and every session marked as demo. See delete_patient."""
        with self._writing() as cursor:
            self._delete_sessions(cursor, "demo or patient_code in (select code from patient where demo)")
            cursor.execute("delete from calibration where patient_code in (select code from patient where demo)")
            cursor.execute("delete from patient where demo")

    # -- sessions ----------------------------------------------------------------------------------------------------

    def start_session(self, new: NewSession) -> str:
        """Store the start of a session; returns its id. Raises StoreError when there is no such patient."""
        started = (new.started_at or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
        session_id = f"{started:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        self._running.add(session_id)
        try:
            with self._writing() as cursor:
                if not cursor.execute("select 1 from patient where code = ?", [new.patient_code]).fetchall():
                    raise StoreError(f"There is no patient {new.patient_code}. Add the patient first.")
                cursor.execute(
                    "insert into session (id, patient_code, exercise_id, exercise_checksum, side, source, video_name, "
                    "target_reps, width_px, height_px, app_version, model_checksums, demo, started_at) "
                    "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        session_id,
                        new.patient_code,
                        new.exercise_id,
                        new.exercise_checksum,
                        new.side,
                        new.source,
                        new.video_name,
                        new.target_reps,
                        new.width_px,
                        new.height_px,
                        new.app_version,
                        json.dumps(dict(new.model_checksums), sort_keys=True),
                        new.demo,
                        started,
                    ],
                )
        except BaseException:
            self._running.discard(session_id)
            raise
        return session_id

    def end_session(
        self, session_id: str, reason: EndReason, metrics: Mapping[str, float], *, ended_at: datetime | None = None
    ) -> None:
        """Store how and when (None: now) a session ended and its summary, in place of an earlier one. Values that are
        not finite are left out."""
        known = {name: value for name, value in metrics.items() if math.isfinite(value)}
        ended = _now() if ended_at is None else ended_at.astimezone(UTC).replace(tzinfo=None)
        with self._writing() as cursor:
            _require(cursor, session_id)
            cursor.execute("update session set ended_at = ?, end_reason = ? where id = ?", [ended, reason, session_id])
            cursor.execute("delete from session_metric where session_id = ?", [session_id])
            insert_metrics(cursor, session_id, known)
        self._running.discard(session_id)

    def discard_session(self, session_id: str) -> None:
        """Remove a session as if it had never been, running or not. Unknown ids are fine."""
        self._running.discard(session_id)
        with self._writing() as cursor:
            self._delete_sessions(cursor, "id = ?", session_id)

    def is_running(self, session_id: str) -> bool:
        """Whether this process has started the session and not ended it."""
        return session_id in self._running

    def set_note(self, session_id: str, text: str) -> None:
        """Replace the session's note."""
        with self._writing() as cursor:
            _require(cursor, session_id)
            cursor.execute("update session set note = ? where id = ?", [text, session_id])

    # -- rows of a session -------------------------------------------------------------------------------------------

    def append_rows(self, session_id: str, rows: Rows) -> None:
        """Frames, their landmarks, the repetitions that closed and the calibration that changed with them, in one
        transaction."""
        with self._writing() as cursor:
            _require(cursor, session_id)
            insert_frames(cursor, session_id, rows.t_s, rows.values)
            insert_landmarks(cursor, session_id, rows.landmarks)
            insert_reps(cursor, session_id, rows.reps)
            insert_rejected(cursor, session_id, rows.rejected)
            insert_calibration(cursor, session_id, rows.calibration)

    def append_frames(self, session_id: str, t_s: FloatArray, values: FloatArray) -> None:
        """Frames at t_s (n,) with values (n, len(FRAME_COLUMNS)), NaN where unknown."""
        with self._writing() as cursor:
            _require(cursor, session_id)
            insert_frames(cursor, session_id, t_s, values.astype(np.float32))

    def append_landmarks(
        self, session_id: str, t_s: FloatArray, image_px: FloatArray, world_m: FloatArray, visibility: FloatArray
    ) -> None:
        """Body landmarks at t_s (n,): (n, 33, 2), (n, 33, 3) and (n, 33)."""
        with self._writing() as cursor:
            _require(cursor, session_id)
            insert_landmarks(cursor, session_id, pack(Landmarks(t_s, image_px, world_m, visibility)))

    def add_reps(self, session_id: str, reps: Iterable[Rep]) -> None:
        """Counted repetitions with their faults."""
        with self._writing() as cursor:
            _require(cursor, session_id)
            insert_reps(cursor, session_id, tuple(reps))

    def add_rejected(self, session_id: str, rejected: Iterable[RejectedRep]) -> None:
        """Movements that were seen but not counted."""
        with self._writing() as cursor:
            _require(cursor, session_id)
            insert_rejected(cursor, session_id, tuple(rejected))

    def add_event(self, session_id: str, t_s: float, kind: str, text: str = "") -> None:
        """Something that somebody marked."""
        with self._writing() as cursor:
            _require(cursor, session_id)
            cursor.execute("insert into event values (?, ?, ?, ?)", [session_id, t_s, kind, text])

    def add_self_report(self, session_id: str, t_s: float, score: float, scale: str = "NRS") -> None:
        """What the patient said. Raises StoreError when an NRS score is not 0 to 10."""
        if scale == "NRS" and not 0 <= score <= NRS_MAX:
            raise StoreError(f"A pain rating is a number from 0 to {NRS_MAX}, not {score}.")
        with self._writing() as cursor:
            _require(cursor, session_id)
            cursor.execute("insert into self_report values (?, ?, ?, ?)", [session_id, t_s, score, scale])

    def _delete_sessions(self, cursor: duckdb.DuckDBPyConnection, which: str, *parameters: object) -> None:
        ids = [row[0] for row in cursor.execute(f"select id from session where {which}", list(parameters)).fetchall()]
        if running := self._running.intersection(ids):
            raise StoreError(f"The session {min(running)} is running. Stop it first.")
        for table in SESSION_TABLES:
            cursor.execute(f"delete from {table} where session_id in (select unnest(?::varchar[]))", [ids])
        cursor.execute("delete from session where id in (select unnest(?::varchar[]))", [ids])


def _require(cursor: duckdb.DuckDBPyConnection, session_id: str) -> None:
    if not cursor.execute("select 1 from session where id = ?", [session_id]).fetchall():
        raise SessionGoneError(f"There is no session {session_id}. It may have been deleted.")


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
