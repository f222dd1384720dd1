"""The chosen patient and session: one piece of state, in the session and in the address (?patient=P001&session=…).

Whom an address names is shown, or said to be missing: nobody is ever shown in place of somebody else.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from physio.errors import StoreError
from physio.messages import Message, message
from physio.storage.acting import Records
from physio.storage.records import Patient, Session

_PATIENT, _ADDED, _SESSION, _READ = "chosen_patient", "chosen_patient_added", "chosen_session", "address_read"


def chosen_patient(records: Records) -> Patient | None:
    """The patient that all pages are about; None while there is nobody, or not the one who was asked for (see
    `missing`). Without any choice it is the one seen last, else the first."""
    if not st.session_state.get(_READ) or _went_back():
        st.session_state[_READ] = True
        _read_address(records)
    patients = {patient.code: patient for patient in records.patients.all()}
    if _PATIENT not in st.session_state and not st.session_state.get(_SESSION):
        code = _usual(records, patients)
        if code is None:
            return None
        choose_patient(code)
    patient = patients.get(st.session_state.get(_PATIENT, ""))
    # A code that was deleted and given away again is somebody else.
    if patient is None or st.session_state.setdefault(_ADDED, patient.created_at) != patient.created_at:
        return None
    _write_address("patient", patient.code)
    return patient


def missing() -> Message | None:
    """Who or what was asked for, when `chosen_patient` has found nobody; None when nothing was asked for."""
    if code := st.session_state.get(_PATIENT):
        return message("ui.patient_missing", code=code)
    if session_id := st.session_state.get(_SESSION):
        return message("ui.session_missing", id=session_id)
    return None


def choose_patient(code: str) -> None:
    """Make this the patient of all pages; a session of somebody else is let go."""
    if st.session_state.get(_PATIENT) != code:
        forget_session()
    st.session_state.pop(_ADDED, None)
    st.session_state[_PATIENT] = code
    _write_address("patient", code)


def forget_patient() -> None:
    """No patient is chosen any more, because they were deleted."""
    for key in (_PATIENT, _ADDED, _SESSION):
        st.session_state.pop(key, None)
    st.query_params.clear()


def chosen_session(records: Records, patient: Patient) -> Session | None:
    """The session to look at: the one asked for, else the patient's newest. None when there is none, or the one asked
    for is not there or somebody else's (see `missing_session`)."""
    sessions = records.sessions.of(patient.code)
    wanted = st.session_state.get(_SESSION) or (sessions[0].id if sessions else None)
    found = next((session for session in sessions if session.id == wanted), None)
    if found is not None:
        choose_session(found.id)
    return found


def missing_session(records: Records, patient: Patient) -> Message | None:
    """Why `chosen_session` has found none; None when none was asked for."""
    wanted = st.session_state.get(_SESSION)
    if not wanted:
        return None
    there = _patient_of(records, wanted) is not None
    return message("ui.session_of_another", code=patient.code) if there else message("ui.session_missing", id=wanted)


def choose_session(session_id: str) -> None:
    """Make this the session to look at."""
    st.session_state[_SESSION] = session_id
    _write_address("session", session_id)


def forget_session() -> None:
    """No session is chosen any more: it was deleted, or is somebody else's."""
    st.session_state.pop(_SESSION, None)
    st.query_params.pop("session", None)


def _went_back() -> bool:
    """Whether this run comes of the browser's Back or Forward: then the address is what is wanted, and at no other
    time, because a timer's run may still bring an address from before the last choice."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and context.is_history_navigation


def _read_address(records: Records) -> None:
    code, session_id = st.query_params.get("patient"), st.query_params.get("session")
    if session_id and not code:
        code = _patient_of(records, session_id)
    for key, wanted in ((_PATIENT, code), (_SESSION, session_id)):
        if wanted:
            st.session_state[key] = wanted
        elif code or session_id:
            st.session_state.pop(key, None)
    st.session_state.pop(_ADDED, None)


def _write_address(name: str, value: str) -> None:
    if st.query_params.get(name) != value:
        st.query_params[name] = value


def _usual(records: Records, patients: dict[str, Patient]) -> str | None:
    """The patient to begin with: the one seen last, else the first; one in the archive only when there is no other."""
    seen = [patients[session.patient_code] for session in records.sessions.of() if session.patient_code in patients]
    in_turn = [*seen, *patients.values()]
    return next((one.code for one in (*(p for p in in_turn if not p.archived), *in_turn)), None)


def _patient_of(records: Records, session_id: str) -> str | None:
    try:
        return records.sessions.get(session_id).patient_code
    except StoreError:
        return None
