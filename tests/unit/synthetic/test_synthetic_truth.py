"""Anatomical truth against poses whose angles are known by construction."""

from dataclasses import replace

import numpy as np
import pytest

from physio.kinematics.angles import ANGLE_INDEX
from tests.synthetic import truth
from tests.synthetic.rotations import X, Y, Z, apply, turn

UP, LEFT, FORWARD = Z, X, -Y


def standing(**moved) -> truth.Joints:
    """Upright with the arms hanging, facing -y; moved: joint positions to replace, as {"l": (x, y, z)}."""
    points = {
        "shoulder": (0.18, 0.0, 1.4), "elbow": (0.18, 0.0, 1.1), "wrist": (0.18, 0.0, 0.85),
        "hip": (0.1, 0.0, 0.9), "knee": (0.1, 0.0, 0.5), "ankle": (0.1, 0.0, 0.1),
    }  # fmt: skip
    sided = {name: {"l": np.array([p]), "r": np.array([p]) * [-1, 1, 1]} for name, p in points.items()}
    for name, places in moved.items():
        sided[name] = sided[name] | {side: np.array([place]) for side, place in places.items()}
    sole = {"l": FORWARD[None], "r": FORWARD[None]}
    return truth.Joints(neck=np.array([[0.0, 0.0, 1.45]]), **sided, sole=sole)


def angle(joints: truth.Joints, name: str) -> float:
    return float(truth.angles(joints)[0, ANGLE_INDEX[name]])


def rotated(joints: truth.Joints, matrix) -> truth.Joints:
    def move(value):
        return {s: apply(matrix, v) for s, v in value.items()} if isinstance(value, dict) else apply(matrix, value)

    return truth.Joints(*(move(getattr(joints, field)) for field in truth.Joints.__dataclass_fields__))


def test_neutral_standing_is_zero_everywhere():
    assert truth.angles(standing()) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("side", "sign"), [("l", 1.0), ("r", -1.0)])
def test_t_pose_is_90_degrees_of_abduction_and_no_flexion(side, sign):
    joints = standing(elbow={side: (sign * 0.48, 0.0, 1.4)}, wrist={side: (sign * 0.73, 0.0, 1.4)})
    assert angle(joints, f"shoulder_abduction_{side}") == pytest.approx(90.0)
    assert angle(joints, f"shoulder_elevation_{side}") == pytest.approx(90.0)
    assert np.isnan(angle(joints, f"shoulder_flexion_{side}"))
    assert angle(joints, f"elbow_flexion_{side}") == pytest.approx(0.0, abs=1e-9)
    other = "r" if side == "l" else "l"
    assert angle(joints, f"shoulder_abduction_{other}") == pytest.approx(0.0, abs=1e-9)


def test_arm_straight_ahead_is_90_degrees_of_flexion_and_no_abduction():
    joints = standing(elbow={"l": (0.18, -0.3, 1.4)}, wrist={"l": (0.18, -0.3, 1.65)})
    assert angle(joints, "shoulder_flexion_l") == pytest.approx(90.0)
    assert np.isnan(angle(joints, "shoulder_abduction_l"))
    assert angle(joints, "elbow_flexion_l") == pytest.approx(90.0)


def test_arm_overhead_exceeds_90_degrees():
    joints = standing(elbow={"l": (0.28, 0.0, 1.4 + 0.1 * np.sqrt(3))})
    assert angle(joints, "shoulder_abduction_l") == pytest.approx(150.0)


@pytest.mark.parametrize("side", ["l", "r"])
def test_sitting(side):
    sign = 1.0 if side == "l" else -1.0
    joints = standing(knee={side: (sign * 0.1, -0.4, 0.9)}, ankle={side: (sign * 0.1, -0.4, 0.5)})
    assert angle(joints, f"hip_flexion_{side}") == pytest.approx(90.0)
    assert angle(joints, f"knee_flexion_{side}") == pytest.approx(90.0)
    assert angle(joints, f"thigh_inclination_{side}") == pytest.approx(90.0)
    assert angle(joints, f"shank_inclination_{side}") == pytest.approx(0.0, abs=1e-9)


def test_hip_abduction_is_positive_outward_on_both_sides():
    a = np.radians(30.0)
    for side, sign in (("l", 1.0), ("r", -1.0)):
        knee = (sign * (0.1 + 0.4 * np.sin(a)), 0.0, 0.9 - 0.4 * np.cos(a))
        assert angle(standing(knee={side: knee}), f"hip_abduction_{side}") == pytest.approx(30.0)


def test_leaning_forward_and_to_the_right_is_positive():
    forward, right = rotated(standing(), turn(X, 25.0)), rotated(standing(), turn(Y, -25.0))
    assert angle(forward, "trunk_flexion") == pytest.approx(25.0)
    assert angle(forward, "trunk_lateral_flexion") == pytest.approx(0.0, abs=1e-9)
    assert angle(right, "trunk_lateral_flexion") == pytest.approx(25.0)
    assert angle(right, "trunk_inclination") == pytest.approx(25.0)
    assert right.neck[0, 0] < 0.0, "the person's right is -x"


