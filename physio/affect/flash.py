"""Expressions that come and go within half a second (micro-expressions, Ekman and Friesen 1969)."""

import math

FROM_LEVELS = 3.0
"""A flash rises by so many levels of PSPI above what was there before: as much as strong pain."""
SHORTEST_S, LONGEST_S = 0.13, 0.5
_TOLERANCE_S = 1e-6


class Flashes:
    """Tells when a rise of the PSPI's levels (without closed eyes, so that a blink is none) has ended within LONGEST_S.

    Every frame counts as it is, not smoothed: smoothing over a quarter of a second would take the flash away. One frame
    alone is noise.
    """

    def __init__(self) -> None:
        self._before = math.nan
        self._since_s = math.nan
        self._seen = 0

    def step(self, levels: float, t_s: float) -> bool:
        """Whether a flash ended at t_s (increasing); levels: of this frame, NaN where the face is not usable, which
        ends everything without a flash."""
        if math.isnan(levels):
            self._before = self._since_s = math.nan
            return False
        raised = levels >= self._before + FROM_LEVELS  # never for an unknown before
        if math.isnan(self._since_s):
            if raised:
                self._since_s, self._seen = t_s, 1
            else:
                self._follow(levels)
            return False
        if raised:
            self._seen += 1
            if t_s - self._since_s > LONGEST_S + _TOLERANCE_S:  # it lasts: no flash
                self._since_s, self._before = math.nan, levels
            return False
        lasted_s, seen = t_s - self._since_s, self._seen
        self._since_s = math.nan
        return seen > 1 and SHORTEST_S - _TOLERANCE_S <= lasted_s <= LONGEST_S + _TOLERANCE_S

    def _follow(self, levels: float) -> None:
        share = 0.2 if math.isfinite(self._before) else 1.0
        self._before = levels if share == 1.0 else self._before + share * (levels - self._before)
