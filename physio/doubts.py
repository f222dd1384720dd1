"""What makes a session doubtful: said the same way of live sessions and of recorded ones."""

import math
from collections.abc import Sequence

import numpy as np

from physio.affect.pain import NEEDED_PCT
from physio.exercise.definition import Exercise
from physio.kinematics.calibration import MAX_NEUTRAL_DEG
from physio.kinematics.calibrator import CalibrationStatus, ZeroState
from physio.kinematics.standing import STILL_FOR_S
from physio.messages import Message, message
from physio.metrics import LABELS
from physio.summary import Summary
from physio.types import EndReason, FloatArray, Reason, RejectedRep, Rep

RARE_PERSON_BELOW_PCT = 50.0
MUCH_UNUSABLE_FROM_PCT = 30.0
STALL_S = 1.0
"""No frame for longer is a stall: a quick repetition may lie in it."""
_CUT_SHORT = (EndReason.FRAMES_STOPPED, EndReason.SERVER_STOPPED, EndReason.INTERRUPTED, EndReason.FAILED)


def doubts(
    summary: Summary,
    exercise: Exercise | None,
    reps: Sequence[Rep],
    rejected: Sequence[RejectedRep],
    *,
    face: bool = True,
) -> tuple[Message, ...]:
    """What makes a summary doubtful; reps and rejected: the movements that were counted and those that were not; face:
    whether it was to be analysed."""
    found = [] if exercise else [message("doubt.no_exercise")]
    if summary.pose_pct == 0:
        return (*found, message("doubt.no_person"))
    if summary.pose_pct < RARE_PERSON_BELOW_PCT:
        found.append(message("doubt.rare_person", share=_share(summary.pose_pct)))
    if face and summary.face_pct < NEEDED_PCT:
        found.append(_face_doubt(summary.face_pct))
    if exercise is not None:
        found += _exercise_doubts(summary, exercise)
        if not reps:
            found.append(_nothing_counted(len(rejected)))
        if estimated := sum(rep.estimated for rep in reps):
            code = "doubt.estimated_hidden" if summary.view_valid else "doubt.estimated_view"
            found.append(message(code, estimated=estimated, total=len(reps)))
    return tuple(found)


UNDATED = message("recording.undated")
"""The file did not say when it was recorded. Stays when it is analysed again, until somebody says when it was."""


def recording_doubts(end: EndReason, t_s: FloatArray) -> tuple[Message, ...]:
    """What a recording with frames at t_s (n,) lacks: what came after a connection or a program that was lost, and what
    happened while no frame arrived. These are facts of the recording and stay when it is analysed again."""
    found = [message("recording.cut_short")] if end in _CUT_SHORT and t_s.size else []
    gaps_s = np.diff(t_s)
    stalled_s = float(gaps_s[gaps_s > STALL_S].sum())
    if stalled_s:
        found.append(message("recording.stalled", stalled_s=stalled_s))
    return tuple(found)


def zero_doubts(status: CalibrationStatus) -> tuple[Message, ...]:
    """What became of a neutral zero that was wanted, as far as it is not what was wanted. What somebody undid is as it
    was wanted."""
    if status.state is ZeroState.OFF:
        return ()
    if status.state is not ZeroState.TAKEN:
        return (message("doubt.no_zero", still_s=STILL_FOR_S),)
    return tuple(
        message("doubt.no_zero_of_joint", angle=LABELS[name], measured_deg=value, most_deg=MAX_NEUTRAL_DEG)
        for name, value in status.bent
    )


def _share(pct: float) -> Message:
    return message("doubt.only_share", pct=pct) if pct >= 1 else message("doubt.below_one_pct")


def _face_doubt(pct: float) -> Message:
    return message("doubt.rare_face", share=_share(pct)) if pct else message("doubt.no_face")


def _exercise_doubts(summary: Summary, exercise: Exercise) -> list[Message]:
    found = []
    if not summary.view_valid:
        found.append(_view_doubt(summary, exercise))
    body = {name: pct for name, pct in summary.unusable.items() if not name.startswith("face_")}
    # Somebody else in the frame takes the angles away in few of these frames or in none.
    beside = body.pop(Reason.SECOND_PERSON.name.lower(), 0.0)
    if beside:
        found.append(message("doubt.second_person", pct=beside))
    if sum(body.values()) >= MUCH_UNUSABLE_FROM_PCT:
        reason = max(body, key=lambda name: body[name])
        found.append(message("doubt.unusable", pct=sum(body.values()), reason=message(f"doubt.reason.{reason}")))
    return found


def _view_doubt(summary: Summary, exercise: Exercise) -> Message:
    wanted = message(f"doubt.needs.{exercise.view}")
    if math.isnan(summary.azimuth_deg):
        return message("doubt.view_unknown", exercise=exercise.name, wanted=wanted)
    seen = message(f"doubt.from.{summary.view_label.replace('-', '_')}")
    return message("doubt.view", seen=seen, exercise=exercise.name, wanted=wanted)


def _nothing_counted(rejected: int) -> Message:
    return message("doubt.all_rejected", count=rejected) if rejected else message("doubt.no_repetition")
