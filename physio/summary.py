"""What a whole session comes to, computed from its stored frame metrics, so that a live, a recorded and an interrupted
session are summarised by the same code."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from physio.exercise.definition import Exercise
from physio.kinematics.angles import ANGLES
from physio.kinematics.ends import NEAR_END_DEG, lost_ends
from physio.kinematics.smoothing import zero_phase
from physio.kinematics.view import off_frontal_deg, view_label
from physio.types import FaceReason, FaceState, FloatArray, Reason

PAIN_FROM_PSPI = 1.0
MIN_USABLE_SHARE = 0.1
MIN_USABLE_S = 1.0
SIDE_VIEW_FROM_DEG = 55.0
FRONT_VIEW_TO_DEG = 35.0


@dataclass(frozen=True, slots=True)
class RangeOfMotion:
    """The smallest and largest value of one angle, NaN when not valid; reason says why it is not. error_deg is the
    expected absolute error of the less certain of the two ends, NaN when unknown."""

    angle: str
    min_deg: float
    max_deg: float
    valid: bool
    reason: str | None
    error_deg: float = float("nan")


@dataclass(frozen=True, slots=True)
class Summary:
    """One session. Shares are per cent of processed frames; states are per cent of frames with a usable face;
    pspi_* are NaN when no face was ever usable; pain_frames_pct is the share of frames with a PSPI that reach 1."""

    duration_s: float
    frames_processed: int
    pose_pct: float
    face_pct: float
    unusable: dict[str, float]
    rom: tuple[RangeOfMotion, ...]
    pspi_mean: float
    pspi_p95: float
    pspi_max: float
    pain_frames_pct: float
    states: dict[str, float]
    azimuth_deg: float
    view_label: str
    view_valid: bool

    def metrics(self) -> dict[str, float]:
        """Flat name → value for storage; what is unknown is left out."""
        flat = {
            "duration_s": self.duration_s,
            "frames_processed": float(self.frames_processed),
            "pose_pct": self.pose_pct,
            "face_pct": self.face_pct,
            "pspi_mean": self.pspi_mean,
            "pspi_p95": self.pspi_p95,
            "pspi_max": self.pspi_max,
            "pain_frames_pct": self.pain_frames_pct,
            "azimuth_deg": self.azimuth_deg,
            **{f"unusable_{name}_pct": pct for name, pct in self.unusable.items()},
            **{f"state_{name}_pct": pct for name, pct in self.states.items()},
            **{f"rom_min_{r.angle}": r.min_deg for r in self.rom},
            **{f"rom_max_{r.angle}": r.max_deg for r in self.rom},
            **{f"rom_error_{r.angle}": r.error_deg for r in self.rom},
        }
        return {name: value for name, value in flat.items() if np.isfinite(value)}


def summarise(t_s: FloatArray, columns: Mapping[str, FloatArray], exercise: Exercise | None) -> Summary:
    """The summary of frames at t_s (T,) with one array (T,) per frame column of METRICS; empty arrays are allowed."""
    reason, face_reason = columns["reason"], columns["face_reason"]
    pspi = columns["pspi"][np.isfinite(columns["pspi"])]
    azimuth = _typical_azimuth(columns["azimuth"])
    nobody = np.isin(reason, (Reason.NO_PERSON, Reason.NOT_A_BODY))
    # Of the reasons that a body may have or not, the view is known only with a body.
    unsure = np.isin(reason, (Reason.SECOND_PERSON, Reason.MOTION_BLUR))
    pose = ~(nobody | (unsure & ~np.isfinite(columns["azimuth"])))
    return Summary(
        duration_s=float(t_s[-1] - t_s[0]) if t_s.size else 0.0,
        frames_processed=int(t_s.size),
        pose_pct=_share_pct(pose),
        face_pct=_share_pct(face_reason == FaceReason.OK),
        unusable=_shares(reason, Reason, "") | _shares(face_reason, FaceReason, "face_"),
        rom=tuple(_range_of_motion(t_s, angle.name, columns, pose) for angle in ANGLES),
        pspi_mean=float(np.mean(pspi)) if pspi.size else float("nan"),
        pspi_p95=float(np.percentile(pspi, 95)) if pspi.size else float("nan"),
        pspi_max=float(np.max(pspi)) if pspi.size else float("nan"),
        pain_frames_pct=_share_pct(pspi >= PAIN_FROM_PSPI),
        states=_states(columns["face_state"]),
        azimuth_deg=azimuth,
        view_label=view_label(azimuth),
        view_valid=_view_suits(azimuth, exercise),
    )


def _share_pct(mask: np.ndarray) -> float:
    return float(100 * np.mean(mask)) if mask.size else 0.0


def _shares(codes: FloatArray, names: type[Reason] | type[FaceReason], prefix: str) -> dict[str, float]:
    """Per cent of frames by reason, for the reasons that occurred."""
    shares = {f"{prefix}{code.name.lower()}": _share_pct(codes == code) for code in names if code}
    return {name: pct for name, pct in shares.items() if pct > 0}


def _states(codes: FloatArray) -> dict[str, float]:
    seen = codes[codes != FaceState.NO_FACE]
    return {state.name.lower(): _share_pct(seen == state) for state in FaceState if state and seen.size}


def _range_of_motion(t_s: FloatArray, angle: str, columns: Mapping[str, FloatArray], pose: np.ndarray) -> RangeOfMotion:
    values = columns[angle]
    usable = np.isfinite(values)
    if not pose.any():
        return RangeOfMotion(angle, float("nan"), float("nan"), False, "no person was seen")
    share, usable_s = float(np.mean(usable[pose])), float(np.mean(usable)) * float(t_s[-1] - t_s[0])
    if share < MIN_USABLE_SHARE:
        return RangeOfMotion(angle, float("nan"), float("nan"), False, f"measured in only {share:.0%} of the frames")
    if usable_s < MIN_USABLE_S:
        return RangeOfMotion(angle, float("nan"), float("nan"), False, f"measured for only {usable_s:.1f} s")
    smooth = zero_phase(t_s, values)
    lost = [end for end, gone in zip(("smallest", "largest"), lost_ends(t_s, smooth), strict=True) if gone]
    if lost:
        reason = f"the {' and the '.join(lost)} value could not be measured: the movement went on where it was not seen"
        return RangeOfMotion(angle, float("nan"), float("nan"), False, reason)
    low, high = float(np.nanmin(smooth)), float(np.nanmax(smooth))
    return RangeOfMotion(angle, low, high, True, None, less_certain_end_deg(smooth, columns[f"{angle}_error"]))


def less_certain_end_deg(values_deg: FloatArray, error_deg: FloatArray) -> float:
    """The expected error (median near the end) of the smallest or the largest value, whichever is less certain. Both
    (n,); NaN values are left out; NaN when the error near an end is unknown, or there is no value."""
    if not np.isfinite(values_deg).any():
        return float("nan")
    low, high = np.nanmin(values_deg), np.nanmax(values_deg)
    ends = (error_deg[values_deg <= low + NEAR_END_DEG], error_deg[values_deg >= high - NEAR_END_DEG])
    return float(np.max([np.median(end) for end in ends]))


def _typical_azimuth(azimuth: FloatArray) -> float:
    """The circular mean of the known azimuths, degrees."""
    known = np.radians(azimuth[np.isfinite(azimuth)])
    if known.size == 0:
        return float("nan")
    return float(np.degrees(np.arctan2(np.sin(known).mean(), np.cos(known).mean())))


def _view_suits(azimuth: float, exercise: Exercise | None) -> bool:
    """Whether the camera stands where the exercise's angles can be seen."""
    if not np.isfinite(azimuth):
        return False
    if exercise is None or exercise.view == "any":
        return True
    off = float(off_frontal_deg(azimuth))
    return off >= SIDE_VIEW_FROM_DEG if exercise.view == "side" else off <= FRONT_VIEW_TO_DEG
