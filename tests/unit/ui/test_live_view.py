import math
from dataclasses import replace
from html import unescape

import numpy as np
import pytest

from physio.affect.action_units import ACTION_UNITS
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.live.snapshot import WHOLE, LiveSetup, LiveSnapshot, Trace
from physio.live.visit import Stage, VisitSnapshot
from physio.messages import message, own_text
from physio.summary import Summary
from physio.terms import term
from physio.types import (
    Affect,
    Cue,
    EndReason,
    FaceReason,
    FaceState,
    Fault,
    FrameResult,
    Kinematics,
    Person,
    Reason,
    Rep,
)
from physio.ui import live_distance, live_face, live_view
from physio.ui.say import say
from tests.unit.storage.made_results import result

SETUP = LiveSetup("P001", Assignment(load_exercise("squat"), "both", target_reps=10))
FACE = Affect(np.zeros(len(ACTION_UNITS)), 2.2, FaceState.ENGAGED, FaceReason.OK, 0.0, 0.0, 0.05)
SEEN = Summary.of({"view_valid": 1.0, "azimuth_deg": 88.0, "duration_s": 60.0}, {})
FROM_THE_FRONT = Summary.of({"azimuth_deg": 3.0, "duration_s": 60.0}, {})
REP = Rep(1, "both", 0.0, 2.0, 4.0, 92.0, 88.0, 1.8, 0.4, 1.8, 84.0)


def kinematics() -> Kinematics:
    """Both knees are known, the left within 5° and the right within 7°."""
    angles, errors = np.full(len(ANGLES), np.nan), np.full(len(ANGLES), np.nan)
    for name, value, error in (("knee_flexion_l", 70.0, 5.0), ("knee_flexion_r", 73.0, 7.0), ("hip_flexion_l", 60, 9)):
        angles[ANGLE_INDEX[name]], errors[ANGLE_INDEX[name]] = value, error
    return Kinematics(angles, np.zeros(len(ANGLES), np.uint8), 88.0, errors)


def snapshot(*, signal_deg: float = 71.6, reason: Reason = Reason.OK, affect: Affect = FACE, **more) -> LiveSnapshot:
    t_s = np.arange(0, 5, 0.05)
    seen = replace(
        result(99),
        kinematics=kinematics(),
        affect=affect,
        reason=reason,
        signal_deg=signal_deg,
        rep_count=1,
        score=84.0,
    )
    made = LiveSnapshot(
        session_id="s",
        result=seen,
        trace=Trace(t_s, np.full(t_s.size, 50.0), np.full(t_s.size, 2.0), (), ()),
        reps=(REP,),
        rejected=0,
        last_t_s=192.0,
        since_frame_s=0.04,
        fps=23.6,
        frames=100,
        dropped=12,
        brightness=120.0,
        cut_off=WHOLE,
        end=None,
        closed=False,
        error=None,
        faces=tuple((t, affect) for t in np.arange(189, 192, 0.05)),
    )
    return replace(made, **more)


def test_the_numbers():
    html = live_view.numbers(snapshot(), SETUP, show_face=True)
    for shown in ("/ 10", "72°", "± 7°", "target 90°", ">84<", "mild", "engaged"):
        assert shown in html
    assert html.count("ph-tile") >= 5
    assert "estimate" in html


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason])
def test_an_angle_that_may_not_be_shown_is_a_dash_with_the_reason(reason):
    html = live_view.numbers(snapshot(signal_deg=math.nan, reason=reason), SETUP, show_face=True)
    assert say(term(reason)) in html
    assert "72°" not in html
    assert "±" not in html


@pytest.mark.parametrize("reason", [Reason.OFF_VIEW, Reason.OUT_OF_FRAME, Reason.LOW_VISIBILITY])
def test_an_angle_that_is_counted_but_not_measured_well_enough_is_a_dash_too(reason):
    html = live_view.numbers(snapshot(signal_deg=71.6, reason=reason), SETUP, show_face=True)
    assert say(term(reason)) in html
    assert "72°" not in html


