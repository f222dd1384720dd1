import json
from queue import SimpleQueue

import pytest

from physio import demo
from physio.config import Settings
from physio.errors import PhysioError, StoreError
from physio.exercise.definition import load_exercise
from physio.networks.assets import ensure_models
from physio.scoring.score import score_video
from physio.scoring.scorer import Scorer
from physio.scoring.ticket import Ticket
from physio.scoring.worker import Task
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
from tests.scored_examples import made_rows, made_scored


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


def test_the_demo_does_not_take_the_code_of_a_patient(records):
    records.patients.add("p-demo", "A. Berger")
    with pytest.raises(StoreError, match="too much like p-demo"):
        demo.add_demo_patient(records)


class SlowScorer:
    """Says when it begins with a clip, and scores it when it is told to."""

    def __init__(self):
        self.begun: SimpleQueue[Ticket] = SimpleQueue()

    def submit(self, video, _):
        ticket = Ticket(video)
        self.begun.put(ticket)
        return ticket

    def next(self) -> Ticket:
        return self.begun.get(timeout=60)


@pytest.fixture
def slow(records, tmp_path):
    """A history of three clips, begun."""
    for days_ago in (1, 2, 3):
        clip(tmp_path, f"clip{days_ago}", days_ago=days_ago)
    demo.add_demo_patient(records)
    scorer = SlowScorer()
    history = demo.DemoHistory(records, scorer, demo.demo_clips(tmp_path))
    history.start()
    yield history, scorer
    history.close()
    assert history.wait(60)


def scored(ticket: Ticket) -> None:
    ticket.settle(made_scored(made_rows(), load_exercise("squat")))


def videos(records) -> list[str]:
    return sorted(session.video_name for session in records.sessions.of())


def test_removal_stops_it_and_it_can_be_brought_back(records, slow):
    history, scorer = slow
    scored(scorer.next())
    at_work = scorer.next()
    assert videos(records) == ["clip3.mp4"]
    history.close()
    assert history.wait(60)
    assert at_work.done
    records.patients.delete_demo()
    assert scorer.begun.empty()
    demo.add_demo_patient(records)
    history.start()
    for _ in range(3):
        scored(scorer.next())
    assert history.wait(60)
    assert videos(records) == ["clip1.mp4", "clip2.mp4", "clip3.mp4"]
    assert all(session.demo for session in records.sessions.of())


def test_a_session_that_was_deleted_or_moved_does_not_come_back_until_the_demo_is_brought_back(records, slow):
    history, scorer = slow
    for _ in range(3):
        scored(scorer.next())
    assert history.wait(60)
    records.patients.add("P001", "A. Berger")
    by_name = {one.video_name: one.id for one in records.sessions.of()}
    records.sessions.delete(by_name["clip1.mp4"], demo.CODE)
    records.sessions.move(by_name["clip2.mp4"], demo.CODE, "P001")
    history.start()  # as the next start of the server does
    assert history.wait(60)
    assert scorer.begun.empty()
    assert videos(records) == ["clip2.mp4", "clip3.mp4"]
    assert history.progress == demo.DemoProgress(3, 3, False)
    records.sessions.delete(by_name["clip2.mp4"], "P001")
    history.start()
    assert history.wait(60)
    assert scorer.begun.empty()
    records.patients.delete_demo()
    demo.add_demo_patient(records)
    history.start()
    for _ in range(3):
        scored(scorer.next())
    assert history.wait(60)
    assert len(videos(records)) == 3


def test_it_may_begin_again_before_it_has_ended(records, slow):
    """And begins with what the removal left, not with what it had before."""
    history, scorer = slow
    scored(scorer.next())
    scorer.next()
    history.close()
    records.patients.delete_demo()
    demo.add_demo_patient(records)
    history.start()
    history.start()
    for _ in range(3):
        scored(scorer.next())
    assert history.wait(60)
    assert scorer.begun.empty()
    assert len(videos(records)) == 3


def test_without_the_patient_it_gives_up_and_never_fills_somebody_elses(records, slow):
    history, scorer = slow
    at_work = scorer.next()
    records.patients.delete_demo()
    records.patients.add(demo.CODE, "A. Berger")
    scored(at_work)
    assert history.wait(60)
    assert videos(records) == []
    history.start()
    assert history.wait(60)
    assert scorer.begun.empty()
    assert history.progress == demo.DemoProgress(3, 3, False)


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
