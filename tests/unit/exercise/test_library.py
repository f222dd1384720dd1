"""Every exercise of the library, each with a made person who does it well, badly and not at all."""

import math
import re

import numpy as np
import pytest
from motions import Camera, Motion, Swing, frames, repeated, track, varied

from physio.exercise.definition import exercise_ids, load_exercise
from physio.exercise.scoring import side_names
from physio.kinematics.angles import ANGLE_INDEX
from physio.language import language, languages

EXERCISES = [load_exercise(exercise_id) for exercise_id in exercise_ids()]
WANTED = {
    "squat",
    "sit_to_stand",
    "lunge",
    "knee_extension",
    "shoulder_abduction",
    "shoulder_flexion",
    "lateral_raise",
    "shoulder_press",
    "elbow_flexion",
    "hip_abduction",
}
EXPECTED_WAY = 95.0
"""Degrees from rest to target at least where the signal falls on the way out."""


@pytest.fixture(params=EXERCISES, ids=lambda exercise: exercise.id)
def exercise(request):
    return request.param


def rest_deg(exercise):
    return exercise.target_deg + EXPECTED_WAY if exercise.signal.direction == "down" else 5.0


def stream(exercise, motion, side, camera=None, seed=0):
    """The motion, its heights as shares of the way from rest to target, on the side's signal angles."""
    t_s, share = (camera or Camera()).see(motion, np.random.default_rng(seed))
    rest = rest_deg(exercise)
    signal = rest + share * (exercise.target_deg - rest)
    names = side_names(exercise.signal.angle, side)
    if exercise.signal.direction == "down":
        still = dict.fromkeys(side_names(exercise.signal.angle, "both"), rest)
    else:
        still = {}
    azimuth_deg = 90.0 if exercise.view == "side" else 0.0
    return frames(t_s, {**still, **dict.fromkeys(names, signal)}, azimuth_deg)


def sides(exercise):
    return ["both"] if exercise.side_mode == "both" else ["left", "right"]


def test_the_ten_are_there():
    assert set(exercise_ids()) >= WANTED


@pytest.mark.parametrize("code", languages())
def test_texts(exercise, code):
    say = language(code).say
    assert say(exercise.name)[0].isupper()
    assert say(exercise.instruction).endswith(".")
    for text in exercise.texts:
        assert text.code in language(code).sentences or exercise.id not in WANTED, "a text that nobody translated"
        assert "!" not in say(text)
        assert say(text) == " ".join(say(text).split())
    for criterion in exercise.criteria:
        assert say(criterion.cue).endswith(".")
        assert len(say(criterion.cue)) <= {"en": 60}.get(code, 75)
        assert re.fullmatch(r"[a-z][a-z_]*", criterion.id)
        assert say(criterion.label)[0].isupper()
        assert not say(criterion.label).endswith(".")


def test_the_signal_is_a_measured_angle_and_its_target_lies_on_the_way(exercise):
    assert f"{exercise.signal.angle}_l" in ANGLE_INDEX
    if exercise.signal.direction == "up":
        assert exercise.target_deg > 2 * exercise.repetition.min_rom_deg
    else:
        assert exercise.target_deg < 90 - 2 * exercise.repetition.min_rom_deg
    if not math.isnan(exercise.safe_max_deg):
        assert exercise.safe_max_deg > exercise.target_deg


def test_every_criterion_counts_for_something(exercise):
    assert {"info", "warning"} <= {criterion.severity for criterion in exercise.criteria}
    seen_from = {criterion.view for criterion in exercise.criteria}
    assert exercise.view in seen_from or "any" in seen_from


@pytest.mark.parametrize("camera", [Camera(), Camera(fps=12, jitter=0.5)], ids=["30", "12"])
def test_perfect_repetitions_are_counted_and_score_high(exercise, camera):
    motion = repeated(3, rest_deg=0, height_deg=1.05, out_s=1.6, hold_s=0.4, back_s=1.8)
    for side in sides(exercise):
        outcome = track(exercise, stream(exercise, motion, side, camera))
        assert [rep.index for rep in outcome.reps] == [1, 2, 3]
        assert {rep.side for rep in outcome.reps} == {side}
        assert all(rep.score >= 90 for rep in outcome.reps)
        assert not any(fault for rep in outcome.reps for fault in rep.faults)
        assert not outcome.rejected


def test_the_times_follow_the_kind_of_muscle_work(exercise):
    motion = repeated(2, rest_deg=0, height_deg=1.05, out_s=1.2, hold_s=0.6, back_s=2.4)
    outcome = track(exercise, stream(exercise, motion, sides(exercise)[0]))
    assert len(outcome.reps) == 2
    for rep in outcome.reps:
        out_s, back_s = rep.eccentric_s, rep.concentric_s
        if exercise.signal.outward == "concentric":
            out_s, back_s = back_s, out_s
        assert out_s == pytest.approx(1.2, abs=0.1)
        assert rep.hold_s == pytest.approx(0.6, abs=0.1)
        assert back_s == pytest.approx(2.4, abs=0.15)
        assert rep.eccentric_s + rep.hold_s + rep.concentric_s == pytest.approx(rep.end_s - rep.start_s)
        assert rep.rom_deg == pytest.approx(1.05 * abs(exercise.target_deg - rest_deg(exercise)), abs=3)


