"""The queue with a scorer that the test plays; tests/integration/test_scoring_processes.py has the real one."""

import io
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from physio.doubts import UNDATED
from physio.errors import PhysioError, StoreError, VideoError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import library
from physio.kinematics.calibrator import CalibrationSetup
from physio.scoring.progress import ScoringProgress
from physio.scoring.queue import UploadQueue
from physio.scoring.scorer import Scorer
from physio.storage.jobs import Jobs
from physio.storage.records import ConsentKind, JobState
from physio.storage.user import LOCAL_USER
from tests.scored_examples import RECORDED_AT, made_rows, made_scored
from tests.unit.scoring.conftest import NO_MODELS, Stage
from tests.unit.storage.made_results import rep, start
from tests.video_files import dated, write_video

ASSIGNMENT = Assignment(library()[0], "left", calibration=CalibrationSetup(zero_when_standing=True), face=False)


def submit(queue, name="clip.mp4", patient="P001", assignment=ASSIGNMENT):
    return queue.submit(name, io.BytesIO(b"x"), patient, assignment)


def until(condition):
    deadline_s = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


def one_job(queue):
    (job,) = queue.jobs("P001")
    return job


def files(incoming):
    with suppress(FileNotFoundError):  # a folder that the queue takes away meanwhile: look again
        return [path.name for path in incoming.rglob("*") if path.is_file()]
    return files(incoming)


def scored():
    return made_scored(made_rows(reps=(rep(1), rep(2))), ASSIGNMENT.exercise)


def test_a_job_is_shown_from_the_queue_to_the_session(queue, stage, store, incoming):
    submit(queue, "Frau M.mp4")
    (ticket,) = stage.tickets
    assert (one_job(queue).state, one_job(queue).message.code) == (JobState.QUEUED, "scoring.queued")
    ticket.report(ScoringProgress())
    assert (one_job(queue).state, one_job(queue).message.code) == (JobState.RUNNING, "scoring.starting")
    ticket.report(ScoringProgress(0.25, 30, 20.0, 4.5))
    job = one_job(queue)
    assert (job.message.code, job.fraction, job.frames_per_s, job.left_s) == ("scoring.running", 0.25, 20.0, 4.5)
    assert not job.finished
    done = scored()
    ticket.settle(done)
    until(lambda: one_job(queue).finished)
    job = one_job(queue)
    assert (job.name, job.state, job.fraction) == ("Frau M.mp4", JobState.DONE, 1.0)
    assert (job.message.code, job.message.params) == ("scoring.reps", {"count": 2})
    assert job.warnings == done.warnings
    assert store.acting_as(LOCAL_USER).sessions.get(job.session_id).video_name == "Frau M.mp4"
    until(lambda: not files(incoming))


def test_what_is_asked_for_reaches_the_scorer_with_the_patients_calibration(queue, stage):
    submit(queue)
    (task,) = stage.tasks
    assert (task.assignment.side, task.assignment.face) == ("left", False)
    assert task.assignment.calibration.zero_when_standing
    assert task.path.read_bytes() == b"x"


def test_a_failed_job_says_why_and_stops_no_other(queue, stage):
    submit(queue, "bad.mp4")
    submit(queue, "good.mp4")
    stage.tickets[0].settle(VideoError("scoring.no_frames", name="bad.mp4"))
    stage.tickets[1].settle(scored())
    until(lambda: all(job.finished for job in queue.jobs("P001")))
    bad, good = queue.jobs("P001")
    assert (bad.state, bad.message.code) == (JobState.FAILED, "scoring.no_frames")
    assert good.state is JobState.DONE


def test_a_result_that_cannot_be_stored_fails_its_job(queue, stage, monkeypatch, caplog):
    monkeypatch.setattr("physio.scoring.queue.save_scored", lambda *_, **__: 1 / 0)
    submit(queue)
    stage.tickets[0].settle(scored())
    until(lambda: one_job(queue).finished)
    assert (one_job(queue).state, one_job(queue).message.code) == (JobState.FAILED, "scoring.unexpected")
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("not_written", [("save_scored", "job"), ("job",)], ids=" and ".join)
def test_a_full_disk_ends_nothing_and_loses_no_result(queue, stage, store, monkeypatch, caplog, not_written):
    def full(*_, **__):
        raise StoreError("storage.disk_full", path="physio.duckdb", problem="No space left on device")

    monkeypatch.setattr("physio.scoring.queue.LOOK_S", 0.01)
    first, second = submit(queue), submit(queue)
    stage.tickets[0].report(ScoringProgress())
    with monkeypatch.context() as disk:
        if "save_scored" in not_written:
            disk.setattr("physio.scoring.queue.save_scored", full)
        disk.setattr("physio.storage.jobs.Jobs.update", full)
        stage.tickets[0].settle(scored())
        until(lambda: "could not be written" in caplog.text)
        assert [job.message.code for job in queue.jobs("P001")] == ["scoring.saving", "scoring.queued"]
    stage.tickets[1].settle(scored())
    until(lambda: all(job.finished for job in queue.jobs("P001")))
    assert {job.id: job.state for job in queue.jobs("P001")} == {first: JobState.DONE, second: JobState.DONE}
    assert len(store.acting_as(LOCAL_USER).sessions.of()) == 2