def test_a_second_person_does_not_take_the_angle_away():
    html = live_view.numbers(snapshot(reason=Reason.SECOND_PERSON), SETUP, show_face=True)
    assert "72°" in html


@pytest.mark.parametrize(
    ("azimuth_deg", "advice"),
    [
        (10.0, "seen from the front. Make a quarter turn to your right."),
        (-30.0, "seen from the patient&#x27;s front right. Turn a little to your left."),
    ],
)
def test_the_view_says_which_way_to_turn(azimuth_deg, advice):
    seen = snapshot()
    turned = replace(seen.result, kinematics=replace(seen.result.kinematics, azimuth_deg=azimuth_deg))
    assert advice in live_view.status_line(replace(seen, result=turned), SETUP)


def test_a_frame_that_got_smaller_is_said_with_its_size():
    assert "reduced" not in live_view.status_line(snapshot(), SETUP)
    reduced = live_view.status_line(replace(snapshot(), reduced_px=(320, 240)), SETUP)
    assert "Camera frame reduced to 320 × 240: computer busy" in reduced


def test_a_dark_body_in_a_bright_picture_wants_light_and_dark_surroundings_do_not_matter():
    too_dark = say("ui_live.too_dark")
    assert too_dark in live_view.status_line(lit(snapshot(brightness=120.0), 30.0), SETUP)
    assert too_dark not in live_view.status_line(lit(snapshot(brightness=20.0), 140.0), SETUP)


def lit(seen: LiveSnapshot, brightness: float) -> LiveSnapshot:
    """With a body of that brightness."""
    body = replace(seen.result.observation, brightness=brightness)
    return replace(seen, result=replace(seen.result, observation=body))


@pytest.mark.parametrize("reason", [reason for reason in FaceReason if reason])
def test_a_face_that_is_not_usable_shows_no_number(reason):
    lost = replace(FACE, reason=reason, pspi=math.nan, state=FaceState.NO_FACE)
    html = live_view.numbers(snapshot(affect=lost), SETUP, show_face=True)
    assert html.count(say(term(reason))) == 2
    assert "mild" not in html


def test_an_old_face_shows_no_number():
    html = live_view.numbers(snapshot(affect=replace(FACE, age_s=0.8)), SETUP, show_face=True)
    assert say(term(FaceReason.NOT_FOUND)) in html
    assert "mild" not in html


def test_before_the_face_at_rest_is_known():
    learning = replace(FACE, pspi=math.nan, state=FaceState.NO_FACE, reason=FaceReason.LEARNING)
    html = live_view.numbers(snapshot(affect=replace(learning, seen_s=0.4)), SETUP, show_face=True)
    assert html.count("Not reliable yet: face seen for 0 s, 1 s needed") == 2
    calm_is_missing = live_view.numbers(snapshot(affect=replace(learning, seen_s=9.0)), SETUP, show_face=True)
    assert calm_is_missing.count("Not reliable: resting face not known yet") == 2


def test_a_hidden_face_shows_nothing_of_it():
    html = live_view.numbers(snapshot(), SETUP, show_face=False)
    assert html.count(say("ui_live.face_hidden")) == 2
    assert "mild" not in html
    assert "engaged" not in html


def test_a_face_that_is_not_analysed():
    html = live_view.numbers(
        snapshot(), replace(SETUP, assignment=replace(SETUP.assignment, face=False)), show_face=True
    )
    assert html.count(say("ui_live.face_off")) == 2


def test_the_worst_fault_of_the_last_repetition_is_named():
    criteria = SETUP.exercise.criteria
    mild, bad = Fault(criteria[0].id, 1, 2, "info"), Fault(criteria[1].id, 1, 2, "error")
    html = live_view.numbers(snapshot(reps=(REP, replace(REP, index=2, faults=(mild, bad)))), SETUP, show_face=True)
    assert f"Rep 2: {say(criteria[1].label)}" in unescape(html)


