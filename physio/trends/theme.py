"""The one look of all charts, made from the palette, and the language they speak."""

from dataclasses import dataclass
from typing import Any

import altair as alt

from physio.language import Language
from physio.messages import Message, Value, message
from physio.trends.palette import Palette

AXIS_PX = 84
"""Width kept for the y axis, so that charts above each other share their time axis to the pixel."""


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a chart, and the language of its words, numbers and dates."""

    colours: Palette
    language: Language

    def say(self, one: str | Message, /, **params: Value) -> str:
        """A code with its parameters, or a message, as a sentence."""
        return self.language.say(message(one, **params) if isinstance(one, str) else one)


def finish(chart: alt.Chart | alt.LayerChart | alt.FacetChart, look: Look) -> Any:
    """The chart with fonts, axes and colours of the palette, in the language. Show it with Streamlit's theme switched
    off."""
    colours = look.colours
    axis = {
        "labelFont": colours.font,
        "titleFont": colours.font,
        "labelColor": colours.muted,
        "titleColor": colours.muted,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": colours.neutral,
        "domainColor": colours.border,
        "tickColor": colours.border,
        "labelFlush": True,
    }
    config: dict[str, Any] = {
        "background": "transparent",
        "font": colours.font,
        "view": {"stroke": None},
        "axis": axis,
        "axisX": {"grid": False},
        "axisY": {"domain": False, "ticks": False, "minExtent": AXIS_PX, "maxExtent": AXIS_PX, "tickCount": 5},
        "title": {
            "font": colours.font,
            "color": colours.text,
            "fontSize": 14,
            "fontWeight": 600,
            "anchor": "start",
            "offset": 14,
            "subtitleColor": colours.muted,
            "subtitleFont": colours.font,
            "subtitleFontSize": 12,
        },
        "text": {"font": colours.font, "color": colours.text, "fontSize": 12},
        "locale": _locale(look.language),
    }
    return chart.configure(**config)


def _locale(language: Language) -> dict[str, Any]:
    """The language's numbers and dates as Vega wants them (the definitions of d3-format and d3-time-format)."""
    symbols = language.symbols
    return {
        "number": {"decimal": symbols.decimal, "thousands": symbols.thousands, "grouping": [3], "currency": ["", ""]},
        "time": {
            "dateTime": "%x, %X",
            "date": "%d.%m.%Y",
            "time": "%H:%M:%S",
            "periods": ["AM", "PM"],
            "days": symbols.days,
            "shortDays": symbols.short_days,
            "months": symbols.months,
            "shortMonths": symbols.short_months,
        },
    }