def test_a_shallow_repetition_is_marked(exercise):
    motion = varied([1.05, 1.05, 1.05, 0.65, 1.05])
    motion = Motion(motion.swings, rest_deg=0)
    outcome = track(exercise, stream(exercise, motion, sides(exercise)[0]))
    assert len(outcome.reps) == 5
    shallow = outcome.reps[3]
    assert shallow.score < min(rep.score for rep in outcome.reps[:3]) - 10
    own = {criterion.id for criterion in exercise.criteria if criterion.of == "usual_pct"}
    assert own & {fault.id for fault in shallow.faults}


def test_a_very_shallow_one_is_not_counted(exercise):
    motion = Motion(varied([1.05, 1.05, 1.05, 0.35, 1.05]).swings, rest_deg=0)
    outcome = track(exercise, stream(exercise, motion, sides(exercise)[0]))
    assert len(outcome.reps) == 4
    assert [rep.reason.code for rep in outcome.rejected] == ["rejected.too_shallow_usual"]


def test_a_person_who_reaches_less_than_half_way_is_counted(exercise):
    share = max(0.45, 1.5 * exercise.repetition.min_rom_deg / abs(exercise.target_deg - rest_deg(exercise)))
    motion = repeated(6, rest_deg=0, height_deg=share)
    outcome = track(exercise, stream(exercise, motion, sides(exercise)[0]))
    assert len(outcome.reps) == 6
    assert not outcome.rejected
    own = {criterion.id for criterion in exercise.criteria if criterion.of == "usual_pct"}
    assert own
    assert not own & {fault.id for rep in outcome.reps for fault in rep.faults}


def test_standing_still_is_nothing(exercise):
    motion = Motion((), rest_deg=0, end_s=20)
    outcome = track(exercise, stream(exercise, motion, "both", Camera(slow_deg=0.02, white_deg=0.01)))
    assert not outcome.reps
    assert not outcome.rejected


@pytest.mark.parametrize("exercise", [one for one in EXERCISES if one.signal.estimate], ids=lambda one: one.id)
def test_where_the_angle_is_not_measurable_its_estimate_counts(exercise):
    motion = repeated(4, rest_deg=0, height_deg=1.05)
    t_s, share = Camera().see(motion, np.random.default_rng(0))
    rest = rest_deg(exercise)
    signal = rest + share * (exercise.target_deg - rest)
    first, *others = exercise.signal.estimate
    fixed = 90.0 if exercise.posture == "seated" and others and others[0][1] < 0 else 0.0
    values = dict.fromkeys(side_names(exercise.signal.angle, "both"), np.full(t_s.size, np.nan))
    if fixed:
        values |= dict.fromkeys(side_names(first[0], "both"), np.full(t_s.size, fixed))
        values |= dict.fromkeys(side_names(others[0][0], "both"), fixed - signal)
    else:
        values |= dict.fromkeys(side_names(first[0], "both"), signal)
    outcome = track(exercise, frames(t_s, values))
    assert len(outcome.reps) == 4
    assert outcome.reps[0].peak_deg == pytest.approx(rest + 1.05 * (exercise.target_deg - rest), abs=4)


def test_a_hidden_person_gets_a_cue(exercise):
    values = dict.fromkeys(ANGLE_INDEX, math.nan)
    outcome = track(exercise, frames(np.arange(0, 4, 1 / 30), values, math.nan))
    assert not outcome.reps
    assert math.isnan(outcome.states[-1].signal_deg)
    assert outcome.states[-2].cues


@pytest.mark.parametrize("exercise", [one for one in EXERCISES if one.side_mode == "each"], ids=lambda one: one.id)
def test_swings_of_both_sides_in_turn(exercise):
    left = Motion(tuple(Swing(1.05, pause_s=4.0) for _ in range(3)), rest_deg=0, end_s=4)
    right = Motion((Swing(1.05, pause_s=7.2), *(Swing(1.05, pause_s=4.0) for _ in range(2))), rest_deg=0)
    rest = rest_deg(exercise)
    t_s = np.arange(0, left.duration_s, 1 / 30)
    values = {}
    for side, motion in (("left", left), ("right", right)):
        signal = rest + motion.at(t_s) * (exercise.target_deg - rest)
        values |= dict.fromkeys(side_names(exercise.signal.angle, side), signal)
        if exercise.signal.leader:
            values |= dict.fromkeys(side_names(exercise.signal.leader, side), motion.at(t_s))
    outcome = track(exercise, frames(t_s, values, 90.0 if exercise.view == "side" else 0.0))
    assert [rep.side for rep in outcome.reps] == ["left", "right"] * 3
