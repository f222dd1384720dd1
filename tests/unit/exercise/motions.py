"""Made signals with known repetitions: minimum-jerk movements with pauses, holds, drift, tremor, noise and gaps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from physio.exercise.definition import Exercise
from physio.exercise.tracker import ExerciseTracker, Tracking
from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.types import FloatArray, Kinematics, Reason, RejectedRep, Rep, Side

ERROR_DEG = 3.0
"""Expected error of every angle."""


def minimum_jerk(s: FloatArray) -> FloatArray:
    """The way done, 0-1, after the share s of the time (Flash & Hogan 1985)."""
    s = np.clip(s, 0, 1)
    return np.asarray(s**3 * (10 - 15 * s + 6 * s**2))


@dataclass(frozen=True)
class Swing:
    """One movement: seconds of rest before it, out, held, back; degrees; part of the way back that is done."""

    height_deg: float = 60.0
    out_s: float = 1.2
    hold_s: float = 0.0
    back_s: float = 1.2
    pause_s: float = 0.8
    back_share: float = 1.0

    @property
    def duration_s(self) -> float:
        return self.out_s + self.hold_s + self.back_s


@dataclass(frozen=True)
class Motion:
    """Swings one after the other from a rest level; end_s seconds of rest after the last."""

    swings: tuple[Swing, ...]
    rest_deg: float = 5.0
    end_s: float = 1.5

    @property
    def duration_s(self) -> float:
        return sum(swing.pause_s + swing.duration_s for swing in self.swings) + self.end_s

    def starts_s(self) -> list[float]:
        starts, now = [], 0.0
        for swing in self.swings:
            starts.append(now + swing.pause_s)
            now += swing.pause_s + swing.duration_s
        return starts

    def peaks_s(self) -> list[float]:
        return [s + swing.out_s + swing.hold_s / 2 for s, swing in zip(self.starts_s(), self.swings, strict=True)]

    def at(self, t_s: FloatArray) -> FloatArray:
        """The clean signal in degrees."""
        x = np.full_like(t_s, self.rest_deg)
        for start, swing in zip(self.starts_s(), self.swings, strict=True):
            back = start + swing.out_s + swing.hold_s
            up = minimum_jerk((t_s - start) / swing.out_s)
            down = swing.back_share * minimum_jerk((t_s - back) / swing.back_s)
            x += swing.height_deg * (up - down)
        return x


def repeated(count: int, rest_deg: float = 5.0, **swing: float) -> Motion:
    """The same swing count times."""
    return Motion(tuple(Swing(**swing) for _ in range(count)), rest_deg)


def varied(heights_deg: Iterable[float], **swing: float) -> Motion:
    """One swing of each height."""
    return Motion(tuple(replace(Swing(**swing), height_deg=height) for height in heights_deg))


@dataclass(frozen=True)
class Camera:
    """How a signal is seen: frame rate, jitter of the time stamps, share of dropped frames, noise and tremor (degrees),
    drift (degrees per minute), spikes per minute, gaps per minute and their length."""

    fps: float = 30.0
    jitter: float = 0.0
    dropped: float = 0.0
    white_deg: float = 0.0
    slow_deg: float = 0.0
    tremor_deg: float = 0.0
    drift_deg: float = 0.0
    spikes: float = 0.0
    gaps: float = 0.0
    gap_s: float = 0.4

    def see(self, motion: Motion, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        """Time stamps and samples, NaN in the gaps."""
        count = int(motion.duration_s * self.fps)
        t_s = (np.arange(count) + self.jitter * rng.uniform(-0.5, 0.5, count)) / self.fps
        t_s = t_s[rng.random(count) >= self.dropped]
        x = motion.at(t_s) + rng.normal(0, self.white_deg, t_s.size) + self._slow(t_s, rng)
        x += self.tremor_deg * np.sin(2 * np.pi * rng.uniform(5, 8) * t_s) + self.drift_deg * t_s / 60
        for at in self._times(self.spikes, t_s, rng):
            x[at : at + rng.integers(1, 3 if self.fps > 20 else 2)] += rng.choice([-1, 1]) * rng.uniform(20, 60)
        for at in self._times(self.gaps, t_s, rng):
            x[(t_s >= t_s[at]) & (t_s < t_s[at] + self.gap_s)] = np.nan
        return t_s, x

    def _slow(self, t_s: FloatArray, rng: np.random.Generator) -> FloatArray:
        """First-order noise with a correlation time of 0.2 s: how landmarks wander."""
        keep = np.exp(-np.diff(t_s, prepend=t_s[0]) / 0.2)
        kicks = self.slow_deg * np.sqrt(1 - keep**2) * rng.normal(0, 1, t_s.size)
        out = np.zeros_like(t_s)
        for i in range(1, t_s.size):
            out[i] = out[i - 1] * keep[i] + kicks[i]
        return out

    @staticmethod
    def _times(per_minute: float, t_s: FloatArray, rng: np.random.Generator) -> FloatArray:
        return rng.integers(0, t_s.size, rng.poisson(per_minute * t_s[-1] / 60))


def frames(
    t_s: FloatArray, values: Mapping[str, FloatArray | float], azimuth_deg: float = 0.0
) -> list[tuple[float, Kinematics]]:
    """A person standing still but for the named angles, one Kinematics per time stamp."""
    angles = np.zeros((t_s.size, len(ANGLES)))
    for name, value in values.items():
        angles[:, ANGLE_INDEX[name]] = value
    return [(float(t), _kinematics(row, azimuth_deg)) for t, row in zip(t_s, angles, strict=True)]


def _kinematics(angles_deg: FloatArray, azimuth_deg: float) -> Kinematics:
    reasons = np.where(np.isfinite(angles_deg), Reason.OK, Reason.LOW_VISIBILITY).astype(np.uint8)
    return Kinematics(angles_deg, reasons, azimuth_deg, np.full(angles_deg.size, ERROR_DEG))


@dataclass(frozen=True)
class Outcome:
    """What a tracker made of a stream: everything it closed, and its state frame by frame."""

    reps: tuple[Rep, ...]
    rejected: tuple[RejectedRep, ...]
    states: tuple[Tracking, ...]


def track(exercise: Exercise, stream: Iterable[tuple[float, Kinematics]], side: Side | None = None) -> Outcome:
    """The stream through an ExerciseTracker."""
    tracker = ExerciseTracker(exercise, side or exercise.default_side)
    states = [tracker.step(t_s, kinematics) for t_s, kinematics in stream]
    states.append(tracker.finish())
    reps = tuple(rep for state in states for rep in state.closed)
    rejected = tuple(rep for state in states for rep in state.rejected)
    return Outcome(reps, rejected, tuple(states))
