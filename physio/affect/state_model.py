"""How probable each of five states of a face is, how probable pain, and whether the person attends.

The numbers (models/face_states.joblib, made by tools/fit_face_states.py; see the card models/face_states.md, which says
what the states mean and on whom they were fitted) are plain arrays: small networks over state_features.FEATURES, their
outputs averaged and then calibrated.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import joblib
import numpy as np

from physio.affect.state_features import FEATURES, StateFeatures
from physio.affect.states import STATES
from physio.affect.timing import TimeAverage
from physio.types import Affect, FloatArray

MODEL = Path(__file__).resolve().parents[2] / "models" / "face_states.joblib"
ATTENDED_OVER_S = 5.0
"""Time constant of the engagement: a glance aside is none, half a minute is."""
_FARTHEST = 4.0
"""Features count up to so many standard deviations: what was never seen is not extrapolated."""


class StateModel:
    """The fitted numbers. Pure; may be used from any thread. ValueError for other features than those of today."""

    def __init__(self, arrays: Mapping[str, Any]):
        if tuple(str(name) for name in arrays["features"]) != FEATURES:
            raise ValueError("the states were fitted on other features")
        if tuple(str(name) for name in arrays["states"]) != tuple(state.name for state in STATES):
            raise ValueError("other states were fitted")
        self._mean = np.asarray(arrays["mean"], dtype=np.float64)
        self._unit = np.asarray(arrays["unit"], dtype=np.float64)
        self._heads = {name: _Head(arrays, name) for name in ("state", "pain", "attending")}

    @classmethod
    @cache
    def load(cls, path: Path = MODEL) -> "StateModel":
        """The numbers that come with physio."""
        return cls(joblib.load(path))

    def states(self, x: FloatArray) -> FloatArray:
        """Probabilities (..., 5) in the order of STATES, of features (..., F)."""
        logits = self._heads["state"].logits(self._standard(x))
        odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=-1, keepdims=True))

    def pain(self, x: FloatArray) -> FloatArray:
        """Probabilities (...) that the face shows pain, of features (..., F)."""
        return _logistic(self._heads["pain"].logits(self._standard(x)))

    def attending(self, x: FloatArray) -> FloatArray:
        """Probabilities (...) that the person looks at the screen or down at the task, of features (..., F)."""
        return _logistic(self._heads["attending"].logits(self._standard(x)))

    def _standard(self, x: FloatArray) -> FloatArray:
        return np.clip((x - self._mean) / self._unit, -_FARTHEST, _FARTHEST)


class StateReader:
    """Fills in the states of one person's face over time."""

    def __init__(self) -> None:
        self._model = StateModel.load()
        self._features = StateFeatures()
        self._attended = TimeAverage(ATTENDED_OVER_S)

    def step(self, levels: FloatArray, read: Affect, t_s: float) -> Affect:
        """The reading at t_s (increasing) with state, states, pain_probability and engagement_pct; levels: see
        StateFeatures."""
        x = self._features.step(levels, read, t_s)
        states = self._model.states(x)
        attended = self._attended.step(self._model.attending(x)[None], t_s)
        return replace(
            read,
            states=states,
            state=STATES[int(np.argmax(states))],
            pain_probability=float(self._model.pain(x)),
            engagement_pct=100.0 * float(attended[0]),
        )


class _Head:
    """One question to the networks: weights (N, in, out) and biases (N, 1, out) by layer, then slope and offset (out,)
    of the calibration. The last layer of a yes-or-no question has one output."""

    def __init__(self, arrays: Mapping[str, Any], name: str):
        self._layers = [
            (np.asarray(arrays[f"{name}_w{i}"], np.float64), np.asarray(arrays[f"{name}_b{i}"], np.float64)[:, None, :])
            for i in range(int(arrays[f"{name}_layers"]))
        ]
        self._slope, self._offset = float(arrays[f"{name}_slope"]), np.asarray(arrays[f"{name}_offset"], np.float64)

    def logits(self, x: FloatArray) -> FloatArray:
        """(..., out) of standardised features (..., F); of a yes-or-no question (...)."""
        out: Any = np.atleast_2d(x)
        for i, (weights, bias) in enumerate(self._layers):
            out = out @ weights + bias
            if i + 1 < len(self._layers):
                out = np.maximum(out, 0.0)
        said = out.mean(axis=0) * self._slope + self._offset
        outputs = () if said.shape[1] == 1 else said.shape[1:]
        return np.asarray(said.reshape((*x.shape[:-1], *outputs)))


def _logistic(logits: FloatArray) -> FloatArray:
    return np.asarray(1.0 / (1.0 + np.exp(-logits)))
