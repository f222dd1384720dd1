"""Rendered people with known truth, as the face network saw them: tests/golden/rendered_faces.npz."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from physio.affect.action_units import AU_INDEX
from physio.perception.face import to_face
from physio.types import Face, FloatArray

_FILE = Path(__file__).parent / "golden" / "rendered_faces.npz"
_STEPS_PER_PX = 8


@dataclass(frozen=True, slots=True)
class Sequence:
    """Eight seconds of one person. t_s (T,); faces: T of them; units (T, U) 0-5 in the order of ACTION_UNITS, AU43 0 or
    1, and pspi (T,): as they truly were."""

    t_s: FloatArray
    faces: tuple[Face, ...]
    units: FloatArray
    pspi: FloatArray


@cache
def rendered(name: str) -> Sequence:
    """The sequence of that name: pain, pain_turning, pain_from_the_start, talking, effort, smiling (see
    tests/golden/make_rendered_faces.py, also for how they are stored)."""
    with np.load(_FILE) as stored:
        steps = np.cumsum(stored[f"{name}.landmarks"].T, axis=0, dtype=np.int16)
        landmarks = steps.reshape(len(steps), 478, 3) / _STEPS_PER_PX
        appearance = stored[f"{name}.appearance"].astype(np.float64)
        units = np.zeros((len(steps), len(AU_INDEX)))
        units[:, [AU_INDEX[str(unit)] for unit in stored["unit_names"]]] = stored[f"{name}.units"]
        units[:, AU_INDEX["au43"]] = stored[f"{name}.closed"]
        faces = [replace(to_face(points), appearance=seen) for points, seen in zip(landmarks, appearance, strict=True)]
        return Sequence(stored[f"{name}.t_s"], tuple(faces), units, stored[f"{name}.pspi"].astype(np.float64))
