"""Charts over sessions. Each takes the table of `queries.trend`; each point says how many repetitions are behind it."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from physio.terms import side_term, term
from physio.trends.over_sessions import Heading, Line, Scale, over_sessions
from physio.trends.theme import Look
from physio.types import FaceState, Side

_SIDES: tuple[Side, ...] = ("left", "right", "both")


def states_chart(table: pd.DataFrame, look: Look) -> Any:
    """Share of the time that the face showed each state, per session."""
    colours = look.colours
    drawn = (
        (FaceState.ATTENTIVE, colours.both),
        (FaceState.LOOKING_AWAY, colours.unusable),
        (FaceState.EYES_CLOSED, colours.muted),
        (FaceState.DISCOMFORT, colours.pain),
    )
    lines = [Line(f"state_{state.name.lower()}_pct", look.say(term(state)), colour) for state, colour in drawn]
    scale = Scale(look.say("trends.states_axis"), 0, 100)
    return over_sessions(table, lines, scale, _heading("trends.states_title", look), look)


def pain_chart(table: pd.DataFrame, look: Look) -> Any:
    """The facial pain estimate per session: mean and 95th percentile."""
    lines = (
        Line("pspi_p95", look.say("trends.percentile"), look.colours.pain),
        Line("pspi_mean", look.say("trends.mean"), look.colours.both),
    )
    scale = Scale(look.say("trends.pain_axis"), 0, min(_top(table, lines, 4.0), 16.0))
    return over_sessions(table, lines, scale, _heading("trends.pain_title", look), look)


def reported_pain_chart(table: pd.DataFrame, look: Look) -> Any:
    """The pain that the patient reported per session: the highest and the mean rating."""
    lines = (
        Line("self_report_max", look.say("trends.highest"), look.colours.pain),
        Line("self_report_mean", look.say("trends.mean"), look.colours.both),
    )
    scale = Scale(look.say("trends.reported_axis"), 0, 10)
    return over_sessions(table, lines, scale, _heading("trends.reported_title", look), look)


def quality_chart(table: pd.DataFrame, look: Look) -> Any:
    """Mean form score per session and side, with one standard deviation over its repetitions."""
    table = _with_spread(table, "rep_score_mean", "rep_score_sd", 0, 100)
    lines = _per_side(table, "rep_score_mean", look)
    scale = Scale(look.say("trends.quality_axis"), 0, 100)
    return over_sessions(table, lines, scale, _heading("trends.quality_title", look), look)


def rom_chart(table: pd.DataFrame, angles: Sequence[tuple[str, Side, str]], title: str, look: Look) -> Any:
    """The largest value of an angle per session with its expected error as whiskers, where one was stored; the bar
    under a point reaches down to the smallest.

    angles: (column name of the angle, side, direct label), one per line; title: as said.
    """
    lines = tuple(
        Line(
            f"rom_max_{name}",
            label,
            look.colours.side(side),
            low=f"rom_min_{name}",
            high=f"rom_max_{name}",
            error=f"rom_error_{name}" if f"rom_error_{name}" in table else "",
        )
        for name, side, label in angles
        if f"rom_max_{name}" in table
    )
    lowest = min([0.0, *(table[line.low].min() for line in lines)])
    scale = Scale(look.say("trends.degrees"), lowest, _top(table, lines, 30.0))
    note = "trends.n_repetitions_whiskers" if any(line.error for line in lines) else "trends.n_repetitions"
    return over_sessions(table, lines, scale, Heading(title, look.say(note)), look)


def _heading(code: str, look: Look) -> Heading:
    return Heading(look.say(code), look.say("trends.n_repetitions"))


def _per_side(table: pd.DataFrame, column: str, look: Look) -> tuple[Line, ...]:
    """Split a column by the session's side into columns of their own, and a line for each."""
    words = {side: look.say(side_term(side)) for side in _SIDES} | {"": look.say("trends.all_sides")}
    lines = []
    for side in [side for side in words if (table["side"] == side).any()]:
        for name in (column, f"{column}_low", f"{column}_high"):
            table[f"{name}_{side}"] = table[name].where(table["side"] == side)
        ends = (f"{column}_low_{side}", f"{column}_high_{side}")
        lines.append(Line(f"{column}_{side}", words[side], look.colours.side(side), *ends))
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


def _top(table: pd.DataFrame, lines: Sequence[Line], least: float) -> float:
    known = [
        (table[line.column] + (table[line.error].fillna(0.0) if line.error else 0.0)).max()
        for line in lines
        if line.column in table and table[line.column].notna().any()
    ]
    return float(max([least, *known])) * 1.15
