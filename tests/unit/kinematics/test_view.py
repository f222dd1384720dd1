import numpy as np
import pytest

from physio.kinematics.view import (
    HELD_WITHIN_DEG,
    SERVES_WITHIN_DEG,
    View,
    azimuth_deg,
    misses,
    off_view_deg,
    picture_share,
    serves,
    turn_deg,
    view_label,
)
from physio.landmarks import BODY_INDEX
from tests.unit.kinematics.bodies import STANDING, Posture, squat, world_m

VIEWS = [
    (0, 0, "front"),
    (45, 45, "front-left"),
    (90, 90, "left"),
    (135, 45, "back-left"),
    (180, 0, "back"),
    (-135, 45, "back-right"),
    (-90, 90, "right"),
    (-45, 45, "front-right"),
]


@pytest.mark.parametrize(("azimuth", "off_frontal", "label"), VIEWS)
def test_where_the_camera_stands(azimuth: float, off_frontal: float, label: str) -> None:
    found = float(azimuth_deg(world_m(STANDING, azimuth)))
    assert np.cos(np.radians(found - azimuth)) == pytest.approx(1)  # -180 is 180
    assert float(off_view_deg("front", found)) == pytest.approx(off_frontal, abs=1e-6)
    assert float(off_view_deg("side", found)) == pytest.approx(90 - off_frontal, abs=1e-6)
    assert off_view_deg("any", found) == 0
    assert view_label(found) == label


def test_a_camera_on_the_left_has_the_left_shoulder_nearer() -> None:
    """The sign, said another way: z points away from the camera."""
    world = world_m(STANDING, 90)
    assert world[BODY_INDEX["shoulder_l"], 2] < world[BODY_INDEX["shoulder_r"], 2]
    assert world[BODY_INDEX["nose"], 0] < world[BODY_INDEX["ear_l"], 0]  # looks to the picture's left


def test_leaning_and_squatting_do_not_move_the_camera() -> None:
    for posture in (squat(30, 60, 40), Posture(trunk_right_deg=20), Posture(trunk_deg=50, trunk_right_deg=-15)):
        assert float(azimuth_deg(world_m(posture, 60))) == pytest.approx(60, abs=6)


def test_a_twist_counts_by_the_share_of_the_shoulders() -> None:
    """Hips and shoulders are added up as vectors: the wider shoulders count more, the hips hold against them."""
    found = float(azimuth_deg(world_m(Posture(twist_deg=30), 0)))
    assert -30 < found < 0  # shoulders turned to the left: the camera stands more to their right


def test_labels_change_half_way() -> None:
    assert [view_label(azimuth) for azimuth in (22, 23, -22, -23, 179, -179)] == [
        "front",
        "front-left",
        "front",
        "front-right",
        "back",
        "back",
    ]


def test_unknown_stays_unknown() -> None:
    assert np.isnan(azimuth_deg(np.full((33, 3), np.nan)))
    assert view_label(float("nan")) == "unknown"


@pytest.mark.parametrize("view", ["side", "front", "any"])
def test_an_unknown_azimuth_neither_serves_nor_misses(view: View) -> None:
    assert np.isnan(off_view_deg(view, np.nan))
    assert not serves(view, np.nan)
    assert not serves(view, np.nan, held=True)
    assert not misses(view, np.nan)


@pytest.mark.parametrize(("view", "best"), [("side", 90.0), ("side", -90.0), ("front", 0.0), ("front", 180.0)])
def test_a_camera_serves_up_to_the_limit_and_is_held_a_little_longer(view: View, best: float) -> None:
    for off in (-SERVES_WITHIN_DEG, 0.0, SERVES_WITHIN_DEG):
        assert serves(view, best + off)
        assert not misses(view, best + off)
    for off in (-SERVES_WITHIN_DEG - 0.1, SERVES_WITHIN_DEG + 0.1):
        assert misses(view, best + off)
        assert not serves(view, best + off)
        assert serves(view, best + off, held=True)
    assert serves(view, best + HELD_WITHIN_DEG, held=True)
    assert not serves(view, best + HELD_WITHIN_DEG + 0.1, held=True)


def test_half_way_between_the_views_serves_neither_and_always_any() -> None:
    assert misses("side", 45)
    assert misses("front", 45)
    assert all(serves("any", azimuth) for azimuth in range(-180, 181, 15))


@pytest.mark.parametrize(
    ("view", "azimuth", "best", "turn"),
    [
        ("side", 30.0, (), -60.0),
        ("side", -30.0, (), 60.0),
        ("side", 150.0, (), 60.0),
        ("side", -150.0, (), -60.0),
        ("side", -30.0, (90.0,), -120.0),
        ("front", 60.0, (), 60.0),
        ("front", 120.0, (), -60.0),
        ("any", 77.0, (), 0.0),
    ],
)
def test_the_way_to_the_best_azimuth(view: View, azimuth: float, best: tuple[float, ...], turn: float) -> None:
    assert turn_deg(view, azimuth, best) == pytest.approx(turn)
    assert serves(view, azimuth - turn)


def test_the_picture_plane_fades_out_as_the_camera_leaves_its_view() -> None:
    """The figures that models/angles.joblib was fitted with: another passage needs another fit."""
    off = np.array([0.0, 30.0, 42.5, 55.0, 90.0])
    np.testing.assert_allclose(picture_share("side", off), [0, 0, 0.5, 1, 1])
    off = np.array([0.0, 25.0, 37.5, 50.0, 90.0])
    np.testing.assert_allclose(picture_share("front", off), [1, 1, 0.5, 0, 0])


def test_the_limits_that_people_are_told() -> None:
    """docs/adding-an-exercise.md and decision 16 name them."""
    assert [bool(serves("side", azimuth)) for azimuth in (49.5, 50, -50, -49.5, 130, 130.5)] == [
        *(False, True, True, False, True, False)
    ]
    assert [bool(serves("front", azimuth)) for azimuth in (40, 40.5, -40, 139.5, 140, -140)] == [
        *(True, False, True, False, True, True)
    ]
    assert [bool(serves("side", azimuth, held=True)) for azimuth in (39.5, 40)] == [False, True]
