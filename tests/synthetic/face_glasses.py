"""Thin glasses on a head: two rims, a bridge and two arms of wire, fixed to the skull."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tests.synthetic.body import Body
from tests.synthetic.face_head import Head, head_middle
from tests.synthetic.face_identity import Glasses
from tests.synthetic.rotations import Array, unit

_MATERIAL = 5.0
_RIM_POINTS = 32
_OFF_FACE_M = 0.003
_ARM_M = 0.09
_CORNERS = 4


def wear(body: Body, head: Head, glasses: Glasses) -> Head:
    """The head with glasses on."""
    eyes = [body.head(f"eye.{side}") - head_middle(body) for side in "LR"]
    wires = _wires(head, eyes, glasses)
    tubes = [_tube(points, closed, glasses.wire_m) for points, closed in wires]
    starts = np.cumsum([len(head.vertices), *[len(vertices) for vertices, _, _ in tubes]])
    vertices = np.concatenate([tube[0] for tube in tubes]).astype(np.float32)
    paint = np.zeros((len(vertices), head.paint.shape[1]), dtype=np.float32)
    paint[:, 3:6], paint[:, 6], paint[:, 8] = glasses.colour, _MATERIAL, 1.0
    faces = np.concatenate([tube[2] + start for tube, start in zip(tubes, starts, strict=False)]).astype(np.int32)
    return replace(
        head,
        vertices=np.concatenate([head.vertices, vertices]),
        normals=np.concatenate([head.normals, *[tube[1] for tube in tubes]]).astype(np.float32),
        paint=np.concatenate([head.paint, paint]),
        open_faces=np.concatenate([head.open_faces, faces]),
    )


def _wires(head: Head, eyes: list[Array], glasses: Glasses) -> list[tuple[Array, bool]]:
    """Points (n, 3) of each wire, and whether it is closed: rims, bridge, arms."""
    angles = np.linspace(0.0, 2.0 * np.pi, _RIM_POINTS, endpoint=False)
    power = 2.0 / glasses.squareness
    across = glasses.half_width_m * np.sign(np.cos(angles)) * np.abs(np.cos(angles)) ** power
    high = glasses.half_height_m * np.sign(np.sin(angles)) * np.abs(np.sin(angles)) ** power
    front = min(_front(head, eye, glasses) for eye in eyes) - _OFF_FACE_M
    wires: list[tuple[Array, bool]] = []
    for eye in eyes:
        outward = np.sign(eye[0])
        wrap = 0.15 * np.maximum(outward * across, 0.0)
        rim = np.stack([eye[0] + across, front + wrap, eye[2] - 0.002 + high], axis=1)
        hinge = np.array([eye[0] + outward * glasses.half_width_m, front + 0.004, eye[2] + 0.005])
        back = hinge + np.array([outward * 0.012, _ARM_M, 0.004])
        wires += [(rim, True), (np.stack([hinge, 0.5 * (hinge + back) + [outward * 0.005, 0, 0], back]), False)]
    inner = [np.array([eye[0] - np.sign(eye[0]) * glasses.half_width_m, front, eye[2] + 0.004]) for eye in eyes]
    arch = 0.5 * (inner[0] + inner[1]) + np.array([0.0, -0.002, 0.003])
    return [*wires, (np.stack([inner[0], arch, inner[1]]), False)]


def _front(head: Head, eye: Array, glasses: Glasses) -> float:
    """How far forward the face comes behind a lens; forward is -y."""
    off = np.abs(head.vertices - eye)
    behind = (off[:, 0] < 0.8 * glasses.half_width_m) & (off[:, 2] < 0.8 * glasses.half_height_m)
    return float(head.vertices[behind, 1].min())


def _tube(points: Array, closed: bool, radius_m: float) -> tuple[Array, Array, npt.NDArray[np.int64]]:
    """Vertices, normals and triangles of a wire along points."""
    count = len(points)
    ahead = np.roll(points, -1, 0) - np.roll(points, 1, 0) if closed else np.gradient(points, axis=0)
    along = unit(ahead)
    side = unit(np.cross(along, np.array([0.1, -1.0, 0.15])))
    other = np.cross(along, side)
    turn = 2.0 * np.pi * np.arange(_CORNERS) / _CORNERS
    normals = np.cos(turn)[None, :, None] * side[:, None] + np.sin(turn)[None, :, None] * other[:, None]
    vertices = points[:, None] + radius_m * normals
    ring = np.arange(count if closed else count - 1)[:, None] * _CORNERS
    corner, following = np.arange(_CORNERS)[None], (np.arange(_CORNERS)[None] + 1) % _CORNERS
    after = (ring + _CORNERS) % (count * _CORNERS)
    quads = np.stack([ring + corner, ring + following, after + following, after + corner], axis=-1).reshape(-1, 4)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    return vertices.reshape(-1, 3), normals.reshape(-1, 3), triangles
