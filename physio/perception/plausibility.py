"""Is that a body at all? The pose network sees people in pot plants, dumbbells and lettering, and calls them visible.

Its own confidence does not tell, and neither does anatomy: it always draws a well-formed adult. But it gives itself
away. A network trained to be least wrong on average answers in doubt with the average of many bodies, in which limbs
that point in all directions cancel: the limbs come out short and the head small. For a person seen clearly it always
answers in about adult lengths, near or far: it sees each body cut out and scaled to one size and cannot know metres.
So: how long are the parts inside the picture compared with those of a person seen clearly, and how visible are they?
"""

import numpy as np
import numpy.typing as npt

from physio.landmarks import BODY, BODY_INDEX, HEAD
from physio.types import FloatArray, Pose

HEAD_RADIUS_M = 0.052
LIMBS_M: tuple[tuple[str, str, float], ...] = (
    ("shoulder_l", "shoulder_r", 0.327),
    *((f"shoulder_{side}", f"elbow_{side}", 0.244) for side in "lr"),
    *((f"elbow_{side}", f"wrist_{side}", 0.243) for side in "lr"),
    *((f"hip_{side}", f"knee_{side}", 0.400) for side in "lr"),
    *((f"knee_{side}", f"ankle_{side}", 0.376) for side in "lr"),
)
"""What the network answers for people seen clearly: medians over the frames of ten exercise and gait recordings."""

ENTER = 0.75
"""Least conviction at which a body is taken on. The exercise recordings lie above 0.82 in every frame, also from the
side; of the bodies that the network found in furniture, plants and lettering, one in fourteen reaches this."""
KEEP = 0.50
"""Least conviction at which one is kept, for HOLD_S: somersaults and turns cost a real body a few frames, not more."""
HOLD_S = 0.5

_FROM = np.array([BODY_INDEX[a] for a, _, _ in LIMBS_M])
_TO = np.array([BODY_INDEX[b] for _, b, _ in LIMBS_M])
_LENGTHS_M = np.array([length for _, _, length in LIMBS_M])
_HEAD = np.array(HEAD)
_SIDES = np.array(
    [
        (BODY_INDEX[name], BODY_INDEX[name.removesuffix("_l") + "_r"])
        for name in BODY
        if name.endswith("_l") and not name.startswith(("pinky", "index", "thumb"))
    ]
)


def conviction(pose: Pose, image_size: tuple[int, int]) -> float:
    """How much of a body this is: about 1 for a person seen clearly, 0 for nothing.

    image_size: (width, height) in pixels. The visibility of the landmarks inside the picture times the lengths of the
    head and the limbs inside the picture over those of a person seen clearly (geometric mean; head and limbs count the
    same, whichever is inside). Of a left and a right landmark the more visible counts, so that a side view is no worse
    than a front view; hands are left out, hidden or blurred as they often are.
    """
    inside: npt.NDArray[np.bool_] = np.all((pose.image_px >= 0) & (pose.image_px <= image_size), axis=1)
    visibility = np.where(inside, pose.visibility, -1.0)[_SIDES].max(axis=1)
    logs = _log_ratios(pose.world_m, inside)
    if not logs or not (visibility >= 0).any():
        return 0.0
    value = float(visibility[visibility >= 0].mean() * np.exp(np.mean(logs)))
    return value if np.isfinite(value) else 0.0


def plausible(pose: Pose, image_size: tuple[int, int]) -> bool:
    """Whether this pose, by itself, is a body. image_size: (width, height) in pixels. See BodyGate for a stream."""
    return conviction(pose, image_size) >= ENTER


class BodyGate:
    """plausible() for a stream, with a memory: a body that was clearly one stays one through HOLD_S of doubt."""

    def __init__(self) -> None:
        self._last_clear_s = -np.inf

    def step(self, t_s: float, pose: Pose, image_size: tuple[int, int]) -> bool:
        """Whether the pose at t_s is a body. Call with every pose found, in the order of time."""
        value = conviction(pose, image_size)
        if value >= ENTER:
            self._last_clear_s = t_s
        return value >= ENTER or (value >= KEEP and t_s - self._last_clear_s <= HOLD_S)


def _log_ratios(world_m: FloatArray, inside: npt.NDArray[np.bool_]) -> list[float]:
    """Logarithm of measured over usual length: of the head, and of the mean limb, where they lie inside."""
    logs = []
    with np.errstate(divide="ignore"):  # no length at all is minus infinity: conviction 0
        if inside[_HEAD].all():
            head = world_m[_HEAD]
            radius = np.linalg.norm(head - head.mean(axis=0), axis=1).mean()
            logs.append(float(np.log(radius / HEAD_RADIUS_M)))
        limbs = inside[_FROM] & inside[_TO]
        if limbs.any():
            lengths = np.linalg.norm(world_m[_FROM[limbs]] - world_m[_TO[limbs]], axis=1)
            logs.append(float(np.log(lengths / _LENGTHS_M[limbs]).mean()))
    return logs