def test_a_database_that_fails_at_the_very_end_of_a_job_stops_no_other(
    everybodys, queue, stage, monkeypatch, caplog, incoming
):
    get, refused = Jobs.get, []

    def not_yet(jobs, job_id):
        job = get(jobs, job_id)
        if job.finished and not refused:
            refused.append(job_id)
            raise StoreError("storage.disk_full", path="physio.duckdb")
        return job

    monkeypatch.setattr("physio.scoring.queue.LOOK_S", 0.01)
    monkeypatch.setattr(Jobs, "get", not_yet)
    first, second = submit(queue), submit(queue)
    stage.tickets[0].settle(scored())
    until(lambda: refused)
    stage.tickets[1].settle(scored())
    until(lambda: everybodys.ticket(first) is None and everybodys.ticket(second) is None)
    assert [job.state for job in queue.jobs("P001")] == [JobState.DONE, JobState.DONE]
    assert files(incoming) == []


def test_a_stored_result_is_done_though_that_could_not_be_written_at_first(queue, stage, store, monkeypatch, caplog):
    update = Jobs.update
    refused = []

    def not_done_yet(jobs, job_id, **changes):
        if changes.get("state") is JobState.DONE and not refused:
            refused.append(job_id)
            raise StoreError("storage.disk_full", path="physio.duckdb")
        return update(jobs, job_id, **changes)

    monkeypatch.setattr(Jobs, "update", not_done_yet)
    submit(queue)
    stage.tickets[0].settle(scored())
    until(lambda: one_job(queue).finished)
    (session,) = store.acting_as(LOCAL_USER).sessions.of()
    assert refused
    assert (one_job(queue).state, one_job(queue).session_id) == (JobState.DONE, session.id)


@pytest.mark.parametrize(("submitted", "own"), [(True, True), (True, False), (False, True), (False, False)])
def test_a_session_has_the_date_that_was_submitted_else_the_files_own_else_the_uploads(
    queue, stage, store, submitted, own
):
    given = datetime(2026, 2, 1, 9, 0, tzinfo=UTC) if submitted else None
    queue.submit("clip.mp4", io.BytesIO(b"x"), "P001", ASSIGNMENT, given)
    done = scored()
    stage.tickets[0].settle(done if own else replace(done, video=replace(done.video, recorded_at=None)))
    until(lambda: one_job(queue).finished)
    records = store.acting_as(LOCAL_USER)
    (session,), (job,) = records.sessions.of(), records.jobs.all()
    assert session.started_at == (given or (RECORDED_AT if own else job.submitted_at))
    assert (UNDATED in one_job(queue).warnings) is not (submitted or own)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.mp4", b"", "empty"),
        ("holiday.mp4", b"this is not a video", "is damaged or not a video"),
        ("x" * 201 + ".mp4", b"x", "too long"),
    ],
)
def test_what_cannot_be_scored_is_known_before_it_is_submitted(queue, incoming, name, content, said):
    with pytest.raises(PhysioError, match=said):
        queue.probe(name, io.BytesIO(content))
    assert list(incoming.iterdir()) == []


def test_a_video_says_how_long_it_is_and_when_it_was_recorded_and_can_be_submitted_then(
    queue, stage, incoming, tmp_path
):
    path = dated(write_video(tmp_path / "clip.mp4", 30), creation_time="2026-03-05T10:20:30Z")
    content = io.BytesIO(path.read_bytes())
    info = queue.probe("clip.mp4", content)
    assert (info.duration_s, info.recorded_at) == (1.0, datetime(2026, 3, 5, 10, 20, 30, tzinfo=UTC))
    assert list(incoming.iterdir()) == []
    queue.submit("clip.mp4", content, "P001", ASSIGNMENT, info.recorded_at)
    assert stage.tasks[0].path.read_bytes() == path.read_bytes()


