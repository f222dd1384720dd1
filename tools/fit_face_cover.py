"""Fit physio/perception/face_cover.json: log odds that something covers part of a face, from its appearance.

    python tools/fit_face_cover.py expression_crops_dev.npz [--write]

The file holds grey64 (n, 64, 64) and person (n,). Faces are painted over: masks, fingers, things; some are softened
first, so that blur is not taken for a cover. Four of five people are fitted, the fifth is only checked. Without --write
only the check is printed.
"""

import argparse
import json
import sys
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from physio.config import Settings
from physio.networks.assets import ensure_models
from physio.perception.appearance import ALIGNED_PX, Appearance
from physio.perception.face_quality import COVERED_ABOVE
from physio.types import FloatArray, Image

SEED, FACES, FOLDS = 1, 6000, 5
RIDGE = 100.0
PATH = Path(__file__).resolve().parent.parent / "physio" / "perception" / "face_cover.json"
Rng = np.random.Generator
Mask = npt.NDArray[np.uint8]


def painted(face: Image, where: Mask, grey: float, rng: Rng) -> Image:
    """The face with a shaded, slightly uneven surface of that grey where the mask is 1."""
    grain = cv2.GaussianBlur(rng.normal(0, 1, where.shape).astype(np.float32), (0, 0), 3) * 12
    across = np.linspace(-1, 1, ALIGNED_PX)
    shade = across * rng.normal(0, 15) + across[:, None] * rng.normal(0, 15) + rng.normal(0, 2, where.shape)
    share = cv2.GaussianBlur(where.astype(np.float32), (0, 0), 0.6)
    return np.clip(face * (1 - share) + share * (grey + grain + shade), 0, 255).astype(np.uint8)


def with_mask(face: Image, rng: Rng) -> Image:
    """A mask over nose, mouth and chin."""
    top = rng.uniform(30, 40)
    bridge = [32, top - rng.uniform(0, 6)]
    edge = [[rng.uniform(6, 12), top - 2], bridge, [rng.uniform(52, 58), top - 2], [52, 54], [32, 64], [12, 54]]
    where = np.zeros(face.shape, np.uint8)
    cv2.fillPoly(where, [np.array(edge, np.int32)], 1)
    return painted(face, where, rng.uniform(20, 235), rng)


def with_hand(face: Image, rng: Rng) -> Image:
    """Two to four fingers of about the face's own grey, mostly from below."""
    angle = rng.uniform(0, 2 * np.pi) if rng.random() < 0.3 else rng.uniform(0.2, np.pi - 0.2)
    along = np.array([np.cos(angle), np.sin(angle)])
    beside = np.array([-along[1], along[0]])
    tip, width, fingers = rng.uniform((18, 20), (46, 52)), rng.uniform(5, 8), int(rng.integers(2, 5))
    grey = float(np.clip(np.median(face[20:44, 16:48]) * rng.uniform(0.8, 1.25), 10, 245))
    for k in range(fingers):
        start = tip + beside * (k - (fingers - 1) / 2) * width - along * rng.uniform(0, 6)
        for offset, thick, shade in ((0.0, int(width), 1.0), (0.5 * width, 1, rng.uniform(0.4, 0.75))):
            where = np.zeros(face.shape, np.uint8)
            ends = [(start + beside * offset).astype(int), (start + beside * offset + along * 60).astype(int)]
            cv2.line(where, ends[0].tolist(), ends[1].tolist(), 1, thick)
            face = painted(face, where, grey * shade, rng)
    return face


def with_thing(face: Image, rng: Rng) -> Image:
    """An ellipse or a box somewhere over the face."""
    where = np.zeros(face.shape, np.uint8)
    centre, half, turn = rng.uniform((14, 18), (50, 54)), rng.uniform(9, 22, 2), float(rng.uniform(0, 180))
    if rng.random() < 0.5:
        cv2.ellipse(where, centre.astype(int).tolist(), half.astype(int).tolist(), turn, 0, 360, 1, -1)
    else:
        corners = cv2.boxPoints((tuple(centre.tolist()), tuple((2 * half).tolist()), turn))
        cv2.fillPoly(where, [corners.astype(np.int32)], 1)
    return painted(face, where, rng.uniform(15, 240), rng)


def softened(face: Image, side_px: int) -> Image:
    """As a face of fewer pixels shows it."""
    small = cv2.resize(face, (side_px, side_px), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, face.shape, interpolation=cv2.INTER_LINEAR), np.uint8)


def logistic(rows: FloatArray, covered: FloatArray) -> tuple[FloatArray, float]:
    """Weights and offset of a ridge logistic regression on standardised columns, by Newton's method."""
    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    columns = np.column_stack([(rows - mean) / scale, np.ones(len(rows))])
    penalty = np.diag([RIDGE] * rows.shape[1] + [0.0])
    fitted = np.zeros(columns.shape[1])
    for _ in range(20):
        odds = 1 / (1 + np.exp(-columns @ fitted))
        slope = columns.T @ (odds - covered) + penalty @ fitted
        fitted -= np.linalg.solve(columns.T @ (columns * (odds * (1 - odds))[:, None]) + penalty, slope)
    weights = fitted[:-1] / scale
    return weights, float(fitted[-1] - weights @ mean)


def main() -> int:
    """Paint, fit, check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crops", type=Path)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    with np.load(asked.crops) as file:
        faces, people = file["grey64"], np.unique(file["person"], return_inverse=True)[1]
    rng = np.random.default_rng(SEED)
    chosen = rng.permutation(len(faces))[:FACES]
    covers = {"mask": with_mask, "hand": with_hand, "thing": with_thing}
    kinds = rng.choice(["mask", "hand", "hand", "thing"], len(chosen))
    sides = np.where(rng.random(len(chosen)) < 0.4, rng.integers(24, ALIGNED_PX, len(chosen)), ALIGNED_PX)
    bare = [softened(faces[i], int(side)) for i, side in zip(chosen, sides, strict=True)]
    over = [softened(covers[k](faces[i], rng), int(s)) for i, k, s in zip(chosen, kinds, sides, strict=True)]
    network = Appearance(ensure_models(Settings.load().models_dir).appearance)
    read_bare, read_over = network.read_all(np.array(bare)), network.read_all(np.array(over))
    network.close()
    test = people[chosen] % FOLDS == 0
    rows = np.concatenate([read_bare[~test], read_over[~test]])
    weights, offset = logistic(rows, np.repeat([0.0, 1.0], (~test).sum()))
    print(f"bare faces refused: {100 * (read_bare[test] @ weights + offset > COVERED_ABOVE).mean():.1f} %")
    for kind in covers:
        seen = read_over[test & (kinds == kind)] @ weights + offset > COVERED_ABOVE
        print(f"{kind} seen: {100 * seen.mean():.0f} %")
    if asked.write:
        source = "tools/fit_face_cover.py: log odds = weights . Face.appearance + offset"
        fitted = {"source": source, "offset": round(offset, 4), "weights": [round(float(w), 4) for w in weights]}
        PATH.write_text(json.dumps(fitted) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
