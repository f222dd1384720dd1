"""Small SVG plots beside the tables."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

from physio.kinematics.geometry import wrap_deg
from tools.validate.agreement import agreement
from tools.validate.rendered import VIEWS, Clips, columns, in_view

_SHOWN = (
    "knee_flexion", "hip_flexion", "hip_abduction", "elbow_flexion", "shoulder_flexion", "shoulder_abduction",
    "trunk_flexion", "trunk_lateral_flexion",
)  # fmt: skip
_COLOURS = {"MediaPipe 2-D": "#999999", "MediaPipe 3-D": "#BBBBBB", "physio": "#0072B2"}
_LEVELS = (0.05, 0.5, 0.95)


def write_plots(clips: Clips, folder: Path) -> None:
    """angle-error.svg: mean absolute error by angle and view; expected-error.svg: real against expected error."""
    folder.mkdir(parents=True, exist_ok=True)
    _errors(clips).save(folder / "angle-error.svg")
    _expected(clips).save(folder / "expected-error.svg")


def _errors(clips: Clips) -> alt.FacetChart:
    rows = []
    for view, (label, _, _) in enumerate(VIEWS):
        frames = np.flatnonzero(in_view(clips, view))
        for base in _SHOWN:
            cell = np.ix_(frames, columns(base))
            readings = (clips.picture_deg, clips.world_deg, clips.given_deg)
            for method, values in zip(_COLOURS, readings, strict=True):
                mae = agreement(wrap_deg(values[cell] - clips.true_deg[cell])).mae_deg
                rows.append({"view": label, "angle": base.replace("_", " "), "method": method, "mae": mae})
    axis = alt.X("mae:Q", title="mean absolute error (°)")
    bars = alt.Chart(pd.DataFrame(rows), width=190, height={"step": 8}).mark_bar()
    bars = bars.encode(
        x=axis,
        y=alt.Y("angle:N", sort=[name.replace("_", " ") for name in _SHOWN], title=None),
        yOffset=alt.YOffset("method:N", sort=list(_COLOURS)),
        color=alt.Color(
            "method:N",
            title=None,
            sort=list(_COLOURS),
            scale=alt.Scale(domain=list(_COLOURS), range=list(_COLOURS.values())),
            legend=alt.Legend(orient="bottom"),
        ),
    )
    views = bars.facet(column=alt.Column("view:N", sort=[label for label, _, _ in VIEWS], title=None))
    # A reader's fonts may be wider than those the picture was laid out with.
    return views.properties(padding={"left": 30, "right": 5, "top": 5, "bottom": 5})


def _expected(clips: Clips) -> alt.LayerChart:
    """Where 5, 50 and 95 % of the real errors lie, by expected error, over all angles."""
    known = np.isfinite(clips.error_deg)
    real, expected = np.abs(clips.error_deg[known]), clips.expected_deg[known]
    edges = np.unique(np.quantile(expected, np.linspace(0, 1, 13)))
    group = np.clip(np.searchsorted(edges, expected, side="right") - 1, 0, len(edges) - 2)
    rows = [
        {"expected": float(expected[group == k].mean()), "mean": float(real[group == k].mean())}
        | dict(zip(("low", "half", "high"), np.quantile(real[group == k], _LEVELS), strict=True))
        for k in range(len(edges) - 1)
    ]
    base = alt.Chart(pd.DataFrame(rows), width=320, height=220).encode(
        x=alt.X("expected:Q", title="expected absolute error (°)")
    )
    band = base.mark_area(opacity=0.25, color=_COLOURS["physio"]).encode(
        y=alt.Y("low:Q", title="real absolute error (°)"), y2="high:Q"
    )
    line = base.mark_line(point=True, color=_COLOURS["physio"]).encode(y="mean:Q")
    limit = float(edges[-1])
    ideal = alt.Chart(pd.DataFrame({"at": [0.0, limit]})).mark_line(strokeDash=[4, 3], color="#444444")
    return alt.layer(band, line, ideal.encode(x="at:Q", y="at:Q"))
