"""The movements: exercises of the library and others that are none, as controls over time.

Each movement is a function Setting -> Controls. Amplitudes are drawn from the setting's random generator, so that no two
people move alike. A movement's `signal` names the angle whose excursion is the repetition.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from tests.synthetic.motion import Excursion, Rng, Tempo, drift, tremor, wander, wave
from tests.synthetic.rotations import Array
from tests.synthetic.skeleton import Arm, Controls, Dimensions, Leg

WORDS = {"L": "left", "R": "right"}


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
        return self.range_share * wave(self.t_s, self.reps, WORDS[side])

    def any_wave(self) -> Array:
        """Profile of whichever side moves."""
        return np.maximum(self.wave("L"), self.wave("R"))

    def drift(self, size: float) -> Array:
        """Slow wandering of this person's size."""
        return drift(self.rng, self.t_s, size * self.unsteadiness)

    def amount(self, name: str) -> Array:
        """A compensation over time, in degrees, growing with the repetition."""
        return self.compensations.get(name, 0.0) * self.any_wave()


@dataclass(frozen=True, slots=True)
class Movement:
    """signal: angle base whose excursion makes a repetition ("" = none); sides: body sides that may work; seat: needs a
    stool; views: azimuth of the library's camera views (absolute, degrees); reach: needs head room above."""

    name: str
    make: Callable[[Setting], Controls]
    signal: str
    sides: tuple[str, ...]
    tempo: Tempo = field(default_factory=Tempo)
    seat: bool = False
    views: tuple[float, ...] = (90.0,)
    reach: bool = False
    compensations: tuple[str, ...] = ()


def _standing(s: Setting, knee: Array | float = 4.0, stance_m: float | None = None) -> Controls:
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
        c.arms[side] = _resting_arm(s)
    c.trunk_flexion = float(s.rng.uniform(-2.0, 5.0)) + s.drift(0.7)
    c.trunk_lateral = s.drift(0.6)
    c.head_flexion = float(s.rng.uniform(-4.0, 8.0)) + s.drift(1.5)
    c.head_rotation = s.drift(2.5)
    _set_height(c, s.size, knee, half)
    return c


def _set_height(c: Controls, size: Dimensions, knee: Array | float, half: Array | float) -> None:
    """Pelvis height at which the legs bend by `knee` over feet that stand `half` metres from the middle."""
    aside = np.abs(half) - size.hip
    c.pelvis_m[:, 2] = size.ankle + np.sqrt(size.standing(knee) ** 2 - aside**2 - c.pelvis_m[:, 1] ** 2)


def _resting_arm(s: Setting) -> Arm:
    return Arm(
        elevation=float(s.rng.uniform(6.0, 13.0)) + s.drift(0.8),
        plane=float(s.rng.uniform(0.0, 45.0)),
        rotation=float(s.rng.uniform(-25.0, 5.0)),
        elbow=float(s.rng.uniform(8.0, 22.0)) + s.drift(1.0),
        pronation=float(s.rng.uniform(-20.0, 25.0)),
    )


def _seated(s: Setting) -> Controls:
    """On a stool of about knee height, feet on the floor."""
    c = _standing(s)
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


def _crouch(s: Setting, c: Controls, depth: Array, arms: str) -> None:
    """Bend the knees by `depth` degrees over planted feet, with the hips back and the trunk forward for balance."""
    flexed = np.radians(depth)
    c.pelvis_m[:, 1] += s.size.thigh * 0.42 * np.sin(np.clip(flexed, 0.0, 1.9) * 0.8)
    lean = float(s.rng.uniform(0.24, 0.4)) * depth + s.amount("trunk_lean_forward")
    c.pelvis_tilt = 0.55 * lean
    c.trunk_flexion = c.trunk_flexion + 0.5 * lean
    c.head_flexion = c.head_flexion - 0.55 * lean
    half = abs(float(np.mean(c.legs["L"].foot_m[0])))
    _set_height(c, s.size, depth, half)
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


