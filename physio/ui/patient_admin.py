"""The widgets of the Patients page. Everything destructive names what it destroys and asks once."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from physio.errors import StoreError
from physio.storage.acting import Records
from physio.storage.records import Patient, Session
from physio.ui import components, resources, state, texts
from physio.ui.tiles import NO_VALUE

_AGREED, _DEMO = "agreed_to_destroy", ":demo"


def listing(records: Records) -> None:
    """All patients with their number of sessions; a click on a row makes one the chosen one."""
    patients = records.patients.all()
    if not patients:
        components.empty(texts.NO_PATIENT, texts.NO_PATIENT_HELP)
        return
    sessions = records.sessions.of()
    rows = []
    for patient in patients:
        own = [session for session in sessions if session.patient_code == patient.code]
        rows.append((patient.code, patient.name, len(own), _last(own), "demo" if patient.demo else ""))
    table = pd.DataFrame(rows, columns=["code", "name", "sessions", "last", "mark"])
    chosen = st.dataframe(
        table,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="patient_rows",
        column_config={
            "code": "Code",
            "name": "Name",
            "sessions": st.column_config.NumberColumn("Sessions", width="small"),
            "last": "Last session",
            "mark": st.column_config.TextColumn("", width="small"),
        },
    )
    rows_chosen = chosen.selection.rows
    if rows_chosen and st.button(f"Work with {patients[rows_chosen[0]].code}", type="primary"):
        state.choose_patient(patients[rows_chosen[0]].code)
        st.rerun()


def _last(sessions: Sequence[Session]) -> str:
    """When the newest began; a dash without any."""
    moments = [session.started_at for session in sessions]
    return f"{components.local(max(moments)):%d %b %Y, %H:%M}" if moments else NO_VALUE


def add(records: Records) -> None:
    """A form for a new patient."""
    with st.form("add_patient", clear_on_submit=True):
        st.markdown("**Add a patient**")
        code = st.text_input("Code", placeholder="P001", help="What this patient is called in files and addresses")
        name = st.text_input("Name or initials", help="Stays on this computer")
        if st.form_submit_button("Add patient", type="primary", icon=":material/person_add:"):
            _add(records, code.strip(), name.strip())


def _add(records: Records, code: str, name: str) -> None:
    try:
        records.patients.add(code, name or code)
    except StoreError as error:
        st.error(str(error), icon=":material/error:")
        return
    state.choose_patient(code)
    st.rerun()


def delete(records: Records) -> None:
    """Deletion of the chosen patient, after one confirmation."""
    patient = state.chosen_patient(records)
    if patient is not None and st.button(
        f"Delete {patient.code} …", icon=":material/delete:", help="Asks once before anything is destroyed"
    ):
        _confirm_delete(records, patient)


@st.dialog("Delete this patient?")
def _confirm_delete(records: Records, patient: Patient) -> None:
    count = len(records.sessions.of(patient.code))
    st.write(
        f"This destroys **{patient.code} · {patient.name}** and their **{count} session{'' if count == 1 else 's'}** "
        "with all measurements, repetitions, events and notes. It cannot be undone."
    )
    label = f"Delete {patient.code} and everything about them"
    if st.button(label, type="primary", key="confirm_delete", on_click=_agree, args=(patient.code,)):
        st.rerun()


def remove_demo(records: Records) -> None:
    """One button for everything that is made up, after one confirmation."""
    if any(patient.demo for patient in records.patients.all()) and st.button(
        "Remove demo data …", icon=":material/layers_clear:", help="Asks once before anything is destroyed"
    ):
        _confirm_demo(records)


@st.dialog("Remove the demo data?")
def _confirm_demo(records: Records) -> None:
    codes = [patient.code for patient in records.patients.all() if patient.demo]
    count = sum(session.demo or session.patient_code in codes for session in records.sessions.of())
    st.write(
        f"This destroys the made-up patient{'' if len(codes) == 1 else 's'} **{', '.join(codes)}** and **{count} demo "
        f"session{'' if count == 1 else 's'}**. Your own patients stay."
    )
    if st.button("Remove demo data", type="primary", key="confirm_demo", on_click=_agree, args=(_DEMO,)):
        st.rerun()


def _agree(what: str) -> None:
    """Remember what is to be destroyed; the page does it in its next run, where it can show that it is at work."""
    st.session_state[_AGREED] = what


def destroy_what_was_agreed(records: Records) -> None:
    """Do what a confirmation has asked for: remove a patient, or everything that is made up."""
    what = st.session_state.pop(_AGREED, None)
    if what is None:
        return
    try:
        with st.spinner("Deleting …"):
            if what == _DEMO:
                records.patients.delete_demo()
            else:
                records.patients.delete(what)
            resources.store().compact()
    except StoreError as error:
        st.error(str(error), icon=":material/error:")
        return
    state.forget_patient()
    st.rerun()
