"""Small components that run in the browser: the live angle chart, keyboard and camera help, and Back."""

import math
from pathlib import Path

import numpy as np
import streamlit as st

from physio.live.snapshot import TRACE_S, LiveSetup, Trace
from physio.trends.series import decimate
from physio.types import FloatArray
from physio.ui.say import say, words

_HERE = Path(__file__).parent
_POINTS = 150
_SPAN_DEG = 20.0

_CHART = st.components.v2.component(
    "physio_live_chart",
    html='<canvas role="img"></canvas><i hidden></i>',
    css="canvas { width: 100%; height: 132px; display: block; box-sizing: border-box; }",
    js=(_HERE / "live_chart.js").read_text(encoding="utf-8"),
)
_HELPER = st.components.v2.component(
    "physio_live_helper",
    html='<p role="alert" hidden></p>',
    css="p { margin: 0; padding: 0.5rem 0.8rem; border-left: 4px solid var(--ph-warning); "
    "background: var(--ph-surface); color: var(--ph-text); font: inherit; }",
    js=(_HERE / "live_helper.js").read_text(encoding="utf-8"),
)

_ADDRESS = st.components.v2.component(
    "physio_address", html="<i hidden></i>", js=(_HERE / "address.js").read_text(encoding="utf-8")
)


def keep_back_true() -> None:
    """The browser's Back goes to the page, patient or session that was shown before, one at a time."""
    _ADDRESS(key="address")


def angle_chart(trace: Trace, setup: LiveSetup) -> None:
    """The angle over the last seconds, repetitions shaded, rejected ones hatched, the target dashed."""
    target = setup.exercise.target_deg
    t_s, signal = decimate(trace.t_s, trace.signal_deg, _POINTS)
    low, high = _range(signal, target)
    step = 45 if high - low > 100 else 20
    _CHART(
        key="live_chart",
        data={
            "t": [round(t, 2) for t in t_s.tolist()],
            "y": [round(v, 1) if math.isfinite(v) else None for v in signal.tolist()],
            "reps": [list(span) for span in trace.reps],
            "rejected": [list(span) for span in trace.rejected],
            "target": target if math.isfinite(target) else None,
            "low": low,
            "high": high,
            "ticks": list(range(math.ceil(low / step) * step, math.floor(high) + 1, step)),
            "seconds": int(TRACE_S),
            "side": setup.side,
            "label": words("ui_live.chart", exercise=setup.exercise.name, seconds=int(TRACE_S)),
            "last": say("ui_live.chart_last", seconds=int(TRACE_S)),
            "now": say("ui_live.chart_now"),
        },
    )


def camera_help(wanted: bool) -> None:
    """Space for Start and Stop, the page's keys while the camera has the focus; when a camera is wanted and missing or
    refused, what to do about it."""
    texts = {"insecure": "ui_live.insecure", "none": "ui_live.no_camera", "denied": "ui_live.denied"}
    said = {problem: say(code) for problem, code in texts.items()}
    _HELPER(key="live_helper", data={"wanted": wanted, "texts": said})


def _range(signal: FloatArray, target: float) -> tuple[float, float]:
    """From anatomical zero, or below it, to above the largest of what was measured and wanted."""
    known = np.append(signal[np.isfinite(signal)], [0.0, _SPAN_DEG, target if math.isfinite(target) else 0.0])
    return float(math.floor(known.min() / 10) * 10), float(math.ceil(known.max() / 10) * 10 + 10)
