"""What makes a session doubtful: the codes, their parameters, and that both languages can say them."""

import numpy as np
import pytest

from physio.doubts import doubts, recording_doubts, zero_doubts
from physio.exercise.definition import library
from physio.kinematics.calibrator import CalibrationStatus, ZeroState
from physio.language import english, language
from physio.messages import message
from physio.metrics import FRAME_COLUMNS
from physio.scoring.result import columns_of
from physio.summary import summarise
from physio.types import EndReason, FaceReason, Reason
from tests.scored_examples import made_rows
from tests.unit.storage.made_results import REJECTED, rep

EXERCISE = library()[0]
FRONT = next(one for one in library() if one.view == "front")
SIDE = next(one for one in library() if one.view == "side")


def doubts_of(rows, exercise=EXERCISE, face=True):
    summary = summarise(rows.t_s, columns_of(rows), exercise)
    return doubts(summary, exercise, rows.reps, rows.rejected, face=face)


def test_a_good_recording_raises_no_doubt():
    assert doubts_of(made_rows(reps=(rep(),), azimuth=0), FRONT) == ()


def test_no_exercise_is_said():
    assert doubts_of(made_rows(), None) == (message("doubt.no_exercise"),)


def test_no_person_is_the_only_complaint():
    assert doubts_of(made_rows(reason=Reason.NO_PERSON)) == (message("doubt.no_person"),)
    expected = (message("doubt.no_exercise"), message("doubt.no_person"))
    assert doubts_of(made_rows(reason=Reason.NOT_A_BODY), None) == expected


def test_a_rare_person_and_face_are_said():
    rows = made_rows(100, reps=(rep(),), azimuth=0)
    rows.values[60:, FRAME_COLUMNS.index("reason")] = Reason.NO_PERSON
    rows.values[10:, FRAME_COLUMNS.index("face_reason")] = FaceReason.NOT_FOUND
    face, _ = doubts_of(rows, FRONT)
    assert english(face).startswith("The face was usable in only 10% of the frames")
    rows.values[40:, FRAME_COLUMNS.index("reason")] = Reason.NO_PERSON
    person, face, _ = doubts_of(rows, FRONT)
    assert english(person) == "The patient was visible in only 40% of the frames."
    assert language("de").say(person) == "Die Person war in nur 40 % der Bilder zu sehen."


def test_a_face_that_is_hardly_ever_there_is_less_than_one_per_cent():
    rows = made_rows(200, reps=(rep(),), azimuth=0)
    rows.values[1:, FRAME_COLUMNS.index("face_reason")] = FaceReason.NOT_FOUND
    (said,) = doubts_of(rows, FRONT)
    assert said == message("doubt.rare_face", share=message("doubt.below_one_pct"))


def test_no_face_at_all_is_said_unless_it_was_not_asked_for():
    rows = made_rows(reps=(rep(),), azimuth=0, face_reason=FaceReason.NOT_FOUND)
    assert doubts_of(rows, FRONT) == (message("doubt.no_face"),)
    assert doubts_of(rows, FRONT, face=False) == ()


@pytest.mark.parametrize(
    ("azimuth", "exercise", "words"),
    [
        (90.0, FRONT, "Filmed from the left. {name} needs a front view"),
        (0.0, SIDE, "Filmed from the front. {name} needs a side view"),
        (180.0, SIDE, "Filmed from behind. {name} needs a side view"),
        (np.nan, SIDE, "The camera position is unknown. {name} needs a side view"),
    ],
)
def test_an_unsuitable_view_is_said(azimuth, exercise, words):
    (said,) = doubts_of(made_rows(reps=(rep(),), azimuth=azimuth), exercise)
    assert english(said).startswith(words.format(name=english(exercise.name)))


@pytest.mark.parametrize("azimuth", range(0, 360, 45))
@pytest.mark.parametrize("code", ["en", "de"])
def test_every_view_has_its_words(azimuth, code):
    for exercise in (FRONT, SIDE):
        for said in doubts_of(made_rows(reps=(rep(),), azimuth=azimuth), exercise):
            assert "doubt." not in language(code).say(said)


