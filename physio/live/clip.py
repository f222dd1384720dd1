"""A recorded clip as a camera: again and again, until nobody looks any more."""

from collections.abc import Iterator
from pathlib import Path

import av

from physio.capture.frames import VideoFrame

_STEP_S = 1 / 30


def endless(clip: Path) -> Iterator[tuple[float, VideoFrame]]:
    """The clip's frames with their time in seconds from 0; after the last the first again, as if time went on."""
    begun_s = 0.0
    while True:
        last_s = begun_s
        with av.open(str(clip)) as video:
            for frame in video.decode(video=0):
                last_s = begun_s + (frame.time or 0.0)
                yield last_s, frame
        begun_s = last_s + _STEP_S
