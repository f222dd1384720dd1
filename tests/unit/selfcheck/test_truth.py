import json
import math

import numpy as np
import pytest

from physio.errors import PhysioError
from physio.kinematics.angles import ANGLES
from physio.selfcheck.truth import read_expected, read_truth

FRAMES = {
    "t_s": [0.0, 0.04, 0.08],
    "angles": {angle.name: [1.0, None, 3.0] for angle in ANGLES},
    "pspi": [0.0, 0.0, 4.0],
}
TRUTH = {
    "clip": "a.mp4",
    "movement": "squat",
    "side": "both",
    "signal": "knee_flexion",
    "reps": [{}, {}],
    "frames": FRAMES,
}
FIGURES = {"angle_error_deg": 3.0, "all_error_deg": 4.0, "refused_pct": 1.0, "reps": 5, "pspi_r": None}


def written(tmp_path, content):
    path = tmp_path / "a.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_truth_is_read_with_null_as_unknown(tmp_path):
    truth = read_truth(written(tmp_path, TRUTH))
    assert (truth.clip, truth.exercise_id, truth.side, truth.reps) == ("a.mp4", "squat", "both", 2)
    np.testing.assert_array_equal(truth.angles_deg["knee_flexion_l"], [1, math.nan, 3])
    assert truth.painful


def test_a_face_without_pain_is_not_painful(tmp_path):
    calm = {**TRUTH, "frames": {**FRAMES, "pspi": [0.0, None, 2.9]}}
    assert not read_truth(written(tmp_path, calm)).painful


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "damaged"),
        ("[]", "not the truth"),
        ({**TRUTH, "reps": None}, "not the truth"),
        ({**TRUTH, "signal": "ear_flexion"}, "ear_flexion"),
        ({**TRUTH, "side": "up"}, "'up'"),
        ({**TRUTH, "frames": {**FRAMES, "pspi": [0.0]}}, "1 values for 3 frames"),
        ({**TRUTH, "frames": {**FRAMES, "t_s": ["now", 1, 2]}}, "not the truth"),
        ({**TRUTH, "frames": {**FRAMES, "angles": {}}}, "not the truth"),
    ],
)
def test_a_broken_truth_file_is_named(tmp_path, content, words):
    with pytest.raises(PhysioError, match=r"a\.json .*Get the folder again") as raised:
        read_truth(written(tmp_path, content))
    assert words in str(raised.value)


def test_a_missing_file_is_named(tmp_path):
    for read in (read_truth, read_expected):
        with pytest.raises(PhysioError, match=r"none\.json cannot be read: No such file"):
            read(tmp_path / "none.json")


def test_expected_figures_are_read_with_null_as_unknown(tmp_path):
    (found,) = read_expected(written(tmp_path, {"clips": {"a.mp4": FIGURES}})).values()
    assert (found.angle_error_deg, found.reps) == (3.0, 5)
    assert math.isnan(found.pspi_r)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"clips": []},
        {"clips": {}},
        {"clips": {"a.mp4": {**FIGURES, "reps": None}}},
        {"clips": {"a.mp4": {"reps": 5}}},
    ],
)
def test_a_broken_file_of_expected_figures_is_named(tmp_path, content):
    with pytest.raises(PhysioError, match=r"a\.json .*Get the folder again"):
        read_expected(written(tmp_path, content))
