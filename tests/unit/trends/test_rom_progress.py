import math

import pandas as pd
import pytest

from physio.exercise.definition import load_exercise
from physio.trends.progress import aimed_end, own_ranges, progress

NAN = math.nan
BASES = {"elbow_flexion": "elbow_flexion"}


def table(**columns) -> pd.DataFrame:
    """Four weeks of curls: left, left, right, and left again, of which only an estimate is known."""
    known = {
        "started_at": pd.to_datetime([f"2026-03-{day:02}T10:00Z" for day in (1, 8, 15, 22)]),
        "exercise_id": "elbow_flexion",
        "side": ["left", "left", "right", "left"],
        "reps": 5,
        "rep_estimated_count": [0.0, 0.0, 0.0, 5.0],
        "rep_max_estimated": [NAN, NAN, NAN, 106.0],
        "rom_min_elbow_flexion_l": [0.0, 0.0, 0.0, 0.0],
        "rom_max_elbow_flexion_l": [100.0, 130.0, 11.0, 19.0],
        "rom_error_elbow_flexion_l": [7.0, 7.0, 7.0, 7.0],
        "rom_max_elbow_flexion_r": [11.0, 11.0, 120.0, 11.0],
        "rom_error_elbow_flexion_r": [7.0, 7.0, 7.0, 7.0],
    }
    return pd.DataFrame(known | columns)


def test_the_resting_arm_and_refused_frames_are_no_range():
    found = own_ranges(table(), "elbow_flexion", BASES)
    assert found["rom_max_elbow_flexion_l"].dropna().tolist() == [100, 130]
    assert found["rom_error_elbow_flexion_l"].dropna().tolist() == [7, 7]
    assert found["rom_max_elbow_flexion_r"].dropna().tolist() == [120]
    assert found["rom_estimated_elbow_flexion_l"].dropna().to_dict() == {3: 106}
    assert "rom_estimated_elbow_flexion_r" not in found


def test_another_joint_is_left_as_it_was_measured():
    found = own_ranges(table(), "elbow_flexion", {"elbow_flexion": "shoulder_flexion"})
    pd.testing.assert_frame_equal(found, table())


def test_one_measured_repetition_makes_a_measured_session():
    found = own_ranges(table(rep_estimated_count=[0.0, 0.0, 0.0, 4.0]), "elbow_flexion", BASES)
    assert found["rom_max_elbow_flexion_l"].dropna().tolist() == [100, 130, 19]


def test_sessions_of_earlier_versions_count_as_measured():
    old = table().drop(columns=["rep_estimated_count", "rep_max_estimated"])
    found = own_ranges(old, "elbow_flexion", BASES)
    assert found["rom_max_elbow_flexion_l"].dropna().tolist() == [100, 130, 19]


def test_a_comparison_knows_when_both_of_its_values_were_measured():
    known = table()
    found = progress(own_ranges(known, "elbow_flexion", BASES), "elbow_flexion_l")
    assert (found.comparison.first_deg, found.comparison.last_deg) == (100, 130)
    assert (found.comparison.first_at, found.comparison.last_at) == tuple(known["started_at"][:2])
    assert found.unmeasured_at == known["started_at"][3]
    assert found.estimated_deg == 106


def test_the_last_session_of_the_other_side_is_nothing_missed():
    right_last = table(side=["left", "left", "left", "right"], rep_estimated_count=0.0)
    found = progress(own_ranges(right_last, "elbow_flexion", BASES), "elbow_flexion_l")
    assert found.comparison.last_deg == 11
    assert found.unmeasured_at is None


def test_a_last_session_without_a_value_is_told():
    lost = table(rep_estimated_count=0.0, rom_max_elbow_flexion_l=[100.0, 130.0, 11.0, NAN])
    found = progress(own_ranges(lost, "elbow_flexion", BASES), "elbow_flexion_l")
    assert found.unmeasured_at == lost["started_at"][3]
    assert math.isnan(found.estimated_deg)


@pytest.mark.parametrize("angle", ["knee_flexion_l", "trunk_flexion"])
def test_of_a_joint_that_was_never_measured_nothing_is_known(angle):
    assert progress(table(), angle) is None


def test_of_estimates_alone_there_is_no_comparison():
    found = progress(own_ranges(table(rep_estimated_count=5.0), "elbow_flexion", BASES), "elbow_flexion_l")
    assert found.comparison is None
    assert found.estimated_deg == 106


@pytest.mark.parametrize(
    ("exercise_id", "base", "end"),
    [
        ("knee_extension", "knee_flexion", "min"),
        ("sit_to_stand", "knee_flexion", "min"),
        ("sit_to_stand", "hip_flexion", "max"),  # another joint than the one that it counts by
        ("squat", "knee_flexion", "max"),
    ],
)
def test_where_the_angle_falls_the_smallest_value_is_what_an_exercise_aims_for(exercise_id, base, end):
    assert aimed_end(load_exercise(exercise_id), base) == end
    assert aimed_end(None, base) == "max"


def test_a_lost_extension_deficit_is_progress():
    """The knee stretches from 30° to 10°, and rests at 90° all along; the last session is an estimate."""
    knee = table(
        exercise_id="knee_extension",
        side="left",
        rom_min_knee_flexion_l=[30.0, 20.0, 10.0, NAN],
        rom_max_knee_flexion_l=[90.0, 91.0, 90.0, NAN],
        rom_error_knee_flexion_l=[4.0, 4.0, 4.0, NAN],
        rep_min_estimated=[NAN, NAN, NAN, 6.0],
        rep_max_estimated=[NAN, NAN, NAN, 92.0],
    )
    ranges = own_ranges(knee, "knee_flexion", {"knee_extension": "knee_flexion"}, "min")
    found = progress(ranges, "knee_flexion_l", "min")
    assert (found.comparison.first_deg, found.comparison.last_deg, found.comparison.change) == (30, 10, "less")
    assert found.estimated_deg == 6
