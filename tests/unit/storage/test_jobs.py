from pathlib import Path

import pytest
from made_results import ASKED, start

from physio.errors import ExerciseError, StoreError
from physio.exercise.assignment import Assignment
from physio.messages import message
from physio.storage.acting import Records
from physio.storage.assignment_codec import stored_assignment
from physio.storage.records import JobState, NewJob
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER


def queue(records: Records, name: str, assignment: Assignment = ASKED) -> str:
    return records.jobs.add(NewJob("P001", name, f"/incoming/{name}", assignment))


def test_a_job_comes_back_as_it_was_asked_for(records: Records) -> None:
    first, second = queue(records, "a.mp4"), queue(records, "b.mp4", Assignment(face=False))
    kept = records.jobs.all("P001")
    assert [one.id for one in kept] == [first, second]
    assert (kept[0].video_name, kept[0].path, kept[0].state) == ("a.mp4", "/incoming/a.mp4", JobState.QUEUED)
    assert (kept[0].submitted_by, kept[0].fraction, kept[0].message, kept[0].session_id) == ("local", 0.0, None, None)
    assert kept[0].assignment.exercise == ASKED.exercise
    assert (kept[0].assignment.side, kept[0].assignment.target_reps) == ("left", 10)
    assert kept[1].assignment.exercise is None
    assert not kept[1].assignment.face
    assert records.jobs.get(second) == kept[1]
    assert records.jobs.get("unknown") is None


def test_a_job_needs_its_patient(records: Records) -> None:
    with pytest.raises(StoreError, match="no patient P999"):
        records.jobs.add(NewJob("P999", "a.mp4", "a.mp4", ASKED))


def test_progress_and_the_end_are_kept(records: Records) -> None:
    job_id = queue(records, "a.mp4")
    session_id = start(records)
    assert records.jobs.update(job_id, state=JobState.RUNNING, fraction=0.25, message=message("scoring.running"))
    half = records.jobs.get(job_id)
    assert half is not None
    assert half.started_at is not None
    assert (half.state, half.fraction, half.message) == (JobState.RUNNING, 0.25, message("scoring.running"))
    assert not half.finished
    assert records.jobs.update(job_id, state=JobState.DONE, session_id=session_id)
    done = records.jobs.get(job_id)
    assert done is not None
    assert (done.state, done.session_id, done.fraction, done.finished) == (JobState.DONE, session_id, 0.25, True)
    assert done.finished_at is not None
    assert not records.jobs.update(job_id, state=JobState.FAILED), "the first end counts"
    assert records.jobs.get(job_id) == done


def test_only_a_finished_job_can_be_dismissed(records: Records) -> None:
    job_id = queue(records, "a.mp4")
    records.jobs.dismiss(job_id)
    assert len(records.jobs.all()) == 1
    records.jobs.update(job_id, state=JobState.CANCELLED)
    records.jobs.dismiss(job_id)
    assert records.jobs.all() == ()


def test_a_restart_goes_on_with_what_was_waiting(tmp_path: Path) -> None:
    path = tmp_path / "physio.duckdb"
    store = Store(path)
    records = store.acting_as(LOCAL_USER)
    records.patients.add("P001", "")
    done, running, waiting = (queue(records, f"{i}.mp4") for i in range(3))
    records.jobs.update(done, state=JobState.DONE)
    records.jobs.update(running, state=JobState.RUNNING, fraction=0.5, message=message("scoring.running"))
    store.close()  # as a kill would leave it

    reopened = Store(path)
    again = reopened.acting_as(LOCAL_USER)
    assert again.jobs.requeue_running() == 1
    assert [one.id for one in again.jobs.all()] == [done, running, waiting]
    assert [one.state for one in again.jobs.all()] == [JobState.DONE, JobState.QUEUED, JobState.QUEUED]
    first = again.jobs.all()[1]
    assert (first.fraction, first.message, first.started_at) == (0.0, None, None)
    reopened.close()


@pytest.mark.parametrize("text", ["", "{}", "[]"])
@pytest.mark.parametrize("exercise_text", [None, 'id = "squat"'])
def test_what_was_asked_for_and_cannot_be_read_is_an_error_that_people_understand(
    text: str, exercise_text: str | None
) -> None:
    with pytest.raises(ExerciseError, match="cannot be read"):
        stored_assignment(text, exercise_text)
