import io
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from example_sessions import Example, add_session

from physio.errors import StoreError
from physio.exercise.assignment import Assignment
from physio.language import english
from physio.messages import message
from physio.scoring.queue import UploadQueue
from physio.scoring.scorer import ThisComputer
from physio.storage.jobs import Jobs
from physio.storage.records import JobState, NewAnalysis, NewJob, NewSession
from physio.storage.store import Store
from physio.ui import resources
from tests.video_files import dated, write_video

pytestmark = pytest.mark.models
FORGETS = "Leaving this page forgets the chosen files."


@pytest.fixture(autouse=True)
def end_jobs(store):
    yield
    resources.queue().close()
    resources.scorer().close()


@pytest.fixture
def clips(tmp_path_factory):
    """Two small videos that can be scored, with nobody in them: one with a date, one without."""
    folder = tmp_path_factory.mktemp("clips")
    undated = write_video(folder / "undated.mp4", 10)
    return dated(undated, creation_time="2026-03-05T10:20:30Z"), undated


def submit(app, path: Path):
    app.file_uploader[0].upload(path.name, path.read_bytes(), "video/mp4").run()
    return next(button for button in app.button if button.label == "Analyse 1 video for P001").click().run()


def choose(app, paths):
    app.file_uploader[0].set_value([(path.name, path.read_bytes(), "video/mp4") for path in paths]).run()
    assert not app.exception


def test_without_a_patient_it_offers_to_add_one(open_page, page_text):
    app = open_page("upload")
    assert not app.exception
    assert "No patient yet" in page_text(app)


def test_it_waits_for_a_video(records, open_page):
    records.patients.add("P001", "A. Berger")
    app = open_page("upload")
    assert not app.exception
    assert next(button for button in app.button if button.key == "analyse").disabled


HOLIDAY = "holiday.mp4 is damaged or not a video. Copy it again from the camera, or choose another file."


def test_a_file_that_is_no_video_is_refused_at_once(records, open_page):
    records.patients.add("P001", "A. Berger")
    app = open_page("upload")
    app.file_uploader[0].upload("holiday.mp4", b"this is not a video", "video/mp4").run()
    assert not app.exception
    assert [one.value for one in app.error] == [HOLIDAY]
    assert next(button for button in app.button if button.key == "analyse").disabled
    assert resources.jobs().jobs("P001") == ()


def test_bad_files_are_named_and_the_good_ones_go_on(records, open_page, clips, tmp_path):
    records.patients.add("P001", "A. Berger")
    bad, empty = tmp_path / "bad_file.mp4", tmp_path / "empty.mp4"
    bad.write_bytes(b"no video"), empty.write_bytes(b"")
    app = open_page("upload")
    choose(app, [bad, clips[0], empty, clips[1]])
    assert [one.value.replace("\\", "").split(" ")[0] for one in app.error] == ["bad_file.mp4", "empty.mp4"]
    button = next(button for button in app.button if button.key == "analyse")
    assert button.label == "Analyse 2 videos for P001"
    button.click().run()
    assert [job.video_name for job in records.jobs.all("P001")] == [clip.name for clip in clips]


def test_each_file_has_its_own_exercise_side_and_date(records, open_page, clips):
    records.patients.add("P001", "A. Berger")
    add_session(records, "P001", Example())
    app = open_page("upload")
    assert app.selectbox(key="upload_exercise_P001").value == "squat", "the patient's last one"
    choose(app, clips)
    _, second = (one for one in app.selectbox if one.key.startswith("exercise_"))
    second.select("elbow_flexion").run()
    next(one for one in app.selectbox if one.key.startswith("side_") and "elbow" in one.key).select("left").run()
    typed = app.datetime_input
    assert [one.value is None for one in typed] == [False, True]
    typed[1].set_value(datetime(2026, 1, 2, 9, 30)).run()
    next(button for button in app.button if button.key == "analyse").click().run()
    assert not app.exception
    one, other = records.jobs.all("P001")
    assert (one.assignment.exercise.id, one.assignment.side) == ("squat", "both")
    assert (other.assignment.exercise.id, other.assignment.side) == ("elbow_flexion", "left")
    assert one.recorded_at == datetime(2026, 3, 5, 10, 20, 30, tzinfo=UTC), "to the second, as the file says it"
    assert other.recorded_at == datetime(2026, 1, 2, 9, 30, tzinfo=UTC)


def analyse_button(app):
    return next(button for button in app.button if button.key == "analyse")


def captions(app):
    return [one.value for one in app.caption]


def test_a_row_says_where_its_date_comes_from_and_doubts_one_long_ago(records, open_page, clips, tmp_path):
    records.patients.add("P001", "A. Berger")
    old = dated(write_video(tmp_path / "old.mp4", 10), creation_time="2021-06-05T10:20:30Z")
    app = open_page("upload")
    assert FORGETS not in captions(app)
    choose(app, [old, clips[1]])
    said = captions(app)
    assert "From the file · :orange[More than a year ago: check]" in said
    assert "No date in the file: time of upload" in said
    assert FORGETS in said
    for one, moment in zip(app.datetime_input, (datetime.now() - timedelta(days=9), datetime(2024, 1, 2)), strict=True):
        one.set_value(moment.replace(second=0, microsecond=0))
    app.run()
    said = [one for one in captions(app) if "Changed by you" in one]
    assert said == ["Changed by you", "Changed by you · :orange[More than a year ago: check]"]


