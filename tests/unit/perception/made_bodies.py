"""A made body for tests of what is done with poses."""

from itertools import pairwise

import numpy as np

from physio.landmarks import BODY_INDEX as B
from physio.landmarks import HEAD
from physio.perception.plausibility import HEAD_RADIUS_M, LIMBS_M
from physio.types import Pose

SIZE = (640, 480)


def standing(length: float = 1.0, visibility: float = 1.0, px_per_m: float = 200.0, turned: bool = False) -> Pose:
    """A person with arms hanging, all lengths times `length`, in the middle of a 640×480 picture."""
    world = np.zeros((33, 3))
    sizes = {(a, b): m for a, b, m in LIMBS_M}
    for side, sign in (("l", 1), ("r", -1)):
        shoulder = np.array([sign * sizes["shoulder_l", "shoulder_r"] / 2, -0.5, 0])
        hip = np.array([sign * 0.11, 0, 0])
        for names, start in ((("shoulder", "elbow", "wrist"), shoulder), (("hip", "knee", "ankle"), hip)):
            point = start
            world[B[f"{names[0]}_{side}"]] = point
            for a, b in pairwise(names):
                point = point + np.array([0, sizes[f"{a}_{side}", f"{b}_{side}"], 0])
                world[B[f"{b}_{side}"]] = point
        for name in ("heel", "foot_index"):
            world[B[f"{name}_{side}"]] = point
        for name in ("pinky", "index", "thumb"):
            world[B[f"{name}_{side}"]] = world[B[f"wrist_{side}"]]
    around = np.linspace(0, 2 * np.pi, 11, endpoint=False)
    world[list(HEAD)] = np.stack([np.cos(around), np.sin(around), 0 * around], axis=1) * HEAD_RADIUS_M + (0, -0.65, 0)
    world *= length
    seen = world[:, [2, 1]] if turned else world[:, :2]
    return Pose(seen * px_per_m + (320, 240), world, np.full(33, visibility))
