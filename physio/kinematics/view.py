"""From which side the camera sees the person, and the view rule: which camera serves which plane of movement.

A movement is measured and judged well where its plane faces the camera: sagittal movements from the side, frontal ones
from the front or the back. Everybody who asks whether the camera stands right asks here, so that what a patient is told
live, what of a repetition is judged, which angles are given and what a summary says are the same. In between, where a
camera serves neither plane, all of them say so.
"""

from typing import Literal

import numpy as np
import numpy.typing as npt

from physio.kinematics.geometry import wrap_deg
from physio.landmarks import BODY_INDEX
from physio.messages import Message, message
from physio.types import FloatArray

View = Literal["side", "front", "any"]
"""What a camera is wanted for: the side view (of either side), the front view (or that of the back), or any."""
VIEWS: tuple[View, ...] = ("side", "front", "any")

SERVES_WITHIN_DEG = 40.0
"""A camera serves a view up to this far off its best azimuth. There a plane appears at cos 40° = 77 % of its width, and
up to there angles with a large expected error are given (the limits of refusal were chosen on rendered people with this
figure, docs/decisions/0010); and who is further off by less than a small turn of 30° needs no more than that."""
HELD_WITHIN_DEG = 50.0
"""A view in use is held up to here by those that would otherwise change their mind in the middle of a movement."""

# Where an angle passes from the picture plane (nothing of it at the first figure, all of it at the second, degrees off
# the best azimuth of its view) to world landmarks. No second view rule: the corrections of models/angles.joblib are
# fitted on top of these passages, and change with them.
_PASSAGE_DEG: dict[View, tuple[float, float]] = {"side": (60.0, 35.0), "front": (50.0, 25.0)}
_SHOULDERS = (BODY_INDEX["shoulder_l"], BODY_INDEX["shoulder_r"])
_HIPS = (BODY_INDEX["hip_l"], BODY_INDEX["hip_r"])


def azimuth_deg(world_m: FloatArray) -> FloatArray:
    """Camera azimuth (…) about the person from world landmarks (…, 33, 3): 0 = in front, +90 = on the person's left,
    ±180 = behind. The mean of hip and shoulder line, so that a twist of the trunk counts half."""
    left = (world_m[..., _HIPS[0], :] - world_m[..., _HIPS[1], :]) + (
        world_m[..., _SHOULDERS[0], :] - world_m[..., _SHOULDERS[1], :]
    )
    return np.asarray(np.degrees(np.arctan2(-left[..., 2], left[..., 0])))


def off_view_deg(view: View, azimuth: FloatArray | float) -> FloatArray:
    """How far (…) the camera stands off the nearest azimuth that is best for the view, 0-90; NaN for an unknown one."""
    off_frontal = np.abs((np.asarray(azimuth) + 90) % 180 - 90)
    if view == "any":
        return np.asarray(0.0 * off_frontal)
    return np.asarray(off_frontal if view == "front" else 90 - off_frontal)


def serves(view: View, azimuth: FloatArray | float, held: bool = False) -> npt.NDArray[np.bool_]:
    """Whether the camera is known to serve the view (…); never at an unknown azimuth. held: whether it did until now,
    for whom a change costs something."""
    return np.asarray(off_view_deg(view, azimuth) <= (HELD_WITHIN_DEG if held else SERVES_WITHIN_DEG))


def misses(view: View, azimuth: FloatArray | float) -> npt.NDArray[np.bool_]:
    """Whether the camera is known not to serve the view (…): an unknown azimuth is no wrong one."""
    return np.asarray(off_view_deg(view, azimuth) > SERVES_WITHIN_DEG)


def turn_deg(view: View, azimuth: float, best_deg: tuple[float, ...] = ()) -> float:
    """By how much the person must turn to their left (negative: to their right) to be seen as the view wants it, the
    shorter way. best_deg: the azimuths to choose from when not all of the view's will do.

    A person who turns to the left takes the camera that much further round to their right: the azimuth falls.
    """
    wanted = best_deg or {"side": (90.0, -90.0), "front": (0.0, 180.0), "any": (azimuth,)}[view]
    return float(min(wrap_deg(azimuth - np.array(wanted)), key=abs))


def picture_share(view: View, azimuth: FloatArray) -> FloatArray:
    """How much (…), 0-1, of an angle whose view this is, side or front, comes from the picture plane at an azimuth; the
    rest comes from world landmarks."""
    none, full = _PASSAGE_DEG[view]
    return np.asarray(np.clip((none - off_view_deg(view, azimuth)) / (none - full), 0, 1))


def view_label(azimuth: float) -> str:
    """One word for the view: front, front-left, left, back-left, back, back-right, right, front-right, or unknown."""
    if not np.isfinite(azimuth):
        return "unknown"
    words = ("front", "front-left", "left", "back-left", "back", "back-right", "right", "front-right")
    return words[round(azimuth / 45) % 8]


def view_message(azimuth: float) -> Message:
    """The same for people, without the hyphens."""
    return message(f"view.{view_label(azimuth).replace('-', '_')}")
