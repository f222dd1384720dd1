import math
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from motions import frames

from physio.exercise import prompts
from physio.exercise.definition import load_exercise
from physio.exercise.framing import Framing, Part
from physio.exercise.guidance import Guidance, turn_cue
from physio.kinematics.view import misses
from physio.language import english, language, languages
from physio.messages import message, own_text
from physio.types import Fault, Reason, RejectedRep, Rep

EXERCISE = load_exercise("squat")
REP = Rep(1, "both", 1, 2, 3, 90, 85, 1, 0, 1, 95)
SIDE = frames(np.array([0.0]), {}, azimuth_deg=90)[0][1]
FRONT = frames(np.array([0.0]), {}, azimuth_deg=5)[0][1]


def said(guidance, t_s=3.0):
    return guidance.step(t_s, SIDE, Reason.OK)


def test_a_good_repetition_is_praised_for_a_while():
    guidance = Guidance(EXERCISE)
    guidance.closed(3.0, REP, 90.0)
    assert said(guidance) == said(guidance, 5.5) == (prompts.GOOD,)
    assert said(guidance, 6.5) == ()


def test_a_fault_brings_its_own_line_and_no_praise():
    guidance = Guidance(EXERCISE)
    guidance.closed(3.0, replace(REP, faults=(Fault("trunk_lean", 70, 50, "warning"),)), 90.0)
    (cue,) = said(guidance)
    assert (cue.id, cue.text, cue.tone) == ("trunk_lean", message("exercise.squat.trunk_lean.cue"), "warning")


def test_a_remark_does_not_spoil_the_praise():
    guidance = Guidance(EXERCISE)
    guidance.closed(3.0, replace(REP, faults=(Fault("depth", 80, 90, "info"),)), 90.0)
    assert [cue.tone for cue in said(guidance)] == ["info", "positive"]


def test_a_poor_score_is_not_praised_even_without_a_fault_of_weight():
    guidance = Guidance(EXERCISE)
    guidance.closed(3.0, replace(REP, score=70), 90.0)
    assert said(guidance) == ()


def test_an_unknown_score_is_not_praised():
    guidance = Guidance(EXERCISE)
    guidance.closed(3.0, replace(REP, score=math.nan), 90.0)
    assert said(guidance) == ()


def test_the_safe_limit_has_its_line_in_every_exercise():
    guidance = Guidance(replace(EXERCISE, safe_max_deg=120.0))
    guidance.closed(3.0, replace(REP, faults=(Fault("safe_limit", 140, 120, "error"),)), 90.0)
    assert [(cue.id, cue.text, cue.tone) for cue in said(guidance)] == [
        ("safe_limit", message("criterion.safe_limit.cue"), "error")
    ]


def test_rejections_are_explained_when_there_is_something_to_do():
    guidance = Guidance(EXERCISE)
    for code, cue in (
        ("rejected.too_shallow", prompts.TOO_SHALLOW),
        ("rejected.too_shallow_usual", prompts.TOO_SHALLOW),
        ("rejected.too_quick", prompts.TOO_QUICK),
    ):
        guidance.rejected(3.0, RejectedRep("both", 1, 3, message(code)))
        assert said(guidance) == (cue,)
    guidance.rejected(3.0, RejectedRep("both", 1, 3, message("rejected.not_completed", max_s=30)))
    assert said(guidance) == ()


def test_a_reason_that_an_older_version_wrote_in_words_brings_no_cue():
    guidance = Guidance(EXERCISE)
    guidance.rejected(3.0, RejectedRep("both", 1, 3, own_text("too shallow: 20° of the usual 90°")))
    assert said(guidance) == ()


def test_a_person_who_is_not_seen_gets_a_cue_after_a_second():
    guidance = Guidance(EXERCISE)
    assert guidance.step(0.0, SIDE, Reason.OUT_OF_FRAME) == ()
    assert guidance.step(0.9, SIDE, Reason.OUT_OF_FRAME) == ()
    assert guidance.step(1.1, SIDE, Reason.OUT_OF_FRAME) == (prompts.NOT_SEEN[Reason.OUT_OF_FRAME],)
    assert guidance.step(1.2, SIDE, Reason.OK) == ()


