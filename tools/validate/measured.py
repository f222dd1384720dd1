"""Videos through the same code that scores a patient's, beside MediaPipe's plain readings on the same frames."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from physio.exercise.assignment import Assignment
from physio.exercise.definition import exercise_ids, load_exercise
from physio.kinematics.angles import ANGLES
from physio.kinematics.measure import Geometry
from physio.networks.assets import ModelPaths
from physio.scoring.result import ScoredVideo
from physio.scoring.score import score_video
from physio.storage.landmark_codec import unpack
from physio.types import FloatArray, Side


@dataclass(frozen=True, slots=True)
class Measured:
    """One video: t_s (T,), given and expected error of all ANGLES (T, A), azimuth (T,) and its expected error (T,), and
    MediaPipe's plain readings in the image plane and from world landmarks (T, A), NaN where there was no body."""

    scored: ScoredVideo
    t_s: FloatArray
    given_deg: FloatArray
    error_deg: FloatArray
    azimuth_deg: FloatArray
    picture_deg: FloatArray
    world_deg: FloatArray


def measure(video: Path, models: ModelPaths, movement: str = "", side: str = "") -> Measured:
    """Score one video; movement: what is done in it, counted when it is an exercise of the library."""
    exercise = load_exercise(movement) if movement in exercise_ids() else None
    sides: dict[str, Side] = {"left": "left", "right": "right", "both": "both"}
    chosen = None if exercise is None or exercise.side_mode == "both" else sides.get(side)
    scored = score_video(video, models, Assignment(exercise, chosen))
    columns, t_s = scored.columns, scored.rows.t_s
    picture, world = _raw(scored)
    return Measured(
        scored=scored,
        t_s=t_s,
        given_deg=np.column_stack([columns[angle.name] for angle in ANGLES]),
        error_deg=np.column_stack([columns[f"{angle.name}_error"] for angle in ANGLES]),
        azimuth_deg=columns["azimuth"],
        picture_deg=picture,
        world_deg=world,
    )


def _raw(scored: ScoredVideo) -> tuple[FloatArray, FloatArray]:
    seen = unpack(scored.rows.landmarks)
    row = np.searchsorted(scored.rows.t_s, seen.t_s - 1e-6)
    geometry = Geometry.of(seen.world_m, seen.image_px)
    out = np.full((2, scored.rows.t_s.size, len(ANGLES)), np.nan)
    out[0, row], out[1, row] = geometry.picture_deg, geometry.world_deg
    return out[0], out[1]
