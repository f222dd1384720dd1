"""Who is shown in a face set: traits, skin, brows, glasses, make-up, a resting face and an own way of moving."""

from dataclasses import dataclass

import numpy as np

from tests.synthetic.body import Traits
from tests.synthetic.motion import Rng
from tests.synthetic.people import draw_look, draw_traits
from tests.synthetic.rotations import Array
from tests.synthetic.scene import Colour
from tests.synthetic.wardrobe import Look

_GAIN = (0.75, 1.25)
_LIP_COLOURS: tuple[Colour, ...] = ((0.45, 0.03, 0.05), (0.5, 0.12, 0.14), (0.3, 0.03, 0.08), (0.55, 0.2, 0.2))
_SHADOW_COLOURS: tuple[Colour, ...] = ((0.1, 0.07, 0.06), (0.12, 0.1, 0.2), (0.3, 0.16, 0.12), (0.05, 0.05, 0.06))


@dataclass(frozen=True, slots=True)
class Brows:
    """raise_m: above (+) or below the usual place; thickness and length as factors; slope: metres that the outer end
    lies higher; strength: opacity 0-1; colour linear RGB."""

    raise_m: float
    thickness: float
    length: float
    slope_m: float
    strength: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class Glasses:
    """Thin frames: half sizes of a lens and the radius of the wire in metres; squareness of the lens: 2 an ellipse,
    more = more square; colour linear RGB."""

    half_width_m: float
    half_height_m: float
    wire_m: float
    squareness: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class MakeUp:
    """Opacity 0-1 and colour (linear RGB) of lipstick and eye shadow; liner: darkness 0-1 of the lid's edge."""

    lips: float
    lip_colour: Colour
    shadow: float
    shadow_colour: Colour
    liner: float


@dataclass(frozen=True, slots=True)
class Identity:
    """One person. resting (A,): coefficients that belong to their neutral face; gains (A,): how far each action moves
    their face; wrinkles: depth 0-1 of the lines that expressions fold, lines: of those always there; tone: 0 palest to
    1 darkest skin."""

    seed: int
    traits: Traits
    look: Look
    brows: Brows
    glasses: Glasses | None
    make_up: MakeUp
    resting: Array
    gains: Array
    wrinkles: float
    lines: float
    tone: float


def draw_identity(seed: int, names: tuple[str, ...]) -> Identity:
    """The person of this seed; `names` are the facial actions."""
    rng = np.random.default_rng([seed, 21])
    traits = draw_traits(rng)
    wall: Colour = (0.5, 0.5, 0.5)
    look = draw_look(rng, traits, wall)
    old = float(np.clip((traits.age_years - 25.0) / 50.0, 0.0, 1.0))
    luminance = float(np.dot(look.skin, (0.3, 0.6, 0.1)))
    return Identity(
        seed=seed,
        traits=traits,
        look=look,
        brows=_draw_brows(rng, traits, look),
        glasses=_draw_glasses(rng) if rng.random() < 0.25 else None,
        make_up=_draw_make_up(rng, traits),
        resting=draw_resting(rng, names),
        gains=draw_gains(rng, names),
        wrinkles=float(np.clip(rng.uniform(0.15, 0.6) + 0.5 * old, 0.0, 1.0)),
        lines=float(np.clip(0.7 * old + rng.normal(0.0, 0.12), 0.0, 1.0)),
        tone=float(np.clip(1.0 - np.sqrt(luminance / 0.7), 0.0, 1.0)),
    )


