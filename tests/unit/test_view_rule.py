"""One view rule: what the patient is told, what is judged and given, and what the summary says agree everywhere."""

from dataclasses import replace

import numpy as np
import pytest

from physio.exercise import prompts
from physio.exercise.definition import Exercise, load_exercise
from physio.exercise.guidance import Guidance
from physio.exercise.scoring import in_view
from physio.exercise.sides import near_side
from physio.kinematics.angles import ANGLES
from physio.kinematics.estimator import MAX_ERROR_DEG, MAX_ERROR_IN_VIEW_DEG, refusals
from physio.kinematics.measure import Trust
from physio.kinematics.view import View, serves
from physio.metrics import FRAME_COLUMNS
from physio.summary import summarise
from physio.types import Kinematics, Reason

EDGES = [side * (base + off) for side in (1, -1) for base in (40, 50, 130, 140) for off in (-0.5, 0.5)]
AZIMUTHS = [*range(-180, 181, 6), *EDGES]
SQUAT = load_exercise("squat")


def told_to_turn(exercise: Exercise, azimuth_deg: float) -> bool:
    none = np.full(len(ANGLES), np.nan)
    seen = Kinematics(none, np.zeros(len(ANGLES), np.uint8), azimuth_deg, none)
    guidance = Guidance(exercise)
    guidance.step(0.0, seen, Reason.OK)
    turns = {prompts.turn(hand, amount).id for hand in ("left", "right") for amount in ("little", "quarter")}
    return any(cue.id in turns for cue in guidance.step(4.0, seen, Reason.OK))


def summarised_as_valid(exercise: Exercise, azimuth_deg: float) -> bool:
    columns = {name: np.full(90, np.nan) for name in FRAME_COLUMNS} | {"azimuth": np.full(90, azimuth_deg)}
    return summarise(np.arange(90) / 30, columns, exercise).view_valid


def given_with_a_large_error(view: View, azimuth_deg: float) -> bool:
    """Whether the angles of the view's plane are given although their error is above the limit of the other planes."""
    error = np.full(len(ANGLES), (MAX_ERROR_DEG + MAX_ERROR_IN_VIEW_DEG) / 2)
    clear = Trust(np.zeros(len(ANGLES), np.uint8), np.zeros(len(ANGLES), bool))
    given = refusals(error, azimuth_deg, clear) == Reason.OK
    (answer,) = {bool(one) for angle, one in zip(ANGLES, given, strict=True) if angle.view == view}
    return answer


@pytest.mark.parametrize("view", ["side", "front"])
def test_everybody_asks_the_same_rule(view: View) -> None:
    exercise = replace(SQUAT, view=view)
    criterion = replace(SQUAT.criteria[0], view=view)
    answers = set()
    for azimuth_deg in AZIMUTHS:
        well = bool(serves(view, azimuth_deg))
        assert told_to_turn(exercise, azimuth_deg) != well, azimuth_deg
        assert in_view(criterion, azimuth_deg) == well, azimuth_deg
        assert summarised_as_valid(exercise, azimuth_deg) == well, azimuth_deg
        assert given_with_a_large_error(view, azimuth_deg) == well, azimuth_deg
        if view == "side":
            assert (near_side(azimuth_deg) is not None) == well, azimuth_deg
        answers.add(well)
    assert answers == {True, False}


def test_where_any_view_does_nobody_complains() -> None:
    exercise = replace(SQUAT, view="any")
    for azimuth_deg in AZIMUTHS:
        assert not told_to_turn(exercise, azimuth_deg)
        assert in_view(replace(SQUAT.criteria[0], view="any"), azimuth_deg)
        assert summarised_as_valid(exercise, azimuth_deg)
