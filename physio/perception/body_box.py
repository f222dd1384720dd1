"""Where in the frame a body is and how large it appears: what tells one person from another between frames."""

import math
from dataclasses import dataclass

import numpy as np

from physio.landmarks import BODY_INDEX
from physio.types import FloatArray, Image, Pose

TRUNK_M = 0.5
"""What the network takes for mid-hip to mid-shoulder of about every adult; the unit of distances between people."""
BOX_MARGIN = 0.45
"""How much further than its landmarks a body reaches, in trunk lengths: the crown, the hands, loose clothes."""
GREY = 128

_CORE = np.array(
    [
        BODY_INDEX["nose"],
        *(
            BODY_INDEX[f"{name}_{side}"]
            for name in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
            for side in "lr"
        ),
    ]
)
_HIPS = [BODY_INDEX["hip_l"], BODY_INDEX["hip_r"]]


@dataclass(frozen=True, slots=True)
class Box:
    """Whole pixels, right and bottom exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def empty(self) -> bool:
        """Whether there is no pixel in it."""
        return self.left >= self.right or self.top >= self.bottom

    def resized(self, scale: tuple[float, float]) -> "Box":
        """The same box in a frame that is so many times as wide and as high."""
        across, down = scale
        return Box(int(self.left * across), int(self.top * down), int(self.right * across), int(self.bottom * down))

    def part_of(self, image: Image) -> Image:
        """A view of what of image (H, W, …) lies in the box."""
        return image[self.top : self.bottom, self.left : self.right]


@dataclass(frozen=True, slots=True)
class BodyBox:
    """A body in the frame: hips_px (2,) the middle between the hips; trunk_px the length that its trunk would have
    if it stood upright and faced the camera, whatever its posture; box around it, inside the frame."""

    hips_px: FloatArray
    trunk_px: float
    box: Box

    @classmethod
    def of(cls, pose: Pose, size_px: tuple[int, int]) -> "BodyBox | None":
        """The place of pose in a frame of size_px (width, height); None when it has no size or lies outside."""
        trunk_px = TRUNK_M * px_per_m(pose)
        if not (np.isfinite(trunk_px) and trunk_px > 0 and np.isfinite(pose.image_px).all()):
            return None
        margin = BOX_MARGIN * trunk_px
        left, top = np.clip(pose.image_px.min(axis=0) - margin, 0, size_px)
        right, bottom = np.clip(pose.image_px.max(axis=0) + margin, 0, size_px)
        box = Box(int(left), int(top), int(right), int(bottom))
        return None if box.empty else cls(pose.image_px[_HIPS].mean(axis=0), trunk_px, box)

    def resized(self, scale: tuple[float, float]) -> "BodyBox":
        """The same body in a frame that is so many times as wide and as high."""
        return BodyBox(self.hips_px * scale, self.trunk_px * math.sqrt(math.prod(scale)), self.box.resized(scale))


def px_per_m(pose: Pose) -> float:
    """How large the body appears: the spread of head, trunk and limbs in the frame over that of their world
    landmarks, so that no segment that points at the camera counts as short. NaN for a body without any spread."""
    seen = pose.image_px[_CORE] - pose.image_px[_CORE].mean(axis=0)
    known = pose.world_m[_CORE, :2] - pose.world_m[_CORE, :2].mean(axis=0)
    spread_m = float(np.linalg.norm(known))
    return float(np.linalg.norm(seen)) / spread_m if spread_m > 0 else float("nan")


def masked(image: Image, box: Box, keep: bool) -> Image:
    """A copy of image that is grey outside the box (keep) or inside it."""
    made = np.full_like(image, GREY) if keep else image.copy()
    box.part_of(made)[:] = box.part_of(image) if keep else GREY
    return made
