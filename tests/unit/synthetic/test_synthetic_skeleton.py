"""Posing obeys the controls: what is asked for is what the truth measures."""

import numpy as np
import pytest

from physio.kinematics.angles import ANGLE_INDEX
from tests.synthetic import truth
from tests.synthetic.controls import Arm, Controls, Leg, Pose, dimensions
from tests.synthetic.performance import marker_paths
from tests.synthetic.rotations import apply
from tests.synthetic.skeleton import pose
from tests.unit.synthetic.stick_figure import stick_figure

BODY = stick_figure()
SIDED = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")


def controls(knee_deg=4.0) -> Controls:
    size = dimensions(BODY)
    height = size.ankle + float(np.sqrt(size.standing(knee_deg) ** 2 - 0.02**2))
    c = Controls(1, np.array([[0.0, 0.0, height]]))
    c.legs = {"L": Leg(foot_m=(0.12, 0.0)), "R": Leg(foot_m=(-0.12, 0.0))}
    return c


def measured(c: Controls) -> dict[str, float]:
    moved = pose(BODY, c)
    points = marker_paths(BODY, moved)
    joints = truth.Joints(
        neck=points["neck"],
        **{name: {s: points[f"{name}_{s}"] for s in "lr"} for name in SIDED},
        sole={s: apply(moved.turned(f"foot.{s.upper()}"), np.array([0.0, -1.0, 0.0])) for s in "lr"},
    )
    row = truth.angles(joints)[0]
    return {name: float(row[i]) for name, i in ANGLE_INDEX.items()}


@pytest.mark.parametrize("side", ["L", "R"])
@pytest.mark.parametrize(
    ("elevation", "plane", "name"), [(90.0, 0.0, "abduction"), (150.0, 0.0, "abduction"), (120.0, 90.0, "flexion")]
)
def test_arm_reaches_the_angle_it_is_given(side, elevation, plane, name):
    c = controls()
    c.arms[side] = Arm(elevation=elevation, plane=plane, rotation=30.0, elbow=70.0)
    got = measured(c)
    assert got[f"shoulder_{name}_{side.lower()}"] == pytest.approx(elevation, abs=0.5)
    assert got[f"shoulder_elevation_{side.lower()}"] == pytest.approx(elevation, abs=0.5)
    assert got[f"elbow_flexion_{side.lower()}"] == pytest.approx(70.0, abs=1e-6)


def test_elbow_bends_forward_with_the_arm_hanging_and_up_when_externally_rotated():
    c = controls()
    c.arms = {
        "L": Arm(elevation=1.0, plane=0.0, elbow=90.0),
        "R": Arm(elevation=90.0, plane=0.0, rotation=90.0, elbow=90.0),
    }
    points = marker_paths(BODY, pose(BODY, c))
    hanging, raised = (points[f"wrist_{s}"][0] - points[f"elbow_{s}"][0] for s in "lr")
    assert hanging[1] < -0.9 * np.linalg.norm(hanging)
    assert raised[2] > 0.9 * np.linalg.norm(raised)


def test_shoulder_angles_are_relative_to_the_trunk():
    c = controls()
    c.arms["L"] = Arm(elevation=90.0, plane=0.0)
    c.trunk_lateral = 20.0
    assert measured(c)["shoulder_abduction_l"] == pytest.approx(90.0, abs=0.5)
    assert measured(c)["trunk_lateral_flexion"] > 10.0


@pytest.mark.parametrize("knee", [10.0, 60.0, 110.0])
def test_planted_feet_stay_and_the_knees_bend_as_asked(knee):
    c = controls(knee)
    got = measured(c)
    assert got["knee_flexion_l"] == pytest.approx(knee, abs=0.6)
    assert got["knee_flexion_r"] == pytest.approx(knee, abs=0.6)
    points = marker_paths(BODY, pose(BODY, c))
    np.testing.assert_allclose(points["ankle_l"][0], [0.12, 0.0, BODY.head("foot.L")[2]], atol=1e-3)
    assert points["knee_l"][0, 1] < -0.02, "knees go forward"


@pytest.mark.parametrize("side", ["L", "R"])
def test_free_leg_obeys_its_joint_angles(side):
    c = controls()
    c.legs[side] = Leg(planted=False, hip_flexion=70.0, hip_abduction=12.0, knee=85.0, ankle=-10.0)
    got, small = measured(c), side.lower()
    assert got[f"hip_flexion_{small}"] == pytest.approx(70.0, abs=1e-6)
    assert got[f"hip_abduction_{small}"] == pytest.approx(12.0, abs=1e-6)
    assert got[f"knee_flexion_{small}"] == pytest.approx(85.0, abs=1e-6)
    assert got[f"ankle_dorsiflexion_{small}"] == pytest.approx(-10.0, abs=1e-6)


def test_left_and_right_are_mirror_images():
    left, right = controls(), controls()
    left.arms["L"], right.arms["R"] = (
        Arm(elevation=70.0, plane=40.0, rotation=20.0, elbow=50.0, pronation=30.0) for _ in "LR"
    )
    a, b = (marker_paths(BODY, pose(BODY, c)) for c in (left, right))
    for joint in SIDED:
        np.testing.assert_allclose(a[f"{joint}_l"] * [-1, 1, 1], b[f"{joint}_r"], atol=1e-9)


def test_grounding_puts_the_lowest_foot_on_the_floor():
    c = controls()
    c.ground = True
    c.pelvis_m[:, 2] = 3.0
    c.legs = {"L": Leg(planted=False, knee=3.0), "R": Leg(planted=False, hip_flexion=60.0, knee=80.0)}
    moved = pose(BODY, c)
    assert _lowest(moved) == pytest.approx(0.0, abs=1e-9)


def _lowest(moved: Pose) -> float:
    feet = [
        moved.head(f"foot.{s}") + apply(moved.turned(f"foot.{s}"), v - BODY.head(f"foot.{s}"))
        for s in "LR"
        for v in BODY.vertices[BODY.part == f"foot.{s}"]
    ]
    return float(np.min([f[0, 2] for f in feet]))


def test_heading_turns_the_whole_body_to_its_left():
    c = controls()
    c.heading = 90.0
    points = marker_paths(BODY, pose(BODY, c))
    facing = np.cross(points["hip_l"][0] - points["hip_r"][0], [0.0, 0.0, 1.0])
    assert facing[0] > 0.15, "from -y by way of the left hand to +x"
