"""How a face is photographed: direction of the head, size, light, background, lens, sensor and compression."""

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image as Pictures
from PIL import ImageFilter

from tests.synthetic.motion import Rng
from tests.synthetic.rotations import Array, unit
from tests.synthetic.scene import Colour, Light

FACE_PX = (36.0, 260.0)
_USUAL_PX = 170.0
_LEAST_BLUR_PX = 0.35
_CROP_PER_FACE = (2.2, 2.65)
_YAW_DEG, _PITCH_DEG, _ROLL_DEG = (16.0, 40.0), (11.0, 30.0), (6.0, 20.0)
_NOISE_SIDE = 1024


@dataclass(frozen=True, slots=True)
class Behind:
    """Background: two colours that blend by height or in clouds, and a patch (left, right, low, high as shares of the
    picture) of a third. cloud: scale, share and offsets."""

    first: Colour
    second: Colour
    third: Colour
    cloud: tuple[float, float, float, float]
    patch: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Setting:
    """What stays while a person sits before a camera: light (direction in the camera's axes right, up, towards),
    background, focal length in pixels, noise in grey levels, share of detail that a low bit rate leaves, JPEG
    quality."""

    light: Light
    behind: Behind
    focal_px: float
    noise: float
    detail: float
    quality: int


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture. Head angles in degrees as in physio.types.Face; face_px: forehead to chin when it faces the camera;
    crop_px: side of the picture; off_px: how far the head's middle lies from the picture's; blur_px: radius of the
    lens blur, smear_px of the motion."""

    yaw_deg: float
    pitch_deg: float
    roll_deg: float
    face_px: float
    crop_px: int
    off_px: tuple[float, float]
    blur_px: float
    smear_px: float


def draw_setting(rng: Rng, skin_luminance: float) -> Setting:
    """Light, background and camera, widely."""
    light = _draw_light(rng, skin_luminance)
    return Setting(
        light=light,
        behind=_draw_behind(rng, light.exposure),
        focal_px=float(np.exp(rng.uniform(np.log(450.0), np.log(1300.0)))),
        noise=float(rng.uniform(0.5, 4.5)) * (1.8 if light.exposure < 0.7 else 1.0),
        detail=float(rng.uniform(0.5, 0.9)) if rng.random() < 0.25 else 1.0,
        quality=int(rng.integers(35, 96)),
    )


def draw_pose(rng: Rng) -> tuple[float, float, float]:
    """Yaw, pitch and roll in degrees."""
    angles = (_YAW_DEG, _PITCH_DEG, _ROLL_DEG)
    yaw, pitch, roll = (float(np.clip(rng.normal(0.0, spread), -most, most)) for spread, most in angles)
    return yaw, pitch, roll


def draw_face_px(rng: Rng) -> float:
    """Height of the face: as many small as large, but few so large that the network sees no more of them."""
    most = FACE_PX[1] if rng.random() < 0.15 else _USUAL_PX
    return float(np.exp(rng.uniform(np.log(FACE_PX[0]), np.log(most))))


def draw_shot(rng: Rng, pose: tuple[float, float, float], face_px: float) -> Shot:
    """The crop around a head, placed as well as a pose network would."""
    blurred = rng.random() < 0.5
    moving = rng.random() < 0.25
    return Shot(
        *pose,
        face_px=face_px,
        crop_px=round(face_px * float(rng.uniform(*_CROP_PER_FACE))),
        off_px=(face_px * float(rng.normal(0.0, 0.05)), face_px * float(rng.normal(0.0, 0.05))),
        blur_px=float(rng.uniform(_LEAST_BLUR_PX, 0.7 + 0.012 * face_px)) if blurred else _LEAST_BLUR_PX,
        smear_px=float(rng.uniform(0.0, 0.03)) * face_px if moving else 0.0,
    )


def head_axes(yaw_deg: float, pitch_deg: float, roll_deg: float) -> Array:
    """(3, 3) rows: right, up and towards the camera, in the axes of a head at rest (x its left, -y ahead, z up), for a
    head that is turned by these angles (tests.synthetic.truth.head_pose)."""
    yaw, pitch, roll = np.radians([yaw_deg, pitch_deg, roll_deg])
    ahead = np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)])
    level = unit(np.cross(np.array([0.0, 1.0, 0.0]), ahead))
    up = -np.sin(roll) * level + np.cos(roll) * np.cross(ahead, level)
    left = np.cross(-ahead, up)
    axes: Array = np.stack([left, -ahead, up], axis=1)
    return axes


def camera_matrix(axes: Array, distance_m: float, focal_px: float, shot: Shot) -> Array:
    """(4, 4) head axes to OpenGL clip space."""
    near, far, side = 0.05, 12.0, float(shot.crop_px)
    view = np.eye(4)
    view[:3, :3] = axes * np.array([[1.0], [1.0], [-1.0]])
    view[2, 3] = distance_m
    zoom = 2.0 * focal_px / side
    depth = (far + near) / (far - near)
    projection = np.array(
        [
            [zoom, 0.0, 2.0 * shot.off_px[0] / side, 0.0],
            [0.0, zoom, -2.0 * shot.off_px[1] / side, 0.0],
            [0.0, 0.0, depth, -2.0 * far * near / (far - near)],
            [0.0, 0.0, 1.0, 0.0],
        ]
    )
    clip: Array = projection @ view
    return clip


class Film:
    """Blur, noise and JPEG."""

    def __init__(self) -> None:
        fields = np.random.default_rng(3).normal(0.0, 1.0, (_NOISE_SIDE, _NOISE_SIDE, 4)).astype(np.float32)
        self._field = 0.7 * fields[:, :, :3] + 0.6 * fields[:, :, 3:]

    def develop(self, rng: Rng, picture: Pictures.Image, shot: Shot, setting: Setting) -> bytes:
        """JPEG of the picture (any size, square) at the crop's size."""
        if picture.width != shot.crop_px:
            picture = picture.resize((shot.crop_px, shot.crop_px), Pictures.Resampling.BOX)
        if shot.blur_px > 0.0:
            picture = picture.filter(ImageFilter.GaussianBlur(shot.blur_px))
        image = np.asarray(picture, dtype=np.float32)
        if shot.smear_px >= 0.5:
            image = _smeared(image, shot.smear_px, float(rng.uniform(0.0, np.pi)))
        x, y = rng.integers(0, _NOISE_SIDE - shot.crop_px, 2)
        field = self._field[y : y + shot.crop_px, x : x + shot.crop_px]
        noisy = np.clip(image + setting.noise * field, 0, 255).astype(np.uint8)
        return _jpeg(Pictures.fromarray(noisy), setting)


