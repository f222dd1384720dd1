"""Joint angles of one body: the definitions, from world (3-D) or pixel (2-D) landmarks, and the choice between them.

Definitions (straight or upright = 0), with U = mid-hip to mid-shoulder, L = right to left axis made orthogonal to U
(from the hips for the legs, the shoulders for the arms), F = L × U the person's forward axis:

- knee and elbow flexion: angle between the two segments
- hip flexion: thigh d in the sagittal plane, atan2(d·F, −d·U); hip abduction: asin of d along the outward axis
- shoulder flexion, abduction: upper arm h in the sagittal and frontal plane, atan2(h·F, −h·U) and
  atan2(h·outward L, −h·U), each NaN when the arm is raised over 30° within 30° of the other plane; elevation: angle
  of h to −U
- ankle dorsiflexion: 90° minus the angle between shank (upward) and foot (heel to toe)
- trunk flexion, lateral flexion: inclination of U from the vertical in the pelvis' sagittal plane (forward +) and
  frontal plane (to the person's right +)
- segment inclinations: angle of the segment to the vertical, 0 = hanging or standing upright

Vertical is the picture's vertical: the camera is taken to stand level.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.kinematics.geometry import angle_between_deg, cross, orthogonal_to, unit, wrap_deg
from physio.kinematics.view import azimuth_deg, picture_share
from physio.landmarks import BODY_INDEX, in_frame
from physio.types import FloatArray, Kinematics, Pose, Reason

MIN_VISIBILITY = 0.5
EDGE = 0.03
"""Share of the picture's height. Landmarks of what lies outside the picture are often laid on its edge: of rendered
knees and ankles that are outside and yet reported inside, half lie within 0.02 of the bottom; of those that are inside
under 2 in 100 lie within 0.03."""
OTHER_PLANE_MIN_RAISE_DEG = 30.0
OTHER_PLANE_WITHIN_DEG = 30.0
_DOWN = np.array([0.0, 1.0, 0.0])
_OUTWARD = np.array([[1.0], [-1.0]])

# Everything is computed for both sides at once, as arrays (…, 2, 3) of left and right.
_SIDES = {
    name: np.array([BODY_INDEX[f"{name}_l"], BODY_INDEX[f"{name}_r"]])
    for name in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index")
}
_FROM = np.concatenate([_SIDES[name] for name in ("shoulder", "elbow", "hip", "knee", "heel")])
_TO = np.concatenate([_SIDES[name] for name in ("elbow", "wrist", "knee", "ankle", "foot_index")])


def _columns(*bases: str) -> npt.NDArray[np.intp]:
    return np.array([ANGLE_INDEX[f"{base}_{side}"] for base in bases for side in "lr"])


_BETWEEN = np.concatenate(
    [
        _columns(
            "elbow_flexion", "knee_flexion", "ankle_dorsiflexion", "shoulder_elevation",
            "upper_arm_inclination", "forearm_inclination", "thigh_inclination", "shank_inclination",
        ),
        [ANGLE_INDEX["trunk_inclination"]],
    ]
)  # fmt: skip
_ANKLES = _columns("ankle_dorsiflexion")
_IN_PLANES = _columns("shoulder_flexion", "shoulder_abduction", "hip_flexion", "hip_abduction")
_MIDDLE_DEG = np.full(len(ANGLES), 90.0)
_MIDDLE_DEG[[ANGLE_INDEX[name] for name in ("trunk_flexion", "trunk_lateral_flexion")]] = 0.0


def folded_deg(angles_deg: FloatArray) -> FloatArray:
    """angles_deg (…, A) brought into one turn: trunk flexion and lateral flexion into [-180, 180), the others into
    [-90, 270), so that an arm raised past the vertical is at 185° and does not jump to -175°."""
    return np.asarray(wrap_deg(angles_deg - _MIDDLE_DEG) + _MIDDLE_DEG)


def _dot(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.asarray(np.vecdot(a, b))


def _atan2_deg(y: FloatArray, x: FloatArray) -> FloatArray:
    return np.asarray(np.degrees(np.arctan2(y, x)))


def _across(points: FloatArray, name: str) -> FloatArray:
    """From the right landmark to the left one, (…, 3)."""
    left, right = _SIDES[name]
    return np.asarray(points[..., left, :] - points[..., right, :])


def _up(points: FloatArray) -> FloatArray:
    return unit(points[..., _SIDES["shoulder"], :].sum(axis=-2) - points[..., _SIDES["hip"], :].sum(axis=-2))


def angles_3d_deg(world_m: FloatArray) -> FloatArray:
    """All ANGLES (…, A) from world landmarks (…, 33, 3), x right, y down, z away from the camera."""
    return _angles(world_m, _across(world_m, "hip"), _across(world_m, "shoulder"))


def angles_2d_deg(image_px: FloatArray, azimuth: FloatArray | float) -> FloatArray:
    """All ANGLES (…, A) from pixels (…, 33, 2), as if body and movement lay in the picture plane.

    Which way the person's axes point in the picture comes from the azimuth (…): seen from the front the left axis lies
    in the picture, seen from the side the forward axis does. Right where the movement's plane is the picture plane, and
    foreshortened elsewhere.
    """
    flat = np.concatenate([image_px, np.zeros_like(image_px[..., :1])], axis=-1)
    turn = np.radians(azimuth)
    left = np.stack([np.cos(turn), np.zeros_like(turn), -np.sin(turn)], axis=-1)
    return _angles(flat, left, left)


def _angles(points: FloatArray, left_hips: FloatArray, left_shoulders: FloatArray) -> FloatArray:
    """All ANGLES (…, A) of points (…, 33, 3), given which way is left (…, 3) at hips and shoulders."""
    up = _up(points)
    segments = unit(points[..., _TO, :] - points[..., _FROM, :])
    upper, fore, thigh, shank, foot = (segments[..., k : k + 2, :] for k in range(0, 10, 2))
    ups = np.repeat(up[..., None, :], 2, axis=-2)
    downs = np.broadcast_to(_DOWN, upper.shape)
    values = np.empty((*up.shape[:-1], len(ANGLES)))
    values[..., _BETWEEN] = angle_between_deg(
        np.concatenate([upper, thigh, -shank, upper, upper, fore, thigh, shank, -up[..., None, :]], axis=-2),
        np.concatenate([fore, shank, foot, -ups, *[downs] * 4, downs[..., :1, :]], axis=-2),
    )
    values[..., _ANKLES] = 90 - values[..., _ANKLES]
    pelvis_left, pelvis_forward = _axes(up, left_hips)
    thorax_left, thorax_forward = _axes(up, left_shoulders)
    values[..., _IN_PLANES] = np.concatenate(
        [
            _atan2_deg(_dot(upper, thorax_forward), -_dot(upper, ups)),
            _atan2_deg(_dot(upper, thorax_left * _OUTWARD), -_dot(upper, ups)),
            _atan2_deg(_dot(thigh, pelvis_forward), -_dot(thigh, ups)),
            np.degrees(np.arcsin(np.clip(_dot(thigh, pelvis_left * _OUTWARD), -1, 1))),
        ],
        axis=-1,
    )
    flexion, lateral = _lean(up, pelvis_left[..., 0, :])
    values[..., ANGLE_INDEX["trunk_flexion"]] = flexion
    values[..., ANGLE_INDEX["trunk_lateral_flexion"]] = lateral
    return folded_deg(values)


def _axes(up: FloatArray, left: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Left and forward of a girdle as unit vectors, (…, 1, 3) each so that they serve both sides."""
    left = orthogonal_to(left, up)
    return left[..., None, :], cross(left, up)[..., None, :]


