"""The Session review page: which session, and its notes."""

from collections.abc import Sequence

import streamlit as st

from physio.errors import StoreError
from physio.storage.acting import Records
from physio.storage.records import Patient, Session
from physio.terms import side_term
from physio.ui import resources, state
from physio.ui.say import day_and_time, labelled, say, words


def choose(records: Records, patient: Patient, session: Session) -> None:
    """The list of the patient's sessions, with the chosen one."""
    sessions = {one.id: one for one in records.sessions.of(patient.code)}
    sets = set_numbers(list(sessions.values()))
    st.session_state["review_choice"] = session.id
    st.selectbox(
        say("ui_review.session"),
        list(sessions),
        format_func=labelled(sessions, lambda key: session_label(sessions[key], sets.get(key, 0))),
        key="review_choice",
        on_change=lambda: state.choose_session(st.session_state["review_choice"]),
        label_visibility="collapsed",
    )


def set_numbers(sessions: Sequence[Session]) -> dict[str, int]:
    """By id, the number of a session among those of its visit that are of the same exercise and side, where there is
    more than one."""
    sets: dict[tuple[object, ...], list[str]] = {}
    for one in sorted(sessions, key=lambda one: one.started_at):
        sets.setdefault((one.visit_id or one.id, one.exercise_id, one.side), []).append(one.id)
    return {key: number for keys in sets.values() if len(keys) > 1 for number, key in enumerate(keys, 1)}


def session_label(session: Session, set_number: int = 0) -> str:
    """A session in one line; set_number: of several sets of one visit, 0 for the only one."""
    parts = (
        day_and_time(session.started_at),
        exercise_name(session.exercise_id),
        say(side_term(session.side)) if session.side else "",
        say("ui_review.set", number=set_number) if set_number else "",
        session.video_name or say("ui_review.live"),
        say("ui_review.demo") if session.demo else "",
    )
    return " · ".join(part for part in parts if part)


def exercise_name(exercise_id: str | None) -> str:
    """What an exercise is called; one that is no longer in the library by its id."""
    if not exercise_id:
        return say("ui_review.angles_only")
    known = resources.exercises().get(exercise_id)
    return words(known.name) if known else exercise_id.replace("_", " ").capitalize()


def note(records: Records, session: Session) -> None:
    """The note, editable."""
    title, key = say("ui_review.notes"), f"note_{session.id}"
    st.subheader(title, anchor=False)
    st.text_area(
        title,
        session.note,
        key=key,
        height=90,
        label_visibility="collapsed",
        placeholder=title,
        on_change=_save_note,
        args=(records, session.id, key),
    )
    st.caption(st.session_state.get(f"{key}_reply", ""))


def _save_note(records: Records, session_id: str, key: str) -> None:
    try:
        records.sessions.set_note(session_id, st.session_state[key])
    except StoreError as error:
        st.session_state[f"{key}_reply"] = say(error.message)
    else:
        st.session_state[f"{key}_reply"] = say("ui_review.note_saved")
