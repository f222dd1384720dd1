"""One angle of a session over time, with its repetitions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from physio.messages import Message, message
from physio.trends.estimates import BoolArray
from physio.trends.series import decimate, pieces
from physio.trends.span import Span
from physio.trends.theme import Look, finish
from physio.types import FloatArray, RejectedRep, Rep

_HATCHES = 90
"""As many diagonals as fit over the time axis: of those, movements get theirs by length."""


@dataclass(frozen=True, slots=True)
class AngleTrack:
    """An angle of a session: values_deg (T,) at t_s (T,), its label, the side it belongs to, the exercise's target
    (NaN for none), its expected error_deg (T,), NaN where unknown, None when none was stored, and where it rests on an
    estimate, estimated (T,), None for nowhere."""

    t_s: FloatArray
    values_deg: FloatArray
    label: str
    side: str
    target_deg: float
    error_deg: FloatArray | None = None
    estimated: BoolArray | None = None


def angle_chart(track: AngleTrack, reps: Sequence[Rep], rejected: Sequence[RejectedRep], span: Span, look: Look) -> Any:
    """The angle in the band of its expected error, dashed and without a band where it is estimated, with counted
    repetitions shaded and numbered, rejected movements hatched, and the target as a line."""
    low, high = _degrees(track)
    domain = alt.Scale(domain=[low, high], nice=False)
    y = alt.Y("deg:Q", scale=domain, title=look.say("trends.degrees"), axis=alt.Axis(format=".0f"))
    points = _points(track)
    measured, estimated, band = _measured(points), _estimated(points), _band(points, span, track.side, look)
    layers = [
        *_rep_shades(reps, span, high, look),
        *_hatched(rejected, span, (low, high), look),
        *band,
        *([_curve(estimated, span, track.side, y, look, dash=[3, 3])] if len(estimated) else []),
        _curve(measured, span, track.side, y, look, dash=[1, 0]),
        *_target(track.target_deg, span, y, look),
    ]
    notes = [*(["trends.band"] if band else []), *(["trends.dashes"] if len(estimated) else [])]
    lines = [look.say(_shading(len(reps), rejected)), "; ".join(look.say(code) for code in notes)]
    title = alt.TitleParams(track.label, subtitle=[line for line in lines if line])
    return finish(alt.layer(*layers).properties(height=330, title=title), look)


def _shading(counted: int, rejected: Sequence[RejectedRep]) -> Message:
    """What is shaded and what is hatched."""
    if not rejected:
        return message("trends.shaded", counted=counted) if counted else message("trends.none_counted")
    missed = _not_counted(rejected)
    if not counted:
        return message("trends.hatched", rejected=missed)
    return message("trends.shaded_hatched", counted=counted, rejected=missed)


def _not_counted(rejected: Sequence[RejectedRep]) -> Message:
    """How many movements were not counted, with the most frequent reason."""
    kinds = Counter(_kind(rep) for rep in rejected)
    kind, _ = kinds.most_common(1)[0]
    reason = next(rep.reason for rep in rejected if _kind(rep) == kind)
    code = "trends.not_counted" if len(rejected) == 1 else "trends.not_counted_mostly"
    return message(code, count=len(rejected), reason=reason)


def _kind(rep: RejectedRep) -> str:
    """Its reason without the numbers."""
    return str(rep.reason.params.get("text", "")) or rep.reason.code


def _points(track: AngleTrack) -> pd.DataFrame:
    """What may be drawn of an angle, unknown values too: t_s, deg, estimated, and the ends low and high of its band,
    NaN where it is estimated or its error unknown."""
    t_s, values = decimate(track.t_s, track.values_deg)
    kept = np.searchsorted(track.t_s, t_s)
    nowhere = np.zeros(track.t_s.size, dtype=bool)
    estimated = (nowhere if track.estimated is None else track.estimated)[kept]
    error_deg = (np.full(track.t_s.size, np.nan) if track.error_deg is None else track.error_deg)[kept]
    error_deg = np.where(estimated, np.nan, error_deg)
    return pd.DataFrame(
        {"t_s": t_s, "deg": values, "estimated": estimated, "low": values - error_deg, "high": values + error_deg}
    )


def _in_pieces(points: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows in which a column is known, numbered by unbroken piece: what lies between two is not drawn over."""
    numbers = pieces(points["t_s"].to_numpy(), points[column].to_numpy())
    return points.assign(piece=numbers).dropna(subset=column)