def draw_resting(rng: Rng, names: tuple[str, ...]) -> Array:
    """The resting face: brows low, lids narrow, corners of the mouth down or up, lips pressed or parted, and small
    differences between the sides. (A,) coefficients."""
    resting = dict.fromkeys(names, 0.0)

    def put(action: str, value: float) -> None:
        lopsided = float(rng.normal(0.0, 0.12))
        for side, share in (("Left", 1.0 + lopsided), ("Right", 1.0 - lopsided)):
            resting[f"{action}{side}"] += value * share

    if rng.random() < 0.6:
        put("browDown", float(rng.uniform(0.0, 0.35)))
    if rng.random() < 0.25:
        resting["browInnerUp"] = float(rng.uniform(0.0, 0.3))
    if rng.random() < 0.6:
        narrow = float(rng.uniform(0.0, 0.35))
        put("eyeSquint", 0.7 * narrow)
        put("eyeBlink", 0.5 * narrow)
    mouth = float(rng.choice([rng.uniform(0.0, 0.3), rng.uniform(-0.12, 0.0), 0.0], p=[0.5, 0.25, 0.25]))
    put("mouthFrown" if mouth > 0.0 else "mouthSmile", abs(mouth))
    lips = rng.random()
    if lips < 0.3:
        put("mouthPress", float(rng.uniform(0.05, 0.3)))
    elif lips < 0.5:
        resting["jawOpen"] = float(rng.uniform(0.02, 0.08))
    for action in ("browOuterUp", "cheekSquint", "noseSneer", "mouthDimple"):
        resting[f"{action}{rng.choice(['Left', 'Right'])}"] += float(np.clip(rng.normal(0.0, 0.06), 0.0, 0.15))
    return np.clip([resting[name] for name in names], 0.0, 0.5)


def draw_gains(rng: Rng, names: tuple[str, ...]) -> Array:
    """(A,) factors on the displacement of each action."""
    return rng.uniform(*_GAIN, len(names))


def moved(identity: Identity, actions: Array, names: tuple[str, ...]) -> Array:
    """(n, A) what the mesh is displaced by, from the true actions (n, A): gains and the resting face added. A blink of
    1 closes the eyes whatever the gain and whatever else the lids do."""
    total = identity.resting + identity.gains * actions
    for side in ("Left", "Right"):
        lid, wide, squint = (names.index(f"{action}{side}") for action in ("eyeBlink", "eyeWide", "eyeSquint"))
        share = np.clip(actions[:, lid], 0.0, 1.0) ** (1.0 / identity.gains[lid])
        total[:, lid] = identity.resting[lid] + (1.0 - identity.resting[lid]) * share
        total[:, wide] *= 1.0 - share
        total[:, squint] *= 1.0 - 0.35 * share
    jaw, close = names.index("jawOpen"), names.index("mouthClose")
    total[:, close] = np.minimum(total[:, close], total[:, jaw])
    return total


def _draw_brows(rng: Rng, traits: Traits, look: Look) -> Brows:
    female = traits.sex > 0.5
    shade = float(rng.uniform(0.35, 1.3))
    red, green, blue = (min(h * shade, 0.6 * s + 0.02) for h, s in zip(look.hair, look.skin, strict=True))
    return Brows(
        raise_m=float(np.clip(rng.normal(0.0, 0.0016), -0.003, 0.0035)),
        thickness=float(np.exp(rng.normal(-0.15 if female else 0.12, 0.3))),
        length=float(rng.uniform(0.9, 1.08)),
        slope_m=float(rng.normal(0.0, 0.0018)),
        strength=float(rng.uniform(0.25, 1.0)),
        colour=(red, green, blue),
    )


def _draw_glasses(rng: Rng) -> Glasses:
    colour: Colour = ((0.01, 0.01, 0.01), (0.2, 0.18, 0.14), (0.1, 0.03, 0.02), (0.3, 0.3, 0.32))[int(rng.integers(4))]
    return Glasses(
        half_width_m=float(rng.uniform(0.021, 0.027)),
        half_height_m=float(rng.uniform(0.014, 0.022)),
        wire_m=float(rng.uniform(0.0005, 0.0016)),
        squareness=float(rng.uniform(2.0, 5.0)),
        colour=colour,
    )


def _draw_make_up(rng: Rng, traits: Traits) -> MakeUp:
    worn = traits.sex > 0.5 and traits.age_years > 15 and rng.random() < 0.5
    return MakeUp(
        lips=float(rng.uniform(0.3, 0.9)) if worn and rng.random() < 0.7 else 0.0,
        lip_colour=_LIP_COLOURS[int(rng.integers(len(_LIP_COLOURS)))],
        shadow=float(rng.uniform(0.15, 0.6)) if worn and rng.random() < 0.6 else 0.0,
        shadow_colour=_SHADOW_COLOURS[int(rng.integers(len(_SHADOW_COLOURS)))],
        liner=float(rng.uniform(0.2, 0.8)) if worn else 0.0,
    )
