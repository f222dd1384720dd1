"""The light causal filter in front of the phase machine, on time stamps."""

from collections import deque
from statistics import median

MEDIAN_WINDOW_S = 0.2
TIME_CONSTANT_S = 0.06
SPEED_WINDOW_S = 0.3


class Smoother:
    """Running median (takes out spikes of single landmarks) and a first-order low pass, with the speed of what comes
    out. One call to step per known sample, times increasing; a new object after a long gap."""

    def __init__(self) -> None:
        self._raw: deque[tuple[float, float]] = deque()
        self._smooth: deque[tuple[float, float]] = deque()

    def step(self, t_s: float, x: float) -> float:
        """The smoothed value at t_s."""
        self._raw.append((t_s, x))
        while len(self._raw) > 3 and t_s - self._raw[0][0] > MEDIAN_WINDOW_S:
            self._raw.popleft()
        y = median(value for _, value in self._raw)
        if self._smooth:
            before_s, before = self._smooth[-1]
            dt_s = t_s - before_s
            y = before + (y - before) * dt_s / (TIME_CONSTANT_S + dt_s)
        self._smooth.append((t_s, y))
        while len(self._smooth) > 2 and t_s - self._smooth[1][0] >= SPEED_WINDOW_S:
            self._smooth.popleft()
        return y

    @property
    def latest(self) -> float:
        """The raw signal's last value, as the median of three: what the end of a recording is judged by."""
        return median(value for _, value in list(self._raw)[-3:])

    @property
    def speed_dps(self) -> float:
        """Mean slope of the smoothed signal over the last 0.3 s; infinite until that much is known."""
        (first_s, first), (last_s, last) = self._smooth[0], self._smooth[-1]
        return (last - first) / (last_s - first_s) if last_s - first_s >= SPEED_WINDOW_S else float("inf")
