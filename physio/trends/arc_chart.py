"""Pain against the angle of the joint: each repetition a thin line, their mean a thick one."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from physio.affect.arc import BIN_DEG, Arc, Course
from physio.trends.theme import Look, finish

_LEAST_TOP = 4.0


def arc_chart(courses: Sequence[Course], arc: Arc | None, angle: str, top: float, look: Look) -> Any:
    """One way of all repetitions, with the arc that was found shaded. angle: what the angle is called; top: the largest
    PSPI of both ways, so that their charts can be compared. The angle runs as in the movement: from right to left where
    it decreases."""
    frame = _points(courses)
    falling = 2 * sum(one.increasing for one in courses) <= len(courses)
    ends = [float(frame["deg"].min()) - BIN_DEG / 2, float(frame["deg"].max()) + BIN_DEG / 2]
    x = alt.X(
        "deg:Q",
        scale=alt.Scale(domain=ends, nice=False, reverse=falling),
        title=look.say("trends.arc_axis", angle=angle),
        axis=alt.Axis(tickCount=6, format=".0f"),
    )
    y = alt.Y(
        "pspi:Q",
        scale=alt.Scale(domain=[0, min(16.0, 1.1 * max(top, _LEAST_TOP))], nice=False),
        title=look.say("trends.pspi"),
        axis=alt.Axis(tickCount=4, format=".0f"),
    )
    tips = [
        alt.Tooltip("rep:Q", title=look.say("trends.tip_repetition")),
        alt.Tooltip("deg:Q", title=look.say("trends.tip_degrees"), format=".0f"),
        alt.Tooltip("pspi:Q", title=look.say("trends.pspi"), format=".1f"),
    ]
    each = alt.Chart(frame).mark_line(color=look.colours.muted, strokeWidth=1, opacity=0.6)
    mean = frame.groupby("deg", as_index=False)["pspi"].mean()
    layers = [
        *_shade(arc, x, look),
        each.encode(x=x, y=y, detail="rep:N", tooltip=tips),
        alt.Chart(mean).mark_line(color=look.colours.pain, strokeWidth=3).encode(x=x, y=y),
    ]
    title = alt.TitleParams(
        look.say("trends.arc_decreasing" if falling else "trends.arc_increasing"),
        subtitle=look.say("trends.arc_shaded" if arc else "trends.arc_lines"),
    )
    return finish(alt.layer(*layers).properties(height=220, title=title), look)


def highest(courses: Sequence[Course]) -> float:
    """The largest mean PSPI of any part of any way, 0 when none is known."""
    return max((float(np.nanmax(one.pspi)) for one in courses if np.isfinite(one.pspi).any()), default=0.0)


def _points(courses: Sequence[Course]) -> pd.DataFrame:
    """One row for each part of each way that has a PSPI, at its middle."""
    rows = [
        {"rep": one.rep, "deg": from_deg + BIN_DEG / 2, "pspi": value}
        for one in courses
        for from_deg, value in zip(one.from_deg, one.pspi, strict=True)
    ]
    return pd.DataFrame(rows, columns=["rep", "deg", "pspi"]).dropna()


def _shade(arc: Arc | None, x: alt.X, look: Look) -> list[Any]:
    if arc is None:
        return []
    frame = pd.DataFrame([{"deg": arc.low_deg, "to_deg": arc.high_deg}])
    shade = alt.Chart(frame).mark_rect(color=look.colours.pain, opacity=0.15)
    return [shade.encode(x=x, x2="to_deg:Q")]
