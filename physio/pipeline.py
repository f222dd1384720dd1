"""Frames in, measurements out: the one chain of stages that live and recorded sessions share.

`Perceive` turns frames into observations, `Analyse` observations into results; `Pipeline` is both. What was observed is
stored, so that a later version can analyse it again. The caller owns the loop: one Pipeline per person and session,
`step` for each frame in the order of time or `run` for many at once, `finish` once, `close` always (or use it as a
context manager). Not thread-safe.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from types import TracebackType

from physio.affect.estimator import AffectEstimator
from physio.affect.expression import without_expression
from physio.affect.neutral import RestingFace
from physio.ahead import Ahead
from physio.exercise.assignment import Assignment
from physio.exercise.framing import DARK_BELOW, Framing, Part, cut_off, needed_landmarks, signal_columns
from physio.exercise.tracker import ExerciseTracker, Tracking
from physio.feedback.cues import CueChooser
from physio.kinematics.calibrator import Calibrator
from physio.kinematics.correction import AngleCorrection
from physio.kinematics.estimator import AngleEstimator, Estimate
from physio.landmarks import Edge
from physio.language import english
from physio.messages import Message
from physio.networks.assets import ModelPaths
from physio.perception.perceive import Perceive
from physio.types import Affect, Frame, FrameResult, Observation, Phase, Reason, RejectedRep, Rep


class Analyse:
    """What the observations of one person mean for an assignment. What `calibrator` is asked for takes effect with the
    next observation. say: a message in the language of the person, who needs time to read the cues. emotion: whether
    the facial expression signal is given, as the assignment asks; it may be switched off meanwhile. resting: the
    person's face at rest, as it is known from before."""

    def __init__(
        self,
        assignment: Assignment,
        say: Callable[[Message], str] = english,
        resting: RestingFace | None = None,
    ):
        self.calibrator = Calibrator(assignment.calibration)
        self._angles = AngleEstimator(AngleCorrection.load(), self.calibrator)
        self._affect = AffectEstimator(resting)
        self._kept, self._somebody_else = resting, False
        self._cues = CueChooser(say)
        self._body, self.emotion = assignment.body, assignment.emotion
        self._needed: list[int] = []
        self._signal: list[int] = []
        self._tracker: ExerciseTracker | None = None
        exercise, side = assignment.asked, assignment.working_side
        if exercise is not None and side is not None:
            self._needed = needed_landmarks(exercise, side)
            self._signal = signal_columns(exercise, side)
            self._tracker = ExerciseTracker(exercise, side)

    def step(self, seen: Observation) -> FrameResult:
        """Everything known after this observation; seen.t_s must be larger than the last one's."""
        if not self._body:
            seen = _without_body(seen)
        angles = self._measure(seen)
        tracking = self._track(seen, angles)
        return FrameResult(
            observation=seen,
            kinematics=angles.shown,
            affect=self._read_face(seen),
            reason=self._reason(seen, angles, tracking),
            signal_deg=tracking.signal_deg,
            phase=tracking.phase,
            rep_count=tracking.rep_count,
            score=tracking.score,
            cue=self._cues.step(seen.t_s, tracking.cues),
            closed=tracking.closed,
            rejected=tracking.rejected,
            deviating=tracking.deviating,
            calibration=self.calibrator.changes(),
        )

    def finish(self) -> tuple[tuple[Rep, ...], tuple[RejectedRep, ...]]:
        """What closes because the stream ends: (repetitions, rejected movements)."""
        if self._tracker is None:
            return (), ()
        tracking = self._tracker.finish()
        return tracking.closed, tracking.rejected

    @property
    def resting(self) -> RestingFace | None:
        """The person's face at rest as it was learned here; None when it was not, or when it is open whose face it is,
        because another person was followed at first."""
        learned = self._affect.resting
        return None if self._somebody_else or learned is self._kept else learned

    def _measure(self, seen: Observation) -> Estimate:
        if seen.pose is None:
            return self._angles.nothing(seen.reason)
        if seen.changed:
            self.calibrator.patient_changed()
        angles = self._angles.step(seen.t_s, seen.pose, seen.size_px)
        if not seen.refused:
            return angles
        self.calibrator.nobody()  # what may not be measured calibrates nothing either
        return angles.refused(seen.reason)

    def _track(self, seen: Observation, angles: Estimate) -> Tracking:
        if self._tracker is None:
            return _untracked(seen.reason if seen.refused else Reason.OK)
        return self._tracker.step(seen.t_s, angles.raw, self._framing(seen))

    def _read_face(self, seen: Observation) -> Affect:
        if seen.changed:  # another face at rest
            self._affect, self._somebody_else = AffectEstimator(), True
        read = self._affect.step(seen.face, seen.t_s) if seen.face_looked else self._affect.aged(seen.t_s)
        return read if self.emotion else without_expression(read)

    def _framing(self, seen: Observation) -> Framing:
        """What hinders the view of the patient, for the cues."""
        part: Part | None = None
        edges = frozenset[Edge]()
        if seen.pose is not None:
            part, edges = cut_off(seen.pose, seen.size_px, self._needed)
        others = len(seen.people) - 1 if seen.ambiguous else 0
        return Framing(part, edges, seen.brightness < DARK_BELOW, others)

    def _reason(self, seen: Observation, angles: Estimate, tracking: Tracking) -> Reason:
        """Why the exercise's signal is not usable: the frame, the movement, or where the camera stands; then what makes
        it doubtful."""
        if seen.refused:
            return seen.reason
        if tracking.reason is not Reason.OK:
            return tracking.reason
        refused = angles.shown.reasons[self._signal]
        return Reason(int(refused[0])) if refused.size and (refused != Reason.OK).all() else seen.reason


