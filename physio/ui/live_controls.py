"""What is pressed on the live page: the one button that begins and stops, and what is noted of a session."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from physio.errors import PhysioError
from physio.live.session import LiveSession
from physio.live.snapshot import LiveSetup
from physio.live.visit import LiveVisit, Stage
from physio.storage.acting import Records
from physio.storage.records import Patient, SelfReport
from physio.ui import components, live_calibration, state
from physio.ui.say import listed, say
from physio.ui.tiles import clock


def main_button(visit: LiveVisit, stage: Stage, patient_code: str) -> None:
    """Begin, call off or stop, whichever can be done now; the space bar presses it too. It begins for the patient it
    was drawn for (patient_code), or not at all. Beside the one that stops is the one that marks an event."""
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
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(label, key=key, icon=icon, type="primary", width="stretch", on_click=act)
        if stage is Stage.RECORDING and visit.session is not None:
            st.button(
                say("ui_live.mark"),
                key="live_mark",
                icon=":material/flag:",
                shortcut="M",
                on_click=_take_mark,
                args=(visit.session, _marked(visit.session)),
            )
    components.failed_attempt("live_begun")


def hand_over(visit: LiveVisit, setup: LiveSetup, of: Patient, to: Patient) -> None:
    """In place of the button that begins, when the camera is on for another patient than the page's (to): nothing can
    be begun before it is said who is in front of it. setup: what is prepared for the page's patient."""
    with st.container(key="live_other"):
        st.warning(say("ui_live.other_patient", of=of.code, to=listed(to)), icon=":material/person_alert:")
        with st.container(horizontal=True):
            record, back = say("ui_live.record_patient", code=to.code), say("ui_live.back_to_patient", code=of.code)
            st.button(record, key="live_hand_over", on_click=visit.prepare, args=(setup,))
            st.button(back, key="live_back", on_click=state.choose_patient, args=(of.code,))


@st.fragment
def controls(session: LiveSession, records: Records) -> None:
    """The patient's own ratings, the note, and while it is recorded calibration; each with what came of it."""
    failed = f"live_rating_{session.token}"
    ask_rating(session, failed)
    session_id = session.snapshot().session_id
    given = reported(records.sessions.self_reports(session_id)) if session_id is not None else ""
    said = (st.session_state.get(failed), given, st.session_state.get(_marked(session)))
    st.caption(" · ".join(text for text in said if text))
    _ask_note(session, records)
    if session.end is None:
        live_calibration.live(session, records)


def reported(reports: Sequence[SelfReport]) -> str:
    """All ratings of a session with their times, in one line; empty without any."""
    given = (say("ui_live.reported_one", score=int(one.score), time=clock(one.t_s)) for one in reports)
    return say("ui_live.reported", ratings=" · ".join(given)) if reports else ""


def _ask_note(session: LiveSession, records: Records) -> None:
    """The field has what is stored: it is forgotten with its page, and what is typed replaces the whole note."""
    note, reply = f"live_note_{session.token}", f"live_noted_{session.token}"
    session_id = session.snapshot().session_id
    if note not in st.session_state and session_id is not None:
        st.session_state[note] = records.sessions.get(session_id).note
    st.text_area(
        say("ui_live.note"),
        key=note,
        height=68,
        placeholder=say("ui_live.note_hint"),
        on_change=_take_note,
        args=(session, note, reply),
    )
    st.caption(st.session_state.get(reply, ""))


def _marked(session: LiveSession) -> str:
    """The key of what came of the last mark."""
    return f"live_marked_{session.token}"


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
    _tell(reply, partial(session.report_pain, int(rating)), "")  # what is stored stands beside the scale


def _take_note(session: LiveSession, key: str, reply: str) -> None:
    _tell(reply, partial(session.write_note, st.session_state[key]), say("ui_live.note_saved"))


def _now(session: LiveSession) -> str:
    return clock(session.snapshot().last_t_s)


def _tell(key: str, act: Callable[[], bool], text: str) -> None:
    try:
        st.session_state[key] = text if act() else say("ui_live.not_saved")
    except PhysioError as error:
        st.session_state[key] = say(error.message)
