"""How strongly each facial muscle acts, from the shape of a face against the same person's face at rest.

The numbers (models/face_units.joblib, made by tools/fit_face_units.py from rendered faces with known truth; see the
card models/face_units.md) are plain arrays: principal components of the landmarks in the head's frame, and a few small
networks whose outputs are averaged. They read a face against the person's own face at rest, or, when that is not known,
against nothing but other people's; with what the expression network saw of the skin (appearance), or without.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import joblib
import numpy as np

from physio.affect.head_frame import eye_distance_px, gaze_deg, in_head_frame
from physio.types import Face, FloatArray

MODEL = Path(__file__).resolve().parents[2] / "models" / "face_units.joblib"
FULL_SCALE = 5.0
NOTHING_BELOW, ALL_FROM = 0.5, 1.5
_TURN_UNIT_DEG = 20.0
_USUAL_EYES_PX = 40.0
_LOG_SCALE = (-4.0, 3.0)
_LEAST_LOGIT = -30.0
"""Below, a sigmoid is 0 as far as a level is concerned, and its exponential too large for the numbers."""
_MEAN_OF_NORMAL = float(np.sqrt(2.0 / np.pi))
"""Expected absolute value of a normal deviate of standard deviation 1."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One face without its place and size. parts (K,): principal components of the landmarks in the head frame;
    turn_deg (3,): yaw, pitch, roll of the head, signs as in Face; eyes_px: distance of the eyes; appearance (P,): what
    the expression network made of it, standardised, None when it was not asked; gaze_deg: see head_frame, NaN of a
    face at rest."""

    parts: FloatArray
    turn_deg: FloatArray
    eyes_px: float
    appearance: FloatArray | None = None
    gaze_deg: tuple[float, float] = (math.nan, math.nan)


@dataclass(frozen=True, slots=True)
class UnitReading:
    """levels (U,) 0-5 in the order of the model's units, errors (U,): their expected absolute errors, pspi_error: that
    of the three summands of the PSPI that are levels."""

    levels: FloatArray
    errors: FloatArray
    pspi_error: float


class UnitModel:
    """The fitted numbers. Pure; may be used from any thread."""

    def __init__(self, arrays: Mapping[str, Any]):
        self.units: tuple[str, ...] = tuple(str(name) for name in arrays["units"])
        self._mean = np.asarray(arrays["mean"], dtype=np.float64)
        self._basis = np.asarray(arrays["basis"], dtype=np.float64)
        self._resting_parts = int(arrays["resting_parts"])
        self._layers = [
            (np.asarray(arrays[f"w{i}"], np.float32), np.asarray(arrays[f"b{i}"], np.float32)[:, None, :])
            for i in range(int(arrays["layers"]))
        ]
        self._calibration = np.asarray(arrays["calibration"], dtype=np.float64)
        self._usual_appearance = np.asarray(arrays["appearance_mean"], dtype=np.float64)
        self._appearance_unit = np.asarray(arrays["appearance_unit"], dtype=np.float64)

    @property
    def shape_version(self) -> int:
        """Of what the parts of a shape mean: those of another fit cannot be compared."""
        return crc32(self._basis.tobytes(), crc32(self._mean.tobytes())) >> 1  # a signed integer for the store

    @property
    def part_count(self) -> int:
        """How many parts a shape has."""
        return len(self._basis)

    @classmethod
    @cache
    def load(cls, path: Path = MODEL) -> "UnitModel":
        """The numbers that come with physio."""
        return cls(joblib.load(path))

    def shape(self, face: Face) -> Shape | None:
        """The shape of a face; None when a landmark or the head's rotation is unknown, or the eyes coincide."""
        aligned = in_head_frame(face.landmarks_px, face.rotation)
        if not np.isfinite(aligned).all():
            return None
        turn = np.array([face.yaw_deg, face.pitch_deg, face.roll_deg])
        seen = self.appearance(face.appearance) if np.isfinite(face.appearance).all() else None
        return Shape(self.parts(aligned), turn, float(eye_distance_px(face.landmarks_px)), seen, gaze_deg(aligned))

    def parts(self, aligned: FloatArray) -> FloatArray:
        """Principal components (..., K) of landmarks (..., 478, 3) in the head frame."""
        flat = (aligned - self._mean).reshape(*aligned.shape[:-2], -1)
        return np.asarray(flat @ self._basis.T)

    def appearance(self, features: FloatArray) -> FloatArray:
        """Of the features (...) of the expression network those that are used (..., P), standardised."""
        used = features[..., : self._usual_appearance.size]
        return np.asarray((used - self._usual_appearance) / self._appearance_unit)

    def read(self, shape: Shape, resting: Shape | None) -> UnitReading:
        """The levels of one face, against the same person's face at rest when that is known."""
        levels, errors = self.read_all(self.inputs(shape, resting)[None])
        return UnitReading(levels[0], errors[0, :-1], float(errors[0, -1]))

    def read_all(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """levels (n, U) and expected absolute errors (n, U + 1; the last of the PSPI's levels) for inputs (n, F)."""
        out: Any = x.astype(np.float32)
        for i, (weights, bias) in enumerate(self._layers):
            out = out @ weights + bias
            if i + 1 < len(self._layers):
                out = out / (1.0 + np.exp(-np.maximum(out, _LEAST_LOGIT)))  # SiLU (Elfwing et al. 2018)
        count = len(self.units)
        means, scales = out[..., :count], np.exp(np.clip(out[..., count:], *_LOG_SCALE))
        levels = np.clip(means.mean(axis=0), 0.0, FULL_SCALE).astype(np.float64)
        return levels, _MEAN_OF_NORMAL * self._calibration * scales.mean(axis=0).astype(np.float64)

    def inputs(self, shape: Shape, resting: Shape | None) -> FloatArray:
        """What the networks are given (F,): the parts against those at rest, the first of the parts at rest, how both
        heads are turned, whether the rest is known, the size; then appearance, the same against that at rest, and
        whether it is known. A face at rest without appearance (kept from an earlier session) is compared without."""
        known = resting is not None
        at_rest = resting.parts if resting is not None else np.zeros_like(shape.parts)
        turned = resting.turn_deg if resting is not None else np.zeros(3)
        return np.concatenate(
            [
                shape.parts - at_rest,
                at_rest[: self._resting_parts],
                shape.turn_deg / _TURN_UNIT_DEG,
                turned / _TURN_UNIT_DEG,
                [float(known), np.log(shape.eyes_px / _USUAL_EYES_PX)],
                *self._seen(shape.appearance, resting),
            ]
        )

    def _seen(self, now: FloatArray | None, resting: Shape | None) -> tuple[FloatArray, FloatArray, list[float]]:
        nothing = np.zeros_like(self._usual_appearance)
        if now is None:
            return nothing, nothing, [0.0]
        if resting is None:
            return now, nothing, [1.0]
        if resting.appearance is None:
            return nothing, nothing, [0.0]
        return now, now - resting.appearance, [1.0]


def beyond_error(levels: FloatArray, errors: FloatArray) -> FloatArray:
    """Levels (...) as far as they exceed their own expected errors (...): nothing up to NOTHING_BELOW times the error,
    all from ALL_FROM times on, between them in proportion.

    The networks give the mean of what a face may show, among people of whom every third is in pain; where the face is
    dark, small or turned, that mean is raised for everybody. Among patients pain is rarer, so a level must say more
    than its own doubt. What that costs stands in docs/validation.md.
    """
    share = (levels / np.maximum(errors, 1e-6) - NOTHING_BELOW) / (ALL_FROM - NOTHING_BELOW)
    return np.asarray(levels * np.clip(share, 0.0, 1.0))
