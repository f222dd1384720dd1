"""The Session review page: which session, and its notes."""

from collections.abc import Sequence

import streamlit as st

from physio.errors import StoreError
from physio.storage.acting import Records
from physio.storage.records import Patient, Session
from physio.ui import state
from physio.ui.names import session_label
from physio.ui.say import labelled, say


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
