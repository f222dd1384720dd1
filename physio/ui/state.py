"""The chosen patient and session: one piece of state, in the session and in the URL (?patient=P001&session=…)."""

import streamlit as st

from physio.errors import StoreError
from physio.storage.acting import Records
from physio.storage.records import Patient, Session

_PATIENT, _SESSION = "chosen_patient", "chosen_session"


def chosen_patient(records: Records) -> Patient | None:
    """The patient that all pages are about; None while there is no patient at all.

    From the state, else from the URL (also through its session), else the one seen last, else the first.
    """
    patients = {patient.code: patient for patient in records.patients.all()}
    code = st.session_state.get(_PATIENT) or _patient_of_url(records)
    if code not in patients:
        code = next((session.patient_code for session in records.sessions.of()), None)
    if code not in patients:
        code = next(iter(patients), None)
    if code is None:
        return None
    choose_patient(code)
    return patients[code]


def choose_patient(code: str) -> None:
    """Make this the patient of all pages; a session of somebody else is let go."""
    if st.session_state.get(_PATIENT, code) != code:
        st.session_state.pop(_SESSION, None)
        st.query_params.pop("session", None)
    st.session_state[_PATIENT] = code
    if st.query_params.get("patient") != code:
        st.query_params["patient"] = code


def forget_patient() -> None:
    """No patient is chosen any more, because they were deleted."""
    for key in (_PATIENT, _SESSION):
        st.session_state.pop(key, None)
    st.query_params.clear()


def forget_session() -> None:
    """No session is chosen any more, because it was deleted."""
    st.session_state.pop(_SESSION, None)
    st.query_params.pop("session", None)


def chosen_session(records: Records, patient: Patient) -> Session | None:
    """The session to look at: from the state, else from the URL, else the patient's newest. None when there is none."""
    sessions = records.sessions.of(patient.code)
    wanted = st.session_state.get(_SESSION) or st.query_params.get("session")
    found = next((session for session in sessions if session.id == wanted), sessions[0] if sessions else None)
    if found is not None:
        choose_session(found.id)
    return found


def choose_session(session_id: str) -> None:
    """Make this the session to look at."""
    st.session_state[_SESSION] = session_id
    if st.query_params.get("session") != session_id:
        st.query_params["session"] = session_id


def unknown_session(records: Records) -> str | None:
    """The session id in the URL if the store has no such session."""
    wanted = st.query_params.get("session")
    if not wanted:
        return None
    try:
        records.sessions.get(wanted)
    except StoreError:
        return wanted
    return None


def _patient_of_url(records: Records) -> str | None:
    if session_id := st.query_params.get("session"):
        try:
            return records.sessions.get(session_id).patient_code
        except StoreError:
            pass
    return st.query_params.get("patient")
