"""The axis of charts over sessions.

Sessions stand in order with a room of their own each, the rest of the width shared by the time between them: two on one
day stay two, and a long break stays long.
"""

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from physio.trends.theme import Look

LABELS_FROM = 1.03
"""Sessions stand from 0 to 1, the lines' names right of here."""
_END = 1.24
_LEFT, _LEFT_NAMED = -0.04, -0.16
"""Where the axis begins, and where it does with names of levels left of the sessions."""
_ROOM = 0.06
_MOST_ROOM = 0.7
_CLOSEST_COUNTS, _CLOSEST_DAYS, _CLOSEST_TIMES = 0.06, 0.125, 0.2


def places(times: pd.Series) -> pd.Series:
    """Where from 0 to 1 each session stands, times being in order; a single one stands in the middle."""
    if len(times) < 2:
        return pd.Series(0.5, index=times.index)
    gaps_s = np.diff(times.astype("datetime64[ns, UTC]").astype("int64").to_numpy() / 1e9)
    share = gaps_s / gaps_s.sum() if gaps_s.sum() else np.full(gaps_s.size, 1 / gaps_s.size)
    room = min(_ROOM, _MOST_ROOM / gaps_s.size)
    steps = room + (1 - room * gaps_s.size) * share
    return pd.Series(np.concatenate([[0.0], np.cumsum(steps)]), index=times.index)


def left_end(table: pd.DataFrame, *, named: bool) -> float:
    """Where the axis begins; named: whether levels have their names there. Left of a single session is room enough."""
    if len(table) < 2:
        return 0.0
    return _LEFT_NAMED if named else _LEFT


def days_axis(table: pd.DataFrame, left: float, look: Look) -> alt.X:
    """A tick under every session, and its day; the year too where they differ in it, the time where all sessions lie
    within two days, and alone where the day stands at the one before. Of days that stand too close the last is written.
    Vega writes them, in the browser's time zone. left: where the axis begins."""
    form = _form(table["started_at"])
    named = _spread(table, _CLOSEST_DAYS if form == "trends.d3_day" else _CLOSEST_TIMES)
    where = named["place"].tolist()
    at_ms = [int(time.timestamp() * 1000) for time in named["started_at"]]
    index = f"indexof({where}, datum.value)"

    def written(i: str, code: str) -> str:
        return f"timeFormat(toDate({at_ms}[{i}]), '{look.say(code)}')"

    again = f"{index} > 0 && {written(index, form)} == {written(f'{index} - 1', form)}"
    axis = alt.Axis(
        values=table["place"].tolist(),
        labelExpr=f"{index} < 0 ? '' : {again} ? {written(index, 'trends.d3_time')} : {written(index, form)}",
        labelOverlap=False,
        labelFlush=False,
    )
    title = look.say("trends.not_to_scale") if len(table) > 2 else None
    return alt.X("place:Q", title=title, scale=alt.Scale(domain=[left, _END], nice=False, zero=False), axis=axis)


def _form(times: pd.Series) -> str:
    """The code of how days are written."""
    first, last = times.iloc[0], times.iloc[-1]
    if len(times) > 1 and last - first < pd.Timedelta(days=2):
        return "trends.d3_day_time"
    return "trends.d3_day" if first.year == last.year else "trends.d3_day_year"


def counts(table: pd.DataFrame, x: alt.X, look: Look) -> Any:
    """The number of repetitions over each session; left out where the next one stands too close."""
    words = _spread(table, _CLOSEST_COUNTS)
    words = words.assign(words=[look.say("trends.n", count=int(n)) for n in words["reps"]])
    return (
        alt.Chart(words)
        .mark_text(baseline="bottom", fontSize=11, color=look.colours.muted, y=-5)
        .encode(x=x, text="words:N")
    )


def _spread(table: pd.DataFrame, least: float) -> pd.DataFrame:
    """The sessions from the last one back that stand at least so far from each other."""
    kept: list[int] = []
    at = table["place"].tolist()
    for i in reversed(range(len(at))):
        if not kept or at[kept[-1]] - at[i] >= least - 1e-9:
            kept.append(i)
    return table.iloc[kept[::-1]]
