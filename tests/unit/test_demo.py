import json

import pytest

from physio import demo
from physio.config import Settings
from physio.errors import PhysioError
from physio.networks.assets import ensure_models
from physio.scoring.score import score_video
from physio.scoring.scorer import Scorer
from physio.scoring.ticket import Ticket
from physio.scoring.worker import Task
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER


@pytest.fixture
def records():
    store = Store(":memory:")
    yield store.acting_as(LOCAL_USER)
    store.close()


def clip(folder, name, **facts):
    (folder / f"{name}.mp4").write_bytes(b"")
    (folder / f"{name}.json").write_text(json.dumps({"movement": "squat", "side": "both", **facts}))


def test_the_clips_that_come_with_physio_are_of_known_exercises():
    clips = demo.demo_clips()
    assert len(clips) >= 10
    assert all(0 <= one.days_ago <= 120 for one in clips)
    assert [one.days_ago for one in clips] == sorted((one.days_ago for one in clips), reverse=True)


def test_clips_are_dated_by_their_facts_or_spread_over_the_weeks(tmp_path):
    clip(tmp_path, "a")
    clip(tmp_path, "b")
    clip(tmp_path, "c", days_ago=3)
    clip(tmp_path, "d", movement="juggling")
    (tmp_path / "e.mp4").write_bytes(b"")
    found = {one.path.stem: one.days_ago for one in demo.demo_clips(tmp_path)}
    assert found == {"a": 42, "b": 28, "c": 3}


def test_the_course_is_scored_first_and_then_what_is_newest(tmp_path):
    for name, movement, days_ago in (
        ("a", "lunge", 9),
        ("b", "squat", 2),
        ("c", "squat", 30),
        ("d", "lateral_raise", 4),
    ):
        clip(tmp_path, name, movement=movement, days_ago=days_ago)
    ordered = demo.in_order_of_interest(demo.demo_clips(tmp_path))
    assert [one.path.stem for one in ordered] == ["c", "b", "d", "a"]
    assert demo.in_order_of_interest(()) == []


def test_the_clips_that_come_with_physio_show_a_course():
    first = demo.in_order_of_interest(demo.demo_clips())[:5]
    assert len({one.exercise_id for one in first}) == 1
    assert first[0].days_ago - first[-1].days_ago > 28
    assert first[-1].days_ago == min(one.days_ago for one in demo.demo_clips())


def test_the_demo_patient_is_added_once_and_marked(records):
    demo.add_demo_patient(records)
    demo.add_demo_patient(records)
    (patient,) = records.patients.all()
    assert (patient.code, patient.demo) == ("P-DEMO", True)


class Here:
    """A place to score in this very process; that others are started is tested in tests/integration."""

    def start(self, task: Task, ticket: Ticket) -> None:
        try:
            ticket.settle(score_video(task.path, task.models, task.assignment))
        except PhysioError as error:
            ticket.settle(error)

    def close(self) -> None:
        """Nothing to end."""


@pytest.mark.models
def test_a_clip_that_cannot_be_scored_is_left_out(records, tmp_path, caplog):
    clip(tmp_path, "broken")
    demo.add_demo_patient(records)
    with Scorer(ensure_models(Settings.load().models_dir), Here()) as scorer:
        history = demo.DemoHistory(records, scorer, demo.demo_clips(tmp_path))
        history.start()
        assert history.wait(120)
    assert records.sessions.of() == ()
    assert "broken.mp4" in caplog.text
