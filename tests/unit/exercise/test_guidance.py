import math
from dataclasses import replace

import numpy as np
from motions import frames

from physio.exercise import prompts
from physio.exercise.definition import SAFE_LIMIT_CUE, load_exercise
from physio.exercise.guidance import Guidance
from physio.types import Fault, Reason, RejectedRep, Rep

EXERCISE = load_exercise("squat")
REP = Rep(1, "both", 1, 2, 3, 90, 85, 1, 0, 1, 95)
SIDE = frames(np.array([0.0]), {}, azimuth_deg=90)[0][1]
FRONT = frames(np.array([0.0]), {}, azimuth_deg=5)[0][1]


def said(guidance, t_s=3.0):
    return guidance.step(t_s, SIDE, Reason.OK)


def test_a_good_repetition_is_praised_for_a_while():
    guidance = Guidance(EXERCISE)
    guidance.closed(3.0, REP)
    assert said(guidance) == said(guidance, 5.5) == (prompts.GOOD,)
    assert said(guidance, 6.5) == ()


def test_a_fault_brings_its_own_line_and_no_praise():
    guidance = Guidance(EXERCISE)
    guidance.closed(3.0, replace(REP, faults=(Fault("trunk_lean", 70, 50, "warning"),)))
    (cue,) = said(guidance)
    assert (cue.id, cue.text, cue.tone) == ("trunk_lean", EXERCISE.criterion("trunk_lean").cue, "warning")


def test_a_remark_does_not_spoil_the_praise():
    guidance = Guidance(EXERCISE)
    guidance.closed(3.0, replace(REP, faults=(Fault("depth", 80, 90, "info"),)))
    assert [cue.tone for cue in said(guidance)] == ["info", "positive"]


def test_a_poor_score_is_not_praised_even_without_a_fault_of_weight():
    guidance = Guidance(EXERCISE)
    guidance.closed(3.0, replace(REP, score=70))
    assert said(guidance) == ()


def test_an_unknown_score_is_not_praised():
    guidance = Guidance(EXERCISE)
    guidance.closed(3.0, replace(REP, score=math.nan))
    assert said(guidance) == ()


def test_the_safe_limit_has_its_line_in_every_exercise():
    guidance = Guidance(replace(EXERCISE, safe_max_deg=120.0))
    guidance.closed(3.0, replace(REP, faults=(Fault("safe_limit", 140, 120, "error"),)))
    assert [(cue.id, cue.text, cue.tone) for cue in said(guidance)] == [("safe_limit", SAFE_LIMIT_CUE, "error")]


def test_rejections_are_explained_when_there_is_something_to_do():
    guidance = Guidance(EXERCISE)
    guidance.rejected(3.0, RejectedRep("both", 1, 3, "too shallow: 20° of the usual 90°"))
    assert said(guidance) == (prompts.REJECTED["too shallow"],)
    guidance.rejected(3.0, RejectedRep("both", 1, 3, "not completed within 30 s"))
    assert said(guidance) == ()


def test_a_person_who_is_not_seen_is_told_after_a_second():
    guidance = Guidance(EXERCISE)
    assert guidance.step(0.0, SIDE, Reason.OUT_OF_FRAME) == ()
    assert guidance.step(0.9, SIDE, Reason.OUT_OF_FRAME) == ()
    assert guidance.step(1.1, SIDE, Reason.OUT_OF_FRAME) == (prompts.NOT_SEEN[Reason.OUT_OF_FRAME],)
    assert guidance.step(1.2, SIDE, Reason.OK) == ()


def test_every_reason_has_a_line():
    assert set(prompts.NOT_SEEN) == set(Reason) - {Reason.OK}


def test_the_wrong_view_is_told_after_some_seconds():
    guidance = Guidance(EXERCISE)
    assert guidance.step(0.0, FRONT, Reason.OK) == ()
    assert guidance.step(2.5, FRONT, Reason.OK) == ()
    assert guidance.step(3.5, FRONT, Reason.OK) == (prompts.TURN["side"],)
    assert guidance.step(3.6, SIDE, Reason.OK) == ()
    oblique = frames(np.array([0.0]), {}, azimuth_deg=45)[0][1]
    guidance.step(3.7, oblique, Reason.OK)
    assert guidance.step(9.0, oblique, Reason.OK) == ()
    front = Guidance(load_exercise("hip_abduction"))
    front.step(0.0, SIDE, Reason.OK)
    assert front.step(3.5, SIDE, Reason.OK) == (prompts.TURN["front"],)


def test_an_unknown_view_is_not_a_wrong_one():
    guidance = Guidance(EXERCISE)
    unknown = frames(np.array([0.0]), {}, azimuth_deg=math.nan)[0][1]
    guidance.step(0.0, unknown, Reason.OK)
    assert guidance.step(9.0, unknown, Reason.OK) == ()


def test_general_lines_are_plain():
    lines = [prompts.GOOD, *prompts.REJECTED.values(), *prompts.NOT_SEEN.values(), *prompts.TURN.values()]
    for cue in lines:
        assert cue.text.endswith(".")
        assert "!" not in cue.text
        assert len(cue.text) <= 70
