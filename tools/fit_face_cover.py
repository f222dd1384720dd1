"""Fit physio/perception/face_cover.json: log odds that a mask covers nose, mouth and chin, from a face's appearance.

    python tools/fit_face_cover.py expression_crops_dev.npz stills.npz [more.npz …] --check others.npz [--write]

The files hold grey64 (n, 64, 64) and person (n,) of bare faces; those of python -m tests.synthetic face-landmarks also
found and face_px. Masks are painted on them; some of both are softened, so that blur is not taken for a cover. Two of
three people are fitted, the third and all of --check are only checked. Without --write only the check is printed.
"""

import argparse
import json
import sys
from dataclasses import dataclass
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

SEED, FACES_A_FILE, FOLDS = 1, 3000, 3
SOFTENED_SHARE, SMALLEST_PX = 0.4, 24
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


@dataclass(frozen=True, slots=True)
class Faces:
    """Appearance (n, A) of the same faces bare, with a mask and with another thing; whether they are only checked."""

    bare: FloatArray
    masked: FloatArray
    hidden: FloatArray
    checked: npt.NDArray[np.bool_]


def faces_of(path: Path, network: Appearance, check: bool, rng: Rng) -> Faces:
    """Some faces of a file, painted, softened and read."""
    with np.load(path) as file:
        found = np.flatnonzero(file["found"]) if "found" in file else np.arange(len(file["person"]))
        chosen = np.sort(rng.permutation(found)[:FACES_A_FILE])
        grey, people = file["grey64"][chosen], np.unique(file["person"], return_inverse=True)[1][chosen]
        own_px = file["face_px"][chosen] if "face_px" in file else np.full(len(chosen), ALIGNED_PX)
    few = np.where(rng.random(len(grey)) < SOFTENED_SHARE, rng.integers(SMALLEST_PX, ALIGNED_PX, len(grey)), ALIGNED_PX)
    sides = np.minimum(few, own_px.astype(int))  # what is painted is no sharper than the face

    def read(faces: list[Image]) -> FloatArray:
        return network.read_all(np.array([softened(face, int(side)) for face, side in zip(faces, sides, strict=True)]))

    masked = read([with_mask(face, rng) for face in grey])
    hidden = read([with_thing(face, rng) for face in grey])
    return Faces(read(list(grey)), masked, hidden, (people % FOLDS == 0) | check)


def main() -> int:
    """Paint, fit, check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crops", type=Path, nargs="+")
    parser.add_argument("--check", type=Path, nargs="*", default=[])
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    rng = np.random.default_rng(SEED)
    network = Appearance(ensure_models(Settings.load().models_dir).appearance)
    read = {path: faces_of(path, network, path in asked.check, rng) for path in (*asked.crops, *asked.check)}
    network.close()
    bare = np.concatenate([faces.bare[~faces.checked] for faces in read.values()])
    masked = np.concatenate([faces.masked[~faces.checked] for faces in read.values()])
    weights, offset = logistic(np.concatenate([bare, masked]), np.repeat([0.0, 1.0], len(bare)))
    for path, faces in read.items():
        kinds = {"bare": faces.bare, "masks": faces.masked, "things": faces.hidden}
        odds = {kind: rows[faces.checked] @ weights + offset for kind, rows in kinds.items()}
        taken = ", ".join(f"{kind} {100 * (row > COVERED_ABOVE).mean():.2f} %" for kind, row in odds.items())
        print(f"{path.stem} ({faces.checked.sum()}): {taken}")
    if asked.write:
        source = "tools/fit_face_cover.py: log odds = weights . Face.appearance + offset"
        fitted = {"source": source, "offset": round(offset, 4), "weights": [round(float(w), 4) for w in weights]}
        PATH.write_text(json.dumps(fitted) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
