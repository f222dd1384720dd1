"""Lines over sessions in one chart: points with bars and whiskers, the names at the right, and the days under it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from physio.trends.session_axis import LABELS_FROM, counts, days_axis, left_end, places
from physio.trends.theme import Look, finish

HEIGHT_PX = 340
_LINE_STEP = 0.011
_CAP_PX = 9
_LABEL_SHARE = 0.065
"""The height of a label in terms of the scale's."""
_SHAPES = ("circle", "square", "diamond", "triangle-up", "triangle-down")
_DASHES: tuple[list[int], ...] = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4])
_FACTS = ("started_at", "reps", "place")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart: the column it shows, its direct label and colour, and names of further columns, empty for
    none: the ends of its bar, the value's expected error, a value that is only estimated, and whether (0, 1) the value
    itself is weak, so that its point is hollow."""

    column: str
    label: str
    colour: str
    low: str = ""
    high: str = ""
    error: str = ""
    estimated: str = ""
    weak: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A level across the chart with its name: one value, or the ends of a band."""

    label: str
    low: float
    high: float
    colour: str

    @property
    def middle(self) -> float:
        """Where its name stands."""
        return (self.low + self.high) / 2


@dataclass(frozen=True, slots=True)
class Scale:
    """The y axis: title with unit, its ends in that unit, the levels drawn across it, and with how many decimals its
    values are said."""

    title: str
    low: float
    high: float
    marks: tuple[Mark, ...] = ()
    digits: int = 1


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands over a chart: what it shows, and how to read it, line by line."""

    title: str
    notes: tuple[str, ...]


def over_sessions(table: pd.DataFrame, lines: Sequence[Line], scale: Scale, heading: Heading, look: Look) -> Any:
    """All lines in one chart; points alone when the exercises differ, because a line through them would mean nothing.
    A session's number of repetitions stands over it."""
    table = table.assign(place=places(table["started_at"]))
    long = _long(table, lines, scale, look)
    drawn = [line.label for line in lines if (long["line"] == line.label).any()]
    colours = [line.colour for line in lines if line.label in drawn]
    by_line = alt.Scale(domain=drawn, range=colours)
    colour = alt.Color("line:N", scale=by_line, legend=None)
    left = left_end(table, named=bool(scale.marks))
    x = days_axis(table, left, look)
    y = alt.Y("value:Q", scale=alt.Scale(domain=[scale.low, scale.high], nice=False), title=scale.title)
    base = alt.Chart(long[long["value"].notna()]).encode(x=x, y=y, color=colour)
    layers = [
        *_marks(scale, left, x),
        *_bars(long, x, colour),
        *_whiskers(long, x, colour),
        *([_joined(base, drawn)] if table["exercise_id"].nunique() == 1 else []),
        _points(long, by_line, scale, look).encode(x=x, y=y),
        *_estimates(long, x, colour, scale, look),
        *_labels(long, by_line, scale, x, look),
        *_mark_names(scale, left, x, look),
        counts(table, x, look),
    ]
    titles = alt.TitleParams(heading.title, subtitle=list(heading.notes))
    return finish(alt.layer(*layers).properties(height=HEIGHT_PX, title=titles), look)


def _joined(base: alt.Chart, drawn: list[str]) -> Any:
    dashes = alt.Scale(domain=drawn, range=list(_DASHES))
    return base.mark_line(strokeWidth=2).encode(
        strokeDash=alt.StrokeDash("line:N", scale=dashes, legend=None), order="place:Q"
    )


def _points(long: pd.DataFrame, by_line: alt.Scale, scale: Scale, look: Look) -> Any:
    """Filled; hollow where the value is weak."""
    hollow = alt.value(look.colours.background)
    return (
        alt.Chart(long[long["value"].notna()])
        .mark_point(size=70, filled=True, opacity=1, strokeWidth=2)
        .encode(
            shape=alt.Shape("line:N", scale=alt.Scale(domain=by_line.domain, range=list(_SHAPES)), legend=None),
            fill=alt.condition(alt.datum.weak == 0, alt.Fill("line:N", scale=by_line, legend=None), hollow),
            stroke=alt.Stroke("line:N", scale=by_line, legend=None),
            tooltip=_tips(scale, look),
        )
    )


def _tips(scale: Scale, look: Look) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("line:N", title=look.say("trends.tip_line")),
        alt.Tooltip("said:N", title=scale.title),
        alt.Tooltip("reps:Q", title=look.say("trends.tip_repetitions")),
        alt.Tooltip("started_at:T", title=look.say("trends.tip_session"), format=look.say("trends.d3_date_time")),
    ]


def _bars(long: pd.DataFrame, x: alt.X, colour: alt.Color) -> list[Any]:
    """The bars from low to high."""
    known = long[long["low"].notna() & long["high"].notna() & long["value"].notna()]
    if known.empty:
        return []
    bars = alt.Chart(known).mark_rule(strokeWidth=3, opacity=0.4, clip=True)
    return [bars.encode(x=x, y="low:Q", y2="high:Q", color=colour)]


def _whiskers(long: pd.DataFrame, x: alt.X, colour: alt.Color) -> list[Any]:
    """The expected error about a value: a thin line with a cap at either end."""
    known = long[long["error"].notna() & long["value"].notna()]
    if known.empty:
        return []
    ends = known.assign(below=known["value"] - known["error"], above=known["value"] + known["error"])
    base = alt.Chart(ends).encode(x=x, color=colour)
    caps = base.mark_tick(size=_CAP_PX, thickness=1.5, orient="horizontal", clip=True)
    whole = base.mark_rule(strokeWidth=1.5, clip=True).encode(y="below:Q", y2="above:Q")
    return [whole, *(caps.encode(y=end) for end in ("below:Q", "above:Q"))]


