import math
from dataclasses import replace

import numpy as np
import pytest

from physio.exercise.counter import Attempt
from physio.exercise.definition import load_exercise
from physio.exercise.parts import Criterion
from physio.exercise.scoring import (
    Samples,
    credit,
    in_view,
    score_repetition,
    side_names,
)
from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.messages import own_text

BASE = load_exercise("shoulder_abduction")
ATTEMPT = Attempt("right", 2.0, 3.5, 5.0, 5.1, 150, 145, 1.5, 0.0, 1.5, 100, "concentric", None)
T_S = np.arange(0, 7, 1 / 30)
LEAN = Criterion(
    id="lean",
    label=own_text("Lean"),
    of="trunk_lateral_flexion",
    take="shift",
    other_side=False,
    view="any",
    low=math.nan,
    high=10.0,
    tolerance=10.0,
    severity="warning",
    weight=1.0,
    cue=own_text("Stand tall."),
)


def only(*criteria, **changes):
    return replace(BASE, criteria=criteria, safe_max_deg=math.nan, **changes)


def samples(azimuth_deg=0.0, **angles):
    values = np.zeros((T_S.size, len(ANGLES)))
    for name, value in angles.items():
        values[:, ANGLE_INDEX[name]] = value
    return Samples(T_S, values, np.full(T_S.size, azimuth_deg))


def bump(height, at_s=3.5, width_s=1.5, base=0.0):
    return base + height * np.exp(-(((T_S - at_s) / width_s * 2) ** 2))


def scored(criterion, **angles):
    return score_repetition(only(criterion), ATTEMPT, samples(**angles))


@pytest.mark.parametrize(
    ("value", "share"), [(5, 1), (0, 1), (10, 1), (12, 0.8), (15, 0.5), (20, 0), (50, 0), (-1, 0.9), (-30, 0)]
)
def test_credit_falls_in_proportion_outside_the_limits(value, share):
    assert credit(value, 0, 10, 10) == pytest.approx(share)


@pytest.mark.parametrize(
    ("value", "share"), [(-5, 1), (4, 1), (7, 0.85), (10, 0.7), (15, 0.35), (20, 0), (50, 0), (math.nan, math.nan)]
)
def test_towards_its_limit_a_criterion_with_an_ideal_gives_less(value, share):
    assert credit(value, math.nan, 10, 10, ideal=4) == pytest.approx(share, nan_ok=True)


@pytest.mark.parametrize(("value", "share"), [(3, 1), (2, 1), (1.4, 0.85), (0.8, 0.7), (0.4, 0.35), (0, 0)])
def test_an_ideal_above_a_lower_limit(value, share):
    assert credit(value, 0.8, math.nan, 0.8, ideal=2) == pytest.approx(share)


def test_an_ideal_between_two_limits_falls_to_either_side():
    assert [credit(x, 0, 10, 10, ideal=4) for x in (0, 2, 4, 7, 10)] == pytest.approx([0.7, 0.85, 1, 0.85, 0.7])


def test_short_of_the_ideal_costs_points_and_is_no_fault():
    graded = replace(LEAN, ideal=2.0)
    near, at_limit, beyond = (scored(graded, trunk_lateral_flexion=bump(lean)) for lean in (1.0, 9.9, 12.0))
    assert near.score == 100
    assert 70 <= at_limit.score < 73
    assert not at_limit.faults
    assert [fault.id for fault in beyond.faults] == ["lean"]
    assert beyond.score < at_limit.score


def test_the_criteria_judged_are_counted_with_those_that_the_view_hides():
    hidden = replace(LEAN, id="hidden", view="front")
    unknown = replace(LEAN, id="unknown", of="knee_flexion")
    found = score_repetition(
        only(LEAN, hidden, unknown),
        replace(ATTEMPT, side="left"),
        samples(90.0, trunk_lateral_flexion=bump(3), knee_flexion_l=math.nan),
    )
    assert (found.judged, found.total) == (1, 3)