def _jpeg(picture: Pictures.Image, setting: Setting) -> bytes:
    size = picture.size
    if setting.detail < 1.0:
        small = max(16, round(size[0] * setting.detail))
        picture = picture.resize((small, small), Pictures.Resampling.BILINEAR)
        picture = picture.resize(size, Pictures.Resampling.BILINEAR)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=setting.quality)
    return file.getvalue()


def _smeared(image: npt.NDArray[np.float32], length_px: float, angle: float) -> npt.NDArray[np.float32]:
    """Mean of the picture shifted along a line."""
    steps = np.linspace(-0.5, 0.5, 5) * length_px
    shifted = [np.roll(image, (round(s * np.sin(angle)), round(s * np.cos(angle))), (0, 1)) for s in steps]
    mean: npt.NDArray[np.float32] = np.mean(shifted, axis=0, dtype=np.float32)
    return mean


def _draw_light(rng: Rng, skin_luminance: float) -> Light:
    """Lamp above, to the side or in front, window behind, or dusk. Cameras make up for some of a skin's darkness."""
    kind = str(rng.choice(["above", "side", "front", "behind", "dim"], p=[0.34, 0.28, 0.2, 0.08, 0.1]))
    across = float(rng.uniform(-1.0, 1.0))
    direction = {
        "above": (0.8 * across, float(rng.uniform(0.7, 1.6)), 0.8),
        "side": (float(np.copysign(rng.uniform(0.8, 1.5), across)), float(rng.uniform(-0.1, 0.8)), 0.6),
        "front": (0.5 * across, float(rng.uniform(-0.3, 0.6)), 1.0),
        "behind": (across, float(rng.uniform(0.2, 1.0)), -0.8),
        "dim": (across, float(rng.uniform(-0.2, 1.2)), 0.7),
    }[kind]
    warmth, tint = float(rng.normal(0.0, 0.12)), float(rng.normal(0.0, 0.03))
    strength, ambient = float(rng.uniform(0.15, 0.75)), float(rng.uniform(0.28, 0.7))
    exposure = float(np.exp(rng.normal(0.05, 0.28))) * (0.3 / max(skin_luminance, 0.05)) ** 0.25
    return Light(
        direction=direction,
        colour=(strength * (1.0 + warmth), strength, strength * (1.0 - warmth)),
        sky=(ambient * (1.0 + warmth / 2), ambient * (1.0 + tint), ambient * (1.0 - warmth / 2)),
        bounce=(0.62 * ambient, 0.58 * ambient, 0.53 * ambient),
        exposure=exposure * (0.45 if kind == "dim" else 1.0),
    )


def _draw_behind(rng: Rng, exposure: float) -> Behind:
    def colour() -> Colour:
        grey = float(rng.uniform(0.1, 0.95)) ** 2
        red, green, blue = (
            float(np.clip(grey * c * min(exposure, 1.3), 0.0, 1.0)) for c in np.exp(rng.normal(0, 0.2, 3))
        )
        return (red, green, blue)

    first = colour()
    plain = rng.random() < 0.4
    left, low = rng.uniform(-0.5, 0.9, 2)
    wide, high = rng.uniform(0.1, 0.8, 2)
    return Behind(
        first=first,
        second=first if plain else colour(),
        third=colour(),
        cloud=(float(np.exp(rng.uniform(-4.0, 0.0))), float(rng.choice([0.0, 1.0])), *map(float, rng.random(2))),
        patch=(float(left), float(left + wide), float(low), float(low + high)) if rng.random() < 0.6 else (2, 2, 2, 2),
    )
