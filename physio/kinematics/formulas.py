"""How a row of ANGLES says what it measures, and the arithmetic that computes all rows at once.

A formula is written with directions of the body:

- "knee>ankle": a line between two landmarks of the angle's own side; "shoulder_r>shoulder_l" names the sides itself,
  and "hip_mid" is the middle of left and right
- TRUNK: mid-hip to mid-shoulder, U
- "pelvis_left", "thorax_left": right to left at the hips, at the shoulders, made orthogonal to U; "pelvis_forward",
  "thorax_forward": L × U; "pelvis_out", "thorax_out": away from the middle on the angle's own side
- "level_left", "level_forward": the pelvis' axes with its tilt taken out; "down": the vertical
- a minus sign in front turns a direction round
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from physio.kinematics.geometry import angle_between_deg, cross, orthogonal_to, unit
from physio.landmarks import BODY_INDEX
from physio.types import FloatArray

TRUNK = "hip_mid>shoulder_mid"
_AXES = (
    *("pelvis_left", "pelvis_forward", "thorax_left", "thorax_forward"),
    *("level_left", "level_forward", "down"),
)
_OUT = {"pelvis_out": "pelvis_left", "thorax_out": "thorax_left"}
_DOWN = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True, slots=True)
class Between:
    """start_deg + sign · the angle between two directions, which is 0-180."""

    first: str
    second: str
    start_deg: float = 0.0
    sign: float = 1.0

    @property
    def directions(self) -> tuple[str, ...]:
        """What it is made of."""
        return self.first, self.second


@dataclass(frozen=True, slots=True)
class InPlane:
    """How far `of` has turned from `along` towards `towards`: atan2(of · towards, of · along)."""

    of: str
    towards: str
    along: str

    @property
    def directions(self) -> tuple[str, ...]:
        """What it is made of."""
        return self.of, self.towards, self.along


@dataclass(frozen=True, slots=True)
class OutOfPlane:
    """How far `of` has left the plane that `axis` stands on: asin(of · axis)."""

    of: str
    axis: str

    @property
    def directions(self) -> tuple[str, ...]:
        """What it is made of."""
        return self.of, self.axis


Formula = Between | InPlane | OutOfPlane


def landmarks_of(formula: Formula, side: str) -> tuple[str, ...]:
    """The landmarks that a formula needs on a side ("l", "r"; "" for none), in the order of the body's landmarks."""
    keys = {_resolved(direction, side)[0] for direction in formula.directions} - {"down"}
    lines = {key if ">" in key else TRUNK for key in keys}  # the body's axes stand on the trunk
    found = {name for line in lines for point in line.split(">") for name in _points(point)}
    return tuple(name for name in BODY_INDEX if name in found)


def _points(point: str) -> tuple[str, str]:
    """The two landmarks whose middle a point is; twice the same for a landmark."""
    base = point.removesuffix("_mid")
    pair = (f"{base}_l", f"{base}_r") if base != point else (point, point)
    if not set(pair) <= set(BODY_INDEX):
        raise ValueError(f"{point!r} is no landmark")
    return pair


def _resolved(direction: str, side: str) -> tuple[str, float]:
    """A direction's name without sides left open, and its sign."""
    name, sign = direction.removeprefix("-"), -1.0 if direction.startswith("-") else 1.0
    if name in _OUT:
        return _OUT[name], -sign if side == "r" else sign
    if ">" in name:
        return ">".join(end if end.endswith(("_l", "_r", "_mid")) else f"{end}_{side}" for end in name.split(">")), sign
    if name not in _AXES:
        raise ValueError(f"{direction!r} is no direction")
    return name, sign


