"""One angle of a session over time, with its repetitions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from physio.messages import Message, message
from physio.trends.series import decimate, pieces
from physio.trends.span import Span
from physio.trends.theme import Look, finish
from physio.types import FloatArray, RejectedRep, Rep

_HATCHES = 9


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


def angle_chart(track: AngleTrack, reps: Sequence[Rep], rejected: Sequence[RejectedRep], span: Span, look: Look) -> Any:
    """The angle in the band of its expected error, with counted repetitions shaded and numbered, rejected movements
    hatched, and the target as a line."""
    low, high = _degrees(track)
    colours, domain = look.colours, alt.Scale(domain=[low, high], nice=False)
    y = alt.Y("deg:Q", scale=domain, title=look.say("trends.degrees"), axis=alt.Axis(format=".0f"))
    line = _points(track)
    layers = [
        *_rep_shades(reps, span, high, look),
        *_hatched(rejected, span, (low, high), look),
        *_target(track.target_deg, span, y, look),
        *_band(line, span, track.side, look),
        alt.Chart(line)
        .mark_line(color=colours.side(track.side), strokeWidth=1.8, clip=True)
        .encode(
            x=span.axis(title=span.title(look)),
            y=y,
            detail="piece:N",
            tooltip=[
                alt.Tooltip("t_s:Q", title=look.say("trends.tip_time"), format=".1f"),
                alt.Tooltip("deg:Q", title=look.say("trends.tip_degrees"), format=".0f"),
            ],
        ),
    ]
    shading = _shading(len(reps), len(rejected))
    subtitle = message("trends.with_band", shading=shading) if "low" in line else shading
    title = alt.TitleParams(track.label, subtitle=look.say(subtitle))
    return finish(alt.layer(*layers).properties(height=330, title=title), look)


def _shading(counted: int, rejected: int) -> Message:
    """What is shaded and what is hatched."""
    if not counted:
        return message("trends.hatched", rejected=rejected) if rejected else message("trends.none_counted")
    if not rejected:
        return message("trends.shaded", counted=counted)
    return message("trends.shaded_hatched", counted=counted, rejected=rejected)


def _points(track: AngleTrack) -> pd.DataFrame:
    """What is drawn of an angle: t_s, deg, its piece, and where an error is known the ends low and high of its band."""
    t_s, values = decimate(track.t_s, track.values_deg)
    line = pd.DataFrame({"t_s": t_s, "deg": values, "piece": pieces(t_s, values)})
    if track.error_deg is not None and np.isfinite(track.error_deg).any():
        error_deg = track.error_deg[np.searchsorted(track.t_s, t_s)]
        line = line.assign(low=values - error_deg, high=values + error_deg)
    return line.dropna(subset="deg")


def _band(line: pd.DataFrame, span: Span, side: str, look: Look) -> list[Any]:
    if "low" not in line:
        return []
    return [
        alt.Chart(line.dropna(subset="low"))
        .mark_area(color=look.colours.side(side), opacity=0.18, clip=True)
        .encode(x=span.axis(title=span.title(look)), y="low:Q", y2="high:Q", detail="piece:N")
    ]


def _degrees(track: AngleTrack) -> tuple[float, float]:
    """The y range: from anatomical zero, or below it where the person went, to above peak and target."""
    known = track.values_deg[np.isfinite(track.values_deg)]
    top = max([*known[known > -np.inf], 30.0]) if known.size else 90.0
    if np.isfinite(track.target_deg):
        top = max(top, track.target_deg)
    return min(0.0, float(known.min()) if known.size else 0.0), float(top) * 1.25


def _rep_shades(reps: Sequence[Rep], span: Span, high: float, look: Look) -> list[Any]:
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
        alt.Tooltip("number:N", title=look.say("trends.tip_repetition")),
        alt.Tooltip("score:Q", title=look.say("trends.tip_form"), format=".0f"),
        alt.Tooltip("rom:Q", title=look.say("trends.tip_range"), format=".0f"),
    ]
    shade = (
        alt.Chart(frame)
        .mark_rect(color=look.colours.correct, opacity=0.14, clip=True)
        .encode(x=span.axis(title=span.title(look)), x2="end_s:Q", tooltip=tips)
    )
    number = (
        alt.Chart(frame)
        .mark_text(baseline="top", dy=3, color=look.colours.muted, fontSize=11)
        .encode(x="middle_s:Q", y="top:Q", text="number:N")
    )
    return [shade, number]


def _hatched(rejected: Sequence[RejectedRep], span: Span, ends: tuple[float, float], look: Look) -> list[Any]:
    """Diagonal lines over what was not counted: a pattern and not a colour, so that it reads in print too."""
    lines = [
        {"t_s": start, "end_s": start + width, "deg": ends[0], "deg2": ends[1], "reason": look.say(rep.reason)}
        for rep in rejected
        for width in [(rep.end_s - rep.start_s) / _HATCHES]
        for start in np.linspace(rep.start_s, rep.end_s - width, _HATCHES)
    ]
    if not lines:
        return []
    return [
        alt.Chart(pd.DataFrame(lines))
        .mark_rule(color=look.colours.unusable, strokeWidth=1, clip=True)
        .encode(
            x=span.axis(title=span.title(look)),
            x2="end_s:Q",
            y="deg:Q",
            y2="deg2:Q",
            tooltip=[alt.Tooltip("reason:N", title=look.say("trends.tip_not_counted"))],
        )
    ]


def _target(target_deg: float, span: Span, y: alt.Y, look: Look) -> list[Any]:
    if not np.isfinite(target_deg):
        return []
    text = look.say("trends.target", target_deg=target_deg)
    frame = pd.DataFrame([{"t_s": span.start_s, "deg": target_deg, "text": text}])
    rule = alt.Chart(frame).mark_rule(color=look.colours.correct, strokeDash=[6, 4]).encode(y=y)
    word = (
        alt.Chart(frame)
        .mark_text(align="left", baseline="bottom", dx=4, dy=-2, color=look.colours.text, fontSize=11)
        .encode(x=span.axis(title=span.title(look)), y=y, text="text:N")
    )
    return [rule, word]
