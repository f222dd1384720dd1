"""Charts over sessions. Each takes the table of `queries.trend`; each point says how many repetitions are behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from physio.trends.palette import Palette
from physio.trends.theme import finish

HEIGHT_PX = 340
_LABEL_SHARE = 0.2
"""How much of the width, in terms of the sessions' span, is kept at the right for the lines' labels."""
_CLOSEST_COUNTS, _CLOSEST_TICKS = 0.05, 0.14
_BAR_STEP_PX = 6
_CAP_PX = 9
_SHAPES = ("circle", "square", "diamond", "triangle-up")
_DASHES: tuple[list[int], ...] = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart: the column it shows, its direct label and colour, the columns of its bar's ends and that of
    the value's expected error (empty for none)."""

    column: str
    label: str
    colour: str
    low: str = ""
    high: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """The y axis: title with unit, and its ends in that unit."""

    title: str
    low: float
    high: float


def states_chart(table: pd.DataFrame, colours: Palette) -> Any:
    """Share of the time that the face showed each state, per session."""
    lines = (
        Line("state_attentive_pct", "attentive", colours.both),
        Line("state_looking_away_pct", "looking away", colours.unusable),
        Line("state_eyes_closed_pct", "eyes closed", colours.muted),
        Line("state_discomfort_pct", "discomfort", colours.pain),
    )
    return _over_sessions(table, lines, Scale("share of time with a face, %", 0, 100), "What the face showed", colours)


def pain_chart(table: pd.DataFrame, colours: Palette) -> Any:
    """The facial pain estimate per session: mean and 95th percentile."""
    lines = (
        Line("pspi_p95", "highest 5 %", colours.pain),
        Line("pspi_mean", "mean", colours.both),
    )
    top = _top(table, lines, 4.0)
    return _over_sessions(table, lines, Scale("PSPI, 0-16", 0, min(top, 16.0)), "Pain estimate from the face", colours)


def reported_pain_chart(table: pd.DataFrame, colours: Palette) -> Any:
    """What the patient said per session: the highest and the mean rating."""
    lines = (
        Line("self_report_max", "highest", colours.pain),
        Line("self_report_mean", "mean", colours.both),
    )
    return _over_sessions(table, lines, Scale("NRS, 0-10", 0, 10), "Pain that the patient reported", colours)


def quality_chart(table: pd.DataFrame, colours: Palette) -> Any:
    """Mean form score per session and side, with one standard deviation over its repetitions."""
    table = _with_spread(table, "rep_score_mean", "rep_score_sd", 0, 100)
    lines = _per_side(table, "rep_score_mean", colours)
    return _over_sessions(table, lines, Scale("form score, 0-100", 0, 100), "Form score (mean ± SD)", colours)


def rom_chart(table: pd.DataFrame, angles: Sequence[tuple[str, str, str]], title: str, colours: Palette) -> Any:
    """The largest value of an angle per session with its expected error as whiskers, where one was stored; the bar
    under a point reaches down to the smallest.

    angles: (column name of the angle, side, direct label), one per line.
    """
    lines = tuple(
        Line(
            f"rom_max_{name}",
            label,
            colours.side(side),
            low=f"rom_min_{name}",
            high=f"rom_max_{name}",
            error=f"rom_error_{name}" if f"rom_error_{name}" in table else "",
        )
        for name, side, label in angles
        if f"rom_max_{name}" in table
    )
    lowest = min([0.0, *(table[line.low].min() for line in lines)])
    scale = Scale("degrees", lowest, _top(table, lines, 30.0))
    note = "whiskers: expected error" if any(line.error for line in lines) else ""
    return _over_sessions(table, lines, scale, title, colours, note)


def _per_side(table: pd.DataFrame, column: str, colours: Palette) -> tuple[Line, ...]:
    """Split a column by the session's side into columns of their own, and a line for each."""
    lines = []
    for side in [side for side in ("left", "right", "both", "") if (table["side"] == side).any()]:
        for name in (column, f"{column}_low", f"{column}_high"):
            table[f"{name}_{side}"] = table[name].where(table["side"] == side)
        ends = (f"{column}_low_{side}", f"{column}_high_{side}")
        lines.append(Line(f"{column}_{side}", side or "all", colours.side(side), *ends))
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


def _over_sessions(
    table: pd.DataFrame, lines: Sequence[Line], scale: Scale, title: str, colours: Palette, note: str = ""
) -> Any:
    """All lines in one chart; points alone when the exercises differ, because a line through them would mean nothing.
    A session's number of repetitions stands over it."""
    long = _long(table, lines)
    labels = [line.label for line in lines]
    x = _dates(table)
    y = alt.Y("value:Q", scale=alt.Scale(domain=[scale.low, scale.high], nice=False), title=scale.title)
    colour = alt.Color("line:N", scale=alt.Scale(domain=labels, range=[line.colour for line in lines]), legend=None)
    base = alt.Chart(long).encode(x=x, y=y, color=colour)
    layers = [
        *_bars(long, lines, x, colour),
        *_whiskers(long, lines, x, colour),
        *([_joined(base, labels)] if table["exercise_id"].nunique() == 1 else []),
        _points(base, labels, scale, with_error=any(line.error for line in lines)),
        _direct_labels(long, x, scale, colours),
        _counts(table, x, colours),
    ]
    titles = alt.TitleParams(title, subtitle="; ".join(filter(None, ["n: counted repetitions", note])))
    return finish(alt.layer(*layers).properties(height=HEIGHT_PX, title=titles), colours)


def _joined(base: alt.Chart, labels: list[str]) -> Any:
    dashes = alt.Scale(domain=labels, range=list(_DASHES))
    return base.mark_line(strokeWidth=2).encode(strokeDash=alt.StrokeDash("line:N", scale=dashes, legend=None))


