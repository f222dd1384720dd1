"""ExerciseTracker: one exercise followed through a session, frame by frame."""

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from physio.exercise.attribution import Movements, attribute
from physio.exercise.counter import Attempt, Counter
from physio.exercise.definition import Exercise
from physio.exercise.evidence import JOINT_NOT_SEEN, SideSeen, problem_of, reported_range
from physio.exercise.framing import CLEAR, Framing
from physio.exercise.guidance import Guidance
from physio.exercise.scoring import Samples, score_repetition
from physio.exercise.sides import SideMerger, UnderWay, near_side
from physio.exercise.signal import SignalSample, SignalSource
from physio.exercise.watch import FormWatch
from physio.kinematics.geometry import mean_direction_deg
from physio.messages import Message
from physio.types import Cue, Kinematics, Phase, Reason, RejectedRep, Rep, Side

AROUND_S = 1.0
"""Seconds before and after a repetition that its statistics may look at."""
TAKE_OVER = 1.5
"""The other side is shown instead once it has moved this many times as far as the one shown."""


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

    It takes the angles as measured, not smoothed: it filters them itself, causally for what is shown at once, without
    phase shift for the measures of a repetition that is over. Live and recorded give the same.
    """

    def __init__(self, exercise: Exercise, side: Side):
        self._exercise = exercise
        self._side: Side = side
        self._source = SignalSource(exercise, side)
        self._counters = {one: Counter(exercise, one) for one in self._source.sides}
        self._asked = [self._counters[one] for one in _asked(self._source.sides, side)]
        self._shown = self._asked[0]
        self._merger = SideMerger()
        self._near: Side | None = None
        self._watch = FormWatch(exercise)
        self._guidance = Guidance(exercise, side)
        self._frames: deque[_Seen] = deque()
        self._count = 0
        self._score = math.nan

    def step(self, t_s: float, kinematics: Kinematics, framing: Framing = CLEAR) -> Tracking:
        """Takes the angles of one frame, and what hinders the view of the patient in it; t_s must increase."""
        samples = self._source.step(t_s, kinematics)
        self._remember(_Seen(t_s, kinematics, samples))
        ended = {side: counter.step(t_s, samples[side]) for side, counter in self._counters.items()}
        self._near = near_side(kinematics.azimuth_deg, self._near is not None)
        self._forget_unseen(ended)
        closed, rejected = self._settle(t_s, ended)
        self._shown = self._show()
        deviating, cues = self._watch.step(t_s, kinematics, self._shown.phase, self._shown.side)
        guidance = self._guidance.step(t_s, kinematics, self._shown.reason, framing)
        return replace(self._state(), closed=closed, rejected=rejected, deviating=deviating, cues=cues + guidance)

    def finish(self) -> Tracking:
        """The end of the session: what closes with it."""
        closed, rejected = self._settle(math.inf, {side: one.finish() for side, one in self._counters.items()})
        return replace(self._state(), closed=closed, rejected=rejected)

    def _state(self) -> Tracking:
        shown = self._shown
        return Tracking(shown.signal_deg, shown.reason, shown.phase, self._count, self._score)

    def _remember(self, seen: "_Seen") -> None:
        self._frames.append(seen)
        keep_s = seen.t_s - self._exercise.repetition.max_duration_s - 2 * AROUND_S
        while self._frames[0].t_s < keep_s:
            self._frames.popleft()

    def _settle(
        self, t_s: float, ended: Mapping[Side, Attempt | None]
    ) -> tuple[tuple[Rep, ...], tuple[RejectedRep, ...]]:
        """What is reported now of the attempts that ended now or wait. In a side view every counter takes part, in
        others only those of the sides that were asked for."""
        counters = list(self._counters.values()) if self._near else self._asked
        attempts = [attempt for one in counters if (attempt := ended[one.side])]
        going = [UnderWay(one.side, one.started_s, one.out_deg) for one in counters if one.phase != Phase.REST]
        closed: list[Rep] = []
        rejected: list[RejectedRep] = []
        for group in self._merger.step(t_s, attempts, going, self._near):
            frames = [seen for seen in self._frames if _around(seen.t_s, group[0])]
            sides = _sides(frames)
            attempt = self._attribute([one for one in group if not self._problem(one, sides)] or group, frames)
            problem = self._problem(attempt, sides)
            if self._side not in ("both", attempt.side):
                continue
            if problem:
                rejected.append(RejectedRep(attempt.side, attempt.start_s, attempt.end_s, problem))
                self._guidance.rejected(self._frames[-1].t_s, rejected[-1])
            else:
                closed.append(self._close(attempt, frames, sides))
                azimuth = mean_direction_deg(_samples(frames).azimuth_deg)
                self._guidance.closed(self._frames[-1].t_s, closed[-1], azimuth)
        return tuple(closed), tuple(rejected)

    def _forget_unseen(self, ended: Mapping[Side, Attempt | None]) -> None:
        """What moved although its joint was not seen is not what this person usually reaches."""
        for side, attempt in ended.items():
            if attempt is None:
                continue
            sides = _sides([seen for seen in self._frames if _around(seen.t_s, attempt)])
            if self._problem(attempt, sides) == JOINT_NOT_SEEN:
                self._counters[side].forget(attempt)

    def _problem(self, attempt: Attempt, sides: Mapping[str, SideSeen]) -> Message | None:
        return problem_of(attempt, sides, self._exercise.repetition.min_rom_deg)

    def _attribute(self, group: Sequence[Attempt], frames: Sequence["_Seen"]) -> Attempt:
        if len(self._counters) == 1 or (self._near is None and self._side != "both"):
            return group[0]
        samples = _samples(frames)
        left, right = (np.array([seen.samples[side].degrees for seen in frames]) for side in ("left", "right"))
        expected = self._near and (self._near if self._side == "both" else self._side)
        return attribute(self._exercise, group, Movements(samples.t_s, samples.angles_deg, left, right), expected)

    def _close(self, attempt: Attempt, frames: Sequence["_Seen"], sides: Mapping[str, SideSeen]) -> Rep:
        self._count += 1
        reported = reported_range(attempt, sides)
        attempt = reported.attempt
        scored = score_repetition(self._exercise, attempt, _samples(frames, given=True), estimated=reported.estimated)
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
            start_deg=attempt.start_deg,
            rom_error_deg=reported.rom_error_deg,
            estimated=reported.estimated,
            criteria_judged=scored.judged,
            criteria_total=scored.total,
        )

    def _show(self) -> Counter:
        """The counter whose signal is shown: the one that moves furthest, else the last one that can be seen."""
        furthest = max(self._asked, key=lambda one: one.out_deg)
        if furthest.out_deg > TAKE_OVER * self._shown.out_deg:
            return furthest
        if self._shown.reason != Reason.OK:
            return next((one for one in self._asked if one.reason == Reason.OK), self._shown)
        return self._shown


@dataclass(frozen=True, slots=True)
class _Seen:
    """One frame as it came."""

    t_s: float
    kinematics: Kinematics
    samples: Mapping[Side, SignalSample]


def _asked(sides: Sequence[Side], side: Side) -> Sequence[Side]:
    """Those of the counted sides that a person is asked to work with."""
    return ("left", "right") if side == "both" and len(sides) > 1 else (side,)


def _around(t_s: float, attempt: Attempt) -> bool:
    return attempt.start_s - AROUND_S <= t_s <= attempt.end_s + AROUND_S


def _samples(frames: Sequence[_Seen], given: bool = False) -> Samples:
    """given: without the angles that people are not given."""
    angles_deg = np.array([seen.kinematics.angles_deg for seen in frames])
    refused = np.array([seen.kinematics.reasons for seen in frames]) != Reason.OK
    return Samples(
        np.array([seen.t_s for seen in frames]),
        np.where(given & refused, np.nan, angles_deg),
        np.array([seen.kinematics.azimuth_deg for seen in frames]),
    )


def _sides(frames: Sequence[_Seen]) -> dict[str, SideSeen]:
    """What was seen of either side, by letter."""
    t_s = np.array([seen.t_s for seen in frames])
    parts = [{letter: part for one in seen.samples.values() for letter, part in one.parts.items()} for seen in frames]
    return {letter: SideSeen.of(t_s, [one[letter] for one in parts]) for letter in parts[0]}
