import math
from dataclasses import replace

import numpy as np
import pytest

from physio.trends import estimates
from physio.types import Rep

NAN = math.nan
REP = Rep(1, "left", 0, 2, 4, 90, 88, 1.8, 0.4, 1.8, 80, rom_error_deg=6.0)
GUESS = replace(REP, estimated=True, rom_error_deg=NAN)


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        ("left", [False, True, True, True, False, True]),
        ("both", [False, False, False, True, False, True]),  # one side that is known is enough
    ],
)
def test_a_frame_is_estimated_where_the_signal_is_no_measured_angle(side, expected):
    frames = {
        "signal": np.array([10.0, 20, 30, 40, NAN, 50]),
        "elbow_flexion_l": np.array([10.4, 30, NAN, NAN, 40, 12]),
        "elbow_flexion_r": np.array([80.0, 10, 35, NAN, 40, 14]),
    }
    assert estimates.estimated_frames(frames, "elbow_flexion", side).tolist() == expected


def test_without_any_angle_of_the_exercise_all_of_its_signal_is_estimated():
    found = estimates.estimated_frames({"signal": np.array([1.0, NAN])}, "elbow_flexion", "left")
    assert found.tolist() == [True, False]


def test_measured_repetitions_come_before_estimates():
    assert estimates.measured((REP, GUESS)) == (REP,)
    assert estimates.measured((GUESS,)) == (GUESS,)
    assert not estimates.all_estimated((REP, GUESS))
    assert estimates.all_estimated((GUESS,))
    assert not estimates.all_estimated(())


def test_a_mean_range_is_as_sure_as_its_ranges_are_on_average():
    assert estimates.reps_error_deg((REP, replace(REP, rom_error_deg=9.0))) == 7.5
    assert math.isnan(estimates.reps_error_deg((REP, GUESS)))
    assert math.isnan(estimates.reps_error_deg(()))
    assert estimates.reps_error_deg((REP,)) == pytest.approx(6)
