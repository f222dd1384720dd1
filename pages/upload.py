"""Upload: score these recordings."""

import streamlit as st

from physio.ui import components, resources, texts, uploads

patient = components.patient_or_stop(texts.UPLOAD)
exercise, side, zero = uploads.choose(resources.exercises())
files = st.file_uploader(
    "Videos",
    type=uploads.TYPES,
    accept_multiple_files=True,
    key=uploads.uploader_key(),
    help="One person, whole body in the picture. The video is deleted as soon as it is scored.",
)
if st.button(uploads.button_label(files), type="primary", icon=":material/play_arrow:", disabled=not files):
    uploads.submit(resources.jobs(), files, patient, (exercise, side, zero))
uploads.queue(resources.jobs(), patient)
components.intended_use()
