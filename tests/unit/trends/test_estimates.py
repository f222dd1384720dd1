import math

import numpy as np
import pytest

from physio.trends import estimates

NAN = math.nan


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
