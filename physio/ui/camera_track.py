"""The track that goes back to the browser: each result as soon as it is there, and once.

streamlit-webrtc's own asynchronous track hands a result out when the next frame arrives, so that it is always a whole
frame later than need be; and it sends the last result again for every frame that arrives meanwhile, so that a busy
computer encodes 30 frames a second whatever it analyses, falls behind, and stays behind.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import Protocol, cast

from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from streamlit_webrtc import webrtc

from physio.capture.frames import VideoFrame

_TICKS_PER_S = 90_000

log = logging.getLogger(__name__)


class Processor(Protocol):
    """What a frame goes through, in a thread of its own."""

    def newest(self, frame: VideoFrame, dropped: int) -> VideoFrame:
        """One frame in, one out; dropped: how many came before it and were left out. Must not raise."""

    def on_ended(self) -> None:
        """The stream is over. Called once; must return at once."""


class NewestFrameTrack(MediaStreamTrack):
    """The newest of the frames that have come on track, processed; those between are dropped and counted. Everything
    but the processing runs on the event loop."""

    kind = "video"

    def __init__(self, track: MediaStreamTrack, processor: Processor):
        super().__init__()
        self._track = track
        self._processor = processor
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live-frames")
        self._feeding: asyncio.Task[None] | None = None
        self._came = asyncio.Event()
        self._newest: VideoFrame | None = None
        self._came_since = 0
        self._began_s = 0.0
        track.on("ended", self.stop)

    async def recv(self) -> VideoFrame:
        """The next result. Raises MediaStreamError at the end of the stream."""
        if self.readyState != "live":
            raise MediaStreamError
        loop = asyncio.get_running_loop()
        if self._feeding is None:
            self._feeding, self._began_s = loop.create_task(self._feed()), loop.time()
        await self._came.wait()
        self._came.clear()
        if self.readyState != "live" or self._newest is None:
            raise MediaStreamError
        frame, dropped = self._newest, self._came_since - 1
        self._newest, self._came_since = None, 0
        done = await loop.run_in_executor(self._thread, self._processor.newest, frame, dropped)
        # Not the time at which the frame was taken: the browser would take the time that the analysis needs, now more,
        # now less, for an unsteady line and hold every frame back for it.
        done.pts, done.time_base = round((loop.time() - self._began_s) * _TICKS_PER_S), Fraction(1, _TICKS_PER_S)
        return done

    async def _feed(self) -> None:
        try:
            while True:
                self._newest = cast(VideoFrame, await self._track.recv())
                self._came_since += 1
                self._came.set()
        except asyncio.CancelledError:  # the server ends, and says so itself when it closes its sessions
            self._end()
            raise
        except MediaStreamError:
            pass
        except Exception:
            log.exception("the camera's frames could not be read")
        self.stop()  # whatever ended it: recv would wait for ever

    def stop(self) -> None:
        """End the stream; later calls do nothing."""
        if self.readyState == "live":
            self._end()
            self._processor.on_ended()

    def _end(self) -> None:
        super().stop()
        self._track.stop()
        self._came.set()
        self._thread.shutdown(wait=False)


def use_newest_frame_track() -> None:
    """Have streamlit-webrtc use this track: it asks for none, so its own is replaced by name (a test watches this)."""
    webrtc.AsyncVideoProcessTrack = NewestFrameTrack  # type: ignore[attr-defined,assignment]
