"""A patient's sessions as the recorder would have stored them, made by hand: raised cosines with known numbers."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise, load_exercise
from physio.messages import own_text
from physio.metrics import FRAME_COLUMNS
from physio.storage.acting import Records
from physio.storage.observation_codec import pack_observations
from physio.storage.records import NewAnalysis, NewSession
from physio.storage.rows import Rows
from physio.summary import summarise
from physio.types import EndReason, FaceReason, FaceState, Fault, FloatArray, Phase, Reason, RejectedRep, Rep

FPS = 20.0
REP_S = 4.0


@dataclass(frozen=True, slots=True)
class Example:
    """What differs between the sessions: repetitions, how far, how well, how long ago, and how sure the knees' angles
    are (NaN: measured by a version that did not know); body, face: whether they were analysed, without the
    body without an exercise; exercise: another definition than the library's; lost: whether
    the knees were hidden where they bend most."""

    reps: int = 5
    peak_deg: float = 90.0
    score: float = 80.0
    days_ago: float = 0.0
    rejected: bool = True
    pspi: float = 1.0
    error_deg: float = math.nan
    body: bool = True
    face: bool = True
    exercise: Exercise | None = None
    lost: bool = False


def add_session(records: Records, code: str, example: Example, exercise_id: str = "squat") -> str:
    """Store one finished session; its id."""
    exercise = (example.exercise or load_exercise(exercise_id)) if example.body else None
    started = datetime(2026, 3, 20, 9, 30, tzinfo=UTC) - timedelta(days=example.days_ago)
    asked = Assignment(exercise, "both" if exercise else None, 10, body=example.body, face=example.face)
    session_id = records.sessions.start(
        NewSession(code, source="live", started_at=started), NewAnalysis(asked, "test", {"pose.task": "ab"})
    )
    t_s, values = frames(example)
    end_s = float(t_s[-1])
    too_small = RejectedRep("both", end_s - 1.5, end_s - 0.5, own_text("too small a movement"))
    rows = Rows(
        t_s=t_s,
        values=values.astype(np.float32),
        observations=pack_observations([]),
        reps=tuple(_rep(i, example) for i in range(example.reps)),
        rejected=(too_small,) if example.rejected else (),
    )
    records.analyses.append(session_id, rows)
    records.sessions.add_event(session_id, 3.0, "mark", "")
    records.sessions.add_self_report(session_id, 6.0, 4)
    columns = dict(zip(FRAME_COLUMNS, values.T, strict=True))
    records.analyses.finish(session_id, summarise(t_s, columns, exercise, body=example.body, face=example.face))
    records.sessions.end(session_id, EndReason.STOPPED, started + timedelta(seconds=end_s))
    return session_id


def frames(example: Example) -> tuple[FloatArray, FloatArray]:
    """t_s (n,) and values (n, columns): knees and signal bend with each repetition; a second without a person."""
    t_s = np.arange(0, (example.reps + 1) * REP_S, 1 / FPS)
    bend = np.where(t_s < example.reps * REP_S, 0.5 - 0.5 * np.cos(2 * np.pi * t_s / REP_S), 0.0)
    known: dict[str, FloatArray | float] = {
        "knee_flexion_l": example.peak_deg * bend,
        "knee_flexion_r": example.peak_deg * bend * 0.95,
        "signal": example.peak_deg * bend,
        "knee_flexion_l_error": example.error_deg,
        "knee_flexion_r_error": example.error_deg,
        "azimuth": 85.0,
        "reason": Reason.OK,
        "phase": Phase.REST,
        "rep_count": np.floor(t_s / REP_S),
        "score": example.score,
        "pspi": example.pspi * bend,
        "face_state": np.where(t_s % 8 < 6, FaceState.ATTENTIVE, FaceState.LOOKING_AWAY),
        "face_reason": FaceReason.OK,
        "face_age": 0.0,
    }
    values = np.full((t_s.size, len(FRAME_COLUMNS)), np.nan)
    for name, column in known.items():
        values[:, FRAME_COLUMNS.index(name)] = column
    if example.lost:
        for name in ("knee_flexion_l", "knee_flexion_r"):
            values[bend > 0.7, FRAME_COLUMNS.index(name)] = np.nan
    if not example.body:
        for name in ("knee_flexion_l", "knee_flexion_r", "signal", "azimuth"):
            values[:, FRAME_COLUMNS.index(name)] = np.nan
    if not example.face:
        values[:, FRAME_COLUMNS.index("pspi")] = np.nan
        values[:, FRAME_COLUMNS.index("face_state")] = FaceState.NO_FACE
        values[:, FRAME_COLUMNS.index("face_reason")] = FaceReason.NOT_FOUND
    nobody = t_s > t_s[-1] - 1
    values[nobody] = np.nan
    values[nobody, FRAME_COLUMNS.index("reason")] = Reason.NO_PERSON
    values[nobody, FRAME_COLUMNS.index("face_reason")] = FaceReason.NOT_FOUND
    values[nobody, FRAME_COLUMNS.index("face_state")] = FaceState.NO_FACE
    return t_s, values


def _rep(index: int, example: Example) -> Rep:
    start_s = index * REP_S
    shallow = Fault("depth", example.peak_deg, 100.0, "warning")
    return Rep(
        index=index + 1,
        side="both",
        start_s=start_s,
        peak_s=start_s + REP_S / 2,
        end_s=start_s + REP_S,
        peak_deg=example.peak_deg,
        rom_deg=example.peak_deg,
        eccentric_s=1.8,
        hold_s=0.4,
        concentric_s=1.8,
        score=example.score + index,
        faults=(shallow,) if index == 0 else (),
    )
