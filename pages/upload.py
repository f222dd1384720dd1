"""Upload: score these recordings."""

import streamlit as st

from physio.ui import components, resources, upload_files, upload_jobs, uploads
from physio.ui.say import say

patient = components.patient_or_stop("ui.page_upload")
jobs, records = resources.jobs(), resources.records()
if not components.archived(records, patient):
    asked = uploads.choose_task(resources.exercises(), records, patient)
    uploads.uploader_words()
    files = st.file_uploader(
        say("ui_upload.videos"),
        type=uploads.TYPES,
        accept_multiple_files=True,
        key=uploads.uploader_key(),
        help=say("ui_upload.videos_help"),
    )
    wanted = upload_files.rows(jobs, records, patient, files or [], asked)
    uploads.submit(jobs, wanted, patient)
upload_jobs.listing(jobs, records, patient)
components.intended_use()
