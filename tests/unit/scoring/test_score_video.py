"""One video through a pipeline that is played; test_score.py has the real one."""

from pathlib import Path

import pytest

from physio.capture.video import VideoInfo
from physio.errors import VideoError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import library
from physio.kinematics.calibrator import CalibrationSetup, CalibrationStatus, ZeroState
from physio.messages import message, own_text
from physio.networks.assets import ModelPaths
from physio.scoring import score
from physio.storage.rows import rows_of
from tests.unit.storage.made_results import rep, result

MODELS = ModelPaths(Path("pose.task"), Path("face.task"), Path("appearance.tflite"), {"pose.task": "ab"})
INFO = VideoInfo(Path("uploads/clip.mp4"), 2.0, 20, 640, 360)


@pytest.fixture
def scored(monkeypatch):
    """Scores a video of so many frames in which the neutral zero was never taken."""

    class Source:
        info, frame_size, fraction = INFO, (640, 360), 0.0

        def __init__(self, path):
            assert path == INFO.path

        def measured(self):
            return INFO

        def warnings(self):
            return (own_text("dim light"),)

    def score_it(frames, setup, progress=None):
        closed = []

        class Pipeline:
            def __init__(self, models, assignment):
                assert models is MODELS
                self.calibrator = type("Calibrator", (), {"status": CalibrationStatus(ZeroState.WAITING)})

            def __enter__(self):
                return self

            def __exit__(self, *_):
                closed.append(1)

            def run(self, source):
                return (result(index) for index in range(frames))

            def finish(self):
                return (rep(),), ()

        monkeypatch.setattr(score, "VideoSource", Source)
        monkeypatch.setattr(score, "Pipeline", Pipeline)
        found = score.score_video(INFO.path, MODELS, Assignment(library()[0], calibration=setup), progress)
        assert closed == [1]
        return found

    return score_it


def test_every_frame_and_what_closed_at_the_end_is_kept(scored):
    found = scored(5, CalibrationSetup())
    assert found.rows.t_s == pytest.approx(rows_of([result(index) for index in range(5)]).t_s)
    assert found.rows.reps == (rep(),)
    assert (found.video, found.model_checksums) == (INFO, {"pose.task": "ab"})


def test_a_zero_that_was_wanted_and_not_taken_is_the_last_doubt(scored):
    without = scored(5, CalibrationSetup()).warnings
    wanted = scored(5, CalibrationSetup(zero_when_standing=True)).warnings
    assert without[0] == own_text("dim light")
    assert wanted == (*without, message("doubt.no_zero", still_s=3.0))


def test_a_video_without_a_frame_is_refused_and_one_frame_is_enough(scored):
    assert len(scored(1, CalibrationSetup()).rows.t_s) == 1
    with pytest.raises(VideoError) as error:
        scored(0, CalibrationSetup())
    assert (error.value.message.code, error.value.message.params) == ("scoring.no_frames", {"name": "clip.mp4"})


def test_progress_is_told_from_the_second_frame_on(scored, monkeypatch):
    monkeypatch.setattr(score, "PROGRESS_INTERVAL_S", 0.0)
    told = []
    scored(4, CalibrationSetup(), told.append)
    assert [now.frames for now in told] == [2, 3, 4]
