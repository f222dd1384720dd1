"""Head and shoulders of a dressed person, cut out of the whole figure, whose face moves quickly."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tests.synthetic.body import Body
from tests.synthetic.rotations import Array
from tests.synthetic.wardrobe import Figure, Floats

_LOWEST_TEMPLATE_M = 0.47
_BARE, _SHIRT, _HAIR, _EYES = 0, 2, 4, 5
_GLASSES = 5.0
_CHIN = (0.0, -1.0, -1.0)
_FOREHEAD_TEMPLATE_M = 0.777


@dataclass(frozen=True, slots=True)
class Head:
    """What is drawn, at rest, in metres, the middle between the eyes and ears at the origin.

    vertices and normals (N, 3); paint (N, 9) float32: template xyz (of an eye: from its middle), colour rgb, material,
    lips mask, cover; faces (F, 3) that are seen from outside only and open_faces (G, 3) from both sides (hair);
    rows (M,) which vertices the actions move, deltas (A, M * 3) by how much; skin (S,) the vertices of skin and eyes,
    joined (S,) their numbers once vertices at one place are one, triangles (K, 3) in those numbers: faces around
    moving vertices, still (J, 3): the area normals of all others; forehead and chin: vertex numbers.
    """

    vertices: Floats
    normals: Floats
    paint: Floats
    faces: npt.NDArray[np.int32]
    open_faces: npt.NDArray[np.int32]
    rows: npt.NDArray[np.int64]
    deltas: Floats
    triangles: npt.NDArray[np.int64]
    joined: npt.NDArray[np.int64]
    still: Floats
    skin: npt.NDArray[np.int64]
    forehead: int
    chin: int

    def moved(self, weights: Array) -> tuple[Floats, Floats]:
        """Vertices and normals (N, 3) with each action by its weight (A,)."""
        vertices, normals = self.vertices.copy(), self.normals.copy()
        vertices[self.rows] += (weights.astype(np.float32) @ self.deltas).reshape(-1, 3)
        place = np.empty((len(self.still), 3), np.float32)
        place[self.joined] = vertices[self.skin]
        total = self.still + _area_normals(place, self.triangles)
        length = np.sqrt((total * total).sum(axis=1, keepdims=True))
        normals[self.skin] = (total / np.maximum(length, 1e-12))[self.joined]
        return vertices, normals


def _area_normals(vertices: Floats, triangles: npt.NDArray[np.int64]) -> Floats:
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    u, v = b - a, c - a
    cross = np.empty_like(u)
    for i, (j, k) in enumerate(((1, 2), (2, 0), (0, 1))):
        cross[:, i] = u[:, j] * v[:, k] - u[:, k] * v[:, j]
    index = triangles.T.ravel()
    return np.stack([np.bincount(index, np.tile(cross[:, i], 3), len(vertices)) for i in range(3)], 1).astype(
        np.float32
    )


def cut_head(body: Body, figure: Figure) -> Head:
    """Keep what lies above the shoulders and in front of a head crop's edges."""
    high = body.template[:, 2] > _LOWEST_TEMPLATE_M
    kept = high[figure.source[figure.faces]].all(axis=1) & np.isin(figure.layer, (_BARE, _SHIRT, _HAIR, _EYES))
    kept &= ~_hidden(body, figure)
    used, faces = np.unique(figure.faces[kept], return_inverse=True)
    faces = faces.reshape(-1, 3).astype(np.int32)
    source = figure.source[used]
    layer = np.zeros(len(used), dtype=np.int64)
    layer[faces] = figure.layer[kept][:, None]
    vertices = (figure.vertices[used] - head_middle(body)).astype(np.float32)
    rows, deltas = _movement(body, source)
    skin = np.flatnonzero(np.isin(layer, (_BARE, _EYES)))
    owners, joined = np.unique(source[skin], return_inverse=True)
    number = np.full(len(used), -1)
    number[skin] = joined
    own = faces[np.isin(layer[faces[:, 0]], (_BARE, _EYES))]
    moving = np.isin(own, rows).any(axis=1)
    place = np.empty((len(owners), 3), np.float32)
    place[joined] = vertices[skin]
    paint = np.column_stack([figure.paint[used][:, [0, 1, 2, 3, 4, 5, 9, 10]], figure.surface[used, 3]])
    return Head(
        vertices=vertices,
        normals=figure.normals[used].astype(np.float32),
        paint=paint.astype(np.float32),
        faces=faces[layer[faces[:, 0]] != _HAIR],
        open_faces=faces[layer[faces[:, 0]] == _HAIR],
        rows=rows,
        deltas=deltas,
        triangles=number[own[moving]],
        joined=joined,
        still=_area_normals(place, number[own[~moving]]),
        skin=skin,
        **_landmarks(body, source, layer),
    )


def _hidden(body: Body, figure: Figure) -> npt.NDArray[np.bool_]:
    """Faces that no camera in front sees: the back of the eyeballs and skin behind the ears."""
    part, t = body.part[figure.source], body.template[figure.source]
    back_of_eye = np.char.startswith(part, "eye_back")
    behind = ((part == "head") & (t[:, 1] > 0.0)) | ((part == "mouth_cavity") & (t[:, 1] > -0.07))
    hidden: npt.NDArray[np.bool_] = (back_of_eye | behind)[figure.faces].all(axis=1)
    return hidden & np.isin(figure.layer, (_BARE, _EYES))


def head_middle(body: Body) -> Array:
    """Where the head's axes begin, in the body's metres: between eyes and ears."""
    ears = np.mean([m.position for m in body.markers if m.name in ("ear_l", "ear_r")], axis=0)
    eyes = (body.head("eye.L") + body.head("eye.R")) / 2.0
    middle: Array = 0.4 * ears + 0.6 * eyes
    return middle + np.array([0.0, 0.0, -0.015])


def _movement(body: Body, source: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], Floats]:
    place = np.full(len(body.vertices), -1)
    place[body.action_vertices] = np.arange(len(body.action_vertices))
    rows = np.flatnonzero(place[source] >= 0)
    deltas = body.action_deltas[:, place[source[rows]]].reshape(len(body.action_names), -1)
    return rows, np.ascontiguousarray(deltas, np.float32)


def _landmarks(body: Body, source: npt.NDArray[np.int64], layer: npt.NDArray[np.int64]) -> dict[str, int]:
    """Vertices near the face network's forehead and chin landmarks."""
    t = body.template[source]
    middle = (layer == _BARE) & (np.abs(t[:, 0]) < 0.006) & (t[:, 1] < -0.1) & (body.part[source] == "head")
    chin = np.where(middle, t @ np.array(_CHIN), -np.inf).argmax()
    forehead = np.where(middle, -np.abs(t[:, 2] - _FOREHEAD_TEMPLATE_M), -np.inf).argmax()
    return {"forehead": int(forehead), "chin": int(chin)}
