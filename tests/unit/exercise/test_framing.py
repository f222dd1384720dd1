import numpy as np
import pytest

from physio.exercise.definition import load_exercise
from physio.exercise.framing import cut_off, needed_landmarks
from physio.landmarks import BODY_INDEX as B
from physio.types import Pose

SIZE = (640, 480)
SQUAT = needed_landmarks(load_exercise("squat"), "both")


def pose(**outside: tuple[float, float]) -> Pose:
    """Everything in the middle of the picture but for the named landmarks."""
    image_px = np.full((33, 2), 200.0)
    for name, place in outside.items():
        image_px[B[name]] = place
    return Pose(image_px, np.zeros((33, 3)), np.ones(33))


def test_an_exercise_needs_what_its_angles_are_made_of():
    raise_left = needed_landmarks(load_exercise("shoulder_flexion"), "left")
    assert {B["elbow_l"], B["shoulder_l"], B["hip_r"]} <= set(raise_left)
    assert B["elbow_r"] not in raise_left
    assert {B["ankle_l"], B["ankle_r"]} <= set(SQUAT)
    assert B["nose"] not in SQUAT


@pytest.mark.parametrize(
    ("outside", "part", "edges"),
    [
        ({}, None, set()),
        ({"ankle_l": (200, 480)}, "feet", {"bottom"}),
        ({"knee_l": (200, 481), "ankle_l": (200, 600)}, "feet", {"bottom"}),
        ({"knee_r": (-1, 200)}, "legs", {"left"}),
        ({"hip_r": (200, -1)}, "hips", {"top"}),
        ({"knee_r": (640, 200), "ankle_l": (-5, 700)}, "feet", {"left", "right", "bottom"}),
        ({"shoulder_r": (200, -1)}, "shoulders", {"top"}),
    ],
)
def test_the_part_that_is_cut_off_and_the_edges(outside, part, edges):
    assert cut_off(pose(**outside), SIZE, SQUAT) == (part, frozenset(edges))


@pytest.mark.parametrize(
    ("name", "part"), [("heel_l", "feet"), ("foot_index_r", "feet"), ("elbow_l", "arms"), ("wrist_r", "hands")]
)
def test_every_landmark_belongs_to_its_part(name, part):
    assert cut_off(pose(**{name: (200, 480)}), SIZE, [B[name]]) == (part, frozenset({"bottom"}))


def test_only_what_the_exercise_needs_counts():
    assert cut_off(pose(nose=(200, -50), index_l=(-9, 9)), SIZE, SQUAT) == (None, frozenset())
    arm = needed_landmarks(load_exercise("elbow_flexion"), "left")
    assert cut_off(pose(wrist_l=(700, 200)), SIZE, arm) == ("hands", frozenset({"right"}))
    assert cut_off(pose(wrist_r=(700, 200)), SIZE, arm) == (None, frozenset())
