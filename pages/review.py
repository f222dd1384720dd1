"""Session review: what happened in this session?"""

import streamlit as st

from physio.trends import queries
from physio.ui import (
    calibration,
    components,
    resources,
    review,
    review_charts,
    review_face,
    review_figures,
    review_tables,
    session_admin,
    session_history,
)

patient = components.patient_or_stop("ui.page_review")
records = resources.records()
components.demo_progress(resources.demo_history(), patient)
session_admin.do_what_was_confirmed(records)
session = components.session_or_stop(records, patient)
review.choose(records, patient, session)
session_history.corrections(records, session)
session_admin.tools(records, patient, session)
data = queries.load_session(records, session.id)
review_figures.figures(data)
review_face.contradictions(data)
calibration.applied(records, session)
review_charts.timeline_charts(data)
review_face.painful_arc(data)
review_tables.repetitions(data)
with st.container(key="stack_review"):
    events, quality, note = st.columns(3, gap="medium")
with events:
    review_tables.happened(data)
with quality:
    review_figures.quality(data)
with note:
    review.note(records, session)
review_tables.ranges(data)
review_tables.downloads(records, data)
components.intended_use()
