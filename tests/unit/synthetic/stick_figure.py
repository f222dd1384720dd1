"""A body of the right proportions without a mesh worth drawing: enough to test posing and truth without anny."""

import numpy as np

from tests.synthetic.body import BONE_INDEX, BONES, Body, Marker, Traits

_CENTRE = {
    "root": (0.0, 0.0, 0.95), "spine05": (0.0, 0.0, 0.95), "spine04": (0.0, 0.03, 1.02), "spine03": (0.0, 0.02, 1.08),
    "spine02": (0.0, 0.02, 1.16), "spine01": (0.0, 0.03, 1.29), "neck01": (0.0, 0.0, 1.46), "neck02": (0.0, 0.0, 1.49),
    "neck03": (0.0, -0.01, 1.53), "head": (0.0, -0.02, 1.56),
}  # fmt: skip
_LEFT = {
    "upperleg01": (0.10, 0.0, 0.94), "upperleg02": (0.10, -0.01, 0.84), "lowerleg01": (0.12, -0.02, 0.53),
    "lowerleg02": (0.13, -0.01, 0.33), "foot": (0.14, 0.01, 0.07), "toes": (0.14, -0.13, 0.03),
    "clavicle": (0.02, -0.02, 1.39), "shoulder01": (0.10, -0.02, 1.41), "upperarm01": (0.16, -0.01, 1.37),
    "upperarm02": (0.22, -0.01, 1.31), "lowerarm01": (0.33, -0.01, 1.18), "lowerarm02": (0.38, -0.06, 1.12),
    "wrist": (0.44, -0.12, 1.06), "eye": (0.03, -0.1, 1.6),
}  # fmt: skip
_JOINTS = {
    "shoulder": "upperarm01", "elbow": "lowerarm01", "wrist": "wrist", "hip": "upperleg01", "knee": "lowerleg01",
    "ankle": "foot",
}  # fmt: skip


def stick_figure() -> Body:
    """An adult 1.7 m tall."""
    heads = np.zeros((len(BONES), 3))
    for bone in BONES:
        base, _, side = bone.partition(".")
        x, y, z = _LEFT[base] if side else _CENTRE[base]
        heads[BONE_INDEX[bone]] = (-x if side == "R" else x, y, z)
    vertices, parts = [], []
    for sign, side in ((1.0, "L"), (-1.0, "R")):
        for y in (0.06, -0.06, -0.2):
            vertices.append((sign * 0.14, y, 0.0))
            parts.append(f"foot.{side}")
        vertices.append((sign * 0.1, 0.1, 0.94))
        parts.append("body")
    points = np.array(vertices)
    names = [("neck", "neck01")] + [
        (f"{joint}_{side.lower()}", f"{bone}.{side}") for joint, bone in _JOINTS.items() for side in "LR"
    ]
    return Body(
        traits=Traits(0.0, 40.0, 1.7, 0.5, 0.5, 0.5, (0.3, 0.3, 0.4), 0),
        vertices=points,
        template=points,
        faces=np.zeros((0, 3), dtype=np.int64),
        uv=np.zeros((0, 2)),
        corners=np.zeros((0, 3), dtype=np.int64),
        part=np.array(parts),
        lips=np.zeros(len(points)),
        heads=heads,
        weights=np.zeros((len(points), len(BONES)), dtype=np.float32),
        markers=tuple(Marker(name, bone, heads[BONE_INDEX[bone]]) for name, bone in names),
        action_names=(),
        action_vertices=np.zeros(0, dtype=np.int64),
        action_deltas=np.zeros((0, 0, 3), dtype=np.float32),
    )
