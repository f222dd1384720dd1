"""Which side a movement belongs to, just at the limits."""

import math
from dataclasses import replace

import numpy as np
import pytest

from physio.exercise.attribution import Movements, attribute
from physio.exercise.counter import Attempt
from physio.exercise.definition import load_exercise
from physio.exercise.sides import SideMerger, UnderWay, same_movement
from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.messages import message

# 4 s long, so that shares of it have no rounding: 60 % are 2.4 s, a quarter is 1 s.
LEFT = Attempt("left", 0.0, 2.0, 4.0, 4.0, 90, 80, 1, 0, 1, math.nan, "eccentric", None)
RIGHT = replace(LEFT, side="right")
BOTH = replace(LEFT, side="both")
FAILED = message("rejected.too_quick", duration_s=0.3, min_s=0.5)
CURL, LUNGE = load_exercise("elbow_flexion"), load_exercise("lunge")
T_S = np.arange(0, 5, 1 / 16)


@pytest.mark.parametrize(("start_s", "same"), [(1.59, True), (1.61, False)])
def test_one_movement_overlaps_by_six_tenths_of_the_shorter_one(start_s, same):
    assert same_movement(LEFT, replace(RIGHT, start_s=start_s, end_s=start_s + 4)) is same
    assert same_movement(replace(RIGHT, start_s=start_s, end_s=start_s + 4), LEFT) is same


@pytest.mark.parametrize(("peak_s", "same"), [(3.0, True), (3.01, False), (1.0, True), (0.99, False)])
def test_one_movement_has_its_far_ends_within_a_quarter_of_the_longer_one(peak_s, same):
    assert same_movement(LEFT, replace(RIGHT, peak_s=peak_s)) is same
    shorter = replace(RIGHT, start_s=1.0, end_s=3.0, peak_s=peak_s)
    assert same_movement(LEFT, shorter) is same


@pytest.mark.parametrize(("peak_s", "same"), [(0.45, True), (0.475, False)])
def test_in_quick_movements_the_far_ends_may_be_two_tenths_of_a_second_apart(peak_s, same):
    quick = replace(LEFT, start_s=0.0, peak_s=0.26, end_s=0.5)
    assert same_movement(quick, replace(quick, side="right", peak_s=peak_s)) is same


@pytest.mark.parametrize(("rom_deg", "reported"), [(31.9, False), (32.1, True)])
def test_a_movement_under_four_tenths_of_the_other_sides_only_accompanies_it(rom_deg, reported):
    merger = SideMerger()
    merger.step(4.0, [LEFT])
    small = replace(RIGHT, start_s=1.0, peak_s=3.6, end_s=4.0, rom_deg=rom_deg)
    assert bool(merger.step(4.1, [small])) is reported


@pytest.mark.parametrize(("end_s", "reported"), [(4.9, False), (5.1, True)])
def test_and_only_when_six_tenths_of_it_fall_into_the_other_one(end_s, reported):
    """From 2.5 s on: 1.5 of 2.4 s are 62 %, 1.5 of 2.6 s 58 %."""
    merger = SideMerger()
    merger.step(4.0, [LEFT])
    small = replace(RIGHT, start_s=2.5, peak_s=4.5, end_s=end_s, rom_deg=20)
    assert bool(merger.step(end_s, [small])) is reported


def test_what_did_not_count_takes_nothing_along():
    merger = SideMerger()
    merger.step(4.0, [replace(LEFT, problem=FAILED)])
    small = replace(RIGHT, start_s=1.0, peak_s=3.6, end_s=4.0, rom_deg=20)
    assert merger.step(4.1, [small]) == [(small,)]


def test_a_movement_does_not_accompany_its_own_side():
    merger = SideMerger()
    merger.step(4.0, [LEFT])
    small = replace(LEFT, start_s=1.0, peak_s=3.6, end_s=4.0, rom_deg=20)
    assert merger.step(4.1, [small]) == [(small,)]


def test_a_failure_that_comes_after_a_failure_is_told_once():
    merger = SideMerger()
    assert len(merger.step(4.0, [replace(LEFT, problem=FAILED)])) == 1
    assert merger.step(4.1, [replace(RIGHT, problem=FAILED)]) == []


