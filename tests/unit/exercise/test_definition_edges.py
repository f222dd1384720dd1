"""The numbers that an exercise's file may hold: the least and the most of each, and what stands for an absent one."""

import pytest

from physio.errors import ExerciseError
from physio.exercise.definition import parse_exercise, read_exercise
from tests.unit.exercise.test_definition import WHOLE


def parsed(section, line):
    """The exercise with one more or another line in a section."""
    key = line.split(" ")[0]
    head, mark, tail = WHOLE.partition(section)
    body, following, rest = tail.partition("\n\n")
    kept = "\n".join(one for one in body.splitlines() if not one.startswith(f"{key} "))
    return parse_exercise(head + mark + kept + f"\n{line}" + following + rest, "march")


TOP, SIGNAL, REPETITION, CRITERION = 'id = "march"', "[signal]", "[repetition]", "[[criteria]]"
NUMBERS = [
    (TOP, "target_deg", -60, 200, lambda one: one.target_deg),
    (TOP, "safe_max_deg", -60, 200, lambda one: one.safe_max_deg),
    (REPETITION, "min_rom_deg", 5, 120, lambda one: one.repetition.min_rom_deg),
    (REPETITION, "min_duration_s", 0.2, 10, lambda one: one.repetition.min_duration_s),
    (REPETITION, "max_duration_s", 5, 300, lambda one: one.repetition.max_duration_s),
    (REPETITION, "max_gap_s", 0.1, 5, lambda one: one.repetition.max_gap_s),
    (CRITERION, "min", -1000, 1000, lambda one: one.criteria[0].low),
    (CRITERION, "max", -1000, 1000, lambda one: one.criteria[0].high),
    (CRITERION, "tolerance", 0.01, 200, lambda one: one.criteria[0].tolerance),
    (CRITERION, "weight", 0.1, 10, lambda one: one.criteria[0].weight),
]


@pytest.mark.parametrize(("section", "key", "low", "high", "read"), NUMBERS, ids=[one[1] for one in NUMBERS])
def test_a_number_may_lie_between_its_limits_and_nowhere_else(section, key, low, high, read):
    for value in (low, high):
        assert read(parsed(section, f"{key} = {value}")) == value
    for value in (low - 0.005, high + 0.005):
        with pytest.raises(ExerciseError) as error:
            parsed(section, f"{key} = {value}")
        params = error.value.message.params
        assert error.value.message.code == "exercise_file.out_of_range"
        assert (params["key"], params["low"], params["high"]) == (key, f"{low:g}", f"{high:g}")


@pytest.mark.parametrize(("weight", "allowed"), [(-2, True), (2, True), (-2.01, False), (2.01, False)])
def test_the_weights_of_an_estimate_lie_within_two(weight, allowed):
    line = f"estimate = {{ thigh_inclination = {weight} }}"
    if allowed:
        assert parsed(SIGNAL, line).signal.estimate == (("thigh_inclination", weight),)
        return
    with pytest.raises(ExerciseError) as error:
        parsed(SIGNAL, line)
    assert error.value.message.params["key"] == "thigh_inclination"


@pytest.mark.parametrize(("word", "other"), [("working", False), ("other", True)])
def test_a_criterion_looks_at_the_working_side_or_at_the_other(word, other):
    assert parsed(CRITERION, f'side = "{word}"').criteria[0].other_side is other
    assert [one.other_side for one in parsed(CRITERION, "weight = 1").criteria] == [False, False]
    with pytest.raises(ExerciseError) as error:
        parsed(CRITERION, 'side = "left"')
    assert error.value.message.params["allowed"] == "other, working"


@pytest.mark.parametrize(
    ("section", "line", "code"),
    [
        (CRITERION, "min = true", "exercise_file.no_number"),
        (CRITERION, 'min = "goal"', "exercise_file.no_number_or_word"),
        (CRITERION, 'weight = "much"', "exercise_file.no_number"),
        (CRITERION, "label = 3", "exercise_file.no_text"),
        (CRITERION, 'label = "  "', "exercise_file.empty"),
        (CRITERION, "colour = 3", "exercise_file.unknown_key"),
        (SIGNAL, 'leader = "trunk_flexion"', "exercise_file.not_allowed"),
        (SIGNAL, "estimate = 3", "exercise_file.no_table"),
        (SIGNAL, "estimate = { tail = 1 }", "exercise_file.unknown_key"),
        (TOP, 'default_side = "middle"', "exercise_file.not_allowed"),
        (TOP, 'full_range = "yes"', "exercise_file.not_allowed"),
        (TOP, "full_range = 1", "exercise_file.not_allowed"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(section, line, code):
    with pytest.raises(ExerciseError) as error:
        parsed(section, line)
    assert error.value.message.code == code
    place = "march.toml" if section == TOP else f"march.toml {section}"
    assert str(error.value.message.params["where"]).startswith(place)


def test_what_is_absent_has_its_usual_value():
    signal, first = parsed(SIGNAL, 'start = "rest"').signal, parsed(CRITERION, 'view = "front"').criteria[0]
    assert (signal.start, signal.leader) == ("rest", "")
    assert (first.view, first.weight, first.low) == ("front", 1.0, "target")
    assert parsed(CRITERION, "max = 3").criteria[1].view == "any"
    assert parsed(SIGNAL, 'leader = "hip_flexion"').signal.leader == "hip_flexion"
    assert parsed(SIGNAL, 'start = "either"').signal.start == "either"
    assert [parsed(TOP, line).full_range for line in ("target_deg = 80", "full_range = true")] == [False, True]


def test_the_norm_of_the_largest_value_is_nothing_to_hold_a_falling_angle_against():
    falling = WHOLE.replace('direction = "up"', 'direction = "down"')
    assert falling != WHOLE
    with pytest.raises(ExerciseError) as error:
        parse_exercise(falling.replace("\n\n", "\nfull_range = true\n\n", 1), "march")
    assert error.value.message.params["key"] == "full_range"


def test_a_file_that_is_no_text_is_refused_with_the_place_in_it(tmp_path):
    path = tmp_path / "march.toml"
    path.write_bytes(WHOLE.encode() + b"\xff")
    with pytest.raises(ExerciseError) as error:
        read_exercise(path)
    params = error.value.message.params
    assert (error.value.message.code, params["where"]) == ("exercise_file.no_toml", "march.toml")
    assert "0xff" in params["problem"]
