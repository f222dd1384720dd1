"""Angles over time: corrected, smoothed, and refused where they cannot be known well enough."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from physio.kinematics.angles import ANGLES
from physio.kinematics.correction import AngleCorrection, Corrected
from physio.kinematics.features import Bodies
from physio.kinematics.measure import arm_plane_deg, hidden_or_outside, unknown, without_other_plane
from physio.kinematics.smoothing import OneEuro
from physio.kinematics.view import off_frontal_deg
from physio.types import FloatArray, Kinematics, Pose, Reason

MAX_ERROR_DEG = 10.0
"""An angle expected to be further off than this is not given: a goniometer in two hands repeats within 5-10°."""
MAX_ERROR_IN_VIEW_DEG = 20.0
"""The limit where all landmarks are seen and the angle's plane faces the camera. Refusing there would cut the far end
off a range of motion, for the far ends are what is least certain; the number is given with its large error instead."""
SIDE_FROM_DEG, FRONT_TO_DEG = 50.0, 40.0

# One-Euro in degrees: at 100°/s the cut-off is 31 Hz, a lag of about 5 ms (1 / 2πf); at rest 1.5 Hz. Not tuned on data.
_MIN_CUTOFF_HZ, _BETA, _D_CUTOFF_HZ = 1.5, 0.3, 3.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """shown: smoothed and gated, for people; raw: neither, for what filters and judges by itself (repetitions can be
    counted in views in which their angle cannot be measured)."""

    shown: Kinematics
    raw: Kinematics


class AngleEstimator:
    """One person's angles, frame by frame."""

    def __init__(self, correction: AngleCorrection):
        self._correction = correction
        self._angles = OneEuro(_MIN_CUTOFF_HZ, _BETA, _D_CUTOFF_HZ)
        self._view = OneEuro(_MIN_CUTOFF_HZ / 3, _BETA, _D_CUTOFF_HZ)

    def step(self, t_s: float, pose: Pose, size_px: tuple[int, int]) -> Estimate:
        """The angles of pose at t_s (increasing) in a picture of size_px (width, height)."""
        size = np.array(size_px, dtype=float)
        seen = self._correction.correct(Bodies(pose.world_m, pose.image_px, pose.visibility, size))
        smooth = self._angles.step(t_s, seen.angles_deg)
        plane_deg = arm_plane_deg(pose.world_m)
        raw = Kinematics(
            without_other_plane(seen.angles_deg, plane_deg),
            np.zeros(smooth.size, dtype=np.uint8),
            self._azimuth_deg(t_s, seen),
            seen.error_deg,
        )
        refused = refusals(seen.error_deg, raw.azimuth_deg, hidden_or_outside(pose, size_px))
        given = np.where(refused == Reason.OK, without_other_plane(smooth, plane_deg), np.nan)
        return Estimate(replace(raw, angles_deg=given, reasons=refused), raw)

    def nothing(self, reason: Reason) -> Estimate:
        """A frame without a usable body."""
        return Estimate(unknown(reason), unknown(reason))

    def _azimuth_deg(self, t_s: float, seen: Corrected) -> float:
        turn = np.radians(float(seen.azimuth_deg))
        smooth = self._view.step(t_s, np.array([np.cos(turn), np.sin(turn)]) * 57.3)
        return float(np.degrees(np.arctan2(smooth[1], smooth[0])))


_SAGITTAL = np.array([angle.plane == "sagittal" for angle in ANGLES])
_FRONTAL = np.array([angle.plane == "frontal" for angle in ANGLES])


def refusals(error_deg: FloatArray, azimuth: FloatArray | float, seen: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Why each angle (…, A) is not given, a Reason: only where the expected error is too large, and then by what
    explains it. azimuth (…) in degrees; seen (…, A) as hidden_or_outside gives it."""
    off = off_frontal_deg(azimuth)[..., None]
    edge_on = (_SAGITTAL & (off < SIDE_FROM_DEG)) | (_FRONTAL & (off > FRONT_TO_DEG))
    why = np.where(seen != Reason.OK, seen, np.where(edge_on, Reason.OFF_VIEW, Reason.LOW_VISIBILITY))
    limit = np.where(edge_on | (seen != Reason.OK), MAX_ERROR_DEG, MAX_ERROR_IN_VIEW_DEG)
    return np.where(error_deg > limit, why, Reason.OK).astype(np.uint8)