def test_a_limit_against_an_unknown_usual_range_does_not_apply():
    usual = replace(LEAN, id="usual", of="usual_pct", take="", low=80.0, high=math.nan)
    for pct, total in ((math.nan, 1), (90, 2)):
        found = score_repetition(only(LEAN, usual), replace(ATTEMPT, usual_pct=pct), samples())
        assert (found.judged, found.total) == (total, total)


@pytest.mark.parametrize(("of", "judged"), [("peak_deg", 0), ("rom_deg", 0), ("usual_pct", 1), ("eccentric_s", 1)])
def test_no_limit_in_degrees_judges_an_estimate(of, judged):
    one = replace(LEAN, id="one", of=of, take="", low=1000.0, high=math.nan)
    assert score_repetition(only(one), ATTEMPT, samples()).judged == 1
    found = score_repetition(only(one), ATTEMPT, samples(), estimated=True)
    assert (found.judged, found.total, len(found.faults)) == (judged, 1, judged)


def test_credit_of_the_unknown_is_unknown():
    assert math.isnan(credit(math.nan, 0, 10, 10))
    assert credit(99, math.nan, math.nan, 1) == 1


def test_the_score_falls_with_the_fault_and_never_rises():
    scores = [scored(LEAN, trunk_lateral_flexion=bump(lean)).score for lean in np.arange(0, 26, 1.0)]
    assert scores[0] == 100
    assert scores[-1] == 0
    assert np.all(np.diff(scores) <= 1e-9)
    assert 30 < scores[15] < 70


def test_a_fault_tells_value_limit_and_severity():
    (fault,) = scored(LEAN, trunk_lateral_flexion=bump(-16)).faults
    assert fault.id == "lean"
    assert fault.value == pytest.approx(16, abs=0.5)
    assert (fault.limit, fault.severity) == (10, "warning")


@pytest.mark.parametrize(
    ("take", "value"), [("max", 35), ("min", 15), ("range", 20), ("rise", 20), ("drop", 0), ("shift", 20), ("peak", 35)]
)
def test_each_statistic(take, value):
    criterion = replace(LEAN, of="elbow_flexion", take=take, high=-1.0, tolerance=1.0)
    (fault,) = scored(criterion, elbow_flexion_r=bump(20, base=15, width_s=1.2), elbow_flexion_l=90).faults
    assert fault.value == pytest.approx(value, abs=1.0)


@pytest.mark.parametrize(("take", "value"), [("drop", 20), ("rise", 0), ("shift", 20), ("min", -5)])
def test_each_statistic_of_a_fall(take, value):
    criterion = replace(LEAN, take=take, high=-9.0, tolerance=1.0)
    (fault,) = scored(criterion, trunk_lateral_flexion=bump(-20, base=15, width_s=1.2)).faults
    assert fault.value == pytest.approx(value, abs=1.0)


def test_mean():
    (fault,) = scored(replace(LEAN, take="mean", high=1.0), trunk_lateral_flexion=8.0).faults
    assert fault.value == pytest.approx(8)


def test_a_constant_offset_of_the_camera_is_no_compensation():
    assert scored(LEAN, trunk_lateral_flexion=18.0).score == 100


def test_asymmetry_is_the_difference_at_the_far_end():
    criterion = replace(LEAN, of="shoulder_abduction", take="asymmetry", high=15.0)
    (fault,) = scored(criterion, shoulder_abduction_l=bump(120), shoulder_abduction_r=bump(100)).faults
    assert fault.value == pytest.approx(20, abs=1)


def test_the_other_side_and_the_worse_of_both():
    other = replace(LEAN, of="elbow_flexion", take="max", other_side=True)
    assert scored(other, elbow_flexion_l=30).faults[0].value == pytest.approx(30)
    assert not scored(other, elbow_flexion_r=30).faults
    both = replace(ATTEMPT, side="both")
    worse = replace(LEAN, of="elbow_flexion", take="max")
    result = score_repetition(only(worse), both, samples(elbow_flexion_l=12, elbow_flexion_r=17))
    assert result.faults[0].value == pytest.approx(17)


