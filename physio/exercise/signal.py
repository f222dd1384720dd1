"""The exercise's signal: one number per frame and counted side out of the joint angles, and what it rests on."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from physio.exercise.definition import Exercise
from physio.exercise.parts import Signal
from physio.kinematics.angles import ANGLE_INDEX, side_letters
from physio.types import Kinematics, Reason, Side

_SEEN = frozenset({Reason.OK, Reason.OFF_VIEW})


class SideSample(NamedTuple):
    """One side in one frame. degrees: NaN when unknown; given: whether it is the angle itself, in a frame in which
    people are given it (neither refused nor estimated from others); seen: whether the landmarks that it is made of were
    seen; error_deg: its expected error, of an estimate those of its angles added up; NaN when unknown."""

    degrees: float
    given: bool
    seen: bool
    error_deg: float


class SignalSample(NamedTuple):
    """degrees, and OK or the reason why they are NaN; parts: the sides that they are made of, by letter."""

    degrees: float
    reason: Reason
    parts: Mapping[str, SideSample]


# The estimate replaces the measured angle when that is known in less than USABLE_BELOW of the last seconds' frames, and
# gives way again from USABLE_AGAIN on: an angle at the edge of its view does not switch to and fro.
USABLE_BELOW = 0.8
USABLE_AGAIN = 0.95
USABLE_TIME_CONSTANT_S = 3.0
# A side that comes or goes is faded in or out, so that the mean of both does not jump.
FADE_S = 0.5


class _Side:
    """One side's angle, or its estimate from other angles where the angle itself cannot be measured.

    Where one takes over from the other it starts at the other's level and drifts to its own, so that a difference
    between them is not taken for movement.
    """

    def __init__(self, signal: Signal, side: str):
        self.index = ANGLE_INDEX[_name(signal.angle, side)]
        self._estimate = [(ANGLE_INDEX[_name(base, side)], weight) for base, weight in signal.estimate]
        self._usable = math.nan
        self._measured = True
        self._difference = 0.0
        self._offset = 0.0
        self._t_s = math.nan

    def step(self, t_s: float, kinematics: Kinematics) -> SideSample:
        degrees = self._degrees(t_s, kinematics)
        bases = [(self.index, 1.0)] if self._measured else self._estimate
        reasons = [Reason(int(kinematics.reasons[i])) for i, _ in bases]
        return SideSample(
            degrees=degrees,
            given=self._measured and reasons[0] == Reason.OK and math.isfinite(degrees),
            seen=_SEEN.issuperset(reasons) and math.isfinite(degrees),
            error_deg=sum(abs(weight) * float(kinematics.error_deg[i]) for i, weight in bases),
        )

    def _degrees(self, t_s: float, kinematics: Kinematics) -> float:
        measured = float(kinematics.angles_deg[self.index])
        if not self._estimate:
            return measured
        estimate = sum(weight * float(kinematics.angles_deg[i]) for i, weight in self._estimate)
        if math.isfinite(estimate):
            self._choose(t_s, math.isfinite(measured))
        if math.isfinite(measured + estimate):
            self._difference = measured - estimate
        return (measured if self._measured else estimate) + self._offset

    def _choose(self, t_s: float, known: bool) -> None:
        if math.isnan(self._usable):
            self._usable, self._measured = float(known), known
        else:
            fresh = -math.expm1((self._t_s - t_s) / USABLE_TIME_CONSTANT_S)
            self._usable += (known - self._usable) * fresh
            self._offset -= self._offset * fresh
        self._t_s = t_s
        if self._measured and self._usable < USABLE_BELOW:
            self._measured = False
            self._offset += self._difference
        elif not self._measured and self._usable > USABLE_AGAIN:
            self._measured = True
            self._offset -= self._difference


class SignalReader:
    """Reads the signal of one or both sides ("l", "r"); both are averaged, each with a weight that fades with its loss.

    step gives NaN and why when no side is known.
    """

    def __init__(self, signal: Signal, sides: Sequence[str]):
        self._letters = tuple(sides)
        self._sides = [_Side(signal, side) for side in sides]
        self._weights = [math.nan] * len(self._sides)
        self._held = [math.nan] * len(self._sides)
        self._t_s = math.nan

    def step(self, t_s: float, kinematics: Kinematics) -> SignalSample:
        """The signal at t_s."""
        samples = [side.step(t_s, kinematics) for side in self._sides]
        parts = dict(zip(self._letters, samples, strict=True))
        values = [sample.degrees for sample in samples]
        self._fade(t_s, values)
        if all(math.isnan(value) for value in values):
            return SignalSample(math.nan, self._reason(kinematics), parts)
        used = [(weight, held) for weight, held in zip(self._weights, self._held, strict=True) if weight > 0]
        total = sum(weight for weight, _ in used)
        return SignalSample(sum(weight * held for weight, held in used) / total, Reason.OK, parts)

    def _fade(self, t_s: float, values: list[float]) -> None:
        step = 0.0 if math.isnan(self._t_s) else (t_s - self._t_s) / FADE_S
        none_held = all(weight == 0 or math.isnan(weight) for weight in self._weights)
        for i, value in enumerate(values):
            known = math.isfinite(value)
            if known:
                self._held[i] = value
            if none_held:
                self._weights[i] = float(known)
            else:
                self._weights[i] = min(1.0, self._weights[i] + step) if known else max(0.0, self._weights[i] - step)
        self._t_s = t_s

    def _reason(self, kinematics: Kinematics) -> Reason:
        reasons = [Reason(int(kinematics.reasons[side.index])) for side in self._sides]
        return next((reason for reason in reasons if reason != Reason.OK), Reason.OFF_VIEW)


class SignalSource:
    """Reads all that is counted in an exercise. One done with both sides has one signal; one done on either side has
    three, left, right and the mean of both, whatever side was asked for."""

    def __init__(self, exercise: Exercise, side: Side):
        together = exercise.side_mode == "both"
        self.sides: tuple[Side, ...] = (side,) if together else ("left", "right", "both")
        self._readers = {one: SignalReader(exercise.signal, side_letters(one)) for one in self.sides}

    def step(self, t_s: float, kinematics: Kinematics) -> Mapping[Side, SignalSample]:
        """The signal of each of `sides` at t_s."""
        return {side: reader.step(t_s, kinematics) for side, reader in self._readers.items()}


def _name(base: str, side: str) -> str:
    return f"{base}_{side}" if f"{base}_{side}" in ANGLE_INDEX else base