def test_only_the_last_four_are_remembered():
    merger = SideMerger()
    merger.step(4.0, [LEFT])
    for k in range(1, 4):
        merger.step(4.0 + 10 * k, [replace(LEFT, start_s=10.0 * k, peak_s=2 + 10.0 * k, end_s=4 + 10.0 * k)])
    assert merger.step(44.0, [RIGHT]) == []
    merger.step(45.0, [replace(LEFT, start_s=40.0, peak_s=42.0, end_s=44.0)])
    assert merger.step(46.0, [RIGHT]) == [(RIGHT,)]


@pytest.mark.parametrize(("t_s", "reported"), [(4.59, False), (4.61, True)])
def test_a_side_waits_six_tenths_of_a_second(t_s, reported):
    assert bool(SideMerger().step(t_s, [LEFT], [UnderWay("right", 0.5, 70)])) is reported


@pytest.mark.parametrize(("start_s", "reported"), [(1.59, False), (1.61, True)])
def test_it_waits_for_what_can_still_overlap_enough(start_s, reported):
    assert bool(SideMerger().step(4.0, [LEFT], [UnderWay("right", start_s, 70)])) is reported


@pytest.mark.parametrize(("start_s", "together"), [(1.59, True), (1.61, False)])
def test_a_piece_belongs_to_the_whole_when_six_tenths_of_it_fall_into_it(start_s, together):
    """Its far end is too far away for the same movement."""
    piece = replace(LEFT, start_s=start_s, peak_s=4.5, end_s=start_s + 4)
    groups = SideMerger().step(6.0, [BOTH, piece], [], "left")
    assert (piece in groups[0]) is together


# -- whose movement it was -------------------------------------------------------------------------------------------


def seen(left=0.0, right=0.0, **angles):
    values = np.zeros((T_S.size, len(ANGLES)))
    for name, value in angles.items():
        values[:, ANGLE_INDEX[name]] = value
    return Movements(T_S, values, np.zeros(T_S.size) + left, np.zeros(T_S.size) + right)


def after_start(value):
    """0 in the first sample, then `value`."""
    return np.where(T_S > 0, value, 0.0)


@pytest.mark.parametrize(("rom_deg", "side"), [(48.0, "both"), (47.9, "left")])
def test_both_worked_from_six_tenths_on(rom_deg, side):
    found = attribute(CURL, (replace(RIGHT, rom_deg=rom_deg), LEFT), seen(), None)
    assert (found.side, found.rom_deg) == (side, 80)


@pytest.mark.parametrize(
    ("left", "right", "side"), [(5.0, 0.0, "left"), (4.9, 0.0, "both"), (0.0, 5.0, "right"), (0.0, 4.9, "both")]
)
def test_five_degrees_more_make_a_leader(left, right, side):
    hips = seen(hip_flexion_l=left, hip_flexion_r=right)
    assert attribute(LUNGE, (LEFT, RIGHT), hips, None).side == side


@pytest.mark.parametrize("expected", ["left", "right"])
def test_where_nothing_is_known_nobody_leads_and_the_expected_side_worked(expected):
    nothing = seen(math.nan, math.nan, hip_flexion_l=math.nan, hip_flexion_r=20.0)
    assert attribute(LUNGE, (LEFT, RIGHT), nothing, None).side == "both"
    assert attribute(LUNGE, (LEFT,), nothing, expected).side == expected


@pytest.mark.parametrize(("far_deg", "side"), [(24.9, "left"), (25.1, "right")])
def test_the_far_side_worked_when_it_moved_two_and_a_half_times_as_far(far_deg, side):
    movement = seen(after_start(10.0), after_start(far_deg))
    assert attribute(CURL, (BOTH,), movement, "left").side == side
    mirrored = seen(after_start(far_deg), after_start(10.0))
    assert attribute(CURL, (BOTH,), mirrored, "right").side == ("right" if side == "left" else "left")


def test_a_far_side_that_is_not_seen_did_not_work():
    """The near side moved by a quarter of a degree: nothing is less than that."""
    assert attribute(CURL, (LEFT,), seen(after_start(0.25), math.nan), "left").side == "left"


@pytest.mark.parametrize(("end_s", "rom_deg"), [(3.0, 80), (2.9, 30)])
def test_three_quarters_of_the_movement_are_enough_to_go_by_one_side(end_s, rom_deg):
    near = replace(LEFT, end_s=end_s)
    found = attribute(CURL, (replace(BOTH, rom_deg=30.0), near), seen(math.nan, math.nan), "left")
    assert (found.side, found.rom_deg) == ("left", rom_deg)
