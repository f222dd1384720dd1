"""Dresses a body: skin, clothes as shells a little off the skin, shoes, hair and eyes, as one mesh to draw."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tests.synthetic.body import BONES, Body
from tests.synthetic.rotations import Array, dot

Floats = npt.NDArray[np.float32]
SKIN, CLOTH, HAIR, EYE, MOUTH = range(5)
LAYERS = 6
_BARE, _TROUSERS, _SHIRT, _SHOES, _HAIR_LAYER, _EYES = range(LAYERS)
_EYE_SPAN_M = 0.034
_HIDDEN_UNDER_M = 0.018
_MARGIN_M = 0.03
_FAR_M = 1.0


@dataclass(frozen=True, slots=True)
class Garment:
    """colour: linear RGB 0-1; second: of the pattern; pattern 0 plain, 1 stripes, 2 checks, 3 melange; looseness_m:
    distance from the skin; length: share of the limb covered (sleeve or trouser leg)."""

    colour: tuple[float, float, float]
    second: tuple[float, float, float]
    pattern: int
    looseness_m: float
    length: float


@dataclass(frozen=True, slots=True)
class Look:
    """Outward appearance. Colours are linear RGB. hair_m: thickness of the hair (0 = bald); hair_length: 0 short, 1
    over the neck; beard 0-1; hem_m: how far the shirt falls below the waist; neckline_m: below the neck."""

    skin: tuple[float, float, float]
    hair: tuple[float, float, float]
    iris: tuple[float, float, float]
    shoes: tuple[float, float, float]
    shirt: Garment
    trousers: Garment
    hair_m: float
    hair_length: float
    beard: float
    hem_m: float
    neckline_m: float


@dataclass(frozen=True, slots=True)
class Figure:
    """A dressed body at rest, ready to skin and draw.

    vertices (N, 3), normals (N, 3), weights (N, B); source (N,) the body vertex behind each; faces (F, 3) with layer
    (F,) the texture layer of each face; surface (N, 4) float32: u, v, layer, cover (metres inside the garment's hem,
    negative = cut away). paint (N, 11) float32, what the texture is made from: template xyz, colour rgb, second
    colour rgb, material, mask (lips for skin, pattern for cloth).
    """

    vertices: Array
    normals: Array
    weights: Floats
    source: npt.NDArray[np.int64]
    faces: npt.NDArray[np.int32]
    layer: npt.NDArray[np.int64]
    surface: Floats
    paint: Floats


def dress(body: Body, look: Look) -> Figure:
    """Put the clothes on."""
    clothes = [
        _shell(body, _trousers_cover(body, look), look.trousers, _TROUSERS),
        _shell(body, _shirt_cover(body, look), look.shirt, _SHIRT, over_m=look.trousers.looseness_m + 0.006),
        _shoes(body, look),
    ]
    covered = np.max([piece.cover for piece in clothes], axis=0)
    hair = [_hair(body, look)] if look.hair_m > 0.0 else []
    return _merge(body, [*_skin(body, look, covered), *clothes, *hair])


@dataclass(frozen=True, slots=True)
class _Piece:
    """One layer in the body's own vertex numbers: cover (V,), vertices and normals (V, 3), kept (F,) which faces."""

    layer: int
    cover: Array
    vertices: Array
    normals: Array
    kept: npt.NDArray[np.bool_]
    paint: Floats