def test_finished_jobs_are_cleared_together_and_their_sessions_stay(queue, stage, store):
    first, second, waiting = (submit(queue, f"{name}.mp4") for name in "abc")
    stage.tickets[0].settle(scored())
    stage.tickets[1].settle(VideoError("scoring.no_frames", name="b.mp4"))
    until(lambda: sum(job.finished for job in queue.jobs("P001")) == 2)
    queue.clear_finished("P002")
    assert [job.id for job in queue.jobs("P001")] == [first, second, waiting]
    queue.clear_finished("P001")
    assert [job.id for job in queue.jobs("P001")] == [waiting]
    assert len(store.acting_as(LOCAL_USER).sessions.of("P001")) == 1


def test_jobs_of_a_patient_are_not_shown_under_another(queue):
    first, second = submit(queue, patient="P001"), submit(queue, patient="P002")
    assert [job.id for job in queue.jobs("P001")] == [first]
    assert [job.id for job in queue.jobs("P002")] == [second]


def test_a_job_can_be_cancelled_and_then_dismissed(queue, stage, incoming, store):
    job_id = submit(queue)
    queue.dismiss(job_id)
    assert one_job(queue).state is JobState.QUEUED
    queue.cancel(job_id)
    assert (one_job(queue).state, one_job(queue).message.code) == (JobState.CANCELLED, "scoring.nothing_stored")
    assert stage.tickets[0].done
    until(lambda: not files(incoming))
    queue.cancel(job_id)
    queue.dismiss(job_id)
    assert queue.jobs("P001") == ()
    assert store.acting_as(LOCAL_USER).sessions.of() == ()


def test_what_is_cancelled_while_it_is_stored_is_not_kept(everybodys, queue, stage, store, monkeypatch):
    from physio.scoring.save import save_scored

    def slow(*args, **kwargs):
        session_id = save_scored(*args, **kwargs)
        queue.cancel(job_id)
        return session_id

    monkeypatch.setattr("physio.scoring.queue.save_scored", slow)
    job_id = submit(queue)
    stage.tickets[0].settle(scored())
    until(lambda: everybodys.ticket(job_id) is None)
    assert one_job(queue).state is JobState.CANCELLED
    assert store.acting_as(LOCAL_USER).sessions.of() == ()


def test_a_restart_goes_on_with_what_was_waiting_and_removes_the_rest(everybodys, queue, stage, store, incoming):
    first, second, gone = (submit(queue, f"{name}.mp4") for name in "abc")
    stage.tickets[0].report(ScoringProgress(0.5, 10, 20.0, 1.0))
    everybodys.close()
    assert sorted(files(incoming)) == ["a.mp4", "b.mp4", "c.mp4"]
    (incoming / "left over").mkdir()
    (incoming / "left over" / "face.mp4").write_bytes(b"a video")
    stage.tasks[2].path.unlink()
    again = Stage()
    restarting = UploadQueue(store, Scorer(NO_MODELS, again), incoming)
    restarted = restarting.acting_as(LOCAL_USER)
    assert sorted(files(incoming)) == ["a.mp4", "b.mp4"]
    assert [task.path for task in again.tasks] == [task.path for task in stage.tasks[:2]]
    assert [(task.assignment.side, task.assignment.face) for task in again.tasks] == [("left", False)] * 2
    assert again.tasks[0].assignment.exercise.id == ASSIGNMENT.exercise.id
    states = {job.id: job.state for job in restarted.jobs("P001")}
    assert states == {first: JobState.QUEUED, second: JobState.QUEUED, gone: JobState.FAILED}
    assert restarted.jobs("P001")[2].message.code == "scoring.upload_gone"
    again.tickets[0].settle(scored())
    until(lambda: restarted.jobs("P001")[0].finished)
    restarting.close()
    assert len(store.acting_as(LOCAL_USER).sessions.of()) == 1


def test_what_was_saved_when_the_program_was_killed_is_not_scored_again(
    everybodys, queue, stage, store, incoming, monkeypatch
):
    update = Jobs.update

    def killed_before_the_end(jobs, job_id, **changes):
        if changes.get("state") in (JobState.DONE, JobState.FAILED):
            raise StoreError("storage.stopping")
        return update(jobs, job_id, **changes)

    submit(queue)
    with monkeypatch.context() as program:
        program.setattr(Jobs, "update", killed_before_the_end)
        stage.tickets[0].settle(scored())
        until(lambda: [session.ended_at for session in store.acting_as(LOCAL_USER).sessions.of()] not in ([], [None]))
        everybodys.close()
    assert (one_job(queue).state, one_job(queue).session_id) == (JobState.QUEUED, None)
    assert files(incoming) == ["clip.mp4"]
    again = Stage()
    UploadQueue(store, Scorer(NO_MODELS, again), incoming).close()
    assert again.tasks == []
    (session,) = store.acting_as(LOCAL_USER).sessions.of()
    job = one_job(queue)
    assert (job.state, job.session_id, job.fraction) == (JobState.DONE, session.id, 1.0)
    assert (job.message.code, job.message.params) == ("scoring.reps", {"count": 2})
    assert files(incoming) == []