def squat(s: Setting) -> Controls:
    """Both knees, feet planted."""
    c = _standing(s, stance_m=s.size.hip * float(s.rng.uniform(1.1, 1.9)))
    depth = 6.0 + float(s.rng.uniform(80.0, 112.0)) * s.any_wave() + tremor(s.rng, s.t_s, 0.25 * s.unsteadiness)
    _crouch(s, c, depth, str(s.rng.choice(["front", "chest", "down"])))
    return c


def sit_to_stand(s: Setting) -> Controls:
    """From the stool to standing and back: the trunk leans forward first, then the hips leave the seat."""
    c = _seated(s)
    up = np.clip(s.any_wave() / max(s.range_share, 1e-6), 0.0, 1.0)
    rise = np.clip((up - 0.18) / 0.82, 0.0, 1.0)
    seat = c.pelvis_m.copy()
    stand = _standing(s, stance_m=abs(float(np.mean(c.legs["L"].foot_m[0]))))
    c.pelvis_m[:] = seat + rise[:, None] * (stand.pelvis_m - seat)
    lean = float(s.rng.uniform(28.0, 42.0)) * np.sin(np.pi * np.clip(up, 0.0, 1.0) ** 0.75) + s.amount(
        "trunk_lean_forward"
    )
    c.pelvis_tilt = c.pelvis_tilt * (1.0 - up) + 0.6 * lean
    c.trunk_flexion = c.trunk_flexion * (1.0 - up) + 0.4 * lean + up * stand.trunk_flexion
    c.head_flexion = c.head_flexion - 0.4 * lean
    style = str(s.rng.choice(["cross", "thigh", "front"]))
    for side in "LR":
        if style == "cross":
            c.arms[side] = Arm(elevation=34.0, plane=80.0, rotation=-42.0, elbow=122.0, pronation=30.0)
        elif style == "front":
            c.arms[side] = Arm(elevation=70.0, plane=84.0, rotation=-6.0, elbow=10.0)
        else:
            c.arms[side].elevation = 20.0 - 10.0 * up
            c.arms[side].elbow = 45.0 - 30.0 * up
        c.legs[side].knee_out = -s.amount("knee_valgus")
    return c


def lunge(s: Setting) -> Controls:
    """Split stance: one foot in front, one behind on its toes; down and up."""
    c = _standing(s)
    front = "L" if s.wave("L").max() >= s.wave("R").max() else "R"
    back = "R" if front == "L" else "L"
    step = s.size.thigh * float(s.rng.uniform(0.85, 1.1))
    depth = 10.0 + float(s.rng.uniform(68.0, 92.0)) * s.any_wave()
    half = s.size.hip * 1.05
    sign = 1.0 if front == "L" else -1.0
    c.legs[front] = Leg(foot_m=(sign * half, -0.62 * step), toe_out=3.0, knee_out=-s.amount("knee_valgus"))
    heel = 28.0 + 0.34 * depth
    c.legs[back] = Leg(foot_m=(-sign * half, 1.05 * step), toe_out=2.0, heel_raise=heel)
    ahead = -0.62 * step - (c.pelvis_m[:, 1] * 0.0 - 0.05 * np.sin(np.radians(depth)))
    c.pelvis_m[:, 2] = s.size.ankle + np.sqrt(np.maximum(s.size.standing(depth) ** 2 - ahead**2, 0.02))
    lean = 3.0 + 0.06 * depth + s.amount("trunk_lean_forward")
    c.pelvis_tilt, c.trunk_flexion = 0.4 * lean, 0.6 * lean
    c.trunk_lateral = c.trunk_lateral + s.amount("trunk_lean_side") * sign
    if s.rng.random() < 0.5:
        for side in "LR":
            c.arms[side] = Arm(elevation=30.0, plane=25.0, rotation=-55.0, elbow=88.0, pronation=40.0)
    return c


