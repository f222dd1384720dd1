import math
import tomllib
from pathlib import Path

import pytest

from physio.errors import ExerciseError
from physio.exercise.definition import (
    LIBRARY,
    exercise_ids,
    library,
    load_exercise,
    parse_exercise,
    read_exercise,
)
from physio.exercise.parts import RepetitionLimits
from physio.messages import Message, own_text

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
    assert exercise.repetition == RepetitionLimits(15.0, 0.5, 30.0, 1.0)
    assert {one.weight for one in exercise.criteria} == {1.0}
    height, trunk = exercise.criteria
    assert exercise.limits(height)[0] == 60
    assert math.isnan(exercise.limits(height)[1])
    assert (height.take, trunk.take) == ("", "shift")
    assert exercise.criterion("trunk") is trunk


def test_what_a_therapist_writes_into_the_file_is_what_is_read(tmp_path):
    exercise = read_exercise(written(tmp_path))
    assert exercise.name == own_text("March")
    assert exercise.instruction == own_text("Lift one knee after the other.")
    assert [one.label for one in exercise.criteria] == [own_text("Height"), own_text("Trunk")]
    assert [one.cue for one in exercise.criteria] == [own_text("Lift your knee higher."), own_text("Stand tall.")]


def test_a_text_that_the_file_leaves_out_is_the_catalogues():
    squat = load_exercise("squat")
    assert squat.name == Message("exercise.squat.name")
    assert squat.instruction == Message("exercise.squat.instruction")
    assert squat.criterion("depth").label == Message("exercise.squat.depth.label")
    assert squat.criterion("depth").cue == Message("exercise.squat.depth.cue")
    assert "name = " not in squat.text


def test_one_text_in_the_file_and_the_rest_in_the_catalogue(tmp_path):
    path = tmp_path / "squat.toml"
    path.write_text('name = "Kniebeuge am Tresen"\n' + load_exercise("squat").text, encoding="utf-8")
    exercise = read_exercise(path)
    assert exercise.name == own_text("Kniebeuge am Tresen")
    assert exercise.instruction == Message("exercise.squat.instruction")


@pytest.mark.parametrize("exercise", library(), ids=lambda exercise: exercise.id)
def test_the_stored_text_gives_the_same_exercise_again(exercise):
    assert exercise.text == (LIBRARY / f"{exercise.id}.toml").read_text(encoding="utf-8")
    # NaN is not equal to itself, the words of a record are.
    assert repr(parse_exercise(exercise.text, exercise.id)) == repr(exercise)


def test_a_stored_text_is_read_even_when_the_catalogues_have_lost_a_sentence():
    stored = parse_exercise(WHOLE.replace('name = "March"\n', ""), "march")
    assert stored.name == Message("exercise.march.name")


def test_a_stored_text_of_another_exercise_is_refused():
    with pytest.raises(ExerciseError, match="id is “march” but must be"):
        parse_exercise(WHOLE, "squat")


def test_the_checksum_is_of_the_files_bytes(tmp_path):
    first = read_exercise(written(tmp_path)).checksum
    assert len(first) == 64
    assert read_exercise(written(tmp_path)).checksum == first
    assert read_exercise(written(tmp_path, WHOLE + "# a note\n")).checksum != first


def test_an_unknown_exercise_is_answered_with_the_list():
    with pytest.raises(ExerciseError, match=r"no exercise “jump”.*Known exercises:.*squat"):
        load_exercise("jump")


