"""How many videos are scored at once on this computer."""

import threading
import time

import pytest

from physio.exercise.assignment import Assignment
from physio.scoring import scorer
from physio.scoring.scorer import Scorer, ThisComputer
from tests.scored_examples import made_rows, made_scored
from tests.unit.scoring.conftest import NO_MODELS


@pytest.fixture
def at_work(monkeypatch):
    """The names of the videos that are being scored, the events by which each is done, and how many there were at
    once."""
    begun, done, at_once = [], {}, []
    monkeypatch.setattr(scorer, "_LOOK_S", 0.01)

    def score(task, *_):
        begun.append(task.path.name)
        at_once.append(len(begun))
        assert done[task.path.name].wait(60)
        begun.remove(task.path.name)
        return made_scored(made_rows())

    monkeypatch.setattr(scorer, "score_apart", score)
    return begun, done, at_once


def submitted(scoring, done, tmp_path, names):
    for name in names:
        done[name] = threading.Event()
    return [scoring.submit(tmp_path / name, Assignment()) for name in names]


def until(condition):
    deadline_s = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.005)


def test_all_processors_score_while_nothing_else_needs_them(at_work, tmp_path):
    begun, done, at_once = at_work
    with Scorer(NO_MODELS, ThisComputer(3)) as scoring:
        tickets = submitted(scoring, done, tmp_path, "abcd")
        until(lambda: len(begun) == 3)
        done["b"].set()
        until(lambda: sorted(begun) == ["a", "c", "d"])
        for one in done.values():
            one.set()
        assert [ticket.wait(60) for ticket in tickets] == [True] * 4
        assert max(at_once) == 3


def test_one_fewer_begins_while_a_processor_is_spared_and_it_is_taken_again_after_that(at_work, tmp_path):
    begun, done, at_once = at_work
    spared = 1
    with Scorer(NO_MODELS, ThisComputer(2, lambda: spared)) as scoring:
        submitted(scoring, done, tmp_path, "abc")
        until(lambda: begun == ["a"])
        done["a"].set()
        until(lambda: begun == ["b"])
        time.sleep(0.1)  # many looks: time for a third one to begin, which it must not
        assert max(at_once) == 1
        spared = 0
        until(lambda: sorted(begun) == ["b", "c"])
        for one in done.values():
            one.set()


def test_one_is_scored_however_many_processors_are_spared(at_work, tmp_path):
    _, done, _ = at_work
    with Scorer(NO_MODELS, ThisComputer(1, lambda: 1)) as scoring:
        (ticket,) = submitted(scoring, done, tmp_path, "a")
        done["a"].set()
        assert ticket.wait(60)


def test_the_end_does_not_wait_for_what_waits(at_work, tmp_path):
    begun, done, _ = at_work
    scoring = Scorer(NO_MODELS, ThisComputer(1))
    first, second = submitted(scoring, done, tmp_path, "ab")
    until(lambda: begun == ["a"])
    done["a"].set()
    scoring.close()
    assert (first.done, second.done) == (True, True)
    assert begun == []
