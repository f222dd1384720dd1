"""The questions that the store answers. Visible SQL in, records and arrays out; NULL is NaN in arrays."""

import json
import math
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import duckdb
import numpy as np
import numpy.typing as npt

from physio.errors import StoreError
from physio.messages import from_json
from physio.storage.database import Database
from physio.storage.landmark_codec import PackedLandmarks, unpack
from physio.storage.records import Event, Landmarks, Patient, SelfReport, Session, SessionMetric
from physio.types import EndReason, Fault, FloatArray, RejectedRep, Rep, Severity

Row = tuple[Any, ...]

_SESSIONS = """
    select id, patient_code, exercise_id, exercise_checksum, side, source, video_name, target_reps, width_px,
        height_px, app_version, model_checksums, demo, started_at, ended_at, end_reason, note,
        (select count(*) from repetition where session_id = session.id and rejected_reason is null),
        (select count(*) from repetition where session_id = session.id and rejected_reason is not null)
    from session
"""
_METRICS = """
    with repeated as (
        select session_id, count(*) as reps,
            avg(score) as rep_score_mean, stddev_samp(score) as rep_score_sd,
            avg(rom_deg) as rep_rom_mean, stddev_samp(rom_deg) as rep_rom_sd, max(rom_deg) as rep_rom_max,
            avg(peak_deg) as rep_peak_mean,
            avg(end_s - start_s) as rep_duration_mean, stddev_samp(end_s - start_s) as rep_duration_sd
        from repetition where rejected_reason is null group by session_id
    ),
    reported as (
        select session_id, max(score) as self_report_max, avg(score) as self_report_mean
        from self_report where scale = 'NRS' group by session_id
    ),
    metric as (
        select session_id, name, value from session_metric
        union all
        select session_id, name, value
        from (unpivot repeated on columns(* exclude (session_id, reps)) into name name value value)
        union all
        select session_id, name, value
        from (unpivot reported on columns(* exclude session_id) into name name value value)
    )
    select session.id, started_at, exercise_id, side, source, name, value, coalesce(reps, 0)
    from session join metric on metric.session_id = session.id left join repeated on repeated.session_id = session.id
    where patient_code = ?
    order by started_at, session.id, name
"""


