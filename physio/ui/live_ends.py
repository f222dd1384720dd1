"""The live page before the start and after the end of a session."""

import math

import streamlit as st

from physio.live.session import LiveSession
from physio.live.snapshot import LiveSetup
from physio.storage.acting import Records
from physio.terms import term
from physio.trends import certainty
from physio.types import EndReason
from physio.ui import live_view, state
from physio.ui.say import day_and_time, say


def welcome(records: Records, setup: LiveSetup) -> None:
    """Before the start: what the exercise is, how to stand, and how it went last time."""
    st.subheader(say(setup.exercise.name), anchor=False)
    st.write(say(setup.exercise.instruction))
    st.caption(f"{say(f'ui_live.stand_{setup.exercise.view}')} {say('ui_live.keys')}")
    before = [
        one for one in records.sessions.of(setup.patient_code) if one.exercise_id == setup.exercise.id and one.ended_at
    ]
    if before:
        last = before[0]
        metrics = records.analyses.metrics(last.analysis_id)
        duration_s = metrics.get("duration_s", math.nan)
        error_deg = certainty.session_error_deg(metrics, setup.exercise.signal.angle, last.side or "")
        st.markdown(say("ui_live.last_time", moment=day_and_time(last.started_at)))
        st.html(
            live_view.results(records.analyses.reps(last.analysis_id), duration_s, last.target_reps or 0, error_deg)
        )


def farewell(session: LiveSession, records: Records, still_on: bool) -> None:
    """After the end: what was saved and where to look at it. still_on: the image runs on without being recorded."""
    with st.spinner(say("ui_live.saving")):
        session.close(EndReason.STOPPED)
    snapshot = session.snapshot()
    if snapshot.session_id is None:
        st.info(say(snapshot.error or "ui_live.nothing_recorded"), icon=":material/videocam_off:")
        return
    if snapshot.end is EndReason.FRAMES_STOPPED:
        st.warning(say("ui_live.camera_lost"), icon=":material/videocam_off:")
    else:
        st.markdown(f":material/check_circle: {_saved(snapshot.end)}")
    setup = session.setup
    analysis_id = records.sessions.get(snapshot.session_id).analysis_id
    metrics = records.analyses.metrics(analysis_id)
    error_deg = certainty.session_error_deg(metrics, setup.exercise.signal.angle, setup.side)
    st.html(live_view.results(snapshot.reps, snapshot.last_t_s, setup.assignment.target_reps, error_deg))
    if still_on and snapshot.end is not EndReason.FRAMES_STOPPED:
        st.caption(say("ui_live.picture_still_on"))
    if st.button(say("ui_live.open_review"), type="primary", icon=":material/query_stats:"):
        state.choose_session(snapshot.session_id)
        st.switch_page("pages/review.py")


def _saved(end: EndReason | None) -> str:
    """That it was saved, and how it ended unless it was stopped here."""
    if end is None or end is EndReason.STOPPED:
        return say("ui_live.saved")
    return say("ui_live.saved_after", reason=term(end))
