"""Normal active ranges of motion, to hold a patient's against."""

from collections.abc import Iterable
from dataclasses import dataclass

from physio.exercise.definition import Exercise


@dataclass(frozen=True, slots=True)
class Norm:
    """Mean and standard deviation of the largest value of an angle, degrees."""

    mean_deg: float
    sd_deg: float

    @property
    def ends_deg(self) -> tuple[float, float]:
        """One standard deviation below the mean and one above it."""
        return self.mean_deg - self.sd_deg, self.mean_deg + self.sd_deg


ACTIVE: dict[str, Norm] = {
    "shoulder_flexion": Norm(165.0, 5.0),
    "shoulder_abduction": Norm(182.7, 9.0),
    "elbow_flexion": Norm(140.5, 4.9),
    "hip_flexion": Norm(121.3, 6.4),
    "hip_abduction": Norm(40.5, 6.0),
    "knee_flexion": Norm(141.2, 5.3),
    "ankle_dorsiflexion": Norm(12.2, 4.1),
}
"""By the name of an angle without its side: healthy men of 20-54 years moving actively with a goniometer at the joint,
as published by Boone and Azen (J Bone Joint Surg Am 1979;61:756-759). A camera sees active movement too, which tables
of passive ranges do not fit."""


def norm_of(base: str, exercises: Iterable[Exercise | None]) -> Norm | None:
    """The norm of an angle for sessions of these exercises (None: without one): only those who try to reach all of a
    joint's range can be held against it, so that a squat to 90° has none."""
    tried = all(one is None or (one.full_range and one.signal.angle == base) for one in exercises)
    return ACTIVE.get(base) if tried else None
