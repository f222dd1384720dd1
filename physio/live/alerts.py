"""What the face of a session calls for: fed by the camera's thread, read and acknowledged by the page's."""

import threading
from dataclasses import dataclass

from physio.storage.records import FaceSettings
from physio.therapy.advice import AdviceKind, AdviceWatch
from physio.therapy.alerts import Alert, AlertKind, AlertWatch
from physio.types import Affect


@dataclass(frozen=True, slots=True)
class AlertsNow:
    """What is to be shown now: one alert that nobody has acknowledged, and one line of advice; None for nothing.
    sound: whether the alert is to be heard."""

    banner: Alert | None = None
    advice: AdviceKind | None = None
    sound: bool = False


class LiveAlerts:
    """The alerts of one session, by the patient's settings. Any thread may call; nothing waits for the disk."""

    def __init__(self, settings: FaceSettings):
        self._sound = settings.sound
        self._watch = AlertWatch(settings.levels)
        self._advice = AdviceWatch() if settings.advice else None
        self._last_s = 0.0
        self._said: AdviceKind | None = None
        self._lock = threading.Lock()

    def step(self, t_s: float, affect: Affect) -> tuple[Alert, ...]:
        """The alerts that a reading raises, for the record."""
        with self._lock:
            self._last_s = t_s
            self._said = self._advice.step(t_s, affect) if self._advice else None
            return self._watch.step(t_s, affect)

    @property
    def now(self) -> AlertsNow:
        """What is to be shown now. An alert says more than the advice to ease off, and takes its place."""
        with self._lock:
            banner = self._watch.banner
            hushed = banner is not None and banner.kind is not AlertKind.FACE_LOST
            return AlertsNow(banner, None if hushed else self._said, self._sound)

    def acknowledge(self, alert: Alert) -> bool:
        """Somebody has seen this alert; False when it is not shown any more."""
        with self._lock:
            return self._watch.acknowledge(alert, self._last_s)
