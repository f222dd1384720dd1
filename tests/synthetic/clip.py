"""Renders a performance and writes a clip with its truth."""

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tests.synthetic.anny_source import People
from tests.synthetic.camera import Camera
from tests.synthetic.performance import Performance, perform
from tests.synthetic.plan import ClipPlan, Sensor
from tests.synthetic.render import Painter, Picture, Stage
from tests.synthetic.skinning import Skin
from tests.synthetic.truthfile import arrays, clip_truth, record
from tests.synthetic.wardrobe import dress

_MARGIN_PX = 8
_STREAM_NOISE = 5
_NOISE_FIELDS = 5


def make_clip(plan: ClipPlan, people: People, painter: Painter, folder: Path, *, preset: str = "veryfast") -> Path:
    """Write `<name>.mp4`, `<name>.json` and `<name>.npz` into `folder`; returns the video's path."""
    performance = perform(plan, people)
    known = clip_truth(performance)
    path = folder / f"{plan.name}.mp4"
    partial = path.with_suffix(".part.mp4")
    encode(shoot(performance, painter), partial, plan, preset)
    text = json.dumps(record(performance, known, path.name), separators=(",", ":"), allow_nan=False)
    np.savez(path.with_suffix(".npz"), **arrays(performance, known))  # type: ignore[arg-type]
    path.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    partial.replace(path)
    return path


def shoot(p: Performance, painter: Painter) -> Iterator[Picture]:
    """All pictures of a performance, as the sensor sees them."""
    width, height = p.plan.size
    camera = p.camera
    wide = Camera(
        camera.position_m,
        camera.target_m,
        camera.roll_deg,
        camera.focal_px,
        width + 2 * _MARGIN_PX,
        height + 2 * _MARGIN_PX,
    )
    stage = Stage(painter, p.room, wide)
    detail = 1024 if max(width, height) > 1000 or _face_px(p) > 60.0 else 512
    cast = [(p.body, p.pose, p.plan.look)]
    if p.bystander is not None:
        cast.append((p.bystander.body, p.bystander.pose, p.bystander.look))
    skins = []
    for body, moved, look in cast:
        figure = dress(body, look)
        skins.append((stage.add(figure, look.beard, detail), Skin(body, figure), moved))
    noise = _Noise(p.plan.sensor, p.plan)
    try:
        for k in range(len(p.t_s)):
            for number, (actor, skin, moved) in enumerate(skins):
                face = p.actions[k] if number == 0 else np.zeros_like(p.actions[k])
                stage.move(actor, *skin.frame(moved.rotation[k], moved.heads[k], face))
            x, y = (_MARGIN_PX - p.shake_px[k]).astype(int)
            yield noise.add(stage.picture()[y : y + height, x : x + width], k)
    finally:
        stage.close()


def _face_px(p: Performance) -> float:
    """Height of the head in the picture."""
    depth = float(p.camera.to_camera(p.pose.head("head"))[:, 2].mean())
    return 0.22 * p.camera.focal_px / depth


class _Noise:
    """Lens blur and sensor noise."""

    def __init__(self, sensor: Sensor, plan: ClipPlan) -> None:
        rng = plan.generator(_STREAM_NOISE)
        width, height = plan.size
        fields = rng.normal(0.0, sensor.noise, (_NOISE_FIELDS, height, width, 3))
        self._fields = np.round(0.7 * fields + 0.5 * fields.mean(axis=3, keepdims=True)).astype(np.int16)
        self._shifts = rng.integers(0, 64, (997, 2))
        self._blur = min(sensor.blur_px / 4.0, 0.3)

    def add(self, picture: Picture, k: int) -> Picture:
        image = picture.astype(np.int16)
        if self._blur > 0.0:
            soft = picture.astype(np.float32)
            for axis in (0, 1):
                near = np.roll(soft, 1, axis) + np.roll(soft, -1, axis)
                soft = (1.0 - 2.0 * self._blur) * soft + self._blur * near
            image = soft.astype(np.int16)
        field = np.roll(self._fields[k % _NOISE_FIELDS], tuple(self._shifts[k % 997]), (0, 1))
        noisy: Picture = np.clip(image + field, 0, 255).astype(np.uint8)
        return noisy


def encode(pictures: Iterator[Picture], path: Path, plan: ClipPlan, preset: str) -> None:
    """Write H.264 in MP4 with the plan's frame rate."""
    rate = Fraction(plan.fps).limit_denominator(1001)
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height = plan.size
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": str(plan.sensor.crf), "preset": preset, "threads": "1"}
        for picture in pictures:
            for packet in stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
