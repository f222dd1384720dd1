"""Fit the expression classifier on photographs of real people and write models/expression.joblib (plain arrays).

    python tools/fit_expression.py LANDMARKS.npz CROPS.npz [--out models/expression.joblib]

LANDMARKS: landmarks_px (n, 478, 3), label, person; CROPS: grey64 (n, 64, 64), label, person (see tools/real_faces.py,
which finds the photographs that are in both). Prints what holds on people that were not fitted: five folds of people,
and, with --locked, once, on a third of the people that chose nothing. What is written is fitted on all of them. Seeded.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import joblib
import numpy as np
from scipy.optimize import linear_sum_assignment, minimize_scalar
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from real_faces import RealFaces, appearance_of, joined, worsened

from physio.affect.expression import EXPRESSIONS, MODEL, ExpressionModel, symmetric

SEED = 7
LOCKED_SEED = 89
"""A draw in which a third of each expression's photographs is locked."""
FOLDS = 5
COMPONENTS = 30
PENALTY = 0.0005
"""Inverse strength of the penalty on standardised weights (sklearn's C)."""
FEAR = EXPRESSIONS.index("fear")
FEAR_SHARE = 0.3
"""Of the weight that the other expressions have: a dozen photographs must not draw the rest to them."""
MOST_OF_ONE = 10
WORSE_SHARE = 0.3
"""Weight of a photograph made worse; smaller faces must read as uncertain, but good ones count."""
NEUTRAL = EXPRESSIONS.index("neutral")
SIX = [i for i in range(len(EXPRESSIONS)) if i != FEAR]


@dataclass(frozen=True)
class Material:
    """Rows are photographs. shapes: in the head frame from the photograph and from its small picture (2, n, 478, 3);
    looks: appearance as it is, mirrored, worsened, worsened and mirrored (4, n, A); label (n,) index of EXPRESSIONS;
    person (n,)."""

    shapes: np.ndarray
    looks: np.ndarray
    label: np.ndarray
    person: np.ndarray

    def rows(self, chosen: np.ndarray) -> "Material":
        """Some of the photographs."""
        return Material(self.shapes[:, chosen], self.looks[:, chosen], self.label[chosen], self.person[chosen])


def material(faces: RealFaces) -> Material:
    """What is fitted on; photographs of other expressions than EXPRESSIONS are left out."""
    keep = np.isin(faces.label, EXPRESSIONS)
    grey = faces.grey[keep]
    worse = worsened(grey, SEED)
    looks = [appearance_of(np.ascontiguousarray(g)) for g in (grey, grey[:, :, ::-1], worse, worse[:, :, ::-1])]
    small = np.where(np.isfinite(faces.small_in_head), faces.small_in_head, faces.in_head)[keep]
    label = np.array([EXPRESSIONS.index(name) for name in faces.label[keep]])
    return Material(np.stack([faces.in_head[keep], small]), np.stack(looks), label, faces.person[keep])


def other_side(shapes: np.ndarray) -> np.ndarray:
    """For each landmark the one on the other side of the face: the best pairing of the mean face with its mirror."""
    mean = shapes.mean(axis=0)
    apart = np.linalg.norm(mean[:, None] - mean[None] * (-1, 1, 1), axis=-1)
    return linear_sum_assignment(apart)[1]


def fit(data: Material) -> dict:
    """The arrays of a model whose probabilities are right for people that were not fitted."""
    raw = fit_weights(data)
    out = np.zeros((len(data.label), len(EXPRESSIONS)))
    fold = folds(data.person)
    for k in range(FOLDS):
        part = ExpressionModel(fit_weights(data.rows(fold != k)))
        out[fold == k] = np.log(part.probabilities(data.shapes[0, fold == k], data.looks[0, fold == k]) + 1e-12)
    scale = temperature(out, data.label)
    raw["weights"], raw["bias"] = raw["weights"] * scale, raw["bias"] * scale
    model = ExpressionModel(raw)
    neutral = data.rows(data.label == NEUTRAL)
    said = np.log(model.probabilities(neutral.shapes[0], neutral.looks[0]))
    raw["neutral"] = said.mean(axis=0)
    return {key: value if key in ("mirror", "appearance") else np.float32(value) for key, value in raw.items()}


