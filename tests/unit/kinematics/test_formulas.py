"""What the directions of a formula mean, on a stick figure whose angles can be read off its coordinates."""

import numpy as np
import pytest

from physio.kinematics.formulas import Between, Formula, Formulas, InPlane, OutOfPlane, landmarks_of
from physio.landmarks import BODY_INDEX
from physio.types import FloatArray

SIN, COS = 0.5, np.sqrt(0.75)  # of 30°


def figure(**moved: tuple[float, float, float]) -> FloatArray:
    """Faces the camera, so its left is +x; y down, z away from the camera. Both shins point 30° outwards, both forearms
    30° forwards."""
    points = {
        "shoulder_l": (0.2, -0.5, 0.0),
        "shoulder_r": (-0.2, -0.5, 0.0),
        "elbow_l": (0.2, -0.2, 0.0),
        "elbow_r": (-0.2, -0.2, 0.0),
        "wrist_l": (0.2, -0.2 + 0.3 * COS, -0.3 * SIN),
        "wrist_r": (-0.2, -0.2 + 0.3 * COS, -0.3 * SIN),
        "hip_l": (0.1, 0.0, 0.0),
        "hip_r": (-0.1, 0.0, 0.0),
        "knee_l": (0.1, 0.4, 0.0),
        "knee_r": (-0.1, 0.4, 0.0),
        "ankle_l": (0.1 + 0.4 * SIN, 0.4 + 0.4 * COS, 0.0),
        "ankle_r": (-0.1 - 0.4 * SIN, 0.4 + 0.4 * COS, 0.0),
    } | moved
    out = np.zeros((33, 3))
    for name, point in points.items():
        out[BODY_INDEX[name]] = point
    return out


def angle(formula: Formula, side: str, body: FloatArray | None = None) -> float:
    """In the middle of a table of all kinds, so that each has to find its own place."""
    body = figure() if body is None else body
    before = [
        (OutOfPlane("elbow>wrist", "down"), "l"),
        (Between("hip>knee", "-down"), "r"),
        (InPlane("elbow>wrist", "level_forward", "down"), "l"),
    ]
    hips = body[BODY_INDEX["hip_l"]] - body[BODY_INDEX["hip_r"]]
    shoulders = body[BODY_INDEX["shoulder_l"]] - body[BODY_INDEX["shoulder_r"]]
    found = Formulas([*before, (formula, side), *before]).angles_deg(body, hips, shoulders)
    assert found[[0, 1, 2, 4, 5, 6]] == pytest.approx([60, 180, 30] * 2, abs=1e-9)
    return float(found[3])


@pytest.mark.parametrize("side", ["l", "r"])
@pytest.mark.parametrize(
    ("formula", "expected_deg"),
    [
        (Between("knee>ankle", "hip>knee"), 30),
        (Between("knee>ankle", "-hip>knee"), 150),
        (Between("-knee>ankle", "-hip>knee"), 30),
        (Between("knee>ankle", "-down"), 150),
        (Between("knee>ankle", "-down", start_deg=180, sign=-1), 30),
        (Between("knee>ankle", "down", start_deg=10, sign=2), 70),
        (OutOfPlane("knee>ankle", "pelvis_out"), 30),
        (OutOfPlane("knee>ankle", "-pelvis_out"), -30),
        (OutOfPlane("-knee>ankle", "thorax_out"), -30),
        (InPlane("knee>ankle", "pelvis_out", "down"), 30),
        (InPlane("knee>ankle", "pelvis_out", "-down"), 150),
        (InPlane("-knee>ankle", "pelvis_out", "-down"), -30),
        (InPlane("elbow>wrist", "thorax_forward", "down"), 30),
        (InPlane("elbow>wrist", "level_forward", "down"), 30),
        (InPlane("elbow>wrist", "-pelvis_forward", "down"), -30),
        (OutOfPlane("elbow>wrist", "thorax_forward"), 30),
        (OutOfPlane("elbow>wrist", "pelvis_out"), 0),
        (Between("hip_mid>shoulder_mid", "-down"), 0),
        (Between("hip_r>hip_l", "pelvis_left"), 0),
        (Between("shoulder_l>shoulder_r", "thorax_left"), 180),
        (Between("shoulder_r>shoulder_l", "level_left"), 0),
    ],
)
def test_a_direction_and_the_same_turned_round(formula: Formula, side: str, expected_deg: float) -> None:
    assert angle(formula, side) == pytest.approx(expected_deg, abs=1e-6)


@pytest.mark.parametrize(("side", "expected_deg"), [("l", 30), ("r", -30)])
def test_left_is_left_on_both_sides(side: str, expected_deg: float) -> None:
    assert angle(OutOfPlane("knee>ankle", "pelvis_left"), side) == pytest.approx(expected_deg)
    assert angle(OutOfPlane("knee>ankle", "-level_left"), side) == pytest.approx(-expected_deg)


def test_the_pelvis_turns_apart_from_the_thorax_and_is_levelled() -> None:
    """The right shoulder comes 30° forward; the hips are tilted by 30° and the trunk with them."""
    turned = figure(shoulder_l=(0.2 * COS, -0.5, 0.2 * SIN), shoulder_r=(-0.2 * COS, -0.5, -0.2 * SIN))
    assert angle(Between("hip_r>hip_l", "thorax_left"), "l", turned) == pytest.approx(30)
    assert angle(InPlane("thorax_forward", "pelvis_left", "pelvis_forward"), "", turned) == pytest.approx(30)
    tilted = figure(
        hip_l=(0.1 * COS, 0.1 * SIN, 0.0),
        hip_r=(-0.1 * COS, -0.1 * SIN, 0.0),
        shoulder_l=(0.5 * SIN + 0.2, -0.5 * COS, 0.0),
        shoulder_r=(0.5 * SIN - 0.2, -0.5 * COS, 0.0),
        knee_r=(-0.1 * COS, 0.4, 0.0),
    )
    assert angle(OutOfPlane("pelvis_left", "down"), "", tilted) == pytest.approx(30)
    assert angle(Between("pelvis_left", "level_left"), "", tilted) == pytest.approx(30)
    assert angle(Between("pelvis_forward", "level_forward"), "", tilted) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("formula", "names"),
    [
        (OutOfPlane("knee>ankle", "down"), "knee_r ankle_r"),
        (OutOfPlane("knee>ankle", "pelvis_out"), "shoulder_l shoulder_r hip_l hip_r knee_r ankle_r"),
        (Between("hip_l>knee", "shoulder_mid>wrist"), "shoulder_l shoulder_r wrist_r hip_l knee_r"),
    ],
)
def test_the_landmarks_that_a_formula_needs(formula: Formula, names: str) -> None:
    assert landmarks_of(formula, "r") == tuple(names.split())


@pytest.mark.parametrize("direction", ["pelvis_sideways", "-up", "knee>tail"])
def test_what_is_no_direction_is_refused(direction: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        Formulas([(OutOfPlane(direction, "down"), "l")])
