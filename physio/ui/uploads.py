"""The widgets of the Upload page: what to score, and the list of what is being scored."""

from collections.abc import Mapping, Sequence
from typing import IO

import streamlit as st

from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise
from physio.kinematics.calibrator import CalibrationSetup
from physio.language import english
from physio.scoring.queue import Job, JobState, UploadQueue
from physio.storage.records import Patient
from physio.types import Side
from physio.ui import state, texts
from physio.ui.tiles import clock, number

TYPES = ["mp4", "mov", "avi", "webm", "mkv", "m4v", "mpg", "mpeg"]
NO_EXERCISE = ""
_REFRESH_S = 0.7
_ICONS = {
    JobState.QUEUED: ":material/schedule:",
    JobState.RUNNING: ":material/autorenew:",
    JobState.DONE: ":material/check_circle:",
    JobState.FAILED: ":material/error:",
    JobState.CANCELLED: ":material/cancel:",
}


Choice = tuple[Exercise | None, Side | None, bool]
"""Exercise and side, None when only angles and face are measured, and whether a neutral zero is taken."""


def choose(exercises: Mapping[str, Exercise]) -> Choice:
    """What is shown in the videos, and whether the person stands straight at the start."""
    what, where, how = st.columns([3, 2, 3], vertical_alignment="bottom")
    zero = how.toggle("Neutral zero", key="upload_zero", persist_state="session", help=texts.ZERO_TOGGLE_HELP)
    key = what.selectbox(
        "Exercise in the videos",
        [*exercises, NO_EXERCISE],
        format_func=lambda one: english(exercises[one].name) if one else "None: measure angles only",
        key="upload_exercise",
        persist_state="session",
    )
    exercise = exercises.get(key)
    if exercise is None:
        return None, None, zero
    side: Side = where.selectbox(
        "Side",
        texts.sides_of(exercise),
        index=texts.sides_of(exercise).index(exercise.default_side),
        format_func=lambda one: texts.SIDES[one],
        key=f"upload_side_{exercise.id}",
        persist_state="session",
    )
    return exercise, side, zero


def uploader_key() -> str:
    """A new key after each submission empties the file list."""
    return f"upload_files_{st.session_state.get('upload_round', 0)}"


def button_label(files: Sequence[IO[bytes]] | None) -> str:
    """What the button does."""
    return f"Score {len(files)} videos" if files and len(files) > 1 else "Score the video"


def submit(jobs: UploadQueue, files: Sequence[IO[bytes]], patient: Patient, choice: Choice) -> None:
    """Hand the videos to the queue and empty the file list."""
    with st.spinner("Storing the videos for scoring …"):
        for file in files:
            exercise, side, zero = choice
            asked = Assignment(exercise, side, calibration=CalibrationSetup(zero_when_standing=zero))
            jobs.submit(jobs.receive(file.name, file), file.name, patient.code, asked)
    st.session_state["upload_round"] = st.session_state.get("upload_round", 0) + 1
    st.rerun()


def queue(jobs: UploadQueue, patient: Patient) -> None:
    """The patient's jobs, newest first; refreshed while one of them is at work."""
    busy = any(not job.finished for job in jobs.jobs(patient.code))
    st.fragment(_rows, run_every=_REFRESH_S if busy else None)(jobs, patient, busy)


def _rows(jobs: UploadQueue, patient: Patient, was_busy: bool) -> None:
    found = jobs.jobs(patient.code)
    if was_busy and all(job.finished for job in found):
        st.rerun()
    for job in reversed(found):
        with st.container(border=True):
            _row(jobs, job)


def _row(jobs: UploadQueue, job: Job) -> None:
    what, act = st.columns([5, 1.3], vertical_alignment="center")
    what.markdown(f"{_ICONS[job.state]} **{_plain(job.name)}** · {job.patient_code} · {_told(job)}")
    if job.state is JobState.RUNNING:
        what.progress(job.fraction, text=_speed(job))
    for warning in job.warnings:
        what.caption(english(warning))
    if not job.finished:
        act.button("Cancel", key=f"cancel_{job.id}", on_click=jobs.cancel, args=(job.id,), width="stretch")
    elif job.session_id and act.button("Open session", key=f"open_{job.id}", type="primary", width="stretch"):
        state.choose_patient(job.patient_code)
        state.choose_session(job.session_id)
        st.switch_page("pages/review.py")
    elif not job.session_id:
        act.button("Dismiss", key=f"dismiss_{job.id}", on_click=jobs.dismiss, args=(job.id,), width="stretch")


def _told(job: Job) -> str:
    said = _plain(english(job.message))
    return f":red[{said}]" if job.state is JobState.FAILED else said


def _speed(job: Job) -> str:
    return f"{job.fraction:.0%} · {number(job.frames_per_s)} frames/s · {clock(job.left_s)} left"


def _plain(text: str) -> str:
    """Text that Markdown leaves as it is."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]$:<>#~" else sign for sign in text)
