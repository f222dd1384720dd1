import itertools

import pytest

from physio.capture.timing import MIN_STEP_S, TimeStamps


def times(stamps, step_s=0.04):
    clock = TimeStamps(step_s)
    return [clock.step(stamp) for stamp in stamps]


def test_time_starts_at_zero_and_follows_the_stream():
    assert times([7.0, 7.04, 7.3, 7.31]) == pytest.approx([0.0, 0.04, 0.3, 0.31])


def test_missing_time_stamps_are_filled_with_the_typical_step():
    assert times([None, None, None]) == pytest.approx([0.0, 0.04, 0.08])
    assert times([2.0, None, 2.08, None]) == pytest.approx([0.0, 0.04, 0.08, 0.12])


def test_time_stamps_that_appear_late_continue_from_there():
    assert times([None, None, 5.0, 5.04]) == pytest.approx([0.0, 0.04, 0.08, 0.12])


def test_repeated_and_swapped_time_stamps_still_increase():
    found = times([0.0, 0.04, 0.04, 0.02, 0.08])
    assert all(b - a >= MIN_STEP_S * 0.999 for a, b in itertools.pairwise(found))
    assert found[-1] == pytest.approx(0.08)


def test_a_restarted_clock_continues_one_step_later():
    assert times([10.0, 10.04, 0.0, 0.04]) == pytest.approx([0.0, 0.04, 0.08, 0.12])
