"""Lines fitted to known truth, and what they do to angles."""

import numpy as np
import pytest

from physio.errors import CalibrationError
from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.kinematics.calibration import (
    FULL_WITHIN_DEG,
    GONE_FROM_DEG,
    MAX_NEUTRAL_DEG,
    Calibration,
    GoniometerReading,
    Standing,
    fitted,
    neutral,
)
from physio.types import CalibrationLine, FloatArray

KNEE = "knee_flexion_l"
INDEX = ANGLE_INDEX[KNEE]


def reading(measured_deg: float, error_deg: float = 0.0, azimuth_deg: float = 90.0) -> GoniometerReading:
    """A goniometer that says measured + error."""
    return GoniometerReading(measured_deg, measured_deg + error_deg, azimuth_deg)


def angles(value: float) -> FloatArray:
    out = np.linspace(-20, 100, len(ANGLES))
    out[INDEX] = value
    return out


def applied(line: CalibrationLine, measured_deg: float, azimuth_deg: float = 90.0) -> float:
    return float(Calibration([line]).apply(angles(measured_deg), azimuth_deg)[INDEX])


# -- fitting ---------------------------------------------------------------------------------------------------------


def test_one_reading_is_an_offset() -> None:
    line = fitted(KNEE, [reading(70, -6)])
    assert (line.kind, line.angle, line.slope, line.residual_deg) == ("goniometer", KNEE, 1.0, 0.0)
    assert line.azimuth_deg == pytest.approx(90)
    assert [applied(line, value) for value in (0, 70, 140)] == pytest.approx([-6, 64, 134])


@pytest.mark.parametrize("places", [(10.0, 90.0), (10.0, 50.0, 100.0)])
def test_readings_far_apart_find_the_true_line(places: tuple[float, ...]) -> None:
    """What is measured is 0.9 of the truth and 4° too much: the line has to undo that."""
    line = fitted(KNEE, [GoniometerReading(0.9 * true + 4, true, 90.0) for true in places])
    assert line.slope == pytest.approx(1 / 0.9)
    assert line.residual_deg == pytest.approx(0, abs=1e-9)
    for true in np.linspace(min(places), max(places), 7):
        assert applied(line, 0.9 * true + 4) == pytest.approx(true)


def test_beyond_the_readings_the_correction_stays_what_it_was_at_the_end() -> None:
    line = fitted(KNEE, [reading(20, 2), reading(80, 14)])
    assert applied(line, 20) - 20 == pytest.approx(2)
    assert applied(line, -30) + 30 == pytest.approx(2)
    assert applied(line, 80) - 80 == pytest.approx(14)
    assert applied(line, 150) - 150 == pytest.approx(14)


def test_readings_close_together_say_nothing_about_a_slope() -> None:
    line = fitted(KNEE, [reading(60, 3), reading(70, 7)])
    assert line.slope == 1
    assert line.offset_deg == pytest.approx(5)
    assert line.residual_deg == pytest.approx(np.std([3, 7], ddof=1))


def test_scatter_of_three_readings_is_kept() -> None:
    line = fitted(KNEE, [reading(10, 0), reading(50, 6), reading(90, 0)])
    assert line.slope == pytest.approx(1)
    assert line.offset_deg == pytest.approx(2)
    assert line.residual_deg == pytest.approx(np.sqrt(2**2 + 4**2 + 2**2))