def _points(base: alt.Chart, labels: list[str], scale: Scale, *, with_error: bool) -> Any:
    return base.mark_point(size=70, filled=True, opacity=1).encode(
        shape=alt.Shape("line:N", scale=alt.Scale(domain=labels, range=list(_SHAPES)), legend=None),
        tooltip=[
            alt.Tooltip("line:N", title="line"),
            alt.Tooltip("value:Q", title=scale.title, format=".1f"),
            *([alt.Tooltip("error:Q", title="expected error ±", format=".0f")] if with_error else []),
            alt.Tooltip("reps:Q", title="repetitions"),
            alt.Tooltip("started_at:T", title="session", format="%d %b %Y %H:%M"),
        ],
    )


def _bars(long: pd.DataFrame, lines: Sequence[Line], x: alt.X, colour: alt.Color) -> list[Any]:
    """The bars from low to high, those of different lines beside each other."""
    return [
        alt.Chart(long[long["line"] == line.label])
        .mark_rule(strokeWidth=3, opacity=0.4, xOffset=_beside(i, len(lines)))
        .encode(x=x, y="low:Q", y2="high:Q", color=colour)
        for i, line in enumerate(lines)
        if line.low
    ]


def _whiskers(long: pd.DataFrame, lines: Sequence[Line], x: alt.X, colour: alt.Color) -> list[Any]:
    """The expected error about a value: a thin line with a cap at either end."""
    layers: list[Any] = []
    for i, line in enumerate(lines):
        known = long[(long["line"] == line.label) & long["error"].notna()]
        if known.empty:
            continue
        ends = known.assign(below=known["value"] - known["error"], above=known["value"] + known["error"])
        base, offset = alt.Chart(ends).encode(x=x, color=colour), _beside(i, len(lines))
        layers.append(base.mark_rule(strokeWidth=1.5, xOffset=offset, clip=True).encode(y="below:Q", y2="above:Q"))
        layers += [
            base.mark_tick(size=_CAP_PX, thickness=1.5, orient="horizontal", xOffset=offset, clip=True).encode(y=end)
            for end in ("below:Q", "above:Q")
        ]
    return layers


def _beside(index: int, count: int) -> float:
    """How far from its date the bar of one of several lines stands, pixels."""
    return _BAR_STEP_PX * (index - (count - 1) / 2)


def _dates(table: pd.DataFrame) -> alt.X:
    """The time axis: a margin for the labels at the right, hours only where all sessions lie within two days."""
    first, last = table["started_at"].min(), table["started_at"].max()
    span = max(last - first, pd.Timedelta(minutes=10))
    domain = [stamp.isoformat() for stamp in (first - 0.04 * span, last + _LABEL_SHARE * span)]
    form = "%d %b %H:%M" if last - first < pd.Timedelta(days=2) else "%d %b"
    axis = alt.Axis(format=form, values=_ticks(table["started_at"].tolist(), span), labelFlush=False)
    return alt.X("started_at:T", title=None, scale=alt.Scale(domain=domain), axis=axis)


def _ticks(times: list[pd.Timestamp], span: pd.Timedelta) -> list[str]:
    """The sessions' own times, the last of those that stand too close to be labelled."""
    kept: list[pd.Timestamp] = []
    for time in reversed(times):
        if not kept or kept[-1] - time >= _CLOSEST_TICKS * span:
            kept.append(time)
    return [time.isoformat() for time in kept]


def _long(table: pd.DataFrame, lines: Sequence[Line]) -> pd.DataFrame:
    """One row per session and line, the unknown left out."""
    parts = [
        pd.DataFrame(
            {
                "started_at": table["started_at"],
                "reps": table["reps"],
                "line": line.label,
                "value": table[line.column].astype("float64"),
                "low": table[line.low] if line.low else float("nan"),
                "high": table[line.high] if line.high else float("nan"),
                "error": table[line.error].astype("float64") if line.error else float("nan"),
            }
        )
        for line in lines
        if line.column in table
    ]
    columns = ["started_at", "reps", "line", "value", "low", "high", "error"]
    return pd.concat(parts, ignore_index=True).dropna(subset="value") if parts else pd.DataFrame(columns=columns)


def _direct_labels(long: pd.DataFrame, x: alt.X, scale: Scale, colours: Palette) -> Any:
    """Each line's name at its last point, in the text colour so that it can be read."""
    last = long.sort_values("started_at").groupby("line", as_index=False).tail(1)
    return (
        alt.Chart(_apart(last, 0.07 * (scale.high - scale.low)))
        .mark_text(align="left", dx=9, color=colours.text, fontSize=12)
        .encode(x=x, y="label_at:Q", text="line:N")
    )


def _apart(last: pd.DataFrame, line_height: float) -> pd.DataFrame:
    """Labels at least a line's height from each other: moved up, from the lowest on."""
    ordered = last.sort_values("value").reset_index(drop=True)
    places: list[float] = []
    for value in ordered["value"]:
        places.append(max(float(value), places[-1] + line_height) if places else float(value))
    return ordered.assign(label_at=places)


def _counts(table: pd.DataFrame, x: alt.X, colours: Palette) -> Any:
    """The number of repetitions over each session; left out where the next one stands too close."""
    times = table["started_at"].tolist()
    room = _CLOSEST_COUNTS * max(times[-1] - times[0], pd.Timedelta(minutes=10))
    kept = [i for i, time in enumerate(times) if i + 1 == len(times) or times[i + 1] - time >= room]
    words = table.iloc[kept].assign(words=lambda rows: "n " + rows["reps"].astype(str))
    return (
        alt.Chart(words)
        .mark_text(baseline="bottom", fontSize=11, color=colours.muted, y=-5)
        .encode(x=x, text="words:N")
    )
