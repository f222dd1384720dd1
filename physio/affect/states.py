"""The five states that a face is said to show."""

from physio.types import FaceState

STATES: tuple[FaceState, ...] = (
    FaceState.NEUTRAL,
    FaceState.ENGAGED,
    FaceState.MILD_DISCOMFORT,
    FaceState.PAIN,
    FaceState.HIGH_DISTRESS,
)
