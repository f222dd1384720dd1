"""physio in the browser: page configuration and navigation, nothing else."""

import streamlit as st

from physio.ui import components, texts

st.set_page_config(texts.APP, page_icon=components.ICON, layout="wide", initial_sidebar_state=210)
st.logo(components.LOGO, size="large")
components.inject_style()

page = st.navigation(
    {
        texts.GROUP_SESSION: [
            st.Page("pages/live.py", title=texts.LIVE, icon=":material/videocam:", default=True),
            st.Page("pages/upload.py", title=texts.UPLOAD, icon=":material/upload_file:"),
            st.Page("pages/review.py", title=texts.REVIEW, icon=":material/query_stats:"),
        ],
        texts.GROUP_PATIENT: [st.Page("pages/trends.py", title=texts.TRENDS, icon=":material/trending_up:")],
        texts.GROUP_PRACTICE: [
            st.Page("pages/patients.py", title=texts.PATIENTS, icon=":material/group:"),
            st.Page("pages/about.py", title=texts.ABOUT, icon=":material/info:"),
        ],
    }
)
components.guarded(page.run)
