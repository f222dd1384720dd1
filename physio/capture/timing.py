"""Seconds from a stream's own time stamps, made fit to be used as a clock."""

MIN_STEP_S = 0.001
"""Smallest step between two frames: the networks count in whole milliseconds."""
RESTART_S = 1.0
"""A time stamp this far behind the last one is a restarted clock, not jitter."""


class TimeStamps:
    """Turns presentation times into seconds since the first frame, strictly increasing."""

    def __init__(self, typical_step_s: float):
        """typical_step_s: the step to assume where the stream gives no time stamp."""
        self._typical_step_s = max(typical_step_s, MIN_STEP_S)
        self._origin_s: float | None = None
        self._last_s = -self._typical_step_s

    def step(self, pts_s: float | None) -> float:
        """The time of the next frame; None: the stream does not say."""
        if pts_s is None:
            self._last_s += self._typical_step_s
            return self._last_s
        expected_s = self._last_s + self._typical_step_s
        if self._origin_s is None or pts_s - self._origin_s < self._last_s - RESTART_S:
            self._origin_s = pts_s - expected_s
        self._last_s = max(pts_s - self._origin_s, self._last_s + MIN_STEP_S)
        return self._last_s
