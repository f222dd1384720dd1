"""The track back to the browser, with a processor that is done when the test says so."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import Any

import pytest
from aiortc import MediaStreamTrack
from aiortc.contrib.media import MediaRelay
from aiortc.mediastreams import MediaStreamError
from streamlit_webrtc import webrtc

from physio.capture.frames import VideoFrame
from physio.ui.camera_track import NewestFrameTrack, use_newest_frame_track


def in_a_loop_of_its_own(run: Coroutine[Any, Any, None]) -> None:
    """In a thread too: where browser tests ran before, this one has a loop that runs."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run).result()


class Camera(MediaStreamTrack):
    """Frames as the test puts them in; None ends it, an error is raised."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self.frames: asyncio.Queue[VideoFrame | Exception | None] = asyncio.Queue()

    def shows(self, *numbers: int) -> None:
        for number in numbers:
            frame = VideoFrame(16, 16, "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 30)
            self.frames.put_nowait(frame)

    async def recv(self) -> VideoFrame:
        frame = await self.frames.get()
        if frame is None:
            raise MediaStreamError
        if isinstance(frame, Exception):
            raise frame
        return frame


class Slow:
    """Notes which frame it got, and is done with it when it may."""

    def __init__(self, done: bool = True) -> None:
        self.got: list[tuple[int, int]] = []
        self.threads: set[int] = set()
        self.ended = 0
        self.may = threading.Event()
        if done:
            self.may.set()

    def newest(self, frame: VideoFrame, dropped: int) -> VideoFrame:
        self.threads.add(threading.get_ident())
        self.got.append((int(frame.pts), dropped))
        assert self.may.wait(30)
        return VideoFrame(16, 16, "rgb24")

    def on_ended(self) -> None:
        self.ended += 1


def test_a_result_comes_without_waiting_for_another_frame() -> None:
    async def run() -> None:
        camera, processor = Camera(), Slow()
        track = NewestFrameTrack(camera, processor)
        camera.shows(0)
        first = await asyncio.wait_for(track.recv(), 30)
        camera.shows(1)
        second = await asyncio.wait_for(track.recv(), 30)
        assert first.time_base == second.time_base == Fraction(1, 90_000)
        assert second.pts > first.pts >= 0
        assert processor.got == [(0, 0), (1, 0)]
        assert threading.get_ident() not in processor.threads
        track.stop()

    in_a_loop_of_its_own(run())


def test_each_result_is_sent_once_and_what_came_meanwhile_is_dropped_but_for_the_newest() -> None:
    async def run() -> None:
        camera, processor = Camera(), Slow(done=False)
        track = NewestFrameTrack(camera, processor)
        camera.shows(0)
        first = asyncio.ensure_future(track.recv())
        while not processor.got:
            await asyncio.sleep(0.001)
        camera.shows(1, 2, 3)
        while not camera.frames.empty():
            await asyncio.sleep(0.001)
        processor.may.set()
        await first
        await track.recv()
        assert processor.got == [(0, 0), (3, 2)]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(track.recv(), 0.05)
        track.stop()

    in_a_loop_of_its_own(run())


@pytest.mark.parametrize("ends", ["the camera", "the page"])
def test_the_end_is_told_once_and_ends_the_stream(ends: str) -> None:
    async def run() -> None:
        camera, processor = Camera(), Slow()
        track = NewestFrameTrack(MediaRelay().subscribe(camera), processor)
        camera.shows(0)
        await track.recv()
        waiting = asyncio.ensure_future(track.recv())
        await asyncio.sleep(0)
        if ends == "the camera":
            camera.frames.put_nowait(None)
        else:
            track.stop()
        with pytest.raises(MediaStreamError):
            await asyncio.wait_for(waiting, 30)
        with pytest.raises(MediaStreamError):
            await asyncio.wait_for(track.recv(), 30)
        track.stop()
        assert processor.ended == 1
        assert track.readyState == "ended"

    in_a_loop_of_its_own(run())


def test_a_camera_that_fails_ends_the_stream_and_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        camera, processor = Camera(), Slow()
        track = NewestFrameTrack(camera, processor)
        waiting = asyncio.ensure_future(track.recv())
        await asyncio.sleep(0)
        camera.frames.put_nowait(ValueError("no such codec"))
        for ended in (waiting, track.recv()):
            with pytest.raises(MediaStreamError):
                await asyncio.wait_for(ended, 30)
        assert (track.readyState, camera.readyState, processor.ended) == ("ended", "ended", 1)

    in_a_loop_of_its_own(run())
    (logged,) = caplog.records
    assert "no such codec" in str(logged.exc_info)


def test_streamlit_webrtc_sends_this_track_back() -> None:
    async def run() -> None:
        use_newest_frame_track()
        track = webrtc._wrap_with_processor(Camera(), Slow(), async_processing=True, relay=MediaRelay())
        assert isinstance(track, NewestFrameTrack)

    in_a_loop_of_its_own(run())