@pytest.mark.parametrize(
    ("reason", "line"),
    [
        (Reason.NO_PERSON, "Step in front of the camera."),
        (Reason.NOT_A_BODY, "Step in front of the camera."),
        (Reason.OUT_OF_FRAME, "Step back until your whole body is in view."),
        (Reason.LOW_VISIBILITY, "Something is blocking the camera's view of you."),
        (Reason.OFF_VIEW, "Turn a little so that the camera can see the movement."),
        (Reason.TOO_FAR, "Come closer to the camera."),
        (Reason.MOTION_BLUR, "The image is blurred. Keep the camera still or add light."),
        (Reason.SECOND_PERSON, "Two people in view. Who is the patient?"),
        (Reason.TOO_DARK, "It is too dark. Switch on a light."),
        (Reason.LOW_RESOLUTION, "The image resolution is too low to measure. Please wait a moment."),
    ],
)
def test_every_reason_has_the_line_that_helps(reason, line):
    guidance = Guidance(EXERCISE)
    guidance.step(0.0, SIDE, reason)
    assert [english(cue.text) for cue in guidance.step(1.1, SIDE, reason)] == [line]
    assert set(prompts.NOT_SEEN) == set(Reason) - {Reason.OK}


@pytest.mark.parametrize("part", get_args(Part))
def test_the_part_that_is_cut_off_is_the_one_that_is_named(part):
    assert english(prompts.step_back(part).text) == f"Step back: your {part} are out of view."
    assert english(prompts.step_aside("left", part).text) == f"Move to your left: your {part} are out of view."


def test_who_is_cut_off_is_not_also_asked_to_step_back():
    guidance, framing = Guidance(EXERCISE), Framing("feet", frozenset({"left"}))
    guidance.step(0.0, SIDE, Reason.OUT_OF_FRAME, framing)
    cues = guidance.step(1.1, SIDE, Reason.OUT_OF_FRAME, framing)
    assert [english(cue.text) for cue in cues] == ["Take a step backward: your feet are out of view."]


def test_the_wrong_view_is_pointed_out_after_some_seconds():
    guidance = Guidance(EXERCISE)
    assert guidance.step(0.0, FRONT, Reason.OK) == ()
    assert guidance.step(2.5, FRONT, Reason.OK) == ()
    assert guidance.step(3.5, FRONT, Reason.OK) == (prompts.turn("right", "quarter"),)
    assert guidance.step(3.6, SIDE, Reason.OK) == ()
    oblique = frames(np.array([0.0]), {}, azimuth_deg=52)[0][1]
    guidance.step(3.7, oblique, Reason.OK)
    assert guidance.step(9.0, oblique, Reason.OK) == ()
    front = Guidance(load_exercise("hip_abduction"))
    front.step(0.0, SIDE, Reason.OK)
    assert front.step(3.5, SIDE, Reason.OK) == (prompts.turn("left", "quarter"),)


def test_an_unknown_view_is_not_a_wrong_one():
    guidance = Guidance(EXERCISE)
    unknown = frames(np.array([0.0]), {}, azimuth_deg=math.nan)[0][1]
    guidance.step(0.0, unknown, Reason.OK)
    assert guidance.step(9.0, unknown, Reason.OK) == ()


def at(azimuth_deg):
    return frames(np.array([0.0]), {}, azimuth_deg=azimuth_deg)[0][1]


@pytest.mark.parametrize(
    ("exercise", "side", "azimuth_deg", "line"),
    [
        # Facing the camera, a turn to the right brings the left side to it.
        ("knee_extension", "left", 0.0, "Make a quarter turn to your right."),
        ("knee_extension", "right", 0.0, "Make a quarter turn to your left."),
        ("knee_extension", "right", -30.0, "Turn a little to your left."),
        # The exercised side goes before the nearer one.
        ("knee_extension", "left", -30.0, "Make a quarter turn to your right."),
        ("knee_extension", "left", 170.0, "Make a quarter turn to your left."),
        # Both sides work: the nearer one, either way round.
        ("squat", "both", 35.0, "Turn a little to your right."),
        ("squat", "both", -35.0, "Turn a little to your left."),
        ("squat", "both", 145.0, "Turn a little to your left."),
        ("squat", "both", -175.0, "Make a quarter turn to your right."),
        # The camera stands on the left: a turn to the left faces it.
        ("hip_abduction", "left", 60.0, "Turn a little to your left."),
        ("hip_abduction", "left", -85.0, "Make a quarter turn to your right."),
        ("hip_abduction", "left", 120.0, "Turn a little to your right."),
    ],
)
def test_the_turn_says_which_way_and_how_far(exercise, side, azimuth_deg, line):
    guidance = Guidance(load_exercise(exercise), side)
    guidance.step(0.0, at(azimuth_deg), Reason.OK)
    assert [english(cue.text) for cue in guidance.step(3.5, at(azimuth_deg), Reason.OK)] == [line]


WRONG_VIEWS = [
    (exercise, side, azimuth_deg)
    for exercise in ("squat", "hip_abduction")
    for side in ("left", "right", "both")
    for azimuth_deg in range(-180, 180, 7)
    if misses(load_exercise(exercise).view, azimuth_deg)
]


