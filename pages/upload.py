"""Upload: score these recordings."""

import streamlit as st

from physio.ui import components, resources, uploads
from physio.ui.say import say

patient = components.patient_or_stop("ui.page_upload")
asked = uploads.choose(resources.exercises())
uploads.uploader_words()
files = st.file_uploader(
    say("ui_upload.videos"),
    type=uploads.TYPES,
    accept_multiple_files=True,
    key=uploads.uploader_key(),
    help=say("ui_upload.videos_help"),
)
if st.button(uploads.button_label(files), type="primary", icon=":material/play_arrow:", disabled=not files):
    uploads.submit(resources.jobs(), files, patient, asked)
uploads.queue(resources.jobs(), patient)
components.intended_use()