def test_a_date_that_cannot_be_is_refused_at_its_row_and_keeps_the_button_from_working(records, open_page, clips):
    records.patients.add("P001", "A. Berger")
    app = open_page("upload")
    choose(app, clips)
    future = (datetime.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    app.datetime_input[0].set_value(future)
    analyse_button(app).click().run()  # both in one run, as when the press ends the typing
    assert not app.exception
    assert records.jobs.all() == ()
    assert app.datetime_input[0].value == future
    assert [one for one in captions(app) if "in the future or before 1990" in one]
    assert analyse_button(app).disabled
    app.datetime_input[0].set_value(datetime(2026, 1, 2)).run()
    assert not analyse_button(app).disabled


def test_a_video_that_is_there_already_is_said(records, open_page, clips):
    records.patients.add("P001", "A. Berger")
    new = NewSession("P001", "recorded", clips[0].name, started_at=datetime(2026, 3, 5, 10, 20, 30, tzinfo=UTC))
    records.sessions.start(new, NewAnalysis(Assignment(), "test", {}))
    app = open_page("upload")
    choose(app, [clips[0]])
    (hint,) = app.info
    assert "has already been analysed: session of 5 Mar 2026, 10:20" in hint.value.replace("\\", "")
    assert not next(button for button in app.button if button.key == "analyse").disabled


def test_a_patient_deleted_meanwhile_gets_no_video(records, open_page, clips):
    for code in ("P001", "P002"):
        records.patients.add(code, code)
    app = open_page("upload", patient="P001")
    choose(app, [clips[0]])
    jobs = resources.jobs()
    records.patients.delete("P001")
    with pytest.raises(StoreError, match="P001"):
        jobs.submit(clips[0].name, io.BytesIO(b"x"), "P001", Assignment())
    assert records.jobs.all() == ()


def test_finished_jobs_go_one_by_one_and_together_and_the_sessions_stay(records, open_page):
    records.patients.add("P001", "A. Berger")
    session_id = add_session(records, "P001", Example())
    resources.jobs()  # the queue is there before the jobs, which nobody is to score
    names = ["done.mp4", "failed.mp4", "deleted.mp4"]
    ids = [records.jobs.add(NewJob("P001", name, name, Assignment())) for name in names]
    records.jobs.update(ids[0], state=JobState.DONE, message=message("scoring.reps", count=5), session_id=session_id)
    records.jobs.update(ids[1], state=JobState.FAILED, message=message("scoring.unexpected"))
    records.jobs.update(ids[2], state=JobState.DONE, message=message("scoring.reps", count=2))
    app = open_page("upload")
    assert len([button for button in app.button if button.label == "Dismiss"]) == 3
    assert len([button for button in app.button if button.label == "Open session"]) == 1
    assert any("the session was deleted" in one.value for one in app.markdown)
    app.button(key=f"dismiss_{ids[0]}").click().run()
    assert [job.id for job in records.jobs.all()] == ids[1:]
    app.button(key="clear_finished").click().run()
    assert not app.exception
    assert records.jobs.all() == ()
    assert [one.id for one in records.sessions.of()] == [session_id]


def test_a_job_that_fails_gets_a_message_and_leaves_nothing(records, open_page, page_text, clips, monkeypatch):
    records.patients.add("P001", "A. Berger")
    monkeypatch.setattr("physio.scoring.queue.save_scored", lambda *_, **__: 1 / 0)
    app = submit(open_page("upload"), clips[0])
    assert not app.exception
    deadline = time.monotonic() + 60
    while not (job := resources.jobs().jobs("P001")[0]).finished:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert job.state is JobState.FAILED
    app.run()
    assert not app.exception
    assert clips[0].name in page_text(app).replace("\\", "")
    assert english(job.message) in page_text(app).replace("\\", "")
    assert records.sessions.of() == ()
    next(button for button in app.button if button.label == "Dismiss").click().run()
    assert resources.jobs().jobs("P001") == ()


def test_a_waiting_video_can_be_cancelled(records, open_page, clips):
    records.patients.add("P001", "A. Berger")
    app = open_page("upload")
    for clip in clips:
        app = submit(app, clip)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and any(not job.finished for job in resources.jobs().jobs("P001")):
        cancel = [button for button in app.button if button.label == "Cancel"]
        if cancel:
            cancel[0].click().run()
        app.run()
    assert not app.exception
    assert {job.state for job in resources.jobs().jobs("P001")} <= {JobState.DONE, JobState.CANCELLED}


def test_one_processor_is_left_to_a_live_session_while_there_is_one(store, monkeypatch):
    given = {}
    monkeypatch.setattr(resources, "ThisComputer", lambda **wanted: given.update(wanted) or ThisComputer(1))
    resources.scorer()
    assert "at_once" not in given, "as many as there are processors"
    assert given["spared"]() == 0
    monkeypatch.setattr(resources.live_sessions(), "running", lambda: ("a session",))
    assert given["spared"]() == 1


@pytest.mark.parametrize(("button", "writes"), [("Cancel", "update"), ("Dismiss", "dismiss")])
def test_a_job_that_cannot_be_ended_is_told(records, open_page, disk_full, button, writes):
    records.patients.add("P001", "A. Berger")
    app = open_page("upload")
    job_id = records.jobs.add(NewJob("P001", "a.mp4", "a.mp4", Assignment()))
    if button == "Dismiss":
        records.jobs.update(job_id, state=JobState.FAILED)
    app.run()
    disk_full(Jobs, writes)
    next(one for one in app.button if one.label == button).click().run()
    assert not app.exception
    assert [one.value.split(":")[0] for one in app.error] == ["The disk is full"]
    assert len(records.jobs.all()) == 1


def test_at_the_servers_end_the_queue_is_closed_before_what_it_writes_to(monkeypatch):
    closed = []

    def logged(kind):
        real = kind.close
        monkeypatch.setattr(kind, "close", lambda one: closed.append(kind) or real(one))

    logged(UploadQueue)
    logged(Store)
    resources.jobs()
    resources.close()
    assert closed[:2] == [UploadQueue, Store]
