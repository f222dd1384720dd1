"""What a page may know about a live session: its setup, and an immutable record of how it stands."""

import math
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from physio.affect.agreement import Disagreement, disagreement_before
from physio.affect.held import HELD_S
from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise
from physio.exercise.framing import cut_off, needed_landmarks
from physio.exercise.guidance import cut_off_cue
from physio.kinematics.calibrator import UNCALIBRATED, CalibrationStatus
from physio.language import DEFAULT
from physio.messages import Message, message
from physio.types import Affect, EndReason, FloatArray, Frame, FrameResult, RejectedRep, Rep, Side

TRACE_S = 20.0
"""How much of the recent past a snapshot shows."""
REDUCED_BELOW = 0.9
"""Share of the pixels that frames had before; a device that is turned keeps about as many."""
_FPS_WINDOW_S = 2.0
_BRIGHTNESS_STEP_PX = 16
WHOLE = message("live.whole_body")
"""All that the exercise needs is in the frame."""


@dataclass(frozen=True, slots=True)
class LiveSetup:
    """What the therapist chose before the start. assignment: with an exercise; the patient's goniometer lines are added
    when the session starts; language: code of what the patient reads and hears; stop_at_target: whether the session
    ends by itself when the target is reached; visit_id: of the visit's first session, None for that one itself."""

    patient_code: str
    assignment: Assignment
    demo: bool = False
    language: str = DEFAULT
    stop_at_target: bool = False
    visit_id: str | None = None

    @property
    def exercise(self) -> Exercise:
        """The exercise as the library has it."""
        assert self.assignment.exercise is not None, "a live session has an exercise"
        return self.assignment.exercise

    @property
    def side(self) -> Side:
        """The side that exercises."""
        return self.assignment.side or self.exercise.default_side


@dataclass(frozen=True, slots=True)
class Trace:
    """The last TRACE_S seconds: t_s, signal_deg and pspi (T,), NaN where unknown; intervals (start_s, end_s) of counted
    and of rejected repetitions that reach into them."""

    t_s: FloatArray
    signal_deg: FloatArray
    pspi: FloatArray
    reps: tuple[tuple[float, float], ...]
    rejected: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Rating:
    """The pain (0-10) that the patient reported at t_s, and how the face just before it contradicts that."""

    t_s: float
    score: int
    disagreement: Disagreement | None


@dataclass(frozen=True, slots=True)
class LiveSnapshot:
    """The session at one moment, safe to keep.

    session_id and result are None before the first frame; last_t_s is the time of the last frame and since_frame_s
    how long ago it came (NaN before the first); reps are those counted so far; brightness is the frame's mean, 0-255;
    cut_off: what to do so that all the exercise needs is in the frame, WHOLE when it is, None without a person; end is
    None while the session runs; closed once everything is stored; error None when all is well; calibration: how neutral
    zero and goniometer lines stand; reduced_px: width and height of the frame when it has fewer pixels than frames of
    this session had before (a browser sends less while the computer is busy), None when it has not; faces: the last
    readings of the face with their times; flashes: when brief expressions ended; rating: the last one.
    """

    session_id: str | None
    result: FrameResult | None
    trace: Trace
    reps: tuple[Rep, ...]
    rejected: int
    last_t_s: float
    since_frame_s: float
    fps: float
    frames: int
    dropped: int
    brightness: float
    cut_off: Message | None
    end: EndReason | None
    closed: bool
    error: Message | None
    calibration: CalibrationStatus = UNCALIBRATED
    reduced_px: tuple[int, int] | None = None
    faces: tuple[tuple[float, Affect], ...] = ()
    flashes: tuple[float, ...] = ()
    rating: Rating | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """The part of a snapshot that the session itself knows."""

    session_id: str | None
    since_frame_s: float
    end: EndReason | None
    closed: bool
    error: Message | None
    calibration: CalibrationStatus


