"""About: what physio is for, what it cannot do, where its data lies."""

import streamlit as st

from physio.ui import about, components, resources

components.header("ui.page_about")
with st.container(key="stack_about"):
    left, right = st.columns([3, 2], gap="large")
with left:
    about.purpose()
    about.limits()
with right:
    about.whereabouts(resources.settings())
    about.versions(resources.models())
