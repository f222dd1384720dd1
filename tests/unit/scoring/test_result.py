import numpy as np
import pytest

from physio.exercise.definition import library
from physio.kinematics.calibrator import CalibrationStatus, ZeroState
from physio.language import english
from physio.metrics import FRAME_COLUMNS, frame_values
from physio.scoring.result import NO_EXERCISE, NO_PERSON, Collector, columns_of, doubts, zero_doubts
from physio.storage.rows import rows_of
from physio.summary import summarise
from physio.types import FaceReason, Reason
from tests.scored_examples import made_rows
from tests.unit.storage.made_results import REJECTED, rep, result

EXERCISE = library()[0]
FRONT = next(one for one in library() if one.view == "front")


def doubts_of(rows, exercise=EXERCISE):
    return doubts(summarise(rows.t_s, columns_of(rows), exercise), exercise, rows)


def test_collector_keeps_every_frame_in_order():
    results = [result(i, seen=i % 2 == 0, closed=(rep(1),) if i == 400 else ()) for i in range(700)]
    collector = Collector()
    for one in results:
        collector.add(one)
    rows = collector.finish((rep(2),), (REJECTED,))
    np.testing.assert_array_equal(rows.t_s, [one.t_s for one in results])
    np.testing.assert_array_equal(rows.values, np.array([frame_values(one) for one in results], np.float32))
    assert len(rows.landmarks.t_s) == 350
    assert [one.index for one in rows.reps] == [1, 2]
    assert rows.rejected == (REJECTED,)


def test_collector_of_nothing_is_empty():
    rows = Collector().finish((), ())
    assert rows.t_s.shape == (0,)
    assert rows.values.shape == (0, len(FRAME_COLUMNS))


def test_columns_carry_the_names_of_the_metrics():
    columns = columns_of(rows_of([result(0)]))
    assert tuple(columns) == FRAME_COLUMNS
    assert columns["azimuth"] == pytest.approx([3.0])


def test_a_good_recording_raises_no_doubt():
    assert doubts_of(made_rows(reps=(rep(),), azimuth=0), FRONT) == ()


def test_no_exercise_is_said():
    assert doubts_of(made_rows(), None) == (NO_EXERCISE,)


def test_no_person_is_the_only_complaint():
    assert doubts_of(made_rows(reason=Reason.NO_PERSON)) == (NO_PERSON,)
    assert doubts_of(made_rows(reason=Reason.NOT_A_BODY), None) == (NO_EXERCISE, NO_PERSON)


def test_a_rare_person_and_face_are_said():
    rows = made_rows(100, reps=(rep(),), azimuth=0)
    rows.values[60:, FRAME_COLUMNS.index("reason")] = Reason.NO_PERSON
    rows.values[10:, FRAME_COLUMNS.index("face_reason")] = FaceReason.NOT_FOUND
    texts = doubts_of(rows, FRONT)
    assert any("face was usable in only 10 %" in text for text in texts)
    rows.values[40:, FRAME_COLUMNS.index("reason")] = Reason.NO_PERSON
    assert any("person was found in only 40 %" in text for text in doubts_of(rows, FRONT))


def test_no_face_at_all_is_said():
    rows = made_rows(reps=(rep(),), azimuth=0, face_reason=FaceReason.NOT_FOUND)
    assert doubts_of(rows, FRONT) == ("no face was usable: pain and face state were not estimated",)


@pytest.mark.parametrize(("azimuth", "words"), [(90.0, "from: left"), (np.nan, "could not be told")])
def test_an_unsuitable_view_is_said(azimuth, words):
    texts = doubts_of(made_rows(reps=(rep(),), azimuth=azimuth), FRONT)
    assert len(texts) == 1
    assert words in texts[0]
    assert "front view" in texts[0]


def test_much_unusable_names_the_main_reason():
    rows = made_rows(100, reps=(rep(),), azimuth=0)
    rows.values[:30, FRAME_COLUMNS.index("reason")] = Reason.LOW_VISIBILITY
    rows.values[30:40, FRAME_COLUMNS.index("reason")] = Reason.OUT_OF_FRAME
    assert any("in 40 % of the frames, mostly: low visibility" in text for text in doubts_of(rows, FRONT))


def test_a_second_person_is_said_and_is_not_what_could_not_be_measured():
    rows = made_rows(100, reps=(rep(),), azimuth=0)
    rows.values[:60, FRAME_COLUMNS.index("reason")] = Reason.SECOND_PERSON
    (said,) = doubts_of(rows, FRONT)
    assert said.startswith("a second person was in the picture in 60 % of the frames")


def test_no_repetition_is_said_with_the_rejected_ones():
    assert doubts_of(made_rows(azimuth=0), FRONT) == ("no repetition was counted",)
    texts = doubts_of(made_rows(rejected=(REJECTED, REJECTED), azimuth=0), FRONT)
    assert texts == ("no repetition was counted, 2 movements were rejected",)


def test_a_neutral_zero_that_was_not_taken_or_not_for_every_joint_is_said():
    (never,) = zero_doubts(CalibrationStatus(ZeroState.WAITING))
    assert "never stood straight and still for 3 s" in english(never)
    assert zero_doubts(CalibrationStatus(ZeroState.TAKEN)) == ()
    (bent,) = zero_doubts(CalibrationStatus(ZeroState.TAKEN, bent=(("knee_flexion_l", 14.2),)))
    assert "Knee flexion, left 14°" in english(bent)