class Pipeline:
    """One person's stream of frames, measured for an assignment."""

    def __init__(self, models: ModelPaths, assignment: Assignment, say: Callable[[Message], str] = english):
        self._perceive = Perceive(models, assignment.face)
        self._analyse = Analyse(assignment, say)
        self._threads = ExitStack()

    @property
    def calibrator(self) -> Calibrator:
        """The session's calibration."""
        return self._analyse.calibrator

    def step(self, frame: Frame) -> FrameResult:
        """Everything known after this frame; frame.t_s must be larger than the last one's."""
        return self._analyse.step(self._perceive.step(frame))

    def run(self, frames: Iterable[Frame]) -> Iterator[FrameResult]:
        """What step gives for each of the frames, in their order and to the bit, but sooner: the next frame is read and
        perceived while this one is analysed and used. An error in either comes where its result would have come."""
        with ExitStack() as self._threads:
            read = self._threads.enter_context(Ahead(frames, "read"))
            seen = self._threads.enter_context(Ahead((self._perceive.step(frame) for frame in read), "perceive"))
            for one in seen:
                yield self._analyse.step(one)

    def follow(self, number: int) -> bool:
        """The person of that number is the patient, from the next frame on: see Perceive.follow."""
        return self._perceive.follow(number)

    def finish(self) -> tuple[tuple[Rep, ...], tuple[RejectedRep, ...]]:
        """What closes because the stream ends: (repetitions, rejected movements)."""
        return self._analyse.finish()

    def close(self) -> None:
        """Release the networks; a run that is not at its end is broken off. May be called more than once."""
        self._threads.close()
        self._perceive.close()

    def __enter__(self) -> "Pipeline":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _without_body(seen: Observation) -> Observation:
    """What may be kept where the body is not to be analysed: it has served to find the patient's face. That there is no
    pose is nobody's fault: the reason is OK."""
    return Observation(
        index=seen.index,
        t_s=seen.t_s,
        size_px=seen.size_px,
        pose=None,
        reason=Reason.OK,
        changed=seen.changed,
        face_looked=seen.face_looked,
        face=seen.face,
    )


def _untracked(reason: Reason) -> Tracking:
    return Tracking(
        signal_deg=float("nan"),
        reason=reason,
        phase=Phase.REST,
        rep_count=0,
        score=float("nan"),
    )
