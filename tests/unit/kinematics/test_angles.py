import json
import subprocess
import sys
from pathlib import Path

import pytest

from physio.kinematics.angles import ANGLE_INDEX, ANGLES, angles_of
from physio.kinematics.formulas import Between, Formulas, InPlane, landmarks_of
from physio.language import language, languages
from physio.types import Reason

HERE = Path(__file__).parent


def test_the_angles_of_the_side_that_works():
    assert angles_of("knee_flexion", "left") == ("knee_flexion_l",)
    assert angles_of("knee_flexion", "both") == ("knee_flexion_l", "knee_flexion_r")
    assert angles_of("trunk_flexion", "right") == ("trunk_flexion",)
    assert angles_of("", "left") == ()


@pytest.mark.parametrize(
    ("name", "english", "german"),
    [
        ("knee_flexion_l", "Knee flexion, left", "Knieflexion links"),
        ("hip_abduction_r", "Hip abduction, right", "Hüftabduktion rechts"),
        ("trunk_inclination", "Trunk to vertical", "Rumpf zur Senkrechten"),
    ],
)
def test_a_label_says_joint_and_side(name, english, german):
    label = ANGLES[ANGLE_INDEX[name]].label
    assert (language("en").say(label), language("de").say(label)) == (english, german)


@pytest.mark.parametrize("code", languages())
def test_every_angle_has_a_label_of_its_own_in_every_language(code):
    said = [language(code).say(angle.label) for angle in ANGLES]
    assert not [label for label in said if "angle." in label]
    assert len(set(said)) == len(ANGLES)


def test_landmarks_follow_from_the_formula():
    assert landmarks_of(Between("knee>ankle", "down"), "r") == ("knee_r", "ankle_r")
    of_trunk = ("shoulder_l", "shoulder_r", "hip_l", "hip_r")
    assert landmarks_of(InPlane("hip_mid>shoulder_mid", "level_forward", "-down"), "") == of_trunk
    assert set(landmarks_of(InPlane("hip>knee", "pelvis_out", "-down"), "l")) == {*of_trunk, "knee_l"}


@pytest.mark.parametrize("direction", ["knee>anklet", "pelvis_lift", "knee"])
def test_a_direction_that_does_not_exist_is_named(direction):
    with pytest.raises(ValueError, match=r"anklet|lift|knee"):
        Formulas([(Between(direction, "down"), "l")])


def test_an_added_row_is_all_that_an_added_angle_needs():
    """An axial rotation, a neck angle and a sided one go into the table's text and into nothing else."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.unit.kinematics.added_angles"],
        cwd=HERE.parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert found["names"] == ["trunk_rotation", "neck_flexion", "toe_out_l", "toe_out_r"]
    assert found["landmarks"][0] == ["shoulder_l", "shoulder_r", "hip_l", "hip_r"]
    assert {"ear_l", "ear_r"} <= set(found["landmarks"][1])
    # Measured, without what networks that do not know it would add, and honest about its error.
    assert found["rotation_deg"] == pytest.approx(20)
    assert found["given_deg"] == pytest.approx(20)
    assert not found["error_known"]
    assert found["knee_error_known"]
    assert found["neck_from_front"] == Reason.OFF_VIEW
    assert found["neck_from_side"] == Reason.OK
    # On to storage, labels, calibration, the next fit and the picture.
    assert found["column_deg"] == found["given_deg"]
    assert found["error_column"]
    assert found["labels"] == ["angle.trunk_rotation", "angle.toe_out, right"]
    assert found["zeroed"]
    assert found["to_be_learned"]
    assert found["twin"] == "toe_out_r"
    assert found["marked"]
