"""The widgets of the Upload page: what to analyse, and the list of what is being analysed."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import IO

import streamlit as st

from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise
from physio.kinematics.calibrator import CalibrationSetup
from physio.scoring.queue import Job, Uploads
from physio.storage.records import JobState, Patient
from physio.ui import components, state
from physio.ui.live_choice import choose_side
from physio.ui.say import labelled, say
from physio.ui.tiles import clock

TYPES = ["mp4", "mov", "avi", "webm", "mkv", "m4v", "mpg", "mpeg"]
_KINDS = "MP4, MOV, AVI, WebM, MKV, MPEG"
NO_EXERCISE = ""
_REFRESH_S = 0.7
_ICONS = {
    JobState.QUEUED: ":material/schedule:",
    JobState.RUNNING: ":material/autorenew:",
    JobState.DONE: ":material/check_circle:",
    JobState.FAILED: ":material/error:",
    JobState.CANCELLED: ":material/cancel:",
}


def choose(exercises: Mapping[str, Exercise]) -> Assignment:
    """Which exercise and side, and whether the face is analysed and the standing posture taken as zero."""
    what, where, how = st.columns([3, 2, 4], vertical_alignment="bottom")
    options = [*exercises, NO_EXERCISE]
    key = what.selectbox(
        say("ui.exercise"),
        options,
        format_func=labelled(options, lambda one: say(exercises[one].name if one else "ui_upload.no_exercise")),
        key="upload_exercise",
        persist_state="session",
    )
    exercise = exercises.get(key)
    side = choose_side(exercise, where, "upload") if exercise else None
    with how.container(horizontal=True):
        face = st.toggle(say("ui.face"), True, key="upload_face", persist_state="session", help=say("ui.face_help"))
        zero = st.toggle(say("ui.zero"), key="upload_zero", persist_state="session", help=say("ui.zero_help"))
    return Assignment(exercise, side, calibration=CalibrationSetup(zero_when_standing=zero), face=face)


def uploader_key() -> str:
    """A new key after each submission empties the file list."""
    return f"upload_files_{st.session_state.get('upload_round', 0)}"


def uploader_words() -> None:
    """What the upload field says, in the reader's language: Streamlit only knows it in English."""
    limit_gb = st.get_option("server.maxUploadSize") / 1024
    words = {"choose": say("ui_upload.choose"), "limits": say("ui_upload.limits", gb=limit_gb, kinds=_KINDS)}
    variables = "".join(f"--ph-upload-{name}:{json.dumps(text, ensure_ascii=False)};" for name, text in words.items())
    st.html(f"<style>.stFileUploader{{{variables}}}</style>")


def button_label(files: Sequence[IO[bytes]] | None) -> str:
    """What the button does."""
    return say("ui_upload.analyse_many", count=len(files)) if files and len(files) > 1 else say("ui_upload.analyse")


def submit(jobs: Uploads, files: Sequence[IO[bytes]], patient: Patient, asked: Assignment) -> None:
    """Hand the videos to the queue and empty the file list."""
    with st.spinner(say("ui_upload.storing")):
        for file in files:
            jobs.submit(file.name, file, patient.code, asked)
    st.session_state["upload_round"] = st.session_state.get("upload_round", 0) + 1
    st.rerun()


def queue(jobs: Uploads, patient: Patient) -> None:
    """The patient's jobs, newest first; refreshed while one of them is at work."""
    busy = any(not job.finished for job in jobs.jobs(patient.code))
    st.fragment(_rows, run_every=_REFRESH_S if busy else None)(jobs, patient, busy)


def _rows(jobs: Uploads, patient: Patient, was_busy: bool) -> None:
    found = jobs.jobs(patient.code)
    if was_busy and all(job.finished for job in found):
        st.rerun()
    for job in reversed(found):
        with st.container(border=True):
            _row(jobs, job)


def _row(jobs: Uploads, job: Job) -> None:
    what, act = st.columns([5, 1.3], vertical_alignment="center")
    what.markdown(f"{_ICONS[job.state]} **{_plain(job.name)}** · {job.patient_code} · {_described(job)}")
    if job.state is JobState.RUNNING:
        what.progress(job.fraction, text=_speed(job))
    for warning in job.warnings:
        what.caption(say(warning))
    with what:
        components.failed_attempt(f"ending_{job.id}")
    if not job.finished:
        do = (f"ending_{job.id}", jobs.cancel, job.id)
        cancel = say("ui_upload.cancel")
        act.button(cancel, key=f"cancel_{job.id}", on_click=components.attempt, args=do, width="stretch")
    elif not job.session_id:
        do = (f"ending_{job.id}", jobs.dismiss, job.id)
        dismiss = say("ui_upload.dismiss")
        act.button(dismiss, key=f"dismiss_{job.id}", on_click=components.attempt, args=do, width="stretch")
    elif act.button(say("ui_upload.open"), key=f"open_{job.id}", type="primary", width="stretch"):
        state.choose_patient(job.patient_code)
        state.choose_session(job.session_id)
        st.switch_page("pages/review.py")


def _described(job: Job) -> str:
    text = _plain(say(job.message))
    return f":red[{text}]" if job.state is JobState.FAILED else text


def _speed(job: Job) -> str:
    pct = 100 * job.fraction
    if not math.isfinite(job.left_s):
        return say("ui_upload.calculating", pct=pct)
    return say("ui_upload.speed", pct=pct, frames_per_s=job.frames_per_s, left=clock(job.left_s))


def _plain(text: str) -> str:
    """Text that Markdown leaves as it is."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]$:<>#~" else sign for sign in text)
