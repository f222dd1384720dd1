"""Flashes: expressions that come and go within half a second (micro-expressions, Ekman and Friesen 1969)."""

import math

import numpy as np

from physio.affect.timing import TimeAverage
from physio.types import FloatArray

FROM_LEVELS = 3.0
"""A flash rises by so many levels of PSPI above what was there before: as much as strong pain."""
SHORTEST_S, LONGEST_S = 0.13, 0.5
BEFORE_S = 0.2
"""Time constant of what was there before: an expression that takes half a second to come is followed."""
_TOLERANCE_S = 1e-6


def flash_times(t_s: FloatArray, flash: FloatArray) -> FloatArray:
    """When flashes ended (k,), from the marks (n,) of frames at t_s (n,): 1 where one has just ended, NaN or 0
    elsewhere. Frames between two looks at the face repeat the mark; of each stretch the first frame counts."""
    marked = flash > 0
    begins = marked & ~np.append(False, marked)[: marked.size]
    return np.asarray(t_s[begins])


class Flashes:
    """Tells when a rise of the PSPI's levels (without closed eyes, so that a blink is none) has ended within LONGEST_S.

    Every frame counts as it is, not smoothed: smoothing over a quarter of a second would take the flash away. One frame
    alone is noise.
    """

    def __init__(self) -> None:
        self._average = TimeAverage(BEFORE_S)
        self._before = self._since_s = math.nan
        self._seen = 0

    def step(self, levels: float, t_s: float) -> bool:
        """Whether a flash ended at t_s (increasing); levels: of this frame, NaN where the face is not usable, which
        ends everything without a flash."""
        if math.isnan(levels):
            self._forget()
            return False
        if levels >= self._before + FROM_LEVELS:  # never for an unknown before
            self._rise(levels, t_s)
            return False
        lasted_s = t_s - self._since_s
        flash = self._seen > 1 and SHORTEST_S - _TOLERANCE_S <= lasted_s <= LONGEST_S + _TOLERANCE_S
        self._seen = 0
        self._follow(levels, t_s)
        return flash

    def _rise(self, levels: float, t_s: float) -> None:
        if self._seen == 0:
            self._since_s = t_s
        self._seen += 1
        if t_s - self._since_s > LONGEST_S + _TOLERANCE_S:  # it lasts: no flash
            self._forget()
            self._follow(levels, t_s)

    def _follow(self, levels: float, t_s: float) -> None:
        self._before = float(self._average.step(np.array([levels]), t_s)[0])

    def _forget(self) -> None:
        self._average, self._before, self._seen = TimeAverage(BEFORE_S), math.nan, 0