def test_the_status_line():
    html = live_view.status_line(snapshot(), SETUP)
    for shown in (
        "recording 3:12",
        "seen from the patient&#x27;s left",
        "light",
        "all that this exercise needs is in view",
    ):
        assert shown in html
    assert 'class="no"' not in html


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({"brightness": 20.0}, say("ui_live.too_dark")),
        ({"brightness": 250.0}, say("ui_live.too_bright")),
        ({"cut_off": own_text("Step back: the feet are cut off.")}, "Step back: the feet are cut off.<"),
        ({"fps": 7.0}, "Video: slow"),
        ({"reason": Reason.OFF_VIEW, "signal_deg": math.nan}, 'class="no">seen from the patient&#x27;s left'),
        ({"end": EndReason.STOPPED}, "not recording"),
    ],
)
def test_the_status_line_says_what_to_do(change, advice):
    assert advice in live_view.status_line(snapshot(**change), SETUP)


@pytest.mark.parametrize(
    ("pspi", "word"),
    [(0.6, "none seen; pain may still be present"), (1.2, "minimal"), (2.6, "mild"), (16, "marked")],
)
def test_the_tile_says_the_word_of_the_one_pain_scale_and_of_when_it_is(pspi, word):
    assert live_face.pain_text(pspi) == f"Facial pain expression now: {word}"


def test_a_finished_sessions_range_stands_with_its_error():
    assert '88°<span class="of"> ± 7°</span>' in live_view.results([replace(REP, rom_error_deg=7.2)], SEEN, 10)
    assert "±" not in live_view.results([REP], SEEN, 10)
    assert "±" not in live_view.results([], SEEN, 10)


def test_the_preview_ticks_what_is_right_and_names_what_the_exercise_needs():
    html = live_view.checks(snapshot(), SETUP)
    assert html.count('class="ok"') == 4
    assert "all that this exercise needs is in view: feet, legs" in html
    arms = replace(SETUP, assignment=Assignment(load_exercise("elbow_flexion"), "left"))
    shown = live_view.checks(snapshot(), arms)
    assert "arms" in shown
    assert "legs" not in shown


def seen_by(people: int) -> FrameResult:
    everybody = tuple(Person(k + 1, (0.0, 0.0, 9.0, 9.0), followed=k == 0) for k in range(people))
    now = snapshot().result
    return replace(now, observation=replace(now.observation, people=everybody))


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({"since_frame_s": 6.0}, "ui_live.no_image"),
        ({"result": None}, "ui_live.camera_waiting"),
        ({"result": result(1, seen=False)}, "ui_live.nobody"),
        ({"result": seen_by(2)}, "ui_live.several_people"),
        ({"brightness": 250.0}, "ui_live.too_bright"),
        ({"cut_off": own_text("Step back")}, "Step back"),
        ({"fps": 7.0}, "ui_live.slow"),
    ],
)
def test_the_preview_says_what_to_do(change, advice):
    html = unescape(live_view.checks(snapshot(**change), SETUP))
    assert (say(advice) if advice.startswith("ui_") else advice) in html
    assert html.count('class="ok"') < 4 or "fps" in change


def test_a_score_says_of_how_many_criteria_it_is():
    few = replace(REP, criteria_judged=2, criteria_total=5)
    assert "2 of 5 criteria judged<" in live_view.results([REP, few], SEEN, 10)
    assert "2 of 5 criteria judged: filmed from the front" in live_view.results([few], FROM_THE_FRONT, 10)
    assert "judged" not in live_view.results([replace(REP, criteria_judged=5, criteria_total=5)], SEEN, 10)
    html = live_view.numbers(snapshot(reps=(few,)), SETUP, show_face=True)
    assert "2 of 5 criteria judged" in html
    assert "good form" not in html


