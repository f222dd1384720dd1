"""Patients: who is there, who is new, and what is to be deleted."""

import streamlit as st

from physio.ui import calibration, components, patient_admin, resources

patient = components.header("ui.page_patients")
store = resources.store()
patient_admin.destroy_what_was_agreed(store)
with st.container(key="stack_patients"):
    listing, adding = st.columns([3, 2], gap="large")
with listing:
    patient_admin.listing(store)
    if patient is not None:
        calibration.in_use(store, patient)
with adding:
    patient_admin.add(store)
    patient_admin.delete(store)
    patient_admin.remove_demo(store)