def knee_extension(s: Setting) -> Controls:
    """Seated; one lower leg is straightened."""
    c = _seated(s)
    for side in "LR":
        moved = s.wave(side)
        if moved.max() <= 0.0:
            continue
        hip = 86.0 + 6.0 * moved
        c.legs[side] = Leg(
            planted=False,
            hip_flexion=hip + c.pelvis_tilt + c.trunk_flexion,
            hip_abduction=float(s.rng.uniform(0.0, 6.0)),
            rotation=2.0,
            knee=float(s.rng.uniform(82.0, 94.0)) * (1.0 - moved)
            + 4.0
            + tremor(s.rng, s.t_s, 0.4 * s.unsteadiness) * moved,
            ankle=5.0 * moved,
        )
    c.trunk_flexion = c.trunk_flexion - s.amount("trunk_lean_forward")
    return c


def _raise_arm(s: Setting, plane: float, reach: tuple[float, float], elbow: tuple[float, float]) -> Controls:
    """Lift one or both straight arms in a plane of elevation."""
    c = _standing(s)
    top = float(s.rng.uniform(*reach))
    for sign, side in ((1.0, "L"), (-1.0, "R")):
        moved = s.wave(side)
        if moved.max() <= 0.0:
            continue
        rest = float(s.rng.uniform(5.0, 11.0))
        bend = float(s.rng.uniform(*elbow))
        c.arms[side] = Arm(
            elevation=rest + (top - rest) * moved + tremor(s.rng, s.t_s, 0.5 * s.unsteadiness) * moved,
            plane=plane + s.drift(3.0) * moved,
            rotation=float(s.rng.uniform(0.0, 60.0)) * moved,
            elbow=bend + s.amount("elbow_bend") + s.drift(1.2),
            pronation=float(s.rng.uniform(-20.0, 40.0)),
            shrug=s.compensations.get("shoulder_hike", 0.0) * moved,
        )
        c.trunk_lateral = c.trunk_lateral + sign * s.compensations.get("trunk_lean_side", 0.0) * moved
    if s.wave("L").max() > 0 and s.wave("R").max() > 0:
        c.trunk_lateral = s.drift(0.8)
    c.trunk_flexion = c.trunk_flexion - s.amount("trunk_lean_forward") * 0.6
    return c


def shoulder_abduction(s: Setting) -> Controls:
    """Arm sideways, up to overhead."""
    return _raise_arm(s, float(s.rng.uniform(-6.0, 14.0)), (95.0, 168.0), (4.0, 16.0))


def shoulder_flexion(s: Setting) -> Controls:
    """Arm forward, up to overhead."""
    return _raise_arm(s, float(s.rng.uniform(80.0, 96.0)), (95.0, 166.0), (4.0, 14.0))


def lateral_raise(s: Setting) -> Controls:
    """Both arms sideways to shoulder height, elbows a little bent."""
    return _raise_arm(s, float(s.rng.uniform(0.0, 18.0)), (78.0, 98.0), (10.0, 24.0))


def shoulder_press(s: Setting) -> Controls:
    """From hands at the shoulders to arms overhead."""
    c = _standing(s)
    low, top = float(s.rng.uniform(48.0, 72.0)), float(s.rng.uniform(140.0, 166.0))
    bent = float(s.rng.uniform(112.0, 130.0))
    for side in "LR":
        moved = s.wave(side) if s.wave(side).max() > 0 else s.any_wave()
        c.arms[side] = Arm(
            elevation=low + (top - low) * moved,
            plane=float(s.rng.uniform(10.0, 32.0)),
            rotation=78.0 - 8.0 * moved,
            elbow=bent - (bent - 14.0) * moved + s.drift(1.5),
            pronation=30.0,
            shrug=s.compensations.get("shoulder_hike", 0.0) * moved,
        )
    c.trunk_flexion = c.trunk_flexion - s.amount("trunk_lean_forward")
    return c


