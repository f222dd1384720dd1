"""Calibrations in the store: the goniometer lines of patients."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import astuple

from physio.errors import StoreError
from physio.kinematics.calibration import GONE_FROM_DEG, GoniometerReading
from physio.kinematics.geometry import wrap_deg
from physio.storage.inserts import LINE_COLUMNS, line_values
from physio.storage.records import StoredCalibration
from physio.storage.repository import MINE, Repository, Row, now, utc, utc_or_none
from physio.types import CalibrationLine

_LINE = ", ".join(LINE_COLUMNS)
_STORED = f"select id, patient_code, readings, created_at, ended_at, author, {_LINE} from calibration"


class Calibrations(Repository):
    """The calibrations of patients whom the user may see."""

    def add(self, patient_code: str, line: CalibrationLine, readings: Sequence[GoniometerReading]) -> str:
        """Keep a line and use it from now on; its id. A line of the same angle in the same view is no longer used.
        Raises StoreError when there is no such patient."""
        key, moment = secrets.token_hex(8), now()
        text = json.dumps([astuple(reading) for reading in readings])
        with self._database.writing() as cursor:
            if not self._patient_there(cursor, patient_code):
                raise StoreError("storage.patient_needed", code=patient_code)
            same_angle = cursor.execute(
                "select id, azimuth_deg from calibration where patient_code = ? and angle = ? and ended_at is null",
                [patient_code, line.angle],
            ).fetchall()
            for other, azimuth_deg in same_angle:
                if abs(wrap_deg(azimuth_deg - line.azimuth_deg)) < GONE_FROM_DEG:
                    cursor.execute("update calibration set ended_at = ? where id = ?", [moment, other])
            cursor.execute(
                f"insert into calibration (id, patient_code, readings, created_at, author, {_LINE}) "
                f"values (?, ?, ?, ?, ?{', ?' * len(LINE_COLUMNS)})",
                [key, patient_code, text, moment, self.user.name, *line_values(line)],
            )
        return key

    def stop(self, calibration_id: str) -> None:
        """Use a line no more, from the next session on; it is kept as history. Unknown and stopped ones are fine."""
        with self._database.writing() as cursor:
            stopped = cursor.execute(
                f"update calibration set ended_at = ? where id = ? and ended_at is null and {MINE} "
                "returning patient_code",
                [now(), calibration_id, self.mine],
            ).fetchall()
            for (patient,) in stopped:
                self._audit(cursor, ("stop", "calibration", calibration_id), patient)

    def of(self, patient_code: str) -> tuple[StoredCalibration, ...]:
        """Every line of a patient, in use or not, newest first."""
        sql = f"{_STORED} where patient_code = ? and {MINE} order by created_at desc, rowid desc"
        return tuple(_stored(row) for row in self._rows(sql, patient_code, self.mine))

    def in_use(self, patient_code: str) -> tuple[CalibrationLine, ...]:
        """What corrects this patient's angles from now on."""
        return tuple(one.line for one in self.of(patient_code) if one.ended_at is None)


def _stored(row: Row) -> StoredCalibration:
    key, code, readings, created, ended, author, angle, *numbers = row
    return StoredCalibration(
        id=key,
        patient_code=code,
        line=CalibrationLine(angle, "goniometer", *numbers),
        readings=tuple(GoniometerReading(*one) for one in json.loads(readings)),
        created_at=utc(created),
        ended_at=utc_or_none(ended),
        author=author,
    )