def test_an_id_that_is_a_path_is_not_read(tmp_path):
    (tmp_path / "inner").mkdir()
    written(tmp_path)
    with pytest.raises(ExerciseError, match="There is no exercise"):
        load_exercise("../march", tmp_path / "inner")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('min = "target"', "min = 2000", "min is 2000. Allowed: a number from -1000 to 1000."),
        ('min = "target"', "min = true", "min must be a number from -1000 to 1000, not True."),
        ('min = "target"', "min = nan", "min is nan. Allowed"),
        ('side_mode = "each"', 'side_mode = "both"\ndefault_side = "left"', "default_side is 'left'. Allowed: both."),
        (
            'name = "March"\n',
            "",
            "march.toml: name is missing. Write it into the file, or exercise.march.name",
        ),
        (
            'cue = "Stand tall."\n',
            "",
            "march.toml: cue is missing. Write it into the file, or exercise.march.trunk.cue",
        ),
        ('view = "side"', 'view = "top"', "march.toml: view is 'top'. Allowed: any, front, side."),
        ("target_deg = 60", "target = 60", "march.toml: target_deg is missing."),
        ("target_deg = 60", "target_deg = 600", "target_deg is 600. Allowed: a number from -60 to 200."),
        ("target_deg = 60", 'target_deg = "60"', "target_deg must be a number from -60 to 200, not '60'."),
        ("target_deg = 60", "target_deg = nan", "target_deg is nan. Allowed: a number"),
        ("target_deg = 60", "target_deg = true", "target_deg must be a number"),
        ("target_deg = 60", "target_deg = 60\ncolour = 1", "march.toml: colour is not known here. Allowed: criteria, "),
        ('name = "March"', 'name = " "', "name must not be empty."),
        ('name = "March"', "name = 3", "name must be a text in quotes, not 3."),
        ('id = "march"', 'id = "marsh"', "id is “marsh” but must be the file's name, “march”."),
        ('angle = "hip_flexion"', 'angle = "hip"', "march.toml [signal]: angle is 'hip'. Allowed: ankle_dors"),
        ("thigh_inclination = 1", "thigh = 1", "march.toml [signal] [estimate]: thigh is not known here. Allowed: "),
        ("thigh_inclination = 1", 'thigh_inclination = "x"', "thigh_inclination must be a number from -2 to 2"),
        ("[repetition]\nmin_rom_deg = 15", "", "march.toml: repetition is missing."),
        ("min_rom_deg = 15", "min_rom_deg = 15\nspeed = 2", "march.toml [repetition]: speed is not known here"),
        ('of = "peak_deg"', 'of = "beauty"', "march.toml [[criteria]] 1: of is 'beauty'. Allowed: ankle"),
        ('take = "shift"', "", "march.toml [[criteria]] 2: take is missing."),
        ('min = "target"', 'take = "max"', "[[criteria]] 1: take is not known here"),
        ('min = "target"', 'min = "goal"', "min must be a number or \"target\", not 'goal'."),
        ('min = "target"', "", "[[criteria]] 1: min or max must be given."),
        ('id = "trunk"', 'id = "height"', "march.toml: criteria has the id “height” twice."),
        ('severity = "info"', 'severity = "bad"', "severity is 'bad'. Allowed: error, info, warning."),
        (
            'take = "shift"',
            'take = "asymmetry"',
            "[[criteria]] 2: take cannot be “asymmetry” of trunk_flexion",
        ),
        ("tolerance = 10", "tolerance = 10\nideal = 400", "[[criteria]] 2: ideal must lie within min and max."),
        ("[signal]", "[signals]", "march.toml: signal is missing."),
        ("[[criteria]]", "[[criterion]]", "march.toml: criteria is missing."),
        ('[signal]\nangle = "hip_flexion"', '[signal]\nangle = ["hip_flexion"]', "angle is ['hip_flexion']. Allowed"),
    ],
)
def test_a_mistake_is_named_with_file_key_and_what_is_allowed(tmp_path, old, new, message):
    assert old in WHOLE
    path = written(tmp_path, WHOLE.replace(old, new))
    with pytest.raises(ExerciseError) as error:
        read_exercise(path)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_an_ideal_is_optional_and_may_stand_beside_the_target(tmp_path):
    plain = read_exercise(written(tmp_path))
    assert all(math.isnan(one.ideal) for one in plain.criteria)
    aimed = WHOLE.replace("tolerance = 10", "tolerance = 10\nideal = 3").replace(
        "tolerance = 40", "tolerance = 40\nideal = 70"
    )
    assert [one.ideal for one in read_exercise(written(tmp_path, aimed)).criteria] == [70, 3]


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
