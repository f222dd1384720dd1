"""What is pressed on the live page: the one button that begins and stops, and what is noted of a session."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from physio.errors import PhysioError
from physio.live.session import LiveSession
from physio.live.visit import LiveVisit, Stage
from physio.storage.acting import Records
from physio.ui import components, live_calibration
from physio.ui.say import say
from physio.ui.tiles import clock


def main_button(visit: LiveVisit, stage: Stage, patient_code: str) -> None:
    """Begin, call off or stop, whichever can be done now; the space bar presses it too. It begins for the patient it
    was drawn for (patient_code), or not at all."""
    act: Callable[[], None]
    if stage is Stage.PREVIEW:
        number = visit.snapshot().set_number
        label = say("ui_live.begin") if number == 1 else say("ui_live.begin_set", number=number)
        act = partial(components.attempt, "live_begun", visit.begin, patient_code)
        icon, key = ":material/fiber_manual_record:", "live_begin"
    else:
        counting = stage is Stage.COUNTDOWN
        label = say("ui_live.call_off") if counting else say("ui_live.stop_recording")
        act, icon, key = visit.stop, ":material/stop_circle:", "live_stop"
    st.button(label, key=key, icon=icon, type="primary", width="stretch", on_click=act)
    components.failed_attempt("live_begun")


@st.fragment
def controls(session: LiveSession, records: Records) -> None:
    """Mark, the patient's own rating, the note, and calibration; once it is over the rating and the note."""
    over = session.end is not None
    note, reply = f"live_note_{session.token}", f"live_reply_{session.token}"
    if not over:
        mark, hide = st.columns([1, 1], vertical_alignment="center")
        mark.button(
            say("ui_live.mark"),
            icon=":material/flag:",
            shortcut="M",
            width="stretch",
            on_click=_take_mark,
            args=(session, reply),
        )
        hide.toggle(say("ui_live.hide_face"), key="hide_face", help=say("ui_live.hide_help"))
    ask_rating(session, reply)
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
        live_calibration.live(session, records)


def ask_rating(session: LiveSession, reply: str) -> None:
    """The scale 0-10. A new one for each rating: none is chosen, so that the same number can be given again.

    Emptying the old one instead would store a rating twice: the browser sends what it shows of all widgets whenever
    any part of the page asks for a run, and until it has drawn the empty scale that is the number already stored.
    """
    given = f"live_given_{session.token}"
    count = st.session_state.setdefault(given, 0)
    key = f"live_says_{session.token}_{count}"
    st.segmented_control(
        say("ui_live.reported_pain" if session.end is None else "ui_live.reported_pain_after"),
        list(range(11)),
        key=key,
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
