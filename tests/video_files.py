"""Small video files for tests, written with PyAV."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from physio.types import Image

_CODECS = {
    ".mp4": "libx264",
    ".mov": "libx264",
    ".mkv": "libx264",
    ".avi": "mpeg4",
    ".webm": "libvpx",
    ".mpg": "mpeg1video",
}
_TICKS_PER_S = 90_000


def corner_picture(width: int = 64, height: int = 48) -> Image:
    """Black with a red top left and a blue top right quarter: every turn and mirroring looks different."""
    image = np.zeros((height, width, 3), np.uint8)
    image[: height // 2, : width // 2] = (255, 0, 0)
    image[: height // 2, width // 2 :] = (0, 0, 255)
    return image


def write_video(
    path: Path,
    images: Sequence[Image] | int = 30,
    *,
    times_s: Sequence[float] | None = None,
    rate: int = 30,
    rotation: int = 0,
    aspect: Fraction = Fraction(1),
    options: dict[str, str] | None = None,
) -> Path:
    """A video of images (or so many corner pictures) at times_s (or at the rate); the ending chooses the format."""
    images = [corner_picture()] * images if isinstance(images, int) else images
    times_s = [i / rate for i in range(len(images))] if times_s is None else times_s
    with av.open(str(path), "w", options=options or {}) as container:
        stream = container.add_stream(_CODECS[path.suffix], rate=rate)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.codec_context.sample_aspect_ratio = aspect
        # AVI counts pictures instead of keeping time stamps, and so does the MPEG-1 encoder.
        stream.time_base = stream.codec_context.time_base = Fraction(
            1, rate if path.suffix in (".avi", ".mpg") else _TICKS_PER_S
        )
        if rotation:
            stream.set_display_rotation(rotation)
        for image, t_s in zip(images, times_s, strict=True):
            picture = av.VideoFrame.from_ndarray(image, format="rgb24")
            picture.time_base = stream.time_base
            picture.pts = round(t_s / stream.time_base)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def write_sound(path: Path) -> Path:
    """Half a second of silence, without any picture."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44_100, layout="mono")
        for i in range(20):
            sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            sound.sample_rate, sound.pts = 44_100, 1024 * i
            container.mux(stream.encode(sound))
        container.mux(stream.encode(None))
    return path


def cut_off(path: Path, share: float, name: str) -> Path:
    """The first share of the file, as a new file beside it."""
    data = path.read_bytes()
    cut = path.with_name(name)
    cut.write_bytes(data[: int(len(data) * share)])
    return cut


def dated(path: Path, **tags: str) -> Path:
    """The same video with these tags, such as creation_time, as a new file beside it."""
    target = path.with_name(f"dated_{path.name}")
    options = {"movflags": "use_metadata_tags"} if path.suffix == ".mov" else {}
    with av.open(str(path)) as source, av.open(str(target), "w", container_options=options) as out:
        out.metadata.update(tags)
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    return target
