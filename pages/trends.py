"""Trends: is it really better?"""

import streamlit as st

from physio.trends import queries
from physio.ui import components, resources, texts, trend_tabs

patient = components.patient_or_stop(texts.TRENDS)
records = resources.records()
components.demo_progress(resources.demo_history(), patient)
table = queries.trend(records, patient.code)
if table.empty:
    if components.empty(texts.NO_SESSION, texts.NO_SESSION_HELP, "Start a live session", ":material/videocam:"):
        st.switch_page("pages/live.py")
    st.stop()

exercises = resources.exercises()
exercise, table = trend_tabs.choose(table, exercises)
emotion, pain, quality, rom = st.tabs(["Emotion and engagement", "Pain", "Repetition quality", "Range of motion"])
with emotion:
    trend_tabs.emotion(table, patient)
with pain:
    trend_tabs.pain(table, patient)
with quality:
    trend_tabs.quality(table, exercises, patient)
with rom:
    trend_tabs.range_of_motion(table, exercise, patient)
components.intended_use()
