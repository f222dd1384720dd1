"""What the face does over a clip: blinks, painful moments, smiles, effort, talking; as coefficients 0-1 over time."""

from dataclasses import dataclass

import numpy as np

from tests.synthetic.motion import Rng, drift, minimum_jerk
from tests.synthetic.rotations import Array

PAIN: dict[str, float] = {
    "browDown": 0.95, "cheekSquint": 0.8, "eyeSquint": 0.85, "noseSneer": 0.7, "mouthUpperUp": 0.6,
    "mouthStretch": 0.3, "jawOpen*": 0.1,
}  # fmt: skip
_KINDS: dict[str, dict[str, float]] = {
    "pain": PAIN,
    "smile": {"mouthSmile": 0.8, "cheekSquint": 0.45},
    "effort": {"mouthPress": 0.7, "browDown": 0.2, "cheekPuff*": 0.3},
    "concentration": {"browDown": 0.4},
    "surprise": {"browInnerUp*": 0.8, "browOuterUp": 0.8, "eyeWide": 0.7, "jawOpen*": 0.3},
    "open_mouth": {"jawOpen*": 0.4},
    "eyes_closed": {"eyeBlink": 1.0},
    "suppressed_pain": {"browDown": 0.35, "cheekSquint": 0.25, "eyeSquint": 0.4, "mouthPress": 0.6},
    "blinking": {"eyeBlink": 1.0},
    "squint": {"eyeSquint": 0.9, "browDown": 0.3, "eyeBlink": 0.2},
    "yawn": {"jawOpen*": 1.0, "eyeSquint": 0.5, "eyeBlink": 0.6, "mouthStretch": 0.2},
    "looking_down": {"eyeLookDown": 0.9, "eyeBlink": 0.3},
    "blowing_out": {"mouthFunnel*": 0.6, "mouthPucker*": 0.4, "cheekPuff*": 0.5, "jawOpen*": 0.2},
    "talking": {
        "jawOpen*": 0.35, "mouthFunnel*": 0.5, "mouthPucker*": 0.4, "mouthLowerDown": 0.5, "mouthUpperUp": 0.2,
        "mouthStretch": 0.3, "mouthPress": 0.25,
    },
}  # fmt: skip
"""Full-strength coefficients; a star marks actions without sides."""

KINDS = tuple(_KINDS)
TALKING = "talking"
_BLINK_S = 0.22


@dataclass(frozen=True, slots=True)
class Moment:
    """One expression: onset from start_s over rise_s, held, faded over fall_s; strength 0-1; closed: eyes shut in the
    middle of a strong pain; lopsided: how much more it shows on the left, as a share (negative: on the right)."""

    kind: str
    start_s: float
    rise_s: float
    hold_s: float
    fall_s: float
    strength: float
    closed: bool = False
    lopsided: float = 0.0

    @property
    def end_s(self) -> float:
        """When the face is back."""
        return self.start_s + self.rise_s + self.hold_s + self.fall_s


def profile(t_s: Array, moment: Moment) -> Array:
    """0 to strength and back."""
    rise = minimum_jerk((t_s - moment.start_s) / moment.rise_s)
    fall = minimum_jerk((t_s - moment.start_s - moment.rise_s - moment.hold_s) / moment.fall_s)
    return moment.strength * (rise - fall)


def coefficients(rng: Rng, t_s: Array, moments: tuple[Moment, ...], names: tuple[str, ...]) -> dict[str, Array]:
    """Facial action coefficients 0-1 over time for all `names`, with blinks and a little asymmetry."""
    face = {name: np.zeros_like(t_s) for name in names}
    lopsided = float(rng.normal(0.0, 0.06))
    for moment in moments:
        shape = profile(t_s, moment)
        for action, full in _KINDS[moment.kind].items():
            own = full * float(rng.uniform(0.75, 1.1)) * (_syllables(rng, t_s) if moment.kind == TALKING else 1.0)
            for name, share in _sided(action, lopsided + moment.lopsided):
                face[name] = np.maximum(face[name], own * share * shape)
    closure = np.maximum(blinks(rng, t_s), _closures(t_s, moments))
    for side in ("Left", "Right"):
        face[f"eyeBlink{side}"] = np.maximum(face[f"eyeBlink{side}"], closure)
        face[f"browDown{side}"] = face[f"browDown{side}"] + np.clip(drift(rng, t_s, 0.02), 0.0, None)
    return {name: np.clip(value, 0.0, 1.0) for name, value in face.items()}


def _sided(action: str, lopsided: float) -> tuple[tuple[str, float], ...]:
    if action.endswith("*"):
        return ((action[:-1], 1.0),)
    return ((f"{action}Left", 1.0 + lopsided), (f"{action}Right", 1.0 - lopsided))


def _syllables(rng: Rng, t_s: Array) -> Array:
    """0-1: one part of a speaking mouth, which takes its turn two to four times a second."""
    turns = np.sin(2.0 * np.pi * rng.uniform(2.0, 4.0) * t_s + rng.uniform(0.0, 2.0 * np.pi))
    shares: Array = np.clip(turns + drift(rng, t_s, 0.4, 3.0, 0.5), 0.0, 1.0)
    return shares


def blinks(rng: Rng, t_s: Array) -> Array:
    """Spontaneous blinks every few seconds, 0 open to 1 closed."""
    closure = np.zeros_like(t_s)
    now = float(rng.uniform(0.3, 3.0))
    while now < t_s[-1]:
        length = _BLINK_S * float(rng.uniform(0.8, 1.4))
        closure = np.maximum(closure, np.clip(1.3 * np.sin(np.pi * np.clip((t_s - now) / length, 0.0, 1.0)), 0.0, 1.0))
        now += float(rng.exponential(2.6)) + 0.8
    return closure


def _closures(t_s: Array, moments: tuple[Moment, ...]) -> Array:
    closure = np.zeros_like(t_s)
    for moment in moments:
        if moment.closed:
            middle = Moment("eyes_closed", moment.start_s + 0.6 * moment.rise_s, 0.15, moment.hold_s + 0.3, 0.2, 1.0)
            closure = np.maximum(closure, profile(t_s, middle))
    return closure
