"""Draws persons and their clothes at random, widely: age 6-85, all builds, skins and wardrobes."""

import numpy as np

from tests.synthetic.body import Traits
from tests.synthetic.motion import Rng
from tests.synthetic.scene import Colour
from tests.synthetic.wardrobe import Garment, Look

_SKINS = (
    (236, 204, 184), (232, 196, 172), (224, 184, 156), (214, 168, 134), (196, 146, 112),
    (168, 120, 88), (140, 98, 70), (112, 76, 54), (88, 60, 46), (66, 47, 38),
)  # fmt: skip
_HAIRS = ((28, 22, 20), (52, 36, 26), (84, 58, 38), (132, 98, 62), (176, 144, 98), (120, 58, 34))
_GREYS = ((150, 148, 146), (188, 186, 182), (220, 218, 214))
_IRISES = ((70, 44, 28), (52, 34, 24), (84, 100, 72), (82, 112, 140), (110, 124, 132))
_CLOTHS = (
    (24, 26, 30), (52, 54, 60), (96, 98, 104), (168, 170, 172), (232, 232, 228), (28, 42, 84), (46, 88, 148),
    (128, 168, 206), (20, 92, 84), (64, 122, 70), (146, 172, 92), (176, 42, 44), (208, 92, 60), (226, 178, 84),
    (118, 52, 92), (190, 130, 160), (122, 92, 66), (188, 164, 132),
)  # fmt: skip
_ADULT_M = {"male": (1.765, 0.07), "female": (1.635, 0.065)}
_CHILD_AGE = [6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0]
_CHILD_M = {"male": [1.17, 1.29, 1.39, 1.50, 1.65, 1.73, 1.765], "female": [1.16, 1.28, 1.39, 1.52, 1.60, 1.62, 1.635]}


def linear(rgb: tuple[int, int, int]) -> Colour:
    """Picture colour 0-255 to the renderer's linear colour (its gamma is 2)."""
    red, green, blue = ((c / 255.0) ** 2 for c in rgb)
    return (red, green, blue)


def draw_traits(rng: Rng, age_years: float | None = None) -> Traits:
    """A person of any age 6-85, sex and build."""
    age = float(
        age_years if age_years is not None else rng.choice([rng.uniform(6, 18), rng.uniform(18, 85)], p=[0.14, 0.86])
    )
    kind = str(rng.choice(["male", "female"]))
    mean, sd = float(np.interp(age, _CHILD_AGE, _CHILD_M[kind])), _ADULT_M[kind][1]
    shrunk = 0.0006 * max(age - 50.0, 0.0)
    ancestry = rng.dirichlet([0.6, 0.6, 0.6])
    return Traits(
        sex=float(np.clip((kind == "female") + rng.uniform(-0.15, 0.15), 0.0, 1.0)),
        age_years=round(age, 1),
        stature_m=round(float(np.clip(mean + sd * rng.normal(), mean - 2.2 * sd, mean + 2.2 * sd)) - shrunk, 3),
        weight=round(float(np.clip(rng.normal(0.55, 0.17), 0.15, 0.98)), 3),
        muscle=round(float(np.clip(rng.normal(0.5 - 0.003 * max(age - 50.0, 0.0), 0.15), 0.1, 0.95)), 3),
        proportions=round(float(np.clip(rng.normal(0.5, 0.2), 0.05, 0.95)), 3),
        ancestry=(round(float(ancestry[0]), 3), round(float(ancestry[1]), 3), round(float(ancestry[2]), 3)),
        shape_seed=int(rng.integers(1 << 31)),
    )


def draw_look(rng: Rng, traits: Traits, wall: Colour) -> Look:
    """Skin by ancestry, hair by age and sex, any clothes: tight or loose, light or dark, now and then as pale as the
    wall behind."""
    african, _, european = traits.ancestry
    tone = int(np.clip(round(3.0 + 6.0 * african - 2.5 * european + rng.normal(0.0, 1.2)), 0, len(_SKINS) - 1))
    hidden = rng.random() < 0.12
    female = traits.sex > 0.5
    bald = not female and traits.age_years > 25 and rng.random() < 0.16
    long_hair = rng.random() < (0.7 if female else 0.06)
    return Look(
        skin=_vary(rng, linear(_SKINS[tone]), 0.06),
        hair=_hair_colour(rng, traits, tone),
        iris=linear(_IRISES[int(rng.integers(2 if tone > 5 else len(_IRISES)))]),
        shoes=_cloth(rng),
        shirt=_garment(
            rng, float(rng.choice([0.02, 0.28, 0.5, 0.97], p=[0.1, 0.48, 0.07, 0.35])), wall if hidden else None
        ),
        trousers=_garment(rng, float(rng.choice([0.32, 0.48, 0.75, 0.97], p=[0.14, 0.2, 0.06, 0.6])), None),
        hair_m=0.0 if bald else float(rng.uniform(0.005, 0.014 if not female else 0.026)),
        hair_length=float(rng.uniform(0.6, 1.0)) if long_hair else 0.0,
        beard=0.0 if female or traits.age_years < 18 else float(rng.choice([0.0, 0.25, 0.85], p=[0.6, 0.22, 0.18])),
        hem_m=float(rng.uniform(-0.02, 0.12)),
        neckline_m=float(rng.uniform(0.0, 0.05)),
    )


def _garment(rng: Rng, length: float, colour: Colour | None) -> Garment:
    loose = float(rng.choice([0.002, 0.008, 0.016, 0.03], p=[0.2, 0.32, 0.32, 0.16]))
    return Garment(
        colour=_vary(rng, colour, 0.05) if colour is not None else _cloth(rng),
        second=_cloth(rng),
        pattern=int(rng.choice([0, 1, 2, 3], p=[0.68, 0.12, 0.08, 0.12])),
        looseness_m=loose * float(rng.uniform(0.8, 1.2)),
        length=length * float(rng.uniform(0.97, 1.02)),
    )


def _cloth(rng: Rng) -> Colour:
    return _vary(rng, linear(_CLOTHS[int(rng.integers(len(_CLOTHS)))]), 0.12)


def _vary(rng: Rng, colour: Colour, spread: float) -> Colour:
    factors = np.exp(rng.normal(0.0, spread, 3))
    red, green, blue = (float(np.clip(c * f, 0.003, 0.95)) for c, f in zip(colour, factors, strict=True))
    return (red, green, blue)


def _hair_colour(rng: Rng, traits: Traits, tone: int) -> Colour:
    if traits.age_years > 50 and rng.random() < (traits.age_years - 40.0) / 40.0:
        return linear(_GREYS[int(rng.integers(len(_GREYS)))])
    return _vary(rng, linear(_HAIRS[int(rng.integers(2 if tone > 4 else len(_HAIRS)))]), 0.15)
