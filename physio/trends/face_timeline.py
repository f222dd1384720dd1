"""Facial pain estimate and expression of a session over time, under its angle and on the same time axis."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from physio.affect.states import STATES
from physio.messages import Message, message
from physio.storage.records import Event, SelfReport
from physio.terms import term
from physio.trends.remarks import detail, event_term
from physio.trends.series import decimate, pieces, runs
from physio.trends.span import Span
from physio.trends.theme import AXIS_PX, Look, finish
from physio.types import FloatArray

_PSPI_TOP = 16.0
_SHORTEST_STATE_S = 0.3
_LABELS_LEFT_FROM = 0.8
"""From this share of the time on labels stand left of their line: over the edge they would make the chart narrower."""


def pain_chart(
    t_s: FloatArray,
    pspi: FloatArray,
    said: tuple[Sequence[SelfReport], Sequence[Event]],
    span: Span,
    look: Look,
) -> Any:
    """The facial pain estimate as an area; said holds the pain that the patient reported and what was marked."""
    reports, events = said
    colours = look.colours
    top = max(4.0, float(np.nanmax(pspi)) if np.isfinite(pspi).any() else 0.0)
    y = alt.Y(
        "pspi:Q",
        scale=alt.Scale(domain=[0, min(_PSPI_TOP, top * 1.25)], nice=False),
        title=look.say("trends.pspi"),
        axis=alt.Axis(tickCount=3, format=".0f"),
        stack=None,  # areas are stacked otherwise, and for that filled in where there was no face
    )
    t_short, short = decimate(t_s, pspi)
    frame = pd.DataFrame({"t_s": t_short, "pspi": short, "piece": pieces(t_short, short)}).dropna()
    base = alt.Chart(frame).encode(x=span.axis(labels=False), y=y, detail="piece:N")
    layers: list[Any] = [
        base.mark_area(color=colours.pain, opacity=0.25, clip=True),
        base.mark_line(color=colours.pain, strokeWidth=1.5, clip=True),
        *_reported(reports, span, look),
        *_marked(events, span, look),
    ]
    title = alt.TitleParams(look.say("trends.session_pain_title"), subtitle=look.say(_lines(reports, events)))
    return finish(alt.layer(*layers).properties(height=135, title=title), look)


def _lines(reports: Sequence[SelfReport], events: Sequence[Event]) -> Message:
    """What the lines and triangles are."""
    lines = message("trends.lines" if reports else "trends.no_lines")
    return message("trends.with_triangles", lines=lines) if events else lines


def state_chart(t_s: FloatArray, states: FloatArray, span: Span, look: Look) -> Any:
    """When the face showed which state, one row each; nothing is drawn where no face was seen."""
    names = {state.value: look.say(term(state)) for state in STATES}
    rows = [
        {"t_s": run.start_s, "end_s": run.end_s, "state": names[run.code]}
        for run in runs(t_s, states, _SHORTEST_STATE_S)
        if run.code in names  # codes of an earlier estimate are not
    ]
    order = list(names.values())
    fills = [look.colours.state(state) for state in STATES]
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
            tooltip=[
                alt.Tooltip("state:N", title=look.say("trends.tip_state")),
                alt.Tooltip("t_s:Q", title=look.say("trends.tip_from"), format=".1f"),
            ],
        )
    )
    return finish(bars.properties(height=150, title=look.say("trends.states_title")), look)


def _reported(reports: Sequence[SelfReport], span: Span, look: Look) -> list[Any]:
    if not reports:
        return []
    frame = pd.DataFrame([{"t_s": r.t_s, "text": look.say("trends.reported", score=r.score)} for r in reports])
    late = frame["t_s"] > span.start_s + _LABELS_LEFT_FROM * (span.end_s - span.start_s)
    x, ink = span.axis(labels=False), look.colours.text
    beside: tuple[tuple[pd.DataFrame, dict[str, Any]], ...] = (
        (frame[~late], {"align": "left", "dx": 4}),
        (frame[late], {"align": "right", "dx": -4}),
    )
    label: dict[str, Any] = {"baseline": "top", "y": 2, "fontWeight": 600, "color": ink}
    return [
        alt.Chart(frame).mark_rule(color=ink, strokeWidth=1.5, clip=True).encode(x=x),
        *(
            alt.Chart(some).mark_text(**place, **label).encode(x=x, text="text:N")
            for some, place in beside
            if len(some)
        ),
    ]


def _marked(events: Sequence[Event], span: Span, look: Look) -> list[Any]:
    if not events:
        return []
    frame = pd.DataFrame([{"t_s": e.t_s, "text": look.say(detail(e)) or look.say(event_term(e))} for e in events])
    return [
        alt.Chart(frame)
        .mark_point(shape="triangle-down", size=70, filled=True, color=look.colours.muted, y=6)
        .encode(
            x=span.axis(labels=False),
            tooltip=[
                alt.Tooltip("text:N", title=look.say("trends.tip_event")),
                alt.Tooltip("t_s:Q", title=look.say("trends.tip_time"), format=".1f"),
            ],
        )
    ]
