"""Recorded video as a stream of frames: upright, square pixels, times from the file's own time stamps.

Memory does not grow with the length of the video. Frames larger than MAX_SIDE_PX are scaled down while they are
decoded, and a slow-motion recording is thinned to about 60 frames a second: neither more pixels nor more frames make
the measurements better, but both make them slow. All pixel coordinates of the measurements are those of the
frames handed out here.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from physio.capture.container import open_container, video_stream
from physio.capture.frames import orientation, stamp_s, to_frame
from physio.capture.recording_date import recorded_at
from physio.capture.timing import TimeStamps
from physio.errors import VideoError
from physio.messages import Message, message
from physio.types import Frame

MAX_SIDE_PX = 1920
MAX_RATE_HZ = 75.0
_CUT_OFF_S, _CUT_OFF_SHARE = 1.0, 0.1


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """One video. width, height: of the upright image in square pixels, as recorded (frames may be scaled down);
    recorded_at: when, as the file says, None when it does not. Before the video was read, duration_s and frames are
    what the file says or an estimate; NaN and 0 when unknown."""

    path: Path
    duration_s: float
    frames: int
    width: int
    height: int
    recorded_at: datetime | None = None


class VideoSource:
    """Iterable of the Frames of one video file. Each iteration reads the file anew; one at a time.

    Raises VideoError (on construction) when the file is missing, empty, not a video, without a video stream, or so
    damaged that not one frame can be read. A damaged tail ends the iteration early and leaves a warning.
    """

    def __init__(self, path: Path | str):
        path = Path(path)
        with open_container(path) as container:
            stream = video_stream(container, path.name)
            decodable = _Decodable(container, stream)
            first = next(iter(decodable), None)
            if first is None:
                raise VideoError("capture.damaged", name=path.name)
            self._coded = _square(first.width, first.height, stream)
            self._size = _at_most(self._coded, MAX_SIDE_PX)
            self._stored = orientation(first)
            turned = self._stored.transpose
            width, height = reversed(self._coded) if turned else self._coded
            self.frame_size: tuple[int, int] = (self._size[1], self._size[0]) if turned else self._size
            """Width and height of the frames handed out."""
            step_s = _typical_step_s(stream)
            duration_s = _stated_duration_s(container, stream)
            if math.isnan(duration_s):
                duration_s = _spanned_duration_s(path)
            frames = stream.frames or (round(duration_s / step_s) if math.isfinite(duration_s) else 0)
            self.info = VideoInfo(path, duration_s, frames, width, height, recorded_at(container))
        self.frames_read = 0
        """Frames decoded so far in the running iteration, thinned-out ones included."""
        self.fraction = 0.0
        """Share of the file that was read so far, 0 to 1."""
        self._last_s = 0.0
        self._damaged = 0

    def __iter__(self) -> Iterator[Frame]:
        self.frames_read, self.fraction, self._damaged = 0, 0.0, 0
        due_s, index = 0.0, 0
        with open_container(self.info.path) as container:
            stream = video_stream(container, self.info.path.name)
            times = TimeStamps(_typical_step_s(stream))
            decodable = _Decodable(container, stream)
            for decoded in decodable:
                self.frames_read += 1
                self.fraction, self._damaged = decodable.fraction, decodable.damaged
                self._last_s = times.step(stamp_s(decoded))
                if self._last_s < due_s:
                    continue
                try:
                    frame = to_frame(decoded, index, self._last_s, self._size, self._stored)
                except (FFmpegError, ValueError):
                    decodable.damaged += 1  # decoded into something that is no image
                    continue
                yield frame
                due_s, index = frame.t_s + 1 / MAX_RATE_HZ, index + 1
            self.fraction, self._damaged = 1.0, decodable.damaged

    def measured(self) -> VideoInfo:
        """The info with frames and duration_s as they were found by reading the file (call after iterating)."""
        if self.frames_read < 2:
            return replace(self.info, frames=self.frames_read, duration_s=self._last_s)
        # n frames span n - 1 steps; the last one is shown for one step more.
        return replace(
            self.info,
            frames=self.frames_read,
            duration_s=self._last_s * self.frames_read / (self.frames_read - 1),
        )

    def warnings(self) -> tuple[Message, ...]:
        """What the user should know about the file (complete after iterating)."""
        found, info, doubts = self.measured(), self.info, []
        missing_s = info.duration_s - found.duration_s
        if missing_s > max(_CUT_OFF_S, _CUT_OFF_SHARE * info.duration_s):
            doubts.append(message("capture.cut_off", read_s=found.duration_s, stated_s=info.duration_s))
        if self._damaged:
            doubts.append(message("capture.parts_skipped", count=self._damaged))
        if self._size != self._coded:
            sizes = dict(zip(("width", "height"), self.frame_size, strict=True))
            doubts.append(message("capture.scaled_down", full_width=info.width, full_height=info.height, **sizes))
        return tuple(doubts)


class _Decodable:
    """Iterable of the frames of a stream that can be decoded; damaged pieces are counted and passed over."""

    def __init__(self, container: InputContainer, stream: VideoStream):
        self._container, self._stream = container, stream
        self.damaged = 0
        self.fraction = 0.0

    def __iter__(self) -> Iterator[av.VideoFrame]:
        size = max(self._container.size, 1)
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
                if packet is None:
                    return
                self.fraction = min(max(self.fraction, (packet.pos or 0) / size), 1.0)
                frames = packet.decode()
            except FFmpegError:
                # After an error while demuxing the generator is at its end; after one while decoding it goes on.
                self.damaged += 1
                continue
            for decoded in frames:
                if decoded.is_corrupt:
                    self.damaged += 1
                else:
                    yield decoded


def _typical_step_s(stream: VideoStream) -> float:
    rate = stream.average_rate or stream.guessed_rate
    return float(1 / rate) if rate else 1 / 30


def _stated_duration_s(container: InputContainer, stream: VideoStream) -> float:
    """What the file says about its length, NaN when it does not, as with recordings made in a browser."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration else math.nan


def _spanned_duration_s(path: Path) -> float:
    """From the first to the last time stamp in the file, which needs no decoding; NaN when it has none."""
    with open_container(path) as container:
        stream = video_stream(container, path.name)
        stamps = [packet.pts for packet in container.demux(stream) if packet.pts is not None]
        step_s = _typical_step_s(stream)
        return float((max(stamps) - min(stamps)) * (stream.time_base or 0)) + step_s if stamps else math.nan


def _square(width: int, height: int, stream: VideoStream) -> tuple[int, int]:
    """Size in square pixels: angles need the same scale along x and y."""
    aspect = stream.sample_aspect_ratio
    return (round(width * aspect), height) if aspect and 0.1 < aspect < 10 else (width, height)


def _at_most(size: tuple[int, int], side_px: int) -> tuple[int, int]:
    scale = min(1.0, side_px / max(size))
    return max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)
