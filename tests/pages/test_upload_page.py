import time

import pytest

from physio.exercise.assignment import Assignment
from physio.language import english
from physio.storage.jobs import Jobs
from physio.storage.records import JobState, NewJob
from physio.ui import resources

pytestmark = pytest.mark.models


@pytest.fixture(autouse=True)
def end_jobs(store):
    yield
    resources.queue().close()
    resources.scorer().close()


def submit(app, name: str, content: bytes):
    app.file_uploader[0].upload(name, content, "video/mp4").run()
    return next(button for button in app.button if button.label == "Analyse 1 video for P001").click().run()


def test_without_a_patient_it_offers_to_add_one(open_page, page_text):
    app = open_page("upload")
    assert not app.exception
    assert "No patient yet" in page_text(app)


def test_it_waits_for_a_video(records, open_page):
    records.patients.add("P001", "A. Berger")
    app = open_page("upload")
    assert not app.exception
    assert next(button for button in app.button if button.label == "Analyse 1 video for P001").disabled


def test_a_file_that_is_no_video_gets_a_message_and_leaves_nothing(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    app = submit(open_page("upload"), "holiday.mp4", b"this is not a video")
    assert not app.exception
    deadline = time.monotonic() + 60
    while not (job := resources.jobs().jobs("P001")[0]).finished:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert job.state is JobState.FAILED
    app.run()
    assert not app.exception
    assert "holiday.mp4" in page_text(app)
    assert english(job.message) in page_text(app).replace("\\", "")
    assert records.sessions.of() == ()
    next(button for button in app.button if button.label == "Dismiss").click().run()
    assert resources.jobs().jobs("P001") == ()


def test_a_waiting_video_can_be_cancelled(records, open_page):
    records.patients.add("P001", "A. Berger")
    app = submit(open_page("upload"), "first.mp4", b"no video")
    app = submit(app, "second.mp4", b"no video either")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and any(not job.finished for job in resources.jobs().jobs("P001")):
        cancel = [button for button in app.button if button.label == "Cancel"]
        if cancel:
            cancel[0].click().run()
        app.run()
    assert not app.exception
    assert {job.state for job in resources.jobs().jobs("P001")} <= {JobState.FAILED, JobState.CANCELLED}
    assert records.sessions.of() == ()


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