def _lean(up: FloatArray, left: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Trunk flexion and lateral flexion: forward and left in the level are what is left of the pelvis' axes after the
    tilt is taken out."""
    left = orthogonal_to(left, _DOWN)
    forward = cross(left, -_DOWN)
    height = -_dot(up, _DOWN)
    return _atan2_deg(_dot(up, forward), height), _atan2_deg(-_dot(up, left), height)


def arm_plane_deg(world_m: FloatArray) -> FloatArray:
    """Direction of the left and right upper arm seen from above the trunk, (…, 2): 0 = straight ahead or behind, 90 =
    straight to the side."""
    left, forward = _axes(_up(world_m), _across(world_m, "shoulder"))
    arms = world_m[..., _SIDES["elbow"], :] - world_m[..., _SIDES["shoulder"], :]
    return _atan2_deg(np.abs(_dot(arms, left)), np.abs(_dot(arms, forward)))


def without_other_plane(angles_deg: FloatArray, plane_deg: FloatArray) -> FloatArray:
    """angles_deg (…, A) with shoulder flexion and abduction NaN where the arm is raised over 30° within 30° of the
    other plane: there the number would say nothing about the movement it is named after. plane_deg (…, 2) as
    arm_plane_deg gives it."""
    out = angles_deg.copy()
    raised = angles_deg[..., _columns("shoulder_elevation")] > OTHER_PLANE_MIN_RAISE_DEG
    for base, other in (
        ("shoulder_flexion", plane_deg > 90 - OTHER_PLANE_WITHIN_DEG),
        ("shoulder_abduction", plane_deg < OTHER_PLANE_WITHIN_DEG),
    ):
        columns = _columns(base)
        out[..., columns] = np.where(raised & other, np.nan, angles_deg[..., columns])
    return out


# Where the picture plane measures an angle better than world landmarks (compared on rendered people with known truth).
_PICTURE_FROM_SIDE = frozenset(
    {
        "shoulder_flexion", "elbow_flexion", "hip_flexion", "knee_flexion", "ankle_dorsiflexion",
        "thigh_inclination", "trunk_flexion", "trunk_inclination",
    }
)  # fmt: skip
_PICTURE_FROM_FRONT = frozenset({"shoulder_abduction"})
_PICTURE_ALWAYS = frozenset({"shank_inclination", "trunk_lateral_flexion"})


def _rows(bases: frozenset[str]) -> npt.NDArray[np.bool_]:
    return np.array([angle.base in bases for angle in ANGLES])


_FROM_SIDE, _FROM_FRONT, _ALWAYS = _rows(_PICTURE_FROM_SIDE), _rows(_PICTURE_FROM_FRONT), _rows(_PICTURE_ALWAYS)


@dataclass(frozen=True, slots=True)
class Geometry:
    """One body measured by geometry alone: angles from the picture plane and from world landmarks (…, A), azimuth (…),
    all degrees and none left out."""

    picture_deg: FloatArray
    world_deg: FloatArray
    azimuth_deg: FloatArray

    @classmethod
    def of(cls, world_m: FloatArray, image_px: FloatArray) -> "Geometry":
        """From world landmarks (…, 33, 3) and pixels (…, 33, 2)."""
        azimuth = azimuth_deg(world_m)
        return cls(angles_2d_deg(image_px, azimuth), angles_3d_deg(world_m), azimuth)

    def best_deg(self) -> FloatArray:
        """All ANGLES (…, A), each from the picture plane where that shows it and from world landmarks elsewhere (there
        the estimated depth is the better guide), with a smooth passage between the views."""
        side, front = (picture_share(view, self.azimuth_deg)[..., None] for view in ("side", "front"))
        share = np.where(_FROM_SIDE, side, np.where(_FROM_FRONT, front, _ALWAYS))
        # Seen exactly end-on a segment has no direction in the picture: then the world landmarks stand alone.
        return self.world_deg + np.nan_to_num(share * wrap_deg(self.picture_deg - self.world_deg))


_POINTS = np.zeros((len(ANGLES), len(BODY_INDEX)), dtype=bool)
for _row, _angle in enumerate(ANGLES):
    _POINTS[_row, [BODY_INDEX[name] for name in _angle.landmarks]] = True


def hidden_or_outside(pose: Pose, size_px: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Why the landmarks of each of ANGLES (…, A) cannot be trusted in a picture of size_px (width, height)."""
    inside = in_frame(pose.image_px, np.asarray(size_px)[..., None, :])
    hidden = (_POINTS & (pose.visibility < MIN_VISIBILITY)[..., None, :]).any(axis=-1)
    outside = (_POINTS & ~inside[..., None, :]).any(axis=-1)
    codes = np.where(outside, Reason.OUT_OF_FRAME, np.where(hidden, Reason.LOW_VISIBILITY, Reason.OK))
    return codes.astype(np.uint8)


def outside(pose: Pose, size_px: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Which of ANGLES (…, A) have nothing left to be measured by: two or more of their landmarks lie outside a picture
    of size_px (width, height), or so close to its edge that they are not believed (EDGE). With one outside, as when the
    feet are cut off, the rest still shows the angle."""
    size = np.asarray(size_px)[..., None, :]
    believed = in_frame(pose.image_px, size, EDGE * size[..., 1])
    return np.asarray((_POINTS & ~believed[..., None, :]).sum(axis=-1) >= 2)


def unknown(reason: Reason) -> Kinematics:
    """Kinematics of a frame without a usable body."""
    nothing = np.full(len(ANGLES), np.nan)
    return Kinematics(nothing, np.full(len(ANGLES), reason, dtype=np.uint8), float("nan"), nothing)
