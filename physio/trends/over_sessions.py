"""Lines over sessions in one chart: points with bars, whiskers, direct labels, and the number of repetitions over each
session."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from physio.trends.theme import Look, finish

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


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands over a chart: what it shows, and how to read it."""

    title: str
    note: str


def over_sessions(table: pd.DataFrame, lines: Sequence[Line], scale: Scale, heading: Heading, look: Look) -> Any:
    """All lines in one chart; points alone when the exercises differ, because a line through them would mean nothing.
    A session's number of repetitions stands over it."""
    long = _long(table, lines)
    labels = [line.label for line in lines]
    x = _dates(table, look)
    y = alt.Y("value:Q", scale=alt.Scale(domain=[scale.low, scale.high], nice=False), title=scale.title)
    colour = alt.Color("line:N", scale=alt.Scale(domain=labels, range=[line.colour for line in lines]), legend=None)
    base = alt.Chart(long).encode(x=x, y=y, color=colour)
    layers = [
        *_bars(long, lines, x, colour),
        *_whiskers(long, lines, x, colour),
        *([_joined(base, labels)] if table["exercise_id"].nunique() == 1 else []),
        _points(base, labels, scale, look, with_error=any(line.error for line in lines)),
        _direct_labels(long, x, scale, look),
        _counts(table, x, look),
    ]
    titles = alt.TitleParams(heading.title, subtitle=heading.note)
    return finish(alt.layer(*layers).properties(height=HEIGHT_PX, title=titles), look)


def _joined(base: alt.Chart, labels: list[str]) -> Any:
    dashes = alt.Scale(domain=labels, range=list(_DASHES))
    return base.mark_line(strokeWidth=2).encode(strokeDash=alt.StrokeDash("line:N", scale=dashes, legend=None))


def _points(base: alt.Chart, labels: list[str], scale: Scale, look: Look, *, with_error: bool) -> Any:
    return base.mark_point(size=70, filled=True, opacity=1).encode(
        shape=alt.Shape("line:N", scale=alt.Scale(domain=labels, range=list(_SHAPES)), legend=None),
        tooltip=[
            alt.Tooltip("line:N", title=look.say("trends.tip_line")),
            alt.Tooltip("value:Q", title=scale.title, format=".1f"),
            *([alt.Tooltip("error:Q", title=look.say("trends.tip_error"), format=".0f")] if with_error else []),
            alt.Tooltip("reps:Q", title=look.say("trends.tip_repetitions")),
            alt.Tooltip("started_at:T", title=look.say("trends.tip_session"), format=look.say("trends.d3_date_time")),
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


def _dates(table: pd.DataFrame, look: Look) -> alt.X:
    """The time axis: a margin for the labels at the right, hours only where all sessions lie within two days."""
    first, last = table["started_at"].min(), table["started_at"].max()
    span = max(last - first, pd.Timedelta(minutes=10))
    domain = [stamp.isoformat() for stamp in (first - 0.04 * span, last + _LABEL_SHARE * span)]
    form = "trends.d3_day_time" if last - first < pd.Timedelta(days=2) else "trends.d3_day"
    axis = alt.Axis(format=look.say(form), values=_ticks(table["started_at"].tolist(), span), labelFlush=False)
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


def _direct_labels(long: pd.DataFrame, x: alt.X, scale: Scale, look: Look) -> Any:
    """Each line's name at its last point, in the text colour so that it can be read."""
    last = long.sort_values("started_at").groupby("line", as_index=False).tail(1)
    return (
        alt.Chart(_apart(last, 0.07 * (scale.high - scale.low)))
        .mark_text(align="left", dx=9, color=look.colours.text, fontSize=12)
        .encode(x=x, y="label_at:Q", text="line:N")
    )


def _apart(last: pd.DataFrame, line_height: float) -> pd.DataFrame:
    """Labels at least a line's height from each other: moved up, from the lowest on."""
    ordered = last.sort_values("value").reset_index(drop=True)
    places: list[float] = []
    for value in ordered["value"]:
        places.append(max(float(value), places[-1] + line_height) if places else float(value))
    return ordered.assign(label_at=places)


def _counts(table: pd.DataFrame, x: alt.X, look: Look) -> Any:
    """The number of repetitions over each session; left out where the next one stands too close."""
    times = table["started_at"].tolist()
    room = _CLOSEST_COUNTS * max(times[-1] - times[0], pd.Timedelta(minutes=10))
    kept = [i for i, time in enumerate(times) if i + 1 == len(times) or times[i + 1] - time >= room]
    words = table.iloc[kept].assign(words=lambda rows: [look.say("trends.n", count=int(n)) for n in rows["reps"]])
    return (
        alt.Chart(words)
        .mark_text(baseline="bottom", fontSize=11, color=look.colours.muted, y=-5)
        .encode(x=x, text="words:N")
    )
