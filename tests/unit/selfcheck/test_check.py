import json
import math
from dataclasses import replace

import numpy as np
import pytest

from physio.kinematics.angles import ANGLES
from physio.selfcheck import check
from physio.selfcheck.check import ClipResult, Measured
from physio.selfcheck.truth import Expected, Truth, read_expected

NAN = math.nan
T_S = np.arange(100) / 25.0
PSPI = np.where(T_S > 2, 6.0, 0.0)
KNOWN = {angle.name: np.full(100, 10.0) for angle in ANGLES}
TRUTH = Truth("a.mp4", "squat", "both", "knee_flexion", T_S, KNOWN, PSPI, 4)
EXACT = Measured(T_S, {**KNOWN, "pspi": PSPI}, 4, 20.0)
GOOD = ClipResult("a.mp4", "knee_flexion", 100, 3.0, 4.0, 2.0, 4, 5, NAN, 20.0)
REACHED = Expected(3.0, 4.0, 2.0, 4, NAN)


def measured(**columns: np.ndarray | float) -> Measured:
    """Exact but for the named columns."""
    return replace(EXACT, columns={**EXACT.columns, **{k: np.broadcast_to(v, 100) for k, v in columns.items()}})


def names(verdicts) -> dict[str, bool]:
    return {one.name: one.passed for one in verdicts}


def test_what_is_exact_has_no_error():
    result = check.compare(TRUTH, EXACT)
    assert result == ClipResult("a.mp4", "knee_flexion", 100, 0.0, 0.0, 0.0, 4, 4, 1.0, 20.0)


def test_the_error_is_that_of_the_exercises_angle_on_the_sides_that_work():
    found = measured(knee_flexion_l=14.0, knee_flexion_r=8.0, hip_flexion_l=30.0)
    both = check.compare(TRUTH, found)
    assert both.angle_error_deg == pytest.approx((4 + 2) / 2)
    assert both.all_error_deg == pytest.approx((4 + 2 + 20) / len(ANGLES))
    assert check.compare(replace(TRUTH, side="left"), found).angle_error_deg == pytest.approx(4)


def test_errors_of_either_sign_do_not_cancel():
    wobble = 10 + 5.0 * np.where(np.arange(100) % 2, 1, -1)
    result = check.compare(TRUTH, measured(knee_flexion_l=wobble, knee_flexion_r=wobble))
    assert result.angle_error_deg == pytest.approx(5)


def test_what_was_not_given_is_refused_and_no_error():
    part = np.where(T_S < 1, NAN, 12.0)
    result = check.compare(TRUTH, measured(knee_flexion_l=part, knee_flexion_r=12.0))
    assert result.angle_error_deg == pytest.approx(2)
    assert result.refused_pct == pytest.approx(12.5)


def test_where_nothing_is_true_nothing_is_refused_or_wrong():
    undefined = np.where(T_S < 2, NAN, 10.0)
    truth = replace(TRUTH, side="left", angles_deg={**KNOWN, "knee_flexion_l": undefined})
    result = check.compare(truth, measured(knee_flexion_l=np.where(T_S < 2, NAN, 13.0)))
    assert (result.angle_error_deg, result.refused_pct) == (pytest.approx(3), 0)


def test_frames_are_matched_by_time():
    ramp = {**KNOWN, "knee_flexion_l": 100 * T_S, "knee_flexion_r": 100 * T_S}
    half = T_S[::2] + 0.004
    columns = {name: values[::2] for name, values in {**ramp, "pspi": PSPI}.items()}
    result = check.compare(replace(TRUTH, angles_deg=ramp), Measured(half, columns, 4, 20.0))
    assert (result.angle_error_deg, result.frames) == (pytest.approx(0, abs=1e-9), 50)


def test_frames_after_the_end_of_the_truth_are_left_out():
    late = replace(EXACT, t_s=T_S + 1.0, columns={**EXACT.columns, "knee_flexion_l": 10 + T_S * 0 + (T_S > 3) * 500.0})
    assert check.compare(TRUTH, late).angle_error_deg == 0