def fit_weights(data: Material) -> dict:
    """As fit, before calibration."""
    mirror = other_side(data.shapes[0])
    parts = [symmetric(shape, mirror) for shape in data.shapes]
    pca = PCA(COMPONENTS, random_state=SEED).fit(parts[0])
    shapes = [pca.transform(part) for part in parts]
    x = np.concatenate([np.column_stack([look, shapes[k // 2]]) for k, look in enumerate(data.looks)])
    y, good = np.tile(data.label, 4), np.repeat([1.0, 1.0, WORSE_SHARE, WORSE_SHARE], len(data.label))
    mean, std = x.mean(axis=0), x.std(axis=0) + 1e-9
    weight = good * np.tile(photograph_weights(data), 4)
    fitted = LogisticRegression(C=PENALTY, max_iter=400).fit((x - mean) / std, y, sample_weight=weight)
    weights = np.zeros((x.shape[1], len(EXPRESSIONS)))
    bias = np.full(len(EXPRESSIONS), -20.0)  # of an expression that is not among the photographs
    weights[:, fitted.classes_], bias[fitted.classes_] = fitted.coef_.T, fitted.intercept_
    return {
        "mirror": mirror.astype(np.int16),
        "shape_mean": pca.mean_,
        "components": pca.components_.T,
        "appearance": data.looks.shape[-1],
        "mean": mean,
        "std": std,
        "weights": weights,
        "bias": bias,
        "neutral": np.zeros(len(EXPRESSIONS)),
    }


def photograph_weights(data: Material) -> np.ndarray:
    """Weight (n,) of each photograph: expressions count as class_weights says, and of one person no more than
    MOST_OF_ONE photographs of one expression do, so that the person is not taken for the expression. (Two actors are
    most of disgust.)"""
    _, place, count = np.unique(data.person * len(EXPRESSIONS) + data.label, return_inverse=True, return_counts=True)
    own = np.minimum(1.0, MOST_OF_ONE / count[place])
    mean = np.bincount(data.label, own, len(EXPRESSIONS)) / np.maximum(
        np.bincount(data.label, minlength=len(EXPRESSIONS)), 1
    )
    return class_weights(data.label)[data.label] * own / mean[data.label]


def class_weights(label: np.ndarray) -> np.ndarray:
    """Weight (7,) with which each expression counts the same, fear less; their sum over label is its length."""
    share = np.where(np.arange(len(EXPRESSIONS)) == FEAR, FEAR_SHARE, 1.0)
    return share / share.sum() * len(label) / np.maximum(np.bincount(label, minlength=len(EXPRESSIONS)), 1)


def folds(person: np.ndarray) -> np.ndarray:
    """Fold of each row; a person is in one."""
    people, row = np.unique(person, return_inverse=True)
    return np.random.default_rng(SEED).permutation(len(people))[row] % FOLDS


def temperature(logits: np.ndarray, label: np.ndarray) -> float:
    """What logits (n, 7) of people that were not fitted must be multiplied with to be log probabilities (Guo and
    others 2017), for expressions that are equally likely beforehand."""
    weight = class_weights(label)[label]

    def loss(log_scale: float) -> float:
        moved = np.exp(log_scale) * logits
        own = moved[np.arange(len(label)), label]
        return float(np.average(np.logaddexp.reduce(moved, axis=1) - own, weights=weight))

    return float(np.exp(minimize_scalar(loss, (-1.0, 0.5)).x))


def report(name: str, said: np.ndarray, label: np.ndarray) -> None:
    """Balanced accuracy over six expressions (answers of fear count as wrong), share found of each, area under the
    curve against neutral, confusion, and how often what is said with some certainty is so."""
    answer = said.argmax(axis=1)
    found = [(answer[label == c] == c).mean() for c in SIX]
    print(f"{name}: balanced accuracy {np.mean(found):.3f}; without disgust {np.mean(np.delete(found, 1)):.3f}")
    for c, share in zip(SIX, found, strict=True):
        against = (label == c) | (label == NEUTRAL)
        odds = np.log(said[against, c] + 1e-9) - np.log(said[against, NEUTRAL] + 1e-9)
        auc = roc_auc_score(label[against] == c, odds) if c != NEUTRAL else np.nan
        told = " ".join(f"{(answer[label == c] == k).mean():.2f}" for k in range(len(EXPRESSIONS)))
        print(f"  {EXPRESSIONS[c]:10s} n {np.sum(label == c):5d} found {share:.2f} auc {auc:.3f} told as {told}")
    weight = class_weights(label)[label]
    sure = said.max(axis=1)
    gap = 0.0
    for low in np.arange(0.1, 1.0, 0.1):
        part = (sure >= low) & (sure < low + 0.1)
        if part.sum() > 20:
            right, claimed = (np.average(v[part], weights=weight[part]) for v in (answer == label, sure))
            gap += weight[part].sum() / weight.sum() * abs(right - claimed)
            print(f"  said {claimed:.2f} right {right:.2f} (n {part.sum()})")
    print(f"  mean gap {gap:.3f}")


def main() -> None:
    """Fit, report and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("landmarks", type=Path)
    parser.add_argument("crops", type=Path)
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--locked", action="store_true", help="also on the people that chose nothing")
    chosen = parser.parse_args()
    data = material(joined(chosen.landmarks, chosen.crops))
    with np.load(chosen.landmarks) as file:
        people = np.unique(file["person"])
    locked = np.isin(data.person, np.random.default_rng(LOCKED_SEED).permutation(people)[: len(people) // 3])
    judge(data.rows(~locked))
    if chosen.locked:
        model, rest = ExpressionModel(fit(data.rows(~locked))), data.rows(locked)
        for name, shape, look in (("locked people", 0, 0), ("locked people, small and blurred", 1, 2)):
            report(name, model.probabilities(rest.shapes[shape], rest.looks[look]), rest.label)
    joblib.dump(fit(data), chosen.out, compress=3)
    print(f"{chosen.out}: {chosen.out.stat().st_size / 1e3:.0f} kB")


def judge(data: Material) -> None:
    """Print what holds on people that were not fitted, fold by fold, calibrated without them."""
    fold = folds(data.person)
    clear, worse = (np.zeros((len(data.label), len(EXPRESSIONS))) for _ in range(2))
    for k in range(FOLDS):
        model, rest = ExpressionModel(fit(data.rows(fold != k))), data.rows(fold == k)
        clear[fold == k] = model.probabilities(rest.shapes[0], rest.looks[0])
        worse[fold == k] = model.probabilities(rest.shapes[1], rest.looks[2])
    report("folds", clear, data.label)
    report("folds, small and blurred", worse, data.label)


if __name__ == "__main__":
    main()
