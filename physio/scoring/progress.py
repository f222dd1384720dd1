"""How far the scoring of a video is."""

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScoringProgress:
    """fraction 0-1 of the video's length; frames processed so far; left_s: estimated time until the end; frames_per_s
    and left_s are NaN until known."""

    fraction: float = 0.0
    frames: int = 0
    frames_per_s: float = math.nan
    left_s: float = math.nan


OnProgress = Callable[[ScoringProgress], None]
