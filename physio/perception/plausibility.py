"""Is that a body at all? The pose network sees people in pot plants, dumbbells and lettering, and calls them visible.

Its own confidence does not tell, and neither does anatomy: it always draws a well-formed adult. But it gives itself
away. A network trained to be least wrong on average answers in doubt with the average of many bodies, in which limbs
that point in all directions cancel: the limbs come out short and the head small. For a person seen clearly it always
answers in about adult lengths, near or far: it sees each body cut out and scaled to one size and cannot know metres.
So: how long are the parts that are seen, compared with those of a person seen clearly, and how visible are they?
"""

import numpy as np
import numpy.typing as npt

from physio.landmarks import BODY, BODY_INDEX, HEAD, in_frame
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

ENTER = 0.80
"""Least confidence at which a body is taken on. The exercise recordings lie above 0.84 in every frame, also from the
side; of the bodies that the network found in furniture, plants and lettering, one in twenty reaches this."""
CLEAR = 0.90
"""Confidence at which one look is enough; 94 % of the frames of rendered people reach it. Below, down to ENTER, one
is taken on only when it has been at ENTER or above for CONFIRM_S: false detections fluctuate between the answers of
many bodies, and lettering that lay at 0.73 reached 0.84 for a single frame and was back at once."""
CONFIRM_S = 0.1
KEEP = 0.50
"""Least confidence at which one is kept, for HOLD_S: a turn or a blur costs a real body a few frames of clearness."""
HOLD_S = 0.5
_LONGEST_STEP_S = 0.2  # a longer gap between two clear looks is no clear time

_FROM = np.array([BODY_INDEX[a] for a, _, _ in LIMBS_M])
_TO = np.array([BODY_INDEX[b] for _, b, _ in LIMBS_M])
_LENGTHS_M = np.array([length for _, _, length in LIMBS_M])
_HEAD = np.array(HEAD)
_BOTH_SIDES = np.array(
    [
        (BODY_INDEX[name], BODY_INDEX[name.removesuffix("_l") + "_r"])
        for name in BODY
        if name.endswith("_l") and not name.startswith(("pinky", "index", "thumb"))
    ]
)


_UPPER = _BOTH_SIDES[:, 0] <= BODY_INDEX["hip_l"]


def confidence(pose: Pose, image_size: tuple[int, int]) -> float:
    """How much of a body this is: about 1 for a person seen clearly, 0 for nothing.

    image_size: (width, height) in pixels. The product of visibility and length, both of what lies inside the frame.
    """
    inside = in_frame(pose.image_px, image_size)
    value = _visibility(pose.visibility, inside) * _length(pose, inside)
    return value if np.isfinite(value) else 0.0


def plausible(pose: Pose, image_size: tuple[int, int]) -> bool:
    """Whether this pose, by itself, is a body. image_size: (width, height) in pixels. See BodyGate for a stream."""
    return confidence(pose, image_size) >= ENTER


class BodyGate:
    """plausible() for a stream, with a memory: a body that was clear for a while stays one through as long a doubt, at
    most HOLD_S. One clear look earns no more than itself: what is no body may look like one for a moment."""

    def __init__(self) -> None:
        self._credit_s = 0.0
        self._last_s = np.inf
        self._clear_from_s = np.nan
        self._taken = False

    def step(self, t_s: float, pose: Pose, image_size: tuple[int, int]) -> bool:
        """Whether the pose at t_s is a body. Call with every pose found, in the order of time."""
        passed_s = max(0.0, t_s - self._last_s)
        self._last_s = t_s
        value = confidence(pose, image_size)
        if value >= ENTER:
            self._credit_s = min(HOLD_S, self._credit_s + min(passed_s, _LONGEST_STEP_S))
            if passed_s > _LONGEST_STEP_S or np.isnan(self._clear_from_s):
                self._clear_from_s = t_s
            self._taken = self._taken or value >= CLEAR or t_s - self._clear_from_s >= CONFIRM_S
        else:
            self._clear_from_s = np.nan
            self._credit_s = max(0.0, self._credit_s - passed_s) if value >= KEEP else 0.0
            self._taken = self._taken and self._credit_s > 0
        return self._taken


def _visibility(visibility: FloatArray, inside: npt.NDArray[np.bool_]) -> float:
    """Mean visibility inside the frame: of the whole body, or of the upper body where a table hides the legs.

    Of a left and a right landmark the more visible counts, so that a side view is no worse than a front view. Hands are
    left out, hidden or blurred as they often are.
    """
    better = np.where(inside, visibility, np.nan)[_BOTH_SIDES]
    better = np.fmax(better[:, 0], better[:, 1])
    known = np.isfinite(better)
    return max((float(better[part].mean()) for part in (known, known & _UPPER) if part.any()), default=0.0)


def _length(pose: Pose, inside: npt.NDArray[np.bool_]) -> float:
    """Measured over usual length: geometric mean of the head and of the limbs, whichever are inside the frame; the
    limbs as far as they are seen, for those behind a table come out short too."""
    logs = []
    with np.errstate(divide="ignore", invalid="ignore"):  # no length at all is minus infinity: confidence 0
        if inside[_HEAD].all():
            head = pose.world_m[_HEAD]
            radius = np.linalg.norm(head - head.mean(axis=0), axis=1).mean()
            logs.append(np.log(radius / HEAD_RADIUS_M))
        seen = np.minimum(pose.visibility[_FROM], pose.visibility[_TO]) * (inside[_FROM] & inside[_TO])
        if seen.any():
            lengths = np.linalg.norm(pose.world_m[_FROM] - pose.world_m[_TO], axis=1)
            logs.append(seen @ np.log(lengths / _LENGTHS_M) / seen.sum())
    return float(np.exp(np.mean(logs))) if logs else 0.0
