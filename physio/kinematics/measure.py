"""Joint angles of one body from world (3-D) or pixel (2-D) landmarks by the formulas of ANGLES, and the choice between
the two."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from physio.kinematics.angles import ANGLE_INDEX, ANGLES, angles_of
from physio.kinematics.formulas import Formulas
from physio.kinematics.geometry import cross, orthogonal_to, unit, wrap_deg
from physio.kinematics.view import VIEWS, azimuth_deg, picture_share
from physio.landmarks import BODY_INDEX, in_frame
from physio.types import FloatArray, Kinematics, Pose, Reason

MIN_VISIBILITY = 0.5
EDGE = 0.03
"""Share of the frame's height. Landmarks of what lies outside the frame are often laid on its edge: of rendered
knees and ankles that are outside and yet reported inside, half lie within 0.02 of the bottom; of those that are inside
under 2 in 100 lie within 0.03."""
OTHER_PLANE_MIN_RAISE_DEG = 30.0
OTHER_PLANE_WITHIN_DEG = 30.0
_MIDDLE_DEG = np.array([angle.row.middle_deg for angle in ANGLES])
_FORMULAS = Formulas([(angle.row.formula, angle.side) for angle in ANGLES])
_SIDES = {name: [BODY_INDEX[f"{name}_l"], BODY_INDEX[f"{name}_r"]] for name in ("shoulder", "elbow", "hip")}


def _columns(base: str) -> npt.NDArray[np.intp]:
    return np.array([ANGLE_INDEX[name] for name in angles_of(base, "both")])


_FLEXION, _ABDUCTION, _ELEVATION = (_columns(f"shoulder_{name}") for name in ("flexion", "abduction", "elevation"))


def folded_deg(angles_deg: FloatArray) -> FloatArray:
    """angles_deg (…, A) brought into the one turn about the middle that each row of ANGLES names."""
    return np.asarray(wrap_deg(angles_deg - _MIDDLE_DEG) + _MIDDLE_DEG)


def _across(points: FloatArray, name: str) -> FloatArray:
    """From the right landmark to the left one, (…, 3)."""
    left, right = _SIDES[name]
    return np.asarray(points[..., left, :] - points[..., right, :])


def _flat(image_px: FloatArray) -> FloatArray:
    """Pixels (…, 33, 2) as landmarks (…, 33, 3), as if body and movement lay in the picture plane: right where they do,
    and foreshortened elsewhere."""
    return np.concatenate([image_px, np.zeros_like(image_px[..., :1])], axis=-1)


def _left(azimuth: FloatArray | float) -> FloatArray:
    """The person's left (…, 3) as a camera at this azimuth sees it: from the front it lies in the picture plane, from
    the side the forward axis does."""
    turn = np.radians(azimuth)
    return np.stack([np.cos(turn), np.zeros_like(turn), -np.sin(turn)], axis=-1)


def arm_plane_deg(world_m: FloatArray) -> FloatArray:
    """Direction of the left and right upper arm seen from above the trunk, (…, 2): 0 = straight ahead or behind, 90 =
    straight to the side."""
    (sl, sr), (hl, hr) = _SIDES["shoulder"], _SIDES["hip"]
    up = unit(world_m[..., sl, :] + world_m[..., sr, :] - world_m[..., hl, :] - world_m[..., hr, :])
    left = orthogonal_to(_across(world_m, "shoulder"), up)
    arms = world_m[..., _SIDES["elbow"], :] - world_m[..., _SIDES["shoulder"], :]
    aside, ahead = (np.abs(np.vecdot(arms, axis[..., None, :])) for axis in (left, cross(left, up)))
    return np.asarray(np.degrees(np.arctan2(aside, ahead)))


def without_other_plane(angles_deg: FloatArray, plane_deg: FloatArray) -> FloatArray:
    """angles_deg (…, A) with shoulder flexion and abduction NaN where the arm is raised over 30° within 30° of the
    other plane: there the number would say nothing about the movement it is named after. plane_deg (…, 2) as
    arm_plane_deg gives it."""
    out = angles_deg.copy()
    raised = angles_deg[..., _ELEVATION] > OTHER_PLANE_MIN_RAISE_DEG
    for columns, other in (
        (_FLEXION, plane_deg > 90 - OTHER_PLANE_WITHIN_DEG),
        (_ABDUCTION, plane_deg < OTHER_PLANE_WITHIN_DEG),
    ):
        out[..., columns] = np.where(raised & other, np.nan, angles_deg[..., columns])
    return out


_PICTURE_FROM = {view: np.array([angle.row.picture_from == view for angle in ANGLES]) for view in VIEWS}


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
        left = _left(azimuth)
        # Both at once: for one body the calls cost more than the arithmetic.
        picture, world = folded_deg(
            _FORMULAS.angles_deg(
                np.stack([_flat(image_px), world_m]),
                np.stack([left, _across(world_m, "hip")]),
                np.stack([left, _across(world_m, "shoulder")]),
            )
        )
        return cls(picture, world, azimuth)

    def best_deg(self) -> FloatArray:
        """All ANGLES (…, A), each from the picture plane where that shows it and from world landmarks elsewhere (there
        the estimated depth is the better guide), with a smooth passage between the views."""
        side, front = (picture_share(view, self.azimuth_deg)[..., None] for view in ("side", "front"))
        share = _PICTURE_FROM["side"] * side + _PICTURE_FROM["front"] * front + _PICTURE_FROM["any"]
        # Seen exactly end-on a segment has no direction in the picture: then the world landmarks stand alone.
        return np.asarray(self.world_deg + np.nan_to_num(share * wrap_deg(self.picture_deg - self.world_deg)))


_POINTS = np.array([[name in angle.landmarks for name in BODY_INDEX] for angle in ANGLES], dtype=float)


@dataclass(frozen=True, slots=True)
class Trust:
    """What the landmarks of each of ANGLES are worth. seen (…, A) uint8: OK, or the Reason why they cannot be trusted.
    lost (…, A): whether nothing is left to measure it by: two or more of them lie outside the frame, or so close to its
    edge that they are not believed (EDGE). With one outside, as when the feet are cut off, the rest still shows it."""

    seen: npt.NDArray[np.uint8]
    lost: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, pose: Pose, size_px: tuple[int, int]) -> "Trust":
        """In a frame of size_px (width, height)."""
        size = np.asarray(size_px)[..., None, :]
        outside = ~in_frame(pose.image_px, size)
        doubted = ~in_frame(pose.image_px, size, EDGE * size[..., 1])
        hidden = pose.visibility < MIN_VISIBILITY
        # How many landmarks of each angle.
        hidden, outside, doubted = np.stack([hidden, outside, doubted]).astype(float) @ _POINTS.T
        codes = np.where(outside > 0, Reason.OUT_OF_FRAME, np.where(hidden > 0, Reason.LOW_VISIBILITY, Reason.OK))
        return cls(codes.astype(np.uint8), doubted >= 2)


def unknown(reason: Reason) -> Kinematics:
    """Kinematics of a frame without a usable body."""
    nothing = np.full(len(ANGLES), np.nan)
    return Kinematics(nothing, np.full(len(ANGLES), reason, dtype=np.uint8), float("nan"), nothing)
