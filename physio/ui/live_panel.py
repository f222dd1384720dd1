"""The live page's numbers while the camera is on: the checks before the start, and what is measured in a session."""

from collections.abc import Sequence

import streamlit as st

from physio.live.session import LiveSession
from physio.live.visit import LiveVisit, Stage, VisitSnapshot
from physio.types import Person
from physio.ui import browser, face_consent, live_alerts, live_calibration, live_distance, live_view, resources
from physio.ui.say import say

_REFRESH_S = 0.5


@st.fragment(run_every=_REFRESH_S)
def panel(visit: LiveVisit, stage: Stage, who: str) -> None:
    """What the camera shows, twice a second; the whole page is drawn anew when the stage is no longer this one. who:
    the patient as listed."""
    now = visit.snapshot()
    if now.stage is not stage:
        st.rerun()
    if live_distance.is_on():
        live_distance.numbers(now, visit.setup, who)
        if stage is Stage.RECORDING and visit.session is not None:
            live_alerts.sound(visit.session)
    elif stage is Stage.RECORDING and visit.session is not None:
        _recording(visit, visit.session, now)
    else:
        _before(visit, now, who)


def _before(visit: LiveVisit, now: VisitSnapshot, who: str) -> None:
    """Preview and countdown."""
    st.html(live_view.next_line(now, who))
    st.html(live_view.checks(now.live, visit.setup))
    st.html(face_consent.notice(visit.setup.assignment))
    _choose_person(visit, now)
    _problem(now)


def _recording(visit: LiveVisit, session: LiveSession, now: VisitSnapshot) -> None:
    if now.live.result is None:
        st.caption(say(now.live.error or "ui_live.camera_waiting"))
        return
    live_alerts.show(session, resources.records())
    show_face = not st.session_state.get("hide_face", False)
    st.html(live_view.status_line(now.live, session.setup))
    _choose_person(visit, now)
    st.html(live_view.numbers(now.live, session.setup, show_face))
    browser.angle_chart(now.live.trace, session.setup)
    st.html(face_consent.notice(session.setup.assignment))
    live_calibration.zero_line(session, now.live.calibration)
    _problem(now)


def _problem(now: VisitSnapshot) -> None:
    if now.live.error:
        st.error(say(now.live.error), icon=":material/error:")


def _choose_person(visit: LiveVisit, now: VisitSnapshot) -> None:
    """With more than one person in view: which one is the patient."""
    people: Sequence[Person] = now.live.result.observation.people if now.live.result else ()
    if len(people) < 2:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="live_people"):
        st.markdown(f"**{say('ui_live.who_is_the_patient')}**", width="content")
        for person in people:
            st.button(
                say("ui_live.person", number=person.number),
                key=f"follow_{person.number}",
                icon=":material/person_check:" if person.followed else ":material/person:",
                type="primary" if person.followed else "secondary",
                help=say("ui_live.follow_help"),
                on_click=visit.follow,
                args=(person.number,),
            )
