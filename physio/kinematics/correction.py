"""The learned part of the measurement: what to add to each geometric angle, and how far off it may then still be.

Plain arrays (models/angles.joblib, made by tools/fit_angles.py from rendered people with known truth; see the card
models/angles.md): four small networks whose outputs are averaged. One network serves both sides of the body: the right
side is the left side in a mirror.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import numpy.typing as npt

from physio.errors import PhysioError
from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.kinematics.features import FEATURES, Bodies, features, mirrored, other_side
from physio.kinematics.geometry import wrap_deg
from physio.kinematics.measure import Geometry, folded_deg
from physio.types import FloatArray

MODEL = Path(__file__).resolve().parents[2] / "models" / "angles.joblib"
LOG_SCALE = (-3.5, 1.5)
"""Bounds of the networks' log scale, so that no error is claimed to be under 1° or beyond 135°."""
AZIMUTH = "azimuth"
_AZIMUTH = len(ANGLES)
_ARRAYS = ("mean", "std", "w0", "b0", "w1", "b1", "w2", "b2", "calibration")


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a network gives for the left side of the body, the trunk and the view, by name: the columns of (angles,
    azimuth) that they are, those of the right side's twins, and the signs that these take in the mirror."""

    names: tuple[str, ...]
    left: npt.NDArray[np.intp]
    right: npt.NDArray[np.intp]
    twin_sign: FloatArray

    @classmethod
    def of(cls, names: Sequence[str]) -> "Outputs":
        """KeyError for a name that is no angle."""
        place = ANGLE_INDEX | {AZIMUTH: _AZIMUTH}
        sign = {angle.name: angle.row.mirror_sign for angle in ANGLES} | {AZIMUTH: -1.0}
        twins = [other_side(name) for name in names]
        return cls(
            tuple(names),
            np.array([place[name] for name in names], dtype=np.intp),
            np.array([place[name] for name in twins], dtype=np.intp),
            np.array([sign[name] for name in names]),
        )


OUTPUTS = Outputs.of([*(angle.name for angle in ANGLES if angle.side != "r"), AZIMUTH])
"""What networks that are fitted now give."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """angles_deg (…, A) without gaps, their expected absolute error error_deg (…, A), the camera azimuth (…) and its
    expected absolute error (…)."""

    angles_deg: FloatArray
    error_deg: FloatArray
    azimuth_deg: FloatArray
    azimuth_error_deg: FloatArray


class AngleCorrection:
    """The networks. correct() is pure and may be called from any thread.

    They read and give what their file names: of today's features those they were fitted with, and angles that came into
    the table later are left as geometry has them, with an unknown expected error (NaN).
    """

    def __init__(self, arrays: Mapping[str, Any]):
        """Raises PhysioError when the file names what this version does not measure, or does not fit its own names."""
        self._inputs, self._outputs = _named(arrays)
        wide = {name: np.asarray(arrays[name], dtype=np.float32) for name in _ARRAYS}
        # What the features are standardised with is drawn into the first layer.
        first = wide["w0"] / wide["std"][:, None]
        shifted = wide["b0"] - wide["mean"] @ first
        self._layers = [
            (first, shifted[:, None, :]),
            *((wide[f"w{i}"], wide[f"b{i}"][:, None, :]) for i in (1, 2)),
        ]
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
        (move_l, move_r), (error_l, error_r) = self._networks(np.stack([x, mirrored(x)])[..., self._inputs])
        out = self._outputs
        move, error = np.zeros_like(base), np.full_like(base, np.nan)
        # Both sides see the trunk and the view, whose left and right column is the same one: the mean of the two.
        for value, left, right in ((move, move_l, move_r * out.twin_sign), (error, error_l, error_r)):
            value[..., out.right] = right
            value[..., out.left] = np.where(out.left == out.right, (left + right) / 2, left)
        value = base + move
        angles_deg, azimuth = folded_deg(value[..., :_AZIMUTH]), wrap_deg(value[..., _AZIMUTH])
        return Corrected(angles_deg, error[..., :_AZIMUTH], azimuth, error[..., _AZIMUTH])

    def _networks(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(what to add, expected absolute error), each (…, O) degrees, averaged over the networks."""
        lead = x.shape[:-1]
        h = x.reshape(1, -1, x.shape[-1]).astype(np.float32)
        for w, b in self._layers[:-1]:
            h = np.maximum(h @ w + b, 0)
        w, b = self._layers[-1]
        move, log_scale = np.split((h @ w + b).astype(float), 2, axis=-1)
        error = np.exp(np.clip(log_scale, *LOG_SCALE)).mean(axis=0) * self._calibration
        return (
            (self._scale_deg * move.mean(axis=0)).reshape(*lead, -1),
            (self._scale_deg * error).reshape(*lead, -1),
        )


def _named(arrays: Mapping[str, Any]) -> tuple[npt.NDArray[np.intp], Outputs]:
    """Where the networks' inputs stand among FEATURES, and what they give."""
    inputs, outputs = ([str(name) for name in arrays.get(key, ())] for key in ("features", "outputs"))
    unknown = [name for name in inputs if name not in FEATURES]
    unknown += [name for name in outputs if name not in ANGLE_INDEX and name != AZIMUTH]
    if unknown:
        raise PhysioError("angle_networks.unknown_names", names=", ".join(unknown))
    widths = [arrays["w0"].shape[-2], arrays["b2"].shape[-1], len(arrays["calibration"])]
    if widths != [len(inputs), 2 * len(outputs), len(outputs)]:
        raise PhysioError("angle_networks.names_missing")
    return np.array([FEATURES.index(name) for name in inputs], dtype=np.intp), Outputs.of(outputs)
