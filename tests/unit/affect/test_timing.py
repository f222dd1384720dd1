import numpy as np
import pytest

from physio.affect.timing import BREAK_S, Sustained, TimeAverage


@pytest.mark.parametrize("rate_hz", [5.0, 10.0, 30.0, 60.0])
def test_sustained_after_the_time_whatever_the_rate(rate_hz):
    condition = Sustained(1.0)
    first_s = None
    for t_s in np.arange(0, 3, 1 / rate_hz):
        condition.step(t_s >= 1.0 - 1e-9, float(t_s))
        if condition.sustained and first_s is None:
            first_s = t_s
    assert first_s == pytest.approx(2.0, abs=1e-6)


def test_short_end_is_told_once():
    condition = Sustained(1.0)
    told = []
    for t_s, holds in ((0.0, True), (0.2, True), (0.4, False), (0.6, False)):
        condition.step(holds, t_s)
        told.append(condition.ended_short)
    assert told == [False, False, True, False]


def test_a_gap_starts_anew():
    condition = Sustained(0.5)
    condition.step(True, 0.0)
    condition.step(True, 0.4)
    condition.step(True, 0.4 + BREAK_S + 0.1)
    assert condition.holds
    assert not condition.sustained


@pytest.mark.parametrize("rate_hz", [10.0, 30.0, 60.0])
def test_average_reaches_63_per_cent_after_its_time_constant(rate_hz):
    average = TimeAverage(0.5)
    average.step(np.array([0.0]), 0.0)
    value = np.array([0.0])
    for t_s in np.arange(1, round(0.5 * rate_hz) + 1) / rate_hz:
        value = average.step(np.array([1.0]), float(t_s))
    assert value[0] == pytest.approx(1 - np.exp(-1))


def test_average_keeps_what_it_cannot_see():
    average = TimeAverage(0.1)
    average.step(np.array([1.0, 1.0]), 0.0)
    kept = average.step(np.array([np.nan, 3.0]), 0.1)
    assert kept[0] == 1.0
    assert 1.0 < kept[1] < 3.0


def test_average_forgets_after_a_gap():
    average = TimeAverage(0.5)
    average.step(np.array([1.0, 1.0]), 0.0)
    np.testing.assert_array_equal(average.step(np.array([2.0, np.nan]), 5.0), [2.0, 1.0])


def test_what_was_never_known_starts_with_its_first_known_value():
    average = TimeAverage(0.5)
    assert np.isnan(average.step(np.array([np.nan, 1.0]), 0.0)[0])
    assert np.isnan(average.step(np.array([np.nan, 1.0]), 0.1)[0])
    np.testing.assert_array_equal(average.step(np.array([4.0, 1.0]), 0.2), [4.0, 1.0])
    assert 4.0 < average.step(np.array([6.0, 1.0]), 0.3)[0] < 6.0


def test_what_was_unknown_over_a_gap_keeps_its_old_value_and_goes_on_from_it():
    average = TimeAverage(0.5)
    average.step(np.array([1.0]), 0.0)
    assert average.step(np.array([np.nan]), 5.0)[0] == 1.0
    assert 1.0 < average.step(np.array([2.0]), 5.1)[0] < 1.5


def test_at_first_nothing_holds():
    condition = Sustained(1.0)
    assert (condition.holds, condition.sustained, condition.ended_short) == (False, False, False)
    condition.step(False, 0.0)
    assert (condition.holds, condition.sustained, condition.ended_short) == (False, False, False)


def test_what_holds_from_the_first_moment_counts_from_there():
    condition = Sustained(0.5)
    for t_s in (0.0, 0.25):
        condition.step(True, t_s)
        assert (condition.holds, condition.sustained) == (True, False)
    condition.step(True, 0.5)
    assert condition.sustained


def test_a_gap_of_just_the_limit_is_none():
    condition = Sustained(BREAK_S)
    condition.step(True, 0.0)
    condition.step(True, BREAK_S)
    assert condition.sustained
    average = TimeAverage(BREAK_S)
    average.step(np.array([0.0]), 0.0)
    assert average.step(np.array([1.0]), BREAK_S)[0] == pytest.approx(1 - np.exp(-1))


def test_after_a_gap_an_end_is_no_short_one():
    condition = Sustained(1.0)
    condition.step(True, 0.0)
    condition.step(False, BREAK_S + 0.1)
    assert not condition.ended_short
