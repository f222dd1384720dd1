"""When something is said and when no more, to the moment."""

from dataclasses import replace

import numpy as np
import pytest

from physio.exercise import prompts
from physio.exercise.guidance import Guidance
from physio.types import Fault, Reason
from tests.unit.exercise.test_guidance import EXERCISE, FRONT, REP, SIDE


def cues(guidance, t_s, seen=SIDE, reason=Reason.OK):
    return [cue.id for cue in guidance.step(t_s, seen, reason)]


@pytest.mark.parametrize(("score", "praised"), [(85.0, True), (84.9, False)])
def test_praise_begins_at_85(score, praised):
    guidance = Guidance(EXERCISE)
    guidance.closed(3.0, replace(REP, score=score), 90.0)
    assert (prompts.GOOD.id in cues(guidance, 3.0)) is praised


def test_one_fault_among_remarks_spoils_the_praise():
    guidance = Guidance(EXERCISE)
    faults = (Fault("depth", 80, 90, "info"), Fault("trunk_lean", 70, 50, "warning"))
    guidance.closed(3.0, replace(REP, faults=faults), 90.0)
    assert cues(guidance, 3.0) == ["depth", "trunk_lean"]


def test_what_is_said_of_a_repetition_lasts_three_seconds():
    guidance = Guidance(EXERCISE)
    guidance.closed(3.0, REP, 90.0)
    assert [len(cues(guidance, t_s)) for t_s in (3.0, 6.0, 6.01)] == [1, 1, 0]


def test_a_new_repetition_takes_the_place_of_what_was_said_of_the_last():
    guidance = Guidance(EXERCISE)
    guidance.closed(3.0, REP, 90.0)
    guidance.closed(4.0, replace(REP, score=50), 90.0)
    assert cues(guidance, 4.0) == []


def test_who_is_not_seen_is_told_after_a_second():
    guidance = Guidance(EXERCISE)
    said = [len(cues(guidance, t_s, reason=Reason.NO_PERSON)) for t_s in (0.0, 0.5, 1.0, 1.25)]
    assert said == [0, 0, 0, 1]
    assert cues(guidance, 1.5) == []
    assert cues(guidance, 2.5, reason=Reason.NO_PERSON) == []
    assert cues(guidance, 2.75, reason=Reason.NO_PERSON) == [prompts.NOT_SEEN[Reason.NO_PERSON].id]


def test_who_stands_wrong_is_told_after_three_seconds():
    guidance = Guidance(EXERCISE)
    assert [len(cues(guidance, t_s, FRONT)) for t_s in np.arange(0, 3.5, 0.25)] == [0] * 13 + [1]
