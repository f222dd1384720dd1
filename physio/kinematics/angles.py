"""The table of joint angles: the one place that knows what is measured. Everything about an angle stands in its row.

Anatomical convention: standing upright with the arms at the sides is 0 everywhere; flexion, abduction and dorsiflexion
are positive. Left and right are the person's own. With U = mid-hip to mid-shoulder, L = right to left made orthogonal
to U (at the hips for the legs, at the shoulders for the arms) and F = L × U the person's forward axis:

- knee and elbow flexion: angle between the two segments
- hip flexion: thigh d in the sagittal plane, atan2(d·F, −d·U); hip abduction: asin of d along the outward axis
- shoulder flexion, abduction: upper arm h in the sagittal and frontal plane, atan2(h·F, −h·U) and
  atan2(h·outward L, −h·U), each NaN when the arm is raised over 30° within 30° of the other plane; elevation: angle
  of h to −U
- ankle dorsiflexion: 90° minus the angle between shank (upward) and foot (heel to toe)
- trunk flexion, lateral flexion: inclination of U from the vertical in the pelvis' sagittal plane (forward +) and
  frontal plane (to the person's right +)
- segment inclinations: angle of the segment to the vertical, 0 = hanging or standing upright

Vertical is the frame's vertical: the camera is taken to stand level.
"""

from dataclasses import dataclass
from typing import Literal

from physio.kinematics.formulas import TRUNK, Between, Formula, InPlane, OutOfPlane, landmarks_of
from physio.kinematics.view import View
from physio.messages import Message, message

Plane = Literal["sagittal", "frontal", "transverse", "any"]
_VIEW_OF: dict[Plane, View] = {"sagittal": "side", "frontal": "front", "transverse": "any", "any": "any"}


@dataclass(frozen=True, slots=True)
class AngleRow:
    """One row of the table.

    base: its name without a side; its label is the catalogues' angle.<base>.
    formula: how it is measured (see formulas.py).
    plane: the anatomical plane it lives in, which says what view is its own.
    picture_from: the view in which the picture plane measures it better than world landmarks ("any": always; None:
    never), as compared on rendered people with known truth.
    drawn: the landmarks of the segments that the overlay marks; of three, the arc stands at the middle one.
    opens_straight: whether it is 0 when those segments are in line, so that the arc opens from the first one drawn on.
    sided: whether there is one on the left and one on the right.
    mirror_sign: −1 when it changes its sign in a mirror.
    middle_deg: the middle of the turn in which it is given: with 90 an arm raised past the vertical is at 185° and does
    not jump to −175°.
    zeroed: whether its anatomical zero is standing upright, so that the zero to the standing posture applies.
    goniometer: whether a goniometer measures it.
    """

    base: str
    formula: Formula
    plane: Plane = "any"
    picture_from: View | None = None
    drawn: tuple[str, ...] = ()
    opens_straight: bool = False
    sided: bool = True
    mirror_sign: float = 1.0
    middle_deg: float = 90.0
    zeroed: bool = False
    goniometer: bool = False


_SHOULDER, _ELBOW = ("hip", "shoulder", "elbow"), ("shoulder", "elbow", "wrist")
_HIP, _KNEE, _ANKLE = ("shoulder", "hip", "knee"), ("hip", "knee", "ankle"), ("knee", "ankle", "foot_index")

