"""Everything that a clip is made of. The same plan gives the same truth."""

from dataclasses import dataclass

import numpy as np

from tests.synthetic.body import Traits
from tests.synthetic.expressions import Moment
from tests.synthetic.motion import Excursion, Rng
from tests.synthetic.scene import Room
from tests.synthetic.wardrobe import Look


@dataclass(frozen=True, slots=True)
class View:
    """Where the camera stands. azimuth: 0 in front, +90 on the person's left; fill: share of the picture that the body
    takes in its larger direction; off_*: displacement of the body from the middle as a share of the picture; cut:
    "" or the part pushed out of the picture ("feet", "hands"); shake_px of a hand-held camera; frame: what the picture
    is made for: "body", "upper" (hips upward) or "face"."""

    azimuth_deg: float
    height_m: float
    roll_deg: float
    field_deg: float
    fill: float
    off_x: float
    off_y: float
    cut: str
    shake_px: float
    frame: str = "body"


@dataclass(frozen=True, slots=True)
class Sensor:
    """Picture quality: noise in grey levels, blur radius in pixels, crf of H.264."""

    noise: float
    blur_px: float
    crf: int


@dataclass(frozen=True, slots=True)
class Passer:
    """A second person who walks behind: path at depth_m behind the patient, from_left, at start_s, speed."""

    traits: Traits
    look: Look
    depth_m: float
    from_left: bool
    start_s: float
    speed_mps: float


@dataclass(frozen=True, slots=True)
class ClipPlan:
    """Everything about one clip. side: "left", "right", "both" or "alternate"; range_share: the person's share of the
    movement's nominal range; compensations: degrees at the far end."""

    name: str
    seed: int
    movement: str
    side: str
    duration_s: float
    fps: float
    size: tuple[int, int]
    traits: Traits
    look: Look
    room: Room
    view: View
    sensor: Sensor
    reps: tuple[Excursion, ...]
    range_share: float
    compensations: dict[str, float]
    unsteadiness: float
    moments: tuple[Moment, ...]
    occluded: bool
    passer: Passer | None

    def generator(self, stream: int) -> Rng:
        """An independent random stream of this clip."""
        return np.random.default_rng([self.seed, stream])
