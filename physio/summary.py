"""What a whole session comes to, computed from its stored frame metrics, so that a live, a recorded and an interrupted
session are summarised by the same code."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from physio.affect.pain import no_figures_message, no_states_message
from physio.affect.states import FACE_ESTIMATE
from physio.exercise.definition import Exercise
from physio.face_figures import PAIN_AND_STATES, face_figures, share_pct
from physio.kinematics.angles import ANGLES, angles_of
from physio.kinematics.ends import NEAR_END_DEG, lost_ends
from physio.kinematics.geometry import mean_direction_deg
from physio.kinematics.smoothing import zero_phase
from physio.kinematics.view import serves, view_label
from physio.messages import Message, message
from physio.metrics import SESSION_METRICS, session_values
from physio.types import FaceReason, FloatArray, Phase, Reason, Rep

MIN_USABLE_SHARE = 0.1
MIN_USABLE_S = 1.0
MIN_MOVING_SHARE = 0.5
"""Share of the frames of the exercise's movements in which an angle must be known: with fewer, its range would be that
of rest."""


@dataclass(frozen=True, slots=True)
class RangeOfMotion:
    """The smallest and largest value of one angle, NaN when not valid; reason says why it is not. error_deg is the
    expected absolute error of the less certain of the two ends, NaN when unknown."""

    angle: str
    min_deg: float
    max_deg: float
    valid: bool
    reason: Message | None
    error_deg: float = math.nan


@dataclass(frozen=True, slots=True)
class Summary:
    """One session. Shares are per cent of processed frames; states are per cent of frames with a usable face, none when
    those are too few (states_reason says why); pspi_*, pain_frames_pct, the share of frames with a PSPI that reach 1,
    and pain_probability_p95 are NaN when there is too little evidence for them (pain_reason says why); pose_pct or
    face_pct is when the body or the face was not to be analysed. pain_reliable_pct: share of the processed frames with
    a usable face and a PSPI; engagement_mean (per cent) over the frames that have it, flashes: how many expressions of
    less than half a second there were, both NaN without states; face_estimate: the version of the facial estimate, NaN
    for what version 1 said: then nothing of it is given."""

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
    pain_probability_p95: float = math.nan
    pain_reliable_pct: float = math.nan
    engagement_mean: float = math.nan
    flashes: float = math.nan
    face_estimate: float = math.nan

    @property
    def pain_reason(self) -> Message | None:
        """Why there are no pain figures; None where there are, or the face was not to be analysed."""
        if math.isfinite(self.pspi_p95) or math.isnan(self.face_pct):
            return None
        if self._of_earlier_estimate:
            return message("pain.earlier_estimate")
        return no_figures_message(self.face_pct / 100 * self.duration_s, self.face_pct)

    @property
    def states_reason(self) -> Message | None:
        """Why there are no facial states; None where there are, or the face was not to be analysed."""
        if self.states or math.isnan(self.face_pct):
            return None
        if self._of_earlier_estimate:
            return message("pain.earlier_estimate")
        return no_states_message(self.face_pct / 100 * self.duration_s, self.face_pct)

    @property
    def _of_earlier_estimate(self) -> bool:
        return self.face_pct > 0 and math.isnan(self.face_estimate)

    def metrics(self) -> dict[str, float]:
        """Flat name → value for storage; what is unknown is left out."""
        return session_values(self)

    @classmethod
    def of(cls, metrics: Mapping[str, float], reasons: Mapping[str, Message]) -> "Summary":
        """The summary that was stored as `metrics` and, by angle, `reasons` of missing ranges of motion; equal to the
        one that was written. What earlier versions did not store is unknown; what they said of pain and facial states
        is left out."""
        if metrics.get("face_estimate") != FACE_ESTIMATE:
            metrics = {name: value for name, value in metrics.items() if not name.startswith(PAIN_AND_STATES)}
        known = {metric.name: metrics.get(metric.name, math.nan) for metric in SESSION_METRICS}
        azimuth = known["azimuth_deg"]
        return cls(
            duration_s=known["duration_s"],
            frames_processed=int(metrics.get("frames_processed", 0)),
            pose_pct=known["pose_pct"],
            face_pct=known["face_pct"],
            unusable=_named(metrics, "unusable_"),
            rom=tuple(_stored_range(angle.name, metrics, reasons) for angle in ANGLES),
            pspi_mean=known["pspi_mean"],
            pspi_p95=known["pspi_p95"],
            pspi_max=known["pspi_max"],
            pain_frames_pct=known["pain_frames_pct"],
            states=_named(metrics, "state_"),
            azimuth_deg=azimuth,
            view_label=view_label(azimuth),
            view_valid=known["view_valid"] == 1,
            pain_probability_p95=known["pain_probability_p95"],
            pain_reliable_pct=known["pain_reliable_pct"],
            engagement_mean=known["engagement_mean"],
            flashes=known["flashes"],
            face_estimate=known["face_estimate"],
        )


def _named(metrics: Mapping[str, float], prefix: str) -> dict[str, float]:
    """Stored shares by their name without prefix and _pct, in the order of METRICS."""
    names = [metric.name for metric in SESSION_METRICS if metric.name.startswith(prefix) and metric.name in metrics]
    return {name.removeprefix(prefix).removesuffix("_pct"): metrics[name] for name in names}


def _stored_range(angle: str, metrics: Mapping[str, float], reasons: Mapping[str, Message]) -> RangeOfMotion:
    low, high, error = (metrics.get(f"rom_{end}_{angle}", math.nan) for end in ("min", "max", "error"))
    return RangeOfMotion(angle, low, high, math.isfinite(low), reasons.get(angle), error)


def summarise(
    t_s: FloatArray,
    columns: Mapping[str, FloatArray],
    exercise: Exercise | None,
    reps: Sequence[Rep] = (),
    *,
    body: bool = True,
    face: bool = True,
) -> Summary:
    """The summary of frames at t_s (T,) with one array (T,) per frame column of METRICS; empty arrays are allowed.
    reps: the repetitions counted in them, so that the range of motion of the exercise's angle is one of the same thing;
    body, face: whether it was to be analysed; otherwise nothing is known of it, not even that it was missing."""
    reason, face_reason = columns["reason"], columns["face_reason"]
    duration_s = float(t_s[-1] - t_s[0]) if t_s.size else 0.0
    estimated = _estimated_angles(exercise, reps)
    azimuth = mean_direction_deg(columns["azimuth"])
    view_valid = bool(serves(exercise.view if exercise else "any", azimuth))
    nobody = np.isin(reason, (Reason.NO_PERSON, Reason.NOT_A_BODY))
    # Of the reasons that a body may have or not, the view is known only with a body.
    unsure = np.isin(reason, (Reason.SECOND_PERSON, Reason.MOTION_BLUR))
    pose = ~(nobody | (unsure & ~np.isfinite(columns["azimuth"])))
    return Summary(
        duration_s=duration_s,
        frames_processed=int(t_s.size),
        pose_pct=share_pct(pose) if body else math.nan,
        unusable=(_shares(reason, Reason, "") if body else {})
        | (_shares(face_reason, FaceReason, "face_") if face else {}),
        rom=tuple(
            _range_of_motion(t_s, angle.name, columns, pose if body else None)
            if angle.name not in estimated
            else _no_range(angle.name, message("rom.estimated_hidden" if view_valid else "rom.estimated_view"))
            for angle in ANGLES
        ),
        azimuth_deg=azimuth,
        view_label=view_label(azimuth),
        view_valid=view_valid,
        **face_figures(t_s, columns, face),
    )


def _shares(codes: FloatArray, names: type[Reason] | type[FaceReason], prefix: str) -> dict[str, float]:
    """Per cent of frames by reason, for the reasons that occurred."""
    shares = {f"{prefix}{code.name.lower()}": share_pct(codes == code) for code in names if code}
    return {name: pct for name, pct in shares.items() if pct > 0}


def _estimated_angles(exercise: Exercise | None, reps: Sequence[Rep]) -> frozenset[str]:
    """The exercise's own angles of which every repetition's range is an estimate: those frames in which they are known
    are not the movement."""
    if exercise is None:
        return frozenset()
    base = exercise.signal.angle
    known = {name for rep in reps if not rep.estimated for name in angles_of(base, rep.side)}
    return frozenset(name for rep in reps for name in angles_of(base, rep.side)) - known


def _range_of_motion(
    t_s: FloatArray, angle: str, columns: Mapping[str, FloatArray], pose: np.ndarray | None
) -> RangeOfMotion:
    """pose (T,): whether somebody was seen; None when the body was not to be analysed."""
    if pose is None:
        return _no_range(angle, message("rom.body_off"))
    values = columns[angle]
    usable = np.isfinite(values)
    if not pose.any():
        return _no_range(angle, message("rom.no_person"))
    share, usable_s = float(np.mean(usable[pose])), float(np.mean(usable)) * float(t_s[-1] - t_s[0])
    moving = pose & (columns["phase"] != Phase.REST) & np.isfinite(columns["phase"])
    if share < MIN_USABLE_SHARE:
        return _no_range(angle, message("rom.rarely_measured", share_pct=100 * share))
    if usable_s < MIN_USABLE_S:
        return _no_range(angle, message("rom.briefly_measured", usable_s=usable_s))
    if moving.any() and (moved := float(np.mean(usable[moving]))) < MIN_MOVING_SHARE:
        return _no_range(angle, message("rom.partly_measured", share_pct=100 * moved))
    smooth = zero_phase(t_s, values)
    lost = lost_ends(t_s, smooth)
    if any(lost):
        return _no_range(angle, message(_LOST_END[lost]))
    low, high = float(np.nanmin(smooth)), float(np.nanmax(smooth))
    return RangeOfMotion(angle, low, high, True, None, less_certain_end_deg(smooth, columns[f"{angle}_error"]))


_LOST_END = {
    (True, False): "rom.minimum_lost",
    (False, True): "rom.maximum_lost",
    (True, True): "rom.both_ends_lost",
}


def _no_range(angle: str, reason: Message) -> RangeOfMotion:
    return RangeOfMotion(angle, math.nan, math.nan, False, reason)


def less_certain_end_deg(values_deg: FloatArray, error_deg: FloatArray) -> float:
    """The expected error (median near the end) of the smallest or the largest value, whichever is less certain. Both
    (n,); NaN values are left out; NaN when the error near an end is unknown, or there is no value."""
    if not np.isfinite(values_deg).any():
        return math.nan
    low, high = np.nanmin(values_deg), np.nanmax(values_deg)
    ends = (error_deg[values_deg <= low + NEAR_END_DEG], error_deg[values_deg >= high - NEAR_END_DEG])
    return float(np.max([np.median(end) for end in ends]))
