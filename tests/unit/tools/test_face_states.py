"""What counts as which state, and how the fit of the facial states is calibrated."""

import numpy as np
import pytest

from physio.affect.state_features import FEATURES
from physio.affect.state_model import StateModel
from physio.affect.states import STATES
from physio.types import FaceState
from tools.face_states_classifiers import Network, calibrated, calibration, standardised
from tools.face_states_truth import UNKNOWN, Sequence


def sequence(kinds, pspi, shut):
    n = len(kinds)
    return Sequence(
        "set/0",
        np.arange(n) / 4,
        np.zeros((n, 478, 3)),
        np.zeros((n, 135)),
        np.array(kinds),
        np.array(pspi, dtype=float),
        np.array(shut, dtype=bool),
        np.ones(n, dtype=bool),
    )


@pytest.mark.parametrize(
    ("kind", "pspi", "shut", "state"),
    [
        ("pain", 0.9, False, FaceState.NEUTRAL),
        ("pain", 1.0, False, FaceState.MILD_DISCOMFORT),
        ("pain", 3.0, False, FaceState.PAIN),
        ("pain", 5.9, True, FaceState.PAIN),
        ("pain", 6.0, True, FaceState.HIGH_DISTRESS),
        ("pain", 8.0, False, FaceState.HIGH_DISTRESS),
        ("talking", 4.0, False, FaceState.ENGAGED),
        ("anger", 9.0, False, FaceState.ENGAGED),
        ("squint", 4.0, False, FaceState.NEUTRAL),
        ("neutral", 0.0, False, FaceState.NEUTRAL),
        ("mixture", 9.0, False, None),
    ],
)
def test_what_counts_as_which_state(kind, pspi, shut, state):
    expected = UNKNOWN if state is None else STATES.index(state)
    assert sequence([kind], [pspi], [shut]).state().tolist() == [expected]


def test_frames_between_lie_half_way_and_count_as_the_one_before():
    doubled = sequence(["neutral", "pain", "pain"], [0, 4, 9], [0, 0, 1]).doubled()
    assert doubled.t_s.tolist() == [0.0, 0.125, 0.25, 0.375, 0.5]
    assert doubled.kind.tolist() == ["neutral", "neutral", "pain", "pain", "pain"]
    assert doubled.pspi.tolist() == [0, 0, 4, 4, 9]


def test_calibration_finds_how_sure_to_be():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (20000, 1))
    y = (rng.random(20000) < 1 / (1 + np.exp(-(logits[:, 0] - 1)))).astype(int)
    slope, offset = calibration(3 * logits, y, np.ones(20000))
    assert slope == pytest.approx(1 / 3, rel=0.05)
    assert offset[0] == pytest.approx(-1.0, abs=0.1)
    p = calibrated(3 * logits, slope, offset)
    np.testing.assert_allclose(p.sum(axis=1), 1.0)


def test_stored_networks_say_what_the_fitted_ones_said():
    rng = np.random.default_rng(0)
    x = rng.normal(0, 1, (300, len(FEATURES)))
    mean, unit = standardised(x)
    arrays = {"features": FEATURES, "states": [state.name for state in STATES], "mean": mean, "unit": unit}
    fitted = {}
    for question, y in (("state", np.arange(300) % 5), ("pain", np.arange(300) % 2), ("attending", np.arange(300) % 2)):
        of = np.arange(len(FEATURES)) < 9 if question == "attending" else None
        fitted[question] = Network(of).fit(x, y, np.ones(300))
        layers = fitted[question].layers()
        arrays |= {f"{question}_layers": len(layers), f"{question}_slope": 0.7, f"{question}_offset": np.zeros(1)}
        for i, (w, b) in enumerate(layers):
            arrays |= {f"{question}_w{i}": w, f"{question}_b{i}": b}
    model = StateModel(arrays)
    for question, said in (("state", model.states(x)), ("pain", model.pain(x)), ("attending", model.attending(x))):
        expected = calibrated(fitted[question].logits(x), 0.7, np.zeros(1))
        np.testing.assert_allclose(said, expected if question == "state" else expected[:, 1], atol=1e-9)
    other = x.copy()
    other[:, 9:] += 1.0
    np.testing.assert_allclose(model.attending(other), model.attending(x))