@pytest.mark.parametrize(
    ("readings", "code"),
    [
        ([], "calibration.count"),
        ([reading(10)] * 4, "calibration.count"),
        ([reading(60, 26)], "calibration.difference"),
        ([reading(10, 24), reading(60, -24)], "calibration.slope"),
        ([reading(10, -9), reading(34, 9)], "calibration.slope"),
        ([reading(60, 12), reading(62, -12)], "calibration.contradiction"),
        ([reading(60), reading(62, azimuth_deg=40)], "calibration.views"),
        ([GoniometerReading(60, float("nan"), 90)], "calibration.incomplete"),
        ([GoniometerReading(60, 55, float("nan"))], "calibration.incomplete"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(readings: list[GoniometerReading], code: str) -> None:
    with pytest.raises(CalibrationError) as refused:
        fitted(KNEE, readings)
    assert refused.value.message.code == code
    assert str(refused.value) != code  # said in words


def test_views_around_the_back_are_one_view() -> None:
    line = fitted(KNEE, [reading(60, 4, 175), reading(61, 4, -175)])
    assert abs(line.azimuth_deg) == pytest.approx(180)
    assert applied(line, 60, azimuth_deg=-178) == pytest.approx(64)


# -- applying --------------------------------------------------------------------------------------------------------


def test_only_its_angle_is_corrected_and_nan_stays_nan() -> None:
    calibration = Calibration([fitted(KNEE, [reading(70, -6)])])
    before = angles(70)
    before[3] = np.nan
    after = calibration.apply(before, 90)
    assert after[INDEX] == pytest.approx(64)
    others = np.arange(len(ANGLES)) != INDEX
    np.testing.assert_array_equal(after[others], before[others])
    assert np.isnan(calibration.apply(angles(np.nan), 90)[INDEX])


def test_it_holds_in_its_view_and_fades_out_of_it_without_a_jump() -> None:
    line = fitted(KNEE, [reading(70, -6)])
    for azimuth in (90.0, 90 - FULL_WITHIN_DEG, 90 + FULL_WITHIN_DEG):
        assert applied(line, 70, azimuth) == pytest.approx(64)
    for azimuth in (90 - GONE_FROM_DEG, 0.0, -90.0, 180.0, float("nan")):
        assert applied(line, 70, azimuth) == pytest.approx(70)
    turning = np.array([applied(line, 70, azimuth) for azimuth in np.arange(-180, 180.5, 0.5)])
    assert np.abs(np.diff(turning)).max() < 0.5


def test_two_views_of_a_joint_have_a_line_each() -> None:
    calibration = Calibration([fitted(KNEE, [reading(70, 4)]), fitted(KNEE, [reading(70, -8, 50)])])
    values = [float(calibration.apply(angles(70), azimuth)[INDEX]) for azimuth in (95, 45, 70)]
    assert values == pytest.approx([74, 62, 68])


def test_the_expected_error_is_never_lowered_and_never_below_the_scatter() -> None:
    calibration = Calibration([fitted(KNEE, [reading(60, 1), reading(70, 9)])])
    scatter = calibration.lines[0].residual_deg
    assert scatter > 5
    low, high = np.full(len(ANGLES), 3.0), np.full(len(ANGLES), 9.0)
    expected = low.copy()
    expected[INDEX] = scatter
    np.testing.assert_allclose(calibration.error_deg(low, 90), expected)
    np.testing.assert_array_equal(calibration.error_deg(high, 90), high)
    np.testing.assert_array_equal(calibration.error_deg(low, 0), low)


def test_without_lines_nothing_changes() -> None:
    np.testing.assert_array_equal(Calibration().apply(angles(70), 90), angles(70))
    np.testing.assert_array_equal(Calibration().error_deg(angles(3), 90), angles(3))


def test_an_angle_of_another_version_is_left_out() -> None:
    assert Calibration([CalibrationLine("jaw_opening", "goniometer", 0.0, 5.0)]).lines == ()


# -- neutral zero ----------------------------------------------------------------------------------------------------


def test_the_offset_is_the_share_of_the_error_in_what_is_measured() -> None:
    line = neutral(KNEE, Standing(8.0, 4.0, 90.0), stance_deg=2.0)
    assert line is not None
    assert line.offset_deg == pytest.approx(-8 * 16 / 20)
    assert applied(line, 8) == pytest.approx(1.6)
    sure = neutral(KNEE, Standing(8.0, 1.0, 90.0), stance_deg=4.0)
    assert sure is not None
    assert abs(sure.offset_deg) < 0.6  # what is measured well and is not 0 is how the person stands


def test_the_share_is_the_best_one() -> None:
    """Of many people whose stance and error are drawn at random, no other share of what is measured corrects better."""
    random = np.random.default_rng(3)
    stance, error = random.normal(0, 3, 40_000), random.normal(0, 4, 40_000)
    line = neutral(KNEE, Standing(1.0, 4.0, 90.0), stance_deg=3.0)
    assert line is not None

    def left(share: float) -> float:
        return float(np.mean((error - share * (stance + error)) ** 2))

    assert left(-line.offset_deg) < min(left(share) for share in (0.0, 0.5, 0.8, 1.0))


@pytest.mark.parametrize("value", [MAX_NEUTRAL_DEG + 0.1, -14.0, float("nan")])
def test_a_joint_that_is_bent_is_not_zeroed(value: float) -> None:
    assert neutral(KNEE, Standing(value, 4.0, 90.0), stance_deg=2.0) is None


def test_the_goniometer_goes_before_the_neutral_zero() -> None:
    goniometer = fitted(KNEE, [reading(70, -6)])
    zero = CalibrationLine(KNEE, "neutral", 90.0, -3.0)
    other = CalibrationLine("trunk_flexion", "neutral", 90.0, -2.0)
    calibration = Calibration([zero, goniometer, other])
    assert calibration.lines == (goniometer, other)
    assert calibration.apply(angles(70), 90)[INDEX] == pytest.approx(64)
