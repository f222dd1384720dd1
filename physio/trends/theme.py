"""The one look of all charts, made from the palette."""

from typing import Any

import altair as alt

from physio.trends.palette import Palette

AXIS_PX = 84
"""Width kept for the y axis, so that charts above each other share their time axis to the pixel."""


def finish(chart: alt.Chart | alt.LayerChart | alt.FacetChart, colours: Palette) -> Any:
    """The chart with fonts, axes and colours of the palette. Show it with Streamlit's theme switched off."""
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
    }
    return chart.configure(**config)
