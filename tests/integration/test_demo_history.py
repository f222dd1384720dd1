"""The demo patient: the real network sees the clips, and the real pipeline scores one of them."""

import json
import shutil
from datetime import UTC, datetime

import pytest

from physio import demo
from physio.capture.video import VideoSource
from physio.config import Settings
from physio.networks.assets import ensure_models
from physio.perception.pose import PoseDetector
from physio.scoring.scorer import Scorer, ThisComputer
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER


@pytest.fixture
def records():
    store = Store(":memory:")
    yield store.acting_as(LOCAL_USER)
    store.close()


@pytest.mark.models
def test_history_is_scored_dated_back_and_goes_on_where_it_ended(records, tmp_path):
    first = next(one for one in demo.demo_clips() if one.path.stem == "squat")
    shutil.copy(first.path, tmp_path / "squat.mp4")
    (tmp_path / "squat.json").write_text(json.dumps({"movement": "squat", "side": "both", "days_ago": 12}))
    models = ensure_models(Settings.load().models_dir)
    demo.add_demo_patient(records)
    scorer = Scorer(models, ThisComputer(1))
    history = demo.DemoHistory(records, scorer, demo.demo_clips(tmp_path))
    assert (history.progress.done, history.progress.total) == (0, 1)
    history.start()
    assert history.wait(120)
    assert history.progress == demo.DemoProgress(1, 1, False)
    (session,) = records.sessions.of(demo.CODE)
    assert session.demo
    assert session.video_name == "squat.mp4"
    assert (datetime.now(UTC).date() - session.started_at.date()).days == 12
    assert session.started_at < session.ended_at < datetime.now(UTC)
    assert session.reps > 0
    history.start()
    assert history.wait(120)
    assert len(records.sessions.of(demo.CODE)) == 1
    records.patients.delete_demo()
    assert records.sessions.of() == ()
    history.start()
    assert history.wait(120)
    assert records.patients.all() == ()
    scorer.close()


@pytest.mark.models
@pytest.mark.parametrize("name", [clip.path.stem for clip in demo.demo_clips()])
def test_the_pose_network_finds_the_rendered_body(name):
    detector = PoseDetector(ensure_models(Settings.load().models_dir).pose)
    try:
        found = [detector.detect(frame) is not None for frame in _every(VideoSource(demo.CLIPS / f"{name}.mp4"), 6, 15)]
    finally:
        detector.close()
    assert all(found)


def _every(frames, step, count):
    for frame in frames:
        if frame.index >= step * count:
            return
        if frame.index % step == 0:
            yield frame
