"""The live page while a session runs: the numbers, and what is pressed beside them."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from physio.errors import PhysioError
from physio.live.session import LiveSession
from physio.storage.acting import Records
from physio.types import Person
from physio.ui import browser, live_calibration, live_view
from physio.ui.say import say
from physio.ui.tiles import clock

_REFRESH_S = 0.5


@st.fragment(run_every=_REFRESH_S)
def panel(session: LiveSession) -> None:
    """The numbers, twice a second."""
    snapshot = session.snapshot()
    if snapshot.end is not None:
        st.rerun()
    if snapshot.result is None:
        st.caption(say(snapshot.error or "ui_live.camera_waiting"))
        return
    show_face = not st.session_state.get("hide_face", False)
    st.html(live_view.status_line(snapshot, session.setup))
    _choose_person(session, snapshot.result.observation.people)
    st.html(live_view.numbers(snapshot, session.setup, show_face))
    browser.angle_chart(snapshot.trace, session.setup)
    live_calibration.zero_line(session, snapshot.calibration)
    if snapshot.error:
        st.error(say(snapshot.error), icon=":material/error:")


def _choose_person(session: LiveSession, people: Sequence[Person]) -> None:
    """With more than one person in view: which one is the patient."""
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
                on_click=session.follow,
                args=(person.number,),
            )


@st.fragment
def controls(session: LiveSession, records: Records, number: int) -> None:
    """Mark, the patient's own rating, the note, and calibration; number tells the widgets of different sessions
    apart."""
    over = session.end is not None
    note, reply = f"live_note_{number}", f"live_reply_{number}"
    mark, hide = st.columns([1, 1], vertical_alignment="center")
    mark.button(
        say("ui_live.mark"),
        icon=":material/flag:",
        shortcut="M",
        disabled=over,
        width="stretch",
        on_click=_take_mark,
        args=(session, reply),
    )
    hide.toggle(say("ui_live.hide_face"), key="hide_face", help=say("ui_live.hide_help"))
    ask_rating(session, number, reply)
    st.text_area(
        say("ui_live.note"),
        key=note,
        height=68,
        placeholder=say("ui_live.note_hint"),
        on_change=_take_note,
        args=(session, note, reply),
    )
    st.caption(st.session_state.get(reply, ""))
    if not over:
        live_calibration.live(session, records, number)


def ask_rating(session: LiveSession, number: int, reply: str) -> None:
    """The scale 0-10. A new one for each rating: none is chosen, so that the same number can be given again.

    Emptying the old one instead would store a rating twice: the browser sends what it shows of all widgets whenever
    any part of the page asks for a run, and until it has drawn the empty scale that is the number already stored.
    """
    given = f"live_given_{number}"
    count = st.session_state.setdefault(given, 0)
    key = f"live_says_{number}_{count}"
    st.segmented_control(
        say("ui_live.reported_pain"),
        list(range(11)),
        key=key,
        disabled=session.end is not None,
        width="stretch",
        on_change=_take_rating,
        args=(session, key, (given, count), reply),
    )


# Callbacks must not draw: within a fragment they would draw over the top of the page. What they did is shown below.


def _take_mark(session: LiveSession, reply: str) -> None:
    _tell(reply, session.mark_event, say("ui_live.marked", time=_now(session)))


def _take_rating(session: LiveSession, key: str, scale: tuple[str, int], reply: str) -> None:
    """Store the rating, unless it comes from a scale that has already given one. scale: where the count of ratings is
    kept, and what it was when this scale was drawn."""
    given, count = scale
    rating = st.session_state[key] if st.session_state[given] == count else None
    if rating is None:
        return
    st.session_state[given] = count + 1
    text = say("ui_live.reported", score=int(rating), time=_now(session))
    _tell(reply, partial(session.report_pain, int(rating)), text)


def _take_note(session: LiveSession, key: str, reply: str) -> None:
    _tell(reply, partial(session.write_note, st.session_state[key]), say("ui_live.note_saved"))


def _now(session: LiveSession) -> str:
    return clock(session.snapshot().last_t_s)


def _tell(key: str, act: Callable[[], bool], text: str) -> None:
    try:
        st.session_state[key] = text if act() else say("ui_live.not_saved")
    except PhysioError as error:
        st.session_state[key] = say(error.message)
