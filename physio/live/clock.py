"""The time of a live session: the stream's own time stamps, with the wall clock as a guard against a broken stream."""

import math

from physio.capture.timing import MIN_STEP_S

STUCK_S = 0.25
"""A stream whose time stamps do not go on for so long of real time has stopped counting or has started anew."""
FAR_S = 2.0
"""How far the stream may be from the wall clock: a busy computer and a bad network delay frames by a second or so."""


class StreamClock:
    """Seconds since the first frame, strictly increasing, in steps of the stream: of a frame that is delayed on its way
    it is still known when it was taken. Where the stream's time stamps cannot be right the wall clock's time is taken,
    and the stream counts on from there."""

    def __init__(self) -> None:
        self._wall_zero_s = math.nan
        self._zero_s = math.nan
        self._stamp_s = -math.inf
        self._went_on_s = 0.0
        self._last_s = -MIN_STEP_S

    def step(self, stamp_s: float | None, wall_s: float) -> float:
        """The time of the frame with this time stamp, None when it has none, that has come at wall_s."""
        if math.isnan(self._wall_zero_s):
            self._wall_zero_s = wall_s
        wall_s -= self._wall_zero_s
        t_s = wall_s if stamp_s is None or not math.isfinite(stamp_s) else self._of_stream(stamp_s, wall_s)
        self._last_s = max(t_s, self._last_s + MIN_STEP_S)
        return self._last_s

    def _of_stream(self, stamp_s: float, wall_s: float) -> float:
        if math.isnan(self._zero_s):
            self._zero_s = stamp_s - wall_s
        t_s = stamp_s - self._zero_s
        if stamp_s > self._stamp_s and t_s > self._last_s:
            self._went_on_s = wall_s
        self._stamp_s = stamp_s
        if wall_s - self._went_on_s <= STUCK_S and abs(t_s - wall_s) <= FAR_S:
            return t_s
        self._zero_s = stamp_s - wall_s
        return wall_s
