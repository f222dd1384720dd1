"""Deleting patients and the demo, and the demo's return. What deletes names what it deletes and asks once."""

from html import escape

import streamlit as st

from physio import demo
from physio.errors import StoreError
from physio.storage.acting import Records
from physio.storage.records import Patient
from physio.ui import components, dialogs, resources, state
from physio.ui.say import say, words

_CONFIRMED, _DEMO, _DEMO_BACK, _HISTORY = "confirmed", ":demo", ":demo-back", "demo_brought_back"
_STOPPING_S = 20.0
"""How long the scoring of the demo gets to end; it is asked to at once."""


def confirm(records: Records, patient: Patient) -> None:
    """Ask whether a patient is to be deleted, with what goes; refused in words while they are being recorded."""
    sessions = records.sessions.of(patient.code)
    if any(session.ended_at is None for session in sessions):
        components.problem(StoreError("storage.session_in_progress", patient=patient.code))
        return
    what = words("ui_patients.delete_what", code=patient.code, name=patient.name, count=len(sessions))
    st.html(f"<p>{escape(what)}</p>")
    label = say("ui_patients.delete_confirm", code=patient.code)
    if st.button(label, type="primary", key="confirm_delete", on_click=_confirm, args=(patient.code,)):
        st.rerun()


def confirm_demo(records: Records) -> None:
    """Ask whether the demo data is to be deleted."""
    codes = [patient.code for patient in records.patients.all() if patient.demo]
    count = sum(session.demo or session.patient_code in codes for session in records.sessions.of())
    st.html(f"<p>{escape(words('ui_patients.remove_demo_what', codes=', '.join(codes), count=count))}</p>")
    label = say("ui_patients.remove_demo_confirm")
    if st.button(label, type="primary", key="confirm_demo", on_click=_confirm, args=(_DEMO,)):
        st.rerun()


def _confirm(what: str) -> None:
    """Remember what is to be done; the page does it in its next run, where it can show that it is at work."""
    dialogs.close()
    st.session_state[_CONFIRMED] = what


def do_what_was_confirmed(records: Records, chosen: Patient | None) -> None:
    """Remove a patient or all demo data, or bring the demo back."""
    what = st.session_state.pop(_CONFIRMED, None)
    if what is None:
        return
    try:
        if what == _DEMO_BACK:
            _bring_back_demo(records)
        else:
            with st.spinner(say("ui_patients.deleting")):
                _delete(records, what)
    except StoreError as error:
        components.problem(error)
        return
    if chosen is not None and records.patients.get(chosen.code) is None:
        state.forget_patient()
    st.rerun()


def _delete(records: Records, what: str) -> None:
    patient = records.patients.get(what)
    history = resources.demo_scoring() if what == _DEMO or (patient is not None and patient.demo) else None
    if history is not None:
        history.close()
        history.wait(_STOPPING_S)
    try:
        if what == _DEMO:
            records.patients.delete_demo()
        else:
            records.patients.delete(what)
    except StoreError:
        if history is not None:
            history.start()
        raise
    resources.store().compact()


def _bring_back_demo(records: Records) -> None:
    demo.add_demo_patient(records)
    history = resources.demo_scoring()
    if history is not None:
        history.start()
    st.session_state[_HISTORY] = history


def demo_data(records: Records) -> None:
    """One button that removes the demo patient, or brings them back; for who did, how far the history is."""
    patient = next((patient for patient in records.patients.all() if patient.demo), None)
    if patient is None:
        st.button(
            say("ui_patients.bring_back_demo"),
            icon=":material/layers:",
            key="bring_back_demo",
            help=say("ui_patients.bring_back_demo_help"),
            on_click=_confirm,
            args=(_DEMO_BACK,),
        )
        return
    st.button(
        say("ui_patients.remove_demo"),
        icon=":material/layers_clear:",
        key="remove_demo",
        help=say("ui_patients.asks_first"),
        on_click=dialogs.open_one,
        args=("demo",),
    )
    components.demo_progress(st.session_state.get(_HISTORY), patient)