def test_measures_of_the_repetition_itself():
    slow = replace(LEAN, of="eccentric_s", take="", low=2.0, high=math.nan, tolerance=1.0)
    assert scored(slow).faults[0].value == 1.5
    target = replace(LEAN, of="peak_deg", take="", low="target", high=math.nan, tolerance=50.0)
    exercise = only(target, target_deg=160.0)
    result = score_repetition(exercise, ATTEMPT, samples())
    assert result.faults[0].limit == 160
    assert result.score == pytest.approx(80)


def test_weights():
    missed = replace(LEAN, weight=1.0)
    kept = replace(LEAN, id="kept", of="trunk_flexion", weight=3.0)
    result = score_repetition(only(missed, kept), ATTEMPT, samples(trunk_lateral_flexion=bump(40)))
    assert result.score == pytest.approx(75)


def test_what_was_not_seen_is_left_out_and_not_punished():
    hidden = replace(LEAN, id="hidden", of="elbow_flexion")
    result = score_repetition(only(LEAN, hidden), ATTEMPT, samples(elbow_flexion_r=math.nan))
    assert result.score == 100
    assert not result.faults
    result = score_repetition(only(LEAN, hidden), ATTEMPT, samples(elbow_flexion_r=math.nan, **{LEAN.of: bump(40)}))
    assert result.score == pytest.approx(0)


def test_too_little_evidence_is_no_score():
    hidden = replace(LEAN, id="hidden", of="elbow_flexion", weight=3.0)
    assert math.isnan(score_repetition(only(LEAN, hidden), ATTEMPT, samples(elbow_flexion_r=math.nan)).score)
    assert math.isnan(score_repetition(only(hidden), ATTEMPT, samples(elbow_flexion_r=math.nan)).score)


def test_half_hidden_is_enough_and_less_is_not():
    x = bump(16)
    x[(T_S > 2) & (T_S < 3.2)] = math.nan
    assert scored(LEAN, trunk_lateral_flexion=x).faults
    x[(T_S > 2) & (T_S < 4.0)] = math.nan
    assert math.isnan(scored(LEAN, trunk_lateral_flexion=x).score)


def test_a_criterion_of_another_view_does_not_apply():
    sideways = replace(LEAN, view="side")
    assert in_view(sideways, 85)
    assert in_view(sideways, -100)
    assert in_view(sideways, 55)
    assert not in_view(sideways, 35)
    assert in_view(replace(LEAN, view="front"), -35)
    assert not in_view(sideways, 170)
    assert in_view(replace(LEAN, view="front"), 170)
    assert in_view(sideways, math.nan)
    leaning = samples(azimuth_deg=0.0, trunk_lateral_flexion=bump(40))
    result = score_repetition(only(sideways, replace(LEAN, id="elbow", of="elbow_flexion")), ATTEMPT, leaning)
    assert result.score == 100


def test_the_gravest_fault_comes_first():
    light = replace(LEAN, id="light", weight=1.0)
    heavy = replace(LEAN, id="heavy", weight=5.0)
    result = score_repetition(only(light, heavy), ATTEMPT, samples(trunk_lateral_flexion=bump(40)))
    assert [fault.id for fault in result.faults] == ["heavy", "light"]


def test_beyond_the_safe_limit_is_an_error():
    exercise = replace(only(LEAN), safe_max_deg=120.0)
    result = score_repetition(exercise, ATTEMPT, samples(shoulder_abduction_r=bump(130)))
    (fault,) = result.faults
    assert (fault.id, fault.limit, fault.severity) == ("safe_limit", 120, "error")
    assert result.score < 70
    assert score_repetition(exercise, ATTEMPT, samples(shoulder_abduction_r=bump(110))).score == 100


def test_side_names():
    assert side_names("trunk_flexion", "left") == ["trunk_flexion"]
    assert side_names("knee_flexion", "left") == ["knee_flexion_l"]
    assert side_names("knee_flexion", "left", other=True) == ["knee_flexion_r"]
    assert side_names("knee_flexion", "both") == ["knee_flexion_l", "knee_flexion_r"]