def test_nothing_measured_is_an_unknown_error_and_all_refused():
    nothing = replace(EXACT, columns=dict.fromkeys(EXACT.columns, np.full(100, NAN)))
    result = check.compare(TRUTH, nothing)
    assert math.isnan(result.angle_error_deg)
    assert math.isnan(result.pspi_r)
    assert result.refused_pct == 100
    good = names(check.judge(result, replace(REACHED, pspi_r=0.9)))
    assert [name for name, passed in good.items() if passed] == ["repetitions"]


@pytest.mark.parametrize(
    ("pspi", "r"), [(2 * PSPI + 1, 1.0), (6 - PSPI, -1.0), (np.zeros(100), 0.0), (np.where(T_S > 0.05, NAN, PSPI), NAN)]
)
def test_pain_is_held_against_the_truth_by_correlation(pspi, r):
    assert check.compare(TRUTH, measured(pspi=pspi)).pspi_r == pytest.approx(r, nan_ok=True)


def test_a_calm_face_has_no_correlation():
    assert math.isnan(check.compare(replace(TRUTH, pspi=np.where(T_S > 2, 1.0, 0.0)), EXACT).pspi_r)


def test_what_the_release_reached_passes_and_the_margin_with_it():
    assert check.passed(check.judge(GOOD, REACHED))
    edge = replace(GOOD, angle_error_deg=3.9, all_error_deg=4.9, refused_pct=6.9)
    assert check.passed(check.judge(edge, REACHED))


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({"angle_error_deg": 4.1}, "angle error"),
        ({"angle_error_deg": NAN}, "angle error"),
        ({"all_error_deg": 5.1}, "error of all angles"),
        ({"refused_pct": 7.1}, "refused"),
        ({"refused_pct": NAN}, "refused"),
        ({"reps": 5}, "repetitions"),
        ({"reps": 3}, "repetitions"),
    ],
)
def test_what_is_beyond_the_margin_fails(change, failed):
    verdicts = check.judge(replace(GOOD, **change), REACHED)
    assert [name for name, good in names(verdicts).items() if not good] == [failed]
    assert not check.passed(verdicts)


@pytest.mark.parametrize(("r", "good"), [(0.95, True), (0.81, True), (0.79, False), (NAN, False)])
def test_a_painful_face_is_held_against_its_correlation(r, good):
    verdicts = check.judge(replace(GOOD, pspi_r=r), replace(REACHED, pspi_r=0.9))
    assert names(verdicts)["PSPI correlation"] is good


def test_all_clips_together():
    results = [GOOD, replace(GOOD, clip="b.mp4", angle_error_deg=5.0, reps=6, pspi_r=0.9, fps=10.0)]
    expected = {"a.mp4": REACHED, "b.mp4": replace(REACHED, angle_error_deg=4.0, reps=6, pspi_r=0.9)}
    angle, everything, reps, pain, speed = check.judge_all(results, expected)
    assert (angle.value, angle.limit) == (4.0, 3.5 + check.MARGIN_MEAN_DEG)
    assert (everything.value, everything.limit) == (4.0, 4.0 + check.MARGIN_MEAN_DEG)
    assert (reps.value, reps.limit) == (10, 10)
    assert (pain.value, pain.limit) == (0.9, pytest.approx(0.8))
    assert speed.value == pytest.approx(200 / (5 + 10))
    assert check.passed([angle, everything, reps, pain])


def test_a_slow_computer_is_a_warning_and_no_failure():
    *_, speed = check.judge_all([replace(GOOD, fps=8.0)], {"a.mp4": REACHED})
    assert not speed.passed
    assert check.passed([speed])
    *_, unknown = check.judge_all([replace(GOOD, fps=NAN)], {"a.mp4": REACHED})
    assert not unknown.passed


def test_the_aim_is_stricter_at_the_shoulder():
    assert (GOOD.aim_deg, replace(GOOD, signal="shoulder_flexion").aim_deg) == (4.0, 3.5)


def test_what_is_written_down_as_expected_is_read_back(tmp_path):
    path = tmp_path / "expected.json"
    path.write_text(json.dumps(check.expected_of([replace(GOOD, pspi_r=0.9), replace(GOOD, clip="b.mp4")], "1.0")))
    found = read_expected(path)
    assert found["a.mp4"] == replace(REACHED, pspi_r=0.9)
    assert math.isnan(found["b.mp4"].pspi_r)
