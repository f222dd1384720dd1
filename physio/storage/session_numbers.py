"""What a patient's numbers over sessions are made of: few queries, however many sessions there are."""

from collections.abc import Mapping
from dataclasses import replace

from physio.exercise.evidence import estimated_before
from physio.metrics import REP_COLUMNS
from physio.storage.analysis_reading import AnalysisReading, rep_of
from physio.storage.inserts import REP_FLAGS
from physio.storage.repository import MINE, Repository
from physio.types import Rep

_STORED = f"""
    with mine as (select id, analysis_id from session where {MINE} and patient_code = ?)
    select mine.id, name, value from mine join analysis_metric using (analysis_id)
    union all
    select mine.id, name, value from mine join (
        unpivot (
            select session_id as id, max(score) as self_report_max, avg(score) as self_report_mean
            from self_report where scale = 'NRS' group by session_id
        ) on self_report_max, self_report_mean into name name value value
    ) using (id)
"""
_REPS = f"""
    select session.id, rep_index, side, {", ".join((*REP_FLAGS, *REP_COLUMNS))}
    from session join repetition using (analysis_id)
    where {MINE} and patient_code = ? and rejected_reason is null order by start_s, rep_index
"""


class SessionNumbers(Repository):
    """The part of `Sessions` that reads them."""

    def _stored_numbers(self, patient_code: str) -> dict[str, dict[str, float]]:
        """By session what is stored of it as a number."""
        found: dict[str, dict[str, float]] = {}
        for session_id, name, value in self._rows(_STORED, self.mine, patient_code):
            found.setdefault(session_id, {})[name] = value
        return found

    def _counted(self, patient_code: str, stored: Mapping[str, Mapping[str, float]]) -> dict[str, list[Rep]]:
        """By session its counted repetitions, without their faults. stored: by session its numbers, which decide
        whether repetitions of earlier versions are estimates."""
        found: dict[str, list[Rep]] = {}
        unsure: set[str] = set()
        for row in self._rows(_REPS, self.mine, patient_code):
            found.setdefault(row[0], []).append(rep_of(row, []))
            if row[3] is None:
                unsure.add(row[0])
        angles = self._angles(patient_code) if unsure else {}
        for key in unsure:
            base, known = angles.get(key, ""), stored.get(key, {})
            found[key] = [replace(rep, estimated=estimated_before(base, rep, known)) for rep in found[key]]
        return found

    def _angles(self, patient_code: str) -> dict[str, str]:
        """By session the angle that its exercise counts by."""
        analyses = AnalysisReading(self._database, self.user).counting_of(patient_code)
        return {one.session_id: one.exercise.signal.angle for one in analyses if one.exercise}
