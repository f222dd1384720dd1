"""Patients: who is there, who is new, and what is to be deleted."""

import streamlit as st

from physio.ui import calibration, components, patient_admin, resources

patient = components.header("ui.page_patients")
records = resources.records()
patient_admin.delete_what_was_confirmed(records)
with st.container(key="stack_patients"):
    listing, adding = st.columns([3, 2], gap="large")
with listing:
    patient_admin.listing(records)
    if patient is not None:
        patient_admin.choose_language(records, patient)
        calibration.in_use(records, patient)
with adding:
    patient_admin.add(records)
    patient_admin.delete(records)
    patient_admin.remove_demo(records)
