"""What the face's frames of a session come to, and what is left out of what an earlier version said of it."""

import math
from collections.abc import Callable, Mapping
from typing import Any, TypedDict

import numpy as np

from physio.affect.flashes import flash_times
from physio.affect.pain import enough_face
from physio.affect.states import FACE_ESTIMATE, STATES, of_earlier_estimate
from physio.types import FaceReason, FaceState, FloatArray

PAIN_FROM_PSPI = 1.0
USABLE = (FaceReason.OK, FaceReason.LEARNING)
"""Of a usable face nothing is said only as long as it is not known at rest."""
PAIN_AND_STATES = ("pspi_", "pain_", "state_")
"""How the names of the session metrics begin that version 1 of the facial estimate stored, and that are not shown."""


class FaceFigures(TypedDict):
    """The fields of a Summary that speak of the face; see there."""

    face_pct: float
    pspi_mean: float
    pspi_p95: float
    pspi_max: float
    pain_frames_pct: float
    pain_probability_p95: float
    pain_reliable_pct: float
    states: dict[str, float]
    engagement_mean: float
    flashes: float
    face_estimate: float


def face_figures(t_s: FloatArray, columns: Mapping[str, FloatArray], face: bool) -> FaceFigures:
    """The figures of frames at t_s (T,) with one array (T,) per frame column; face: whether it was to be analysed.
    What version 1 said of the face comes to nothing but how much of it was usable."""
    face_pct = share_pct(np.isin(columns["face_reason"], USABLE)) if face else math.nan
    known = face and not of_earlier_estimate(columns["face_state"])
    scored = np.isfinite(columns["pspi"]) & known
    evidence = scored & _speak_for_session(t_s, scored, face_pct)
    pspi, probability = columns["pspi"][evidence], columns["pain_probability"][evidence]
    hold = known and _speak_for_session(t_s, columns["face_state"] != FaceState.NO_FACE, face_pct)
    return FaceFigures(
        face_pct=face_pct,
        pspi_mean=_of_known(pspi, np.mean),
        pspi_p95=_of_known(pspi, _p95),
        pspi_max=_of_known(pspi, np.max),
        pain_frames_pct=share_pct(pspi >= PAIN_FROM_PSPI) if pspi.size else math.nan,
        pain_probability_p95=_of_known(probability, _p95),
        pain_reliable_pct=share_pct(scored & (columns["face_reason"] == FaceReason.OK)) if known else math.nan,
        states=_states(columns["face_state"]) if hold else {},
        engagement_mean=_of_known(columns["engagement"], np.mean) if hold else math.nan,
        flashes=float(flash_times(t_s, columns["face_flash"]).size) if hold else math.nan,
        face_estimate=FACE_ESTIMATE if known else math.nan,
    )


def states_hold(face_pct: float, duration_s: float, frames: float) -> bool:
    """Whether a session's face was usable enough for its shares of facial states; not when anything is unknown."""
    return frames > 1 and enough_face(face_pct, face_pct / 100 * frames * duration_s / (frames - 1))


def share_pct(mask: np.ndarray) -> float:
    """Per cent of (n,) that are true, 0 of none."""
    return float(100 * np.mean(mask)) if mask.size else 0.0


def _speak_for_session(t_s: FloatArray, read: np.ndarray, face_pct: float) -> bool:
    """Whether the frames that were read (T,) are enough to speak for the session."""
    if t_s.size < 2:
        return False
    return enough_face(face_pct, float(np.count_nonzero(read)) * float(t_s[-1] - t_s[0]) / (t_s.size - 1))


def _of_known(values: FloatArray, figure: Callable[[FloatArray], Any]) -> float:
    """The figure of the values that are known, NaN without any."""
    known = values[np.isfinite(values)]
    return float(figure(known)) if known.size else math.nan


def _p95(values: FloatArray) -> float:
    return float(np.percentile(values, 95))


def _states(codes: FloatArray) -> dict[str, float]:
    """Per cent of the frames with a face, by state."""
    seen = codes[codes != FaceState.NO_FACE]
    return {state.name.lower(): share_pct(seen == state) for state in STATES if seen.size}
