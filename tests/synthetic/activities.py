"""Movements that are no exercise of the library: what people also do in front of a camera."""

import numpy as np

from tests.synthetic.controls import Arm, Controls, Leg
from tests.synthetic.motion import wander
from tests.synthetic.postures import Setting, seated, set_height, standing


def march(s: Setting) -> Controls:
    """Knees up in turn."""
    c = standing(s)
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
    c = standing(s, knee=8.0)
    lean = float(s.rng.uniform(35.0, 80.0)) * s.any_wave()
    c.pelvis_tilt, c.trunk_flexion = 0.55 * lean, c.trunk_flexion + 0.6 * lean
    c.pelvis_m[:, 1] += 0.12 * np.sin(np.radians(lean))
    set_height(c, s.size, 8.0, float(np.mean(c.legs["L"].foot_m[0])))
    for side in "LR":
        c.arms[side].elevation = 8.0 + 0.7 * lean
        c.arms[side].plane = 80.0
    return c


def lateral_bend(s: Setting) -> Controls:
    """Trunk to one side and the other."""
    c = standing(s)
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
    c = standing(s)
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
    c = seated(s)
    standing = reach_out(s)
    c.arms = standing.arms
    c.trunk_flexion, c.trunk_lateral = standing.trunk_flexion, standing.trunk_lateral
    return c


def walk(s: Setting, speed_mps: float) -> Controls:
    """Walking straight ahead (a bystander)."""
    c = standing(s)
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
    return standing(s)


def sit(s: Setting) -> Controls:
    """Quiet sitting."""
    return seated(s)


def look_around(s: Setting) -> Controls:
    """Standing; the head turns, nods and tilts (for clips of the face)."""
    c = standing(s)
    c.head_rotation = wander(s.rng, s.t_s, -38.0, 38.0, 2.0)
    c.head_flexion = wander(s.rng, s.t_s, -16.0, 18.0, 2.5)
    c.head_lateral = wander(s.rng, s.t_s, -12.0, 12.0, 3.0)
    c.gaze_left, c.gaze_up = wander(s.rng, s.t_s, -18.0, 18.0, 1.2), wander(s.rng, s.t_s, -8.0, 6.0, 1.2)
    return c