def test_half_a_result_is_scored_again_after_a_kill(everybodys, queue, stage, store, incoming):
    job_id = submit(queue)
    everybodys.close()
    half = start(store.acting_as(LOCAL_USER))
    store.acting_as(LOCAL_USER).jobs.update(job_id, session_id=half)
    again = Stage()
    restarted = UploadQueue(store, Scorer(NO_MODELS, again), incoming)
    again.tickets[0].settle(scored())
    until(lambda: one_job(queue).finished)
    restarted.close()
    job = one_job(queue)
    assert job.state is JobState.DONE
    assert job.session_id != half


def test_nobody_sees_cancels_or_dismisses_a_job_of_others(queue, his, stage, incoming):
    waiting, failed = submit(queue, "a.mp4", "P002"), submit(queue, "b.mp4", "P002")
    stage.tickets[1].settle(VideoError("scoring.no_frames", name="b.mp4"))
    until(lambda: queue.jobs("P002")[1].finished)
    assert his.jobs("P002") == ()
    his.cancel(waiting)
    his.dismiss(failed)
    assert [job.state for job in queue.jobs("P002")] == [JobState.QUEUED, JobState.FAILED]
    assert not stage.tickets[0].done
    with pytest.raises(StoreError, match="P002"):
        submit(his, "c.mp4", "P002")
    assert [task.path.name for task in stage.tasks] == ["a.mp4", "b.mp4"]
    assert files(incoming) == ["a.mp4"]
    queue.cancel(waiting)
    assert stage.tickets[0].done


def test_a_result_is_saved_for_whom_submitted_it(queue, his, stage, store):
    submit(his, "his.mp4")
    submit(queue, "mine.mp4")
    for ticket in stage.tickets:
        ticket.settle(scored())
    until(lambda: all(job.finished for job in his.jobs("P001")))
    records = store.acting_as(LOCAL_USER)
    sessions = [records.sessions.get(job.session_id) for job in his.jobs("P001")]
    assert [(one.video_name, one.started_by) for one in sessions] == [("his.mp4", "kim"), ("mine.mp4", "local")]
    assert [one.made_by for one in map(records.analyses.counting, (one.id for one in sessions))] == ["kim", "local"]


def test_a_deleted_patients_videos_do_not_stay(queue, stage, store, incoming):
    submit(queue)
    submit(queue, "other.mp4", "P002")
    store.acting_as(LOCAL_USER).patients.delete("P001")
    until(lambda: files(incoming) == ["other.mp4"])
    assert [ticket.done for ticket in stage.tickets] == [True, False]


def test_an_upload_for_nobody_is_refused_and_leaves_nothing(queue, incoming):
    with pytest.raises(StoreError, match="P404"):
        submit(queue, patient="P404")
    assert list(incoming.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("../../x/..\\evil.mp4", "evil.mp4"),
        ("..", "video"),
        ("", "video"),
        ("a\0b:c.mov", "a_b_c.mov"),
        ("Übung (2) – links.webm", "Übung (2) _ links.webm"),
        ("x" * 196 + ".mkv", "x" * 56 + ".mkv"),
    ],
)
def test_uploads_keep_their_name_and_cannot_leave_the_folder(queue, stage, incoming, name, stored):
    submit(queue, name)
    (task,) = stage.tasks
    assert task.path.name == stored
    assert task.path.parent.parent == incoming.resolve()


def test_an_upload_that_cannot_be_stored_is_said(queue, incoming):
    class Broken(io.BytesIO):
        def read(self, *_):
            raise OSError(28, "No space left on device")

    with pytest.raises(PhysioError, match="No space left"):
        queue.submit("clip.mp4", Broken(), "P001", ASSIGNMENT)
    assert list(incoming.iterdir()) == []
    assert queue.jobs("P001") == ()


@pytest.mark.parametrize("consented", [True, False])
def test_the_facial_expression_signal_is_only_queued_with_the_patients_consent(consented, queue, store):
    records = store.acting_as(LOCAL_USER)
    if consented:
        records.consents.give("P001", ConsentKind.EMOTION, "x")
    submit(queue, assignment=replace(ASSIGNMENT, face=True, emotion=True))
    (job,) = records.jobs.all("P001")
    assert job.assignment.face
    assert job.assignment.emotion is consented
