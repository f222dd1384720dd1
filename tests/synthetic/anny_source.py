"""Makes bodies with anny, a parametric human body in PyTorch. torch is used here and nowhere else."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tests.synthetic.body import BONE_INDEX, BONES, Body, FloatArray32, IntArray, Marker, Traits
from tests.synthetic.rotations import Array, X, Y, Z

_STATURE_SPAN_M = 0.02


class People:
    """Makes bodies. Loading anny takes about ten seconds, once a process."""

    def __init__(self) -> None:
        import anny  # noqa: F401 - before OpenGL starts: torch and the software renderer each bring an LLVM

    @cached_property
    def _model(self):  # type: ignore[no-untyped-def]
        import anny
        import torch

        torch.set_num_threads(1)
        return anny.Anny(local_changes="default", facial_actions="all", phenotypes="all", skinning_method="lbs")

    @cached_property
    def _mesh(self) -> "_Mesh":
        return _read_mesh(self._model)

    @property
    def action_names(self) -> tuple[str, ...]:
        """Names of the facial actions."""
        return self._mesh.action_names

    def make(self, traits: Traits) -> Body:
        """The body with these traits; the same traits give the same body."""
        mesh = self._mesh
        low, _ = self._rest(traits, 0.0)
        high, _ = self._rest(traits, 1.0)
        share = (traits.stature_m - _stature(low)) / max(_stature(high) - _stature(low), _STATURE_SPAN_M)
        vertices, heads = self._rest(traits, float(np.clip(share, 0.0, 1.0)))
        scale = traits.stature_m / _stature(vertices)
        floor = np.array([0.0, 0.0, vertices[:, 2].min() * scale])
        vertices, heads = vertices * scale - floor, heads * scale - floor
        named = dict(zip(mesh.bone_labels, heads, strict=True))
        return Body(
            traits=traits,
            vertices=vertices,
            template=mesh.template,
            faces=mesh.faces,
            uv=mesh.uv,
            corners=mesh.corners,
            part=mesh.part,
            lips=mesh.lips,
            heads=_merged_heads(named),
            weights=mesh.weights,
            markers=_markers(vertices, mesh, named),
            action_names=mesh.action_names,
            action_vertices=mesh.action_vertices,
            action_deltas=(mesh.action_deltas * scale).astype(np.float32),
        )

    def _rest(self, traits: Traits, height: float) -> tuple[Array, Array]:
        import torch

        model = self._model
        african, asian, european = traits.ancestry
        phenotype = {
            "gender": traits.sex,
            "age": _anny_age(traits.age_years),
            "muscle": traits.muscle,
            "weight": traits.weight,
            "height": height,
            "proportions": traits.proportions,
            "cupsize": 0.5,
            "firmness": 0.5,
            "african": african,
            "asian": asian,
            "caucasian": european,
        }
        identity = torch.eye(4, dtype=model.dtype)[None, None].repeat(1, len(model.bone_labels), 1, 1)
        with torch.no_grad():
            out = model(
                pose_parameters=identity,
                phenotype_kwargs=phenotype,
                local_changes_kwargs=_individual_shape(model.local_change_labels, traits),
            )
        return out["rest_vertices"][0].double().numpy(), out["rest_bone_heads"][0].double().numpy()


@dataclass(frozen=True, slots=True)
class _Mesh:
    """What all bodies share."""

    template: Array
    faces: IntArray
    uv: Array
    corners: IntArray
    part: npt.NDArray[np.str_]
    lips: Array
    weights: FloatArray32
    bone_labels: tuple[str, ...]
    action_names: tuple[str, ...]
    action_vertices: IntArray
    action_deltas: Array


def _read_mesh(model) -> _Mesh:  # type: ignore[no-untyped-def]
    labels = tuple(model.bone_labels)
    corners = model.face_texture_coordinate_indices.numpy().astype(np.int64)
    faces = model.faces.numpy().astype(np.int64)
    coordinates = model.texture_coordinates.double().numpy()
    uv = np.zeros((len(model.template_vertices), 2))
    uv[faces] = coordinates[corners]
    moving, deltas = _facial_actions(model)
    return _Mesh(
        template=model.template_vertices.double().numpy(),
        faces=faces,
        uv=coordinates,
        corners=corners,
        part=_parts(uv),
        lips=_mask("mpfb_lips.jpg", uv),
        weights=_merged_weights(model, labels),
        bone_labels=labels,
        action_names=tuple(model.facial_action_labels),
        action_vertices=moving,
        action_deltas=deltas,
    )


def _facial_actions(model) -> tuple[IntArray, Array]:  # type: ignore[no-untyped-def]
    """Vertices that move and by how much; the displacement is the same for every face up to scale."""
    names = list(model.blendshape_labels)
    rows = [names.index(f"facial_action:{label}") for label in model.facial_action_labels]
    deltas = model.blendshapes.double().numpy()[rows]
    moving = np.flatnonzero(np.abs(deltas).max(axis=(0, 2)) > 1e-6)
    return moving, deltas[:, moving]


def _target_bone(label: str) -> str:
    """The kept bone that takes over a bone of anny's rig."""
    if label.startswith("toe"):
        return f"toes.{label[-1]}"
    if label.startswith(("finger", "metacarpal")):
        return f"wrist.{label[-1]}"
    return "root" if label.startswith("pelvis") else label


