"""The life of a ticket, and of the scorer that hands them out, without a video."""

from dataclasses import replace
from pathlib import Path

import pytest

from physio.errors import CancelledError, PhysioError, VideoError
from physio.exercise.assignment import Assignment
from physio.networks.assets import ModelPaths
from physio.scoring import scorer as scorer_module
from physio.scoring.progress import ScoringProgress
from physio.scoring.scorer import Scorer, ThisComputer
from physio.scoring.ticket import Ticket
from tests.scored_examples import made_rows, made_scored

CLIP = Path("uploads/Frau M.mp4")
MODELS = ModelPaths(Path("pose.task"), Path("face.task"), Path("appearance.tflite"), {})


def scored():
    return made_scored(made_rows(3))


def test_a_ticket_waits_is_worked_on_and_ends():
    ticket, told = Ticket(CLIP), []
    ticket.when_started(lambda: told.append("started"))
    ticket.when_done(lambda: told.append("done"))
    assert (ticket.started, ticket.done, ticket.wait(0.0)) == (False, False, False)
    for frames in (0, 10):
        ticket.report(ScoringProgress(0.25, frames))
    assert (ticket.started, ticket.done, told) == (True, False, ["started"])
    assert ticket.progress == ScoringProgress(0.25, 10)
    ticket.settle(scored())
    assert (ticket.done, ticket.wait(0.0), told) == (True, True, ["started", "done"])
    ticket.when_started(lambda: told.append("again"))
    ticket.when_done(lambda: told.append("again"))
    assert told[2:] == ["again", "again"]


def test_the_result_has_the_path_that_was_handed_in():
    ticket, done = Ticket(CLIP), scored()
    ticket.settle(done)
    assert ticket.result().video == replace(done.video, path=CLIP)
    assert ticket.result().rows is done.rows


def test_only_the_first_end_counts_and_it_stops_the_work_once():
    ticket, stopped = Ticket(CLIP), []
    ticket.stop_with(lambda: stopped.append(1))
    assert stopped == []
    ticket.cancel()
    ticket.settle(scored())
    ticket.cancel()
    assert stopped == [1]
    with pytest.raises(CancelledError) as error:
        ticket.result()
    assert (error.value.message.code, error.value.message.params) == ("scoring.cancelled", {"name": "Frau M.mp4"})


def test_work_that_begins_after_the_end_is_stopped_at_once():
    ticket, stopped = Ticket(CLIP), []
    ticket.settle(VideoError("scoring.died", name="x"))
    ticket.stop_with(lambda: stopped.append(1))
    assert stopped == [1]
    with pytest.raises(VideoError):
        ticket.result()


class Stage:
    """A place that does nothing."""

    def __init__(self):
        self.tasks, self.closed = [], 0

    def start(self, task, ticket):
        self.tasks.append((task, ticket))

    def close(self):
        self.closed += 1


def test_the_scorer_hands_on_whole_paths_and_cancels_what_is_left():
    stage = Stage()
    with Scorer(MODELS, stage) as scorer:
        first, second = scorer.submit(CLIP, Assignment(side="left")), scorer.submit(Path("b.mp4"), Assignment())
        ((task, ticket), _) = stage.tasks
        assert (task.path, task.models, task.assignment.side) == (CLIP.resolve(), MODELS, "left")
        assert ticket is first
        assert first.video == CLIP
        first.settle(scored())
    assert stage.closed == 1
    assert first.result().rows.t_s.size == 3
    for late in (second.result, lambda: scorer.submit(CLIP, Assignment())):
        with pytest.raises(CancelledError) as error:
            late()
        assert error.value.message.params["name"] in ("Frau M.mp4", "b.mp4")
    scorer.close()
    assert stage.closed == 2


def test_this_computer_scores_one_after_the_other_and_says_what_failed(monkeypatch, caplog):
    stopped = []

    class Process:
        def terminate(self):
            stopped.append(1)

    def apart(task, progress, started):
        started(Process())
        progress(ScoringProgress(0.5, 7))
        if task.path.stem == "bad":
            raise VideoError("scoring.died", name="bad.mp4")
        if task.path.stem == "odd":
            raise ZeroDivisionError
        return scored()

    monkeypatch.setattr(scorer_module, "score_apart", apart)
    with Scorer(MODELS, ThisComputer(1)) as scorer:
        good, bad, odd = (scorer.submit(Path(f"{name}.mp4"), Assignment()) for name in ("good", "bad", "odd"))
        assert good.result().rows.t_s.size == 3
        for ticket, code in ((bad, "scoring.died"), (odd, "scoring.unexpected")):
            with pytest.raises(PhysioError) as error:
                ticket.result()
            assert error.value.message.code == code
    assert [ticket.progress.frames for ticket in (good, bad, odd)] == [7, 7, 7]
    assert "scoring odd.mp4 failed" in caplog.text
    assert len(stopped) == 3


def test_what_was_cancelled_while_it_waited_is_not_begun(monkeypatch):
    begun = []
    monkeypatch.setattr(scorer_module, "score_apart", lambda task, *_: begun.append(task))
    ticket = Ticket(CLIP)
    ticket.cancel()
    scorer_module._mind(None, ticket)
    assert begun == []
    assert not ticket.started


def test_there_is_a_processor():
    assert scorer_module.processors() >= 1
