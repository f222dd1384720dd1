"""The widgets of the Patients page. Whatever deletes names what it deletes and asks once."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from physio.errors import StoreError
from physio.language import language, languages
from physio.storage.acting import Records
from physio.storage.records import Patient, Session
from physio.ui import components, resources, state
from physio.ui.say import NO_VALUE, day_and_time, labelled, say

_CONFIRMED, _DEMO = "confirmed_deletion", ":demo"


def listing(records: Records) -> None:
    """All patients with their number of sessions; a click on a row makes one the chosen one."""
    patients = records.patients.all()
    if not patients:
        components.empty("ui.no_patient", "ui.no_patient_help")
        return
    sessions = records.sessions.of()
    rows = []
    for patient in patients:
        own = [session for session in sessions if session.patient_code == patient.code]
        rows.append((patient.code, patient.name, len(own), _last(own), say("ui_patients.demo") if patient.demo else ""))
    table = pd.DataFrame(rows, columns=["code", "name", "sessions", "last", "mark"])
    chosen = st.dataframe(
        table,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="patient_rows",
        column_config={
            "code": say("ui_patients.code"),
            "name": say("ui_patients.name"),
            "sessions": st.column_config.NumberColumn(say("ui_patients.sessions"), width="small"),
            "last": say("ui_patients.last_session"),
            "mark": st.column_config.TextColumn("", width="small"),
        },
    )
    for row in chosen.selection.rows:
        code = patients[row].code
        if st.button(say("ui_patients.open", code=code), type="primary"):
            state.choose_patient(code)
            st.rerun()


def _last(sessions: Sequence[Session]) -> str:
    """When the newest began; a dash without any."""
    moments = [session.started_at for session in sessions]
    return day_and_time(max(moments)) if moments else NO_VALUE


def add(records: Records) -> None:
    """A form for a new patient."""
    with st.form("add_patient", clear_on_submit=True):
        st.markdown(say("ui_patients.add_title"))
        code = st.text_input(say("ui_patients.code"), placeholder="P001", help=say("ui_patients.code_help"))
        name = st.text_input(say("ui_patients.name_field"), help=say("ui_patients.name_help"))
        if st.form_submit_button(say("ui_patients.add"), type="primary", icon=":material/person_add:"):
            _add(records, code.strip(), name.strip())


def _add(records: Records, code: str, name: str) -> None:
    try:
        records.patients.add(code, name or code)
    except StoreError as error:
        components.problem(error)
        return
    state.choose_patient(code)
    st.rerun()


def choose_language(records: Records, patient: Patient) -> None:
    """What this patient reads and hears: the language of this screen, or one of their own."""
    key, options = f"patient_language_{patient.code}", ["", *languages()]
    st.selectbox(
        say("ui_patients.language", code=patient.code),
        options,
        index=options.index(patient.language or ""),
        format_func=labelled(options, lambda one: language(one).name if one else say("ui_patients.same_language")),
        key=key,
        help=say("ui_patients.language_help"),
        on_change=lambda: components.attempt(
            f"{key}_stored", records.patients.set_language, patient.code, st.session_state[key] or None
        ),
    )
    components.failed_attempt(f"{key}_stored")


def delete(records: Records) -> None:
    """Deletion of the chosen patient, after one confirmation."""
    patient = state.chosen_patient(records)
    if patient is not None and st.button(
        say("ui_patients.delete", code=patient.code), icon=":material/delete:", help=say("ui_patients.asks_first")
    ):
        st.dialog(say("ui_patients.delete_title"))(_confirm_delete)(records, patient)


def _confirm_delete(records: Records, patient: Patient) -> None:
    count = len(records.sessions.of(patient.code))
    st.write(say("ui_patients.delete_what", code=patient.code, name=patient.name, count=count))
    label = say("ui_patients.delete_confirm", code=patient.code)
    if st.button(label, type="primary", key="confirm_delete", on_click=_confirm, args=(patient.code,)):
        st.rerun()


def remove_demo(records: Records) -> None:
    """One button for all demo data, after one confirmation."""
    if any(patient.demo for patient in records.patients.all()) and st.button(
        say("ui_patients.remove_demo"), icon=":material/layers_clear:", help=say("ui_patients.asks_first")
    ):
        st.dialog(say("ui_patients.remove_demo_title"))(_confirm_demo)(records)


def _confirm_demo(records: Records) -> None:
    codes = [patient.code for patient in records.patients.all() if patient.demo]
    count = sum(session.demo or session.patient_code in codes for session in records.sessions.of())
    st.write(say("ui_patients.remove_demo_what", codes=", ".join(codes), count=count))
    label = say("ui_patients.remove_demo_confirm")
    if st.button(label, type="primary", key="confirm_demo", on_click=_confirm, args=(_DEMO,)):
        st.rerun()


def _confirm(what: str) -> None:
    """Remember what is to be deleted; the page does it in its next run, where it can show that it is at work."""
    st.session_state[_CONFIRMED] = what


def delete_what_was_confirmed(records: Records) -> None:
    """Do what a confirmation has asked for: remove a patient, or all demo data."""
    what = st.session_state.pop(_CONFIRMED, None)
    if what is None:
        return
    try:
        with st.spinner(say("ui_patients.deleting")):
            if what == _DEMO:
                records.patients.delete_demo()
            else:
                records.patients.delete(what)
            resources.store().compact()
    except StoreError as error:
        components.problem(error)
        return
    state.forget_patient()
    st.rerun()