def _merged_weights(model, labels: tuple[str, ...]) -> FloatArray32:  # type: ignore[no-untyped-def]
    sparse, index = model.vertex_bone_weights.numpy(), model.vertex_bone_indices.numpy()
    target = np.array([BONE_INDEX[_target_bone(label)] for label in labels])
    weights = np.zeros((len(sparse), len(BONES)))
    np.add.at(weights, (np.arange(len(sparse))[:, None], target[index]), sparse)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def _markers(vertices: Array, mesh: _Mesh, heads: dict[str, Array]) -> tuple[Marker, ...]:
    """Joint centres are bone heads; nose, eyes, ears, mouth, heel and toes are points of the mesh."""
    found = [Marker("neck", "neck01", heads["neck01"])]
    face = mesh.part == "head"
    found.append(Marker("nose", "head", vertices[_extreme(mesh, face & (np.abs(mesh.template[:, 0]) < 0.01), -Y)]))
    found.append(Marker("vertex", "head", vertices[_extreme(mesh, face, Z)]))
    for side, sign in (("L", 1.0), ("R", -1.0)):
        small = side.lower()
        mine = sign * mesh.template[:, 0] > 0.0
        ear = face & mine & (np.abs(mesh.template[:, 2] - 0.71) < 0.03)
        foot = mesh.part == f"foot.{side}"
        points = {
            "eye": ("head", heads[f"eye.{side}"]),
            "ear": ("head", vertices[_extreme(mesh, ear, sign * X)]),
            "mouth": ("head", vertices[_extreme(mesh, mine & (mesh.lips > 0.5), sign * X)]),
            "shoulder": (f"upperarm01.{side}", heads[f"upperarm01.{side}"]),
            "elbow": (f"lowerarm01.{side}", heads[f"lowerarm01.{side}"]),
            "wrist": (f"wrist.{side}", heads[f"wrist.{side}"]),
            "pinky": (f"wrist.{side}", heads[f"finger5-1.{side}"]),
            "index": (f"wrist.{side}", heads[f"finger2-1.{side}"]),
            "thumb": (f"wrist.{side}", heads[f"finger1-2.{side}"]),
            "hip": (f"upperleg01.{side}", heads[f"upperleg01.{side}"]),
            "knee": (f"lowerleg01.{side}", heads[f"lowerleg01.{side}"]),
            "ankle": (f"foot.{side}", heads[f"foot.{side}"]),
            "heel": (
                f"foot.{side}",
                vertices[_extreme(mesh, foot & (mesh.template[:, 2] < mesh.template[foot, 2].min() + 0.03), Y)],
            ),
            "foot_index": (f"toes.{side}", heads[f"toe1-2.{side}"]),
        }
        found.extend(Marker(f"{name}_{small}", bone, place) for name, (bone, place) in points.items())
    return tuple(found)


