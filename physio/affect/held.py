"""What is shown of a face while it is read: numbers that hold long enough to be read, and that leave out what is gone.

Pain is the level that the face reached for a fifth of the last three seconds (0.6 s): a grimace of one second shows in
full and stays to be read, a blink or a single wrong frame does not show.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from physio.affect.action_units import AU_INDEX
from physio.affect.expression import EXPRESSIONS
from physio.affect.states import STATES
from physio.types import Affect, FaceReason, FaceState, FloatArray

HELD_S = 3.0
LEVEL_PCT = 80.0
STATE_S = 2.0
JUDGED_S = 1.0
"""Whether a face may be shown at all is a matter of so much time, in which at least half of the frames must be read."""
_NEEDED_SHARE = 0.5

_SUFFERS = [STATES.index(state) for state in (FaceState.MILD_DISCOMFORT, FaceState.PAIN, FaceState.HIGH_DISTRESS)]

Seen = Sequence[tuple[float, Affect]]
"""Readings with their times, by time."""


@dataclass(frozen=True, slots=True)
class HeldFace:
    """What may be shown of a face now. Unless reason is OK nothing else is known but seen_s. Numbers are as in Affect,
    NaN where unknown; expression: the most probable one with its probability, empty when it is not asked for."""

    reason: FaceReason
    seen_s: float = math.nan
    pspi: float = math.nan
    pspi_error: float = math.nan
    pain_probability: float = math.nan
    state: FaceState = FaceState.NO_FACE
    engagement_pct: float = math.nan
    eyes_closed: bool = False
    expression: str = ""
    expression_probability: float = math.nan
    valence: float = math.nan
    arousal: float = math.nan


def held(seen: Seen, max_age_s: float) -> HeldFace:
    """What is shown after these readings, of which the last is the newest; those older than max_age_s when they were
    given were not read. Nothing was found when there are none."""
    judged = _last(seen, JUDGED_S)
    read = [one for one in judged if _read(one, max_age_s)]
    seen_s = seen[-1][1].seen_s if seen else math.nan
    if not judged or len(read) < _NEEDED_SHARE * len(judged):
        return HeldFace(_why_not(judged), seen_s)
    recent = [one for one in _last(seen, HELD_S) if _read(one, max_age_s)]
    states = [one for one in _last(seen, STATE_S) if _read(one, max_age_s)]
    expression = _mean([one.expression for one in states])
    best = int(np.argmax(expression)) if np.isfinite(expression).all() else -1
    return HeldFace(
        reason=FaceReason.OK,
        seen_s=seen_s,
        **_pain(recent, read),
        state=_state(recent, states),
        engagement_pct=float(_mean([np.array([one.engagement_pct]) for one in recent])[0]),
        eyes_closed=bool(_mean([one.action_units for one in read])[AU_INDEX["au43"]] >= _NEEDED_SHARE),
        expression=EXPRESSIONS[best] if best >= 0 else "",
        expression_probability=float(expression[best]) if best >= 0 else math.nan,
        valence=float(_mean([np.array([one.valence]) for one in states])[0]),
        arousal=float(_mean([np.array([one.arousal]) for one in states])[0]),
    )


def _last(seen: Seen, length_s: float) -> list[Affect]:
    return [one for t_s, one in seen if t_s > seen[-1][0] - length_s]


def _read(one: Affect, max_age_s: float) -> bool:
    return one.reason is FaceReason.OK and one.state is not FaceState.NO_FACE and one.age_s <= max_age_s


def _why_not(judged: Sequence[Affect]) -> FaceReason:
    """The most frequent reason; the later one of two."""
    counted = Counter(one.reason for one in reversed(judged) if one.reason is not FaceReason.OK)
    return counted.most_common(1)[0][0] if counted else FaceReason.NOT_FOUND


def _pain(recent: Sequence[Affect], read: Sequence[Affect]) -> dict[str, Any]:
    """PSPI with its error and probability; unknown unless half of what was read just now has them."""
    known = [math.isfinite(one.pspi) for one in read]
    if sum(known) < _NEEDED_SHARE * len(known):
        return {}
    return {
        "pspi": _percentile([one.pspi for one in recent], LEVEL_PCT),
        "pspi_error": _percentile([one.pspi_error for one in recent], 50.0),
        "pain_probability": _percentile([one.pain_probability for one in recent], LEVEL_PCT),
    }


def _state(recent: Sequence[Affect], lately: Sequence[Affect]) -> FaceState:
    """The most probable one. Where pain or discomfort was likelier than not in a fifth of the last HELD_S, that of this
    fifth, as the PSPI is that which a fifth reached: both speak of the same grimace. Else that of the last STATE_S; the
    most frequent one where probabilities are unknown."""
    known = [one.states for one in recent if np.isfinite(one.states).all()]
    suffering = [states for states in known if states[_SUFFERS].sum() > 0.5]
    probabilities = _mean([one.states for one in lately])
    if known and len(suffering) >= (100 - LEVEL_PCT) / 100 * len(known):
        probabilities = np.mean(suffering, axis=0)
    if np.isfinite(probabilities).all():
        return STATES[int(np.argmax(probabilities))]
    return Counter(one.state for one in lately).most_common(1)[0][0]


def _mean(rows: Sequence[FloatArray]) -> FloatArray:
    """The mean of rows (k,) that are known; NaN when none is."""
    known = [row for row in rows if np.isfinite(row).all()]
    return np.mean(known, axis=0) if known else np.full(rows[0].shape, np.nan)


def _percentile(values: Sequence[float], pct: float) -> float:
    known = [value for value in values if math.isfinite(value)]
    return float(np.percentile(known, pct)) if known else math.nan
