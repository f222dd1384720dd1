"""The learned part of the measurement: what to add to each geometric angle, and how far off it may then still be.

Plain arrays (models/angles.joblib, made by tools/fit_angles.py from rendered people with known truth; see the card
models/angles.md): four small networks whose outputs are averaged. One network serves both sides of the body: the right
side is the left side in a mirror.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import numpy.typing as npt

from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.kinematics.features import Bodies, features, mirrored
from physio.kinematics.geometry import wrap_deg
from physio.kinematics.measure import Geometry, folded_deg
from physio.types import FloatArray

MODEL = Path(__file__).resolve().parents[2] / "models" / "angles.joblib"
LOG_SCALE = (-3.5, 1.5)
"""Bounds of the networks' log scale, so that no error is claimed to be under 1° or beyond 135°."""
_AZIMUTH = len(ANGLES)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Columns of (angles, azimuth) that a network gives for the left side, and those of the right side's twin."""

    left: npt.NDArray[np.intp]
    right: npt.NDArray[np.intp]


_OWN = [angle for angle in ANGLES if angle.side != "r"]
OUTPUTS: tuple[str, ...] = (*(angle.name for angle in _OWN), "azimuth")
LEARNED = _Columns(
    np.array([*(ANGLE_INDEX[a.name] for a in _OWN), _AZIMUTH]),
    np.array([*(ANGLE_INDEX[f"{a.base}_r"] if a.side else ANGLE_INDEX[a.name] for a in _OWN), _AZIMUTH]),
)
TWIN_SIGN: FloatArray = np.array([-1.0 if name == "azimuth" or "lateral" in name else 1.0 for name in OUTPUTS])
_SHARED = TWIN_SIGN.size - 1 - sum(not angle.side for angle in ANGLES)


@dataclass(frozen=True, slots=True)
class Corrected:
    """angles_deg (…, A) without gaps, their expected absolute error error_deg (…, A), the camera azimuth (…) and its
    expected absolute error (…)."""

    angles_deg: FloatArray
    error_deg: FloatArray
    azimuth_deg: FloatArray
    azimuth_error_deg: FloatArray


class AngleCorrection:
    """The networks. Built once per process; correct() is pure and may be called from any thread."""

    def __init__(self, arrays: dict[str, Any]):
        wide = {
            name: np.asarray(v, dtype=np.float32)
            for name, v in arrays.items()
            if name not in ("features", "outputs", "scale_deg")
        }
        self._mean, self._std = wide["mean"], wide["std"]
        self._layers = [(wide[f"w{i}"], wide[f"b{i}"][:, None, :]) for i in range(3)]
        self._calibration = wide["calibration"].astype(float)
        self._scale_deg = float(arrays["scale_deg"])

    @classmethod
    def load(cls, path: Path = MODEL) -> "AngleCorrection":
        """The networks that come with physio."""
        return cls(joblib.load(path))

    def correct(self, bodies: Bodies) -> Corrected:
        """Angles and azimuth of one or many bodies."""
        geometry = Geometry.of(bodies.world_m, bodies.image_px)
        x = features(bodies, geometry)
        base = np.concatenate([geometry.best_deg(), geometry.azimuth_deg[..., None]], axis=-1)
        (move_l, move_r), (error_l, error_r) = self._networks(np.stack([x, mirrored(x)]))
        move_r = move_r * TWIN_SIGN
        move, error = np.zeros_like(base), np.zeros_like(base)
        move[..., LEARNED.right], error[..., LEARNED.right] = move_r, error_r
        # Trunk and azimuth are seen by both sides: the mean of the two.
        move_l[..., _SHARED:] = (move_l[..., _SHARED:] + move_r[..., _SHARED:]) / 2
        error_l[..., _SHARED:] = (error_l[..., _SHARED:] + error_r[..., _SHARED:]) / 2
        move[..., LEARNED.left], error[..., LEARNED.left] = move_l, error_l
        value = base + move
        angles_deg, azimuth = folded_deg(value[..., :_AZIMUTH]), wrap_deg(value[..., _AZIMUTH])
        return Corrected(angles_deg, error[..., :_AZIMUTH], azimuth, error[..., _AZIMUTH])

    def _networks(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(what to add, expected absolute error), each (…, O) degrees, averaged over the networks."""
        lead = x.shape[:-1]
        h = ((x.reshape(1, -1, x.shape[-1]) - self._mean) / self._std).astype(np.float32)
        for w, b in self._layers[:-1]:
            h = np.maximum(h @ w + b, 0)
        w, b = self._layers[-1]
        move, log_scale = np.split((h @ w + b).astype(float), 2, axis=-1)
        error = np.exp(np.clip(log_scale, *LOG_SCALE)).mean(axis=0) * self._calibration
        return (
            (self._scale_deg * move.mean(axis=0)).reshape(*lead, -1),
            (self._scale_deg * error).reshape(*lead, -1),
        )