class LiveProgress:
    """Collects what snapshots show. Any thread may call; nothing waits longer than for a copy of twenty seconds."""

    def __init__(self, setup: LiveSetup) -> None:
        self._needed = needed_landmarks(setup.exercise, setup.side)
        self._lock = threading.Lock()
        self._arrivals_s: deque[float] = deque(maxlen=120)
        self._points: deque[tuple[float, float, float]] = deque()
        self._reps: list[Rep] = []
        self._rejected: list[RejectedRep] = []
        self._result: FrameResult | None = None
        self._frames = self._dropped = 0
        self._last_s = self._brightness = float("nan")
        self._cut_off: Message | None = None
        self._most_pixels = 0
        self._faces: deque[tuple[float, Affect]] = deque()
        self._flashes: list[float] = []
        self._rating: Rating | None = None

    def add(self, frame: Frame, result: FrameResult, dropped: int) -> None:
        """One frame and what came of it; dropped: frames left out just before it."""
        brightness = float(frame.image[::_BRIGHTNESS_STEP_PX, ::_BRIGHTNESS_STEP_PX].mean())
        missing = _cut_off(result, self._needed)
        with self._lock:
            self._frames += 1
            self._most_pixels = max(self._most_pixels, math.prod(result.observation.size_px))
            self._dropped += dropped
            self._last_s = frame.t_s
            self._arrivals_s.append(frame.t_s)
            self._points.append((frame.t_s, result.signal_deg, result.affect.pspi))
            while self._points[0][0] < frame.t_s - TRACE_S:
                self._points.popleft()
            self._add_face(frame.t_s, result.affect)
            self._result, self._brightness, self._cut_off = result, brightness, missing
        self.add_reps(result.closed, result.rejected)

    def add_reps(self, reps: Sequence[Rep], rejected: Sequence[RejectedRep]) -> None:
        """Repetitions that have closed."""
        with self._lock:
            self._reps.extend(reps)
            self._rejected.extend(rejected)

    def rate(self, t_s: float, score: int) -> None:
        """The patient's own rating at t_s, of what was up to then; t_s as it is stored."""
        with self._lock:
            points = np.array(self._points, dtype=np.float64).reshape(-1, 3)
            contradiction = disagreement_before(score, t_s, points[:, 0], points[:, 2])
            self._rating = Rating(t_s, score, contradiction)

    def _add_face(self, t_s: float, affect: Affect) -> None:
        if affect.flash and not (self._faces and self._faces[-1][1].flash):  # until the next look it is repeated
            self._flashes.append(t_s)
        self._faces.append((t_s, affect))
        while self._faces[0][0] < t_s - HELD_S:
            self._faces.popleft()

    def snapshot(self, status: Status) -> LiveSnapshot:
        """How it stands."""
        with self._lock:
            return LiveSnapshot(
                session_id=status.session_id,
                result=self._result,
                trace=self._trace(),
                reps=tuple(self._reps),
                rejected=len(self._rejected),
                last_t_s=self._last_s,
                since_frame_s=status.since_frame_s,
                fps=self._fps(),
                frames=self._frames,
                dropped=self._dropped,
                brightness=self._brightness,
                cut_off=self._cut_off,
                end=status.end,
                closed=status.closed,
                error=status.error,
                calibration=status.calibration,
                reduced_px=self._reduced_px(),
                faces=tuple(self._faces),
                flashes=tuple(self._flashes),
                rating=self._rating,
            )

    def _reduced_px(self) -> tuple[int, int] | None:
        size_px = self._result.observation.size_px if self._result else (0, 0)
        return size_px if math.prod(size_px) < REDUCED_BELOW * self._most_pixels else None

    def _fps(self) -> float:
        recent = [t for t in self._arrivals_s if t >= self._last_s - _FPS_WINDOW_S]
        return (len(recent) - 1) / (recent[-1] - recent[0]) if len(recent) > 1 else float("nan")

    def _trace(self) -> Trace:
        points = np.array(self._points, dtype=np.float64).reshape(-1, 3)
        since_s = self._last_s - TRACE_S
        t_s, signal_deg, pspi = points.T
        return Trace(
            t_s,
            signal_deg,
            pspi,
            reps=tuple((rep.start_s, rep.end_s) for rep in self._reps if rep.end_s > since_s),
            rejected=tuple((rep.start_s, rep.end_s) for rep in self._rejected if rep.end_s > since_s),
        )


def _cut_off(result: FrameResult, needed: Sequence[int]) -> Message | None:
    """What to do about what lies outside the frame, WHOLE when nothing does; None without a person."""
    if result.pose is None:
        return None
    part, edges = cut_off(result.pose, result.observation.size_px, needed)
    return cut_off_cue(part, edges, result.kinematics.azimuth_deg).text if part else WHOLE
