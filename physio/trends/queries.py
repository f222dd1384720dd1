"""From the store to tables: what the pages draw and what they let the user take away."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from physio.affect.states import FACE_ESTIMATE, of_earlier_estimate
from physio.exercise.definition import Exercise
from physio.face_figures import PAIN_AND_STATES, states_hold
from physio.kinematics.angles import angles_of
from physio.messages import Message
from physio.metrics import AFFECT_COLUMNS
from physio.repetitions import all_estimated, ends_deg, mostly, reps_error_deg, worked_side
from physio.storage.acting import Records
from physio.storage.export import FileType
from physio.storage.records import Event, SelfReport, Session
from physio.summary import Summary
from physio.types import FaceReason, FloatArray, Reason, RejectedRep, Rep, Side

FILE_TYPES: dict[FileType, str] = {"csv": "CSV", "parquet": "Parquet"}


@dataclass(frozen=True, slots=True)
class SessionData:
    """Everything stored about one session, by the analysis that counts. exercise: as it was defined then; body, face:
    whether they were to be analysed; frames: t_s and one array (n,) per frame metric, what version 1 of the facial
    estimate said left out; summary: as it was written, everything unknown until then; doubts: what makes it doubtful;
    marks: what somebody marked."""

    session: Session
    exercise: Exercise | None
    body: bool
    face: bool
    frames: dict[str, FloatArray]
    summary: Summary
    reps: tuple[Rep, ...]
    rejected: tuple[RejectedRep, ...]
    doubts: tuple[Message, ...]
    marks: tuple[Event, ...]
    self_reports: tuple[SelfReport, ...]

    @property
    def t_s(self) -> FloatArray:
        """Times of the frames, seconds."""
        return self.frames["t_s"]

    @property
    def worked_side(self) -> Side:
        """The side of all repetitions, else both; as asked without any."""
        return worked_side(self.reps, self.session.side) or "both"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A share of the frames, per cent, that could not be used, and why."""

    reason: Reason | FaceReason
    pct: float


def load_session(records: Records, session_id: str) -> SessionData:
    """One session. Raises StoreError when there is none."""
    session, analyses = records.sessions.get(session_id), records.analyses
    analysis = analyses.get(session.analysis_id)
    return SessionData(
        session=session,
        exercise=analysis.exercise,
        body=analysis.body,
        face=analysis.face,
        frames=_without_earlier_estimate(analyses.frames(session.analysis_id)),
        summary=analyses.summary(session.analysis_id) or Summary.of({}, {}),
        reps=analyses.reps(session.analysis_id),
        rejected=analyses.rejected(session.analysis_id),
        doubts=analyses.doubts(session.analysis_id),
        marks=records.sessions.events(session_id),
        self_reports=records.sessions.self_reports(session_id),
    )


_OF_EVERY_ESTIMATE = ("face_reason", "head_yaw", "head_pitch", "face_age")
"""What the frames say of the face whatever estimate read it."""


def _without_earlier_estimate(frames: dict[str, FloatArray]) -> dict[str, FloatArray]:
    if not of_earlier_estimate(frames["face_state"]):
        return frames
    said = [name for name in AFFECT_COLUMNS if name not in _OF_EVERY_ESTIMATE]
    return frames | {name: np.full_like(frames[name], np.nan) for name in said}


def rom_table(data: SessionData) -> pd.DataFrame:
    """One row per joint angle with a range of motion: its name, smallest and largest value and their expected error in
    degrees (NaN when unknown, as in summaries of earlier versions), and whether they rest on an estimate. Of the
    exercise's own angle that is so when no repetition was measured: then they are the repetitions' own, and left out
    where earlier versions stored one end alone."""
    own = own_angles(data) if all_estimated(data.reps) else ()
    rows = [
        (one.angle, one.min_deg, one.max_deg, one.error_deg, False)
        for one in data.summary.rom
        if one.valid and one.angle not in own
    ]
    ends = ends_deg(data.reps)
    if own and np.isfinite(ends).all():
        rows = [*((angle, *ends, reps_error_deg(data.reps), True) for angle in own), *rows]
    return pd.DataFrame(rows, columns=["angle", "smallest_deg", "largest_deg", "error_deg", "estimated"])


def own_angles(data: SessionData) -> tuple[str, ...]:
    """The exercise's own angle on the sides that worked; none without an exercise."""
    return angles_of(data.exercise.signal.angle, data.worked_side) if data.exercise else ()


def missing_ranges(data: SessionData) -> tuple[tuple[str, Message], ...]:
    """The exercise's own angles without a range of motion, and why; none where the reason was not stored."""
    own = own_angles(data)
    return tuple((one.angle, one.reason) for one in data.summary.rom if one.angle in own and one.reason)


