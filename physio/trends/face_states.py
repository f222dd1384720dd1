"""What the face of a session showed over time beside pain: its states, engagement, and the facial expression signal."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from physio.affect.expression import EXPRESSIONS
from physio.affect.states import STATES
from physio.messages import message
from physio.terms import term
from physio.trends.face_timeline import unread_layers
from physio.trends.face_track import FaceTrack
from physio.trends.series import decimate, pieces, runs
from physio.trends.span import Span
from physio.trends.theme import AXIS_PX, Look, finish
from physio.types import FloatArray

_SHORTEST_S = 0.3
_IN_LINES = "split(datum.label, ' ')"
"""Vega's expression for a label of one word a line: two beside each other are wider than the axis."""


def state_chart(face: FaceTrack, span: Span, look: Look) -> Any:
    """When the face showed which state, one row each; nothing is drawn where no face was read."""
    names = {float(state.value): look.say(term(state)) for state in STATES}
    fills = [look.colours.state(state) for state in STATES]
    bars = _rows(_runs(face.t_s, face.state, names), list(names.values()), fills, span, look)
    return finish(bars.properties(height=220, title=look.say("trends.states_title")), look)


def expression_chart(face: FaceTrack, span: Span, look: Look) -> Any:
    """When which of the seven expressions was the most probable one, one row each."""
    known = np.isfinite(face.expression).all(axis=1)
    best = np.where(known, np.argmax(np.nan_to_num(face.expression), axis=1), np.nan)
    names = {float(i): look.say(message(f"facial_expression.{name}")) for i, name in enumerate(EXPRESSIONS)}
    fills = [look.colours.both] * len(names)
    bars = _rows(_runs(face.t_s, best, names), list(names.values()), fills, span, look)
    return finish(bars.properties(height=230, title=look.say("trends.expression_title")), look)


def shares_chart(face: FaceTrack, span: Span, look: Look) -> Any:
    """Probability of pain and engagement, per cent, over time."""
    lines = (
        (100 * face.pain_probability, look.say("trends.probability_line"), look.colours.pain),
        (face.engagement_pct, look.say("trends.engagement_line"), look.colours.engaged),
    )
    title = look.say("trends.shares_title")
    return _lines(face, lines, (0, 100, look.say("trends.per_cent")), title, span, look)


def affect_chart(face: FaceTrack, span: Span, look: Look) -> Any:
    """Valence and arousal, -1 to 1, over time."""
    lines = (
        (face.valence, look.say("trends.valence_line"), look.colours.both),
        (face.arousal, look.say("trends.arousal_line"), look.colours.discomfort),
    )
    return _lines(face, lines, (-1, 1, " "), look.say("trends.affect_title"), span, look)


def _runs(t_s: FloatArray, codes: FloatArray, names: dict[float, str]) -> list[dict[str, Any]]:
    """Codes without a name are left out: what an earlier estimate stored has others."""
    return [
        {"t_s": run.start_s, "end_s": run.end_s, "state": names[run.code]}
        for run in runs(t_s, codes, _SHORTEST_S)
        if run.code in names
    ]


def _rows(rows: list[dict[str, Any]], order: list[str], fills: list[str], span: Span, look: Look) -> Any:
    return (
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
                axis=alt.Axis(labelExpr=_IN_LINES, labelFontSize=11, minExtent=AXIS_PX, maxExtent=AXIS_PX),
            ),
            color=alt.Color("state:N", scale=alt.Scale(domain=order, range=fills), legend=None),
            tooltip=[
                alt.Tooltip("state:N", title=look.say("trends.tip_state")),
                alt.Tooltip("t_s:Q", title=look.say("trends.tip_from"), format=".1f"),
            ],
        )
    )


def _lines(
    face: FaceTrack,
    lines: Sequence[tuple[FloatArray, str, str]],
    scale: tuple[float, float, str],
    title: str,
    span: Span,
    look: Look,
) -> Any:
    """Lines over time with their names in the heading's order; the first solid, the second dashed."""
    low, high, unit = scale
    y = alt.Y("value:Q", scale=alt.Scale(domain=[low, high], nice=False), title=unit, axis=alt.Axis(tickCount=3))
    drawn = [(values, name, colour) for values, name, colour in lines if np.isfinite(values).any()]
    frame = pd.concat([_points(face.t_s, values, name) for values, name, _ in drawn])
    names, colours = [name for _, name, _ in drawn], [colour for *_, colour in drawn]
    tips = [
        alt.Tooltip("line:N", title=look.say("trends.tip_line")),
        alt.Tooltip("value:Q", title=unit, format=".1f"),
        alt.Tooltip("t_s:Q", title=look.say("trends.tip_time"), format=".1f"),
    ]
    curves = (
        alt.Chart(frame)
        .mark_line(strokeWidth=1.6, clip=True)
        .encode(
            x=span.axis(labels=False),
            y=y,
            color=alt.Color("line:N", scale=alt.Scale(domain=names, range=colours), legend=_legend(look)),
            strokeDash=alt.StrokeDash("line:N", scale=alt.Scale(domain=names, range=[[1, 0], [5, 3]][: len(names)])),
            detail="piece:N",
            tooltip=tips,
        )
    )
    layered = alt.layer(*unread_layers(face, span, look), curves).properties(height=150, title=title)
    return finish(layered, look)


def _legend(look: Look) -> alt.Legend:
    """Over the chart, so that its time axis keeps its length."""
    return alt.Legend(
        orient="top", title=None, direction="horizontal", labelColor=look.colours.text, labelFont=look.colours.font
    )


def _points(t_s: FloatArray, values: FloatArray, name: str) -> pd.DataFrame:
    kept_s, kept = decimate(t_s, values)
    parts = [f"{name}{piece:.0f}" for piece in pieces(kept_s, kept)]
    return pd.DataFrame({"t_s": kept_s, "value": kept, "line": name, "piece": parts}).dropna()