WELL = replace(REP, score=92.0, criteria_judged=4, criteria_total=5)


@pytest.mark.parametrize(
    ("change", "remark"),
    [
        ({}, "Rep 1: good form; 4 of 5 criteria judged"),
        ({"criteria_judged": 5}, "Rep 1: good form"),
        ({"score": 84.0}, "Rep 1: within limits; 4 of 5 criteria judged"),
        ({"estimated": True}, "Rep 1: within limits; 4 of 5 criteria judged"),
        ({"criteria_judged": 2}, "Rep 1: within limits; 2 of 5 criteria judged"),
        ({"criteria_judged": 0, "score": math.nan}, "0 of 5 criteria judged"),
    ],
)
def test_the_live_tile_praises_what_is_praised_aloud_and_no_more(change, remark):
    html = live_view.numbers(snapshot(reps=(replace(WELL, **change),)), SETUP, show_face=True)
    assert f">{remark}<" in html


def test_from_a_view_that_does_not_serve_nothing_is_praised():
    seen = snapshot(reps=(WELL,))
    front = replace(seen.result, kinematics=replace(kinematics(), azimuth_deg=0.0))
    assert "good form" not in live_view.numbers(replace(seen, result=front), SETUP, show_face=True)


def test_a_fault_says_of_how_many_criteria_it_is():
    fault = Fault("depth", 70.0, 80.0, "warning")
    html = live_view.numbers(snapshot(reps=(replace(WELL, faults=(fault,)),)), SETUP, show_face=True)
    label = say(SETUP.exercise.criterion("depth").label)
    assert f">Rep 1: {label}; 4 of 5 criteria judged<" in unescape(html)


def test_an_estimated_range_says_so_and_has_no_error_of_a_measured_one():
    guess = replace(REP, estimated=True, rom_deg=106.0)
    html = live_view.results([guess], FROM_THE_FRONT, 10)
    assert "≈ 106°" in html
    assert "estimated: camera angle unsuitable; error unknown" in html
    assert "±" not in html
    assert "estimated: joint not always visible" in live_view.results([guess], SEEN, 10)


def test_estimates_are_left_out_of_a_mean_of_measured_ranges():
    html = live_view.results([REP, replace(REP, estimated=True, rom_deg=106.0)], SEEN, 10)
    assert ">88°<" in html
    assert "1 estimated, left out" in html


def test_who_is_next_stands_as_text_with_the_rest():
    now = VisitSnapshot(Stage.PREVIEW, snapshot(), 0, 2, 75.0)
    html = live_view.next_line(now, "P001 · <b>A.</b>")
    assert "&lt;b&gt;A." in html
    assert "rest 1:15" in html
    assert "rest" not in live_view.next_line(replace(now, rest_s=math.nan), "P001")


def test_from_a_distance_the_countdown_then_the_count_and_the_cue_in_the_patients_language(monkeypatch):
    drawn: list[str] = []
    monkeypatch.setattr(live_distance.st, "html", drawn.append)
    setup = replace(SETUP, language="de")
    cued = replace(snapshot().result, cue=Cue("a", message("live.target_reached", count=10), "positive"))
    for stage, countdown in ((Stage.COUNTDOWN, 2), (Stage.RECORDING, 0)):
        live_distance.numbers(VisitSnapshot(stage, snapshot(result=cued), countdown, 3, math.nan), setup, "P001")
    assert "count" not in drawn[0], "the countdown is on the frame alone"
    assert '<div class="count">1<span class="of">/ 10</span></div>' in drawn[1]
    assert '<div class="cue positive" role="status">10 von 10. Geschafft.</div>' in drawn[1]
    assert "set 3" in drawn[1]
    assert '<div class="who">Knee flexion</div><div class="angle">' in drawn[1]
    assert "<small>± " in drawn[1]
