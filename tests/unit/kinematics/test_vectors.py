import numpy as np
import pytest

from physio.kinematics.geometry import angle_between_deg, mean_direction_deg, orthogonal_to, unit, wrap_deg

X, Y, Z = np.eye(3)


def test_unit_has_length_one_and_nothing_has_no_direction() -> None:
    vectors = np.array([[3.0, 4.0, 0.0], [0.0, 0.0, 0.0], [np.nan, 1.0, 0.0]])
    assert unit(vectors)[0] == pytest.approx([0.6, 0.8, 0.0])
    assert np.isnan(unit(vectors)[1:]).all()


@pytest.mark.parametrize("angle_deg", [0, 1e-6, 1, 45, 90, 135, 179, 180 - 1e-6, 180])
def test_angle_between_keeps_its_precision_at_both_ends(angle_deg: float) -> None:
    turn = np.radians(angle_deg)
    other = np.array([np.cos(turn), np.sin(turn), 0.0])
    assert float(angle_between_deg(2 * X, 5 * other)) == pytest.approx(angle_deg, abs=1e-9)


def test_angle_between_works_on_many_at_once_and_on_pixels() -> None:
    assert angle_between_deg(np.array([X, Y, Z]), X) == pytest.approx([0, 90, 90])
    assert float(angle_between_deg(np.array([1.0, 0.0]), np.array([1.0, 1.0]))) == pytest.approx(45)


def test_angle_to_nothing_is_unknown() -> None:
    assert np.isnan(angle_between_deg(X, np.zeros(3)))


def test_orthogonal_part() -> None:
    assert orthogonal_to(np.array([2.0, 7.0, 0.0]), Y) == pytest.approx(X)
    assert np.isnan(orthogonal_to(3 * Y, Y)).all()


def test_wrap() -> None:
    assert wrap_deg(np.array([0.0, 179.0, 180.0, 185.0, -180.0, -181.0, 725.0])) == pytest.approx(
        [0, 179, -180, -175, -180, 179, 5]
    )


@pytest.mark.parametrize(
    ("directions", "mean"),
    [([10, 20, 60], 30), ([170, -170], 180), ([-100, -80], -90), ([np.nan, 5, np.nan], 5), ([350, 10], 0)],
)
def test_the_mean_of_directions_knows_that_they_go_round(directions: list[float], mean: float) -> None:
    off = mean_direction_deg(np.array(directions, dtype=float)) - mean
    assert (off + 180) % 360 - 180 == pytest.approx(0, abs=0.5)


def test_the_mean_of_no_direction_is_unknown() -> None:
    assert np.isnan(mean_direction_deg(np.array([np.nan, np.nan])))
    assert np.isnan(mean_direction_deg(np.empty(0)))
