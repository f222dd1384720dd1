"""Progress in range of motion over sessions: of the side that worked, and of what was measured alone."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pandas as pd

from physio.exercise.definition import Exercise
from physio.kinematics.angles import ANGLE_INDEX
from physio.trends.certainty import Comparison

End = Literal["min", "max"]
"""Which end of a range of motion is looked at: the largest value, or the smallest, where an exercise aims for that."""

_SIDES = {"_l": ("left", "both", ""), "_r": ("right", "both", ""), "": ("left", "right", "both", "")}
"""In which sessions an angle worked, by its side: in those of that side, of both, and where no side was asked for."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of an angle: the comparison of the first and the last session that measured it, None with fewer than
    two; unmeasured_at: the last session in which its side worked, when that has no measured value, and estimated_deg
    what was estimated in it, NaN for nothing."""

    comparison: Comparison | None
    unmeasured_at: datetime | None = None
    estimated_deg: float = math.nan


def aimed_end(exercise: Exercise | None, base: str) -> End:
    """The end of an angle's range that the exercise aims for: the smallest value of its own angle where that falls on
    the way out (knee extension), the largest otherwise."""
    falls = exercise is not None and exercise.signal.angle == base and exercise.signal.direction == "down"
    return "min" if falls else "max"


def own_ranges(table: pd.DataFrame, base: str, bases: Mapping[str, str], end: End = "max") -> pd.DataFrame:
    """The table of `queries.trend` with the ranges of an angle as far as they are progress: where it is the exercise's
    own, the resting side is left out, and what only rests on an estimate stands in rom_estimated_<angle>, its value at
    that end. bases: exercise id to the angle that it counts by. Rows in which another joint worked stay as they are."""
    own = table["exercise_id"].map(dict(bases)) == base
    guessed = own & (_column(table, "rep_estimated_count") >= table["reps"]) & (table["reps"] > 0)
    found = table.copy()
    for suffix, sides in _SIDES.items():
        name = base + suffix
        works = ~own | table["side"].isin(sides)
        for what in ("min", "max", "error"):
            if f"rom_{what}_{name}" in table:
                found[f"rom_{what}_{name}"] = table[f"rom_{what}_{name}"].where(works & ~guessed)
        if name in ANGLE_INDEX and (works & guessed).any():
            found[f"rom_estimated_{name}"] = _column(table, f"rep_{end}_estimated").where(works & guessed)
    return found


def progress(table: pd.DataFrame, angle: str, end: End = "max") -> Progress | None:
    """What became of that end of an angle over a table of `own_ranges`; None when no session has anything of it."""
    value, error, guess = (_column(table, f"rom_{what}_{angle}") for what in (end, "error", "estimated"))
    known = value.notna()
    worked = known | table["side"].isin(_SIDES[angle[-2:] if angle[-2:] in _SIDES else ""])
    if not known.any() and not guess.notna().any():
        return None
    last = table.index[worked][-1]
    missed = None if known[last] else table["started_at"][last]
    return Progress(_comparison(table["started_at"][known], value[known], error[known]), missed, float(guess[last]))


def _comparison(at: pd.Series, value: pd.Series, error: pd.Series) -> Comparison | None:
    if len(at) < 2:
        return None
    (first_at, last_at), (first, last), (first_error, last_error) = (
        (column.iloc[0], column.iloc[-1]) for column in (at, value, error)
    )
    return Comparison(first_at, float(first), float(first_error), last_at, float(last), float(last_error))


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    """A column of numbers, NaN where the table has none."""
    known = table[name] if name in table else pd.Series(math.nan, index=table.index)
    return known.astype("float64")
