"""One synthetic person at rest: mesh, bones and facial actions as plain numpy arrays.

The body is anny's (code Apache-2.0, body data CC0); tests.synthetic.anny_source makes it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tests.synthetic.rotations import Array

FloatArray32 = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

_LIMBS = ("upperleg01", "upperleg02", "lowerleg01", "lowerleg02", "foot", "toes")
_ARMS = ("clavicle", "shoulder01", "upperarm01", "upperarm02", "lowerarm01", "lowerarm02", "wrist")
_SPINE = ("spine05", "spine04", "spine03", "spine02", "spine01")
_HEAD = ("neck01", "neck02", "neck03", "head", "eye.L", "eye.R")

BONES: tuple[str, ...] = (
    "root",
    *(f"{bone}.{side}" for side in "LR" for bone in _LIMBS),
    *_SPINE,
    *(f"{bone}.{side}" for side in "LR" for bone in _ARMS),
    *_HEAD,
)
"""The bones that move. Fingers are merged into the wrist, toes of a foot into one, the pelvis halves into the root."""

BONE_INDEX: dict[str, int] = {name: i for i, name in enumerate(BONES)}


@dataclass(frozen=True, slots=True)
class Traits:
    """What makes a person: sex 0 (male) to 1 (female); weight, muscle and proportions 0-1 with 0.5 the average;
    ancestry: weights of African, Asian and European face shapes; shape_seed: individual face and limb shape."""

    sex: float
    age_years: float
    stature_m: float
    weight: float
    muscle: float
    proportions: float
    ancestry: tuple[float, float, float]
    shape_seed: int


@dataclass(frozen=True, slots=True)
class Marker:
    """A named point fixed to a bone; rest position in metres."""

    name: str
    bone: str
    position: Array


@dataclass(frozen=True, slots=True)
class Body:
    """A person at rest, feet on z = 0, facing -y.

    vertices (V, 3) metres; template (V, 3): the same vertices on the standard body, for painting; faces (F, 3);
    uv (U, 2) texture coordinates and corners (F, 3) which of them each corner of a face has;
    part (V,) name of the mesh part; lips (V,) 0-1 mask;
    heads (B, 3) bone heads in the order of BONES; weights (V, B) skinning weights;
    markers: points on the body under the names of physio.landmarks (plus "neck" and "vertex", the top of the head),
    each with the bone that carries it;
    action_names; action_vertices (S,) the vertices that facial actions move; action_deltas (A, S, 3) their
    displacement at coefficient 1.
    """

    traits: Traits
    vertices: Array
    template: Array
    faces: IntArray
    uv: Array
    corners: IntArray
    part: npt.NDArray[np.str_]
    lips: Array
    heads: Array
    weights: FloatArray32
    markers: tuple[Marker, ...]
    action_names: tuple[str, ...]
    action_vertices: IntArray
    action_deltas: FloatArray32

    def head(self, bone: str) -> Array:
        """Head of a bone, (3,) metres."""
        return self.heads[BONE_INDEX[bone]]