def test_a_lean_is_no_abduction_and_turning_changes_nothing():
    joints = standing(elbow={"l": (0.48, 0.0, 1.4)}, knee={"r": (-0.1, -0.3, 0.7)})
    before = truth.angles(joints)
    leaning = truth.angles(rotated(joints, turn(Y, -20.0)))
    limbs = [i for name, i in ANGLE_INDEX.items() if "trunk" not in name and "inclination" not in name]
    np.testing.assert_allclose(leaning[:, limbs], before[:, limbs], atol=1e-9)
    np.testing.assert_allclose(truth.angles(rotated(joints, turn(Z, 140.0))), before, atol=1e-9)


def test_dorsiflexion_is_positive_when_the_toes_come_up():
    toes_up = apply(turn(X, -15.0), FORWARD)[None]
    joints = replace(standing(), sole={"l": toes_up, "r": FORWARD[None]})
    assert angle(joints, "ankle_dorsiflexion_l") == pytest.approx(15.0)


@pytest.mark.parametrize(
    ("camera", "azimuth"),
    [((0.0, -3.0, 1.0), 0.0), ((3.0, 0.0, 1.0), 90.0), ((-3.0, 0.0, 1.0), -90.0), ((2.0, -2.0, 1.0), 45.0)],
)
def test_azimuth_is_positive_when_the_camera_is_on_the_persons_left(camera, azimuth):
    assert truth.view_azimuth(standing(), np.array(camera)) == pytest.approx(azimuth)


def test_azimuth_follows_the_person_who_turns():
    turned_left = rotated(standing(), turn(Z, 30.0))
    assert truth.view_azimuth(turned_left, np.array([0.0, -3.0, 1.0])) == pytest.approx(-30.0)


@pytest.mark.parametrize(("axis", "column"), [(Z, 0), (-X, 1), (-Y, 2)])
def test_head_turns_left_looks_up_and_tilts_right_are_positive(axis, column):
    pose = truth.head_pose(turn(axis, 20.0)[None], np.array([[0.0, 0.0, 1.6]]), np.array([0.0, -3.0, 1.6]))
    expected = np.zeros((1, 3))
    expected[0, column] = 20.0
    np.testing.assert_allclose(pose, expected, atol=1e-9)


def test_pain_score_adds_the_published_terms():
    t_s = np.arange(30) / 15.0
    face = {f"{name}{side}": np.full(30, value) for side in ("Left", "Right") for name, value in _PAIN.items()}
    face |= {f"eyeBlink{side}": (t_s > 0.9).astype(float) for side in ("Left", "Right")}
    units = truth.action_units(face)
    assert truth.pspi(units, t_s)[0] == pytest.approx(4.0 + 3.0 + 2.0)
    assert truth.pspi(units, t_s)[-1] == pytest.approx(4.0 + 3.0 + 2.0 + 1.0)


_PAIN = {"browDown": 0.8, "cheekSquint": 0.2, "eyeSquint": 0.6, "noseSneer": 0.4, "mouthUpperUp": 0.1}


def test_a_blink_is_no_closed_eye():
    t_s = np.arange(60) / 30.0
    closure = ((t_s > 0.2) & (t_s < 0.4)).astype(float) + ((t_s > 1.0) & (t_s < 1.7)).astype(float)
    closed = truth.eyes_closed(closure, t_s)
    assert not closed[t_s < 0.9].any()
    assert closed[(t_s > 1.05) & (t_s < 1.65)].all()


def test_action_units_of_lids_lips_and_chin():
    full = np.ones(1)
    face = {"eyeWideLeft": full, "mouthRollLower": full, "mouthDimpleLeft": full, "mouthDimpleRight": full,
            "mouthShrugLower": 0.4 * full, "mouthPressLeft": full}  # fmt: skip
    units = truth.action_units(face)
    levels = {name: float(units[name][0]) for name in ("au05", "au14", "au17", "au23", "au24", "au25")}
    assert levels == pytest.approx({"au05": 2.5, "au14": 5.0, "au17": 2.0, "au23": 2.5, "au24": 2.5, "au25": 0.0})


@pytest.mark.parametrize(
    ("face", "level"),
    [
        ({"jawOpen": 0.25}, 2.5),
        ({"jawOpen": 0.9}, 5.0),
        ({"jawOpen": 0.3, "mouthClose": 0.3}, 0.0),
        ({"mouthLowerDownLeft": 1.0, "mouthLowerDownRight": 1.0}, 4.0),
        ({"mouthSmileLeft": 1.0, "browDownLeft": 1.0}, 0.0),
    ],
)
def test_lips_part_when_the_jaw_opens_or_the_lips_draw_back(face, level):
    units = truth.action_units({name: np.array([value]) for name, value in face.items()})
    assert float(units["au25"][0]) == pytest.approx(level)