def reps_table(reps: Sequence[Rep]) -> pd.DataFrame:
    """One row per repetition with times in seconds, angles in degrees, the expected error of its range, NaN where that
    is unknown, whether it is estimated, and how many of its criteria were judged."""
    return pd.DataFrame(
        [
            {
                "repetition": rep.index,
                "side": rep.side,
                "score": rep.score,
                "range_deg": rep.rom_deg,
                "range_error_deg": rep.rom_error_deg,
                "estimated": rep.estimated,
                "criteria_judged": rep.criteria_judged,
                "criteria_total": rep.criteria_total,
                "start_deg": rep.start_deg,
                "peak_deg": rep.peak_deg,
                "start_s": rep.start_s,
                "eccentric_s": rep.eccentric_s,
                "hold_s": rep.hold_s,
                "concentric_s": rep.concentric_s,
            }
            for rep in reps
        ]
    )


def ledger(summary: Summary) -> tuple[LedgerRow, ...]:
    """The quality ledger of a session: the largest shares first."""
    shares = summary.unusable
    rows = [LedgerRow(reason, shares.get(reason.name.lower(), 0.0)) for reason in Reason]
    rows += [LedgerRow(reason, shares.get(f"face_{reason.name.lower()}", 0.0)) for reason in FaceReason]
    return tuple(sorted((row for row in rows if row.pct > 0), key=lambda row: -row.pct))


def measured_angles(data: SessionData, names: Iterable[str]) -> tuple[str, ...]:
    """Those of the named frame columns that hold at least one value."""
    return tuple(name for name in names if name in data.frames and np.isfinite(data.frames[name]).any())


def to_file(table: pd.DataFrame, kind: FileType) -> bytes:
    """Any table as CSV (UTF-8, decimal point, up to 6 significant digits) or Parquet."""
    if kind == "csv":
        return bytes(table.to_csv(index=False, float_format="%.6g").encode("utf-8"))
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()


def trend(records: Records, patient_code: str) -> pd.DataFrame:
    """One row per finished session of a patient, oldest first: session_id, started_at (UTC), exercise_id, side (the one
    that worked), source, reps, and one column per session metric that any of them has, NaN where a session lacks it, as
    it lacks what version 1 of the facial estimate said of pain and states."""
    keys = ["session_id", "started_at", "exercise_id", "side", "source", "reps"]
    rows = [
        {
            "session_id": metric.session_id,
            "started_at": metric.started_at,
            "exercise_id": metric.exercise_id or "",
            "side": metric.side or "",
            "source": metric.source,
            "reps": metric.reps,
            "name": metric.name,
            "value": metric.value,
        }
        for metric in records.sessions.metrics(patient_code)
    ]
    if not rows:
        return pd.DataFrame(columns=keys)
    wide = pd.DataFrame(rows).pivot(index=keys, columns="name", values="value").reset_index()
    wide.columns.name = None
    sorted_by_time = wide.sort_values("started_at", ignore_index=True)
    return _with_signal(_of_this_estimate(sorted_by_time), records, patient_code)


SIGNAL = ("valence", "arousal")
"""Columns of a `trend` table: means of the facial expression signal, of sessions that stored it."""


def _with_signal(table: pd.DataFrame, records: Records, patient_code: str) -> pd.DataFrame:
    means = records.analyses.frame_means(patient_code, SIGNAL)
    unknown = (np.nan, np.nan)
    found = np.array([means.get(one, unknown) for one in table["session_id"]], dtype=np.float64).reshape(-1, 2)
    return table.assign(**dict(zip(SIGNAL, found.T, strict=True))) if np.isfinite(found).any() else table


def _of_this_estimate(table: pd.DataFrame) -> pd.DataFrame:
    earlier = table.index.isin(earlier_estimate(table).index)
    said = [name for name in table.columns if name.startswith(PAIN_AND_STATES)]
    return table.assign(**{name: table[name].mask(earlier) for name in said})


def earlier_estimate(table: pd.DataFrame) -> pd.DataFrame:
    """Those sessions of a `trend` table whose face was seen, but by a version of the facial estimate that could not
    see pain."""
    known = table.reindex(columns=["face_pct", "face_estimate"])
    return table[(known["face_pct"] > 0) & (known["face_estimate"] != FACE_ESTIMATE)]


def too_little_face(table: pd.DataFrame) -> pd.DataFrame:
    """Those sessions of a `trend` table whose face was to be analysed, but was usable too rarely to speak of it."""
    known = table.reindex(columns=["face_pct", "duration_s", "frames_processed"]).to_numpy(dtype=np.float64)
    rare = [np.isfinite(face_pct) and not states_hold(face_pct, *length) for face_pct, *length in known]
    return table[np.array(rare, dtype=bool)]


def little_judged(table: pd.DataFrame) -> pd.Series:
    """Whether most repetitions of each session of a `trend` table could be judged by fewer than half of their
    criteria."""
    if "rep_little_judged" not in table:
        return pd.Series(False, index=table.index)
    counts = table["rep_little_judged"].fillna(0)
    return pd.Series(map(mostly, counts, table["reps"]), index=table.index, dtype=bool)
