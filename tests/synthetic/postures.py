"""What every movement starts from: the setting of a performance and the two postures, standing and seated."""

from dataclasses import dataclass

import numpy as np

from tests.synthetic.controls import Arm, Controls, Dimensions, Leg
from tests.synthetic.motion import Excursion, Rng, drift, wave
from tests.synthetic.rotations import Array

_WORDS = {"L": "left", "R": "right"}


@dataclass(frozen=True, slots=True)
class Setting:
    """What a movement is made from: clock, schedule, body lengths (metres), a person's own share of the nominal range
    (1 = full), compensations in degrees at the far end, steadiness (1 = average; larger = shakier), rng."""

    t_s: Array
    reps: tuple[Excursion, ...]
    size: Dimensions
    range_share: float
    compensations: dict[str, float]
    unsteadiness: float
    rng: Rng

    def wave(self, side: str) -> Array:
        """Repetition profile of side "L" or "R", times the person's range."""
        return self.range_share * wave(self.t_s, self.reps, _WORDS[side])

    def any_wave(self) -> Array:
        """Profile of whichever side moves."""
        return np.maximum(self.wave("L"), self.wave("R"))

    def drift(self, size: float) -> Array:
        """Slow wandering of this person's size."""
        return drift(self.rng, self.t_s, size * self.unsteadiness)

    def amount(self, name: str) -> Array:
        """A compensation over time, in degrees, growing with the repetition."""
        return self.compensations.get(name, 0.0) * self.any_wave()


def standing(s: Setting, knee: Array | float = 4.0, stance_m: float | None = None) -> Controls:
    """Upright on both feet with small sway; knee flexion sets the height of the pelvis."""
    half = s.size.hip * float(s.rng.uniform(0.8, 1.5)) if stance_m is None else stance_m
    count = len(s.t_s)
    pelvis = np.zeros((count, 3))
    pelvis[:, 0] = s.drift(0.006)
    pelvis[:, 1] = 0.01 + s.drift(0.006)
    toe_out = float(s.rng.uniform(2.0, 16.0))
    c = Controls(count, pelvis)
    for sign, side in ((1.0, "L"), (-1.0, "R")):
        c.legs[side] = Leg(foot_m=(sign * half, s.rng.uniform(-0.01, 0.01)), toe_out=toe_out)
        c.arms[side] = resting_arm(s)
    c.trunk_flexion = float(s.rng.uniform(-2.0, 5.0)) + s.drift(0.7)
    c.trunk_lateral = s.drift(0.6)
    c.head_flexion = float(s.rng.uniform(-4.0, 8.0)) + s.drift(1.5)
    c.head_rotation = s.drift(2.5)
    set_height(c, s.size, knee, half)
    return c


def set_height(c: Controls, size: Dimensions, knee: Array | float, half: Array | float) -> None:
    """Pelvis height at which the legs bend by `knee` over feet that stand `half` metres from the middle."""
    aside = np.abs(half) - size.hip
    c.pelvis_m[:, 2] = size.ankle + np.sqrt(size.standing(knee) ** 2 - aside**2 - c.pelvis_m[:, 1] ** 2)


def resting_arm(s: Setting) -> Arm:
    return Arm(
        elevation=float(s.rng.uniform(6.0, 13.0)) + s.drift(0.8),
        plane=float(s.rng.uniform(0.0, 45.0)),
        rotation=float(s.rng.uniform(-25.0, 5.0)),
        elbow=float(s.rng.uniform(8.0, 22.0)) + s.drift(1.0),
        pronation=float(s.rng.uniform(-20.0, 25.0)),
    )


def seated(s: Setting) -> Controls:
    """On a stool of about knee height, feet on the floor."""
    c = standing(s)
    c.pelvis_m[:, 1] += s.size.thigh * float(s.rng.uniform(0.93, 1.02))
    c.pelvis_m[:, 2] = seat_height(s.size) + s.size.buttock
    lean = float(s.rng.uniform(-4.0, 10.0)) + s.drift(0.8)
    c.pelvis_tilt, c.trunk_flexion = 0.4 * lean, 0.6 * lean
    for side in "LR":
        c.arms[side] = Arm(
            elevation=float(s.rng.uniform(16.0, 26.0)),
            plane=70.0,
            rotation=-15.0,
            elbow=float(s.rng.uniform(35.0, 60.0)),
            pronation=60.0,
        )
    return c


def seat_height(size: Dimensions) -> float:
    """Top of the stool in metres: a little below the knee."""
    return 0.96 * (size.shank + size.ankle)


def crouch(s: Setting, c: Controls, depth: Array, arms: str) -> None:
    """Bend the knees by `depth` degrees over planted feet, with the hips back and the trunk forward for balance."""
    flexed = np.radians(depth)
    c.pelvis_m[:, 1] += s.size.thigh * 0.42 * np.sin(np.clip(flexed, 0.0, 1.9) * 0.8)
    lean = float(s.rng.uniform(0.24, 0.4)) * depth + s.amount("trunk_lean_forward")
    c.pelvis_tilt = 0.55 * lean
    c.trunk_flexion = c.trunk_flexion + 0.5 * lean
    c.head_flexion = c.head_flexion - 0.55 * lean
    half = abs(float(np.mean(c.legs["L"].foot_m[0])))
    set_height(c, s.size, depth, half)
    for side in "LR":
        c.legs[side].knee_out = -s.amount("knee_valgus") + 0.03 * depth
        c.legs[side].heel_raise = s.amount("heel_rise")
        if arms == "front":
            share = depth / max(float(depth.max()), 1.0)
            c.arms[side] = Arm(elevation=12.0 + 68.0 * share, plane=82.0, elbow=14.0 + 4.0 * share, rotation=-10.0)
        elif arms == "chest":
            c.arms[side] = Arm(elevation=38.0, plane=78.0, rotation=-38.0, elbow=118.0, pronation=40.0)
        else:
            c.arms[side].elevation, c.arms[side].plane = 9.0 + 0.9 * lean, 75.0
