"""What a movement rests on: whether its joint was seen, whether its angle was given to people or is an estimate, and
how sure its range is.

Repetitions are counted on angles that are not all given to people: refused ones (the camera angle does not suit, the
expected error is too large) and estimates from other angles. That keeps counts right in unsuitable views, but the range
in degrees is then an estimate, and says so.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from physio.exercise.counter import Attempt
from physio.exercise.excursion import clean
from physio.exercise.signal import SideSample
from physio.kinematics.angles import angles_of, side_letters
from physio.messages import Message, message
from physio.types import FloatArray, Rep

MIN_SEEN = 0.5
"""Share of a movement's samples in which its joint must be seen."""
MIN_GIVEN = 0.5
"""Share of a movement's samples, and of those at either end, in which its angle must be given."""
END_S = 0.2
"""Samples this close to the start or to the far end belong to that end."""
MOVED_SHARE = 0.5
"""A joint that was seen to move less than this share of the exercise's smallest range did not do the movement."""
CERTAIN_FROM = 3.0
"""A range of refused angles smaller than this many times the expected error of its less certain end is no evidence of a
movement, nor is one whose error is unknown. Of a true zero, measured with that mean error at both ends, it comes about
once in ten times."""
COVERED = 0.8
"""Share of an old repetition's range that the angles given in its session must span for it to have been measured."""
JOINT_NOT_SEEN = message("rejected.joint_not_seen")


@dataclass(frozen=True, slots=True)
class SideSeen:
    """One side around a movement, each (T,): degrees of the signal (NaN when unknown), and what they rest on as in
    SideSample."""

    t_s: FloatArray
    degrees: FloatArray
    given: npt.NDArray[np.bool_]
    seen: npt.NDArray[np.bool_]
    error_deg: FloatArray

    @classmethod
    def of(cls, t_s: FloatArray, samples: Sequence[SideSample]) -> "SideSeen":
        """From the samples at t_s (T,)."""
        degrees, given, seen, error_deg = (np.array(column) for column in zip(*samples, strict=True))
        return cls(t_s, degrees, given, seen, error_deg)

    def during(self, attempt: Attempt) -> npt.NDArray[np.bool_]:
        """Which samples (T,) fall into it."""
        return (self.t_s >= attempt.start_s) & (self.t_s <= attempt.end_s)

    def near(self, at_s: float) -> npt.NDArray[np.bool_]:
        """Which samples (T,) lie near a moment: at least the nearest one."""
        apart_s = np.abs(self.t_s - at_s)
        return np.asarray(apart_s <= max(END_S, float(apart_s.min())))

    def sees(self, attempt: Attempt) -> bool:
        """Whether the joint was seen in enough of the movement."""
        during = self.during(attempt)
        return bool(during.any()) and float(np.mean(self.seen[during])) >= MIN_SEEN

    def shows(self, attempt: Attempt, moved_deg: float) -> bool:
        """Whether the joint was seen to move, that far and by more than it is uncertain."""
        if not self.sees(attempt):
            return False
        where = self.during(attempt) & self.seen
        if not np.ptp(clean(self.t_s, self.degrees)[where]) >= moved_deg:
            return False
        return self.gives(attempt) or attempt.rom_deg >= CERTAIN_FROM * float(np.max(self._end_errors_deg(attempt)))

    def gives(self, attempt: Attempt) -> bool:
        """Whether the angle was given in enough of the movement and at both of its ends."""
        parts = (self.during(attempt), self.near(attempt.start_s), self.near(attempt.peak_s))
        return all(bool(part.any()) and float(np.mean(self.given[part])) >= MIN_GIVEN for part in parts)

    def range_error_deg(self, attempt: Attempt) -> float:
        """The expected error of the difference of its two ends, which err independently of each other; NaN when that of
        one is unknown."""
        return math.hypot(*self._end_errors_deg(attempt))

    def _end_errors_deg(self, attempt: Attempt) -> FloatArray:
        """The expected error (2,) near its start and its far end: the median of those known there, NaN for none."""
        near = [self.error_deg[self.near(at_s)] for at_s in (attempt.start_s, attempt.peak_s)]
        known = [errors[np.isfinite(errors)] for errors in near]
        return np.array([np.median(errors) if errors.size else math.nan for errors in known])

    def measured(self, attempt: Attempt) -> Attempt:
        """The attempt with far end and range as this side went."""
        degrees = clean(self.t_s, self.degrees)
        start_deg, peak_deg = (float(np.nanmean(degrees[self.near(at)])) for at in (attempt.start_s, attempt.peak_s))
        return replace(attempt, peak_deg=peak_deg, rom_deg=abs(peak_deg - start_deg))


@dataclass(frozen=True, slots=True)
class Range:
    """An attempt with the range that may be reported. estimated: whether the range rests on refused angles or on an
    estimate from others; rom_error_deg: NaN when unknown, as that of an estimate is (docs/validation.md)."""

    attempt: Attempt
    estimated: bool
    rom_error_deg: float


def problem_of(attempt: Attempt, sides: Mapping[str, SideSeen], min_rom_deg: float) -> Message | None:
    """Why the attempt does not count, None when it does: it needs a side (by letter) on which the joint was seen, and
    seen to move. min_rom_deg: the exercise's smallest range."""
    own = [sides[letter] for letter in side_letters(attempt.side)]
    if attempt.problem and any(side.sees(attempt) for side in own):
        return attempt.problem
    if any(side.shows(attempt, MOVED_SHARE * min_rom_deg) for side in own):
        return None
    return JOINT_NOT_SEEN


def reported_range(attempt: Attempt, sides: Mapping[str, SideSeen]) -> Range:
    """The range on those of the attempt's sides whose angle was given; an estimate when it was on none."""
    own = [sides[letter] for letter in side_letters(attempt.side)]
    given = [side for side in own if side.gives(attempt)]
    if not given:
        return Range(attempt, True, math.nan)
    if len(given) < len(own):
        attempt = given[0].measured(attempt)
    # The mean of two angles is off by no more than the mean of what they are off.
    return Range(attempt, False, float(np.mean([side.range_error_deg(attempt) for side in given])))


def estimated_before(base: str, rep: Rep, metrics: Mapping[str, float]) -> bool:
    """Whether the range of a repetition, of which an earlier version did not store it, counts as an estimate: unless
    the angle (base) was given over so much of it on a side that worked. What is unknown is not measured.

    metrics: the session's numbers, rom_min_<angle> and rom_max_<angle> among them where it had a range of motion.
    """
    given = [
        metrics.get(f"rom_max_{name}", math.nan) - metrics.get(f"rom_min_{name}", math.nan)
        for name in angles_of(base, rep.side)
    ]
    return not any(range_deg >= COVERED * rep.rom_deg for range_deg in given)
