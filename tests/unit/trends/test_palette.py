from itertools import combinations

import numpy as np
import pytest

from physio.affect.states import STATES
from physio.trends.palette import palette
from physio.types import FaceState, FloatArray

# How linear light reaches somebody who lacks one kind of cone (Machado, Oliveira and Fernandes 2009, severity 1).
SEEN_WITH = {
    "all cones": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])
APART = 18.0  # CIE76: side by side these are taken for different colours at once; one unit is just noticeable
CONTRAST = 3.0  # WCAG 2.1, 1.4.11, for what is drawn


def linear(colour: str) -> FloatArray:
    share = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(light: FloatArray) -> FloatArray:
    x, y, z = np.cbrt(np.maximum(TO_XYZ @ np.clip(light, 0, 1) / WHITE, 1e-6))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(first: str, second: str) -> float:
    dark, light = sorted(float(linear(colour) @ TO_XYZ[1]) for colour in (first, second))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_of_colours_knows_what_is_known():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert lab(linear("#ffffff")) == pytest.approx([100, 0, 0], abs=0.1)
    red, green = (lab(np.array(SEEN_WITH["deuteranopia"]) @ linear(one)) for one in ("#c05a28", "#7f8a28"))
    assert np.linalg.norm(red - green) < APART  # the confusion that is meant


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("cones", SEEN_WITH)
def test_the_five_states_are_told_apart_whatever_colours_one_sees(mode, cones):
    seen = {state: lab(np.array(SEEN_WITH[cones]) @ linear(palette(mode).state(state))) for state in STATES}
    close = [(a.name, b.name) for a, b in combinations(STATES, 2) if np.linalg.norm(seen[a] - seen[b]) < APART]
    assert close == []


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_five_states_stand_out_from_what_they_are_drawn_on(mode):
    colours = palette(mode)
    grounds = (colours.background, colours.surface)
    weak = [one.name for one in STATES for on in grounds if contrast(colours.state(one), on) < CONTRAST]
    assert weak == []
    assert colours.state(FaceState.PAIN) == colours.pain