def vertex_normals(vertices: Array, faces: npt.NDArray[np.int64]) -> Array:
    """Area-weighted normals, (V, 3)."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    normal = np.zeros_like(vertices)
    for k in range(3):
        np.add.at(normal, faces[:, k], np.cross(b - a, c - a))
    return normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)


def _smooth(vertices: Array, faces: npt.NDArray[np.int64], rounds: int) -> Array:
    """Laplacian smoothing: cloth does not follow every fold of the skin."""
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    edges = np.concatenate([edges, edges[:, ::-1]])
    degree = np.bincount(edges[:, 0], minlength=len(vertices))[:, None]
    for _ in range(rounds):
        total = np.stack(
            [np.bincount(edges[:, 0], weights=vertices[edges[:, 1], k], minlength=len(vertices)) for k in range(3)], 1
        )
        vertices = np.where(degree > 0, 0.5 * vertices + 0.5 * total / np.maximum(degree, 1), vertices)
    return vertices


def _weight(body: Body, *names: str) -> Array:
    """Total skinning weight of some bones, both sides."""
    columns = [i for i, bone in enumerate(BONES) if bone.split(".")[0] in names]
    total: Array = body.weights[:, columns].sum(axis=1).astype(float)
    return total


def _along(body: Body, start: str, end: str) -> Array:
    """Share of the way from one bone head to another, each vertex on its own body side."""
    shares = []
    for side in "LR":
        a, b = body.head(f"{start}.{side}"), body.head(f"{end}.{side}")
        shares.append(dot(body.vertices - a, b - a) / dot(b - a, b - a))
    return np.where(body.vertices[:, 0] > 0, shares[0], shares[1])


def _length(body: Body, start: str, end: str) -> float:
    return float(np.linalg.norm(body.head(f"{end}.L") - body.head(f"{start}.L")))


def _shirt_cover(body: Body, look: Look) -> Array:
    arm = _weight(body, "upperarm01", "upperarm02", "lowerarm01", "lowerarm02", "wrist")
    sleeve = (look.shirt.length - _along(body, "upperarm01", "wrist")) * _length(body, "upperarm01", "wrist")
    height = body.vertices[:, 2]
    collar = body.head("neck01")[2] - look.neckline_m - 0.25 * np.clip(-body.vertices[:, 1] - 0.02, 0.0, 0.2)
    collar = collar + 0.35 * np.clip(np.abs(body.vertices[:, 0]) - 0.07, 0.0, 0.08)
    hem = body.head("upperleg01.L")[2] - look.hem_m
    torso = np.minimum(collar - height, height - hem)
    leg = _weight(body, "lowerleg01", "lowerleg02", "foot", "toes")
    cover = np.where(arm > 0.5, np.minimum(sleeve, height - hem + _FAR_M), torso)
    return np.where((body.part == "body") & (leg < 0.3), cover, -_FAR_M)


def _trousers_cover(body: Body, look: Look) -> Array:
    leg = (look.trousers.length - _along(body, "upperleg01", "foot")) * _length(body, "upperleg01", "foot")
    waist = body.head("upperleg01.L")[2] + 0.05 - look.hem_m - body.vertices[:, 2]
    arm = _weight(body, "upperarm01", "upperarm02", "lowerarm01", "lowerarm02", "wrist")
    low = np.isin(body.part, ("body", "foot.L", "foot.R"))
    return np.where(low & (arm < 0.3), np.minimum(leg, waist), -_FAR_M)


def _kept(body: Body, cover: Array, margin_m: float) -> npt.NDArray[np.bool_]:
    kept: npt.NDArray[np.bool_] = (cover[body.faces] > -margin_m).all(axis=1)
    return kept


def _shell(body: Body, cover: Array, garment: Garment, layer: int, over_m: float = 0.0) -> _Piece:
    """Cloth over the covered skin: smoothed, pushed outward, wider towards the hem; over_m: worn over other cloth."""
    kept = _kept(body, cover, _MARGIN_M)
    rounds = 2 + int(400 * garment.looseness_m)
    vertices, normals, shrink = _smoothed(body, kept, rounds)
    edge = np.clip(1.0 - cover / 0.35, 0.0, 1.0)
    folds = np.sin(38.0 * body.vertices[:, 2] + 9.0 * np.sin(21.0 * body.vertices[:, 0]))
    hips = np.clip(1.0 - (body.vertices[:, 2] - body.head("upperleg01.L")[2]) / 0.2, 0.0, 1.0)
    push = 0.005 + garment.looseness_m * (0.6 + 0.5 * edge + 0.12 * folds) + over_m * hips
    vertices = vertices + normals * (push + shrink)[:, None]
    paint = _paint(body, CLOTH, garment.colour, garment.second)
    paint[:, 10] = garment.pattern
    return _Piece(layer, cover, vertices, normals, kept, paint)


def _smoothed(body: Body, kept: npt.NDArray[np.bool_], rounds: int) -> tuple[Array, Array, Array]:
    """Smoothed vertices and their normals, and how far the smoothing sank below the skin, in metres."""
    vertices = _smooth(body.vertices, body.faces[kept], rounds)
    normals = vertex_normals(vertices, body.faces[kept])
    return vertices, normals, np.maximum(dot(body.vertices - vertices, normals), 0.0)


def _shoes(body: Body, look: Look) -> _Piece:
    """Feet and toes smoothed into a shoe."""
    ankle = body.head("foot.L")[2]
    foot = _weight(body, "foot", "toes", "lowerleg02") > 0.5
    cover = np.where(foot, 1.05 * ankle - body.vertices[:, 2], -_FAR_M)
    kept = _kept(body, cover, 0.02)
    vertices, normals, shrink = _smoothed(body, kept, 10)
    vertices = vertices + normals * (0.006 + np.minimum(shrink, 0.012))[:, None]
    vertices[:, 2] = np.maximum(vertices[:, 2], -0.012)
    return _Piece(_SHOES, cover, vertices, normals, kept, _paint(body, CLOTH, look.shoes, look.shoes))


_HAIRLINE_Y = [-0.16, -0.135, -0.10, -0.075, -0.06, -0.03, 0.0, 0.03]
_HAIRLINE_Z = [0.797, 0.797, 0.787, 0.752, 0.71, 0.70, 0.655, 0.62]


def _hair(body: Body, look: Look) -> _Piece:
    """A cap over the skull with a hairline; long hair also covers the neck."""
    t = body.template
    behind = np.clip((t[:, 1] + 0.06) / 0.08, 0.0, 1.0)
    line = np.interp(t[:, 1], _HAIRLINE_Y, _HAIRLINE_Z) - look.hair_length * 0.16 * behind
    ear = (np.abs(t[:, 0]) > 0.072) & (t[:, 2] < 0.745) & (t[:, 1] < 0.0) & (look.hair_length < 0.5)
    wide = np.interp(t[:, 2], [0.44, 0.62, 0.66], [0.06, 0.075, 0.12])
    grown = np.isin(body.part, ("head", "body")) & (t[:, 2] > 0.44) & (np.abs(t[:, 0]) < wide) & ~ear
    cover = np.where(grown, t[:, 2] - line, -_FAR_M)
    kept = _kept(body, cover, 0.02)
    vertices, normals, _ = _smoothed(body, kept, 4)
    thick = look.hair_m * np.clip(0.15 + cover / 0.05, 0.0, 1.0)
    locks = 1.0 + 0.15 * np.sin(90.0 * t[:, 0] + 7.0 * np.sin(40.0 * t[:, 1]))
    vertices = vertices + normals * (0.003 + thick * locks)[:, None]
    ragged = cover - 0.006 * (1.0 + np.sin(170.0 * t[:, 0]) * np.sin(130.0 * t[:, 1]))
    return _Piece(_HAIR_LAYER, ragged, vertices, normals, kept, _paint(body, HAIR, look.hair, look.hair))


def _skin(body: Body, look: Look, covered: Array) -> list[_Piece]:
    """Bare skin, eyes and mouth; what the clothes hide is left out."""
    eye = np.char.startswith(body.part, "eye_front") | np.char.startswith(body.part, "eye_back")
    cavity = np.char.startswith(body.part, "eye_cavity")
    is_eye = eye[body.faces].all(axis=1)
    bare = ~(covered[body.faces] > _HIDDEN_UNDER_M).all(axis=1) & ~cavity[body.faces].all(axis=1) & ~is_eye
    cover, normals = np.full(len(body.vertices), _FAR_M), vertex_normals(body.vertices, body.faces)
    paint = _paint(body, SKIN, look.skin, look.hair)
    inside = np.isin(body.part, ("mouth_cavity", "tongue"))
    paint[inside, 3:6], paint[inside, 9] = (0.10, 0.02, 0.02), MOUTH
    paint[:, 10] = body.lips
    eyes = _paint(body, EYE, look.iris, look.iris)
    eyes[:, 0:3] = _eye_coordinates(body)
    return [
        _Piece(_BARE, cover, body.vertices, normals, bare, paint),
        _Piece(_EYES, cover, body.vertices, normals, is_eye, eyes),
    ]


def _eye_coordinates(body: Body) -> Array:
    """Template coordinates of eye vertices relative to the middle of their eyeball."""
    centred = body.template.copy()
    for side in "LR":
        mine = np.isin(body.part, (f"eye_front.{side}", f"eye_back.{side}"))
        low, high = body.template[mine].min(axis=0), body.template[mine].max(axis=0)
        centred[mine] -= (low + high) / 2.0
    return centred


def _paint(body: Body, material: int, colour: tuple[float, float, float], second: tuple[float, float, float]) -> Floats:
    paint = np.zeros((len(body.vertices), 11), dtype=np.float32)
    paint[:, 0:3] = body.template
    paint[:, 3:6], paint[:, 6:9], paint[:, 9] = colour, second, material
    return paint


def _merge(body: Body, pieces: list[_Piece]) -> Figure:
    """One mesh; vertices on a seam of the texture are doubled."""
    parts = [_split(body, piece) for piece in pieces]
    starts = np.cumsum([0, *[len(source) for source, _, _ in parts]])
    source = np.concatenate([part[0] for part in parts])
    join = [(piece, part[0]) for piece, part in zip(pieces, parts, strict=True)]
    return Figure(
        vertices=np.concatenate([piece.vertices[own] for piece, own in join]),
        normals=np.concatenate([piece.normals[own] for piece, own in join]),
        weights=body.weights[source],
        source=source,
        faces=np.concatenate([part[2] + s for part, s in zip(parts, starts, strict=False)]).astype(np.int32),
        layer=np.concatenate([np.full(len(part[2]), piece.layer) for piece, part in zip(pieces, parts, strict=True)]),
        surface=np.concatenate(
            [
                np.column_stack([part[1], np.full(len(own), piece.layer), piece.cover[own]])
                for (piece, own), part in zip(join, parts, strict=True)
            ]
        ).astype(np.float32),
        paint=np.concatenate([piece.paint[own] for piece, own in join]),
    )


def _split(body: Body, piece: _Piece) -> tuple[npt.NDArray[np.int64], Array, npt.NDArray[np.int64]]:
    """(vertex numbers, their uv, faces) of the kept faces, one entry for each pair of vertex and uv."""
    count = len(body.uv)
    keys, faces = np.unique(body.faces[piece.kept] * count + body.corners[piece.kept], return_inverse=True)
    source = keys // count
    uv = body.uv[keys % count]
    if piece.layer == _EYES:
        uv = 0.5 + piece.paint[source][:, [0, 2]].astype(float) / _EYE_SPAN_M
    return source, uv, faces.reshape(-1, 3)
