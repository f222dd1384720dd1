import numpy as np
import pytest

from physio.trends.series import Run, decimate, pieces, runs

NAN = float("nan")


def test_a_short_series_is_left_as_it_is():
    t_s, values = np.arange(5.0), np.array([1.0, NAN, 3.0, 2.0, 0.0])
    assert decimate(t_s, values, buckets=10) == (t_s, values)


def test_every_peak_keeps_its_height():
    t_s = np.arange(0, 3600, 1 / 25)
    values = 50 + 40 * np.sin(t_s)
    values[[12_345, 70_001]] = 171.0, -33.0
    short_t_s, short = decimate(t_s, values, buckets=500)
    assert short_t_s.size <= 1000
    assert np.all(np.diff(short_t_s) > 0)
    assert (short.max(), short.min()) == (171.0, -33.0)
    assert short_t_s[np.argmax(short)] == t_s[12_345]


def test_a_gap_stays_a_gap():
    t_s = np.arange(0, 100, 0.01)
    values = np.where((t_s > 40) & (t_s < 60), NAN, 1.0)
    short_t_s, short = decimate(t_s, values, buckets=100)
    inside = (short_t_s > 41) & (short_t_s < 59)
    assert inside.any()
    assert np.isnan(short[inside]).all()
    assert np.isfinite(short[~((short_t_s > 39) & (short_t_s < 61))]).all()


def test_pieces_part_at_unknown_values_and_at_gaps_in_time():
    t_s = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 5.0, 5.1])
    values = np.array([1.0, 1.0, NAN, 1.0, 1.0, 1.0, 1.0])
    number = pieces(t_s, values)
    assert number[0] == number[1] != number[3] == number[4] != number[5] == number[6]


def test_runs_are_the_stretches_of_equal_code():
    t_s = np.arange(6.0)
    codes = np.array([1.0, 1.0, 2.0, NAN, 2.0, 2.0])
    assert runs(t_s, codes) == (Run(0.0, 2.0, 1), Run(2.0, 3.0, 2), Run(4.0, 5.0, 2))


def test_a_flicker_belongs_to_what_was_there_before():
    t_s = np.arange(0, 1.01, 0.1)
    codes = np.where(np.isclose(t_s, 0.5), 4.0, 1.0)
    assert runs(t_s, codes, min_s=0.3) == (Run(0.0, pytest.approx(1.0), 1),)


def test_nothing_has_no_runs():
    assert runs(np.empty(0), np.empty(0)) == ()
