"""Session review: what happened in this session?"""

import streamlit as st

from physio.trends import queries
from physio.ui import calibration, components, resources, review, state, texts

patient = components.patient_or_stop(texts.REVIEW)
store = resources.store()
components.demo_progress(resources.demo_history(), patient)
review.warn_if_unknown(store)
session = state.chosen_session(store, patient)
if session is None:
    if components.empty(texts.NO_SESSION, texts.NO_SESSION_HELP, "Start a live session", ":material/videocam:"):
        st.switch_page("pages/live.py")
    st.stop()

review.choose(store, patient, session)
data = queries.load_session(store, session.id)
exercise = resources.exercises().get(session.exercise_id or "")
review.figures(data, exercise)
calibration.applied(store, session)
review.timeline_charts(data, exercise)
review.repetitions(data, exercise)
with st.container(key="stack_review"):
    remarks, quality, note = st.columns(3, gap="medium")
with remarks:
    review.remarks(data)
with quality:
    review.quality(data)
with note:
    review.note(store, session)
review.ranges(data)
review.downloads(store, data)
components.intended_use()