def elbow_flexion(s: Setting) -> Controls:
    """Curl: forearm to the shoulder, upper arm still."""
    c = _standing(s)
    for side in "LR":
        moved = s.wave(side)
        if moved.max() <= 0.0:
            continue
        rest, top = float(s.rng.uniform(6.0, 18.0)), float(s.rng.uniform(118.0, 142.0))
        c.arms[side] = Arm(
            elevation=float(s.rng.uniform(5.0, 14.0)) + (4.0 + s.compensations.get("elbow_bend", 0.0)) * moved,
            plane=float(s.rng.uniform(45.0, 85.0)),
            rotation=float(s.rng.uniform(-8.0, 12.0)),
            elbow=rest + (top - rest) * moved + tremor(s.rng, s.t_s, 0.5 * s.unsteadiness) * moved,
            pronation=-float(s.rng.uniform(40.0, 75.0)),
        )
    c.trunk_flexion = c.trunk_flexion - s.amount("trunk_lean_forward") * 0.5
    return c


def hip_abduction(s: Setting) -> Controls:
    """Standing on one leg, the other goes sideways."""
    c = _standing(s, stance_m=s.size.hip * 0.95)
    reach = float(s.rng.uniform(24.0, 42.0))
    for sign, side in ((1.0, "L"), (-1.0, "R")):
        moved = s.wave(side)
        if moved.max() <= 0.0:
            continue
        c.legs[side] = Leg(
            planted=False,
            hip_flexion=float(s.rng.uniform(-3.0, 5.0)) + 2.0 * moved,
            hip_abduction=1.0 + reach * moved,
            rotation=float(s.rng.uniform(0.0, 10.0)),
            knee=float(s.rng.uniform(4.0, 10.0)),
        )
        c.pelvis_m[:, 0] -= sign * 0.55 * s.size.hip * np.clip(moved * 2.0, 0.0, 1.0)
        lean = s.compensations.get("trunk_lean_side", 0.0) * moved
        c.trunk_lateral = c.trunk_lateral + sign * lean
        c.pelvis_lateral = sign * 3.0 * moved
    if s.rng.random() < 0.4:
        for side in "LR":
            c.arms[side] = Arm(elevation=42.0, plane=-12.0, rotation=-30.0, elbow=96.0, pronation=60.0)
    return c


def march(s: Setting) -> Controls:
    """Knees up in turn."""
    c = _standing(s)
    c.ground = True
    for side in "LR":
        moved, other = s.wave(side), s.wave("R" if side == "L" else "L")
        c.legs[side] = Leg(
            planted=False,
            hip_flexion=2.0 + float(s.rng.uniform(55.0, 92.0)) * moved,
            hip_abduction=1.0,
            knee=5.0 + float(s.rng.uniform(70.0, 100.0)) * moved,
            ankle=-8.0 * moved,
        )
        c.arms[side] = Arm(elevation=8.0 + 28.0 * other, plane=85.0, elbow=20.0 + 40.0 * other)
    return c


def forward_bend(s: Setting) -> Controls:
    """Trunk forward, knees nearly straight, arms hanging."""
    c = _standing(s, knee=8.0)
    lean = float(s.rng.uniform(35.0, 80.0)) * s.any_wave()
    c.pelvis_tilt, c.trunk_flexion = 0.55 * lean, c.trunk_flexion + 0.6 * lean
    c.pelvis_m[:, 1] += 0.12 * np.sin(np.radians(lean))
    _set_height(c, s.size, 8.0, float(np.mean(c.legs["L"].foot_m[0])))
    for side in "LR":
        c.arms[side].elevation = 8.0 + 0.7 * lean
        c.arms[side].plane = 80.0
    return c


def lateral_bend(s: Setting) -> Controls:
    """Trunk to one side and the other."""
    c = _standing(s)
    side = s.wave("R") - s.wave("L")
    bend = float(s.rng.uniform(14.0, 32.0)) * side
    c.trunk_lateral, c.pelvis_lateral = bend, 0.12 * bend
    c.head_lateral = 0.3 * bend
    if s.rng.random() < 0.4:
        for arm in "LR":
            c.arms[arm] = Arm(elevation=45.0, plane=-10.0, rotation=-30.0, elbow=95.0, pronation=60.0)
    return c


