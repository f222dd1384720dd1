"""Counts one thing: the signal of one side, or of both together, into repetitions with their measures."""

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from physio.exercise.definition import Exercise
from physio.exercise.excursion import Excursion, measure_excursion
from physio.exercise.movement import Movement
from physio.exercise.parts import ContractionType
from physio.exercise.repetition import PhaseMachine
from physio.exercise.signal import SignalSample
from physio.messages import Message
from physio.types import Phase, Reason, Side

BEFORE_S = 1.5
"""Seconds before a movement was noticed in which its start is looked for."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One movement, counted (problem None) or not. Angles are values of the signal's angle, rom_deg positive;
    usual_pct: range against the person's usual one, NaN until that is known; outward: how the muscles contract on the
    way out; rising: whether the angle grew on it."""

    side: Side
    start_s: float
    peak_s: float
    end_s: float
    closed_s: float
    peak_deg: float
    rom_deg: float
    outward_s: float
    hold_s: float
    return_s: float
    usual_pct: float
    outward: ContractionType
    problem: Message | None
    rising: bool = True

    @property
    def start_deg(self) -> float:
        """The angle that the movement began at."""
        return self.peak_deg - self.rom_deg if self.rising else self.peak_deg + self.rom_deg

    @property
    def duration_s(self) -> float:
        """From start to end."""
        return self.end_s - self.start_s

    @property
    def eccentric_s(self) -> float:
        """Duration of the eccentric phase."""
        return self.outward_s if self.outward == "eccentric" else self.return_s

    @property
    def concentric_s(self) -> float:
        """Duration of the concentric phase."""
        return self.return_s if self.outward == "eccentric" else self.outward_s


class Counter:
    """Feeds on one signal; side is what its attempts are labelled with.

    An exercise that may start at either end runs two phase machines, one each way, until the first repetition decides.
    """

    def __init__(self, exercise: Exercise, side: Side):
        self._exercise = exercise
        self.side: Side = side
        sign = 1 if exercise.signal.direction == "up" else -1
        signs = (sign, -sign) if exercise.signal.start == "either" else (sign,)
        self._machines = {sign: PhaseMachine(exercise.repetition) for sign in signs}
        self._samples: deque[tuple[float, float]] = deque()
        self._first_s = math.nan
        self._last_end_s = -math.inf
        self.signal_deg = math.nan
        self.reason = Reason.NO_PERSON

    @property
    def phase(self) -> Phase:
        """Where in the repetition the signal is."""
        return self._machine.phase

    @property
    def out_deg(self) -> float:
        """How far the movement under way has gone, 0 at rest."""
        return self._machine.out_deg

    @property
    def started_s(self) -> float:
        """When the movement under way began, NaN at rest."""
        return self._machine.started_s

    @property
    def _machine(self) -> PhaseMachine:
        return next(iter(self._machines.values()))

    def step(self, t_s: float, sample: SignalSample) -> Attempt | None:
        """Takes the signal at t_s; the attempt that ended with it, if one did."""
        if math.isnan(self._first_s):
            self._first_s = t_s
        self.signal_deg, self.reason = sample.degrees, sample.reason
        self._samples.append((t_s, self.signal_deg))
        self._forget(t_s)
        ended = {sign: machine.step(t_s, sign * self.signal_deg) for sign, machine in self._machines.items()}
        return self._decide(ended)

    def finish(self) -> Attempt | None:
        """The end of the signal; the attempt that ends with it, if one does."""
        return self._decide({sign: machine.finish() for sign, machine in self._machines.items()})

    def forget(self, attempt: Attempt) -> None:
        """The attempt was no movement of the person: their usual range is not taken from it."""
        for machine in self._machines.values():
            machine.forget(attempt.closed_s)

    def _forget(self, t_s: float) -> None:
        started = [m.started_s for m in self._machines.values() if not math.isnan(m.started_s)]
        keep_s = min([t_s, *started]) - BEFORE_S
        while self._samples[0][0] < keep_s:
            self._samples.popleft()

    def _decide(self, ended: dict[int, Movement | None]) -> Attempt | None:
        for sign, movement in ended.items():
            if movement and not movement.problem:
                self._machines = {sign: self._machines[sign]}
                return self._attempt(sign, movement)
        sign, movement = next(iter(ended.items()))
        return self._attempt(sign, movement) if movement else None

    def _attempt(self, sign: int, movement: Movement) -> Attempt:
        excursion = self._measure(sign, movement)
        flipped = sign != (1 if self._exercise.signal.direction == "up" else -1)
        outward = self._exercise.signal.outward
        if flipped:
            outward = "concentric" if outward == "eccentric" else "eccentric"
        if not movement.problem:
            self._last_end_s = excursion.end_s
        return Attempt(
            side=self.side,
            start_s=excursion.start_s,
            peak_s=excursion.peak_s,
            end_s=excursion.end_s,
            closed_s=movement.closed_s,
            peak_deg=sign * excursion.peak_deg,
            rom_deg=excursion.rom_deg,
            outward_s=excursion.out_end_s - excursion.start_s,
            hold_s=excursion.back_start_s - excursion.out_end_s,
            return_s=excursion.end_s - excursion.back_start_s,
            usual_pct=100 * movement.range_deg / movement.usual_deg,
            outward=outward,
            problem=movement.problem,
            rising=sign > 0,
        )

    def _measure(self, sign: int, movement: Movement) -> Excursion:
        t_s, x = (np.array(column) for column in zip(*self._samples, strict=True))
        first_s, last_s = max(movement.start_s - BEFORE_S, self._last_end_s), movement.closed_s
        inside = (t_s >= first_s) & (t_s <= last_s)
        rough_s = (movement.start_s, movement.peak_s, movement.end_s)
        excursion = measure_excursion(t_s[inside], sign * x[inside], rough_s)
        return excursion.within(max(self._last_end_s, self._first_s), last_s)
