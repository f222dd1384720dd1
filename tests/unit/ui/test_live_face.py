import math
import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest

from physio.affect.action_units import AU_INDEX
from physio.affect.expression import EXPRESSIONS
from physio.affect.states import STATES
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.live.snapshot import LiveSetup, LiveSnapshot, Rating
from physio.terms import term
from physio.types import Affect, FaceReason, FaceState
from physio.ui import live_face
from physio.ui.say import say
from tests.unit.ui.test_live_view import snapshot

SETUP = LiveSetup("P001", Assignment(load_exercise("squat"), "both", target_reps=10))
CALM = Affect(np.zeros(len(AU_INDEX)), 0.4, FaceState.ENGAGED, FaceReason.OK, 0.0, 0.0, 0.05, pspi_error=0.6, seen_s=9)
PAIN = replace(CALM, pspi=6.3, pspi_error=1.6, pain_probability=0.84, state=FaceState.PAIN, engagement_pct=71.0)
AWAY = replace(CALM, pspi=math.nan, pspi_error=math.nan, reason=FaceReason.TURNED_AWAY, state=FaceState.NO_FACE)


def tiles(now: LiveSnapshot, show: bool = True) -> tuple[str, str, str]:
    """Pain, reported pain, state."""
    return tuple(unescape(one) for one in live_face.face_tiles(now, SETUP, show))


def line(now: LiveSnapshot, show: bool = True) -> str:
    return re.sub("<[^>]*>", "", unescape(live_face.face_line(now, SETUP, show))).strip()


def test_pain_stands_with_its_error_its_word_and_its_probability():
    pain, _, state = tiles(snapshot(affect=PAIN))
    assert '>6<span class="of"> ± 2 of 16<' in pain
    assert "Facial pain expression now: marked; probability of pain 85%" in pain
    assert ">pain<" in state
    assert "engagement 70%" in state
    assert "eyes" not in state


@pytest.mark.parametrize(
    ("pspi", "level", "word"), [(0.9, 0, "none"), (1.9, 1, "minimal"), (2.9, 2, "mild"), (3.0, 3, "marked")]
)
def test_number_and_word_say_the_same(pspi, level, word):
    pain = tiles(snapshot(affect=replace(CALM, pspi=pspi)))[0]
    assert f">{level}<" in pain
    assert f"expression now: {word}" in pain


def test_an_error_below_what_is_shown_is_not_shown_as_nothing():
    assert "± 1 " in tiles(snapshot(affect=CALM))[0]
    assert "±" not in tiles(snapshot(affect=replace(CALM, pspi_error=math.nan)))[0]


@pytest.mark.parametrize("reason", [reason for reason in FaceReason if reason])
def test_an_unknown_face_has_no_number_and_no_word(reason):
    pain, _, state = tiles(snapshot(affect=replace(AWAY, reason=reason)))
    for one in (pain, state):
        assert f"Not reliable: {say(term(reason))}" in one
        assert '<div class="ph-value none">–</div>' in one
    words = ("none", "minimal", "mild", "marked", *(say(term(state)) for state in STATES))
    texts = [re.sub("<[^>]*>", " ", one) for one in (pain, state)]
    assert [word for word in words for text in texts if word in text.replace("pain estimate over", "").split()] == []


def test_what_the_patient_reports_stands_beside_it_whatever_is_shown():
    rated = snapshot(affect=PAIN, rating=Rating(42.0, 6, None))
    for now, show in ((rated, True), (rated, False), (replace(rated, faces=()), True)):
        reported = tiles(now, show)[1]
        assert '>6<span class="of"> / 10<' in reported
        assert "at 0:42" in reported
    assert "no rating yet" in tiles(snapshot(affect=PAIN))[1]


def test_a_contradiction_is_said_and_nothing_is_averaged():
    quiet = snapshot(affect=CALM, rating=Rating(42.0, 6, "face_none"))
    assert line(quiet) == "Reported 6, face shows none"
    assert ">0<" in tiles(quiet)[0]
    assert ">6<" in tiles(quiet)[1]
    assert line(snapshot(affect=PAIN, rating=Rating(42.0, 0, "face_marked"))) == "Reported 0, face shows marked"
    assert line(snapshot(affect=PAIN, rating=Rating(42.0, 6, None))) == ""


def test_a_brief_expression_is_marked_for_a_while():
    assert line(snapshot(flashes=(12.0, 185.0))) == "brief expression at 3:05"
    assert line(snapshot(flashes=(12.0, 181.0))) == ""


def test_the_expression_signal_is_said_only_where_it_is_known():
    mix = np.full(len(EXPRESSIONS), 0.05)
    mix[EXPRESSIONS.index("happiness")] = 0.7
    asked = replace(CALM, expression=mix, valence=0.45, arousal=-0.2)
    assert line(snapshot(affect=asked)) == (
        "Facial expression signal: happiness 70%, valence +0.5, arousal -0.2".replace("+0.5", f"{0.45:+.1f}")
    )
    assert line(snapshot(affect=CALM)) == ""


def test_a_hidden_face_or_one_not_analysed_has_nothing_of_it():
    everything = snapshot(affect=PAIN, flashes=(190.0,), rating=Rating(42.0, 0, "face_marked"))
    assert line(everything, show=False) == ""
    off = replace(SETUP, assignment=replace(SETUP.assignment, face=False))
    assert live_face.face_line(everything, off, True) == live_face.face_line(everything, SETUP, False)
    pain, _, state = live_face.face_tiles(everything, off, True)
    assert say("ui_live.face_off") in pain
    assert "marked" not in pain + state


def test_closed_eyes_are_said_quietly():
    units = CALM.action_units.copy()
    units[AU_INDEX["au43"]] = 1.0
    assert 'ph-note">eyes closed' in tiles(snapshot(affect=replace(CALM, action_units=units)))[2]
