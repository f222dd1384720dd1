from pathlib import Path

import numpy as np
import pytest

from physio.capture.video import VideoInfo
from physio.exercise.assignment import Assignment
from physio.exercise.definition import library
from physio.messages import message, own_text
from physio.metrics import FRAME_COLUMNS, frame_values
from physio.scoring.result import Collector, columns_of, scored_video
from physio.storage.rows import rows_of
from physio.types import FaceReason, Reason
from tests.scored_examples import made_rows
from tests.unit.storage.made_results import REJECTED, rep, result


def test_collector_keeps_every_frame_in_order():
    results = [result(i, seen=i % 2 == 0, closed=(rep(1),) if i == 400 else ()) for i in range(700)]
    collector = Collector()
    for one in results:
        collector.add(one)
    rows = collector.finish((rep(2),), (REJECTED,))
    np.testing.assert_array_equal(rows.t_s, [one.t_s for one in results])
    np.testing.assert_array_equal(rows.values, np.array([frame_values(one) for one in results], np.float32))
    assert rows.observations.seen.sum() == len(rows.observations.landmarks.t_s) == 350
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


class Source:
    """A video read to its end, whose light was dim."""

    frame_size = (640, 360)

    def measured(self):
        return VideoInfo(Path("clips/raise.mp4"), 3.0, 90, 1280, 720)

    def warnings(self):
        return (own_text("dim light"),)


FRONT = next(one for one in library() if one.view == "front")
SIDE = next(one for one in library() if one.view == "side")


def test_a_scored_video_has_what_was_asked_for_and_its_doubts_after_those_of_the_file():
    rows = made_rows(90, rejected=(REJECTED, REJECTED), azimuth=0)
    scored = scored_video(Source(), rows, Assignment(FRONT, target_deg=70.0), {"pose.task": "ab"})
    assert (scored.video.frames, scored.frame_size) == (90, (640, 360))
    assert scored.exercise.target_deg == 70.0
    assert scored.side == FRONT.default_side
    assert scored.model_checksums == {"pose.task": "ab"}
    assert scored.summary.pose_pct == 100
    assert scored.warnings == (own_text("dim light"), message("doubt.all_rejected", count=2))


def test_a_face_that_was_not_to_be_analysed_is_not_missed():
    rows = made_rows(90, reps=(rep(),), azimuth=0, face_reason=FaceReason.NOT_FOUND)
    without = scored_video(Source(), rows, Assignment(FRONT, face=False), {})
    assert without.warnings == (own_text("dim light"),)
    asked = scored_video(Source(), rows, Assignment(FRONT), {})
    assert asked.warnings == (own_text("dim light"), message("doubt.no_face"))


def test_a_body_that_was_not_to_be_analysed_is_not_missed():
    rows = made_rows(90, reason=Reason.NO_PERSON)
    without = scored_video(Source(), rows, Assignment(body=False), {})
    assert without.warnings == (own_text("dim light"), message("doubt.no_exercise"))
    asked = scored_video(Source(), rows, Assignment(), {})
    assert asked.warnings[1:] == (message("doubt.no_exercise"), message("doubt.no_person"))


def test_the_view_is_judged_by_the_exercise_that_was_asked_for():
    rows = made_rows(90, reps=(rep(),), azimuth=0)
    (_, doubt) = scored_video(Source(), rows, Assignment(SIDE), {}).warnings
    assert doubt.code == "doubt.view"
    nothing = scored_video(Source(), rows, Assignment(), {})
    assert nothing.warnings[1:] == (message("doubt.no_exercise"),)
    assert (nothing.exercise, nothing.side) == (None, None)
