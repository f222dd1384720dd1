"""One swing out and back: while it is under way, and once it is over."""

import math
from dataclasses import dataclass

from physio.messages import Message

STILL_SHARE = 0.2
"""Held or at rest is slower than this share of the fastest speed on the way there."""


@dataclass(frozen=True, slots=True)
class Movement:
    """One swing out and back as the machine saw it; times are those of the filtered signal, closed_s is when it was
    known to be over. out_deg, back_deg: the way out and the way back, both positive; usual_deg: the person's usual
    range before it, NaN when unknown; problem: why it does not count, None when it does."""

    start_s: float
    peak_s: float
    end_s: float
    closed_s: float
    out_deg: float
    back_deg: float
    usual_deg: float = math.nan
    problem: Message | None = None

    @property
    def range_deg(self) -> float:
        """The smaller of the two ways: what was certainly done."""
        return min(self.out_deg, self.back_deg)

    @property
    def duration_s(self) -> float:
        """From start to end."""
        return self.end_s - self.start_s


@dataclass(slots=True)
class Swing:
    """The movement under way: where it started, its far end so far, and on the way back its near end so far."""

    start_s: float
    start: float
    peak_s: float
    peak: float
    fresh: bool
    low_s: float = math.nan
    low: float = math.nan
    fastest_dps: float = 0.0
    still_since_s: float = math.nan

    @property
    def outward(self) -> bool:
        """Whether it is still on the way out or held."""
        return math.isnan(self.low)

    @property
    def out(self) -> float:
        """The way out so far."""
        return self.peak - self.start

    @property
    def back(self) -> float:
        """The way back so far, 0 before the turn."""
        return 0.0 if self.outward else self.peak - self.low

    def turn_out(self) -> None:
        """It goes outward again."""
        self.low = self.low_s = self.still_since_s = math.nan
        self.fastest_dps = 0.0

    def turn_back(self, t_s: float, y: float) -> None:
        """It is on its way back, at level y."""
        self.low, self.low_s = y, t_s
        self.still_since_s, self.fastest_dps = math.nan, 0.0

    def note_speed(self, t_s: float, speed_dps: float) -> None:
        """speed_dps: towards where the movement goes."""
        if math.isfinite(speed_dps):
            self.fastest_dps = max(self.fastest_dps, speed_dps)
        if not speed_dps < STILL_SHARE * self.fastest_dps:
            self.still_since_s = math.nan
        elif math.isnan(self.still_since_s):
            self.still_since_s = t_s

    def still_s(self, t_s: float) -> float:
        """How long the movement has been still, NaN when it is not."""
        return t_s - self.still_since_s

    def movement(self, closed_s: float) -> Movement:
        """What it came to, known at closed_s."""
        end_s = closed_s if self.outward else self.low_s
        return Movement(self.start_s, self.peak_s, end_s, closed_s, self.out, self.back)
