"""Session review: what happened in this session?"""

import streamlit as st

from physio.trends import queries
from physio.ui import calibration, components, resources, review, state, texts

patient = components.patient_or_stop(texts.REVIEW)
records = resources.records()
components.demo_progress(resources.demo_history(), patient)
review.warn_if_unknown(records)
session = state.chosen_session(records, patient)
if session is None:
    if components.empty(texts.NO_SESSION, texts.NO_SESSION_HELP, "Start a live session", ":material/videocam:"):
        st.switch_page("pages/live.py")
    st.stop()

review.choose(records, patient, session)
data = queries.load_session(records, session.id)
exercise = resources.exercises().get(session.exercise_id or "")
review.figures(data, exercise)
calibration.applied(records, session)
review.timeline_charts(data, exercise)
review.repetitions(data, exercise)
with st.container(key="stack_review"):
    remarks, quality, note = st.columns(3, gap="medium")
with remarks:
    review.remarks(data)
with quality:
    review.quality(data)
with note:
    review.note(records, session)
review.ranges(data)
review.downloads(records, data)
components.intended_use()
