"""Runs the app's own pose network over clips and lays the landmarks beside the truth, for training and validation.

The NPZ has one row per frame of all clips (N rows): clip (index into clip_names), t_s, found, image_px (N, 33, 2),
world_m (N, 33, 3), visibility (N, 33), all NaN where no body was found, and the truth of the same frame: angles_deg
(N, A), azimuth_deg, points_px (N, J, 2), points_m (N, J, 3), head_deg (N, 3), units (N, U), pspi. One row per clip
(C rows): clip_names, movement, side, body (the person's shape seed), seed, camera (azimuth, height, distance, focal),
size_px, fps, sex, age_years, flags (occluded, cut, second person). Names of the columns: angle_names, point_names,
unit_names.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from physio.capture.video import VideoSource
from physio.networks.assets import ensure_models
from physio.perception.pose import PoseDetector

Rows = dict[str, npt.NDArray[Any]]
_TRUTH = ("angles_deg", "azimuth_deg", "points_px", "points_m", "head_deg", "units", "pspi")
_NAMES = ("angle_names", "point_names", "unit_names")


def collect(folder: Path, out: Path, models_dir: Path) -> int:
    """Read all clips of a folder; landmarks of each clip are kept beside it, so that a second run only adds new clips.
    Returns the exit code."""
    clips = sorted(p for p in folder.glob("*.mp4") if not p.name.endswith(".part.mp4"))
    if not clips:
        print(f"No clips in {folder}. Make some first: python -m tests.synthetic make --out {folder}", file=sys.stderr)
        return 1
    model = ensure_models(models_dir).pose
    parts = []
    for number, clip in enumerate(clips):
        parts.append(_clip_rows(clip, model))
        found = float(parts[-1]["found"].mean())
        print(f"{number + 1}/{len(clips)} {clip.name}: body in {100 * found:.1f} % of frames", file=sys.stderr)
    rows = {
        key: np.concatenate([p[key] for p in parts])
        for key in parts[0]
        if not key.startswith("_") and key not in _NAMES
    }
    rows["clip"] = np.concatenate([np.full(len(p["t_s"]), k) for k, p in enumerate(parts)])
    names = {key: parts[0][key] for key in _NAMES}
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(out, **rows, **names, **_per_clip(clips))  # type: ignore[arg-type]
    return 0


def _clip_rows(clip: Path, model: Path) -> Rows:
    """Landmarks and truth of one clip."""
    kept = clip.with_suffix(".landmarks.npz")
    truth = np.load(clip.with_suffix(".npz"))
    if kept.exists():
        seen = dict(np.load(kept))
    else:
        seen = _detect(clip, model)
        np.savez_compressed(kept, **seen)  # type: ignore[arg-type]
    count = min(len(seen["t_s"]), len(truth["t_s"]))
    rows = {key: value[:count] for key, value in seen.items()}
    rows |= {key: truth[key][:count] for key in _TRUTH}
    return rows | {key: truth[key] for key in _NAMES}


def _detect(clip: Path, model: Path) -> Rows:
    detector = PoseDetector(model)
    t_s, image, world, visibility = [], [], [], []
    try:
        for frame in VideoSource(clip):
            pose = detector.detect(frame)
            t_s.append(frame.t_s)
            image.append(np.full((33, 2), np.nan) if pose is None else pose.image_px)
            world.append(np.full((33, 3), np.nan) if pose is None else pose.world_m)
            visibility.append(np.full(33, np.nan) if pose is None else pose.visibility)
    finally:
        detector.close()
    return {
        "t_s": np.array(t_s),
        "image_px": np.array(image, dtype=np.float32),
        "world_m": np.array(world, dtype=np.float32),
        "visibility": np.array(visibility, dtype=np.float32),
        "found": np.isfinite(np.array(visibility)[:, 0]),
    }


def _per_clip(clips: list[Path]) -> Rows:
    records = [json.loads(clip.with_suffix(".json").read_text(encoding="utf-8")) for clip in clips]
    camera = ("azimuth_deg", "height_m", "distance_m", "focal_px")
    return {
        "clip_names": np.array([clip.stem for clip in clips]),
        "movement": np.array([r["movement"] for r in records]),
        "side": np.array([r["side"] for r in records]),
        "body": np.array([r["person"]["shape_seed"] for r in records]),
        "seed": np.array([r["seed"] for r in records]),
        "camera": np.array([[r["camera"][key] for key in camera] for r in records]),
        "size_px": np.array([[r["video"]["width"], r["video"]["height"]] for r in records]),
        "fps": np.array([r["video"]["fps"] for r in records]),
        "sex": np.array([r["person"]["sex"] for r in records]),
        "age_years": np.array([r["person"]["age_years"] for r in records]),
        "flags": np.array(
            [
                [r["conditions"]["occluded"], bool(r["conditions"]["cut"]), r["conditions"]["second_person"]]
                for r in records
            ]
        ),
    }