class Formulas:
    """The formulas of a table, (formula, side) for each row, compiled so that all of one kind are computed at once.
    Immutable; any thread may call."""

    def __init__(self, rows: Sequence[tuple[Formula, str]]):
        wanted = {_resolved(one, side)[0] for formula, side in rows for one in formula.directions}
        lines = [TRUNK, *sorted(key for key in wanted if ">" in key and key != TRUNK)]
        ends = [[_points(point) for point in line.split(">")] for line in lines]
        # (lines, from or to, both landmarks whose middle the end is)
        self._ends = np.array([[[BODY_INDEX[name] for name in pair] for pair in line] for line in ends])
        self._place = {key: i for i, key in enumerate((*lines, *_AXES))}
        self._count = len(rows)
        self._between, between = self._compiled(rows, Between)
        self._in_plane, _ = self._compiled(rows, InPlane)
        self._out_of_plane, _ = self._compiled(rows, OutOfPlane)
        self._start_deg = np.array([one.start_deg for one in between if isinstance(one, Between)])
        self._sign = np.array([one.sign for one in between if isinstance(one, Between)])

    def angles_deg(self, points: FloatArray, left_hips: FloatArray, left_shoulders: FloatArray) -> FloatArray:
        """All rows (…, A) from points (…, 33, 3), x right, y down, z away from the camera, given which way is left
        (…, 3) at hips and shoulders. Not folded; NaN where a direction is undefined."""
        directions = self._directions(points, left_hips, left_shoulders)
        out = np.empty((*points.shape[:-2], self._count))
        rows, (first, second) = self._between
        between = angle_between_deg(directions[..., first, :], directions[..., second, :])
        out[..., rows] = self._start_deg + self._sign * between
        rows, (of, towards, along) = self._in_plane
        turned = directions[..., of, :]
        out[..., rows] = np.degrees(
            np.arctan2(np.vecdot(turned, directions[..., towards, :]), np.vecdot(turned, directions[..., along, :]))
        )
        rows, (of, axis) = self._out_of_plane
        away = np.vecdot(directions[..., of, :], directions[..., axis, :])
        out[..., rows] = np.degrees(np.arcsin(np.clip(away, -1, 1)))
        return out

    def _compiled(
        self, rows: Sequence[tuple[Formula, str]], kind: type[Formula]
    ) -> tuple[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]], list[Formula]]:
        """Where in the table the formulas of a kind stand, and for each of their terms the places of its directions."""
        found = [(i, formula, side) for i, (formula, side) in enumerate(rows) if isinstance(formula, kind)]
        terms = [[self._signed_place(one, side) for one in formula.directions] for _, formula, side in found]
        width = len(kind.__dataclass_fields__) if kind is not Between else 2
        places = np.array(terms, dtype=np.intp).reshape(len(found), width).T
        return (np.array([i for i, _, _ in found], dtype=np.intp), places), [formula for _, formula, _ in found]

    def _signed_place(self, direction: str, side: str) -> int:
        """The place of a direction among _directions, where those that are turned round follow the others."""
        key, sign = _resolved(direction, side)
        return self._place[key] + (0 if sign > 0 else len(self._place))

    def _directions(self, points: FloatArray, left_hips: FloatArray, left_shoulders: FloatArray) -> FloatArray:
        """Lines and axes as unit vectors (…, 2 D, 3), and all of them turned round."""
        ends = points[..., self._ends, :].sum(axis=-2)
        lines = unit(ends[..., 1, :] - ends[..., 0, :])
        up = lines[..., 0, :]
        left = orthogonal_to(np.stack([left_hips, left_shoulders], axis=-2), up[..., None, :])
        forward = cross(left, up[..., None, :])
        level = orthogonal_to(left[..., 0, :], _DOWN)
        axes = [
            *(left[..., 0, :], forward[..., 0, :], left[..., 1, :], forward[..., 1, :]),
            *(level, cross(level, -_DOWN), np.broadcast_to(_DOWN, up.shape)),
        ]
        directions = np.concatenate([lines, np.stack(axes, axis=-2)], axis=-2)
        return np.concatenate([directions, -directions], axis=-2)
