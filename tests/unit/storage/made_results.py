"""Results as a pipeline would make them, without one."""

from dataclasses import replace

import numpy as np

from physio.affect.action_units import ACTION_UNITS
from physio.affect.expression import EXPRESSIONS
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.kinematics.angles import ANGLES
from physio.messages import own_text
from physio.storage.acting import Records
from physio.storage.records import NewAnalysis, NewSession
from physio.types import (
    Affect,
    Face,
    FaceReason,
    FaceState,
    Fault,
    FrameResult,
    Kinematics,
    Observation,
    Phase,
    Pose,
    Reason,
    RejectedRep,
    Rep,
)

FPS = 30.0


ASKED = Assignment(load_exercise("knee_extension"), "left", 10)


def new_session(patient_code: str = "P001", **changes: object) -> NewSession:
    known: dict[str, object] = {"patient_code": patient_code, "source": "live"}
    return NewSession(**(known | changes))  # type: ignore[arg-type]


def new_analysis(**changes: object) -> NewAnalysis:
    known: dict[str, object] = {
        "assignment": ASKED,
        "app_version": "0.1.0",
        "model_checksums": {"pose": "ab", "face": "cd"},
    }
    return NewAnalysis(**(known | changes))  # type: ignore[arg-type]


def start(records: Records, patient_code: str = "P001", **changes: object) -> str:
    return records.sessions.start(new_session(patient_code, **changes), new_analysis())


def rep(index: int = 1, start_s: float = 1.0, **changes: object) -> Rep:
    known: dict[str, object] = {
        "index": index,
        "side": "left",
        "start_s": start_s,
        "peak_s": start_s + 1.0,
        "end_s": start_s + 2.0,
        "peak_deg": 92.25,
        "rom_deg": 88.5,
        "start_deg": 3.75,
        "rom_error_deg": 4.5,
        "estimated": False,
        "criteria_judged": 3,
        "criteria_total": 5,
        "eccentric_s": 1.0,
        "hold_s": 0.25,
        "concentric_s": 0.75,
        "score": 81.0,
    }
    return Rep(**(known | changes))  # type: ignore[arg-type]


FAULTS = (Fault("trunk_lean", 21.5, 15.0, "warning"), Fault("depth", 70.0, 80.0, "error"))
REJECTED = RejectedRep("left", 4.0, 4.5, own_text("too small: 12° of at least 30°"))


def result(
    index: int,
    *,
    seen: bool = True,
    size_px: tuple[int, int] = (640, 480),
    closed: tuple[Rep, ...] = (),
    rejected: tuple[RejectedRep, ...] = (),
) -> FrameResult:
    t_s = index / FPS
    angles = 60 + 50 * np.sin(2 * np.pi * t_s / 3 + np.arange(len(ANGLES)))
    angles[1] = np.nan
    pose = Pose(
        np.linspace(10, 600, 66).reshape(33, 2) + t_s, np.linspace(-0.9, 0.9, 99).reshape(33, 3), np.full(33, 0.8)
    )
    return FrameResult(
        observation=Observation(
            index=index,
            t_s=t_s,
            size_px=size_px,
            pose=pose if seen else None,
            reason=Reason.OK if seen else Reason.NO_PERSON,
            face_looked=True,
            face=Face(np.zeros((478, 3)), np.eye(3), 0.0, 0.0, 0.0, 60.0),
        ),
        kinematics=Kinematics(angles, np.zeros(len(ANGLES), np.uint8), 3.0, np.full(len(ANGLES), 4.0)),
        affect=Affect(
            np.full(len(ACTION_UNITS), 0.5),
            np.nan,
            FaceState.ENGAGED,
            FaceReason.OK,
            yaw_deg=1.0,
            pitch_deg=2.0,
            age_s=0.0,
        ),
        reason=Reason.OK if seen else Reason.NO_PERSON,
        signal_deg=float(angles[0]) if seen else float("nan"),
        phase=Phase.OUTWARD,
        rep_count=len(closed),
        score=float("nan"),
        cue=None,
        closed=closed,
        rejected=rejected,
    )


def expressive(index: int) -> FrameResult:
    """A frame in which the facial expression signal is known."""
    shown = result(index)
    affect = replace(shown.affect, pspi=2.0, expression=np.eye(len(EXPRESSIONS))[3], valence=0.6, arousal=0.3)
    return replace(shown, affect=affect)
