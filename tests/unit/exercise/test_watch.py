import math
from dataclasses import replace

import numpy as np
import pytest
from motions import frames

from physio.exercise.definition import load_exercise
from physio.exercise.watch import FormWatch
from physio.kinematics.angles import ANGLE_INDEX
from physio.types import Phase, Reason

EXERCISE = load_exercise("shoulder_abduction")
T_S = np.arange(0, 4, 1 / 30)
MOVING = np.where(T_S < 1, Phase.REST, Phase.OUTWARD)


def watched(exercise=EXERCISE, phases=MOVING, azimuth_deg=0.0, side="right", **values):
    watch = FormWatch(exercise)
    stream = frames(T_S, values, azimuth_deg)
    return [watch.step(t, k, Phase(phase), side) for (t, k), phase in zip(stream, phases, strict=True)]


def lean(size, from_s=2.0):
    return np.where(from_s > T_S, 5.0, 5.0 + size)


def test_a_lean_against_the_own_rest_deviates_while_it_lasts():
    back = np.where((T_S > 2) & (T_S < 3), 25.0, 5.0)
    seen = watched(trunk_lateral_flexion=back)
    assert seen[40] == (frozenset(), ())
    names, cues = seen[80]
    assert names == {"trunk_lateral_flexion"}
    assert [(cue.id, cue.tone) for cue in cues] == [("trunk_shift", "warning")]
    assert seen[-1] == (frozenset(), ())


@pytest.mark.parametrize(("trunk_deg", "deviates"), [(-25.0, True), (25.0, False)])
def test_leaning_back_is_a_drop_and_leaning_forward_is_none(trunk_deg, deviates):
    names, cues = watched(load_exercise("shoulder_flexion"), azimuth_deg=90.0, trunk_flexion=lean(trunk_deg))[-1]
    assert names == ({"trunk_flexion"} if deviates else set())
    assert [cue.id for cue in cues] == (["lean_back"] if deviates else [])


def test_a_refused_angle_corrects_nobody():
    """The score of the repetition could not judge it either."""
    watch = FormWatch(EXERCISE)
    column = ANGLE_INDEX["trunk_lateral_flexion"]
    for (t_s, one), phase in zip(frames(T_S, {"trunk_lateral_flexion": lean(30)}, 0.0), MOVING, strict=True):
        reasons = one.reasons.copy()
        reasons[column] = Reason.OFF_VIEW
        assert watch.step(t_s, replace(one, reasons=reasons), Phase(phase), "right") == (frozenset(), ())


def test_within_the_limit_nothing_deviates():
    assert all(names == frozenset() for names, _ in watched(trunk_lateral_flexion=lean(8)))


def test_at_rest_nothing_is_judged():
    seen = watched(phases=np.full(T_S.size, Phase.REST), trunk_lateral_flexion=lean(30))
    assert all(not cues for _, cues in seen)


def test_a_criterion_for_another_view_is_not_judged():
    assert all(not cues for _, cues in watched(trunk_lateral_flexion=lean(30), azimuth_deg=90.0))


def test_the_working_sides_angle_is_the_one_that_deviates():
    exercise = load_exercise("elbow_flexion")
    swing = np.where(T_S < 2, 0.0, 50.0)
    names, _ = watched(exercise, shoulder_elevation_r=swing)[-1]
    assert names == {"shoulder_elevation_r"}
    names, _ = watched(exercise, side="left", shoulder_elevation_r=swing)[-1]
    assert names == frozenset()


def test_the_difference_of_the_sides_is_judged_at_the_far_end():
    exercise = load_exercise("lateral_raise")
    held = np.where(T_S < 2, Phase.OUTWARD, Phase.HOLD)
    seen = watched(exercise, held, side="both", shoulder_abduction_l=90.0, shoulder_abduction_r=60.0)
    assert seen[30][0] == frozenset()
    assert seen[-1][0] == {"shoulder_abduction_l", "shoulder_abduction_r"}


def test_the_safe_limit_is_an_error_even_at_rest():
    exercise = replace(EXERCISE, safe_max_deg=100.0)
    phases = np.full(T_S.size, Phase.REST)
    names, cues = watched(exercise, phases, shoulder_abduction_r=np.where(T_S < 2, 90.0, 110.0))[-1]
    assert names == {"shoulder_abduction_r"}
    assert [(cue.id, cue.tone) for cue in cues] == [("safe_limit", "error")]


def test_a_lower_limit_is_judged_at_once_and_an_upper_one_on_a_minimum_is_not():
    base = EXERCISE.criterion("trunk_shift")
    low = replace(EXERCISE, criteria=(replace(base, of="elbow_flexion", take="min", low=20.0, high=math.nan),))
    assert watched(low, elbow_flexion_r=10.0)[-1][0] == {"elbow_flexion_r"}
    high = replace(EXERCISE, criteria=(replace(base, of="elbow_flexion", take="min", low=math.nan, high=20.0),))
    assert watched(high, elbow_flexion_r=80.0)[-1][0] == frozenset()


def test_hidden_angles_are_not_judged():
    x = lean(30)
    x[T_S > 2.5] = math.nan
    seen = watched(trunk_lateral_flexion=x)
    assert seen[70][0] == {"trunk_lateral_flexion"}
    assert seen[-1][0] == frozenset()


@pytest.mark.parametrize("take", ["range", "mean", "peak"])
def test_what_only_the_whole_repetition_can_tell_is_not_said_during_it(take):
    criterion = replace(EXERCISE.criterion("trunk_shift"), take=take, view="any")
    seen = watched(replace(EXERCISE, criteria=(criterion,)), trunk_lateral_flexion=lean(60))
    assert seen[-1] == (frozenset(), ())
