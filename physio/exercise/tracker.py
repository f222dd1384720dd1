"""ExerciseTracker: one exercise followed through a session, frame by frame."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from physio.exercise.counter import Attempt, Counter
from physio.exercise.definition import Exercise
from physio.exercise.guidance import Guidance
from physio.exercise.scoring import Samples, median_azimuth_deg, score_repetition
from physio.exercise.sides import SideMerger, UnderWay, attribute
from physio.exercise.watch import FormWatch
from physio.kinematics.angles import ANGLE_INDEX
from physio.types import Cue, Kinematics, Phase, Reason, RejectedRep, Rep, Side

AROUND_S = 1.0
"""Seconds before and after a repetition that its statistics may look at."""
LEADS_BY_DEG = 5.0
TAKE_OVER = 1.5
"""Another side is shown when it has moved this many times as far as the one shown."""


@dataclass(frozen=True, slots=True)
class Tracking:
    """The exercise's state after one frame. signal_deg of the side that works, NaN with a reason; rep_count, and score
    of the last repetition, NaN before the first; closed, rejected: what ended with this frame; deviating: angle names
    outside their criteria now; cues: all that could be said now."""

    signal_deg: float
    reason: Reason
    phase: Phase
    rep_count: int
    score: float
    closed: tuple[Rep, ...] = ()
    rejected: tuple[RejectedRep, ...] = ()
    deviating: frozenset[str] = frozenset()
    cues: tuple[Cue, ...] = ()


class ExerciseTracker:
    """Counts and judges one exercise on one side, or on both.

    Feed it the angles as measured, not smoothed: it filters for itself, causally for what it says at once and without
    phase shift for what it says about a repetition that is over. Live and recorded give the same.
    """

    def __init__(self, exercise: Exercise, side: Side):
        self._exercise = exercise
        self._counters = _counters(exercise, side)
        self._shown = self._counters[0]
        self._merger = SideMerger()
        self._watch = FormWatch(exercise)
        self._guidance = Guidance(exercise)
        self._frames: deque[tuple[float, Kinematics]] = deque()
        self._count = 0
        self._score = math.nan

    def step(self, t_s: float, kinematics: Kinematics) -> Tracking:
        """Takes the angles of one frame; t_s must increase."""
        self._remember(t_s, kinematics)
        ended = [attempt for one in self._counters if (attempt := one.step(t_s, kinematics))]
        moving = [one for one in self._counters if one.phase != Phase.REST]
        groups = self._merger.step(t_s, ended, [UnderWay(one.side, one.started_s, one.out_deg) for one in moving])
        closed, rejected = self._tell(t_s, groups)
        self._shown = self._show()
        deviating, cues = self._watch.step(t_s, kinematics, self._shown.phase, self._shown.side)
        guidance = self._guidance.step(t_s, kinematics, self._shown.reason)
        return replace(self._state(), closed=closed, rejected=rejected, deviating=deviating, cues=cues + guidance)

    def finish(self) -> Tracking:
        """The end of the session: what closes with it."""
        ended = [attempt for one in self._counters if (attempt := one.finish())]
        end_s = self._frames[-1][0] if self._frames else 0.0
        groups = self._merger.step(end_s, ended) + self._merger.finish()
        closed, rejected = self._tell(end_s, groups)
        return replace(self._state(), closed=closed, rejected=rejected)

    def _state(self) -> Tracking:
        shown = self._shown
        return Tracking(shown.signal_deg, shown.reason, shown.phase, self._count, self._score)

    def _remember(self, t_s: float, kinematics: Kinematics) -> None:
        self._frames.append((t_s, kinematics))
        keep_s = t_s - self._exercise.repetition.max_duration_s - 2 * AROUND_S
        while self._frames[0][0] < keep_s:
            self._frames.popleft()

    def _tell(
        self, t_s: float, groups: Sequence[tuple[Attempt, ...]]
    ) -> tuple[tuple[Rep, ...], tuple[RejectedRep, ...]]:
        closed: list[Rep] = []
        rejected: list[RejectedRep] = []
        for group in groups:
            samples = self._samples(group[0])
            attempt = attribute(group, self._leading(group, samples), median_azimuth_deg(samples.azimuth_deg))
            if attempt.problem:
                rejected.append(RejectedRep(attempt.side, attempt.start_s, attempt.end_s, attempt.problem))
                self._guidance.rejected(t_s, rejected[-1])
            else:
                closed.append(self._close(attempt, samples))
                self._guidance.closed(t_s, closed[-1])
        return tuple(closed), tuple(rejected)

    def _close(self, attempt: Attempt, samples: Samples) -> Rep:
        self._count += 1
        scored = score_repetition(self._exercise, attempt, samples)
        self._score = scored.score
        return Rep(
            index=self._count,
            side=attempt.side,
            start_s=attempt.start_s,
            peak_s=attempt.peak_s,
            end_s=attempt.end_s,
            peak_deg=attempt.peak_deg,
            rom_deg=attempt.rom_deg,
            eccentric_s=attempt.eccentric_s,
            hold_s=attempt.hold_s,
            concentric_s=attempt.concentric_s,
            score=scored.score,
            faults=scored.faults,
        )

    def _samples(self, attempt: Attempt) -> Samples:
        first_s, last_s = attempt.start_s - AROUND_S, attempt.end_s + AROUND_S
        inside = [(t_s, kinematics) for t_s, kinematics in self._frames if first_s <= t_s <= last_s]
        return Samples(
            np.array([t_s for t_s, _ in inside]),
            np.array([kinematics.angles_deg for _, kinematics in inside]),
            np.array([kinematics.azimuth_deg for _, kinematics in inside]),
        )

    def _leading(self, group: Sequence[Attempt], samples: Samples) -> Side | None:
        """The side whose leader angle is larger during the movement, None when none is or the exercise names none."""
        base = self._exercise.signal.leader
        if not base:
            return None
        during = (samples.t_s >= group[0].start_s) & (samples.t_s <= group[0].end_s)
        columns = samples.angles_deg[during][:, [ANGLE_INDEX[f"{base}_{side}"] for side in "lr"]]
        known = columns[np.isfinite(columns).all(axis=1)]
        if not len(known):
            return None
        left, right = known.mean(axis=0)
        if abs(left - right) < LEADS_BY_DEG:
            return None
        return "left" if left > right else "right"

    def _show(self) -> Counter:
        """The counter whose signal is shown: the one that moves furthest, else the last one that can be seen."""
        furthest = max(self._counters, key=lambda one: one.out_deg)
        if furthest.out_deg > TAKE_OVER * self._shown.out_deg:
            return furthest
        if self._shown.reason != Reason.OK:
            return next((one for one in self._counters if one.reason == Reason.OK), self._shown)
        return self._shown


def _counters(exercise: Exercise, side: Side) -> list[Counter]:
    """One counter for a movement of both sides together or of one side, two for sides that work apart."""
    if side == "both" and exercise.side_mode == "each":
        return [Counter(exercise, "left", "l"), Counter(exercise, "right", "r")]
    return [Counter(exercise, side, {"left": "l", "right": "r", "both": "lr"}[side])]
