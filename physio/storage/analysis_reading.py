"""What the store knows of one analysis. Visible SQL in, records and arrays out; NULL is NaN in arrays."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from physio.exercise.evidence import estimated_before
from physio.messages import Message, from_json
from physio.metrics import REP_COLUMNS
from physio.storage.inserts import LINE_COLUMNS, REP_FLAGS
from physio.storage.records import Analysis, SessionCalibration
from physio.storage.repository import MINE, Repository, Row, SessionGoneError, floats, number, utc, utc_or_none
from physio.summary import Summary
from physio.types import CalibrationLine, Fault, FloatArray, RejectedRep, Rep, Severity, Side

_ANALYSES = f"""
    select analysis.id, session_id, made_at, made_by, app_version, model_checksums, exercise_id, exercise_checksum,
        exercise_text, side, target_reps, assignment, derived_from, finished_at, analysis.id = session.analysis_id
    from analysis join session on session.id = analysis.session_id
    where {MINE}
"""
VISIBLE = f"""
    analysis_id = ? and exists (
        select 1 from analysis join session on session.id = analysis.session_id
        where analysis.id = ? and {MINE}
    )
"""
"""SQL: whether a row is of one analysis that the user may see. Its parameters: the analysis's id twice, and `mine`."""


class AnalysisReading(Repository):
    """The part of `Analyses` that asks. What is not there, or not for this user, raises SessionGoneError when asked for
    by itself, and has no rows."""

    def get(self, analysis_id: str) -> Analysis:
        """One analysis. Raises SessionGoneError when there is none."""
        rows = self._rows(_ANALYSES + "and analysis.id = ?", self.mine, analysis_id)
        if not rows:
            raise SessionGoneError("storage.analysis_gone", id=analysis_id)
        return _analysis(rows[0])

    def of(self, session_id: str) -> tuple[Analysis, ...]:
        """All analyses of a session, oldest first."""
        rest = "and session_id = ? order by made_at, analysis.rowid"
        return tuple(_analysis(row) for row in self._rows(_ANALYSES + rest, self.mine, session_id))

    def counting(self, session_id: str) -> Analysis:
        """The analysis that the session is shown by. Raises SessionGoneError when there is no such session."""
        rows = self._rows(_ANALYSES + "and session.id = ? and analysis.id = session.analysis_id", self.mine, session_id)
        if not rows:
            raise SessionGoneError("storage.session_gone", id=session_id)
        return _analysis(rows[0])

    def counting_of(self, patient_code: str) -> tuple[Analysis, ...]:
        """The analyses that a patient's sessions are shown by."""
        rest = "and patient_code = ? and analysis.id = session.analysis_id"
        return tuple(_analysis(row) for row in self._rows(_ANALYSES + rest, self.mine, patient_code))

    def unfinished(self) -> tuple[Analysis, ...]:
        """Those that run, or whose process died."""
        return tuple(_analysis(row) for row in self._rows(_ANALYSES + "and finished_at is null", self.mine))

    def frames(self, analysis_id: str) -> dict[str, FloatArray]:
        """The frames by time: t_s and one array (n,) for every stored frame metric, also for those that this version no
        longer measures; float64, NaN where unknown."""
        sql = f"select t_s, * exclude (analysis_id, t_s) from frame where {VISIBLE} order by t_s"
        found = self._columns(sql, analysis_id, analysis_id, self.mine)
        return {name: floats(values) for name, values in found.items()}

    def frame_means(self, patient_code: str, columns: Sequence[str]) -> dict[str, tuple[float, ...]]:
        """The means of frame metrics (names of FRAME_COLUMNS) over the frames that have them, by session, of the
        analyses that a patient's sessions are shown by; sessions with none of them are left out."""
        means = ", ".join(f"avg({name})" for name in columns)
        sql = f"""
            select session.id, {means} from session join frame on frame.analysis_id = session.analysis_id
            where {MINE} and patient_code = ? group by session.id
        """
        rows = self._rows(sql, self.mine, patient_code)
        return {key: tuple(map(number, values)) for key, *values in rows if any(one is not None for one in values)}

    def reps(self, analysis_id: str) -> tuple[Rep, ...]:
        """The counted repetitions with their faults, by time. Where an earlier version did not store whether the range
        is an estimate, the session's range of motion decides (`estimated_before`)."""
        faults: dict[str, list[Fault]] = {}
        for rep_id, fault, value, limit, severity in self._rows(
            "select repetition_id, fault_id, value, limit_value, severity "
            f"from fault join repetition on repetition.id = repetition_id where {VISIBLE} order by fault.rowid",
            analysis_id,
            analysis_id,
            self.mine,
        ):
            faults.setdefault(rep_id, []).append(Fault(fault, number(value), number(limit), cast(Severity, severity)))
        rows = self._rows(
            f"select id, rep_index, side, {', '.join((*REP_FLAGS, *REP_COLUMNS))} from repetition "
            f"where rejected_reason is null and {VISIBLE} order by start_s, rep_index",
            analysis_id,
            analysis_id,
            self.mine,
        )
        reps = tuple(rep_of(row, faults.get(row[0], [])) for row in rows)
        return self._as_known(analysis_id, reps) if any(row[3] is None for row in rows) else reps

    def _as_known(self, analysis_id: str, reps: Sequence[Rep]) -> tuple[Rep, ...]:
        """Repetitions of an earlier version, marked as estimates where nothing says that they were measured."""
        exercise, metrics = self.get(analysis_id).exercise, self.metrics(analysis_id)
        base = exercise.signal.angle if exercise else ""
        return tuple(replace(rep, estimated=estimated_before(base, rep, metrics)) for rep in reps)

    def rejected(self, analysis_id: str) -> tuple[RejectedRep, ...]:
        """The movements that were not counted, by time."""
        rows = self._rows(
            "select side, start_s, end_s, rejected_reason from repetition "
            f"where rejected_reason is not null and {VISIBLE} order by start_s",
            analysis_id,
            analysis_id,
            self.mine,
        )
        return tuple(RejectedRep(side, start_s, end_s, from_json(reason)) for side, start_s, end_s, reason in rows)

    def metrics(self, analysis_id: str) -> dict[str, float]:
        """The numbers of the summary, name → value; empty until it is there."""
        sql = f"select name, value from analysis_metric where {VISIBLE} order by name"
        return dict(self._rows(sql, analysis_id, analysis_id, self.mine))

    def summary(self, analysis_id: str) -> Summary | None:
        """The summary as it was written; None until it is there."""
        metrics = self.metrics(analysis_id)
        sql = f"select angle, reason from analysis_reason where {VISIBLE}"
        if not metrics:
            return None
        reasons = {angle: from_json(text) for angle, text in self._rows(sql, analysis_id, analysis_id, self.mine)}
        return Summary.of(metrics, reasons)

    def doubts(self, analysis_id: str) -> tuple[Message, ...]:
        """What makes it doubtful, in its order."""
        sql = f"select doubt from analysis_doubt where {VISIBLE} order by position"
        return tuple(from_json(doubt) for (doubt,) in self._rows(sql, analysis_id, analysis_id, self.mine))

    def calibration(self, analysis_id: str) -> tuple[SessionCalibration, ...]:
        """Which calibration lines came into use and went out of it, by time."""
        rows = self._rows(
            f"select t_s, in_use, kind, {', '.join(LINE_COLUMNS)} from analysis_calibration where {VISIBLE} "
            "order by t_s, rowid",
            analysis_id,
            analysis_id,
            self.mine,
        )
        return tuple(
            SessionCalibration(t_s, in_use, CalibrationLine(angle, kind, *numbers))
            for t_s, in_use, kind, angle, *numbers in rows
        )


def _analysis(row: Row) -> Analysis:
    """row has the columns of _ANALYSES, which are the fields of Analysis in their order."""
    raw = Analysis(*row)
    return replace(
        raw,
        made_at=utc(raw.made_at),
        model_checksums=json.loads(str(raw.model_checksums)),
        finished_at=utc_or_none(raw.finished_at),
    )


def rep_of(row: Row, faults: list[Fault]) -> Rep:
    """row: whatever it is found by, rep_index, side, REP_FLAGS, REP_COLUMNS."""
    _, index, side, estimated, judged, total, *numbers = row
    measures = dict(zip(REP_COLUMNS, (number(value) for value in numbers), strict=True))
    return Rep(
        index,
        cast(Side, side),
        **measures,
        faults=tuple(faults),
        estimated=bool(estimated),
        criteria_judged=judged or 0,
        criteria_total=total or 0,
    )
