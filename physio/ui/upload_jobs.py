"""The list of what is being analysed, and of what came of it."""

import math
from collections.abc import Sequence

import streamlit as st

from physio.scoring.queue import Job, Uploads
from physio.storage.acting import Records
from physio.storage.records import JobState, Patient
from physio.ui import components, state
from physio.ui.say import plain, say
from physio.ui.tiles import clock

_REFRESH_S = 0.7
_CLEARING = "clearing_jobs"
_ICONS = {
    JobState.QUEUED: ":material/schedule:",
    JobState.RUNNING: ":material/autorenew:",
    JobState.DONE: ":material/check_circle:",
    JobState.FAILED: ":material/error:",
    JobState.CANCELLED: ":material/cancel:",
}


def listing(jobs: Uploads, records: Records, patient: Patient) -> None:
    """The patient's jobs, newest first; refreshed while one of them is at work."""
    busy = any(not job.finished for job in jobs.jobs(patient.code))
    st.fragment(_rows, run_every=_REFRESH_S if busy else None)(jobs, records, patient, busy)


def _rows(jobs: Uploads, records: Records, patient: Patient, was_busy: bool) -> None:
    found = jobs.jobs(patient.code)
    if was_busy and not found and records.patients.get(patient.code) is None:
        st.warning(say("ui_upload.patient_deleted", code=patient.code), icon=":material/person_off:")
        return
    if was_busy and all(job.finished for job in found):
        st.rerun()
    _clear_finished(jobs, found, patient)
    for job in reversed(found):
        with st.container(border=True):
            _row(jobs, job)


def _clear_finished(jobs: Uploads, found: Sequence[Job], patient: Patient) -> None:
    """One button for the whole list, from two finished jobs on."""
    if sum(job.finished for job in found) > 1:
        st.button(
            say("ui_upload.clear_finished"),
            key="clear_finished",
            type="tertiary",
            icon=":material/clear_all:",
            help=say("ui_upload.sessions_stay"),
            on_click=components.attempt,
            args=(_CLEARING, jobs.clear_finished, patient.code),
        )
    components.failed_attempt(_CLEARING)


def _row(jobs: Uploads, job: Job) -> None:
    what, act = st.columns([5, 1.9], vertical_alignment="center")
    what.markdown(f"{_ICONS[job.state]} **{plain(job.name)}** · {plain(job.patient_code)} · {_described(job)}")
    if job.state is JobState.RUNNING:
        what.progress(job.fraction, text=_speed(job))
    for warning in job.warnings:
        what.caption(say(warning))
    with what:
        components.failed_attempt(f"ending_{job.id}")
    with act.container(horizontal=True, horizontal_alignment="right"):
        _buttons(jobs, job)


def _buttons(jobs: Uploads, job: Job) -> None:
    if not job.finished:
        do = (f"ending_{job.id}", jobs.cancel, job.id)
        st.button(say("ui_upload.cancel"), key=f"cancel_{job.id}", on_click=components.attempt, args=do)
        return
    if job.session_id and st.button(say("ui_upload.open"), key=f"open_{job.id}", type="primary"):
        state.choose_patient(job.patient_code)
        state.choose_session(job.session_id)
        st.switch_page("pages/review.py")
    do = (f"ending_{job.id}", jobs.dismiss, job.id)
    st.button(
        say("ui_upload.dismiss"),
        key=f"dismiss_{job.id}",
        help=say("ui_upload.sessions_stay") if job.session_id else None,
        on_click=components.attempt,
        args=do,
    )


def _described(job: Job) -> str:
    text = say(job.message)
    if job.state is JobState.DONE and not job.session_id:
        return f"{text} · {say('ui_upload.session_deleted')}"
    return f":red[{text}]" if job.state is JobState.FAILED else text


def _speed(job: Job) -> str:
    pct = 100 * job.fraction
    if not math.isfinite(job.left_s):
        return say("ui_upload.calculating", pct=pct)
    return say("ui_upload.speed", pct=pct, frames_per_s=job.frames_per_s, left=clock(job.left_s))
