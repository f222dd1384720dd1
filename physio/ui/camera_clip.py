"""A demo clip in place of the camera. aiortc's own player does not keep the pace when it plays a clip again."""

import asyncio
from fractions import Fraction
from pathlib import Path

from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

from physio.capture.frames import VideoFrame
from physio.live.clip import endless

_TICKS_PER_S = 90_000


class ClipTrack(MediaStreamTrack):
    """The clip's frames at their own pace, for as long as the stream lasts."""

    kind = "video"

    def __init__(self, clip: Path):
        super().__init__()
        self._frames = endless(clip)
        self._began_s: float | None = None

    async def recv(self) -> VideoFrame:
        """The next frame, when it is due. Raises MediaStreamError at the end of the stream."""
        loop = asyncio.get_running_loop()
        if self._began_s is None:
            self._began_s = loop.time()
        t_s, frame = await loop.run_in_executor(None, next, self._frames)
        await asyncio.sleep(self._began_s + t_s - loop.time())
        if self.readyState != "live":
            raise MediaStreamError
        frame.pts, frame.time_base = round(t_s * _TICKS_PER_S), Fraction(1, _TICKS_PER_S)
        return frame


class ClipPlayer:
    """What streamlit-webrtc expects of a player."""

    audio = None

    def __init__(self, clip: Path):
        self.video = ClipTrack(clip)
