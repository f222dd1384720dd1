"""The five states that a face is said to show, and how to tell them from those of an earlier estimate."""

import numpy as np

from physio.types import FaceState, FloatArray

FACE_ESTIMATE = 2.0
"""Version of the facial estimate. Version 1 could not see pain, so nothing that it said of pain is shown."""
_EARLIER_CODES = (1, 2, 3, 4)

STATES: tuple[FaceState, ...] = (
    FaceState.NEUTRAL,
    FaceState.ENGAGED,
    FaceState.MILD_DISCOMFORT,
    FaceState.PAIN,
    FaceState.HIGH_DISTRESS,
)


def of_earlier_estimate(face_state: FloatArray) -> bool:
    """Whether these stored codes of FaceState (T,) are from version 1, which said one of four others wherever it saw a
    face. Without any face there is nothing to tell, nor anything to leave out."""
    return bool(np.isin(face_state, _EARLIER_CODES).any())
