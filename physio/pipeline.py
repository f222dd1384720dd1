"""Frames in, measurements out: the one chain of stages that live and recorded sessions share.

The caller owns the loop: one Pipeline per person and session, `step` for each frame in the order of time, `finish`
once, `close` always (or use it as a context manager). Not thread-safe.
"""

from types import TracebackType

import numpy as np

from physio.affect.state import AffectEstimator
from physio.exercise.definition import Exercise
from physio.exercise.sight import DARK_BELOW, Edge, Sight, cut_off, needed_landmarks, signal_columns
from physio.exercise.tracker import ExerciseTracker, Tracking
from physio.feedback.cues import CueChooser
from physio.kinematics.calibrator import NO_CALIBRATION, CalibrationSetup, Calibrator
from physio.kinematics.correction import AngleCorrection
from physio.kinematics.estimator import AngleEstimator, Estimate
from physio.perception.assets import ModelPaths
from physio.perception.body import BodyTracker, Sighting
from physio.perception.face import FaceDetector
from physio.types import Affect, Face, Frame, FrameResult, Phase, Reason, RejectedRep, Rep, Side

FACE_INTERVAL_S = 1 / 15
"""The face is read at most this often: expressions last longer than 0.25 s, and the body must not wait for it."""


class _BodyStage:
    """The patient's body and its angles."""

    def __init__(self, models: ModelPaths, calibrator: Calibrator):
        self.tracker = BodyTracker(models.pose)
        self._calibrator = calibrator
        self._angles = AngleEstimator(AngleCorrection.load(), calibrator)

    def step(self, frame: Frame) -> tuple[Sighting, Estimate]:
        seen = self.tracker.step(frame)
        if seen.pose is None:
            return seen, self._angles.nothing(seen.reason)
        if seen.changed:
            self._calibrator.somebody_else()
        angles = self._angles.step(frame.t_s, seen.pose, (frame.image.shape[1], frame.image.shape[0]))
        if not seen.refused:
            return seen, angles
        self._calibrator.nobody()  # what may not be measured calibrates nothing either
        return seen, angles.refused(seen.reason)

    def close(self) -> None:
        self.tracker.close()


class _FaceStage:
    """The face at its own rate, and what it shows."""

    def __init__(self, models: ModelPaths, enabled: bool):
        self._detector = FaceDetector(models.face) if enabled else None
        self._affect = AffectEstimator()
        self._looked_s = -np.inf

    def step(self, frame: Frame, seen: Sighting) -> tuple[Face | None, Affect]:
        if seen.changed:  # another face at rest
            self._affect = AffectEstimator()
        # Without the patient's body the whole picture is searched, and would show somebody else's face.
        somebody_else = seen.pose is None and seen.reason is Reason.SECOND_PERSON
        # Half a frame of tolerance, so that 30 fps with jitter gives every second frame and not every third.
        early = frame.t_s - self._looked_s < FACE_INTERVAL_S * 0.75
        if self._detector is None or early or somebody_else:
            return None, self._affect.aged(frame.t_s)
        self._looked_s = frame.t_s
        face = self._detector.detect(frame, seen.pose)
        return face, self._affect.step(face, frame.t_s)

    def close(self) -> None:
        if self._detector is not None:
            self._detector.close()


class Pipeline:
    """One person's stream of frames. exercise None: angles and face only, nothing is counted. What `calibrator` is
    asked for takes effect with the next frame."""

    def __init__(
        self,
        models: ModelPaths,
        exercise: Exercise | None = None,
        side: Side | None = None,
        face: bool = True,
        calibration: CalibrationSetup = NO_CALIBRATION,
    ):
        self.calibrator = Calibrator(calibration)
        self._body = _BodyStage(models, self.calibrator)
        self._face = _FaceStage(models, face)
        self._needed: list[int] = []
        self._signal: list[int] = []
        self._tracker: ExerciseTracker | None = None
        if exercise is not None:
            side = side or exercise.default_side
            self._needed = needed_landmarks(exercise, side)
            self._signal = signal_columns(exercise, side)
            self._tracker = ExerciseTracker(exercise, side)
        self._cues = CueChooser()

    def step(self, frame: Frame) -> FrameResult:
        """Everything known after this frame; frame.t_s must be larger than the last one's."""
        seen, angles = self._body.step(frame)
        face, affect = self._face.step(frame, seen)
        if self._tracker is None:
            tracking = _untracked(seen.reason if seen.refused else Reason.OK)
        else:
            tracking = self._tracker.step(frame.t_s, angles.raw, self._sight(frame, seen))
        return FrameResult(
            index=frame.index,
            t_s=frame.t_s,
            pose=seen.pose,
            face=face,
            kinematics=angles.shown,
            affect=affect,
            reason=self._reason(seen, angles, tracking),
            signal_deg=tracking.signal_deg,
            phase=tracking.phase,
            rep_count=tracking.rep_count,
            score=tracking.score,
            cue=self._cues.step(frame.t_s, tracking.cues),
            closed=tracking.closed,
            rejected=tracking.rejected,
            deviating=tracking.deviating,
            calibration=self.calibrator.changes(),
            people=seen.people,
            brightness=seen.brightness,
        )

    def follow(self, number: int) -> bool:
        """The person of that number (see FrameResult.people) is the patient, from the next frame on; False, and nothing
        happens, when nobody has it (any more)."""
        return self._body.tracker.follow(number)

    def _sight(self, frame: Frame, seen: Sighting) -> Sight:
        """What hinders the view of the patient, for the cues."""
        part, edges = "", frozenset[Edge]()
        if seen.pose is not None:
            part, edges = cut_off(seen.pose, (frame.image.shape[1], frame.image.shape[0]), self._needed)
        others = len(seen.people) - 1 if seen.asks else 0
        return Sight(part, edges, seen.brightness < DARK_BELOW, others)

    def _reason(self, seen: Sighting, angles: Estimate, tracking: Tracking) -> Reason:
        """Why the exercise's signal is not usable: the picture, the movement, or where the camera stands; then what
        makes it doubtful."""
        if seen.refused:
            return seen.reason
        if tracking.reason is not Reason.OK:
            return tracking.reason
        refused = angles.shown.reasons[self._signal]
        return Reason(int(refused[0])) if refused.size and (refused != Reason.OK).all() else seen.reason

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