def turn_in_place(s: Setting) -> Controls:
    """Small steps on the spot, the body turning."""
    c = march(s)
    c.heading = wander(s.rng, s.t_s, -110.0, 110.0, 3.0)
    for side in "LR":
        c.legs[side].hip_flexion = 0.3 * np.asarray(c.legs[side].hip_flexion)
        c.legs[side].knee = 0.35 * np.asarray(c.legs[side].knee)
    return c


def reach_out(s: Setting) -> Controls:
    """Hands to places in front, aside and overhead."""
    c = _standing(s)
    for side in "LR":
        c.arms[side] = Arm(
            elevation=wander(s.rng, s.t_s, 10.0, 155.0),
            plane=wander(s.rng, s.t_s, -10.0, 115.0),
            rotation=wander(s.rng, s.t_s, -30.0, 60.0),
            elbow=wander(s.rng, s.t_s, 5.0, 120.0),
            pronation=wander(s.rng, s.t_s, -60.0, 70.0),
        )
    c.trunk_flexion = wander(s.rng, s.t_s, -8.0, 25.0)
    c.trunk_lateral = wander(s.rng, s.t_s, -12.0, 12.0)
    c.trunk_rotation = wander(s.rng, s.t_s, -20.0, 20.0)
    return c


def free_standing(s: Setting) -> Controls:
    """Everything wanders, one foot may leave the floor: movement without a pattern."""
    c = reach_out(s)
    c.ground = True
    lifted = str(s.rng.choice(["L", "R"]))
    bend = wander(s.rng, s.t_s, 4.0, 70.0)
    for side in "LR":
        extra = wander(s.rng, s.t_s, -8.0, 55.0) if side == lifted else 0.0
        c.legs[side] = Leg(
            planted=False,
            hip_flexion=0.62 * bend + c.trunk_flexion + extra,
            hip_abduction=wander(s.rng, s.t_s, -2.0, 26.0),
            rotation=wander(s.rng, s.t_s, -8.0, 18.0),
            knee=bend + np.maximum(0.7 * np.asarray(extra), 0.0),
        )
    c.pelvis_tilt = wander(s.rng, s.t_s, -4.0, 18.0)
    c.pelvis_rotation = wander(s.rng, s.t_s, -10.0, 10.0)
    return c


def free_seated(s: Setting) -> Controls:
    """Seated, arms and lower legs wander."""
    c = _seated(s)
    standing = reach_out(s)
    c.arms = standing.arms
    c.trunk_flexion, c.trunk_lateral = standing.trunk_flexion, standing.trunk_lateral
    return c


def walk(s: Setting, speed_mps: float) -> Controls:
    """Walking straight ahead (a bystander)."""
    c = _standing(s)
    c.ground = True
    stride = 2.0 * np.pi * s.t_s * (0.75 + 0.2 * speed_mps)
    for shift, side in ((0.0, "L"), (np.pi, "R")):
        swing = np.sin(stride + shift)
        c.legs[side] = Leg(
            planted=False,
            hip_flexion=6.0 + 24.0 * swing,
            knee=8.0 + 26.0 * (1.0 + np.cos(stride + shift - 0.4)),
            rotation=4.0,
        )
        c.arms[side] = Arm(elevation=4.0 + 22.0 * np.abs(swing), plane=np.where(swing < 0.0, 90.0, -90.0), elbow=22.0)
    return c


def stand(s: Setting) -> Controls:
    """Quiet standing."""
    return _standing(s)


def sit(s: Setting) -> Controls:
    """Quiet sitting."""
    return _seated(s)


def look_around(s: Setting) -> Controls:
    """Standing; the head turns, nods and tilts (for clips of the face)."""
    c = _standing(s)
    c.head_rotation = wander(s.rng, s.t_s, -38.0, 38.0, 2.0)
    c.head_flexion = wander(s.rng, s.t_s, -16.0, 18.0, 2.5)
    c.head_lateral = wander(s.rng, s.t_s, -12.0, 12.0, 3.0)
    c.gaze_left, c.gaze_up = wander(s.rng, s.t_s, -18.0, 18.0, 1.2), wander(s.rng, s.t_s, -8.0, 6.0, 1.2)
    return c


