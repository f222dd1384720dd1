import numpy as np
import pytest

from physio.capture.video import VideoSource
from physio.config import Settings
from physio.exercise.assignment import Assignment
from physio.exercise.definition import library
from physio.messages import message
from physio.metrics import FRAME_COLUMNS
from physio.networks.assets import ensure_models
from physio.pipeline import Pipeline
from physio.scoring.result import Collector
from physio.scoring.score import score_video
from tests.video_files import write_video

pytestmark = pytest.mark.models

ASSIGNMENT = Assignment(library()[0])


@pytest.fixture(scope="module")
def models():
    return ensure_models(Settings.load().models_dir)


@pytest.fixture(scope="module")
def noise(tmp_path_factory):
    """Two seconds of noise: a video without a person."""
    images = np.random.default_rng(1).integers(0, 255, (20, 120, 160, 3), np.uint8)
    return write_video(tmp_path_factory.mktemp("noise") / "noise.mp4", list(images), rate=10)


@pytest.fixture(scope="module")
def scored(models, noise):
    return score_video(noise, models, ASSIGNMENT)


def test_a_video_without_a_person_is_scored_and_said(scored):
    assert scored.rows.t_s == pytest.approx(np.arange(20) / 10)
    assert scored.rows.values.shape == (20, len(FRAME_COLUMNS))
    assert scored.summary.pose_pct == 0
    assert scored.rows.reps == ()
    assert scored.warnings == (message("doubt.no_person"),)
    assert scored.side == ASSIGNMENT.exercise.default_side
    assert (scored.video.frames, scored.video.width, scored.video.height) == (20, 160, 120)
    assert scored.video.duration_s == pytest.approx(2.0)


def test_without_exercise_there_is_no_side_and_a_warning(models, noise):
    scored = score_video(noise, models, Assignment(side="left"))
    assert (scored.exercise, scored.side) == (None, None)
    assert message("doubt.no_exercise") in scored.warnings


def test_scoring_is_the_pipeline_and_nothing_else(models, noise, scored):
    collector = Collector()
    with Pipeline(models, ASSIGNMENT) as pipeline:
        for frame in VideoSource(noise):
            collector.add(pipeline.step(frame))
        rows = collector.finish(*pipeline.finish())
    np.testing.assert_array_equal(scored.rows.values, rows.values)


def test_progress_is_reported(models, noise, monkeypatch):
    monkeypatch.setattr("physio.scoring.score.PROGRESS_INTERVAL_S", 0.0)
    states = []
    score_video(noise, models, ASSIGNMENT, states.append)
    assert [state.frames for state in states] == list(range(2, 21))
    assert [state.fraction for state in states] == pytest.approx(np.arange(1, 20) / 20)
    assert all(state.frames_per_s > 0 for state in states)
    assert all(state.left_s >= 0 for state in states)
