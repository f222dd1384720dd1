"""What is being recorded now, on every page with its Stop; and what was saved since the user last looked."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape

import streamlit as st

from physio.live.session import LiveSession
from physio.live.visit import Stage
from physio.storage.acting import Records
from physio.storage.records import Patient, Session
from physio.types import EndReason
from physio.ui import camera, resources, state
from physio.ui.names import exercise_name
from physio.ui.say import say, words
from physio.ui.tiles import clock

LIVE_PAGE = "ui.page_live"
_REFRESH_S = 1.0
_RECENT = timedelta(minutes=10)
_UNATTENDED = frozenset({EndReason.CAMERA_ENDED, EndReason.FRAMES_STOPPED, EndReason.SERVER_STOPPED})
"""Ends that no page has told of: its tab was closed or reloaded, or the server ended."""
_WATCHED, _NEWS, _LOOKED = "recordings_watched", "recording_saved", "recordings_looked_for"


@dataclass(frozen=True, slots=True)
class _News:
    """A session has been saved; told on one page, until the user goes to another."""

    session_id: str
    page: str


def leave_camera(page: str) -> None:
    """The camera is part of the live page: on any other, what it recorded is saved now."""
    visit = camera.slot().visit
    if page != LIVE_PAGE and visit is not None and visit.stage is not Stage.OVER:
        with st.spinner(say("ui_live.saving")):
            visit.close(EndReason.CAMERA_ENDED)


def tell(records: Records, page: str, patient: Patient | None) -> None:
    """The line of what was saved, and that of what is being recorded; always two elements, however empty: what stands
    below keeps its place."""
    with st.container(key="saved"):
        _tell_news(records, page, patient)
    _running(page, patient.code if patient else "")


@st.fragment(run_every=_REFRESH_S)
def _running(page: str, patient_code: str) -> None:
    """Who is being recorded, in whatever window. Without the session that the live page shows anyway."""
    sessions = resources.recorded_now()
    watched: list[LiveSession] = st.session_state.setdefault(_WATCHED, [])
    if any(session not in sessions for session in watched):
        st.rerun()  # the page tells what was saved, and whatever it says of that session is old
    watched.extend(session for session in sessions if session not in watched)
    with st.container(key="recording"):
        for session in sessions:
            if not (page == LIVE_PAGE and _here(session) and session.setup.patient_code == patient_code):
                _row(session)


def _here(session: LiveSession) -> bool:
    return session is camera.slot().session


def _row(session: LiveSession) -> None:
    code = session.setup.patient_code
    patient = resources.records().patients.get(code)
    said = words(
        "ui.recording_now",
        code=code,
        name=patient.name if patient else "",
        exercise=session.setup.exercise.name,
        time=clock(session.snapshot().last_t_s),
    )
    elsewhere = "" if _here(session) else f"<span>{escape(words('ui.recording_elsewhere'))}</span>"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f'<div class="ph-facts" role="status"><span class="ph-rec">{escape(said)}</span>{elsewhere}</div>')
        st.button(
            say("ui.recording_stop", code=code),
            key=f"stop_{session.token}",
            icon=":material/stop_circle:",
            type="primary",
            on_click=session.stop,
            args=(EndReason.STOPPED,),
        )


def _tell_news(records: Records, page: str, patient: Patient | None) -> None:
    saved = [session.id for session in _ended(records, page, patient)]
    if saved:
        st.session_state[_NEWS] = tuple(_News(session_id, page) for session_id in saved)
    news: tuple[_News, ...] = st.session_state.get(_NEWS, ())
    if any(one.page != page for one in news):
        news = st.session_state[_NEWS] = ()
    known = {session.id: session for session in records.sessions.of()} if news else {}
    for one in news:
        if one.session_id in known:
            _saved(records, known[one.session_id])


def _ended(records: Records, page: str, patient: Patient | None) -> list[Session]:
    """The sessions that have ended since this window last told; the live page tells of its own patient's itself."""
    watched: list[LiveSession] = st.session_state.get(_WATCHED, [])
    over = [session for session in watched if session.end is not None]
    st.session_state[_WATCHED] = [session for session in watched if session.end is None]
    own = camera.slot().unseen_end()
    if own is not None and own not in over:
        over.append(own)
    shown_below = camera.slot().session if page == LIVE_PAGE else None
    found = set()
    for session in over:
        if session is shown_below and patient is not None and session.setup.patient_code == patient.code:
            continue
        session.close(EndReason.STOPPED)  # it has ended; this waits until everything is stored
        if session is own:
            camera.slot().seen()
        if (session_id := session.snapshot().session_id) is not None:
            found.add(session_id)
    if not st.session_state.get(_LOOKED):
        st.session_state[_LOOKED] = True
        found |= _of_closed_windows(records)
    return [session for session in records.sessions.of() if session.id in found] if found else []


def _of_closed_windows(records: Records) -> set[str]:
    """What ended unattended a short while ago. Each window tells of it once, when it is opened: whose it was is not
    known, and one that is told twice is told, one that another window has taken is not."""
    since = datetime.now(UTC) - _RECENT
    return {
        one.id
        for one in records.sessions.of()
        if one.source == "live" and one.end_reason in _UNATTENDED and one.ended_at is not None and one.ended_at > since
    }


def _saved(records: Records, session: Session) -> None:
    said = words(
        "ui.recording_saved",
        code=session.patient_code,
        exercise=exercise_name(session.exercise_id),
        time=clock(records.analyses.metrics(session.analysis_id).get("duration_s", float("nan"))),
        count=session.reps,
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f'<div class="ph-facts" role="status"><b>{escape(said)}</b></div>')
        if st.button(say("ui.recording_open"), key=f"open_{session.id}", icon=":material/query_stats:"):
            st.session_state[_NEWS] = ()
            state.choose_patient(session.patient_code)
            state.choose_session(session.id)
            st.switch_page("pages/review.py")