def test_much_unusable_names_the_main_reason():
    rows = made_rows(100, reps=(rep(),), azimuth=0)
    rows.values[:30, FRAME_COLUMNS.index("reason")] = Reason.LOW_VISIBILITY
    rows.values[30:40, FRAME_COLUMNS.index("reason")] = Reason.OUT_OF_FRAME
    (said,) = doubts_of(rows, FRONT)
    assert said == message("doubt.unusable", pct=pytest.approx(40.0), reason=message("doubt.reason.low_visibility"))


@pytest.mark.parametrize("reason", [one for one in Reason if one not in (Reason.OK, Reason.SECOND_PERSON)])
@pytest.mark.parametrize("code", ["en", "de"])
def test_every_reason_has_its_words(reason, code):
    sentences = language(code).sentences
    assert f"doubt.reason.{reason.name.lower()}" in sentences


def test_a_second_person_is_said_and_is_not_what_could_not_be_measured():
    rows = made_rows(100, reps=(rep(),), azimuth=0)
    rows.values[:60, FRAME_COLUMNS.index("reason")] = Reason.SECOND_PERSON
    assert doubts_of(rows, FRONT) == (message("doubt.second_person", pct=pytest.approx(60.0)),)


def test_no_repetition_is_said_with_the_rejected_ones():
    assert doubts_of(made_rows(azimuth=0), FRONT) == (message("doubt.no_repetition"),)
    for count, words in ((1, "1 movement rejected"), (2, "2 movements rejected")):
        (said,) = doubts_of(made_rows(rejected=(REJECTED,) * count, azimuth=0), FRONT)
        assert english(said) == f"No repetitions counted; {words}."


def test_a_neutral_zero_that_was_not_taken_or_not_for_every_joint_is_said():
    (never,) = zero_doubts(CalibrationStatus(ZeroState.WAITING))
    assert "never stood straight and still for 3 s" in english(never)
    assert zero_doubts(CalibrationStatus(ZeroState.GIVEN_UP)) == (never,)
    assert zero_doubts(CalibrationStatus(ZeroState.TAKEN)) == ()
    assert zero_doubts(CalibrationStatus(ZeroState.OFF)) == (), "somebody undid it"
    bent = CalibrationStatus(ZeroState.TAKEN, bent=(("knee_flexion_l", 14.2), ("hip_flexion_r", 20.0)))
    knee, hip = zero_doubts(bent)
    assert english(knee).startswith("Knee flexion, left was not zeroed: 14° when standing")
    assert "right" in english(hip)


@pytest.mark.parametrize("end", list(EndReason))
def test_a_recording_that_broke_off_says_so(end):
    lost = {EndReason.FRAMES_STOPPED, EndReason.SERVER_STOPPED, EndReason.INTERRUPTED, EndReason.FAILED}
    said = (message("recording.cut_short"),) if end in lost else ()
    assert recording_doubts(end, np.arange(30) / 15) == said
    assert recording_doubts(end, np.empty(0)) == ()


def test_a_recording_says_for_how_long_no_frame_came():
    t_s = np.concatenate([np.arange(30) / 15, 5.0 + np.arange(30) / 15, 9.4 + np.arange(30)])
    (said,) = recording_doubts(EndReason.STOPPED, t_s[:70])
    assert said == message("recording.stalled", stalled_s=pytest.approx(5.0 - 29 / 15 + 9.4 - 5.0 - 29 / 15))
    assert recording_doubts(EndReason.STOPPED, np.arange(30) * 0.99) == ()


def test_estimated_ranges_are_said_with_their_number():
    reps = (rep(1, estimated=True), rep(2, 4.0), rep(3, 7.0, estimated=True))
    hidden = message("doubt.estimated_hidden", estimated=2, total=3)
    assert doubts_of(made_rows(reps=reps, azimuth=0), FRONT) == (hidden,)
    assert "joint not always visible" in english(hidden)


def test_estimated_ranges_are_put_down_to_a_view_that_does_not_serve():
    said = doubts_of(made_rows(reps=(rep(1, estimated=True),), azimuth=90), FRONT)
    assert message("doubt.estimated_view", estimated=1, total=1) in said
    assert "doubt.estimated_hidden" not in [one.code for one in said]
