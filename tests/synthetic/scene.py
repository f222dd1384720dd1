"""The room, its furniture and its light. Pure numpy; everything is made of flat rectangles."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tests.synthetic.rotations import Array

Colour = tuple[float, float, float]
PLAIN, PLANKS, TILES, CARPET, STRIPES, PICTURE = range(6)
WINDOW = 9
_BLACK: Colour = (0.02, 0.02, 0.02)


@dataclass(frozen=True, slots=True)
class Surface:
    """How a rectangle looks: linear RGB colours and a pattern (PLAIN ... WINDOW)."""

    colour: Colour
    second: Colour = _BLACK
    pattern: int = PLAIN


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of furniture: middle of its underside and size in metres, turned by yaw about z."""

    base_m: tuple[float, float, float]
    size_m: tuple[float, float, float]
    yaw_deg: float
    surface: Surface


@dataclass(frozen=True, slots=True)
class Light:
    """direction towards the light; colours linear RGB; exposure multiplies the picture."""

    direction: tuple[float, float, float]
    colour: Colour
    sky: Colour
    bounce: Colour
    exposure: float


@dataclass(frozen=True, slots=True)
class Room:
    """A room turned by yaw: its back wall lies `back_m` behind the origin, side walls at left_m and right_m, the side
    of the camera is open. Boxes in world coordinates; pictures on the back wall as (x, z, width, height, surface)."""

    yaw_deg: float
    back_m: float
    left_m: float
    right_m: float
    height_m: float
    floor: Surface
    wall: Surface
    ceiling: Surface
    skirting: Surface
    pictures: tuple[tuple[float, float, float, float, Surface], ...]
    boxes: tuple[Box, ...]
    light: Light


def room_mesh(room: Room) -> npt.NDArray[np.float32]:
    """(M, 15) triangle vertices: position, normal, colour, second colour, (u, v, pattern)."""
    c, s = np.cos(np.radians(room.yaw_deg)), np.sin(np.radians(room.yaw_deg))
    turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    x0, x1, y0, y1, h = -room.left_m, room.right_m, -9.0, room.back_m, room.height_m
    z = np.array([0.0, 0.0, 1.0])
    quads = [
        _quad(np.array([x0, y0, 0.0]), np.array([x1 - x0, 0, 0]), np.array([0, y1 - y0, 0]), room.floor),
        _quad(np.array([x0, y1, 0.0]), np.array([x1 - x0, 0, 0]), h * z, room.wall),
        _quad(np.array([x0, y0, 0.0]), np.array([0, y1 - y0, 0]), h * z, room.wall),
        _quad(np.array([x1, y1, 0.0]), np.array([0, y0 - y1, 0]), h * z, room.wall),
        _quad(np.array([x0, y1, h]), np.array([x1 - x0, 0, 0]), np.array([0, y0 - y1, 0]), room.ceiling),
        _quad(np.array([x0, y1 - 0.012, 0.0]), np.array([x1 - x0, 0, 0]), 0.09 * z, room.skirting),
    ]
    for x, low, width, height, surface in room.pictures:
        quads.append(_quad(np.array([x, y1 - 0.02, low]), np.array([width, 0, 0]), height * z, surface))
    mesh = np.concatenate(quads)
    mesh[:, 0:3] = mesh[:, 0:3] @ turn.T
    mesh[:, 3:6] = mesh[:, 3:6] @ turn.T
    return np.concatenate([mesh, *[_box(box) for box in room.boxes]]).astype(np.float32)


def _quad(corner: Array, across: Array, up: Array, surface: Surface) -> Array:
    """Two triangles; u, v in metres."""
    wide, high = float(np.linalg.norm(across)), float(np.linalg.norm(up))
    normal = np.cross(across, up) / (wide * high)
    uv = np.array([[0, 0], [1, 0], [1, 1], [0, 0], [1, 1], [0, 1]], dtype=float)
    points = corner + uv[:, :1] * across + uv[:, 1:] * up
    fixed = [*normal, *surface.colour, *surface.second]
    rest = np.tile(np.array(fixed, dtype=float), (6, 1))
    kind = np.full((6, 1), float(surface.pattern))
    return np.concatenate([points, rest, uv * np.array([wide, high]), kind], axis=1)


def _box(box: Box) -> Array:
    w, d, h = box.size_m
    c, s = np.cos(np.radians(box.yaw_deg)), np.sin(np.radians(box.yaw_deg))
    a, b, z = w * np.array([c, s, 0.0]), d * np.array([-s, c, 0.0]), np.array([0.0, 0.0, h])
    corner = np.array(box.base_m) - a / 2.0 - b / 2.0
    return np.concatenate(
        [
            _quad(corner, a, z, box.surface),
            _quad(corner + a, b, z, box.surface),
            _quad(corner + a + b, -a, z, box.surface),
            _quad(corner + b, -b, z, box.surface),
            _quad(corner + z, a, b, box.surface),
        ]
    )


def stool(middle_m: tuple[float, float], top_m: float, surface: Surface) -> tuple[Box, ...]:
    """A seat on four legs, its top at `top_m`."""
    x, y = middle_m
    seat = Box((x, y, top_m - 0.05), (0.38, 0.38, 0.05), 0.0, surface)
    legs = [
        Box((x + dx, y + dy, 0.0), (0.035, 0.035, top_m - 0.05), 0.0, surface)
        for dx in (-0.15, 0.15)
        for dy in (-0.15, 0.15)
    ]
    return (seat, *legs)


def light_matrix(light: Light, reach_m: float = 2.4) -> Array:
    """(4, 4) orthographic matrix of the light, around a person at the origin."""
    towards = np.array(light.direction) / np.linalg.norm(light.direction)
    side = np.cross(np.array([0.0, 1.0, 0.0]) if abs(towards[1]) < 0.9 else np.array([1.0, 0.0, 0.0]), towards)
    side /= np.linalg.norm(side)
    up = np.cross(towards, side)
    matrix = np.eye(4)
    middle = np.array([0.0, 0.0, 0.9])
    for row, axis in enumerate((side, up, -towards)):
        span = reach_m if row < 2 else 6.0
        matrix[row, :3] = axis / span
        matrix[row, 3] = -axis @ middle / span
    return matrix
