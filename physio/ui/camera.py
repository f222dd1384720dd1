"""The browser's camera (or a demo clip in its place) as a stream into a LiveSession."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st
from aiortc.contrib.media import MediaPlayer
from streamlit_webrtc import Translations, VideoProcessorBase, WebRtcMode, WebRtcStreamerContext, webrtc_streamer
from streamlit_webrtc.webrtc import SignallingTimeoutError

from physio.capture.frames import VideoFrame
from physio.errors import PhysioError
from physio.live.session import LiveSession
from physio.live.snapshot import LiveSetup
from physio.storage.records import Patient
from physio.types import EndReason
from physio.ui.camera_track import use_newest_frame_track
from physio.ui.say import say

KEY = "camera"
# Full body at therapy distance: height counts, for the face; more pixels cost more for the video codec than for us.
_CAMERA: dict[str, Any] = {
    "video": {"width": {"ideal": 960}, "height": {"ideal": 720}, "frameRate": {"ideal": 30, "max": 30}},
    "audio": False,
}
# No STUN server: on one computer or a local network none is needed, and an unreachable one delays the start by 40 s.
_RTC: dict[str, Any] = {"iceServers": []}


def _translations() -> Translations:
    """What the camera's own buttons and messages say."""
    return Translations(
        start=say("ui_live.start"),
        stop=say("ui_live.stop"),
        select_device=say("ui_live.choose_camera"),
        select_camera=say("ui_live.choose_camera"),
        device_ask_permission=say("ui_live.ask_permission"),
        device_not_available=say("ui_live.not_available"),
        device_access_denied=say("ui_live.access_denied"),
        media_api_not_available=say("ui_live.no_media"),
        turn_camera_on=say("ui_live.camera_on"),
        turn_camera_off=say("ui_live.camera_off"),
    )


class CameraProcessor(VideoProcessorBase):
    """Hands frames to a LiveSession. Made by streamlit-webrtc, called by NewestFrameTrack, in threads of their own."""

    def __init__(self, session: LiveSession):
        self.session = session

    def newest(self, frame: VideoFrame, dropped: int) -> VideoFrame:
        """The newest frame; those that came since the last call are dropped and counted."""
        return self.session.on_frame(frame, dropped)

    def on_ended(self) -> None:
        """The stream is over: stopped, reloaded, or the browser is gone."""
        self.session.stop(EndReason.CAMERA_ENDED)


class LiveSlot:
    """Where the page finds the session that the stream's threads have made, and what was chosen for it. One per
    browser."""

    def __init__(self) -> None:
        self.session: LiveSession | None = None
        self.choice: tuple[LiveSetup, Path | None] | None = None
        self.number = 0
        self._seen: LiveSession | None = None

    def begin(self, session: LiveSession) -> LiveSession:
        """Keep a new session; its number goes into the keys of its widgets, so that they start empty."""
        self.session, self.number = session, self.number + 1
        return session

    def unseen_end(self) -> LiveSession | None:
        """The last session of this browser, if it is over and nobody was told so yet (see `seen`)."""
        session = self.session
        if session is None or session is self._seen or session.end is None:
            return None
        return session if session.snapshot().session_id is not None else None

    def seen(self) -> None:
        """The user has been told that the last session is over and saved."""
        self._seen = self.session


def slot() -> LiveSlot:
    """This browser's slot."""
    found: LiveSlot = st.session_state.setdefault("live_slot", LiveSlot())
    return found


def session_of(patient: Patient) -> LiveSession | None:
    """This browser's session, running or over, if it is this patient's."""
    session = slot().session
    return session if session is not None and session.setup.patient_code == patient.code else None


def running() -> bool:
    """Whether the stream is on or about to be, as this run of the page knows it."""
    context = st.session_state.get(KEY)
    return context is not None and (context.state.playing or context.state.signalling)


def stream(start: Callable[[], LiveSession], clip: Path | None) -> bool:
    """The image with its Start and Stop buttons; start makes the session when the camera is there. clip: a video that
    plays in place of the camera. Returns whether the stream is on or about to be."""
    place = slot()

    def processor() -> CameraProcessor:
        return CameraProcessor(place.begin(start()))

    try:
        context = _streamer(processor, clip)
    except SignallingTimeoutError as error:
        raise PhysioError("ui_live.camera_too_slow") from error
    return bool(context.state.playing or context.state.signalling)


def _streamer(processor: Callable[[], CameraProcessor], clip: Path | None) -> WebRtcStreamerContext[Any, Any]:
    use_newest_frame_track()
    return webrtc_streamer(
        key=KEY,
        mode=WebRtcMode.RECVONLY if clip else WebRtcMode.SENDRECV,
        rtc_configuration=_RTC,
        media_stream_constraints=_CAMERA,
        player_factory=(lambda: MediaPlayer(str(clip))) if clip else None,
        video_processor_factory=processor,
        video_html_attrs={"autoPlay": True, "controls": False, "muted": True, "style": {"width": "100%"}},
        translations=_translations(),
        media_toggle_controls=False,
        async_processing=True,
    )