def _extreme(mesh: _Mesh, among: npt.NDArray[np.bool_], direction: Array) -> int:
    """The vertex of the standard body that lies farthest in a direction."""
    return int(np.where(among, mesh.template @ direction, -np.inf).argmax())


def _merged_heads(heads: dict[str, Array]) -> Array:
    kept = dict(heads)
    for side in "LR":
        kept[f"toes.{side}"] = np.mean([kept[f"toe{k}-1.{side}"] for k in (1, 2, 3, 4, 5)], axis=0)
    return np.array([kept[name] for name in BONES])


def _parts(uv: Array) -> npt.NDArray[np.str_]:
    """Mesh part of each vertex, from anny's segmentation picture."""
    import yaml
    from anny.paths import get_anny_root_dir
    from PIL import Image

    folder = get_anny_root_dir() / "data/segmentation"
    picture = np.asarray(Image.open(folder / "body_parts_segmentation.png").convert("RGB")).astype(int)
    colours = yaml.safe_load((folder / "body_parts_segmentation.yaml").read_text())["colors"]
    names = np.array(list(colours))
    pixel = picture[_rows(uv, picture.shape[0]), _columns(uv, picture.shape[1])]
    distance = np.abs(pixel[:, None] - np.array(list(colours.values()))[None]).sum(axis=2)
    return names[distance.argmin(axis=1)]


def _mask(file: str, uv: Array) -> Array:
    from anny.paths import get_anny_root_dir
    from PIL import Image

    picture = np.asarray(Image.open(get_anny_root_dir() / "data/mpfb2/textures" / file).convert("L")) / 255.0
    mask: Array = picture[_rows(uv, picture.shape[0]), _columns(uv, picture.shape[1])]
    return mask


def _rows(uv: Array, height: int) -> IntArray:
    return np.clip(((1.0 - uv[:, 1]) * height).astype(int), 0, height - 1)


def _columns(uv: Array, width: int) -> IntArray:
    return np.clip((uv[:, 0] * width).astype(int), 0, width - 1)


def _anny_age(years: float) -> float:
    """anny's age axis (0 = one year, 1/3 = child, 2/3 = young adult, 1 = old). The child part follows the growth
    calibration that anny ships; the adult part is spread so that the face and posture of age are reached at 85."""
    return float(np.interp(years, [4, 6, 8, 10, 12, 14, 16, 20, 40, 65, 85], _AGE_AXIS))


_AGE_AXIS = [0.215, 0.272, 0.329, 0.386, 0.466, 0.568, 0.665, 0.68, 0.76, 0.88, 0.97]


def _individual_shape(labels: list[str], traits: Traits) -> dict[str, float]:
    """Small random changes of face, limb length and girth."""
    rng = np.random.default_rng(traits.shape_seed)
    values = np.clip(rng.normal(0.0, 0.22, len(labels)), -0.6, 0.6)
    sided = {label: float(value) for label, value in zip(labels, values, strict=True)}
    for label in labels:  # nobody is as lopsided as two independent draws
        if label.startswith("r-") and "l-" + label[2:] in sided:
            sided[label] = 0.8 * sided["l-" + label[2:]] + 0.2 * sided[label]
    return {label: value for label, value in sided.items() if not _excluded(label)}


def _excluded(label: str) -> bool:
    """Changes that move a part off its bone, or that traits already decide."""
    return "-trans-" in label or label.startswith(("head-age", "breast", "hip-waist"))


def _stature(vertices: Array) -> float:
    return float(np.ptp(vertices[:, 2]))
