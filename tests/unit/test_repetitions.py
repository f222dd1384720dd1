import math
from dataclasses import replace

import numpy as np
import pytest

from physio import repetitions
from physio.metrics import SESSION_METRICS
from physio.types import Rep

NAN = math.nan
REP = Rep(1, "left", 0, 2, 4, 90, 88, 1.8, 0.4, 1.8, 80, rom_error_deg=6.0)
GUESS = replace(REP, estimated=True, rom_error_deg=NAN)


def test_measured_repetitions_come_before_estimates():
    assert repetitions.measured((REP, GUESS)) == (REP,)
    assert repetitions.measured((GUESS,)) == (GUESS,)
    assert not repetitions.all_estimated((REP, GUESS))
    assert repetitions.all_estimated((GUESS,))
    assert not repetitions.all_estimated(())


def test_a_mean_range_is_as_sure_as_its_ranges_are_on_average():
    assert repetitions.reps_error_deg((REP, replace(REP, rom_error_deg=9.0))) == 7.5
    assert math.isnan(repetitions.reps_error_deg((REP, GUESS)))
    assert math.isnan(repetitions.reps_error_deg(()))
    assert repetitions.reps_error_deg((REP,)) == pytest.approx(6)


def test_the_ends_of_a_falling_angle_are_not_turned_round():
    rise = replace(REP, start_deg=2.0)
    fall = replace(REP, start_deg=90.0, peak_deg=5.0, rom_deg=85.0)
    assert repetitions.ends_deg((rise, replace(rise, peak_deg=95.0))) == (2, 95)
    assert repetitions.ends_deg((fall, replace(fall, start_deg=88.0))) == (5, 90)


@pytest.mark.parametrize("reps", [(), (REP,), (replace(REP, start_deg=2.0), REP)])
def test_an_end_that_was_not_stored_is_not_guessed(reps):
    assert all(map(math.isnan, repetitions.ends_deg(reps)))


def test_the_side_that_worked_is_the_one_of_all_repetitions():
    right = replace(REP, side="right")
    assert repetitions.worked_side((REP, REP), "right") == "left"
    assert repetitions.worked_side((REP, right), "left") == "both"
    assert repetitions.worked_side((), "right") == "right"
    assert repetitions.worked_side((), None) is None


def test_every_number_over_repetitions_is_a_metric():
    reps = [replace(REP, start_deg=2.0, criteria_total=5), replace(REP, start_deg=2.0), replace(GUESS, start_deg=2.0)]
    found = repetitions.session_numbers(reps)
    worked_out = {metric.name for metric in SESSION_METRICS if metric.value is None and metric.name.startswith("rep_")}
    assert set(found) == worked_out
    assert repetitions.session_numbers(()) == {}


def test_pain_of_a_repetition_is_the_largest_within_it_and_unknown_where_the_face_was_mostly_lost():
    t_s = np.arange(0, 10, 0.1)
    pspi = np.where(t_s > 4, 9.0, t_s)
    assert repetitions.highest_pspi(REP, t_s, pspi) == pytest.approx(3.9)
    later = replace(REP, start_s=4.05, end_s=8.0)
    assert repetitions.highest_pspi(later, t_s, pspi) == 9
    assert repetitions.highest_pspi(REP, t_s, np.where(t_s < 1.9, NAN, pspi)) == pytest.approx(3.9)
    assert math.isnan(repetitions.highest_pspi(REP, t_s, np.where(t_s < 2.2, NAN, pspi)))
    assert math.isnan(repetitions.highest_pspi(replace(REP, start_s=20, end_s=24), t_s, pspi))