_ONE = ("left", "right")
_QUICK = Tempo(outward_s=0.6, hold_s=0.1, return_s=0.6, rest_s=0.1)
_FRONT = (0.0,)

MOVEMENTS: dict[str, Movement] = {
    m.name: m
    for m in (
        Movement(
            "squat",
            squat,
            "knee_flexion",
            ("both",),
            Tempo(1.5, 0.3, 1.4),
            views=(90.0,),
            compensations=("trunk_lean_forward", "knee_valgus", "heel_rise"),
        ),
        Movement(
            "sit_to_stand",
            sit_to_stand,
            "knee_flexion",
            ("both",),
            Tempo(1.6, 0.7, 1.7),
            seat=True,
            compensations=("trunk_lean_forward", "knee_valgus"),
        ),
        Movement(
            "lunge",
            lunge,
            "knee_flexion",
            _ONE,
            Tempo(1.5, 0.3, 1.4),
            compensations=("trunk_lean_forward", "trunk_lean_side", "knee_valgus"),
        ),
        Movement(
            "knee_extension",
            knee_extension,
            "knee_flexion",
            _ONE,
            Tempo(1.3, 0.7, 1.4),
            seat=True,
            compensations=("trunk_lean_forward",),
        ),
        Movement(
            "shoulder_abduction",
            shoulder_abduction,
            "shoulder_abduction",
            _ONE,
            Tempo(1.6, 0.4, 1.7),
            views=_FRONT,
            reach=True,
            compensations=("trunk_lean_side", "shoulder_hike", "elbow_bend"),
        ),
        Movement(
            "shoulder_flexion",
            shoulder_flexion,
            "shoulder_flexion",
            _ONE,
            Tempo(1.6, 0.4, 1.7),
            reach=True,
            compensations=("trunk_lean_forward", "shoulder_hike", "elbow_bend"),
        ),
        Movement(
            "lateral_raise",
            lateral_raise,
            "shoulder_abduction",
            ("both",),
            Tempo(1.2, 0.4, 1.4),
            views=_FRONT,
            compensations=("shoulder_hike", "elbow_bend"),
        ),
        Movement(
            "shoulder_press",
            shoulder_press,
            "shoulder_elevation",
            ("both",),
            Tempo(1.3, 0.3, 1.5),
            views=_FRONT,
            reach=True,
            compensations=("trunk_lean_forward", "shoulder_hike"),
        ),
        Movement(
            "elbow_flexion",
            elbow_flexion,
            "elbow_flexion",
            ("left", "right", "both"),
            Tempo(1.2, 0.4, 1.4),
            compensations=("elbow_bend", "trunk_lean_forward"),
        ),
        Movement(
            "hip_abduction",
            hip_abduction,
            "hip_abduction",
            _ONE,
            Tempo(1.1, 0.5, 1.3),
            views=_FRONT,
            compensations=("trunk_lean_side",),
        ),
        Movement("march", march, "hip_flexion", ("alternate",), _QUICK),
        Movement("forward_bend", forward_bend, "trunk_flexion", ("both",), Tempo(1.6, 0.3, 1.6)),
        Movement(
            "lateral_bend", lateral_bend, "trunk_lateral_flexion", ("alternate",), Tempo(1.3, 0.3, 1.3), views=_FRONT
        ),
        Movement("turn_in_place", turn_in_place, "", ("alternate",), _QUICK),
        Movement("reach_out", reach_out, "", ("both",), reach=True),
        Movement("free_standing", free_standing, "", ("both",), reach=True),
        Movement("free_seated", free_seated, "", ("both",), seat=True, reach=True),
        Movement("stand", stand, "", ("both",)),
        Movement("sit", sit, "", ("both",), seat=True),
        Movement("look_around", look_around, "", ("both",)),
    )
}

EXERCISES: tuple[str, ...] = tuple(MOVEMENTS)[:10]
"""The movements that are exercises of the library, under the same names."""