def _estimates(long: pd.DataFrame, x: alt.X, colour: alt.Color, scale: Scale, look: Look) -> list[Any]:
    """Values that are only estimated: hollow, dashed down to the axis, and on no line."""
    known = long[long["estimated"].notna()].assign(foot=scale.low)
    if known.empty:
        return []
    base = alt.Chart(known).encode(x=x, y="estimated:Q", color=colour)
    return [
        base.mark_rule(strokeWidth=2, strokeDash=[3, 3], opacity=0.6, clip=True).encode(y2="foot:Q"),
        base.mark_point(size=70, filled=False, fill=look.colours.background, strokeWidth=2, opacity=1).encode(
            tooltip=_tips(scale, look)
        ),
    ]


def _marks(scale: Scale, left: float, x: alt.X) -> list[Any]:
    """Lines and bands across the chart."""
    layers: list[Any] = []
    for mark in scale.marks:
        ends = alt.Chart(pd.DataFrame([{"low": mark.low, "high": mark.high, "place": left, "end": LABELS_FROM}]))
        if mark.low == mark.high:
            shape = ends.mark_rule(color=mark.colour, strokeDash=[6, 4], clip=True).encode(x=x, x2="end:Q", y="low:Q")
        else:
            shape = ends.mark_rect(color=mark.colour, opacity=0.16, clip=True).encode(
                x=x, x2="end:Q", y="low:Q", y2="high:Q"
            )
        layers.append(shape)
    return layers


def _long(table: pd.DataFrame, lines: Sequence[Line], scale: Scale, look: Look) -> pd.DataFrame:
    """One row per session and line with a value or an estimate; lines stand a little beside each other. said: its
    value in words."""
    used = [line for line in lines if line.column in table or line.estimated in table]

    def column(name: str) -> pd.Series:
        known = table[name] if name in table else pd.Series(np.nan, index=table.index)
        return known.astype("float64")

    parts = [
        table[list(_FACTS)].assign(
            place=table["place"] + _LINE_STEP * (i - (len(used) - 1) / 2),
            line=line.label,
            value=column(line.column),
            low=column(line.low),
            high=column(line.high),
            error=column(line.error),
            estimated=column(line.estimated),
            weak=column(line.weak).fillna(0.0),
        )
        for i, line in enumerate(used)
    ]
    if not parts:
        return pd.DataFrame(columns=[*_FACTS, "line", "value", "low", "high", "error", "estimated", "weak", "said"])
    long = pd.concat(parts, ignore_index=True).dropna(subset=["value", "estimated"], how="all")
    rows = zip(long["value"], long["error"], long["estimated"], strict=True)
    return long.assign(said=[_said(value, error, guess, scale.digits, look) for value, error, guess in rows])


def _said(value: float, error: float, estimated: float, digits: int, look: Look) -> str:
    """112 ± 7; ≈ 106 for an estimate."""
    if np.isnan(value):
        return look.say("trends.tip_estimated", value=look.language.number(estimated, digits))
    text = look.language.number(value, digits)
    return text if np.isnan(error) else look.say("trends.tip_with_error", value=text, error=error)


def _labels(long: pd.DataFrame, by_line: alt.Scale, scale: Scale, x: alt.X, look: Look) -> list[Any]:
    """Each line's sign and name at the height of its last point, none over another."""
    last = long.assign(at=long["value"].fillna(long["estimated"])).sort_values("place").groupby("line").tail(1)
    rows = [{"line": line, "text": line, "at": at} for line, at in zip(last["line"], last["at"], strict=True)]
    if not rows:
        return []
    placed = apart(pd.DataFrame(rows), scale).assign(place=LABELS_FROM)
    base = alt.Chart(placed).encode(x=x, y=alt.Y("label_at:Q"))
    return [
        base.mark_point(size=50, filled=True, opacity=1, xOffset=10).encode(
            color=alt.Color("line:N", scale=by_line, legend=None),
            shape=alt.Shape("line:N", scale=alt.Scale(domain=by_line.domain, range=list(_SHAPES)), legend=None),
        ),
        *_haloed(base, look.colours.text, look, dx=19),
    ]


def _mark_names(scale: Scale, left: float, x: alt.X, look: Look) -> list[Any]:
    """The names of the levels at the left end of them, away from those of the lines."""
    if not scale.marks:
        return []
    rows = pd.DataFrame([{"text": mark.label, "at": mark.middle} for mark in scale.marks])
    base = alt.Chart(apart(rows, scale).assign(place=left)).encode(x=x, y=alt.Y("label_at:Q"))
    return _haloed(base, look.colours.muted, look, dx=2)


def _haloed(base: alt.Chart, colour: str, look: Look, *, dx: int) -> list[Any]:
    """Words with a halo over the grid."""

    def word(**paint: Any) -> Any:
        words = base.mark_text(align="left", baseline="middle", dx=dx, fontSize=12, limit=170, **paint)
        return words.encode(text="text:N")

    return [word(stroke=look.colours.background, strokeWidth=4), word(color=colour)]


def apart(labels: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """Labels, wanted at `at`, with label_at at least a line's height from each other and inside the scale."""
    step = _LABEL_SHARE * (scale.high - scale.low)
    ordered = labels.sort_values("at").reset_index(drop=True)
    at = ordered["at"].to_numpy(dtype=np.float64, copy=True)
    for i in range(1, at.size):
        at[i] = max(at[i], at[i - 1] + step)
    limit = scale.high
    for i in reversed(range(at.size)):  # what was pushed over the top pushes the others down
        at[i] = min(at[i], limit)
        limit = at[i] - step
    return ordered.assign(label_at=at)
