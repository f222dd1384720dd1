import math
from dataclasses import replace

import numpy as np
import pytest

from physio.exercise.counter import Attempt
from physio.exercise.evidence import SideSeen, problem_of, reported_range
from physio.messages import message

T_S = np.arange(0, 4, 1 / 30)
START_S, PEAK_S, END_S = 1.0, 2.0, 3.0
ATTEMPT = Attempt("left", START_S, PEAK_S, END_S, 3.1, 90, 80, 1, 0, 1, 100, "concentric", None)
BUMP = np.sin(np.pi * np.clip((T_S - START_S) / (END_S - START_S), 0, 1)) ** 2
NOT_SEEN = message("rejected.joint_not_seen")
MIN_ROM_DEG = 25.0


def side(given=True, seen=True, error_deg=4.0, degrees=10 + 80 * BUMP):
    everywhere = [np.broadcast_to(one, T_S.shape) for one in (given, seen, error_deg)]
    return SideSeen(T_S, np.broadcast_to(degrees, T_S.shape).astype(float), *everywhere)


def near(at_s, within_s=0.25):
    return np.abs(T_S - at_s) <= within_s


DURING = (T_S >= START_S) & (T_S <= END_S)


@pytest.mark.parametrize(
    ("given", "estimated"),
    [
        (True, False),
        (False, True),
        (~near(START_S), True),
        (~near(PEAK_S), True),
        (~near(END_S), False),
        (~near(1.5) & ~near(2.5), False),
        (near(START_S) | near(PEAK_S), True),  # both ends, but less than half of the way
        (~DURING, True),
    ],
)
def test_a_range_is_measured_where_its_two_ends_and_half_of_it_were_given(given, estimated):
    found = reported_range(ATTEMPT, {"l": side(given), "r": side()})
    assert found.estimated is estimated
    assert math.isnan(found.rom_error_deg) is estimated
    assert found.attempt == ATTEMPT


def test_the_error_is_that_of_the_difference_of_both_ends():
    for at_s in (START_S, PEAK_S):
        error_deg = np.where(near(at_s), 12.0, 5.0)
        assert reported_range(ATTEMPT, {"l": side(error_deg=error_deg), "r": side()}).rom_error_deg == 13
    elsewhere = np.where(near(END_S), 12.0, 5.0)
    found = reported_range(ATTEMPT, {"l": side(error_deg=elsewhere), "r": side()})
    assert found.rom_error_deg == pytest.approx(5 * math.sqrt(2))


def test_the_error_is_about_what_two_independent_ends_are_off():
    rng = np.random.default_rng(7)
    mean_absolute_deg = 4.0
    off_deg = rng.normal(0, mean_absolute_deg * math.sqrt(math.pi / 2), (2, 100_000))
    found = reported_range(ATTEMPT, {"l": side(error_deg=mean_absolute_deg), "r": side()})
    assert found.rom_error_deg == pytest.approx(float(np.mean(np.abs(off_deg[1] - off_deg[0]))), rel=0.02)


def test_a_frame_of_unknown_error_leaves_the_error_of_its_end_known():
    error_deg = np.where(np.abs(T_S - PEAK_S) < 0.02, math.nan, 4.0)
    found = reported_range(ATTEMPT, {"l": side(error_deg=error_deg), "r": side()})
    assert found.rom_error_deg == pytest.approx(4 * math.sqrt(2))


def test_an_unknown_error_is_no_estimate():
    found = reported_range(ATTEMPT, {"l": side(error_deg=math.nan), "r": side()})
    assert not found.estimated
    assert math.isnan(found.rom_error_deg)


def test_of_both_sides_those_that_were_given_say_how_far():
    both = replace(ATTEMPT, side="both", peak_deg=70, rom_deg=55)
    sides = {"l": side(error_deg=4.0), "r": side(error_deg=8.0, degrees=5 + 40 * BUMP)}
    found = reported_range(both, sides)
    assert (found.attempt, found.estimated) == (both, False)
    assert found.rom_error_deg == pytest.approx(6 * math.sqrt(2))
    sides["r"] = replace(sides["r"], given=np.zeros(T_S.size, bool))
    found = reported_range(both, sides)
    assert (found.attempt.peak_deg, found.attempt.rom_deg) == pytest.approx((90, 80), abs=5)
    assert (found.attempt.side, found.attempt.start_s) == ("both", START_S)
    assert found.rom_error_deg == pytest.approx(4 * math.sqrt(2))
    sides["l"] = replace(sides["l"], given=np.zeros(T_S.size, bool))
    assert reported_range(both, sides).estimated


@pytest.mark.parametrize(("share", "problem"), [(0.6, None), (0.4, NOT_SEEN), (0.0, NOT_SEEN)])
def test_a_movement_counts_only_if_its_joint_was_seen_in_half_of_it(share, problem):
    seen = START_S + share * (END_S - START_S) >= T_S
    assert problem_of(ATTEMPT, {"l": side(seen=seen), "r": side()}, MIN_ROM_DEG) == problem


def test_one_side_that_was_seen_is_enough_for_both():
    hidden = side(given=False, seen=False)
    both = replace(ATTEMPT, side="both")
    assert problem_of(both, {"l": hidden, "r": side()}, MIN_ROM_DEG) is None
    assert problem_of(both, {"l": hidden, "r": hidden}, MIN_ROM_DEG) == NOT_SEEN
    still = side(degrees=10 + 10 * BUMP)
    assert problem_of(both, {"l": hidden, "r": still}, MIN_ROM_DEG) == NOT_SEEN


@pytest.mark.parametrize(("error_deg", "problem"), [(26.0, None), (27.0, NOT_SEEN), (math.nan, NOT_SEEN)])
def test_a_refused_range_must_be_larger_than_its_uncertainty(error_deg, problem):
    refused = side(given=False, error_deg=error_deg)
    assert problem_of(ATTEMPT, {"l": refused, "r": side()}, MIN_ROM_DEG) == problem
    assert problem_of(ATTEMPT, {"l": side(error_deg=error_deg), "r": refused}, MIN_ROM_DEG) is None


def test_another_problem_is_told_if_the_joint_was_seen():
    shallow = message("rejected.too_quick", duration_s=0.3, min_s=0.6)
    attempt = replace(ATTEMPT, problem=shallow)
    assert problem_of(attempt, {"l": side(degrees=10.0), "r": side()}, MIN_ROM_DEG) == shallow
    assert problem_of(attempt, {"l": side(seen=False), "r": side()}, MIN_ROM_DEG) == NOT_SEEN
