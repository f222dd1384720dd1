"""The facial expression signal: which of seven expressions a face shows, and how pleasant and how aroused that is.

One still face is enough. A classifier of plain arrays (models/expression.joblib, made by tools/fit_expression.py; see
the card models/expression.md) reads the shape of the face in the head's own frame and what its skin shows. What a face
shows is not what a person feels.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import numpy.typing as npt

from physio.affect.head_frame import in_head_frame
from physio.types import Affect, Face, FloatArray

EXPRESSIONS: tuple[str, ...] = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")

MODEL = Path(__file__).resolve().parents[2] / "models" / "expression.joblib"

CIRCUMPLEX_DEG: dict[str, float] = {
    "happiness": 0.0,  # pleasure
    "surprise": 90.0,  # arousal
    "fear": 112.5,  # between arousal and distress
    "anger": 135.0,  # distress
    "disgust": 157.5,  # between distress and displeasure
    "sadness": 202.5,  # between displeasure and depression
}
"""Where an expression lies on the circle of affect, from pleasant (0°) over aroused (90°) to unpleasant (180°). The
circle and its eight named directions are Russell's (1980, J Pers Soc Psychol 39:1161-1178); which of them an expression
belongs to is our reading of it, not measured on faces. Neutral is the middle."""
_CIRCUMPLEX: FloatArray = np.array(
    [
        (np.cos(np.radians(CIRCUMPLEX_DEG[name])), np.sin(np.radians(CIRCUMPLEX_DEG[name])))
        if name in CIRCUMPLEX_DEG
        else (0.0, 0.0)
        for name in EXPRESSIONS
    ]
)


class ExpressionModel:
    """The classifier. Pure; may be called from any thread."""

    def __init__(self, arrays: Mapping[str, Any]) -> None:
        self._mirror = np.asarray(arrays["mirror"], np.intp)
        self._shape_mean = np.asarray(arrays["shape_mean"], np.float64)
        self._components = np.asarray(arrays["components"], np.float64)
        self._appearance = int(arrays["appearance"])
        weights, std = (np.asarray(arrays[key], np.float64) for key in ("weights", "std"))
        # What the features are standardised with is drawn into the weights.
        self._weights = weights / std[:, None]
        self._bias = np.asarray(arrays["bias"], np.float64) - np.asarray(arrays["mean"], np.float64) @ self._weights
        self._neutral = np.asarray(arrays["neutral"], np.float64)

    @classmethod
    def load(cls, path: Path = MODEL) -> "ExpressionModel":
        """The classifier that comes with physio."""
        return cls(joblib.load(path))

    def read(self, face: Face) -> FloatArray:
        """Probabilities (7,) of EXPRESSIONS, as if each were equally likely beforehand; NaN when the landmarks, the
        head's rotation or the appearance are unknown."""
        head = in_head_frame(face.landmarks_px, face.rotation)
        probabilities: FloatArray = self.probabilities(head[None], face.appearance[None])[0]
        return probabilities

    def probabilities(self, in_head: FloatArray, appearance: FloatArray) -> FloatArray:
        """As read, for many: landmarks in the head frame (n, 478, 3) and appearance (n, 135 or more) → (n, 7)."""
        shape = (symmetric(in_head, self._mirror) - self._shape_mean) @ self._components
        features = np.column_stack([appearance[:, : self._appearance], shape])
        logits: FloatArray = features @ self._weights + self._bias
        return _softmax(logits)

    def adapt(self, probabilities: FloatArray, own_neutral: FloatArray) -> FloatArray:
        """Probabilities (7,) read against the person's own neutral face, so that a person with low brows is not angry
        all day: how far the face has moved, in log odds, from what the model says of this person's neutral face
        (own_neutral (7,): the mean of what was read from it), added to what it says of neutral faces on average.

        NaN in own_neutral: probabilities as they are.
        """
        if not np.isfinite(own_neutral).all():
            return probabilities
        own = np.log(np.maximum(own_neutral, 1e-6))
        return _softmax(np.log(np.maximum(probabilities, 1e-6)) - own + self._neutral)


def valence_arousal(probabilities: FloatArray) -> tuple[float, float]:
    """How pleasant (-1 to 1) and how aroused (-1 to 1) the expression is: the mean of the expressions' places on the
    circle of affect (CIRCUMPLEX_DEG; neutral in the middle), each by its probability (7,). NaN where these are."""
    valence, arousal = probabilities @ _CIRCUMPLEX
    return float(valence), float(arousal)


def without_expression(affect: Affect) -> Affect:
    """The reading with nothing known of the facial expression signal."""
    return replace(affect, expression=np.full(len(EXPRESSIONS), np.nan), valence=np.nan, arousal=np.nan)


def symmetric(in_head: FloatArray, mirror: npt.NDArray[np.intp]) -> FloatArray:
    """What faces (n, 478, 3) in the head frame have in common with their mirror image, (n, 1434). mirror (478,): the
    landmark on the other side of the face."""
    other: FloatArray = in_head[:, mirror] * (-1.0, 1.0, 1.0)
    return ((in_head + other) / 2).reshape(len(in_head), -1)


def _softmax(logits: FloatArray) -> FloatArray:
    odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True))
