"""Where a goniometer line begins to be refused, or to have a slope: numbers on both sides of each limit."""

import pytest

from physio.errors import CalibrationError
from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.kinematics.calibration import Calibration, GoniometerReading, Standing, fitted, neutral
from physio.types import CalibrationLine, FloatArray
from tests.unit.kinematics.test_calibration import angles

KNEE = "knee_flexion_l"


def line(*pairs: tuple[float, float], azimuths_deg: tuple[float, ...] = (90.0, 90.0, 90.0)) -> CalibrationLine:
    """Through pairs of what was measured and what the goniometer said."""
    return fitted(KNEE, [GoniometerReading(*pair, azimuth) for pair, azimuth in zip(pairs, azimuths_deg, strict=False)])


def refusal(*pairs: tuple[float, float], azimuths_deg: tuple[float, ...] = (90.0, 90.0, 90.0)) -> CalibrationError:
    with pytest.raises(CalibrationError) as refused:
        line(*pairs, azimuths_deg=azimuths_deg)
    return refused.value


def test_readings_twenty_degrees_apart_have_a_slope_and_closer_ones_have_none() -> None:
    apart = line((80, 84), (60, 60))
    assert apart.slope == pytest.approx(24 / 20)
    assert apart.offset_deg == pytest.approx(60 - 1.2 * 60)
    assert (apart.from_deg, apart.to_deg) == (60, 80)
    close = line((79.5, 84), (60, 60))
    assert (close.slope, close.offset_deg) == (1, (4.5 + 0) / 2)
    assert (close.from_deg, close.to_deg) == (0, 0)


@pytest.mark.parametrize(("rise", "allowed"), [(34, True), (36, True), (69, True), (71, False), (33.5, False)])
def test_a_slope_between_07_and_14_is_allowed(rise: float, allowed: bool) -> None:
    """Over 50°: 34 is a slope of 0.68, 36 of 0.72, 69 of 1.38, 71 of 1.42."""
    pairs = (40.0, 60.0 - rise / 2), (90.0, 60.0 + rise / 2)
    if rise / 50 >= 0.7 and allowed:
        assert line(*pairs).slope == pytest.approx(rise / 50)
        return
    error = refusal(*pairs)
    assert error.message.code == "calibration.slope"
    assert error.message.params["slope"] == pytest.approx(rise / 50)
    assert (error.message.params["lowest"], error.message.params["highest"]) == (0.7, 1.4)


def test_the_scatter_of_readings_close_together_has_one_reading_less_than_there_are() -> None:
    three = line((60, 60), (62, 67), (64, 74))  # 0, 5 and 10 too much: 5 on average, left over 5, 0 and 5
    assert three.offset_deg == pytest.approx(5)
    assert three.residual_deg == pytest.approx((50 / 2) ** 0.5)


def test_a_scatter_of_ten_degrees_is_a_contradiction() -> None:
    assert line((60, 67), (62, 55)).residual_deg == pytest.approx(98**0.5)  # 9.9
    error = refusal((60, 67.5), (62, 54.5))
    assert error.message.code == "calibration.contradiction"
    assert error.message.params["residual_deg"] == pytest.approx(2**0.5 * 7.5)


def test_three_readings_are_the_most() -> None:
    assert refusal(azimuths_deg=()).message.params == {"most": 3}


def test_twenty_five_degrees_is_the_most_that_a_reading_may_differ() -> None:
    assert line((60, 85)).offset_deg == 25
    assert line((60, 35)).offset_deg == -25
    error = refusal((60, 85.5))
    assert (error.message.code, error.message.params) == ("calibration.difference", {"most_deg": 25})
    assert refusal((60, 34.5)).message.code == "calibration.difference"


def test_readings_of_one_view_lie_within_twenty_degrees_of_their_middle() -> None:
    assert line((60, 60), (62, 62), azimuths_deg=(71, 109)).azimuth_deg == pytest.approx(90)
    assert refusal((60, 60), (62, 62), azimuths_deg=(69, 111)).message.code == "calibration.views"


@pytest.mark.parametrize(("azimuth_deg", "share"), [(110, 1), (112.5, 0.75), (115, 0.5), (120, 0), (65, 0.5)])
def test_the_correction_fades_in_proportion(azimuth_deg: float, share: float) -> None:
    def at(values: FloatArray) -> float:
        return float(Calibration([line((70, 62))]).apply(values, azimuth_deg)[ANGLE_INDEX[KNEE]])

    assert at(angles(70)) == pytest.approx(70 - 8 * share)


def test_the_expected_error_fades_with_the_correction() -> None:
    scattered = Calibration([line((60, 60), (62, 67), (64, 74))])
    none = angles(0) * 0
    assert scattered.error_deg(none, 90)[ANGLE_INDEX[KNEE]] == pytest.approx(5)
    assert scattered.error_deg(none, 115)[ANGLE_INDEX[KNEE]] == pytest.approx(2.5)
    assert len(none) == len(ANGLES)
    assert not none.any(), "not written into"


@pytest.mark.parametrize("measured_deg", [10.0, -10.0])
def test_a_joint_at_ten_degrees_is_still_zeroed(measured_deg: float) -> None:
    found = neutral(KNEE, Standing(measured_deg, 3.0, 80.0), stance_deg=4.0)
    assert found is not None
    assert found.offset_deg == pytest.approx(-measured_deg * 9 / 25)
    assert (found.angle, found.kind, found.azimuth_deg, found.slope) == (KNEE, "neutral", 80, 1)