@pytest.mark.parametrize(("exercise", "side", "azimuth_deg"), WRONG_VIEWS)
def test_who_turns_as_asked_is_seen_as_the_exercise_wants(exercise, side, azimuth_deg):
    """At once, or where the exercised side is nearly opposite, with a second turn."""
    what, turns = load_exercise(exercise), 0
    while misses(what.view, azimuth_deg):
        hand, amount = turn_cue(what, side, azimuth_deg).id.split("_")[1:]
        turned_left_deg = {"little": 35.0, "quarter": 90.0}[amount] * (1 if hand == "left" else -1)
        azimuth_deg = (azimuth_deg - turned_left_deg + 180) % 360 - 180
        turns += 1
    assert 1 <= turns <= (1 if side == "both" or what.view == "front" else 2)


def test_a_good_part_of_all_views_is_a_wrong_one():
    assert 3 * 2 * 360 / 7 / 3 < len(WRONG_VIEWS) < 3 * 2 * 360 / 7 * 2 / 3


@pytest.mark.parametrize(
    ("edges", "azimuth_deg", "line"),
    [
        ({"bottom"}, 0.0, "Step back: your feet are out of view."),
        ({"left"}, 5.0, "Move to your left: your feet are out of view."),
        ({"right"}, -5.0, "Move to your right: your feet are out of view."),
        ({"left"}, 178.0, "Move to your right: your feet are out of view."),
        ({"left"}, 95.0, "Take a step backward: your feet are out of view."),
        ({"right"}, 95.0, "Take a step forward: your feet are out of view."),
        ({"left"}, -80.0, "Take a step forward: your feet are out of view."),
        ({"left", "right"}, 0.0, "Step back: your feet are out of view."),
        ({"left", "bottom"}, 0.0, "Step back: your feet are out of view."),
        ({"left"}, math.nan, "Step back: your feet are out of view."),
    ],
)
def test_what_is_cut_off_is_named_after_a_second_with_the_way_to_go(edges, azimuth_deg, line):
    guidance, framing = Guidance(load_exercise("lateral_raise")), Framing("feet", frozenset(edges))
    assert guidance.step(0.0, at(azimuth_deg), Reason.OK, framing) == ()
    assert guidance.step(0.9, at(azimuth_deg), Reason.OK, framing) == ()
    assert line in [english(cue.text) for cue in guidance.step(1.1, at(azimuth_deg), Reason.OK, framing)]
    assert guidance.step(1.2, at(azimuth_deg), Reason.OK) == ()


def test_too_little_light_is_pointed_out_even_when_nobody_is_seen():
    guidance = Guidance(EXERCISE)
    guidance.step(0.0, at(math.nan), Reason.NO_PERSON, Framing(dark=True))
    assert guidance.step(1.1, at(math.nan), Reason.NO_PERSON, Framing(dark=True)) == (prompts.TOO_DARK,)


def test_who_the_patient_is_is_asked_at_once_and_first():
    framing = Framing("feet", frozenset({"bottom"}), dark=True, others=1)
    guidance = Guidance(EXERCISE)
    assert guidance.step(0.0, SIDE, Reason.OK, framing) == (prompts.TWO_PEOPLE,)
    texts = [english(cue.text) for cue in guidance.step(1.5, SIDE, Reason.OK, framing)]
    assert texts == [
        "Two people in view. Who is the patient?",
        "It is too dark. Switch on a light.",
        "Step back: your feet are out of view.",
    ]


def test_general_lines_are_plain():
    lines = [
        prompts.GOOD,
        *prompts.REJECTED.values(),
        *prompts.NOT_SEEN.values(),
        *(prompts.turn(hand, amount) for hand in ("left", "right") for amount in ("little", "quarter")),
        *(
            prompts.step_aside(step, part)
            for step in ("left", "right", "forward", "backward")
            for part in get_args(Part)
        ),
        *(prompts.step_back(part) for part in get_args(Part)),
    ]
    for cue in lines:
        for code in languages():
            line = language(code).say(cue.text)
            assert line.endswith((".", "?"))
            assert "!" not in line
            assert len(line) <= 80


@pytest.mark.parametrize(
    ("known", "azimuth_deg", "praised"),
    [
        ({"criteria_judged": 3, "criteria_total": 6}, 90.0, True),
        ({"criteria_judged": 2, "criteria_total": 5}, 90.0, False),
        ({"criteria_judged": 5, "criteria_total": 5, "estimated": True}, 90.0, False),
        ({"criteria_judged": 5, "criteria_total": 6}, 5.0, False),
        ({"criteria_judged": 5, "criteria_total": 6}, math.nan, True),
    ],
)
def test_what_could_not_be_judged_is_not_praised(known, azimuth_deg, praised):
    guidance = Guidance(EXERCISE)
    guidance.closed(3.0, replace(REP, **known), azimuth_deg)
    assert (prompts.GOOD in said(guidance)) is praised
