"""Angles over time: corrected, smoothed, and refused where they cannot be known well enough."""

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from physio.kinematics.angles import ANGLES
from physio.kinematics.calibrator import Calibrator
from physio.kinematics.correction import AngleCorrection, Corrected
from physio.kinematics.features import Bodies
from physio.kinematics.measure import Trust, arm_plane_deg, unknown, without_other_plane
from physio.kinematics.smoothing import OneEuro
from physio.kinematics.view import VIEWS, misses
from physio.types import FloatArray, Kinematics, Pose, Reason

MAX_ERROR_DEG = 7.5
"""An angle expected to be further off than this is not given: a goniometer in two hands repeats within 5-10°, and of
the numbers within this limit about one in forty is off by more than 15° (on rendered people; docs/decisions/0010)."""
MAX_ERROR_IN_VIEW_DEG = 18.0
"""The limit where all landmarks are seen and the angle's plane faces the camera. Refusing there would cut the far end
off a range of motion, for the far ends are what is least certain; the number is given with its large error instead."""

# One-Euro in degrees: at 100°/s the cut-off is 31 Hz, a lag of about 5 ms (1 / 2πf); at rest 1.5 Hz. Not tuned on data.
_BETA, _D_CUTOFF_HZ = 0.3, 3.0
_CUTOFFS_HZ = np.array([*[1.5] * len(ANGLES), 0.5, 0.5])
"""Of the angles and, calmer, of the azimuth's direction."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """shown: smoothed and gated, for people; raw: neither, for what filters and judges by itself (repetitions can be
    counted in views in which their angle cannot be measured). The reasons of raw say why the angle is not given
    although it is there: OFF_VIEW where its landmarks are seen, LOW_VISIBILITY or OUT_OF_FRAME where they are not."""

    shown: Kinematics
    raw: Kinematics

    def refused(self, reason: Reason) -> "Estimate":
        """Without its angles; view and expected errors are kept."""
        none = unknown(reason)
        return Estimate(
            *(replace(one, angles_deg=none.angles_deg, reasons=none.reasons) for one in (self.shown, self.raw))
        )


class AngleEstimator:
    """One person's angles, frame by frame."""

    def __init__(self, correction: AngleCorrection, calibrator: Calibrator | None = None):
        """calibrator: what corrects this person's angles further, nothing when None."""
        self._correction = correction
        self._calibrator = calibrator or Calibrator()
        self._smooth = OneEuro(_CUTOFFS_HZ, _BETA, _D_CUTOFF_HZ)

    def step(self, t_s: float, pose: Pose, size_px: tuple[int, int]) -> Estimate:
        """The angles of pose at t_s (increasing) in a frame of size_px (width, height)."""
        size = np.array(size_px, dtype=float)
        seen = self._correction.correct(Bodies(pose.world_m, pose.image_px, pose.visibility, size))
        smooth, azimuth = self._smoothed(t_s, seen)
        smooth, measured = without_other_plane(np.stack([smooth, seen.angles_deg]), arm_plane_deg(pose.world_m))
        trust = Trust.of(pose, size_px)
        refused = refusals(seen.error_deg, azimuth, trust)
        given = np.where(refused == Reason.OK, smooth, np.nan)
        calibration = self._calibrator.step(t_s, given, seen.error_deg, azimuth)
        raw = Kinematics(
            calibration.apply(measured, azimuth),
            _unseen_or_unsure(refused, trust),
            azimuth,
            calibration.error_deg(seen.error_deg, azimuth),
            float(seen.azimuth_error_deg),
        )
        return Estimate(replace(raw, angles_deg=calibration.apply(given, azimuth), reasons=refused), raw)

    def nothing(self, reason: Reason) -> Estimate:
        """A frame without a usable body."""
        self._calibrator.nobody()
        return Estimate(unknown(reason), unknown(reason))

    def _smoothed(self, t_s: float, seen: Corrected) -> tuple[FloatArray, float]:
        """Angles (A,) and azimuth, which is smoothed as a direction, so that it goes the short way round the back."""
        turn = math.radians(float(seen.azimuth_deg))
        smooth = self._smooth.step(t_s, np.array([*seen.angles_deg, 57.3 * math.cos(turn), 57.3 * math.sin(turn)]))
        return smooth[:-2], math.degrees(math.atan2(smooth[-1], smooth[-2]))


def _unseen_or_unsure(refused: npt.NDArray[np.uint8], trust: Trust) -> npt.NDArray[np.uint8]:
    """The reasons (A,) of the angles that are not given: OFF_VIEW for all whose landmarks are seen."""
    seen = (trust.seen == Reason.OK) & ~trust.lost
    return np.where((refused != Reason.OK) & seen, Reason.OFF_VIEW, refused).astype(np.uint8)


_FACED = np.array([angle.view != "any" for angle in ANGLES])
_VIEW = np.array([VIEWS.index(angle.view) for angle in ANGLES])


def refusals(error_deg: FloatArray, azimuth: FloatArray | float, trust: Trust) -> npt.NDArray[np.uint8]:
    """Why each angle (…, A) is not given, a Reason: only where nothing is left to measure it by or the expected error
    is too large, and then by what explains it. azimuth (…) in degrees. An angle without an expected error (NaN: the
    networks do not know it) is given only in its own view with all its landmarks seen.
    """
    edge_on = np.stack([misses(view, azimuth) for view in VIEWS], axis=-1)[..., _VIEW]
    why = np.where(trust.seen != Reason.OK, trust.seen, np.where(edge_on, Reason.OFF_VIEW, Reason.LOW_VISIBILITY))
    clear = ~edge_on & (trust.seen == Reason.OK)
    limit = np.where(_FACED & clear, MAX_ERROR_IN_VIEW_DEG, MAX_ERROR_DEG)
    unsure = np.isnan(error_deg) & ~clear
    refused = np.where((error_deg > limit) | unsure, why, Reason.OK)
    return np.where(trust.lost, Reason.OUT_OF_FRAME, refused).astype(np.uint8)
