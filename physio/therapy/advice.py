"""Quiet advice to the therapist while a session runs: what has changed in the face lately, and what may help.

Advice is about a change against the minute before, an alert about a height. It is shown, not recorded.
"""

import math
from collections import deque
from enum import StrEnum

import numpy as np

from physio.affect.states import STATES
from physio.therapy.alerts import QUIET_S
from physio.types import Affect, FaceReason, FaceState, FloatArray

RECENT_S, BEFORE_S = 10, 60
"""The last seconds, and those before them that they are compared with."""
_KNOWN_RECENT_S, _KNOWN_BEFORE_S = 6, 20
ENGAGEMENT_FALL_PCT, ENGAGEMENT_BELOW_PCT = 20.0, 60.0
PAIN_RISE, PAIN_FROM = 0.2, 0.4
DISTRESS_RISE, DISTRESS_FROM = 0.15, 0.25
STAYS_S = 8.0
_DISTRESS = STATES.index(FaceState.HIGH_DISTRESS)


class AdviceKind(StrEnum):
    """What may help, the more urgent first."""

    EASE = "ease"
    ENCOURAGE = "encourage"


class AdviceWatch:
    """The advice of one session: at most one line at a time."""

    def __init__(self) -> None:
        self._seconds: deque[tuple[int, FloatArray, FloatArray]] = deque()  # second, sums, counts
        self._now: AdviceKind | None = None
        self._since_s = math.nan
        self._quiet_until_s = dict.fromkeys(AdviceKind, -math.inf)

    def step(self, t_s: float, affect: Affect) -> AdviceKind | None:
        """What to say now; None for nothing. Unknown readings say nothing."""
        if self._add(t_s, affect):
            self._choose(t_s, self._wanted())
        return self._now

    def _choose(self, t_s: float, wanted: AdviceKind | None) -> None:
        urgent = wanted is AdviceKind.EASE and t_s >= self._quiet_until_s[wanted]
        stayed = t_s - self._since_s >= STAYS_S
        if self._now is not None and self._now is not wanted and (stayed or urgent):
            self._quiet_until_s[self._now] = t_s + QUIET_S
            self._now = None
        if self._now is None and wanted is not None and t_s >= self._quiet_until_s[wanted]:
            self._now, self._since_s = wanted, t_s

    def _add(self, t_s: float, affect: Affect) -> bool:
        """Whether another second begins with this reading: what is said is chosen once a second."""
        values = np.array([affect.engagement_pct, affect.pain_probability, affect.states[_DISTRESS]], dtype=float)
        if affect.reason is not FaceReason.OK:
            values[:] = np.nan
        known, second = np.isfinite(values), int(t_s)
        another = not self._seconds or self._seconds[-1][0] != second
        if another:
            self._seconds.append((second, np.zeros(3), np.zeros(3)))
        _, sums, counts = self._seconds[-1]
        sums += np.where(known, values, 0.0)
        counts += known
        while self._seconds[0][0] < second - RECENT_S - BEFORE_S:
            self._seconds.popleft()
        return another

    def _wanted(self) -> AdviceKind | None:
        newest = self._seconds[-1][0] - 1  # the second that has just begun is not known yet
        recent = self._means(newest - RECENT_S, newest, _KNOWN_RECENT_S)
        before = self._means(newest - RECENT_S - BEFORE_S, newest - RECENT_S, _KNOWN_BEFORE_S)
        engagement, pain, distress = recent
        rise = recent - before  # a comparison with NaN is never true
        if (pain >= PAIN_FROM and rise[1] >= PAIN_RISE) or (distress >= DISTRESS_FROM and rise[2] >= DISTRESS_RISE):
            return AdviceKind.EASE
        fallen = engagement <= ENGAGEMENT_BELOW_PCT and rise[0] <= -ENGAGEMENT_FALL_PCT
        return AdviceKind.ENCOURAGE if fallen else None

    def _means(self, after: int, until: int, least_s: int) -> FloatArray:
        """Means of the seconds after < s <= until, each second counting the same; NaN when too few are known."""
        rows = [sums / np.where(counts, counts, np.nan) for s, sums, counts in self._seconds if after < s <= until]
        table = np.array(rows, dtype=float).reshape(-1, 3)
        known = np.isfinite(table).sum(axis=0)
        return np.where(known >= least_s, np.nansum(table, axis=0) / np.maximum(known, 1), np.nan)
