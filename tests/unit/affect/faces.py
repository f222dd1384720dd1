"""Faces with wanted expressions: a rendered person's face at rest, and how expressions move it, in any strength."""

from functools import cache

import numpy as np
import numpy.typing as npt

from physio.affect.action_units import AU_INDEX
from physio.affect.head_frame import in_head_frame
from physio.types import Face, FaceReason, FloatArray
from tests.rendered_faces import rendered

HEIGHT_PER_EYES = 2.6
"""Height of a face, forehead to chin, in eye distances."""
Looks = tuple[FloatArray, FloatArray]
"""Landmarks (478, 3) in the head frame and appearance (P,), or what changes in them."""


def head_turn(yaw_deg: float = 0.0, pitch_deg: float = 0.0, roll_deg: float = 0.0) -> FloatArray:
    """Face.rotation of such a head: roll about z, then pitch about x, then yaw about y (x right, y up, z towards the
    camera)."""
    yaw, pitch, roll = np.radians([yaw_deg, pitch_deg, roll_deg])
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return about_y @ about_x @ about_z


def turned(face: FloatArray, rotation: FloatArray) -> FloatArray:
    """The face (n, 3) of the head frame (y down, z away) with the head turned by a Face.rotation."""
    return (face * (1, -1, -1)) @ rotation.T * (1, -1, -1)


def in_frame(face: FloatArray, eye_distance_px: float = 60.0) -> FloatArray:
    """The face (478, 3) of the head frame as pixels of a video frame."""
    return face * eye_distance_px + (320.0, 240.0, 0.0)


@cache
def at_rest() -> Looks:
    """The face that seen() starts from."""
    return _looks("pain", _calm("pain"))


@cache
def change(expression: str) -> Looks:
    """What pain (PSPI about 8, eyes open), a smile with the cheeks, or shut eyes change in a face at rest. Each is of a
    rendered person, against the same person's face at rest."""
    name = "smiling" if expression == "smile" else "pain"
    true = rendered(name)
    lids, smile = true.units[:, AU_INDEX["au45"]], true.units[:, AU_INDEX["au12"]]
    rows = {
        "pain": (true.pspi > 7.5) & (lids < 0.5),
        "smile": smile > 0.9 * smile.max(),
        "shut": (true.pspi < 1.0) & (lids > 4.5),
    }[expression]
    shown, calm = _looks(name, rows), _looks(name, _calm(name))
    return shown[0] - calm[0], shown[1] - calm[1]


def looks(**strengths: float) -> Looks:
    """A face at rest with these expressions (pain, smile, shut) in their strengths, 0-1."""
    points, appearance = at_rest()
    for expression, strength in strengths.items():
        moved, seen_change = change(expression)
        points, appearance = points + strength * moved, appearance + strength * seen_change
    return points, appearance


def seen(
    yaw_deg: float = 0.0,
    pitch_deg: float = 0.0,
    roll_deg: float = 0.0,
    height_px: float = 150.0,
    reason: FaceReason = FaceReason.OK,
    **strengths: float,
) -> Face:
    """A Face record with these expressions, as the face detector would hand it over."""
    points, appearance = looks(**strengths)
    rotation = head_turn(yaw_deg, pitch_deg, roll_deg)
    landmarks_px = in_frame(turned(points, rotation), height_px / HEIGHT_PER_EYES)
    return Face(landmarks_px, rotation, yaw_deg, pitch_deg, roll_deg, height_px, appearance, reason)


def _calm(name: str) -> npt.NDArray[np.bool_]:
    return np.asarray(rendered(name).units.sum(axis=1) < 0.5)


def _looks(name: str, rows: npt.NDArray[np.bool_]) -> Looks:
    chosen = [face for face, use in zip(rendered(name).faces, rows, strict=True) if use]
    aligned = [in_head_frame(face.landmarks_px, face.rotation) for face in chosen]
    return np.median(aligned, axis=0), np.median([face.appearance for face in chosen], axis=0)
