"""Trends: is it really better?"""

import streamlit as st

from physio.trends import queries
from physio.ui import components, resources, trend_face, trend_tabs
from physio.ui.say import say

patient = components.patient_or_stop("ui.page_trends")
records = resources.records()
components.demo_progress(resources.demo_history(), patient)
table = queries.trend(records, patient.code)
if table.empty:
    components.no_session()

exercises = resources.exercises()
exercise, table = trend_tabs.choose(table, exercises)
attention, pain, quality, rom = st.tabs(
    [say("trends.attention"), say("trends.pain"), say("trends.quality"), say("trends.range_of_motion")]
)
with attention:
    trend_face.attention(table, patient)
with pain:
    trend_face.pain(table, patient)
with quality:
    trend_tabs.quality(table, patient)
with rom:
    trend_tabs.range_of_motion(table, exercise, exercises, patient)
components.intended_use()
