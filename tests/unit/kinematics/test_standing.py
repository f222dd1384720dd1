"""For how long somebody has stood still, moment by moment, with times and limits that have no rounding."""

import math

import numpy as np
import pytest

from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.kinematics.standing import Stance, StandingStill, posture
from physio.types import FloatArray

KNEE = ANGLE_INDEX["knee_flexion_l"]


def upright(knee_deg: float = 0.0) -> FloatArray:
    """Everything at 0 but the left knee."""
    out = np.zeros(len(ANGLES))
    out[KNEE] = knee_deg
    return out


def errors(size_deg: float) -> FloatArray:
    return np.full(len(ANGLES), size_deg)


def still_s(
    watch: StandingStill, t_s: float, knee_deg: float = 0.0, error_deg: float = 1.0, azimuth_deg: float = 90.0
) -> float:
    return watch.step(t_s, upright(knee_deg), errors(error_deg), azimuth_deg)


@pytest.mark.parametrize(
    ("name", "most_deg", "beyond"),
    [
        ("trunk_flexion", 20, Stance.LEANING),
        ("trunk_lateral_flexion", 20, Stance.LEANING),
        ("knee_flexion_r", 25, Stance.LEGS_BENT),
        ("thigh_inclination_l", 25, Stance.LEGS_BENT),
        ("upper_arm_inclination_r", 30, Stance.ARMS_RAISED),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_how_far_from_straight_is_still_straight(name: str, most_deg: float, beyond: Stance, sign: int) -> None:
    angles = upright()
    angles[ANGLE_INDEX[name]] = sign * most_deg
    assert posture(angles) is Stance.STILL
    angles[ANGLE_INDEX[name]] = sign * (most_deg + 0.5)
    assert posture(angles) is beyond


def test_the_time_runs_from_the_first_moment_on() -> None:
    watch = StandingStill()
    assert [still_s(watch, t_s) for t_s in (5.0, 5.25, 5.5)] == [0, 0.25, 0.5]
    assert watch.stance is Stance.STILL


def test_half_a_second_without_a_frame_is_bridged_and_more_is_not() -> None:
    watch = StandingStill()
    assert [still_s(watch, t_s) for t_s in (0.0, 0.5, 1.0, 1.625, 2.0)] == [0, 0.5, 1.0, 0, 0.375]


def test_what_lies_before_a_movement_is_forgotten_and_what_lies_after_it_counts() -> None:
    """The knee at 0.5 s lies 6° from the one at 2.5 s, and 4° or less from all others."""
    watch = StandingStill()
    for t_s, knee_deg in ((0.0, 0.0), (0.5, 4.0), (1.0, 0.0), (1.5, 0.0), (2.0, 0.0)):
        assert still_s(watch, t_s, knee_deg) == t_s
    assert still_s(watch, 2.5, -2.0) == 1.5
    assert watch.stance is Stance.MOVING
    assert still_s(watch, 3.0) == 2.0
    assert watch.stance is Stance.STILL


def test_somebody_whose_last_moment_is_too_far_away_begins_again() -> None:
    watch = StandingStill()
    still_s(watch, 0.0)
    assert still_s(watch, 0.25, 5.5) == 0
    assert watch.stance is Stance.MOVING
    assert still_s(watch, 0.5, 5.5) == 0.25


@pytest.mark.parametrize(
    ("error_deg", "knee_deg", "still"),
    [
        (1.0, 5.0, True),
        (1.0, 5.5, False),
        (4.0, 8.0, True),
        (4.0, 8.5, False),
        (math.nan, 5.0, True),
        (math.nan, 5.5, False),
    ],
)
def test_motion_is_five_degrees_or_two_expected_errors(error_deg: float, knee_deg: float, still: bool) -> None:
    watch = StandingStill()
    still_s(watch, 0.0)
    assert (still_s(watch, 0.5, knee_deg, error_deg) == 0.5) is still


@pytest.mark.parametrize(
    ("first_deg", "second_deg", "still"),
    [(90, 105, True), (90, 106, False), (90, 75, True), (90, 74, False), (175, -175, True), (172, -172, False)],
)
def test_a_turn_is_fifteen_degrees_also_round_the_back(first_deg: float, second_deg: float, still: bool) -> None:
    watch = StandingStill()
    still_s(watch, 0.0, azimuth_deg=first_deg)
    assert (still_s(watch, 0.5, azimuth_deg=second_deg) == 0.5) is still


def test_an_arm_or_an_angle_that_is_not_watched_may_move() -> None:
    watch, angles = StandingStill(), upright()
    still_s(watch, 0.0)
    angles[ANGLE_INDEX["elbow_flexion_l"]] = 60.0
    assert watch.step(0.5, angles, errors(1.0), 90.0) == 0.5


def test_somebody_who_bends_has_not_stood_still() -> None:
    watch = StandingStill()
    still_s(watch, 0.0)
    assert still_s(watch, 0.25, 26.0) == 0
    assert watch.stance is Stance.LEGS_BENT
    assert still_s(watch, 0.5) == 0


def test_no_more_than_six_seconds_are_kept() -> None:
    watch = StandingStill()
    assert [still_s(watch, k / 4) for k in range(30)][-6:] == [6.0] * 6


def test_the_values_are_those_of_the_last_three_seconds() -> None:
    watch = StandingStill()
    for k in range(26):
        still_s(watch, k / 4, 0.0 if k < 13 else 4.0)
    assert watch.values_deg()[KNEE] == 4.0


@pytest.mark.parametrize(("known", "value"), [(4, 2.0), (3, math.nan)])
def test_an_angle_known_in_four_fifths_of_the_time_has_a_value(known: int, value: float) -> None:
    watch = StandingStill()
    for k in range(5):
        still_s(watch, k / 4, 2.0 if k < known else math.nan)
    assert watch.values_deg()[KNEE] == pytest.approx(value, nan_ok=True)
    assert watch.values_deg()[ANGLE_INDEX["knee_flexion_r"]] == 0


def test_who_is_out_of_sight_is_unseen() -> None:
    watch = StandingStill()
    still_s(watch, 0.0)
    watch.nobody()
    assert watch.stance is Stance.UNSEEN
    assert still_s(watch, 0.25) == 0
