"""What the queue stores of a job and shows of it, beyond its way from the upload to the session."""

from dataclasses import replace

import pytest

from physio.errors import PhysioError
from physio.exercise.assignment import Assignment
from physio.messages import own_text
from physio.scoring.progress import ScoringProgress
from physio.scoring.queue import UploadQueue
from physio.scoring.scorer import Scorer
from physio.storage.records import JobState
from physio.storage.user import LOCAL_USER
from tests.scored_examples import made_rows, made_scored
from tests.unit.scoring.conftest import NO_MODELS, Stage
from tests.unit.scoring.test_queue import ASSIGNMENT, files, one_job, scored, submit, until


def stored(store, job_id):
    return store.acting_as(LOCAL_USER).jobs.get(job_id)


def test_a_job_that_runs_is_stored_as_running_and_one_that_waits_as_waiting(queue, stage, store):
    first, second = submit(queue), submit(queue)
    stage.tickets[0].report(ScoringProgress())
    assert stored(store, first).state is JobState.RUNNING
    assert stored(store, second).state is JobState.QUEUED


def test_the_doubts_of_a_session_are_shown_with_its_job(queue, stage):
    submit(queue)
    stage.tickets[0].settle(replace(scored(), warnings=(own_text("dim light"),)))
    until(lambda: one_job(queue).finished)
    assert one_job(queue).warnings == (own_text("dim light"),)


def test_a_session_that_was_deleted_has_no_doubts_any_more(queue, stage, store):
    submit(queue)
    stage.tickets[0].settle(replace(scored(), warnings=(own_text("dim light"),)))
    until(lambda: one_job(queue).finished)
    store.acting_as(LOCAL_USER).sessions.discard(one_job(queue).session_id)
    assert [job.warnings for job in queue.jobs("P001")] == [()]


def test_without_an_exercise_angles_alone_were_found(queue, stage):
    submit(queue, assignment=Assignment())
    stage.tickets[0].settle(made_scored(made_rows(9)))
    until(lambda: one_job(queue).finished)
    assert one_job(queue).message.code == "scoring.angles_only"


def test_while_it_is_stored_nothing_is_left_to_wait_for(queue, stage, monkeypatch):
    from physio.scoring.save import save_scored

    shown = []

    def save(*args, **keywords):
        shown.append(one_job(queue))
        return save_scored(*args, **keywords)

    monkeypatch.setattr("physio.scoring.queue.save_scored", save)
    submit(queue)
    stage.tickets[0].report(ScoringProgress(0.5, 30, 20.0, 4.0))
    stage.tickets[0].settle(scored())
    until(lambda: one_job(queue).finished)
    (job,) = shown
    assert (job.state, job.message.code) == (JobState.RUNNING, "scoring.saving")
    assert (job.fraction, job.left_s, job.frames_per_s) == (1.0, 0.0, 20.0)


def test_nobody_else_can_read_what_was_uploaded(queue, stage, incoming):
    submit(queue)
    assert incoming.stat().st_mode & 0o777 == 0o700
    assert stage.tasks[0].path.parent.stat().st_mode & 0o777 == 0o700


def test_what_is_cancelled_or_failed_leaves_no_file_and_what_waits_does(queue, stage, incoming):
    cancelled, _, _ = (submit(queue, f"{name}.mp4") for name in "abc")
    queue.cancel(cancelled)
    queue.cancel("unknown")
    stage.tickets[1].settle(PhysioError("scoring.unexpected"))
    until(lambda: files(incoming) == ["c.mp4"])
    assert [job.state for job in queue.jobs("P001")] == [JobState.CANCELLED, JobState.FAILED, JobState.QUEUED]


def test_what_ran_when_the_program_ended_waits_after_the_next_start(everybodys, queue, stage, store, incoming):
    job_id = submit(queue)
    stage.tickets[0].report(ScoringProgress(0.5, 10, 20.0, 1.0))
    everybodys.close()
    assert stage.tickets[0].done
    again = Stage()
    restarted = UploadQueue(store, Scorer(NO_MODELS, again), incoming)
    assert stored(store, job_id).state is JobState.QUEUED
    assert again.tasks[0].assignment.side == ASSIGNMENT.side
    restarted.close()


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_job_that_waits_or_runs_is_not_finished(queue, stage, state):
    submit(queue)
    if state == "running":
        stage.tickets[0].report(ScoringProgress())
    assert (one_job(queue).state, one_job(queue).finished) == (JobState(state), False)