def _measured(points: pd.DataFrame) -> pd.DataFrame:
    return _in_pieces(points.assign(deg=points["deg"].where(~points["estimated"])), "deg")


def _estimated(points: pd.DataFrame) -> pd.DataFrame:
    """The estimated stretches, each with the measured point before and after it, so that the line goes on."""
    mask = points["estimated"].to_numpy()
    if not mask.any():
        return points[:0]
    around = mask | np.append(mask[1:], False) | np.append(False, mask[:-1])
    return _in_pieces(points.assign(deg=points["deg"].where(around)), "deg")


def _curve(points: pd.DataFrame, span: Span, side: str, y: alt.Y, look: Look, *, dash: list[int]) -> Any:
    tips = [
        alt.Tooltip("t_s:Q", title=look.say("trends.tip_time"), format=".1f"),
        alt.Tooltip("deg:Q", title=look.say("trends.tip_degrees"), format=".0f"),
    ]
    return (
        alt.Chart(points)
        .mark_line(color=look.colours.side(side), strokeWidth=1.8, strokeDash=dash, clip=True)
        .encode(x=span.axis(title=span.title(look)), y=y, detail="piece:N", tooltip=tips)
    )


def _band(points: pd.DataFrame, span: Span, side: str, look: Look) -> list[Any]:
    known = _in_pieces(points, "low")
    if known.empty:
        return []
    return [
        alt.Chart(known)
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
                "rom": _range(rep, look),
            }
            for rep in reps
        ],
        columns=["t_s", "end_s", "middle_s", "number", "top", "score", "rom"],
    )
    tips = [
        alt.Tooltip("number:N", title=look.say("trends.tip_repetition")),
        alt.Tooltip("score:Q", title=look.say("trends.tip_form"), format=".0f"),
        alt.Tooltip("rom:N", title=look.say("trends.tip_range")),
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


def _range(rep: Rep, look: Look) -> str:
    """88°; ≈ 106°, estimated."""
    return look.say("trends.range_estimated" if rep.estimated else "trends.range_measured", range_deg=rep.rom_deg)


def _hatched(rejected: Sequence[RejectedRep], span: Span, ends: tuple[float, float], look: Look) -> list[Any]:
    """Diagonal lines over what was not counted: a pattern and not a colour, so that it reads in print too."""
    lines = [
        {"t_s": start, "end_s": start + width, "deg": ends[0], "deg2": ends[1], "reason": look.say(rep.reason)}
        for rep in rejected
        for width in [min((span.end_s - span.start_s) / _HATCHES, rep.end_s - rep.start_s)]
        for start in np.arange(rep.start_s, rep.end_s - width + 1e-9, width)
    ]
    if not lines:
        return []
    return [
        alt.Chart(pd.DataFrame(lines))
        .mark_rule(color=look.colours.unusable, strokeWidth=1, opacity=0.35, clip=True)
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
    frame = pd.DataFrame([{"t_s": span.end_s, "deg": target_deg, "text": text}])
    rule = alt.Chart(frame).mark_rule(color=look.colours.correct, strokeDash=[6, 4]).encode(y=y)
    place = alt.Chart(frame).encode(x=span.axis(title=span.title(look)), y=y, text="text:N")

    def word(**paint: Any) -> Any:
        return place.mark_text(align="right", baseline="bottom", dx=-4, dy=-2, fontSize=11, **paint)

    # With a halo, so that it can be read over the curve.
    halo = word(stroke=look.colours.background, strokeWidth=4, strokeJoin="round")
    return [rule, halo, word(color=look.colours.text)]
