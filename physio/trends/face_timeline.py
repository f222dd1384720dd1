"""Facial pain estimate of a session over time, under its angle and on the same time axis."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from physio.messages import Message, message
from physio.storage.records import Event, SelfReport
from physio.terms import term
from physio.trends.face_track import FaceTrack
from physio.trends.remarks import detail, event_term
from physio.trends.series import decimate, pieces
from physio.trends.span import Span
from physio.trends.theme import Look, finish
from physio.types import FaceReason

_PSPI_TOP = 16.0
_LEAST_TOP = 4.0
_LABELS_LEFT_FROM = 0.8
"""From this share of the time on labels stand left of their line: over the edge they would make the chart narrower."""
_NAMED_FROM = 0.14
"""A stretch that fills so much of the time has room for its reason."""

Said = tuple[Sequence[SelfReport], Sequence[Event]]


def pain_chart(face: FaceTrack, said: Said, span: Span, look: Look) -> Any:
    """The facial pain estimate in the band of its expected error, with brief expressions as ticks at the top and grey
    where the face was not reliable; said holds the pain that the patient reported and what was marked."""
    reports, events = said
    points = _points(face)
    known = points["high"].fillna(points["pspi"]).max() if len(points) else np.nan
    top = max(_LEAST_TOP, float(known) if np.isfinite(known) else 0.0)
    y = alt.Y(
        "pspi:Q",
        scale=alt.Scale(domain=[0, min(_PSPI_TOP, top * 1.25)], nice=False),
        title=look.say("trends.pspi"),
        axis=alt.Axis(tickCount=3, format=".0f"),
    )
    tips = [
        alt.Tooltip("t_s:Q", title=look.say("trends.tip_time"), format=".1f"),
        alt.Tooltip("pspi:Q", title=look.say("trends.pspi"), format=".1f"),
    ]
    line = (
        alt.Chart(points)
        .mark_line(color=look.colours.pain, strokeWidth=1.6, clip=True)
        .encode(x=span.axis(labels=False), y=y, detail="piece:N", tooltip=tips)
    )
    layers: list[Any] = [
        *unread_layers(face, span, look),
        *_band(points, span, look),
        line,
        *_flashes(face, span, look),
        *_reported(reports, span, look),
        *_marked(events, span, look),
    ]
    notes = [look.say(one) for one in (*_what_lines_are(reports, events), *_face_notes(face, points))]
    title = alt.TitleParams(look.say("trends.session_pain_title"), subtitle=in_lines(notes))
    return finish(alt.layer(*layers).properties(height=185, title=title), look)


def in_lines(notes: Sequence[str], each: int = 2) -> list[str]:
    """Notes, a few in each line."""
    return ["; ".join(notes[i : i + each]) for i in range(0, len(notes), each)]


def _points(face: FaceTrack) -> pd.DataFrame:
    """What may be drawn: t_s, pspi, the ends of its band (NaN where its error is unknown) and the unbroken piece."""
    t_s, pspi = decimate(face.t_s, face.pspi)
    error = face.pspi_error[np.searchsorted(face.t_s, t_s)]
    low, high = np.maximum(pspi - error, 0.0), np.minimum(pspi + error, _PSPI_TOP)
    points = pd.DataFrame({"t_s": t_s, "pspi": pspi, "low": low, "high": high, "piece": pieces(t_s, pspi)})
    return points.dropna(subset="pspi")


def _band(points: pd.DataFrame, span: Span, look: Look) -> list[Any]:
    t_s, low = points["t_s"].to_numpy(), points["low"].to_numpy()
    known = points.assign(part=[f"{a}-{b}" for a, b in zip(points["piece"], pieces(t_s, low), strict=True)]).dropna()
    if known.empty:
        return []
    return [
        alt.Chart(known)
        .mark_area(color=look.colours.pain, opacity=0.2, clip=True)
        .encode(x=span.axis(labels=False), y="low:Q", y2="high:Q", detail="part:N")
    ]


def unread_layers(face: FaceTrack, span: Span, look: Look) -> list[Any]:
    """Grey over the height of the chart where the face was not reliable, with the reason where there is room for it,
    and for whoever points at it."""
    rows = [(run.start_s, run.end_s, look.say(term(FaceReason(run.code)))) for run in face.unread()]
    if not rows:
        return []
    frame = pd.DataFrame(rows, columns=["t_s", "end_s", "reason"])
    tips = [
        alt.Tooltip("reason:N", title=look.say("trends.tip_not_reliable")),
        alt.Tooltip("t_s:Q", title=look.say("trends.tip_from"), format=".1f"),
    ]
    grey = alt.Chart(frame).mark_rect(color=look.colours.unusable, opacity=0.22, clip=True)
    wide = frame[frame["end_s"] - frame["t_s"] >= _NAMED_FROM * (span.end_s - span.start_s)]
    middle = wide.assign(t_s=(wide["t_s"] + wide["end_s"]) / 2)
    word = alt.Chart(middle).mark_text(color=look.colours.muted, fontSize=11, baseline="bottom", y="height", dy=-4)
    return [
        grey.encode(x=span.axis(labels=False), x2="end_s:Q", tooltip=tips),
        *([word.encode(x=span.axis(labels=False), text="reason:N")] if len(wide) else []),
    ]


def _flashes(face: FaceTrack, span: Span, look: Look) -> list[Any]:
    if not face.flashes_s.size:
        return []
    tick: dict[str, Any] = {"shape": "stroke", "angle": 90, "size": 180, "strokeWidth": 2.5, "filled": False, "y": 25}
    tips = [alt.Tooltip("t_s:Q", title=look.say("trends.tip_flash"), format=".1f")]
    marks = alt.Chart(pd.DataFrame({"t_s": face.flashes_s})).mark_point(color=look.colours.pain, opacity=1, **tick)
    return [marks.encode(x=span.axis(labels=False), tooltip=tips)]


def _what_lines_are(reports: Sequence[SelfReport], events: Sequence[Event]) -> tuple[Message, ...]:
    """What the lines and triangles are."""
    lines = message("trends.lines" if reports else "trends.no_lines")
    return (message("trends.with_triangles", lines=lines) if events else lines,)


def _face_notes(face: FaceTrack, points: pd.DataFrame) -> list[Message]:
    """What band, ticks and grey are, as far as they are there."""
    notes = [message("trends.pspi_band")] if points["low"].notna().any() else []
    if face.flashes_s.size:
        notes.append(message("trends.flashes", count=int(face.flashes_s.size)))
    reason = face.main_reason()
    return [*notes, message("trends.grey_face", reason=term(reason))] if reason else notes


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
