"""What the learned correction sees of a body: how it stands and how the camera sees it, never what is exercised.

Every feature has a mirror twin, so that one network serves both sides of the body: the features of the right side are
those of the left in a mirror, a fixed permutation and change of signs.
"""

from dataclasses import dataclass

import numpy as np

from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.kinematics.geometry import length, wrap_deg
from physio.kinematics.measure import Geometry
from physio.landmarks import BODY_INDEX, in_frame
from physio.types import FloatArray

_SEGMENTS: tuple[tuple[str, str, str], ...] = (
    *(
        (f"{name}_{side}", f"{a}_{side}", f"{b}_{side}")
        for name, a, b in (
            ("upper_arm", "shoulder", "elbow"),
            ("forearm", "elbow", "wrist"),
            ("thigh", "hip", "knee"),
            ("shank", "knee", "ankle"),
            ("foot", "heel", "foot_index"),
            ("flank", "hip", "shoulder"),
        )
        for side in "lr"
    ),
    ("nose_ear_l", "nose", "ear_l"),
    ("nose_ear_r", "nose", "ear_r"),
    ("hip_line", "hip_r", "hip_l"),
    ("shoulder_line", "shoulder_r", "shoulder_l"),
)
_SEEN = tuple(
    f"{name}_{side}"
    for name in ("ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index")
    for side in "lr"
)
_START = np.array([BODY_INDEX[a] for _, a, _ in _SEGMENTS])
_END = np.array([BODY_INDEX[b] for _, _, b in _SEGMENTS])
_SEEN_INDEX = np.array([BODY_INDEX[name] for name in _SEEN])
_SHOULDERS = [BODY_INDEX["shoulder_l"], BODY_INDEX["shoulder_r"]]
_KNEES = [BODY_INDEX["knee_l"], BODY_INDEX["knee_r"]]
_HIPS = [BODY_INDEX["hip_l"], BODY_INDEX["hip_r"]]

FEATURES: tuple[str, ...] = (
    *(f"angle2d.{angle.name}" for angle in ANGLES),
    *(f"angle3d.{angle.name}" for angle in ANGLES),
    *(f"world.{name}.{axis}" for name, _, _ in _SEGMENTS for axis in "xyz"),
    *(f"image.{name}.{axis}" for name, _, _ in _SEGMENTS for axis in "xy"),
    *(f"seen.{name}" for name in _SEEN),
    "view.cos",
    "view.sin",
    "view.cos2",
    "view.sin2",
    "scale.trunk",
    "place.x",
    "place.y",
)
_INDEX = {name: i for i, name in enumerate(FEATURES)}


def other_side(name: str) -> str:
    """The mirror twin of a name with a side in it: knee_flexion_l → knee_flexion_r."""
    head, dot, tail = name.rpartition(".") if name.endswith((".x", ".y", ".z")) else (name, "", "")
    swapped = head[:-1] + {"l": "r", "r": "l"}[head[-1]] if head.endswith(("_l", "_r")) else head
    return swapped + dot + tail


def _mirror_sign(name: str) -> float:
    """The sign that a feature takes in the mirror."""
    if name.startswith("angle"):
        return ANGLES[ANGLE_INDEX[name.split(".")[1]]].row.mirror_sign
    sideways = name.endswith(".x") or name in ("view.sin", "view.sin2")
    # A line from right to left turns round when its ends change names, and its sideways part turns back.
    return -1.0 if sideways != ("_line." in name) else 1.0


_TWIN = np.array([_INDEX[other_side(name)] for name in FEATURES])
_SIGN: FloatArray = np.array([_mirror_sign(name) for name in FEATURES])


@dataclass(frozen=True, slots=True)
class Bodies:
    """Landmarks of one or many bodies: world_m (…, 33, 3), image_px (…, 33, 2), visibility (…, 33), and size_px (…, 2)
    of the frame as width, height."""

    world_m: FloatArray
    image_px: FloatArray
    visibility: FloatArray
    size_px: FloatArray


def features(bodies: Bodies, geometry: Geometry) -> FloatArray:
    """FEATURES (…, F). Angles in units of 90°, lengths in trunk lengths, places in frame heights from its middle."""
    world_m, image_px, size_px = bodies.world_m, bodies.image_px, bodies.size_px
    turn = np.radians(geometry.azimuth_deg)
    trunk_m, trunk_px = _trunk_length(world_m)[..., None], _trunk_length(image_px)[..., None]
    height_px = size_px[..., 1:2]
    hips_px = _middle(image_px, _HIPS)
    lead = world_m.shape[:-2]
    view = np.stack([np.cos(turn), np.sin(turn), np.cos(2 * turn), np.sin(2 * turn)], axis=-1)
    parts = [
        wrap_deg(geometry.picture_deg) / 90,
        wrap_deg(geometry.world_deg) / 90,
        (world_m[..., _END, :] - world_m[..., _START, :]).reshape(*lead, -1) / trunk_m,
        (image_px[..., _END, :] - image_px[..., _START, :]).reshape(*lead, -1) / trunk_px,
        (bodies.visibility - ~in_frame(image_px, size_px[..., None, :]))[..., _SEEN_INDEX],
        view,
        trunk_px / height_px,
        (hips_px - size_px / 2) / height_px,
    ]
    # Two landmarks in one pixel leave an angle undefined: the networks then see a 0, and no other angle suffers.
    return np.asarray(np.nan_to_num(np.concatenate(parts, axis=-1)))


def mirrored(values: FloatArray) -> FloatArray:
    """The features (…, F) of the same body seen in a mirror."""
    return np.asarray(values[..., _TWIN] * _SIGN)


def _middle(points: FloatArray, pair: list[int]) -> FloatArray:
    """The middle (…, D) of two landmarks."""
    return np.asarray((points[..., pair[0], :] + points[..., pair[1], :]) / 2)


def _trunk_length(points: FloatArray) -> FloatArray:
    """Length of the trunk (…) as seen, at least half the longer thigh's, so that a trunk pointing at the camera does
    not blow everything up."""
    trunk = length(_middle(points, _SHOULDERS) - _middle(points, _HIPS))
    thigh = length(points[..., _HIPS, :] - points[..., _KNEES, :]).max(axis=-1)
    return np.asarray(np.maximum(np.maximum(trunk, 0.5 * thigh), 1e-6))
