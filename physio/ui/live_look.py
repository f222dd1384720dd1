"""How the camera's frame is shown: as a mirror, and from a distance."""

from pathlib import Path

import streamlit as st

from physio.feedback.overlay import Look
from physio.live.visit import LiveVisit
from physio.ui import live_distance
from physio.ui.say import say


def looks(visit: LiveVisit | None, clip: Path | None, recording: bool) -> None:
    """The row under the image. visit: None while the camera is off; recording: whether a session is recorded."""
    if visit is None:
        live_distance.leave()
        return
    with st.container(horizontal=True, vertical_alignment="center", key="live_looks"):
        mirror = st.toggle(
            say("ui_live.mirror"),
            clip is None,  # a clip is no mirror
            key=f"live_mirror_{clip is not None}",
            persist_state="session",
            help=say("ui_live.mirror_help"),
        )
        live_distance.switch()
        if recording:
            st.toggle(say("ui_live.hide_face"), key="hide_face", help=say("ui_live.hide_help"))
    beside = live_distance.is_on()  # what is read from a distance stands beside the frame, larger
    visit.show(Look(mirror=mirror, count=not beside, cue=not beside))
