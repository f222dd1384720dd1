"""The stills of one person: what they do with their face, where they look and how they are photographed."""

from dataclasses import dataclass

import numpy as np

from tests.synthetic.face_mixtures import LOOKS_DOWN, SHARES, Face, draw_face
from tests.synthetic.face_shot import Setting, Shot, draw_face_px, draw_pose, draw_setting, draw_shot
from tests.synthetic.motion import Rng
from tests.synthetic.rotations import Array

_NEUTRALS = 5
_FULL_GAZE_DEG = 25.0


@dataclass(frozen=True, slots=True)
class Moments:
    """What one person shows, n pictures: actions (n, A) true coefficients; kind, shot and setting of each; sequence
    (n,) its number or -1; t_s (n,) since the sequence's start, NaN for stills."""

    actions: Array
    kinds: tuple[str, ...]
    shots: tuple[Shot, ...]
    settings: tuple[Setting, ...]
    sequence: Array
    t_s: Array

    def then(self, other: "Moments") -> "Moments":
        """These and the others after them."""
        return Moments(
            np.concatenate([self.actions, other.actions]),
            (*self.kinds, *other.kinds),
            (*self.shots, *other.shots),
            (*self.settings, *other.settings),
            np.concatenate([self.sequence, other.sequence]),
            np.concatenate([self.t_s, other.t_s]),
        )


def draw_stills(rng: Rng, names: tuple[str, ...], count: int, skin_luminance: float) -> Moments:
    """`count` stills; the first few are neutral, the very first faces the camera."""
    kinds = ["neutral"] * min(_NEUTRALS, count)
    shares = np.array(list(SHARES.values()))
    kinds += [str(k) for k in rng.choice(list(SHARES), max(count - _NEUTRALS, 0), p=shares / shares.sum())]
    actions, shots, settings = [], [], []
    for number, kind in enumerate(kinds):
        yaw, pitch, roll = draw_pose(rng)
        if number == 0:
            yaw, pitch, roll = (0.15 * v for v in (yaw, pitch, roll))
        if kind == LOOKS_DOWN:
            pitch = float(rng.uniform(-30.0, -10.0))
        face = draw_face(rng, kind, names)
        add_gaze(rng, face, yaw, pitch)
        actions.append([face.get(name, 0.0) for name in names])
        face_px = draw_face_px(rng) if number else max(draw_face_px(rng), 70.0)
        shots.append(draw_shot(rng, (yaw, pitch, roll), face_px))
        settings.append(draw_setting(rng, skin_luminance))
    return Moments(
        np.array(actions), tuple(kinds), tuple(shots), tuple(settings), np.full(count, -1), np.full(count, np.nan)
    )


def add_gaze(rng: Rng, face: Face, yaw_deg: float, pitch_deg: float) -> None:
    """Eyes that keep to the camera, or wander a little; a face that already looks somewhere is left alone."""
    if any(name.startswith("eyeLook") for name in face):
        return
    keeps = float(rng.uniform(0.5, 1.0)) if rng.random() < 0.5 else 0.0
    across = -keeps * yaw_deg + float(rng.normal(0.0, 4.0))
    up = -keeps * pitch_deg + float(rng.normal(0.0, 3.0))
    face.update(gaze(across, up))


def gaze(left_deg: float, up_deg: float) -> Face:
    """Coefficients of eyes turned to the person's left and up."""
    across, high = (float(np.clip(abs(v) / _FULL_GAZE_DEG, 0.0, 0.9)) for v in (left_deg, up_deg))
    ways = ("eyeLookOutLeft", "eyeLookInRight") if left_deg > 0 else ("eyeLookInLeft", "eyeLookOutRight")
    heights = ("eyeLookUpLeft", "eyeLookUpRight") if up_deg > 0 else ("eyeLookDownLeft", "eyeLookDownRight")
    return dict.fromkeys(ways, across) | dict.fromkeys(heights, high)
