"""Expressions as stills: which facial actions are at work, each drawn anew. Coefficients 0-1 by name."""

from collections.abc import Callable

import numpy as np

from tests.synthetic.motion import Rng

Face = dict[str, float]
_PAIN_PARTS: tuple[tuple[str, float, float], ...] = (
    ("browDown", 0.9, 1.0),
    ("cheekSquint", 0.8, 0.95),
    ("eyeSquint", 0.85, 1.0),
    ("noseSneer", 0.75, 0.95),
    ("mouthUpperUp", 0.7, 0.9),
    ("mouthStretch", 0.45, 0.7),
    ("jawOpen*", 0.35, 0.5),
    ("mouthFrown", 0.25, 0.6),
    ("mouthPress", 0.15, 0.7),
    ("mouthLowerDown", 0.2, 0.6),
    ("mouthSmile", 0.2, 0.4),
    ("browInnerUp*", 0.15, 0.5),
    ("mouthShrugLower*", 0.15, 0.6),
)
"""Part, chance that it takes part, its most."""
_EMOTIONS: dict[str, Face] = {
    "surprise": {"browInnerUp*": 0.9, "browOuterUp": 0.9, "eyeWide": 0.8, "jawOpen*": 0.5, "mouthFunnel*": 0.15},
    "disgust": {"noseSneer": 0.9, "mouthUpperUp": 0.8, "browDown": 0.4, "eyeSquint": 0.4, "mouthShrugLower*": 0.5},
    "anger": {"browDown": 0.95, "eyeSquint": 0.6, "eyeWide": 0.25, "mouthPress": 0.7, "mouthRollLower*": 0.4},
    "sadness": {"browInnerUp*": 0.85, "browDown": 0.35, "mouthFrown": 0.85, "mouthShrugLower*": 0.5, "eyeSquint": 0.2},
    "fear": {
        "browInnerUp*": 0.8,
        "browOuterUp": 0.5,
        "browDown": 0.4,
        "eyeWide": 0.9,
        "mouthStretch": 0.8,
        "jawOpen*": 0.3,
    },
}
_EFFORTS: tuple[Face, ...] = (
    {"mouthPress": 0.9, "browDown": 0.35, "eyeSquint": 0.2},
    {"mouthPress": 0.8, "mouthRollLower*": 0.5, "mouthRollUpper*": 0.4, "cheekPuff*": 0.4},
    {"mouthPress": 0.5, "jawForward*": 0.5, "mouthShrugLower*": 0.4, "mouthDimple": 0.4},
    {"cheekPuff*": 0.9, "mouthPucker*": 0.5, "browDown": 0.2},
    {"mouthPucker*": 0.8, "mouthFunnel*": 0.5, "cheekPuff*": 0.35, "jawOpen*": 0.15},
    {"jawOpen*": 0.35, "cheekPuff*": 0.5, "mouthFunnel*": 0.6},
    {"mouthStretch": 0.6, "mouthPress": 0.3, "browDown": 0.3, "jawOpen*": 0.05},
)
_TALKING: dict[str, float] = {
    "jawOpen*": 0.5, "mouthFunnel*": 0.6, "mouthPucker*": 0.6, "mouthLowerDown": 0.7, "mouthUpperUp": 0.3,
    "mouthStretch": 0.5, "mouthClose*": 0.2, "mouthRollLower*": 0.4, "mouthPress": 0.4, "mouthSmile": 0.2,
    "mouthShrugUpper*": 0.4, "tongueOut*": 0.15, "mouthDimple": 0.3,
}  # fmt: skip
SHARES: dict[str, float] = {
    "pain": 0.39, "smile": 0.05, "smile_cheeks": 0.06, "effort": 0.08, "concentration": 0.05, "talking": 0.08,
    "yawn": 0.025, "looking_down": 0.05, "blink": 0.035, "squint": 0.045, "surprise": 0.02, "disgust": 0.025,
    "anger": 0.025, "sadness": 0.02, "fear": 0.02, "single": 0.07, "mixture": 0.05,
}  # fmt: skip
"""How often each kind is drawn among the stills that are not neutral."""
LOOKS_DOWN = "looking_down"


def draw_face(rng: Rng, kind: str, names: tuple[str, ...]) -> Face:
    """Coefficients 0-1 of one still; names that are left out are 0."""
    if kind == "neutral":
        return {}
    if kind in ("single", "mixture"):
        face = _random_actions(rng, names, 1 if kind == "single" else int(rng.integers(2, 5)))
    elif kind in _EMOTIONS:
        face = _some_of(rng, _EMOTIONS[kind], float(rng.uniform(0.3, 1.1)))
    else:
        face = _DRAWN[kind](rng)
    if kind in ("pain", "smile", "talking", "effort") and rng.random() < 0.2:
        for name, value in _random_actions(rng, names, 1).items():
            face[name] = max(face.get(name, 0.0), 0.6 * value)
    return {name: float(np.clip(value, 0.0, 1.0)) for name, value in face.items()}


def sided(rng: Rng, action: str, value: float, spread: float = 0.1) -> Face:
    """An action on both sides, not quite alike; a star marks actions without sides."""
    if action.endswith("*"):
        return {action[:-1]: value}
    lopsided = float(np.clip(rng.normal(0.0, spread), -0.6, 0.6))
    return {f"{action}Left": value * (1.0 + lopsided), f"{action}Right": value * (1.0 - lopsided)}


