"""Frames in, measurements out: the one chain of stages that live and recorded sessions share.

The caller owns the loop: one Pipeline per person and session, `step` for each frame in the order of time, `finish`
once, `close` always (or use it as a context manager). Not thread-safe.
"""

from types import TracebackType

import numpy as np

from physio.affect.state import AffectEstimator
from physio.exercise.definition import Exercise
from physio.exercise.tracker import ExerciseTracker, Tracking
from physio.feedback.cues import CueChooser
from physio.kinematics.correction import AngleCorrection
from physio.kinematics.estimator import AngleEstimator, Estimate
from physio.perception.assets import ModelPaths
from physio.perception.face import FaceDetector
from physio.perception.plausibility import BodyGate
from physio.perception.pose import PoseDetector
from physio.types import Affect, Face, Frame, FrameResult, Phase, Pose, Reason, RejectedRep, Rep, Side

FACE_INTERVAL_S = 1 / 15
"""The face is read at most this often: expressions last longer than 0.25 s, and the body must not wait for it."""


class _BodyStage:
    """Pose, whether it is a body at all, and its angles."""

    def __init__(self, models: ModelPaths):
        self._detector = PoseDetector(models.pose)
        self._gate = BodyGate()
        self._angles = AngleEstimator(AngleCorrection.load())

    def step(self, frame: Frame) -> tuple[Pose | None, Estimate, Reason]:
        size_px = (frame.image.shape[1], frame.image.shape[0])
        pose = self._detector.detect(frame)
        if pose is None:
            return None, self._angles.nothing(Reason.NO_PERSON), Reason.NO_PERSON
        if not self._gate.step(frame.t_s, pose, size_px):
            return None, self._angles.nothing(Reason.NOT_A_BODY), Reason.NOT_A_BODY
        return pose, self._angles.step(frame.t_s, pose, size_px), Reason.OK

    def close(self) -> None:
        self._detector.close()


class _FaceStage:
    """The face at its own rate, and what it shows."""

    def __init__(self, models: ModelPaths, enabled: bool):
        self._detector = FaceDetector(models.face) if enabled else None
        self._affect = AffectEstimator()
        self._looked_s = -np.inf

    def step(self, frame: Frame, pose: Pose | None) -> tuple[Face | None, Affect]:
        # Half a frame of tolerance, so that 30 fps with jitter gives every second frame and not every third.
        if self._detector is None or frame.t_s - self._looked_s < FACE_INTERVAL_S * 0.75:
            return None, self._affect.aged(frame.t_s)
        self._looked_s = frame.t_s
        face = self._detector.detect(frame, pose)
        return face, self._affect.step(face, frame.t_s)

    def close(self) -> None:
        if self._detector is not None:
            self._detector.close()


class Pipeline:
    """One person's stream of frames. exercise None: angles and face only, nothing is counted."""

    def __init__(
        self, models: ModelPaths, exercise: Exercise | None = None, side: Side | None = None, face: bool = True
    ):
        self._body = _BodyStage(models)
        self._face = _FaceStage(models, face)
        self._tracker = ExerciseTracker(exercise, side or exercise.default_side) if exercise else None
        self._cues = CueChooser()

    def step(self, frame: Frame) -> FrameResult:
        """Everything known after this frame; frame.t_s must be larger than the last one's."""
        pose, angles, reason = self._body.step(frame)
        face, affect = self._face.step(frame, pose)
        tracking = self._tracker.step(frame.t_s, angles.raw) if self._tracker else _untracked(reason)
        return FrameResult(
            index=frame.index,
            t_s=frame.t_s,
            pose=pose,
            face=face,
            kinematics=angles.shown,
            affect=affect,
            reason=reason if reason is not Reason.OK else tracking.reason,
            signal_deg=tracking.signal_deg,
            phase=tracking.phase,
            rep_count=tracking.rep_count,
            score=tracking.score,
            cue=self._cues.step(frame.t_s, tracking.cues),
            closed=tracking.closed,
            rejected=tracking.rejected,
            deviating=tracking.deviating,
        )

    def finish(self) -> tuple[tuple[Rep, ...], tuple[RejectedRep, ...]]:
        """What closes because the stream ends: (repetitions, rejected movements)."""
        if self._tracker is None:
            return (), ()
        tracking = self._tracker.finish()
        return tracking.closed, tracking.rejected

    def close(self) -> None:
        """Release the networks. May be called more than once."""
        self._body.close()
        self._face.close()

    def __enter__(self) -> "Pipeline":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _untracked(reason: Reason) -> Tracking:
    return Tracking(
        signal_deg=float("nan"),
        reason=reason,
        phase=Phase.REST,
        rep_count=0,
        score=float("nan"),
        closed=(),
        rejected=(),
        deviating=frozenset(),
        cues=(),
    )
