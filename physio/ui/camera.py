"""The browser's camera (or a demo clip in its place) as a stream into a LiveVisit."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import streamlit as st
from streamlit_webrtc import Translations, VideoProcessorBase, WebRtcMode, WebRtcStreamerContext, webrtc_streamer
from streamlit_webrtc.webrtc import SignallingTimeoutError

from physio.capture.frames import VideoFrame
from physio.errors import PhysioError
from physio.live.session import LiveSession
from physio.live.snapshot import LiveSetup
from physio.live.visit import LiveVisit, Stage
from physio.types import EndReason
from physio.ui.camera_clip import ClipPlayer
from physio.ui.camera_track import use_newest_frame_track
from physio.ui.say import say

KEY = "camera"
BUSY = (Stage.COUNTDOWN, Stage.RECORDING)
"""The stages in which a session is counted down or recorded."""
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
    """Hands frames to a LiveVisit. Made by streamlit-webrtc, called by NewestFrameTrack, in threads of their own."""

    def __init__(self, visit: LiveVisit):
        self.visit = visit

    def newest(self, frame: VideoFrame, dropped: int) -> VideoFrame:
        """The newest frame; those that came since the last call are dropped and counted."""
        return self.visit.on_frame(frame, dropped)

    def on_ended(self) -> None:
        """The stream is over: switched off, reloaded, or the browser is gone. Nobody pressed the page's Stop, which
        ends a session before its stream."""
        self.visit.end(EndReason.CAMERA_ENDED)


class LiveSlot:
    """Where the page finds the visit that the stream's threads have made, and what was chosen for it. One per
    browser."""

    def __init__(self) -> None:
        self.visit: LiveVisit | None = None
        self.choice: tuple[LiveSetup, Path | None] | None = None
        self._seen: LiveSession | None = None

    @property
    def session(self) -> LiveSession | None:
        """The session that this browser records or recorded last."""
        return self.visit.session if self.visit is not None else None

    @property
    def stage(self) -> Stage:
        """Where the visit is; OVER without one."""
        return self.visit.stage if self.visit is not None else Stage.OVER

    def begin(self, visit: LiveVisit) -> LiveVisit:
        """Keep a new visit."""
        self.visit = visit
        return visit

    def unseen_end(self) -> LiveSession | None:
        """The last session of this browser, if it is over and nobody was told so yet (see `seen`)."""
        session = self.session
        over = session is not None and session.end is not None and session.begun
        return session if over and session is not self._seen else None

    def seen(self) -> None:
        """The user has been told that the last session is over and saved."""
        self._seen = self.session


def slot() -> LiveSlot:
    """This browser's slot."""
    found: LiveSlot = st.session_state.setdefault("live_slot", LiveSlot())
    return found


def running() -> bool:
    """Whether the stream is on or about to be, as this run of the page knows it."""
    context = st.session_state.get(KEY)
    return context is not None and (context.state.playing or context.state.signalling)


def stream(open_visit: Callable[[], LiveVisit], clip: Path | None, busy: bool) -> bool:
    """The image with the buttons that switch the camera on and off, which are away while a session is recorded: it has
    a Stop of its own. open_visit makes the visit when the camera is there. clip: a video that plays in place of the
    camera. busy: whether a session is counted down or recorded. Returns whether the stream is on or about to be."""
    place = slot()

    def processor() -> CameraProcessor:
        return CameraProcessor(place.begin(open_visit()))

    try:
        context = _streamer(processor, clip, busy)
    except SignallingTimeoutError as error:
        raise PhysioError("ui_live.camera_too_slow") from error
    return bool(context.state.playing or context.state.signalling)


def _streamer(
    processor: Callable[[], CameraProcessor], clip: Path | None, busy: bool
) -> WebRtcStreamerContext[Any, Any]:
    use_newest_frame_track()
    return webrtc_streamer(
        key=KEY,
        mode=WebRtcMode.RECVONLY if clip else WebRtcMode.SENDRECV,
        rtc_configuration=_RTC,
        media_stream_constraints=_CAMERA,
        desired_playing_state=True if busy else None,  # what is prescribed has no buttons
        player_factory=cast(Any, (lambda: ClipPlayer(clip)) if clip else None),
        video_processor_factory=processor,
        video_html_attrs={"autoPlay": True, "controls": False, "muted": True, "style": {"width": "100%"}},
        translations=_translations(),
        media_toggle_controls=False,
        async_processing=True,
    )
