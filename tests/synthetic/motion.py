"""Motion as people make it: minimum-jerk repetitions with pauses, drift, tremor and varying size. Pure numpy."""

from dataclasses import dataclass

import numpy as np

from tests.synthetic.rotations import Array

Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Excursion:
    """One repetition in time. amplitude: share of the nominal range; pause_s: a hesitation half way out;
    sides: "left", "right" or "both"."""

    start_s: float
    outward_s: float
    hold_s: float
    return_s: float
    amplitude: float
    pause_s: float
    side: str

    @property
    def peak_s(self) -> float:
        """Middle of the hold at the far end."""
        return self.start_s + self.outward_s + self.pause_s + self.hold_s / 2.0

    @property
    def end_s(self) -> float:
        """Back at the start."""
        return self.start_s + self.outward_s + self.pause_s + self.hold_s + self.return_s


@dataclass(frozen=True, slots=True)
class Tempo:
    """How somebody repeats a movement: medians in seconds, spread = relative spread from one repetition to the next,
    fade = change of amplitude over the set (negative = tiring), pause_chance of a hesitation half way out."""

    outward_s: float = 1.3
    hold_s: float = 0.4
    return_s: float = 1.3
    rest_s: float = 0.6
    spread: float = 0.12
    fade: float = 0.0
    pause_chance: float = 0.1


def minimum_jerk(u: Array) -> Array:
    """Flash and Hogan's point-to-point profile: 0 before u = 0, 1 after u = 1."""
    u = np.clip(u, 0.0, 1.0)
    return u**3 * (10.0 - 15.0 * u + 6.0 * u**2)


def schedule(rng: Rng, duration_s: float, tempo: Tempo, sides: tuple[str, ...]) -> tuple[Excursion, ...]:
    """Whole repetitions that fit into a clip, taking the sides in turn."""
    done: list[Excursion] = []
    now = float(rng.uniform(0.5, 1.0)) * max(tempo.rest_s, 0.5)
    while True:
        vary = np.exp(rng.normal(0.0, tempo.spread, 4))
        drift = 1.0 + tempo.fade * now / duration_s
        next_one = Excursion(
            start_s=now,
            outward_s=tempo.outward_s * float(vary[0]),
            hold_s=tempo.hold_s * float(vary[1]),
            return_s=tempo.return_s * float(vary[2]),
            amplitude=float(np.clip(drift * (1.0 + rng.normal(0.0, 0.6 * tempo.spread)), 0.3, 1.12)),
            pause_s=float(rng.uniform(0.2, 0.6)) if rng.random() < tempo.pause_chance else 0.0,
            side=sides[len(done) % len(sides)],
        )
        if next_one.end_s > duration_s - 0.3:
            return tuple(done)
        done.append(next_one)
        now = next_one.end_s + tempo.rest_s * float(vary[3])


def excursion(t_s: Array, rep: Excursion) -> Array:
    """0 at rest, amplitude at the far end; a pause splits the way out in two minimum-jerk pieces."""
    half = rep.outward_s / 2.0
    if rep.pause_s > 0.0:
        first = minimum_jerk((t_s - rep.start_s) / half)
        second = minimum_jerk((t_s - rep.start_s - half - rep.pause_s) / half)
        out = 0.55 * first + 0.45 * second
    else:
        out = minimum_jerk((t_s - rep.start_s) / rep.outward_s)
    back = minimum_jerk((t_s - (rep.end_s - rep.return_s)) / rep.return_s)
    return rep.amplitude * (out - back)


def wave(t_s: Array, reps: tuple[Excursion, ...], side: str) -> Array:
    """All repetitions of one body side ("left", "right"): 0 at rest, about 1 at the far end. "both" counts for each."""
    mine = [excursion(t_s, rep) for rep in reps if rep.side in (side, "both")]
    return np.sum(mine, axis=0) if mine else np.zeros_like(t_s)


def drift(rng: Rng, t_s: Array, size: float, slowest_s: float = 12.0, fastest_s: float = 2.0) -> Array:
    """Slow wandering with standard deviation `size`: a sum of incommensurate sines of random phase."""
    periods = np.exp(rng.uniform(np.log(fastest_s), np.log(slowest_s), 6))
    phases = rng.uniform(0.0, 2.0 * np.pi, 6)
    weights = periods / np.sqrt((periods**2).sum() / 2.0)
    waves: Array = np.sin(2.0 * np.pi * t_s[:, None] / periods + phases) @ weights
    return size * waves


def tremor(rng: Rng, t_s: Array, size: float) -> Array:
    """4-8 Hz tremor that waxes and wanes, amplitude `size`."""
    frequency = rng.uniform(4.0, 8.0)
    carrier = np.sin(2.0 * np.pi * frequency * t_s + rng.uniform(0.0, 6.28) + drift(rng, t_s, 1.0, 3.0, 1.0))
    return size * carrier * np.clip(0.6 + drift(rng, t_s, 0.4, 4.0, 1.0), 0.0, None)


def wander(rng: Rng, t_s: Array, low: float, high: float, step_s: float = 1.6) -> Array:
    """Random targets reached by minimum-jerk moves with holds between: movement that is no exercise."""
    value = np.full_like(t_s, rng.uniform(low, high))
    now = float(rng.uniform(0.0, step_s))
    here = float(value[0])
    while now < t_s[-1]:
        length = step_s * float(rng.uniform(0.5, 1.3))
        there = float(rng.uniform(low, high))
        value += (there - here) * minimum_jerk((t_s - now) / length)
        here, now = there, now + length + float(rng.exponential(0.4 * step_s))
    return value
