"""One session over time: the angle with its repetitions, pain and face state, all on the same time axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from physio.language import english
from physio.storage.records import Event, SelfReport
from physio.trends.palette import Palette
from physio.trends.series import decimate, pieces, runs
from physio.trends.theme import AXIS_PX, finish
from physio.types import FaceState, FloatArray, RejectedRep, Rep

_HATCHES = 9
_PSPI_TOP = 16.0
_STATE_ROWS: tuple[tuple[FaceState, str], ...] = (
    (FaceState.ATTENTIVE, "attentive"),
    (FaceState.LOOKING_AWAY, "looking away"),
    (FaceState.EYES_CLOSED, "eyes closed"),
    (FaceState.DISCOMFORT, "discomfort"),
)
_SHORTEST_STATE_S = 0.3


@dataclass(frozen=True, slots=True)
class Span:
    """The time axis that the charts of one session share, seconds."""

    start_s: float
    end_s: float

    def axis(self, *, title: str | None = None, labels: bool = True) -> alt.X:
        """The x encoding of field t_s; minutes and seconds from two minutes on."""
        long = self.end_s - self.start_s > 120
        expression = "floor(datum.value/60)+':'+pad(floor(datum.value%60),2,'0','left')" if long else "datum.value"
        axis = alt.Axis(title=title, labels=labels, ticks=labels, labelExpr=expression, tickCount=10)
        return alt.X("t_s:Q", scale=alt.Scale(domain=[self.start_s, self.end_s], nice=False), axis=axis)

    @property
    def title(self) -> str:
        """The axis title."""
        return "time, min:s" if self.end_s - self.start_s > 120 else "time, s"


@dataclass(frozen=True, slots=True)
class AngleTrack:
    """An angle of a session: values_deg (T,) at t_s (T,), its label, the side it belongs to, the exercise's target
    (NaN for none), and its expected error_deg (T,), NaN where unknown, None when none was stored."""

    t_s: FloatArray
    values_deg: FloatArray
    label: str
    side: str
    target_deg: float
    error_deg: FloatArray | None = None


def span_of(t_s: FloatArray) -> Span:
    """The time axis of the frames at t_s (T,)."""
    return Span(0.0, max(float(t_s[-1]), 1.0)) if t_s.size else Span(0.0, 1.0)


def angle_chart(
    track: AngleTrack, reps: Sequence[Rep], rejected: Sequence[RejectedRep], span: Span, colours: Palette
) -> Any:
    """The angle in the band of its expected error, with counted repetitions shaded and numbered, rejected movements
    hatched, and the target as a line."""
    low, high = _degrees(track)
    y = alt.Y("deg:Q", scale=alt.Scale(domain=[low, high], nice=False), title="degrees", axis=alt.Axis(format=".0f"))
    line = _points(track)
    layers = [
        *_rep_shades(reps, span, high, colours),
        *_hatched(rejected, span, low, high, colours),
        *_target(track.target_deg, span, y, colours),
        *_band(line, span, colours.side(track.side)),
        alt.Chart(line)
        .mark_line(color=colours.side(track.side), strokeWidth=1.8, clip=True)
        .encode(
            x=span.axis(title=span.title),
            y=y,
            detail="piece:N",
            tooltip=[
                alt.Tooltip("t_s:Q", title="time, s", format=".1f"),
                alt.Tooltip("deg:Q", title="°", format=".0f"),
            ],
        ),
    ]
    subtitle = "; ".join([_what_is_shaded(reps, rejected), *(["band: expected error"] if "low" in line else [])])
    title = alt.TitleParams(track.label, subtitle=subtitle)
    return finish(alt.layer(*layers).properties(height=330, title=title), colours)


def _points(track: AngleTrack) -> pd.DataFrame:
    """What is drawn of an angle: t_s, deg, its piece, and where an error is known the ends low and high of its band."""
    t_s, values = decimate(track.t_s, track.values_deg)
    line = pd.DataFrame({"t_s": t_s, "deg": values, "piece": pieces(t_s, values)})
    if track.error_deg is not None and np.isfinite(track.error_deg).any():
        error_deg = track.error_deg[np.searchsorted(track.t_s, t_s)]
        line = line.assign(low=values - error_deg, high=values + error_deg)
    return line.dropna(subset="deg")


def _band(line: pd.DataFrame, span: Span, colour: str) -> list[Any]:
    if "low" not in line:
        return []
    return [
        alt.Chart(line.dropna(subset="low"))
        .mark_area(color=colour, opacity=0.18, clip=True)
        .encode(x=span.axis(title=span.title), y="low:Q", y2="high:Q", detail="piece:N")
    ]


def pain_chart(
    t_s: FloatArray,
    pspi: FloatArray,
    said: tuple[Sequence[SelfReport], Sequence[Event]],
    span: Span,
    colours: Palette,
) -> Any:
    """The facial pain estimate as an area; said holds what the patient reported and what was marked."""
    reports, events = said
    top = max(4.0, float(np.nanmax(pspi)) if np.isfinite(pspi).any() else 0.0)
    y = alt.Y(
        "pspi:Q",
        scale=alt.Scale(domain=[0, min(_PSPI_TOP, top * 1.25)], nice=False),
        title="PSPI",
        axis=alt.Axis(tickCount=3, format=".0f"),
    )
    t_short, short = decimate(t_s, pspi)
    frame = pd.DataFrame({"t_s": t_short, "pspi": short, "piece": pieces(t_short, short)}).dropna()
    base = alt.Chart(frame).encode(x=span.axis(labels=False), y=y, detail="piece:N")
    layers: list[Any] = [
        base.mark_area(color=colours.pain, opacity=0.25, clip=True),
        base.mark_line(color=colours.pain, strokeWidth=1.5, clip=True),
        *_said(reports, span, colours),
        *_marked(events, span, colours),
    ]
    title = alt.TitleParams("Pain: estimate from the face, 0-16", subtitle=_what_was_said(reports, events))
    return finish(alt.layer(*layers).properties(height=135, title=title), colours)


def state_chart(t_s: FloatArray, states: FloatArray, span: Span, colours: Palette) -> Any:
    """When the face showed which state, one row each; nothing is drawn where no face was seen."""
    names = dict(_STATE_ROWS)
    rows = [
        {"t_s": run.start_s, "end_s": run.end_s, "state": names[FaceState(run.code)]}
        for run in runs(t_s, states, _SHORTEST_STATE_S)
        if FaceState(run.code) in names
    ]
    order = [name for _, name in _STATE_ROWS]
    fills = [colours.unusable, colours.unusable, colours.unusable, colours.pain]
    bars = (
        alt.Chart(pd.DataFrame(rows, columns=["t_s", "end_s", "state"]))
        .mark_bar(clip=True)
        .encode(
            x=span.axis(),
            x2="end_s:Q",
            y=alt.Y(
                "state:N",
                sort=order,
                scale=alt.Scale(domain=order),
                title=" ",
                axis=alt.Axis(labelLimit=90, minExtent=AXIS_PX, maxExtent=AXIS_PX),
            ),
            color=alt.Color("state:N", scale=alt.Scale(domain=order, range=fills), legend=None),
            tooltip=["state:N", alt.Tooltip("t_s:Q", title="from, s", format=".1f")],
        )
    )
    return finish(bars.properties(height=150, title="Face: what it showed (estimate)"), colours)


def _degrees(track: AngleTrack) -> tuple[float, float]:
    """The y range: from anatomical zero, or below it where the person went, to above peak and target."""
    known = track.values_deg[np.isfinite(track.values_deg)]
    top = max([*known[known > -np.inf], 30.0]) if known.size else 90.0
    if np.isfinite(track.target_deg):
        top = max(top, track.target_deg)
    return min(0.0, float(known.min()) if known.size else 0.0), float(top) * 1.25


def _rep_shades(reps: Sequence[Rep], span: Span, high: float, colours: Palette) -> list[Any]:
    frame = pd.DataFrame(
        [
            {
                "t_s": rep.start_s,
                "end_s": rep.end_s,
                "middle_s": (rep.start_s + rep.end_s) / 2,
                "number": str(rep.index),
                "top": high,
                "score": rep.score,
                "rom": rep.rom_deg,
            }
            for rep in reps
        ],
        columns=["t_s", "end_s", "middle_s", "number", "top", "score", "rom"],
    )
    tips = [
        alt.Tooltip("number:N", title="repetition"),
        alt.Tooltip("score:Q", title="form score", format=".0f"),
        alt.Tooltip("rom:Q", title="range, °", format=".0f"),
    ]
    shade = (
        alt.Chart(frame)
        .mark_rect(color=colours.correct, opacity=0.14, clip=True)
        .encode(x=span.axis(title=span.title), x2="end_s:Q", tooltip=tips)
    )
    number = (
        alt.Chart(frame)
        .mark_text(baseline="top", dy=3, color=colours.muted, fontSize=11)
        .encode(x="middle_s:Q", y="top:Q", text="number:N")
    )
    return [shade, number]


def _hatched(rejected: Sequence[RejectedRep], span: Span, low: float, high: float, colours: Palette) -> list[Any]:
    """Diagonal lines over what was not counted: a pattern and not a colour, so that it reads in print too."""
    lines = [
        {"t_s": start, "end_s": start + width, "deg": low, "deg2": high, "reason": english(rep.reason)}
        for rep in rejected
        for width in [(rep.end_s - rep.start_s) / _HATCHES]
        for start in np.linspace(rep.start_s, rep.end_s - width, _HATCHES)
    ]
    if not lines:
        return []
    return [
        alt.Chart(pd.DataFrame(lines))
        .mark_rule(color=colours.unusable, strokeWidth=1, clip=True)
        .encode(
            x=span.axis(title=span.title),
            x2="end_s:Q",
            y="deg:Q",
            y2="deg2:Q",
            tooltip=[alt.Tooltip("reason:N", title="not counted")],
        )
    ]


def _target(target_deg: float, span: Span, y: alt.Y, colours: Palette) -> list[Any]:
    if not np.isfinite(target_deg):
        return []
    frame = pd.DataFrame([{"t_s": span.start_s, "deg": target_deg, "text": f"target {target_deg:.0f}°"}])
    rule = alt.Chart(frame).mark_rule(color=colours.correct, strokeDash=[6, 4]).encode(y=y)
    word = (
        alt.Chart(frame)
        .mark_text(align="left", baseline="bottom", dx=4, dy=-2, color=colours.text, fontSize=11)
        .encode(x=span.axis(title=span.title), y=y, text="text:N")
    )
    return [rule, word]


def _said(reports: Sequence[SelfReport], span: Span, colours: Palette) -> list[Any]:
    if not reports:
        return []
    frame = pd.DataFrame([{"t_s": r.t_s, "text": f"says {r.score:.0f}"} for r in reports])
    base = alt.Chart(frame).encode(x=span.axis(labels=False))
    return [
        base.mark_rule(color=colours.text, strokeWidth=1.5),
        base.mark_text(align="left", baseline="top", dx=4, y=2, fontWeight=600, color=colours.text).encode(
            text="text:N"
        ),
    ]


def _marked(events: Sequence[Event], span: Span, colours: Palette) -> list[Any]:
    if not events:
        return []
    frame = pd.DataFrame([{"t_s": e.t_s, "text": e.text or e.kind} for e in events])
    return [
        alt.Chart(frame)
        .mark_point(shape="triangle-down", size=70, filled=True, color=colours.muted, y=6)
        .encode(x=span.axis(labels=False), tooltip=["text:N", alt.Tooltip("t_s:Q", title="at, s", format=".1f")])
    ]


def _what_is_shaded(reps: Sequence[Rep], rejected: Sequence[RejectedRep]) -> str:
    counted = f"shaded: {len(reps)} counted" if reps else "no repetition was counted"
    return counted + (f"; hatched: {len(rejected)} not counted" if rejected else "")


def _what_was_said(reports: Sequence[SelfReport], events: Sequence[Event]) -> str:
    said = f"line: what the patient said, 0-10 ({len(reports)})" if reports else "the patient was not asked"
    return said + (f"; triangle: {len(events)} marked" if events else "")
