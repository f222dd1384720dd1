"""The live page before the camera is on and after a session."""

from collections.abc import Sequence

import streamlit as st

from physio.live.session import LiveSession
from physio.live.snapshot import LiveSetup
from physio.storage.acting import Records
from physio.storage.records import Patient, Session
from physio.storage.repository import SessionGoneError
from physio.summary import Summary
from physio.terms import term
from physio.types import EndReason
from physio.ui import live_distance, live_view, state
from physio.ui.camera import LiveSlot
from physio.ui.say import day_and_time, say


def session_of(slot: LiveSlot, patient: Patient, records: Records) -> LiveSession | None:
    """The session that this browser records of the patient, or recorded last. None when there is none, and none any
    more when it was deleted, or moved to another patient."""
    session = slot.session
    if session is None or session.setup.patient_code != patient.code:
        return None
    session_id = session.snapshot().session_id
    try:
        kept = session_id is None or records.sessions.get(session_id).patient_code == patient.code
    except SessionGoneError:
        return None
    return session if kept else None


def welcome(setup: LiveSetup) -> None:
    """Before the start: what the exercise is, and how to stand."""
    if live_distance.is_on():
        return
    st.subheader(say(setup.exercise.name), anchor=False)
    st.write(say(setup.exercise.instruction))
    st.caption(f"{say(f'ui_live.stand_{setup.exercise.view}')} {say('ui_live.keys')}")


def last_time(records: Records, setup: LiveSetup, sessions: Sequence[Session]) -> None:
    """How the chosen exercise went last time. sessions: the patient's, newest first."""
    last = next((one for one in sessions if one.exercise_id == setup.exercise.id and one.ended_at), None)
    if last is not None and not live_distance.is_on():
        st.markdown(say("ui_live.last_time", moment=day_and_time(last.started_at)))
        _results(records, last)


def farewell(session: LiveSession, records: Records) -> None:
    """After the end: what was saved and where to look at it."""
    with st.spinner(say("ui_live.saving")):
        session.close(EndReason.STOPPED)
    snapshot = session.snapshot()
    if snapshot.session_id is None:
        st.info(say(snapshot.error or "ui_live.nothing_recorded"), icon=":material/videocam_off:")
        return
    if snapshot.end is EndReason.FRAMES_STOPPED:
        st.warning(say("ui_live.camera_lost"), icon=":material/videocam_off:")
    else:
        st.markdown(f":material/check_circle: {_saved(session)}")
    if live_distance.is_on():
        return
    _results(records, records.sessions.get(snapshot.session_id))
    if st.button(say("ui_live.open_review"), icon=":material/query_stats:"):
        state.choose_session(snapshot.session_id)
        st.switch_page("pages/review.py")


def _results(records: Records, session: Session) -> None:
    """A finished session in four tiles, from what is stored of it."""
    reps = records.analyses.reps(session.analysis_id)
    summary = Summary.of(records.analyses.metrics(session.analysis_id), {})
    st.html(live_view.results(reps, summary, session.target_reps or 0))


def _saved(session: LiveSession) -> str:
    """That it was saved, and how it ended unless it was stopped here."""
    if session.end is None or session.end is EndReason.STOPPED:
        return say("ui_live.saved")
    if session.end is EndReason.TARGET_REACHED:
        return say("ui_live.saved_at_target", count=session.setup.assignment.target_reps)
    return say("ui_live.saved_after", reason=term(session.end))
