"""The exercises of the library as controls over time; amplitudes are drawn, so that no two people move alike."""

import numpy as np

from tests.synthetic.controls import Arm, Controls, Leg
from tests.synthetic.motion import tremor
from tests.synthetic.postures import Setting, crouch, seated, standing


def squat(s: Setting) -> Controls:
    """Both knees, feet planted."""
    c = standing(s, stance_m=s.size.hip * float(s.rng.uniform(1.1, 1.9)))
    depth = 6.0 + float(s.rng.uniform(80.0, 112.0)) * s.any_wave() + tremor(s.rng, s.t_s, 0.25 * s.unsteadiness)
    crouch(s, c, depth, str(s.rng.choice(["front", "chest", "down"])))
    return c


def sit_to_stand(s: Setting) -> Controls:
    """From the stool to standing and back: the trunk leans forward first, then the hips leave the seat."""
    c = seated(s)
    up = np.clip(s.any_wave() / max(s.range_share, 1e-6), 0.0, 1.0)
    rise = np.clip((up - 0.18) / 0.82, 0.0, 1.0)
    seat = c.pelvis_m.copy()
    stand = standing(s, stance_m=abs(float(np.mean(c.legs["L"].foot_m[0]))))
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
    c = standing(s)
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
    c = seated(s)
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
    c = standing(s)
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
    c = standing(s)
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
    c = standing(s)
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
    c = standing(s, stance_m=s.size.hip * 0.95)
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
