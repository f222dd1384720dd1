import math

import numpy as np
import pytest

from physio.trends import certainty

NAN = math.nan


def test_for_equal_errors_the_smallest_change_is_the_usual_formula():
    sem = 5.0 * math.sqrt(math.pi / 2)
    assert certainty.smallest_change_deg(5.0, 5.0) == pytest.approx(1.96 * math.sqrt(2) * sem)
    assert math.isnan(certainty.smallest_change_deg(5.0, NAN))


def test_of_two_measurements_of_the_same_one_in_twenty_differs_by_more():
    rng = np.random.default_rng(1)
    errors = rng.normal(0, [[3.0], [8.0]], (2, 200_000))
    smallest = certainty.smallest_change_deg(*np.abs(errors).mean(axis=1))
    assert np.mean(np.abs(errors[1] - errors[0]) > smallest) == pytest.approx(0.05, abs=0.003)


@pytest.mark.parametrize(
    ("first", "last", "smallest", "said"),
    [
        (60, 90, 20, "more"),
        (90, 60, 20, "less"),
        (60, 80, 20, "none"),
        (80, 60, 20, "none"),
        (60, 90, NAN, "unknown"),
        (NAN, 90, 20, "unknown"),
    ],
)
def test_only_what_is_beyond_the_error_is_a_change(first, last, smallest, said):
    assert certainty.change(first, last, smallest) == said


def test_a_frame_has_the_error_of_what_was_measured_in_it():
    frames = {
        "t_s": np.arange(3.0),
        "knee_flexion_l": np.array([10, 20, NAN]),
        "knee_flexion_l_error": np.array([3.0, 3, 30]),
        "knee_flexion_r": np.array([10, NAN, NAN]),
        "knee_flexion_r_error": np.array([5.0, 50, 50]),
    }
    np.testing.assert_array_equal(certainty.frame_error_deg(frames, "knee_flexion", "both"), [5, 3, NAN])
    np.testing.assert_array_equal(certainty.frame_error_deg(frames, "hip_flexion", "both"), [NAN] * 3)