def draw_pain(rng: Rng) -> Face:
    """Parts of the painful face, each with its own intensity, without the lids: weak when suppressed, one-sided now
    and then, never without its core."""
    suppressed = rng.random() < 0.2
    level = float(rng.uniform(0.1, 0.4)) if suppressed else float(rng.uniform(0.3, 1.05))
    spread = 0.35 if rng.random() < 0.2 else 0.1
    face: Face = {}
    for action, chance, most in _PAIN_PARTS:
        if rng.random() < chance:
            face |= sided(rng, action, level * most * float(rng.uniform(0.35, 1.15)), spread)
    core = ("browDownLeft", "cheekSquintLeft", "eyeSquintLeft", "noseSneerLeft", "mouthUpperUpLeft")
    if sum(name in face for name in core) < 2:
        face |= sided(rng, "browDown", level, spread) | sided(rng, "eyeSquint", level, spread)
    return face


def _pain(rng: Rng) -> Face:
    lids = rng.random()
    if lids < 0.5:
        closure = 0.0
    elif lids < 0.7:
        closure = float(rng.uniform(0.2, 0.7))
    else:
        closure = float(rng.uniform(0.9, 1.0))
    return draw_pain(rng) | (sided(rng, "eyeBlink", closure, 0.03) if closure else {})


def _some_of(rng: Rng, full: Face, strength: float) -> Face:
    face: Face = {}
    for action, most in full.items():
        if rng.random() < 0.85:
            face |= sided(rng, action, most * strength * float(rng.uniform(0.5, 1.15)))
    return face


def _smile(rng: Rng) -> Face:
    face = sided(rng, "mouthSmile", float(rng.uniform(0.2, 1.0)))
    if rng.random() < 0.4:
        face |= {"jawOpen": float(rng.uniform(0.05, 0.35))} | sided(rng, "mouthUpperUp", float(rng.uniform(0.0, 0.25)))
    if rng.random() < 0.3:
        face |= sided(rng, "mouthDimple", float(rng.uniform(0.1, 0.6)))
    return face


def _smile_cheeks(rng: Rng) -> Face:
    face = _smile(rng)
    strength = float(rng.uniform(0.3, 1.0))
    face |= sided(rng, "cheekSquint", strength)
    if rng.random() < 0.7:
        face |= sided(rng, "eyeSquint", strength * float(rng.uniform(0.3, 1.0)))
    return face


def _effort(rng: Rng) -> Face:
    return _some_of(rng, _EFFORTS[int(rng.integers(len(_EFFORTS)))], float(rng.uniform(0.4, 1.1)))


def _concentration(rng: Rng) -> Face:
    face = sided(rng, "browDown", float(rng.uniform(0.15, 0.85)))
    if rng.random() < 0.25:
        face |= sided(rng, "mouthPress", float(rng.uniform(0.1, 0.5)))
    return face


def draw_talking(rng: Rng) -> Face:
    """A mouth in the middle of a word."""
    face: Face = {}
    for action, most in _TALKING.items():
        if rng.random() < 0.4:
            face |= sided(rng, action, most * float(rng.uniform(0.1, 1.0)), 0.06)
    face.setdefault("jawOpen", float(rng.uniform(0.0, 0.3)))
    if rng.random() < 0.25:
        face["browInnerUp"] = float(rng.uniform(0.1, 0.6))
    return face


def _yawn(rng: Rng) -> Face:
    face = {"jawOpen": float(rng.uniform(0.6, 1.0))} | sided(rng, "eyeSquint", float(rng.uniform(0.1, 0.8)))
    face |= sided(rng, "mouthStretch", float(rng.uniform(0.0, 0.4)))
    face |= sided(rng, "browDown", float(rng.uniform(0.0, 0.35)))
    face |= sided(rng, "eyeBlink", float(rng.choice([0.0, rng.uniform(0.3, 1.0)])), 0.03)
    return face


def _looking_down(rng: Rng) -> Face:
    down = float(rng.uniform(0.3, 1.0))
    face = sided(rng, "eyeLookDown", down, 0.02) | sided(rng, "eyeBlink", down * float(rng.uniform(0.1, 0.5)), 0.04)
    if rng.random() < 0.3:
        face |= sided(rng, "mouthPress", float(rng.uniform(0.1, 0.4)))
    return face


def _blink(rng: Rng) -> Face:
    closure = float(rng.choice([rng.uniform(0.3, 0.9), rng.uniform(0.9, 1.0)]))
    return sided(rng, "eyeBlink", closure, 0.02 if rng.random() < 0.85 else 0.5)


def _squint(rng: Rng) -> Face:
    strength = float(rng.uniform(0.3, 1.0))
    face = sided(rng, "eyeSquint", strength) | sided(rng, "browDown", strength * float(rng.uniform(0.1, 0.5)))
    if rng.random() < 0.5:
        face |= sided(rng, "cheekSquint", strength * float(rng.uniform(0.1, 0.5)))
    return face | sided(rng, "eyeBlink", float(rng.uniform(0.0, 0.45)), 0.05)


def _random_actions(rng: Rng, names: tuple[str, ...], count: int) -> Face:
    """Single actions out of all; half of the time an action with sides is on both."""
    face: Face = {}
    for _ in range(count):
        name = names[int(rng.integers(len(names)))]
        value = float(rng.uniform(0.2, 1.0))
        stem = name.removesuffix("Left").removesuffix("Right")
        face |= {name: value} if stem == name or rng.random() < 0.4 else sided(rng, stem, value)
        if name == "mouthClose":
            face["jawOpen"] = max(face.get("jawOpen", 0.0), value)
    return face


_DRAWN: dict[str, Callable[[Rng], Face]] = {
    "pain": _pain,
    "smile": _smile,
    "smile_cheeks": _smile_cheeks,
    "effort": _effort,
    "concentration": _concentration,
    "talking": draw_talking,
    "yawn": _yawn,
    "looking_down": _looking_down,
    "blink": _blink,
    "squint": _squint,
}
KINDS: tuple[str, ...] = ("neutral", *SHARES)
