from dataclasses import replace

import numpy as np
import pytest

from physio.exercise.attribution import Movements, attribute
from physio.exercise.counter import Attempt
from physio.exercise.definition import load_exercise
from physio.kinematics.angles import ANGLE_INDEX, ANGLES

CURL = load_exercise("elbow_flexion")
LUNGE = load_exercise("lunge")
EXTENSION = load_exercise("knee_extension")
T_S = np.arange(0, 5, 1 / 30)
BUMP = np.sin(np.pi * np.clip((T_S - 1) / 2, 0, 1)) ** 2
LEFT = Attempt("left", 1.0, 2.0, 3.0, 3.1, 90, 80, 1, 0, 1, 100, "concentric", None)
RIGHT = replace(LEFT, side="right", start_s=1.05, peak_s=2.05, end_s=3.05)
BOTH = replace(LEFT, side="both", peak_deg=50, rom_deg=40)


def seen(left=80 * BUMP, right=80 * BUMP, **angles):
    values = np.zeros((T_S.size, len(ANGLES)))
    for name, value in angles.items():
        values[:, ANGLE_INDEX[name]] = value
    return Movements(T_S, values, np.asarray(left), np.asarray(right))


@pytest.mark.parametrize(("other_rom_deg", "side"), [(78, "both"), (50, "both"), (40, "left"), (200, "right")])
def test_equals_share_a_movement_when_both_did_about_the_same(other_rom_deg, side):
    group = (LEFT, replace(RIGHT, rom_deg=other_rom_deg))
    assert attribute(CURL, group, seen(), None).side == side


def test_one_alone_is_its_own():
    assert attribute(CURL, (RIGHT,), seen(), None) is RIGHT


@pytest.mark.parametrize("expected", [None, "left", "right"])
def test_the_leader_decides_in_every_view(expected):
    hips = seen(hip_flexion_r=60 * BUMP, hip_flexion_l=-10.0)
    assert attribute(LUNGE, (LEFT, RIGHT), hips, expected) == RIGHT
    assert attribute(LUNGE, (LEFT,), hips, expected).side == "right"


def test_without_a_clear_leader_it_goes_by_the_movement():
    hips = seen(hip_flexion_r=42.0, hip_flexion_l=40.0)
    assert attribute(LUNGE, (LEFT, RIGHT), hips, None).side == "both"


@pytest.mark.parametrize(
    ("expected", "left", "right", "side"),
    [
        ("left", 80, 80, "left"),
        ("left", 80, 5, "left"),
        ("left", 60, 80, "left"),
        ("left", 5, 80, "right"),
        ("right", 80, 80, "right"),
        ("right", 80, 5, "left"),
    ],
)
def test_from_the_side_it_is_the_expected_side_unless_the_other_clearly_moved_more(expected, left, right, side):
    attempt = attribute(CURL, (BOTH, LEFT, RIGHT), seen(left * BUMP, right * BUMP), expected)
    assert attempt.side == side
    assert attempt.rom_deg == 80


def test_a_sides_own_numbers_are_used_only_if_it_saw_the_whole_movement():
    piece = replace(LEFT, start_s=1.6, end_s=2.6, rom_deg=30)
    attempt = attribute(CURL, (BOTH, piece), seen(10 + 100 * BUMP, np.full(T_S.size, 10.0)), "left")
    assert (attempt.side, attempt.start_s, attempt.end_s) == ("left", 1.0, 3.0)
    assert attempt.peak_deg == pytest.approx(110, abs=4)
    assert attempt.rom_deg == pytest.approx(100, abs=5)


def test_legs_that_the_network_mixes_up_still_give_the_angle_reached():
    moving, still = 85 - 75 * BUMP, np.full(T_S.size, 80.0)
    swapped = np.random.default_rng(1).random(T_S.size) < 0.4
    left, right = np.where(swapped, still, moving), np.where(swapped, moving, still)
    mixed = (T_S > 1.9) & (T_S < 2.0)
    left[mixed] = right[mixed] = ((moving + still) / 2)[mixed]
    attempt = attribute(EXTENSION, (replace(BOTH, outward="concentric"),), seen(left, right), "left")
    assert attempt.peak_deg == pytest.approx(10, abs=6)
    assert attempt.rom_deg == pytest.approx(72, abs=8)


def test_nothing_seen_leaves_the_numbers():
    nothing = np.full(T_S.size, np.nan)
    assert attribute(CURL, (BOTH,), seen(nothing, nothing), "left") == replace(BOTH, side="left")
