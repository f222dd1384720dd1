"""The time axis that the charts of one session share."""

from collections.abc import Iterable
from dataclasses import dataclass

import altair as alt

from physio.trends.theme import Look
from physio.types import FloatArray

_MINUTES = "floor(datum.value/60)+':'+pad(floor(datum.value%60),2,'0','left')"
"""Vega's expression for minutes and seconds."""


@dataclass(frozen=True, slots=True)
class Span:
    """The time axis that the charts of one session share, seconds."""

    start_s: float
    end_s: float

    def axis(self, *, title: str | None = None, labels: bool = True) -> alt.X:
        """The x encoding of field t_s; minutes and seconds from two minutes on."""
        expression = _MINUTES if self.long else "datum.label"  # in the language's way of writing numbers
        axis = alt.Axis(title=title, labels=labels, ticks=labels, labelExpr=expression, tickCount=10)
        return alt.X("t_s:Q", scale=alt.Scale(domain=[self.start_s, self.end_s], nice=False), axis=axis)

    @property
    def long(self) -> bool:
        """Whether times are minutes and seconds."""
        return self.end_s - self.start_s > 120

    def title(self, look: Look) -> str:
        """The axis title."""
        return look.say("trends.time_long" if self.long else "trends.time")


def span_of(t_s: FloatArray, moments_s: Iterable[float] = ()) -> Span:
    """The time axis of the frames at t_s (T,) and of what happened at some moments, which may be after the last one."""
    return Span(0.0, max([1.0, *t_s[-1:].tolist(), *moments_s]))
