"""Limits of the form score, each from both sides, with numbers worked out by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from physio.exercise.counter import Attempt
from physio.exercise.definition import load_exercise
from physio.exercise.parts import Criterion
from physio.exercise.scoring import Samples, credit, score_repetition, side_names
from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.messages import own_text

# 32 samples a second, so that no time is rounded. The repetition takes from 2 to 4 s, its far end is at 3 s.
T_S = np.arange(0, 6, 1 / 32)
ATTEMPT = Attempt("left", 2.0, 3.0, 4.0, 4.1, 90.0, 80.0, 1.0, 0.0, 1.0, math.nan, "concentric", None)
TRUNK, KNEE = "trunk_flexion", "knee_flexion"
LEAN = Criterion(
    id="lean",
    label=own_text("Lean"),
    of=TRUNK,
    take="max",
    other_side=False,
    view="any",
    low=math.nan,
    high=0.0,
    tolerance=40.0,
    severity="warning",
    weight=1.0,
    cue=own_text("Stand tall."),
)


def stepped(inside, outside=0.0, from_s=2.0, to_s=4.0):
    return np.where((from_s <= T_S) & (to_s >= T_S), inside, outside)


def result(*criteria, attempt=ATTEMPT, azimuth_deg=0.0, **angles):
    values = np.zeros((T_S.size, len(ANGLES)))
    for name, value in angles.items():
        values[:, ANGLE_INDEX[name]] = value
    exercise = replace(load_exercise("squat"), criteria=criteria, safe_max_deg=math.nan)
    return score_repetition(exercise, attempt, Samples(T_S, values, np.full(T_S.size, azimuth_deg)))


def value_of(criterion, **angles):
    (fault,) = result(criterion, **angles).faults
    return fault.value


@pytest.mark.parametrize(
    ("hidden_weight", "score"), [(0.9, 75), (1.0, 75), (1.1, math.nan), (1.2, math.nan), (3.0, math.nan)]
)
def test_half_of_the_weight_has_to_be_measured(hidden_weight, score):
    """Seen is a weight of 1, whose 10° of 40 are a quarter of it lost."""
    hidden = replace(LEAN, id="hidden", of=KNEE, weight=hidden_weight)
    found = result(LEAN, hidden, trunk_flexion=10.0, knee_flexion_l=math.nan)
    assert found.score == pytest.approx(score, nan_ok=True)
    assert [fault.id for fault in found.faults] == ["lean"]


def test_the_score_is_the_weighted_mean():
    other = replace(LEAN, id="other", of="trunk_lateral_flexion", weight=3.0, tolerance=20.0)
    found = result(LEAN, other, trunk_flexion=10.0, trunk_lateral_flexion=10.0)
    assert found.score == pytest.approx(100 * (1 * 0.75 + 3 * 0.5) / 4)
    assert [fault.id for fault in found.faults] == ["other", "lean"]


def test_the_gravest_is_what_costs_most_and_not_what_weighs_most():
    """A weight of 2 that loses a quarter costs 0.5, one of 1 that loses all of it 1."""
    heavy = replace(LEAN, id="heavy", weight=2.0)
    light = replace(LEAN, id="light", of="trunk_lateral_flexion", tolerance=10.0)
    found = result(heavy, light, trunk_flexion=10.0, trunk_lateral_flexion=10.0)
    assert [fault.id for fault in found.faults] == ["light", "heavy"]


@pytest.mark.parametrize(
    ("value", "low", "high", "share"),
    [
        (5, math.nan, 10, 1),
        (14, math.nan, 10, 0.2),
        (15, math.nan, 10, 0),
        (16, math.nan, 10, 0),
        (-2, 0, math.nan, 0.6),
        (900, 0, math.nan, 1),
        (12, 10, 20, 1),
        (8, 10, 20, 0.6),
        (22, 10, 20, 0.6),
    ],
)
def test_credit_of_one_sided_and_two_sided_limits(value, low, high, share):
    assert credit(value, low, high, 5) == pytest.approx(share)


def test_a_fault_names_the_limit_that_was_missed():
    both = replace(LEAN, low=10.0, high=20.0)
    for trunk_deg, limit in ((5.0, 10.0), (25.0, 20.0)):
        (fault,) = result(both, trunk_flexion=trunk_deg).faults
        assert (fault.value, fault.limit) == (pytest.approx(trunk_deg), limit)
    assert result(both, trunk_flexion=15.0).faults == ()


def test_the_side_that_is_asked_for_is_looked_at():
    other = replace(LEAN, of=KNEE, other_side=True)
    knees = {"knee_flexion_l": 8.0, "knee_flexion_r": 20.0}
    assert value_of(other, **knees) == pytest.approx(20)
    assert value_of(replace(other, other_side=False), **knees) == pytest.approx(8)
    (fault,) = result(other, attempt=replace(ATTEMPT, side="right"), **knees).faults
    assert fault.value == pytest.approx(8)
    (fault,) = result(other, attempt=replace(ATTEMPT, side="both"), **knees).faults
    assert fault.value == pytest.approx(20), "both work: the worse of them"
    assert side_names(KNEE, "both", other=True) == ["knee_flexion_l", "knee_flexion_r"]
    assert side_names(KNEE, "right", other=True) == ["knee_flexion_l"]


def test_what_lies_outside_the_repetition_is_not_looked_at():
    """Half a second of 30° before it and after it; a filter reaches a few degrees over the edge."""
    around = stepped(0.0, 30.0, 1.5, 4.5)
    assert result(LEAN, trunk_flexion=around).score == pytest.approx(100, abs=0.5)


@pytest.mark.parametrize(
    ("take", "value"), [("max", 30), ("min", 10), ("mean", 20), ("range", 20), ("rise", 20), ("shift", 20)]
)
def test_statistics_of_a_repetition(take, value):
    """10° before it and in its first half, 30° from its far end on; the filter overshoots a step by 5 % each way."""
    missed = replace(LEAN, take=take, high=-100.0)
    assert value_of(missed, trunk_flexion=np.where(T_S < 3, 10.0, 30.0)) == pytest.approx(value, abs=2.5)


@pytest.mark.parametrize(("take", "value"), [("drop", 20), ("rise", 0), ("shift", 20), ("range", 20)])
def test_statistics_of_a_falling_angle(take, value):
    missed = replace(LEAN, take=take, high=-100.0)
    assert value_of(missed, trunk_flexion=np.where(T_S < 3, 30.0, 10.0)) == pytest.approx(value, abs=2.5)


def test_the_start_is_the_mean_of_three_tenths_of_a_second_on_both_sides():
    """10° until the start and 20° from it on: 15° in the middle, from which 40° is 25° away."""
    missed = replace(LEAN, take="rise", high=-100.0)
    x = np.select([T_S < 2, T_S < 3], [10.0, 20.0], 40.0)
    assert value_of(missed, trunk_flexion=x) == pytest.approx(25, abs=1.0)
    early = np.select([T_S < 1.65, T_S < 3], [-50.0, 20.0], 40.0)
    assert value_of(missed, trunk_flexion=early) == pytest.approx(20, abs=1.0)


def test_asymmetry_looks_at_a_tenth_and_a_half_around_the_far_end():
    missed = replace(LEAN, of=KNEE, take="asymmetry", high=0.0)
    near = stepped(20.0, 0.0, 2.75, 3.25)
    assert value_of(missed, knee_flexion_r=near) == pytest.approx(20, abs=1.0)
    assert value_of(missed, knee_flexion_l=near) == pytest.approx(20, abs=1.0)
    away = stepped(0.0, 20.0, 2.5, 3.5)
    assert result(missed, knee_flexion_l=away).score == pytest.approx(100, abs=2)


@pytest.mark.parametrize(("known_s", "known"), [(1.125, True), (0.875, False)])
def test_an_angle_known_in_half_of_the_repetition_is_judged(known_s, known):
    x = np.where((T_S >= 2) & (4 - known_s > T_S), math.nan, 20.0)
    assert math.isnan(result(LEAN, trunk_flexion=x).score) is not known


def test_a_start_that_was_not_seen_leaves_nothing_to_compare_with():
    rise = replace(LEAN, take="rise")
    x = np.where((T_S >= 1.5) & (T_S < 2.5), math.nan, 20.0)
    assert math.isnan(result(rise, trunk_flexion=x).score)
    assert result(LEAN, trunk_flexion=x).score == pytest.approx(50)


def test_the_usual_range_is_judged_once_it_is_known():
    usual = replace(LEAN, id="usual", of="usual_pct", take="", low=80.0, high=math.nan, tolerance=20.0, weight=9.0)
    assert result(LEAN, usual, trunk_flexion=10.0).score == pytest.approx(75)
    known = replace(ATTEMPT, usual_pct=70.0)
    assert result(LEAN, usual, attempt=known, trunk_flexion=10.0).score == pytest.approx(100 * (0.75 + 4.5) / 10)
