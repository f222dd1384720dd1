"""Charts over sessions. Each takes the table of `queries.trend`; each point says how many repetitions are behind it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from physio.terms import side_term
from physio.trends import queries
from physio.trends.norms import Norm
from physio.trends.over_sessions import Heading, Line, Mark, Scale, over_sessions
from physio.trends.progress import End
from physio.trends.theme import Look
from physio.types import Side

_SIDES: tuple[Side, ...] = ("left", "right", "both")


@dataclass(frozen=True, slots=True)
class Levels:
    """What a range of motion is held against: the exercise's target (NaN for none), the norm of the largest value, and
    which end of the range it is about."""

    target_deg: float = math.nan
    norm: Norm | None = None
    end: End = "max"


NO_LEVELS = Levels()


def quality_chart(table: pd.DataFrame, look: Look) -> Any:
    """Mean form score per session and side, with one standard deviation over its repetitions; hollow where most of them
    could be judged by fewer than half of their criteria."""
    table = _with_spread(table, "rep_score_mean", "rep_score_sd", 0, 100)
    weak = queries.little_judged(table)
    table = table.assign(weak=weak.astype("float64"))
    lines = _per_side(table, "rep_score_mean", look)
    scale = Scale(look.say("trends.quality_axis"), 0, 100, digits=0)
    codes = ["trends.n_repetitions", *(["trends.no_sd"] if (table["reps"] == 1).any() else [])]
    notes = ("; ".join(look.say(code) for code in codes), *([look.say("trends.hollow_judged")] if weak.any() else []))
    return over_sessions(table, lines, scale, Heading(look.say("trends.quality_title"), notes), look)


def rom_chart(
    table: pd.DataFrame, angles: Sequence[tuple[str, Side, str]], title: str, look: Look, levels: Levels = NO_LEVELS
) -> Any:
    """The largest value of an angle per session with its expected error as whiskers, where one was stored; the bar
    under a point reaches down to the smallest. The other way round where levels are about the smallest. Estimates are
    hollow and on no line (see `progress.own_ranges`).

    angles: (column name of the angle, side, direct label), one per line; title: as said.
    """
    lines = tuple(
        Line(
            f"rom_{levels.end}_{name}",
            label,
            look.colours.side(side),
            low=f"rom_min_{name}",
            high=f"rom_max_{name}",
            error=f"rom_error_{name}",
            estimated=f"rom_estimated_{name}",
        )
        for name, side, label in angles
        if _known(table, f"rom_{levels.end}_{name}") or _known(table, f"rom_estimated_{name}")
    )
    marks = _level_marks(levels, look)
    lowest = min([0.0, *(_lowest(table, line) for line in lines), *(mark.low for mark in marks)])
    top = max([_top(table, lines, 30.0), *(1.04 * mark.high for mark in marks)])
    scale = Scale(look.say("trends.degrees"), lowest, top, marks, digits=0)
    notes = _rom_notes(table, lines, levels.end, look)
    return over_sessions(table, lines, scale, Heading(title, notes), look)


def _rom_notes(table: pd.DataFrame, lines: Sequence[Line], end: End, look: Look) -> tuple[str, ...]:
    notes = [look.say("trends.n_repetitions")]
    if any(_known(table, line.error) for line in lines):
        notes[0] += f"; {look.say('trends.whiskers')}"
    if end == "min":
        notes.append(look.say("trends.points_minimum"))
    if any(_known(table, line.estimated) for line in lines):
        notes.append(look.say("trends.hollow_estimated"))
    return tuple(notes)


def _level_marks(levels: Levels, look: Look) -> tuple[Mark, ...]:
    """The norm as a band and the target as a line."""
    marks = []
    if levels.norm:
        marks.append(Mark(look.say("trends.norm"), *levels.norm.ends_deg, look.colours.both))
    if math.isfinite(levels.target_deg):
        said = look.say("trends.target", target_deg=levels.target_deg)
        marks.append(Mark(said, levels.target_deg, levels.target_deg, look.colours.correct))
    return tuple(marks)


def _known(table: pd.DataFrame, column: str) -> bool:
    return column in table and bool(table[column].notna().any())


def _per_side(table: pd.DataFrame, column: str, look: Look) -> tuple[Line, ...]:
    """Split a column by the session's side into columns of their own, and a line for each."""
    words = {side: look.say(side_term(side)) for side in _SIDES} | {"": look.say("trends.all_sides")}
    lines = []
    for side in [side for side in words if (table["side"] == side).any()]:
        for name in (column, f"{column}_low", f"{column}_high"):
            table[f"{name}_{side}"] = table[name].where(table["side"] == side)
        ends = (f"{column}_low_{side}", f"{column}_high_{side}")
        lines.append(Line(f"{column}_{side}", words[side], look.colours.side(side), *ends, weak="weak"))
    return tuple(lines)


def _with_spread(table: pd.DataFrame, mean: str, sd: str, low: float, high: float) -> pd.DataFrame:
    """The table with columns mean_low and mean_high one sd around the mean, cut at the scale's ends."""
    table = table.reindex(columns=[*table.columns, *(c for c in (mean, sd) if c not in table)])
    spread = table[sd].astype("float64").fillna(0)
    return table.assign(
        **{
            f"{mean}_low": (table[mean].astype("float64") - spread).clip(lower=low),
            f"{mean}_high": (table[mean].astype("float64") + spread).clip(upper=high),
        }
    )


def _lowest(table: pd.DataFrame, line: Line) -> float:
    """The smallest of a line's values, bars' ends, whiskers and estimates; infinite when it has none."""
    values = [table[name].min() for name in (line.column, line.low, line.estimated) if _known(table, name)]
    if _known(table, line.column) and _known(table, line.error):
        values.append((table[line.column] - table[line.error]).min())
    return float(min(values, default=math.inf))


def _top(table: pd.DataFrame, lines: Sequence[Line], least: float) -> float:
    """The upper end of a scale with some air over the largest value, the end of its bar, its whisker or estimate."""
    known = [least]
    for line in lines:
        if _known(table, line.column):
            known.append((table[line.column] + (table[line.error].fillna(0.0) if line.error in table else 0.0)).max())
        known += [table[name].max() for name in (line.high, line.estimated) if _known(table, name)]
    return float(max(known)) * 1.15
