"""The light causal filter in front of the phase machine, on time stamps."""

from collections import deque
from statistics import median

MEDIAN_WINDOW_S = 0.2
TIME_CONSTANT_S = 0.06
SPEED_WINDOW_S = 0.3
NOISE_TIME_CONSTANT_S = 2.0


class Smoother:
    """Running median (takes out spikes of single landmarks) and a first-order low pass, with the noise and the speed of
    what comes out. One call to step per known sample, times increasing; a new object after a long gap."""

    def __init__(self) -> None:
        self._raw: deque[tuple[float, float]] = deque()
        self._smooth: deque[tuple[float, float]] = deque()
        self._noise = 0.0

    def step(self, t_s: float, x: float) -> float:
        """The smoothed value at t_s."""
        self._learn_noise(t_s, x)
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
    def noise_deg(self) -> float:
        """Standard deviation of the raw signal's frame-to-frame noise."""
        return self._noise

    @property
    def speed_dps(self) -> float:
        """Mean slope of the smoothed signal over the last 0.3 s; infinite until that much is known."""
        (first_s, first), (last_s, last) = self._smooth[0], self._smooth[-1]
        return (last - first) / (last_s - first_s) if last_s - first_s >= SPEED_WINDOW_S else float("inf")

    def _learn_noise(self, t_s: float, x: float) -> None:
        # The second difference of smooth movement is small, that of white noise has mean |d| = 0.8 * sqrt(6) * sigma.
        if len(self._raw) < 2:
            return
        (_, a), (before_s, b) = self._raw[-2], self._raw[-1]
        sigma = min(abs(x - 2 * b + a) / 1.95, 3 * self._noise + 5)
        dt_s = t_s - before_s
        self._noise += (sigma - self._noise) * dt_s / (NOISE_TIME_CONSTANT_S + dt_s)