# Not zeroed: the shoulders (hanging arms are 5-10° abducted), the elbows (a relaxed arm is 5-20° flexed), and the
# inclinations (they have no sign, so that an offset would not be one). No goniometer measures elevation and
# inclinations: they are made of what it measures.
ROWS: tuple[AngleRow, ...] = (
    AngleRow(
        base="shoulder_flexion",
        formula=InPlane("shoulder>elbow", "thorax_forward", f"-{TRUNK}"),
        plane="sagittal",
        picture_from="side",
        drawn=_SHOULDER,
        goniometer=True,
    ),
    AngleRow(
        base="shoulder_abduction",
        formula=InPlane("shoulder>elbow", "thorax_out", f"-{TRUNK}"),
        plane="frontal",
        picture_from="front",
        drawn=_SHOULDER,
        goniometer=True,
    ),
    AngleRow(base="shoulder_elevation", formula=Between("shoulder>elbow", f"-{TRUNK}"), drawn=_SHOULDER),
    AngleRow(
        base="elbow_flexion",
        formula=Between("shoulder>elbow", "elbow>wrist"),
        plane="sagittal",
        picture_from="side",
        drawn=_ELBOW,
        opens_straight=True,
        goniometer=True,
    ),
    AngleRow(
        base="hip_flexion",
        formula=InPlane("hip>knee", "pelvis_forward", f"-{TRUNK}"),
        plane="sagittal",
        picture_from="side",
        drawn=_HIP,
        opens_straight=True,
        zeroed=True,
        goniometer=True,
    ),
    AngleRow(
        base="hip_abduction",
        formula=OutOfPlane("hip>knee", "pelvis_out"),
        plane="frontal",
        drawn=_HIP,
        opens_straight=True,
        zeroed=True,
        goniometer=True,
    ),
    AngleRow(
        base="knee_flexion",
        formula=Between("hip>knee", "knee>ankle"),
        plane="sagittal",
        picture_from="side",
        drawn=_KNEE,
        opens_straight=True,
        zeroed=True,
        goniometer=True,
    ),
    AngleRow(
        base="ankle_dorsiflexion",
        formula=Between("-knee>ankle", "heel>foot_index", start_deg=90.0, sign=-1.0),
        plane="sagittal",
        picture_from="side",
        drawn=_ANKLE,
        zeroed=True,
        goniometer=True,
    ),
    AngleRow(base="thigh_inclination", formula=Between("hip>knee", "down"), picture_from="side", drawn=("hip", "knee")),
    AngleRow(
        base="shank_inclination", formula=Between("knee>ankle", "down"), picture_from="any", drawn=("knee", "ankle")
    ),
    AngleRow(base="upper_arm_inclination", formula=Between("shoulder>elbow", "down"), drawn=("shoulder", "elbow")),
    AngleRow(base="forearm_inclination", formula=Between("elbow>wrist", "down"), drawn=("elbow", "wrist")),
    AngleRow(
        base="trunk_flexion",
        formula=InPlane(TRUNK, "level_forward", "-down"),
        plane="sagittal",
        picture_from="side",
        drawn=("hip", "shoulder"),
        sided=False,
        middle_deg=0.0,
        zeroed=True,
        goniometer=True,
    ),
    AngleRow(
        base="trunk_lateral_flexion",
        formula=InPlane(TRUNK, "-level_left", "-down"),
        plane="frontal",
        picture_from="any",
        drawn=("hip", "shoulder"),
        sided=False,
        mirror_sign=-1.0,
        middle_deg=0.0,
        zeroed=True,
        goniometer=True,
    ),
    AngleRow(
        base="trunk_inclination",
        formula=Between(TRUNK, "-down"),
        picture_from="side",
        drawn=("hip", "shoulder"),
        sided=False,
    ),
)


@dataclass(frozen=True, slots=True)
class Angle:
    """One measured angle: a row on a side, "l", "r" or "" for the trunk."""

    row: AngleRow
    side: str

    @property
    def name(self) -> str:
        """Its column: the base and the side, "knee_flexion_l"."""
        return f"{self.row.base}_{self.side}" if self.side else self.row.base

    @property
    def base(self) -> str:
        """The name without side."""
        return self.row.base

    @property
    def base_label(self) -> Message:
        """What people call it, without side."""
        return message(f"angle.{self.row.base}")

    @property
    def label(self) -> Message:
        """What people call it, with its side."""
        if not self.side:
            return self.base_label
        return message(
            "angle.sided", angle=self.base_label, side=message("angle.left" if self.side == "l" else "angle.right")
        )

    @property
    def plane(self) -> Plane:
        """The anatomical plane it lives in."""
        return self.row.plane

    @property
    def view(self) -> View:
        """From where the camera sees the angle's own plane. Elsewhere an angle is given only within the narrower limit
        of estimator.MAX_ERROR_DEG; docs/validation.md has its error by view."""
        return _VIEW_OF[self.row.plane]

    @property
    def landmarks(self) -> tuple[str, ...]:
        """The points it is measured by."""
        return landmarks_of(self.row.formula, self.side)

    @property
    def drawn(self) -> tuple[tuple[str, ...], ...]:
        """The chains of landmarks that the overlay marks: one, or that of either side for the trunk."""
        return tuple(tuple(f"{point}_{side}" for point in self.row.drawn) for side in self.side or "lr")


ANGLES: tuple[Angle, ...] = tuple(Angle(row, side) for row in ROWS for side in ("lr" if row.sided else ("",)))

ANGLE_INDEX: dict[str, int] = {angle.name: i for i, angle in enumerate(ANGLES)}
BASES: frozenset[str] = frozenset(angle.base for angle in ANGLES)
BASE_LABELS: dict[str, Message] = {angle.base: angle.base_label for angle in ANGLES}


def side_letters(side: str) -> str:
    """The letters of names that end with a side: "l" for left, "r" for right, "lr" for any other side."""
    return {"left": "l", "right": "r"}.get(side, "lr")


def angles_of(base: str, side: str) -> tuple[str, ...]:
    """The names of an angle on the side that works, left or right; on both for any other side. The trunk has one."""
    return tuple(angle.name for angle in ANGLES if angle.base == base and angle.side in ("", *side_letters(side)))
