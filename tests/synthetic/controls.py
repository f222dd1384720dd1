"""What a body is told to do over time, and what comes of it: records of controls, bones and lengths."""

from dataclasses import dataclass, field

import numpy as np

from tests.synthetic.body import BONE_INDEX, Body
from tests.synthetic.rotations import Array

SIDES = ("L", "R")


@dataclass(slots=True)
class Arm:
    """Upper limb over time, each (T,) or a number. elevation: angle of the upper arm from the trunk's downward axis;
    plane: 0 = frontal (abduction), 90 = sagittal (flexion), 180 = across the body; rotation: external positive;
    elbow: flexion; pronation; wrist: flexion; shrug: extra lift of the shoulder girdle. Degrees."""

    elevation: Array | float = 8.0
    plane: Array | float = 20.0
    rotation: Array | float = 0.0
    elbow: Array | float = 12.0
    pronation: Array | float = 0.0
    wrist: Array | float = 0.0
    shrug: Array | float = 0.0


@dataclass(slots=True)
class Leg:
    """Lower limb over time. planted: the foot stands at foot_m (x, y on the floor, metres) and the knee follows;
    else hip flexion and abduction (relative to the trunk), rotation (outward positive), knee flexion and ankle
    dorsiflexion are obeyed. toe_out, heel_raise: of a planted foot; knee_out: the knee's swing off the foot's
    direction, negative = valgus. Degrees."""

    planted: bool = True
    foot_m: tuple[Array | float, Array | float] = (0.1, 0.0)
    toe_out: Array | float = 8.0
    heel_raise: Array | float = 0.0
    knee_out: Array | float = 0.0
    hip_flexion: Array | float = 0.0
    hip_abduction: Array | float = 0.0
    rotation: Array | float = 5.0
    knee: Array | float = 3.0
    ankle: Array | float = 0.0


@dataclass(slots=True)
class Controls:
    """A whole body over time. count: frames. pelvis_m: (T, 3) mid-hip, world; ground: shift the body vertically so that
    the lowest foot stands on the floor (for free legs). heading, trunk and head in degrees: flexion forward, lateral to
    the person's right, rotation to the left. pelvis_* likewise, trunk_* on top of the pelvis. gaze left and up."""

    count: int
    pelvis_m: Array
    ground: bool = False
    heading: Array | float = 0.0
    travel_m: Array | None = None
    pelvis_tilt: Array | float = 0.0
    pelvis_lateral: Array | float = 0.0
    pelvis_rotation: Array | float = 0.0
    trunk_flexion: Array | float = 0.0
    trunk_lateral: Array | float = 0.0
    trunk_rotation: Array | float = 0.0
    head_flexion: Array | float = 0.0
    head_lateral: Array | float = 0.0
    head_rotation: Array | float = 0.0
    gaze_left: Array | float = 0.0
    gaze_up: Array | float = 0.0
    arms: dict[str, Arm] = field(default_factory=lambda: {s: Arm() for s in SIDES})
    legs: dict[str, Leg] = field(default_factory=lambda: {s: Leg() for s in SIDES})


@dataclass(frozen=True, slots=True)
class Pose:
    """Bones over time: rotation (T, B, 3, 3) from rest to posed and heads (T, B, 3) in world metres."""

    rotation: Array
    heads: Array

    def head(self, bone: str) -> Array:
        """Head of one bone over time, (T, 3)."""
        return self.heads[:, BONE_INDEX[bone]]

    def turned(self, bone: str) -> Array:
        """Rotation of one bone over time, (T, 3, 3)."""
        return self.rotation[:, BONE_INDEX[bone]]


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Lengths that a movement needs, metres: thigh, shank, ankle height, hip half width, foot (ankle to toes), and
    buttock (hip centre above a seat)."""

    thigh: float
    shank: float
    ankle: float
    hip: float
    foot: float
    buttock: float

    def standing(self, knee_deg: Array | float) -> Array:
        """Distance from hip to ankle at a knee flexion."""
        cosine = np.cos(np.radians(knee_deg))
        reach: Array = np.sqrt(self.thigh**2 + self.shank**2 + 2.0 * self.thigh * self.shank * cosine)
        return reach


def dimensions(body: Body) -> Dimensions:
    """Measure a body's bones."""
    hip, knee, ankle = body.head("upperleg01.L"), body.head("lowerleg01.L"), body.head("foot.L")
    seat = _seat_depth(body, hip)
    return Dimensions(
        thigh=float(np.linalg.norm(knee - hip)),
        shank=float(np.linalg.norm(ankle - knee)),
        ankle=float(ankle[2]),
        hip=float((hip[0] - body.head("upperleg01.R")[0]) / 2.0),
        foot=float(np.linalg.norm((body.head("toes.L") - ankle)[:2])),
        buttock=seat,
    )


def _seat_depth(body: Body, hip: Array) -> float:
    """How far the buttock reaches behind the hip centre in standing: with the thighs level it points down."""
    near = np.abs(body.vertices[:, 2] - hip[2]) < 0.06
    torso = np.abs(body.vertices[:, 0]) < abs(hip[0]) + 0.03
    return 0.72 * float(body.vertices[near & torso, 1].max() - hip[1])
