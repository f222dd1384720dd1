"""How long something has been so, over time stamps, with hysteresis."""

import math
from enum import Enum

MAX_STEP_S = 1.0
"""What a frame may count for: in a longer pause nothing was seen."""
UNKNOWN_ENDS_S = 2.0
"""When nothing has been known for so long, what was before is over."""
_TOLERANCE_S = 1e-6


class Height(Enum):
    """How high something is. BETWEEN: below the level that begins an episode, above the one that ends it."""

    UNKNOWN = "unknown"
    LOW = "low"
    BETWEEN = "between"
    HIGH = "high"


def height(levels: tuple[tuple[float, float], ...], leave: float) -> Height:
    """Of (value, level) together: HIGH when all values reach their levels, LOW when one is under the share `leave` of
    its level, UNKNOWN when one is NaN."""
    if any(math.isnan(value) for value, _ in levels):
        return Height.UNKNOWN
    if all(value >= level for value, level in levels):
        return Height.HIGH
    return Height.LOW if any(value < leave * level for value, level in levels) else Height.BETWEEN


class Episode:
    """Whether it has been HIGH for hold_s altogether since it was last LOW (for longer than dip_s) or unknown (for
    longer than UNKNOWN_ENDS_S). Then `on`, until it has been LOW for end_s, or unknown."""

    def __init__(self, hold_s: float, *, dip_s: float = 0.0, end_s: float = 1.0):
        self.on = False
        self.high_s = 0.0
        """How long it has been HIGH, from frame to frame."""
        self._hold_s, self._dip_s, self._end_s = hold_s, dip_s, end_s
        self._last_s = self._known_s = self._not_low_s = math.nan
        self._was_high = False

    def step(self, t_s: float, now: Height) -> None:
        """How it is at t_s; time stamps increase."""
        still_high = now is Height.HIGH and self._was_high and t_s - self._last_s <= MAX_STEP_S
        step_s = t_s - self._last_s if still_high else 0.0
        self._last_s, self._was_high = t_s, now is Height.HIGH
        if now is Height.UNKNOWN:
            if not t_s - self._known_s <= UNKNOWN_ENDS_S:
                self.on, self.high_s = False, 0.0
            return
        self._known_s = t_s
        if now is Height.LOW:
            low_s = t_s - self._not_low_s
            self.high_s = self.high_s if low_s <= self._dip_s else 0.0
            self.on = self.on and low_s < self._end_s
            return
        self._not_low_s = t_s
        self.high_s += step_s
        self.on = self.on or (now is Height.HIGH and self.high_s >= self._hold_s - _TOLERANCE_S)