class Reader(Database):
    """What can be asked."""

    def _rows(self, sql: str, *parameters: object) -> list[Row]:
        with self._reading() as cursor:
            return cursor.execute(sql, list(parameters)).fetchall()

    def patients(self) -> tuple[Patient, ...]:
        """Everybody, by code."""
        rows = self._rows("select code, name, demo, created_at from patient order by code")
        return tuple(Patient(code, name, demo, _utc(created)) for code, name, demo, created in rows)

    def patient(self, code: str) -> Patient | None:
        """One patient, or None when there is none with this code."""
        return next((patient for patient in self.patients() if patient.code == code), None)

    def sessions(self, patient_code: str | None = None) -> tuple[Session, ...]:
        """The sessions of one patient or of all, newest first."""
        where = "where ? is null or patient_code = ? order by started_at desc, id desc"
        return tuple(_session(row) for row in self._rows(_SESSIONS + where, patient_code, patient_code))

    def session(self, session_id: str) -> Session:
        """One session. Raises StoreError when there is none."""
        rows = self._rows(_SESSIONS + "where id = ?", session_id)
        if not rows:
            raise StoreError(f"There is no session {session_id}. It may have been deleted.")
        return _session(rows[0])

    def frames(self, session_id: str) -> dict[str, FloatArray]:
        """The session's frames by time: t_s and one array (n,) for every stored frame metric, also for those that this
        version no longer measures; float64, NaN where unknown."""
        with self._reading() as cursor:
            found = _columns(
                cursor.execute(
                    "select t_s, * exclude (session_id, t_s) from frame where session_id = ? order by t_s", [session_id]
                )
            )
        return {name: _floats(values) for name, values in found.items()}

    def landmarks(self, session_id: str) -> Landmarks:
        """The session's body landmarks by time, of the frames in which somebody was seen."""
        with self._reading() as cursor:
            found = _columns(
                cursor.execute(
                    "select t_s, px_step, image, world, visibility from landmark where session_id = ? order by t_s",
                    [session_id],
                )
            )
        return unpack(
            PackedLandmarks(
                t_s=_floats(found["t_s"]),
                px_step=_floats(found["px_step"]),
                image=_matrix(found["image"], 66).astype(np.int16),
                world=_matrix(found["world"], 99).astype(np.int16),
                visibility=_matrix(found["visibility"], 33).astype(np.uint8),
            )
        )

    def reps(self, session_id: str) -> tuple[Rep, ...]:
        """The counted repetitions with their faults, by time."""
        faults: dict[tuple[str, int], list[Fault]] = {}
        for side, index, fault, value, limit, severity in self._rows(
            "select side, rep_index, fault_id, value, limit_value, severity from repetition_fault "
            "where session_id = ? order by rowid",
            session_id,
        ):
            faults.setdefault((side, index), []).append(
                Fault(fault, _number(value), _number(limit), cast(Severity, severity))
            )
        rows = self._rows(
            "select rep_index, side, start_s, peak_s, end_s, peak_deg, rom_deg, eccentric_s, hold_s, concentric_s, "
            "score from repetition where session_id = ? and rejected_reason is null order by start_s, rep_index",
            session_id,
        )
        return tuple(_rep(row, faults.get((row[1], row[0]), [])) for row in rows)

    def rejected(self, session_id: str) -> tuple[RejectedRep, ...]:
        """The movements that were not counted, by time."""
        rows = self._rows(
            "select side, start_s, end_s, rejected_reason from repetition "
            "where session_id = ? and rejected_reason is not null order by start_s",
            session_id,
        )
        return tuple(RejectedRep(side, start_s, end_s, from_json(reason)) for side, start_s, end_s, reason in rows)

    def events(self, session_id: str) -> tuple[Event, ...]:
        """What was marked, by time."""
        return tuple(
            Event(*row)
            for row in self._rows("select t_s, kind, text from event where session_id = ? order by t_s", session_id)
        )

    def self_reports(self, session_id: str) -> tuple[SelfReport, ...]:
        """What the patient said, by time."""
        sql = "select t_s, score, scale from self_report where session_id = ? order by t_s"
        return tuple(SelfReport(*row) for row in self._rows(sql, session_id))

    def metrics(self, session_id: str) -> dict[str, float]:
        """The stored summary of one session, name → value; empty while it runs."""
        return dict(self._rows("select name, value from session_metric where session_id = ? order by name", session_id))

    def session_metrics(self, patient_code: str) -> tuple[SessionMetric, ...]:
        """Every number of every session of a patient, oldest session first: the stored summary, and from the counted
        repetitions rep_score_, rep_rom_, rep_duration_ with mean and sd (sd from two on), rep_rom_max, rep_peak_mean,
        and from the patient's own NRS ratings self_report_max and self_report_mean."""
        return tuple(
            SessionMetric(session_id, _utc(started), exercise_id, side, source, name, value, reps)
            for session_id, started, exercise_id, side, source, name, value, reps in self._rows(_METRICS, patient_code)
        )


def _rep(row: Row, faults: list[Fault]) -> Rep:
    numbers: Row = tuple(_number(value) for value in row[2:])
    return replace(Rep(*row[:2], *numbers), faults=tuple(faults))


def _session(row: Row) -> Session:
    """row has the columns of _SESSIONS, which are the fields of Session in their order."""
    raw = Session(*row)
    return replace(
        raw,
        model_checksums=json.loads(row[11]),
        started_at=_utc(raw.started_at),
        ended_at=None if raw.ended_at is None else _utc(raw.ended_at),
        end_reason=None if raw.end_reason is None else EndReason(raw.end_reason),
    )


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _columns(cursor: duckdb.DuckDBPyConnection) -> dict[str, npt.NDArray[Any]]:
    # fetchnumpy is typed as if it could return a pandas.Categorical, which only ENUM columns do.
    return cast(dict[str, npt.NDArray[Any]], cursor.fetchnumpy())


def _floats(values: npt.NDArray[Any]) -> FloatArray:
    return np.ma.filled(values.astype(np.float64), np.nan)


def _matrix(values: npt.NDArray[Any], width: int) -> npt.NDArray[Any]:
    """An array column comes as n objects, each an array (width,)."""
    return np.concatenate([np.empty(0, np.int16), *np.ma.getdata(values)]).reshape(-1, width)
