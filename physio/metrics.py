"""METRICS: one row per measurement of a frame, a repetition or a session, with the function that gives its value.

Adding a metric is adding a row: the storage column, the export, the JSON of the command line and the label follow from
it. Nothing else in physio retypes a metric's name together with its value.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal

import numpy as np

from physio.affect.action_units import ACTION_UNITS
from physio.affect.expression import EXPRESSIONS
from physio.affect.states import STATES
from physio.kinematics.angles import ANGLES, Angle
from physio.messages import Message, message
from physio.types import FaceReason, FloatArray, FrameResult, Reason

Level = Literal["frame", "rep", "session"]
Value = Callable[[Any], float]


@dataclass(frozen=True, slots=True)
class Metric:
    """name: column name; unit: as printed behind the number; level: what it is measured of; label: as printed before
    it; value: from a FrameResult, a Rep or a Summary to the number, NaN where unknown; None for what the
    repetitions (physio.repetitions) and ratings of a session come to. json: where the command line's report has it,
    with so many digits."""

    name: str
    unit: str
    level: Level
    label: Message
    value: Value | None
    json: tuple[str, ...] = ()
    digits: int = 1


def _frame(name: str, unit: str, value: Value, label: Message | None = None) -> Metric:
    return Metric(name, unit, "frame", label or message(f"metric.{name}"), value)


def _rep(name: str, unit: str, digits: int = 3) -> Metric:
    return Metric(name, unit, "rep", message(f"metric.rep.{name}"), attrgetter(name), (name,), digits)


def _session(name: str, unit: str, value: Value | None, json: str = "", label: Message | None = None) -> Metric:
    return Metric(
        name, unit, "session", label or message(f"metric.{name}"), value, tuple(filter(None, json.split(".")))
    )


def _pain(name: str, unit: str, key: str) -> Metric:
    return Metric(name, unit, "session", message(f"metric.{name}"), attrgetter(name), ("pain", key), 2)


def _angle(i: int) -> Value:
    return lambda result: float(result.kinematics.angles_deg[i])


def _error(i: int) -> Value:
    return lambda result: float(result.kinematics.error_deg[i])


def _in(array: str, i: int) -> Value:
    return lambda result: float(getattr(result.affect, array)[i])


def _flash(result: FrameResult) -> float:
    return float(result.affect.flash) if result.affect.reason is FaceReason.OK else np.nan


def _share(shares: str, name: str) -> Value:
    return lambda summary: float(getattr(summary, shares).get(name, np.nan))


def _range(i: int, end: str) -> Value:
    return lambda summary: float(getattr(summary.rom[i], end))


def _error_of(name: str) -> Message:
    return message("metric.expected_error_of", what=message(f"metric.{name}"))


def _of_angle(what: str, angle: Angle) -> Message:
    return message(f"metric.{what}", angle=angle.label)


_BODY_REASONS = tuple(reason.name.lower() for reason in Reason if reason)
_FACE_REASONS = tuple(f"face_{reason.name.lower()}" for reason in FaceReason if reason)
_STATES = tuple(state.name.lower() for state in STATES)
_PROBABILITIES = tuple(f"p_{name}" for name in _STATES)
_EXPRESSIONS = tuple(f"expression_{name}" for name in EXPRESSIONS)

EXPRESSION_COLUMNS: tuple[str, ...] = (*_EXPRESSIONS, "valence", "arousal")
"""The facial expression signal: nothing of it is measured for an assignment without emotion."""

AFFECT_COLUMNS: tuple[str, ...] = (
    *(unit.name for unit in ACTION_UNITS),
    *("pspi", "face_state", "face_reason", "head_yaw", "head_pitch", "face_age"),
    *(f"{unit.name}_error" for unit in ACTION_UNITS),
    *("pspi_error", "pain_probability", *_PROBABILITIES, "engagement"),
    *(*EXPRESSION_COLUMNS, "head_roll", "gaze_yaw", "gaze_pitch", "face_flash"),
)
"""What is measured of the face in a frame: these rows of METRICS take their value from FrameResult.affect."""

METRICS: tuple[Metric, ...] = (
    *(_frame(angle.name, "°", _angle(i), angle.label) for i, angle in enumerate(ANGLES)),
    _frame("azimuth", "°", attrgetter("kinematics.azimuth_deg")),
    _frame("signal", "°", attrgetter("signal_deg")),
    _frame("reason", "code", attrgetter("reason")),
    _frame("phase", "code", attrgetter("phase")),
    _frame("rep_count", "", attrgetter("rep_count")),
    _frame("score", "0-100", attrgetter("score")),
    *(_frame(unit.name, "0-5", _in("action_units", i)) for i, unit in enumerate(ACTION_UNITS)),
    _frame("pspi", "0-16", attrgetter("affect.pspi")),
    _frame("face_state", "code", attrgetter("affect.state")),
    _frame("face_reason", "code", attrgetter("affect.reason")),
    _frame("head_yaw", "°", attrgetter("affect.yaw_deg")),
    _frame("head_pitch", "°", attrgetter("affect.pitch_deg")),
    _frame("face_age", "s", attrgetter("affect.age_s")),
    *(
        _frame(f"{unit.name}_error", "0-5", _in("unit_errors", i), _error_of(unit.name))
        for i, unit in enumerate(ACTION_UNITS)
    ),
    _frame("pspi_error", "0-16", attrgetter("affect.pspi_error"), _error_of("pspi")),
    _frame("pain_probability", "0-1", attrgetter("affect.pain_probability")),
    *(_frame(name, "0-1", _in("states", i)) for i, name in enumerate(_PROBABILITIES)),
    _frame("engagement", "%", attrgetter("affect.engagement_pct")),
    *(_frame(name, "0-1", _in("expression", i)) for i, name in enumerate(_EXPRESSIONS)),
    _frame("valence", "±1", attrgetter("affect.valence")),
    _frame("arousal", "±1", attrgetter("affect.arousal")),
    _frame("head_roll", "°", attrgetter("affect.roll_deg")),
    _frame("gaze_yaw", "°", attrgetter("affect.gaze_yaw_deg")),
    _frame("gaze_pitch", "°", attrgetter("affect.gaze_pitch_deg")),
    _frame("face_flash", "0-1", _flash),
    *(_frame(f"{a.name}_error", "°", _error(i), _of_angle("expected_error", a)) for i, a in enumerate(ANGLES)),
    _frame("azimuth_error", "°", attrgetter("kinematics.azimuth_error_deg")),
    _rep("start_s", "s"),
    _rep("peak_s", "s"),
    _rep("end_s", "s"),
    _rep("peak_deg", "°", 1),
    _rep("rom_deg", "°", 1),
    _rep("eccentric_s", "s"),
    _rep("hold_s", "s"),
    _rep("concentric_s", "s"),
    _rep("score", "0-100", 1),
    _rep("rom_error_deg", "°", 1),
    _rep("start_deg", "°", 1),
    _session("duration_s", "s", attrgetter("duration_s")),
    _session("frames_processed", "", attrgetter("frames_processed")),
    _session("pose_pct", "%", attrgetter("pose_pct"), "quality.pose_pct"),
    _session("face_pct", "%", attrgetter("face_pct"), "quality.face_pct"),
    _pain("pspi_mean", "0-16", "pspi_mean"),
    _pain("pspi_p95", "0-16", "pspi_p95"),
    _pain("pspi_max", "0-16", "pspi_max"),
    Metric(
        "pain_frames_pct",
        "%",
        "session",
        message("metric.pain_frames_pct"),
        attrgetter("pain_frames_pct"),
        ("pain", "frames_pct"),
    ),
    _pain("pain_probability_p95", "0-1", "probability_p95"),
    _pain("pain_reliable_pct", "%", "reliable_pct"),
    _session("engagement_mean", "%", attrgetter("engagement_mean"), "face.engagement_mean"),
    _session("flashes", "", attrgetter("flashes"), "face.flashes"),
    _session("face_estimate", "", attrgetter("face_estimate"), "face.estimate"),
    _session("azimuth_deg", "°", attrgetter("azimuth_deg"), "view.azimuth_deg"),
    _session("view_valid", "0-1", attrgetter("view_valid")),
    *(_session(f"unusable_{name}_pct", "%", _share("unusable", name)) for name in (*_BODY_REASONS, *_FACE_REASONS)),
    *(_session(f"state_{name}_pct", "%", _share("states", name)) for name in _STATES),
    *(
        _session(f"rom_{end}_{angle.name}", "°", _range(i, f"{end}_deg"), "", _of_angle(f"rom_{end}", angle))
        for i, angle in enumerate(ANGLES)
        for end in ("min", "max", "error")
    ),
    *(
        _session(name, unit, None)
        for name, unit in (
            ("rep_score_mean", "0-100"),
            ("rep_score_sd", "0-100"),
            ("rep_rom_mean", "°"),
            ("rep_rom_sd", "°"),
            ("rep_rom_max", "°"),
            ("rep_rom_error", "°"),
            ("rep_estimated_count", ""),
            ("rep_rom_estimated", "°"),
            ("rep_min_estimated", "°"),
            ("rep_max_estimated", "°"),
            ("rep_judged_pct", "%"),
            ("rep_little_judged", ""),
            ("rep_peak_mean", "°"),
            ("rep_duration_mean", "s"),
            ("rep_duration_sd", "s"),
            ("self_report_max", "0-10"),
            ("self_report_mean", "0-10"),
        )
    ),
)


def _of(level: Level) -> tuple[Metric, ...]:
    return tuple(metric for metric in METRICS if metric.level == level)


FRAME_METRICS, REP_METRICS, SESSION_METRICS = _of("frame"), _of("rep"), _of("session")
FRAME_COLUMNS: tuple[str, ...] = tuple(metric.name for metric in FRAME_METRICS)
REP_COLUMNS: tuple[str, ...] = tuple(metric.name for metric in REP_METRICS)
LABELS: dict[str, Message] = {metric.name: metric.label for metric in METRICS if metric.level != "rep"}


def frame_values(result: FrameResult) -> FloatArray:
    """The frame-level metrics of one result, (len(FRAME_COLUMNS),), NaN where unknown."""
    return _values(FRAME_METRICS, result)


def session_values(summary: Any) -> dict[str, float]:
    """The session-level metrics of a Summary, name → value for storage; what is unknown is left out."""
    measured = [metric for metric in SESSION_METRICS if metric.value is not None]
    values = _values(measured, summary)
    return {metric.name: float(x) for metric, x in zip(measured, values, strict=True) if np.isfinite(x)}


def _values(metrics: Iterable[Metric], of: Any) -> FloatArray:
    return np.array([metric.value(of) for metric in metrics if metric.value is not None], dtype=np.float64)
