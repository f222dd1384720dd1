"""Live session: is this repetition right, is it hurting, how many left?"""

from functools import partial

import streamlit as st

from physio.ui import browser, camera, components, live_choice, live_controls, live_ends, resources

patient = components.patient_or_stop("ui.page_live")
records = resources.records()
resources.demo_history()
with st.container():  # one element, whatever is in it: the stream below must keep its place on the page
    setup, clip = live_choice.choice(
        patient, resources.exercises(), resources.demo_clips(), camera.slot(), camera.running()
    )

with st.container(key="live_split"):  # the style sheet places the three
    image, numbers, controls = st.columns(3)
with image, st.container(gap=None):
    active = camera.stream(partial(resources.live_sessions().start, setup), clip)
    browser.camera_help(wanted=clip is None and not active)
session = camera.session_of(patient)
if session is not None:
    with controls:
        live_controls.controls(session, records, camera.slot().number)
with numbers:
    if session is None:
        live_ends.welcome(records, setup)
    elif active and session.end is None:
        live_controls.panel(session)
    else:
        live_ends.farewell(session, records, active)
components.intended_use()
