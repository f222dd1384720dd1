"""The classifiers that are tried on the facial states, each as logits, and their calibration."""

import warnings
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

from physio.types import FloatArray
from tools.face_states_truth import Flags, Labels

HIDDEN, DECAY, PASSES, NETWORKS = (32, 16), 1.0, 12, 3
SVM_ROWS = 5000
FARTHEST, SMALLEST_UNIT = 4.0, 0.3


class Classifier(Protocol):
    """fit, then logits (n, classes); (n, 1) of yes or no."""

    def fit(self, x: FloatArray, y: Labels, weight: FloatArray) -> "Classifier":
        """x (n, F), y (n,), weight (n,)."""
        ...

    def logits(self, x: FloatArray) -> FloatArray:
        """(n, classes), of two classes (n, 1)."""
        ...


class Network:
    """A few small networks, their outputs averaged. of: which features (F,) they are given; None: all."""

    def __init__(self, of: Flags | None = None):
        self._of = of

    def fit(self, x: FloatArray, y: Labels, weight: FloatArray) -> "Network":
        """See Classifier."""
        self._scale = standardised(x)
        self._networks = [
            MLPClassifier(
                HIDDEN, alpha=DECAY, max_iter=PASSES, batch_size=256, n_iter_no_change=PASSES, random_state=seed
            )
            for seed in range(NETWORKS)
        ]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # stopped after PASSES on purpose
            for network in self._networks:
                network.fit(self._given(x), y, sample_weight=weight)
        return self

    def layers(self) -> list[tuple[FloatArray, FloatArray]]:
        """Weights (N, in, out) and biases (N, out) by layer."""
        found = [
            (
                np.stack([network.coefs_[i] for network in self._networks]),
                np.stack([network.intercepts_[i] for network in self._networks]),
            )
            for i in range(len(self._networks[0].coefs_))
        ]
        if self._of is not None:
            found[0][0][:, ~self._of] = 0.0
        return found

    def logits(self, x: FloatArray) -> FloatArray:
        """See Classifier."""
        out: Any = standard(x, *self._scale)
        for i, (weights, bias) in enumerate(self.layers()):
            out = (np.maximum(out, 0.0) if i else out) @ weights + bias[:, None, :]
        return np.asarray(out.mean(axis=0))

    def _given(self, x: FloatArray) -> FloatArray:
        scaled = standard(x, *self._scale)
        return scaled if self._of is None else scaled * self._of


class OfSklearn:
    """A classifier of scikit-learn on standardised features."""

    def __init__(self, make: Callable[[], Any], most: int | None = None):
        self._made, self._most = make(), most

    def fit(self, x: FloatArray, y: Labels, weight: FloatArray) -> "OfSklearn":
        """See Classifier."""
        self._scale = standardised(x)
        some = np.random.default_rng(0).permutation(len(x))[: self._most]
        self._made.fit(standard(x[some], *self._scale), y[some], sample_weight=weight[some])
        return self

    def logits(self, x: FloatArray) -> FloatArray:
        """See Classifier."""
        said = self._made.decision_function(standard(x, *self._scale))
        return np.asarray(said if said.ndim == 2 else said[:, None])


KINDS: dict[str, Callable[[], Classifier]] = {
    "logistic": lambda: OfSklearn(lambda: LogisticRegression(C=0.1, max_iter=300)),
    "svm": lambda: OfSklearn(lambda: SVC(C=1.0), SVM_ROWS),
    "trees": lambda: OfSklearn(
        lambda: HistGradientBoostingClassifier(max_iter=120, learning_rate=0.08, max_leaf_nodes=15, l2_regularization=5)
    ),
    "network": Network,
}


def standardised(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean (F,) and unit (F,) of features (n, F). No unit is smaller than the flicker of real faces."""
    return x.mean(axis=0), np.maximum(x.std(axis=0), SMALLEST_UNIT)


def standard(x: FloatArray, mean: FloatArray, unit: FloatArray) -> FloatArray:
    """As physio.affect.state_model does it."""
    return np.clip((x - mean) / unit, -FARTHEST, FARTHEST)


def calibration(logits: FloatArray, y: Labels, weight: FloatArray) -> tuple[float, FloatArray]:
    """Slope and offsets (out,) that make the logits the most likely."""
    count = logits.shape[1]

    def loss(parameters: FloatArray) -> float:
        p = calibrated(logits, float(np.exp(parameters[0])), parameters[1:])
        return float(-(weight * np.log(p[np.arange(len(y)), y] + 1e-9)).mean())

    best = minimize(loss, np.zeros(1 + count), method="L-BFGS-B").x
    return float(np.exp(best[0])), best[1:]


def calibrated(logits: FloatArray, slope: float, offset: FloatArray) -> FloatArray:
    """Probabilities (n, classes), of yes or no (n, 2)."""
    said = logits * slope + offset
    if said.shape[1] == 1:
        said = np.concatenate([np.zeros_like(said), said], axis=1)
    odds = np.exp(said - said.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)
