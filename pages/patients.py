"""Patients: who is there, who is new, and what is to be changed or deleted."""

from physio.ui import alert_settings, calibration, components, face_consent, patient_admin, patient_deletion, resources

chosen = components.header("ui.page_patients")
records = resources.records()
patient_deletion.do_what_was_confirmed(records, chosen)
patient_admin.what_failed()
patient_admin.toolbar(anybody=bool(records.patients.all()))
patient = patient_admin.listing(records, chosen)
if patient is not None:
    patient_admin.ticked(records, patient, chosen)
    face_consent.section(records, patient)
    alert_settings.form(records, patient)
    calibration.in_use(records, patient)
patient_deletion.demo_data(records)
patient_admin.open_dialog(records)
face_consent.open_dialog(records)
