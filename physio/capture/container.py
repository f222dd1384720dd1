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

_AGAIN = "Copy it again from the camera, or record it again."
DAMAGED = f"{{}} is damaged or cut off: not one picture in it can be read. {_AGAIN}"


def open_container(path: Path) -> InputContainer:
    """The opened file; VideoError when it is missing, a folder, empty, not a video, or damaged."""
    name = path.name
    try:
        if path.is_dir():
            raise VideoError(f"{name} is a folder. Name a video file in it.")
        if path.stat().st_size == 0:
            raise VideoError(f"{name} is empty (0 bytes). {_AGAIN}")
        # Resolved, so that no part of the name is taken for a protocol.
        return av.open(str(path.resolve()), "r", options=_OPTIONS, metadata_errors="replace")
    except FileNotFoundError:
        raise VideoError(f"There is no video at {path}. Check the name.") from None
    except PermissionError:
        raise VideoError(f"{name} may not be read (permission denied). Change its permissions or copy it.") from None
    except FFmpegError:
        if _looks_like_video(path):
            raise VideoError(DAMAGED.format(name)) from None
        raise VideoError(f"{name} is not a video that can be read here (mp4, mov, avi, webm, mkv or mpeg).") from None
    except OSError as error:
        raise VideoError(f"{name} cannot be read: {error.strerror or error}.") from None


def video_stream(container: InputContainer, name: str) -> VideoStream:
    """The main video stream, its decoder set up; VideoError when there is none or its coding is unknown."""
    stream = container.streams.best("video")
    if not isinstance(stream, VideoStream) or stream.disposition & Disposition.attached_pic:
        raise VideoError(f"{name} holds no moving picture, only sound or text. Choose a video.")
    codec = stream.codec_context
    if codec is None:
        raise VideoError(f"{name} is coded in a way that cannot be decoded here. Convert it to mp4 (H.264).")
    if codec.width * codec.height > _MAX_PIXELS:
        raise VideoError(f"{name} is too large ({codec.width}×{codec.height}). Convert it to 1920×1080.")
    codec.thread_type = "AUTO"
    codec.thread_count = _DECODER_THREADS
    return stream


def _looks_like_video(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(16)
    return any(head[at : at + len(word)] == word for at, word in _MAGIC)
