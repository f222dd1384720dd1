import math
import tomllib
from pathlib import Path

import pytest

from physio.errors import ExerciseError
from physio.exercise.definition import LIBRARY, exercise_ids, library, load_exercise, read_exercise

WHOLE = """
id = "march"
name = "March"
instruction = "Lift one knee after the other."
posture = "standing"
view = "side"
joint = "hip"
plane = "sagittal"
side_mode = "each"
target_deg = 60

[signal]
angle = "hip_flexion"
direction = "up"
outward = "concentric"
estimate = { thigh_inclination = 1 }

[repetition]
min_rom_deg = 15

[[criteria]]
id = "height"
label = "Height"
of = "peak_deg"
min = "target"
tolerance = 40
severity = "info"
cue = "Lift your knee higher."

[[criteria]]
id = "trunk"
label = "Trunk"
of = "trunk_flexion"
take = "shift"
max = 10
tolerance = 10
severity = "warning"
cue = "Stand tall."
"""


def written(folder: Path, text: str = WHOLE) -> Path:
    path = folder / "march.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_one_new_file_is_one_new_exercise(tmp_path):
    written(tmp_path)
    assert exercise_ids(tmp_path) == ("march",)
    exercise = load_exercise("march", tmp_path)
    assert library(tmp_path) == (exercise,)
    assert exercise.default_side == "both"
    assert math.isnan(exercise.safe_max_deg)
    assert exercise.signal.start == "rest"
    assert exercise.signal.estimate == (("thigh_inclination", 1.0),)
    assert exercise.repetition.max_duration_s == 30
    height, trunk = exercise.criteria
    assert exercise.limits(height)[0] == 60
    assert math.isnan(exercise.limits(height)[1])
    assert (height.unit, trunk.unit, trunk.take) == ("°", "°", "shift")
    assert exercise.criterion("trunk") is trunk


def test_the_checksum_is_of_the_files_bytes(tmp_path):
    first = read_exercise(written(tmp_path)).checksum
    assert len(first) == 64
    assert read_exercise(written(tmp_path)).checksum == first
    assert read_exercise(written(tmp_path, WHOLE + "# a note\n")).checksum != first


def test_an_unknown_exercise_is_answered_with_the_list():
    with pytest.raises(ExerciseError, match=r"no exercise 'jump'.*Known exercises:.*squat"):
        load_exercise("jump")


def test_an_id_that_is_a_path_is_not_read(tmp_path):
    (tmp_path / "inner").mkdir()
    written(tmp_path)
    with pytest.raises(ExerciseError, match="There is no exercise"):
        load_exercise("../march", tmp_path / "inner")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('view = "side"', 'view = "top"', "march.toml: view is 'top'; allowed are any, front, side."),
        ("target_deg = 60", "target = 60", "march.toml: target_deg is missing."),
        ("target_deg = 60", "target_deg = 600", "target_deg is 600; allowed is a number from -60 to 200."),
        ("target_deg = 60", 'target_deg = "60"', "target_deg must be a number from -60 to 200, not '60'."),
        ("target_deg = 60", "target_deg = nan", "target_deg is nan; allowed is a number"),
        ("target_deg = 60", "target_deg = true", "target_deg must be a number"),
        ("target_deg = 60", "target_deg = 60\ncolour = 1", "march.toml: colour is not known here; allowed are"),
        ('name = "March"', 'name = " "', "name must not be empty."),
        ('name = "March"', "name = 3", "name must be a text in quotes, not 3."),
        ('id = "march"', 'id = "marsh"', "id is 'marsh' but must be the file's name, 'march'."),
        ('angle = "hip_flexion"', 'angle = "hip"', "march.toml [signal]: angle is 'hip'; allowed are ankle_dors"),
        ("thigh_inclination = 1", "thigh = 1", "march.toml [signal] [estimate]: thigh is not known here; allowed are"),
        ("thigh_inclination = 1", 'thigh_inclination = "x"', "thigh_inclination must be a number from -2 to 2"),
        ("[repetition]\nmin_rom_deg = 15", "", "march.toml: repetition is missing."),
        ("min_rom_deg = 15", "min_rom_deg = 15\nspeed = 2", "march.toml [repetition]: speed is not known here"),
        ('of = "peak_deg"', 'of = "beauty"', "march.toml [[criteria]] number 1: of is 'beauty'; allowed are ankle"),
        ('take = "shift"', "", "march.toml [[criteria]] number 2: take is missing."),
        ('min = "target"', 'take = "max"', "number 1: take is not known here"),
        ('min = "target"', 'min = "goal"', "min must be a number from -1000 to 1000 or \"target\", not 'goal'."),
        ('min = "target"', "", "number 1: min or max must be given."),
        ('id = "trunk"', 'id = "height"', "march.toml: criteria has the id 'height' twice."),
        ('severity = "info"', 'severity = "bad"', "severity is 'bad'; allowed are error, info, warning."),
        ('take = "shift"', 'take = "asymmetry"', "number 2: take cannot be 'asymmetry' of trunk_flexion, which has no"),
        ("[signal]", "[signals]", "march.toml: signal is missing."),
        ("[[criteria]]", "[[criterion]]", "march.toml: criteria is missing."),
        ('[signal]\nangle = "hip_flexion"', '[signal]\nangle = ["hip_flexion"]', "angle is ['hip_flexion']; allowed"),
    ],
)
def test_a_mistake_is_named_with_file_key_and_what_is_allowed(tmp_path, old, new, message):
    assert old in WHOLE
    path = written(tmp_path, WHOLE.replace(old, new))
    with pytest.raises(ExerciseError) as error:
        read_exercise(path)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [b"id = \n", b"\xff\xfe", b"[[[["])
def test_a_file_that_is_no_toml(tmp_path, content):
    path = tmp_path / "march.toml"
    path.write_bytes(content)
    with pytest.raises(ExerciseError, match=r"march\.toml: this is not a TOML file"):
        read_exercise(path)


def test_tables_given_as_something_else(tmp_path):
    with pytest.raises(ExerciseError, match=r"signal must be a table, written as \[signal\]"):
        read_exercise(written(tmp_path, WHOLE[: WHOLE.index("[signal]")] + "signal = 1\n"))
    head = WHOLE[: WHOLE.index("[signal]")] + "criteria = []\n" + WHOLE[WHOLE.index("[signal]") :]
    with pytest.raises(ExerciseError, match=r"criteria must be one or more tables"):
        read_exercise(written(tmp_path, head[: head.index("[[criteria]]")]))


def test_the_library_files_are_readable_by_name():
    for path in LIBRARY.glob("*.toml"):
        assert tomllib.loads(path.read_text(encoding="utf-8"))["id"] == path.stem
