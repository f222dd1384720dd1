"""The demo clip in place of the camera."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import pytest
from aiortc.mediastreams import MediaStreamError

from physio.config import ROOT
from physio.ui.camera_clip import ClipPlayer

CLIP = ROOT / "data" / "demo" / "shoulder_abduction_week_1.mp4"


def test_frames_come_in_their_time_and_stop_when_the_stream_does():
    async def run() -> None:
        track, loop = ClipPlayer(CLIP).video, asyncio.get_running_loop()
        began_s = loop.time()
        frames = [await track.recv() for _ in range(8)]
        assert {frame.time_base for frame in frames} == {Fraction(1, 90_000)}
        times = [float(frame.pts * frame.time_base) for frame in frames]
        assert times == sorted(set(times))
        assert loop.time() - began_s >= times[-1]  # never before it is due
        track.stop()
        with pytest.raises(MediaStreamError):
            await track.recv()

    with ThreadPoolExecutor(1) as thread:  # where browser tests ran before, this thread has a loop that runs
        thread.submit(asyncio.run, run()).result()
