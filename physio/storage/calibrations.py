"""Calibration in the store: the goniometer lines of patients, and what was in use in a session."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import astuple
from datetime import UTC, datetime

from physio.errors import StoreError
from physio.kinematics.calibration import GONE_FROM_DEG, GoniometerReading
from physio.kinematics.geometry import wrap_deg
from physio.storage.database import Database
from physio.storage.inserts import LINE_COLUMNS, line_values
from physio.storage.records import SessionCalibration, StoredCalibration
from physio.types import CalibrationLine

_LINE = ", ".join(LINE_COLUMNS)
_STORED = f"select id, patient_code, readings, created_at, ended_at, {_LINE} from calibration"


class Calibrations(Database):
    """What can be kept and asked about calibration."""

    def add_calibration(self, patient_code: str, line: CalibrationLine, readings: Sequence[GoniometerReading]) -> str:
        """Keep a line and use it from now on; its id. A line of the same angle in the same view is no longer used.
        Raises StoreError when there is no such patient."""
        now = datetime.now(UTC).replace(tzinfo=None)
        key = secrets.token_hex(8)
        text = json.dumps([astuple(reading) for reading in readings])
        with self._writing() as cursor:
            if not cursor.execute("select 1 from patient where code = ?", [patient_code]).fetchall():
                raise StoreError(f"There is no patient {patient_code}. Add the patient first.")
            same_angle = cursor.execute(
                "select id, azimuth_deg from calibration where patient_code = ? and angle = ? and ended_at is null",
                [patient_code, line.angle],
            ).fetchall()
            for other, azimuth_deg in same_angle:
                if abs(wrap_deg(azimuth_deg - line.azimuth_deg)) < GONE_FROM_DEG:
                    cursor.execute("update calibration set ended_at = ? where id = ?", [now, other])
            cursor.execute(
                f"insert into calibration (id, patient_code, readings, created_at, {_LINE}) "
                f"values (?, ?, ?, ?{', ?' * len(LINE_COLUMNS)})",
                [key, patient_code, text, now, *line_values(line)],
            )
        return key

    def stop_calibration(self, calibration_id: str) -> None:
        """Use a line no more, from the next session on; it is kept as history. Unknown and stopped ones are fine."""
        now = datetime.now(UTC).replace(tzinfo=None)
        with self._writing() as cursor:
            cursor.execute(
                "update calibration set ended_at = ? where id = ? and ended_at is null", [now, calibration_id]
            )

    def calibrations(self, patient_code: str) -> tuple[StoredCalibration, ...]:
        """Every line of a patient, in use or not, newest first."""
        with self._reading() as cursor:
            sql = f"{_STORED} where patient_code = ? order by created_at desc, rowid desc"
            rows = cursor.execute(sql, [patient_code]).fetchall()
        return tuple(_stored(row) for row in rows)

    def lines_in_use(self, patient_code: str) -> tuple[CalibrationLine, ...]:
        """What corrects this patient's angles from now on."""
        return tuple(one.line for one in self.calibrations(patient_code) if one.ended_at is None)

    def session_calibration(self, session_id: str) -> tuple[SessionCalibration, ...]:
        """Which lines came into use and went out of it in a session, by time."""
        with self._reading() as cursor:
            rows = cursor.execute(
                f"select t_s, in_use, kind, {_LINE} from session_calibration where session_id = ? order by t_s, rowid",
                [session_id],
            ).fetchall()
        return tuple(
            SessionCalibration(t_s, in_use, CalibrationLine(angle, kind, *numbers))
            for t_s, in_use, kind, angle, *numbers in rows
        )


def _stored(row: tuple[object, ...]) -> StoredCalibration:
    key, code, readings, created, ended, angle, *numbers = row
    return StoredCalibration(
        id=str(key),
        patient_code=str(code),
        line=CalibrationLine(str(angle), "goniometer", *numbers),  # type: ignore[arg-type]
        readings=tuple(GoniometerReading(*one) for one in json.loads(str(readings))),
        created_at=_utc(created),
        ended_at=None if ended is None else _utc(ended),
    )


def _utc(moment: object) -> datetime:
    assert isinstance(moment, datetime)
    return moment.replace(tzinfo=UTC)
