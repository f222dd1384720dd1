"""Moves the vertices of a dressed figure with its bones."""

import numpy as np

from tests.synthetic.body import Body
from tests.synthetic.rotations import Array
from tests.synthetic.wardrobe import Figure, Floats


class Skin:
    """Moves a figure's vertices: linear blend skinning of bones, plus facial actions."""

    def __init__(self, body: Body, figure: Figure) -> None:
        self._figure, self._heads = figure, body.heads
        moved = {int(v): i for i, v in enumerate(body.action_vertices)}
        here = [(n, moved[int(v)]) for n, v in enumerate(figure.source) if int(v) in moved]
        self._rows = np.array([n for n, _ in here])
        self._deltas = body.action_deltas[:, [k for _, k in here]]
        self._rest = np.concatenate([figure.vertices, np.ones((len(figure.vertices), 1))], 1).astype(np.float32)

    def frame(self, rotation: Array, heads: Array, actions: Array) -> tuple[Floats, Floats]:
        """Vertices and normals (N, 3) float32 for one frame: rotation (B, 3, 3), heads (B, 3), actions (A,)."""
        rest = self._rest.copy()
        active = np.flatnonzero(np.abs(actions) > 1e-4)
        if active.size:
            offset = np.tensordot(actions[active].astype(np.float32), self._deltas[active], axes=1)
            rest[self._rows, :3] += offset
        shift = heads - np.einsum("bij,bj->bi", rotation, self._heads)
        bones = np.concatenate([rotation, shift[:, :, None]], axis=2).astype(np.float32)
        blend = (self._figure.weights @ bones.reshape(len(bones), 12)).reshape(-1, 3, 4)
        vertices = np.einsum("nij,nj->ni", blend, rest)
        normals = np.einsum("nij,nj->ni", blend[:, :, :3], self._figure.normals.astype(np.float32))
        return vertices, normals
