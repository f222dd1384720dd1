"""Reads a face set with the app's own face network and lays what it finds beside the truth.

The NPZ has one row per picture of all persons: landmarks_px (n, 478, 3) float16 in native pixels, NaN where no face was
found; found (n,); grey64 (n, 64, 64) uint8, 0 where none; person (n,) number of the file, and all arrays of the face
set but the pictures, scalars repeated for each picture. Names and what belongs to a person stand once: action_names,
resting and gains (people, 52), identities (people,).
"""

import io
import multiprocessing
import sys
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image as Pictures

from physio.networks.assets import ensure_models
from physio.perception.appearance import ALIGNED_PX, aligned_grey
from physio.perception.crop import square_crop
from physio.perception.face import CROP_AT_LEAST_PX, FaceDetector, face_height_px

Rows = dict[str, npt.NDArray[Any]]
_SKIPPED = ("jpeg", "offset")
_ONCE = ("action_names", "resting", "gains")
_BIN_EDGES_PX = (0.0, 40.0, 50.0, 64.0, 90.0, 130.0, 190.0, 1000.0)


def read_face_set(folder: Path, out: Path, models_dir: Path, workers: int) -> int:
    """Read all persons of a folder; what is found is kept beside each file, so that a second run only adds new ones.
    Returns the exit code."""
    files = sorted(p for p in folder.glob("face_*.npz") if not p.stem.endswith((".part", ".landmarks")))
    if not files:
        print(
            f"No faces in {folder}. Make some first: python -m tests.synthetic face-set --out {folder}", file=sys.stderr
        )
        return 1
    todo = [file for file in files if not kept_path(file).exists()]
    model = ensure_models(models_dir).face
    if workers == 1 or len(todo) < 2:
        _read_files(model, todo)
    else:
        with multiprocessing.get_context("spawn").Pool(workers) as pool:
            pool.map(partial(_read_files, model), [todo[w::workers] for w in range(workers)])
    rows = joined(files)
    out.parent.mkdir(parents=True, exist_ok=True)
    partial_out = out.with_suffix(".part.npz")
    np.savez(partial_out, **rows)  # type: ignore[arg-type]
    partial_out.replace(out)
    print(report(rows), file=sys.stderr)
    return 0


def kept_path(file: Path) -> Path:
    """Where the landmarks of a person's file are kept."""
    return file.with_suffix(".landmarks.npz")


def pictures(truth: Any) -> list[npt.NDArray[np.uint8]]:
    """The pictures (side, side, 3) RGB of a person's file."""
    jpeg, offset = truth["jpeg"], truth["offset"]
    return [
        np.asarray(Pictures.open(io.BytesIO(jpeg[start:end].tobytes())).convert("RGB"))
        for start, end in pairwise(offset)
    ]


def joined(files: list[Path]) -> Rows:
    """One array of each kind for all persons."""
    persons = []
    for number, file in enumerate(files):
        with np.load(file) as truth, np.load(kept_path(file)) as seen:
            count = len(truth["kind"])
            rows = {key: truth[key] for key in truth.files if key not in _SKIPPED}
            rows |= {key: seen[key] for key in seen.files}
            persons.append(_repeated(rows, count) | {"person": np.full(count, number)})
    whole = {key: np.concatenate([p[key] for p in persons]) for key in persons[0] if key not in _ONCE}
    whole |= {key: np.stack([p[key] for p in persons]) for key in ("resting", "gains")}
    whole["identities"] = np.array([p["identity"][0] for p in persons])
    return whole | {"action_names": persons[0]["action_names"]}


def report(rows: Rows) -> str:
    """Share of faces found and the error of their height, by size."""
    lines = []
    for low, high in pairwise(_BIN_EDGES_PX):
        own = (rows["face_px"] >= low) & (rows["face_px"] < high)
        if own.any():
            lines.append(
                f"face {low:.0f}-{high:.0f} px: {own.sum()} pictures, found {100 * rows['found'][own].mean():.1f} %"
            )
    ratio = rows["found_px"][rows["found"]] / rows["face_px"][rows["found"]]
    return "\n".join([*lines, f"height found / true: median {np.median(ratio):.3f}"])


def _repeated(rows: Rows, count: int) -> Rows:
    return {key: np.repeat(value[None], count) if value.ndim == 0 else value for key, value in rows.items()}


def _read_files(model: Path, files: list[Path]) -> None:
    detector = FaceDetector(model)
    try:
        for file in files:
            with np.load(file) as truth:
                seen = _read(detector, pictures(truth))
            partial_file = file.with_suffix(".landmarks.part.npz")
            np.savez(partial_file, **seen)  # type: ignore[arg-type]
            partial_file.replace(kept_path(file))
    finally:
        detector.close()


def _read(detector: FaceDetector, images: list[npt.NDArray[np.uint8]]) -> Rows:
    landmarks = np.full((len(images), 478, 3), np.nan, dtype=np.float16)
    grey = np.zeros((len(images), ALIGNED_PX, ALIGNED_PX), dtype=np.uint8)
    for k, image in enumerate(images):
        half = image.shape[0] / 2.0
        crop = square_crop(image, (half, half), half, CROP_AT_LEAST_PX)
        faces = detector.faces(crop.image, None) if crop is not None else []
        if crop is not None and faces:
            points = crop.to_frame(max(faces, key=face_height_px))
            landmarks[k], grey[k] = points, aligned_grey(image, points)
    found = np.isfinite(landmarks[:, 0, 0].astype(float))
    heights = np.array([face_height_px(points.astype(float)) for points in landmarks], dtype=np.float32)
    return {"landmarks_px": landmarks, "found": found, "found_px": heights, "grey64": grey}
