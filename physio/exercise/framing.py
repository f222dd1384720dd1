"""How the camera frames the patient: what an exercise needs to see of the body, and what of it is cut off."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from physio.exercise.definition import Exercise
from physio.kinematics.angles import ANGLE_INDEX, ANGLES, angles_of
from physio.landmarks import BODY, BODY_INDEX, EDGES, Edge, beyond_edges
from physio.types import Pose, Side

Part = Literal["feet", "legs", "hips", "hands", "arms", "shoulders"]
DARK_BELOW = 45.0
"""Brightness (see Observation) below which more light is asked for: there the network loses people (of rendered people
in ever less light it finds 94 % at about 55, 62 % at 30), although the angles of those it finds are still good."""

_PARTS: tuple[tuple[Part, tuple[str, ...]], ...] = (
    ("feet", ("ankle", "heel", "foot_index")),
    ("legs", ("knee",)),
    ("hips", ("hip",)),
    ("hands", ("wrist",)),
    ("arms", ("elbow",)),
    ("shoulders", ("shoulder",)),
)
"""Which landmarks belong to a part of the body, in the order in which the parts are named."""


@dataclass(frozen=True, slots=True)
class Framing:
    """What hinders the view of the patient now. cut_off: the part of the body that the exercise needs and the frame
    does not show, None for none; edges: which edges of the frame the body reaches over; dark: whether more light is
    needed; others: how many other people might be the patient, as long as nobody has chosen one."""

    cut_off: Part | None = None
    edges: frozenset[Edge] = frozenset()
    dark: bool = False
    others: int = 0


CLEAR = Framing()


def needed_landmarks(exercise: Exercise, side: Side) -> list[int]:
    """The body landmarks that the exercise's signal and criteria are measured from, on the sides in question."""
    bases = {exercise.signal.angle, *(criterion.of for criterion in exercise.criteria)}
    angles = [ANGLES[ANGLE_INDEX[name]] for base in bases for name in angles_of(base, side)]
    return sorted({BODY_INDEX[name] for angle in angles for name in angle.landmarks})


def parts_of(landmarks: Sequence[int]) -> tuple[Part, ...]:
    """The parts of the body that these landmarks belong to."""
    names = {BODY[index].rsplit("_", 1)[0] for index in landmarks}
    return tuple(part for part, points in _PARTS if names.intersection(points))


def signal_columns(exercise: Exercise, side: Side) -> list[int]:
    """Where in ANGLES the exercise's own angle stands, for the sides in question."""
    return [ANGLE_INDEX[name] for name in angles_of(exercise.signal.angle, side)]


def cut_off(pose: Pose, size_px: tuple[int, int], landmarks: Sequence[int]) -> tuple[Part | None, frozenset[Edge]]:
    """The first part of the body, of these landmarks, that lies outside a frame of size_px (width, height), and all
    edges that these landmarks reach over; (None, none) when all are inside."""
    beyond = beyond_edges(pose.image_px[list(landmarks)], size_px)
    names = {BODY[index].rsplit("_", 1)[0] for index, over in zip(landmarks, beyond, strict=True) if over.any()}
    part = next((part for part, points in _PARTS if names.intersection(points)), None)
    return part, frozenset(edge for edge, over in zip(EDGES, beyond.T, strict=True) if over.any())
