import numpy as np
import pytest

from physio.kinematics.view import azimuth_deg, off_frontal_deg, view_label
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
    assert float(off_frontal_deg(found)) == pytest.approx(off_frontal, abs=1e-6)
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
    assert np.isnan(off_frontal_deg(float("nan")))
    assert view_label(float("nan")) == "unknown"
