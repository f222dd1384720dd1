"""A patient's sessions as the recorder would have stored them, made by hand: raised cosines with known numbers."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from physio.affect.expression import EXPRESSIONS
from physio.affect.states import STATES
from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise, load_exercise
from physio.kinematics.angles import angles_of
from physio.messages import own_text
from physio.metrics import AFFECT_COLUMNS, FRAME_COLUMNS
from physio.storage.acting import Records
from physio.storage.observation_codec import pack_observations
from physio.storage.records import NewAnalysis, NewSession
from physio.storage.rows import Rows
from physio.summary import summarise
from physio.types import EndReason, FaceReason, FaceState, Fault, FloatArray, Phase, Reason, RejectedRep, Rep, Side

REST_DEG = 11.0
FPS = 20.0
REP_S = 4.0


@dataclass(frozen=True, slots=True)
class Example:
    """What differs between the sessions: repetitions, how far from where (start_deg, the larger end where the angle
    falls), how well, how long ago, and how sure the angles are (NaN: measured by a version that did not know);
    side: what worked, the other one rests at REST_DEG; body, face: whether they were analysed, without the body
    without an exercise; exercise: another definition than the library's; lost: whether the joint was hidden where
    it bends most; estimated: whether the camera stood in front, so that the joint was seen at the lowest fifth of
    its way alone and the signal rests on an estimate; judged: of how many criteria a repetition is scored (0 of 0:
    as earlier versions stored it); reported: the patient's rating, None for none; joints, seen: whether any joint,
    the face was seen; face_share: in which part of the session, from its start; gone: whether nobody is there in the
    last second; video_name: of a recording, None for a live session; remark: why a movement was not counted; earlier:
    whether the face was read by the estimate that could not see pain; arc_deg: at which angle on the way out it hurts
    (NaN: most at the far end); away: stretches from, to, why the face was not reliable; flashes: when brief
    expressions ended; signal: whether the facial expression signal was asked for."""

    reps: int = 5
    peak_deg: float = 90.0
    start_deg: float = 0.0
    score: float = 80.0
    days_ago: float = 0.0
    rejected: bool = True
    pspi: float = 1.0
    error_deg: float = math.nan
    body: bool = True
    face: bool = True
    exercise: Exercise | None = None
    lost: bool = False
    side: Side = "both"
    estimated: bool = False
    judged: tuple[int, int] = (0, 0)
    reported: int | None = 4
    joints: bool = True
    seen: bool = True
    face_share: float = 1.0
    gone: bool = True
    video_name: str | None = None
    remark: str = "too small a movement"
    earlier: bool = False
    arc_deg: float = math.nan
    away: tuple[tuple[float, float, FaceReason], ...] = ()
    flashes: tuple[float, ...] = ()
    signal: bool = False


def add_session(records: Records, code: str, example: Example, exercise_id: str = "squat") -> str:
    """Store one finished session; its id."""
    exercise = (example.exercise or load_exercise(exercise_id)) if example.body else None
    started = datetime(2026, 3, 20, 9, 30, tzinfo=UTC) - timedelta(days=example.days_ago)
    asked = Assignment(exercise, example.side if exercise else None, 10, body=example.body, face=example.face)
    session_id = records.sessions.start(
        NewSession(
            code,
            source="recorded" if example.video_name else "live",
            started_at=started,
            video_name=example.video_name,
        ),
        NewAnalysis(asked, "test", {"pose.task": "ab"}),
    )
    t_s, values = frames(example, exercise.signal.angle if exercise else "knee_flexion")
    end_s = float(t_s[-1])
    too_small = RejectedRep(example.side, end_s - 1.5, end_s - 0.5, own_text(example.remark))
    rows = Rows(
        t_s=t_s,
        values=values.astype(np.float32),
        observations=pack_observations([]),
        reps=tuple(_rep(i, example) for i in range(example.reps if example.joints else 0)),
        rejected=(too_small,) if example.rejected else (),
    )
    records.analyses.append(session_id, rows)
    records.sessions.add_event(session_id, 3.0, "mark", "")
    if example.reported is not None:
        records.sessions.add_self_report(session_id, 6.0, example.reported)
    columns = dict(zip(FRAME_COLUMNS, values.T, strict=True))
    records.analyses.finish(session_id, summarise(t_s, columns, exercise, body=example.body, face=example.face))
    records.sessions.end(session_id, EndReason.STOPPED, started + timedelta(seconds=end_s))
    return session_id


def frames(example: Example, base: str = "knee_flexion") -> tuple[FloatArray, FloatArray]:
    """t_s (n,) and values (n, columns): joint and signal bend with each repetition; a second without a person."""
    t_s = np.arange(0, (example.reps + 1) * REP_S, 1 / FPS)
    bend = np.where(t_s < example.reps * REP_S, 0.5 - 0.5 * np.cos(2 * np.pi * t_s / REP_S), 0.0)
    known: dict[str, FloatArray | float] = {
        **_joint(example, base, bend),
        "signal": example.start_deg + (example.peak_deg - example.start_deg) * bend,
        "azimuth": 5.0 if example.estimated else 85.0,
        "reason": Reason.OK,
        "phase": Phase.REST,
        "rep_count": np.floor(t_s / REP_S),
        "score": example.score,
        **_face(example, t_s, bend),
    }
    if not (example.body and example.joints):
        known |= dict.fromkeys([*angles_of(base, "both"), "signal", "azimuth"], np.nan)
    unseen = np.full(t_s.size, not (example.face and example.seen)) | (t_s > example.face_share * t_s[-1])
    _lose_face(known, unseen, FaceReason.NOT_FOUND)
    for start_s, end_s, reason in example.away:
        _lose_face(known, (t_s >= start_s) & (t_s < end_s), reason)
    values = np.full((t_s.size, len(FRAME_COLUMNS)), np.nan)
    for name, column in known.items():
        values[:, FRAME_COLUMNS.index(name)] = column
    nobody = (t_s > t_s[-1] - 1) & example.gone
    values[nobody] = np.nan
    values[nobody, FRAME_COLUMNS.index("reason")] = Reason.NO_PERSON
    values[nobody, FRAME_COLUMNS.index("face_reason")] = FaceReason.NOT_FOUND
    values[nobody, FRAME_COLUMNS.index("face_state")] = FaceState.NO_FACE
    return t_s, values


def _face(example: Example, t_s: FloatArray, bend: FloatArray) -> dict[str, FloatArray | float]:
    """The columns of the face, pain growing with bend (n,) or about an angle on the way out."""
    further_deg, outward = example.peak_deg - example.start_deg, t_s % REP_S < REP_S / 2
    deg = example.start_deg + further_deg * bend
    hurts = bend if math.isnan(example.arc_deg) else np.exp(-0.5 * ((deg - example.arc_deg) / 12) ** 2) * outward
    pspi = example.pspi * hurts
    if example.earlier:
        return {"pspi": pspi, "face_state": 1.0, "face_reason": FaceReason.OK, "face_age": 0.0}
    calm = np.where(t_s % 8 < 6, FaceState.ENGAGED, FaceState.NEUTRAL)
    levels = (pspi >= 10, pspi >= 3, pspi >= 2)
    state = np.select(levels, (FaceState.HIGH_DISTRESS, FaceState.PAIN, FaceState.MILD_DISCOMFORT), calm)
    flash = np.zeros(t_s.size)
    for ended_s in example.flashes:
        flash[(t_s >= ended_s) & (t_s < ended_s + 0.15)] = 1.0
    return {
        "pspi": pspi,
        "pspi_error": 0.5 + 0.1 * pspi,
        "pain_probability": 1 / (1 + np.exp(3 - pspi)),
        "face_state": state.astype(np.float64),
        **{f"p_{one.name.lower()}": np.where(state == one, 0.8, 0.05) for one in STATES},
        "engagement": 70 + 15 * np.sin(2 * np.pi * t_s / 17),
        "face_reason": FaceReason.OK,
        "face_age": 0.0,
        "face_flash": flash,
        **(_signal(pspi) if example.signal else {}),
    }


def _signal(pspi: FloatArray) -> dict[str, FloatArray]:
    """The facial expression signal: neutral, fear with much pain."""
    most = np.where(pspi > 3, "fear", "neutral")
    mix = {f"expression_{name}": np.where(most == name, 0.7, 0.05) for name in EXPRESSIONS}
    return mix | {"valence": -np.clip(pspi / 10, 0, 1), "arousal": np.clip(pspi / 12, 0, 1)}


_NO_FACE: dict[str, float] = {"face_state": FaceState.NO_FACE, "face_flash": 0.0, "face_age": 0.0}


def _lose_face(known: dict[str, FloatArray | float], where: np.ndarray, reason: FaceReason) -> None:
    """Nothing is known of the face there (n,), but why."""
    for name in [name for name in known if name in AFFECT_COLUMNS]:
        known[name] = np.where(where, reason if name == "face_reason" else _NO_FACE.get(name, np.nan), known[name])


def _joint(example: Example, base: str, bend: FloatArray) -> dict[str, FloatArray | float]:
    """The columns of an angle on both sides, bend (n,) being the share of the way that is gone."""
    left, right = angles_of(base, "both")
    works = {left: example.side != "right", right: example.side != "left"}
    further_deg = example.peak_deg - example.start_deg
    way = {
        left: example.start_deg + further_deg * bend,
        right: example.start_deg + further_deg * bend * (0.95 if works[left] else 1.0),
    }
    seen = bend < (0.2 if example.estimated else 0.7 if example.lost else 2.0)
    return {
        **{name: np.where(seen, way[name], np.nan) if works[name] else REST_DEG * bend for name in way},
        **{f"{name}_error": example.error_deg for name in way},
    }


def _rep(index: int, example: Example) -> Rep:
    start_s = index * REP_S
    shallow = Fault("depth", example.peak_deg, 100.0, "warning")
    return Rep(
        index=index + 1,
        side=example.side,
        start_s=start_s,
        peak_s=start_s + REP_S / 2,
        end_s=start_s + REP_S,
        peak_deg=example.peak_deg,
        rom_deg=abs(example.peak_deg - example.start_deg),
        start_deg=example.start_deg,
        eccentric_s=1.8,
        hold_s=0.4,
        concentric_s=1.8,
        score=example.score + index,
        faults=(shallow,) if index == 0 else (),
        rom_error_deg=math.nan if example.estimated else example.error_deg,
        estimated=example.estimated,
        criteria_judged=example.judged[0],
        criteria_total=example.judged[1],
    )
