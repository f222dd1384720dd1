"""Made readings of a face over time, as an estimate gives them: noisy, with gaps, never the same twice."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from physio.types import UNIT_COUNT, Affect, FaceReason, FaceState

FPS = 15.0
NO_FACE = Affect(
    np.full(UNIT_COUNT, np.nan), np.nan, FaceState.NO_FACE, FaceReason.NOT_FOUND, np.nan, np.nan, age_s=0.0
)


def reading(
    pspi: float = 0.3,
    pain: float = 0.05,
    distress: float = 0.02,
    engagement: float = 80.0,
    reason: FaceReason = FaceReason.OK,
) -> Affect:
    """A usable face; reason: why it is not."""
    rest = (1 - distress) / 4
    known = Affect(
        action_units=np.zeros(UNIT_COUNT),
        pspi=pspi,
        state=FaceState.NEUTRAL,
        reason=reason,
        yaw_deg=0.0,
        pitch_deg=0.0,
        age_s=0.0,
        pain_probability=pain,
        states=np.array([rest, rest, rest, rest, distress]),
        engagement_pct=engagement,
    )
    return known if reason is FaceReason.OK else replace(NO_FACE, reason=reason)


Face = Callable[[float, np.random.Generator], Affect]


def stream(*parts: tuple[float, Face | Affect], fps: float = FPS, seed: int = 7) -> Iterator[tuple[float, Affect]]:
    """(t_s, reading) of parts (seconds, what is seen in them), one after the other."""
    noise, t_s, end_s = np.random.default_rng(seed), 0.0, 0.0
    for seconds, face in parts:
        end_s += seconds
        while t_s < end_s - 1e-9:
            yield t_s, face(t_s, noise) if callable(face) else face
            t_s += 1 / fps


def still(_: float, noise: np.random.Generator) -> Affect:
    """A neutral face at rest, as read with some error; now and then a single frame is read quite wrongly."""
    wrong = noise.random() < 0.01
    return reading(
        pspi=5.0 if wrong else abs(noise.normal(0.4, 0.4)),
        pain=0.9 if wrong else float(np.clip(noise.normal(0.08, 0.06), 0, 1)),
        distress=float(np.clip(noise.normal(0.03, 0.03), 0, 1)),
        engagement=float(np.clip(noise.normal(70, 8), 0, 100)),
    )


def lively(t_s: float, noise: np.random.Generator) -> Affect:
    """Talking and smiling: broad smiles of some seconds lift the cheeks and so PSPI, hardly the probability of pain;
    now and then the head turns away for a moment."""
    if t_s % 23 > 21:
        return reading(reason=FaceReason.TURNED_AWAY)
    smiling = t_s % 9 < 4
    return reading(
        pspi=float(abs(noise.normal(3.8 if smiling else 1.2, 0.7))),
        pain=float(np.clip(noise.normal(0.35 if smiling else 0.2, 0.15), 0, 1)),
        distress=float(np.clip(noise.normal(0.1, 0.08), 0, 1)),
        engagement=float(np.clip(noise.normal(75, 12), 0, 100)),
    )


def hurting(_: float, noise: np.random.Generator) -> Affect:
    """A face that shows pain, as read with some error."""
    pain = float(np.clip(noise.normal(0.85, 0.07), 0, 1))
    return reading(pspi=float(noise.normal(6.0, 0.8)), pain=pain, distress=0.2)
