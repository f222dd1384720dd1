"""Live session: is this repetition right, is it hurting, how many left?"""

from functools import partial

import streamlit as st

from physio.live.visit import Stage
from physio.ui import (
    browser,
    camera,
    camera_words,
    components,
    live_choice,
    live_controls,
    live_ends,
    live_look,
    live_panel,
    resources,
)
from physio.ui.say import listed

patient = components.patient_or_stop("ui.page_live")
records = resources.records()
resources.demo_history()
sessions, slot = records.sessions.of(patient.code), camera.slot()
now = slot.stage  # read once: a session may end at its target while this runs; the panel notices and asks for a run
busy = now in camera.BUSY
if not busy and components.archived(records, patient):
    st.stop()
with st.container():  # one element, whatever is in it: the stream below must keep its place on the page
    setup, clip = live_choice.choice(patient, sessions, resources.demo_clips(), slot, busy)

with st.container(key="live_split"):  # the style sheet places the three
    image, numbers, controls = st.columns(3)
with image, st.container(gap=None):
    active = camera.stream(partial(resources.live_sessions().visit, setup), clip, busy)
    camera_words.in_words()
    browser.camera_help(wanted=clip is None and not active)
visit = slot.visit
stage = (now if busy else slot.stage) if active else Stage.OVER  # a new visit may have come with the stream
busy = busy if active else slot.stage in camera.BUSY  # and with its end that of the visit
on = visit is not None and stage is not Stage.OVER
recorded = ((on or busy) and records.patients.get(visit.setup.patient_code)) or patient  # whoever is chosen meanwhile
other = on and not busy and recorded.code != patient.code
if on and not busy and not other:
    visit.prepare(setup)
session = live_ends.session_of(slot, recorded, records)
with image:
    if other:
        live_controls.hand_over(visit, setup, recorded, patient)
    elif on:
        live_controls.main_button(visit, stage, recorded.code)
    live_look.looks(visit if on and not other else None, clip, stage is Stage.RECORDING)
with controls:
    if session is not None and stage is not Stage.COUNTDOWN:
        live_controls.controls(session, records)
with numbers:
    if session is not None and not busy:
        live_ends.farewell(session, records, listed(recorded) if other else "")
        slot.seen()
    if on and not other:
        with st.container():  # what it draws more than the last time must not take the place of what follows
            live_panel.panel(visit, stage, listed(recorded))
    if not busy and not other:
        live_ends.welcome(setup)
        if session is None:
            live_ends.last_time(records, setup, sessions)
components.intended_use()
