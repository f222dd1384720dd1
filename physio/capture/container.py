"""Opening a video file, with a message that helps when it cannot be read."""

from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from physio.errors import VideoError

# Only these demuxers, only plain files: a playlist that was renamed to .mp4 must not open other files or addresses.
_OPTIONS = {"format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts", "protocol_whitelist": "file"}
_MAGIC = ((4, b"ftyp"), (4, b"moov"), (4, b"mdat"), (4, b"wide"), (0, b"RIFF"), (0, b"\x1aE\xdf\xa3"))
_DECODER_THREADS = 2
_MAX_PIXELS = 8192 * 8192
EXTENSIONS = ("mp4", "mov", "avi", "webm", "mkv", "m4v", "mpg", "mpeg")
"""Of files that are videos as a rule; what matters is what is in them."""


def open_container(path: Path) -> InputContainer:
    """The opened file; VideoError when it is missing, a folder, empty, not a video, or damaged."""
    name = path.name
    try:
        if path.is_dir():
            raise VideoError("capture.folder", name=name)
        if path.stat().st_size == 0:
            raise VideoError("capture.empty", name=name)
        # Resolved, so that no part of the name is taken for a protocol.
        return av.open(str(path.resolve()), "r", options=_OPTIONS, metadata_errors="replace")
    except FileNotFoundError:
        raise VideoError("capture.not_there", path=str(path)) from None
    except PermissionError:
        raise VideoError("capture.forbidden", name=name) from None
    except FFmpegError:
        if _looks_like_video(path):
            raise VideoError("capture.damaged", name=name) from None
        usual = path.suffix.lower().lstrip(".") in EXTENSIONS
        raise VideoError("capture.damaged_or_no_video" if usual else "capture.not_a_video", name=name) from None
    except OSError as error:
        raise VideoError("capture.unreadable", name=name, problem=str(error.strerror or error)) from None


def video_stream(container: InputContainer, name: str) -> VideoStream:
    """The main video stream, its decoder set up; VideoError when there is none or its coding is unknown."""
    stream = container.streams.best("video")
    if not isinstance(stream, VideoStream) or stream.disposition & Disposition.attached_pic:
        raise VideoError("capture.no_video_stream", name=name)
    codec = stream.codec_context
    if codec is None:
        raise VideoError("capture.unknown_codec", name=name)
    if codec.width * codec.height > _MAX_PIXELS:
        raise VideoError("capture.too_large", name=name, width=codec.width, height=codec.height)
    codec.thread_type = "AUTO"
    codec.thread_count = _DECODER_THREADS
    return stream


def _looks_like_video(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(16)
    return any(head[at : at + len(word)] == word for at, word in _MAGIC)
