import math

import numpy as np
import pytest

from physio.affect.flashes import FROM_LEVELS, LONGEST_S, Flashes, flash_times

T_S = np.arange(0, 10, 0.1)
RATES_HZ = [10.0, 30.0, 60.0]


def told(levels_at, rate_hz=30.0, until_s=5.0):
    """Times at which a flash ended."""
    flashes = Flashes()
    times_s = np.arange(round(until_s * rate_hz)) / rate_hz
    return [t_s for t_s in times_s if flashes.step(levels_at(t_s), float(t_s))]


def risen(since_s, lasts_s, to=5.0, rest=0.5):
    return lambda t_s: to if since_s - 1e-9 <= t_s < since_s + lasts_s - 1e-9 else rest


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("lasts_s", [0.2, 0.3, 0.5])
def test_a_flash_is_told_once_when_it_has_ended(rate_hz, lasts_s):
    (end_s,) = told(risen(2.0, lasts_s), rate_hz)
    assert end_s == pytest.approx(2.0 + lasts_s, abs=1.01 / rate_hz)
    assert end_s >= 2.0 + lasts_s - 1e-6


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("lasts_s", [0.7, 1.0, 2.0])
def test_what_lasts_longer_is_none_also_when_it_ends(rate_hz, lasts_s):
    assert told(risen(2.0, lasts_s), rate_hz) == []


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_one_frame_alone_is_noise(rate_hz):
    assert told(risen(2.0, 1 / rate_hz), rate_hz) == []


def test_two_frames_that_are_over_sooner_than_a_face_can_move_are_noise():
    assert told(risen(2.0, 2 / 60), 60.0) == []


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_the_rise_counts_from_what_was_there_before(rate_hz):
    assert told(risen(2.0, 0.3, to=4.0 + FROM_LEVELS, rest=4.0), rate_hz)
    assert told(risen(2.0, 0.3, to=3.9 + FROM_LEVELS, rest=4.0), rate_hz) == []
    assert told(risen(0.0, 0.3), rate_hz) == [], "of a rise that was there from the start nothing is known"


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_an_expression_that_comes_slowly_and_its_noise_are_none(rate_hz):
    noise = iter(np.random.default_rng(3).normal(0.0, 0.5, 1000))
    slow = lambda t_s: float(np.interp(t_s, [1, 2, 3, 4], [0, 6, 6, 0])) + next(noise)  # noqa: E731
    assert told(slow, rate_hz) == []


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_flash_after_a_long_expression_is_told(rate_hz):
    course = lambda t_s: 6.0 if 1 <= t_s < 2 else risen(4.0, 0.3)(t_s)  # noqa: E731
    (end_s,) = told(course, rate_hz)
    assert end_s == pytest.approx(4.3, abs=1.01 / rate_hz)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_face_that_is_lost_ends_everything_without_a_flash(rate_hz):
    shown = risen(2.0, 0.4)
    assert told(lambda t_s: math.nan if 2.2 <= t_s < 2.3 else shown(t_s), rate_hz) == []
    assert told(lambda t_s: math.nan if t_s >= 2.3 else shown(t_s), rate_hz) == []


def test_frames_that_are_missing_make_no_flash():
    flashes = Flashes()
    seen = [(0.0, 0.0), (0.1, 0.0), (0.2, 5.0), (0.3, 5.0), (0.3 + LONGEST_S, 0.0), (0.9, 0.0)]
    assert not any(flashes.step(levels, t_s) for t_s, levels in seen)


def test_a_mark_that_is_repeated_is_one_flash():
    flash = np.zeros(T_S.size)
    flash[[20, 21, 22, 50]] = 1
    flash[60:70] = np.nan
    assert flash_times(T_S, flash).tolist() == [T_S[20], T_S[50]]


def test_none_and_the_first_frame():
    assert flash_times(T_S, np.full(T_S.size, np.nan)).size == 0
    assert flash_times(T_S[:0], T_S[:0]).size == 0
    assert flash_times(T_S[:2], np.array([1.0, 1.0])).tolist() == [0.0]
