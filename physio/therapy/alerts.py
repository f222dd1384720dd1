"""What in a face calls for the therapist: pain that lasts, high distress that lasts, and a face lost for long.

A pure state machine over time stamps: `AlertWatch.step` with every reading, `acknowledge` when somebody has seen it.
What is unknown raises nothing but the loss of the face.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from physio.affect.states import STATES
from physio.therapy.episodes import Episode, Height, height
from physio.therapy.levels import AlertLevels
from physio.types import Affect, FaceReason, FaceState, Severity

DISTRESS_PROBABILITY, DISTRESS_S = 0.5, 3.0
"""High distress is then more probable than the four other states together."""
LOST_S = 30.0
SEEN_S = 5.0
"""A face is lost only after it has been usable for so long."""
QUIET_S = 60.0
"""The same alert does not come again so soon after it was acknowledged, or went away by itself."""
SHOWN_S = 5.0
"""An alert stays for so long, even when what raised it has passed."""
_LEAVE = 2 / 3
_FOUND_AGAIN_S = 1.0
_MAX_AGE_S = 1.0
_DISTRESS = STATES.index(FaceState.HIGH_DISTRESS)
_USABLE = (FaceReason.OK, FaceReason.LEARNING)


class AlertKind(StrEnum):
    """What is alerted, the most severe first. The value is the kind of the event in the record."""

    HIGH_DISTRESS = "alert_high_distress"
    PAIN = "alert_pain"
    FACE_LOST = "alert_face_lost"


LEVELS: dict[AlertKind, Severity] = {
    AlertKind.HIGH_DISTRESS: "error",
    AlertKind.PAIN: "error",
    AlertKind.FACE_LOST: "warning",
}


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert raised at t_s. value: the PSPI, the probability of high distress, or for how many seconds the face has
    been lost."""

    kind: AlertKind
    t_s: float
    value: float

    @property
    def level(self) -> Severity:
        """How severe it is."""
        return LEVELS[self.kind]


class AlertWatch:
    """The alerts of one session."""

    def __init__(self, levels: AlertLevels):
        self._levels = levels
        self._kinds = {
            AlertKind.HIGH_DISTRESS: _Kind(Episode(DISTRESS_S)),
            AlertKind.PAIN: _Kind(Episode(levels.hold_s)),
            AlertKind.FACE_LOST: _Kind(Episode(LOST_S, dip_s=_FOUND_AGAIN_S), once=True),
        }
        self._seen = Episode(SEEN_S, dip_s=math.inf, end_s=math.inf)

    @property
    def banner(self) -> Alert | None:
        """The one to be shown: the most severe of those that nobody has acknowledged yet."""
        return next((one.shown for one in self._kinds.values() if one.shown is not None), None)

    def step(self, t_s: float, affect: Affect) -> tuple[Alert, ...]:
        """The alerts that this reading raises, for the record; time stamps increase."""
        raised = []
        for kind, (now, value) in self._now(t_s, affect).items():
            state = self._kinds[kind]
            if state.step(t_s, now):
                state.shown = Alert(kind, t_s, state.episode.high_s if kind is AlertKind.FACE_LOST else value)
                raised.append(state.shown)
        return tuple(raised)

    def acknowledge(self, alert: Alert, t_s: float) -> bool:
        """Somebody has seen this alert; False when it is not shown any more."""
        return self._kinds[alert.kind].acknowledge(alert, t_s)

    def _now(self, t_s: float, affect: Affect) -> dict[AlertKind, tuple[Height, float]]:
        usable = affect.reason in _USABLE and affect.age_s <= _MAX_AGE_S
        self._seen.step(t_s, Height.HIGH if usable else Height.LOW)
        lost = Height.HIGH if self._seen.on and not usable else Height.LOW
        pain = (affect.pspi, self._levels.pspi), (affect.pain_probability, self._levels.probability)
        distress = float(affect.states[_DISTRESS])
        read = usable and affect.reason is FaceReason.OK
        return {
            AlertKind.HIGH_DISTRESS: (
                height(((distress, DISTRESS_PROBABILITY),), _LEAVE) if read else Height.UNKNOWN,
                distress,
            ),
            AlertKind.PAIN: (height(pain, _LEAVE) if read else Height.UNKNOWN, affect.pspi),
            AlertKind.FACE_LOST: (lost, math.nan),
        }


class _Kind:
    """One kind of alert: whether its cause is there, whether it is shown, and until when it keeps quiet. once: not
    again before the cause has gone."""

    def __init__(self, episode: Episode, *, once: bool = False):
        self.episode = episode
        self.shown: Alert | None = None
        self._once = once
        self._seen = False  # this episode was acknowledged
        self._quiet_until_s = -math.inf

    def step(self, t_s: float, now: Height) -> bool:
        """Whether it is to be raised."""
        self.episode.step(t_s, now)
        if not self.episode.on:
            self._seen = False
            if self.shown is not None and t_s - self.shown.t_s >= SHOWN_S:
                self._rest(t_s)
            return False
        return self.shown is None and t_s >= self._quiet_until_s and not (self._once and self._seen)

    def acknowledge(self, alert: Alert, t_s: float) -> bool:
        if self.shown != alert:
            return False
        self._seen = True
        self._rest(t_s)
        return True

    def _rest(self, t_s: float) -> None:
        self.shown, self._quiet_until_s = None, t_s + QUIET_S
