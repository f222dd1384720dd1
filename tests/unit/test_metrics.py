"""Every metric has its own value: all numbers below differ, so that any two that are exchanged are noticed."""

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from types import SimpleNamespace

import numpy as np

from physio.affect.action_units import ACTION_UNITS
from physio.affect.expression import EXPRESSIONS
from physio.affect.reading import unread
from physio.affect.states import STATES
from physio.kinematics.angles import ANGLES
from physio.metrics import (
    FRAME_COLUMNS,
    FRAME_METRICS,
    LABELS,
    METRICS,
    REP_METRICS,
    SESSION_METRICS,
    frame_values,
    session_values,
)
from physio.summary import RangeOfMotion, Summary
from physio.types import (
    Affect,
    FaceReason,
    FaceState,
    FrameResult,
    Kinematics,
    Observation,
    Phase,
    Reason,
    Rep,
)

ANGLE_NAMES = [angle.name for angle in ANGLES]
UNIT_NAMES = [unit.name for unit in ACTION_UNITS]
STORED_ONLY = {
    *("rep_score_mean", "rep_score_sd", "rep_rom_mean", "rep_rom_sd", "rep_rom_max", "rep_rom_error"),
    *(
        "rep_estimated_count",
        "rep_rom_estimated",
        "rep_min_estimated",
        "rep_max_estimated",
        "rep_judged_pct",
        "rep_little_judged",
    ),
    *("rep_peak_mean", "rep_duration_mean", "rep_duration_sd", "self_report_max", "self_report_mean"),
}


def numbers() -> Iterator[float]:
    """Never the same one twice, and none that is a code."""
    return (20.5 + i for i in count())


def test_every_value_of_a_frame_is_its_own() -> None:
    fresh = numbers()
    angles, errors, units = ({name: next(fresh) for name in names} for names in (ANGLE_NAMES, ANGLE_NAMES, UNIT_NAMES))
    unit_errors = {f"{name}_error": next(fresh) for name in UNIT_NAMES}
    states = {f"p_{state.name.lower()}": next(fresh) for state in STATES}
    expression = {f"expression_{name}": next(fresh) for name in EXPRESSIONS}
    single = {
        name: next(fresh)
        for name in (
            *("azimuth", "azimuth_error", "signal", "score", "pspi", "head_yaw", "head_pitch", "face_age"),
            *("pspi_error", "pain_probability", "engagement", "valence", "arousal", "head_roll", "gaze_yaw"),
            "gaze_pitch",
        )
    }
    codes = {
        "reason": Reason.SECOND_PERSON,
        "phase": Phase.RETURN,
        "rep_count": 7,
        "face_state": FaceState.HIGH_DISTRESS,
        "face_reason": FaceReason.OK,
        "face_flash": True,
    }
    result = FrameResult(
        observation=Observation(index=1, t_s=0.25, size_px=(640, 480), pose=None, reason=Reason.TOO_DARK),
        kinematics=Kinematics(
            angles_deg=np.array(list(angles.values())),
            reasons=np.full(len(ANGLES), Reason.TOO_FAR, dtype=np.uint8),
            azimuth_deg=single["azimuth"],
            error_deg=np.array(list(errors.values())),
            azimuth_error_deg=single["azimuth_error"],
        ),
        affect=Affect(
            action_units=np.array(list(units.values())),
            pspi=single["pspi"],
            state=FaceState.HIGH_DISTRESS,
            reason=FaceReason.OK,
            yaw_deg=single["head_yaw"],
            pitch_deg=single["head_pitch"],
            age_s=single["face_age"],
            roll_deg=single["head_roll"],
            unit_errors=np.array(list(unit_errors.values())),
            pspi_error=single["pspi_error"],
            pain_probability=single["pain_probability"],
            states=np.array(list(states.values())),
            engagement_pct=single["engagement"],
            expression=np.array(list(expression.values())),
            valence=single["valence"],
            arousal=single["arousal"],
            gaze_yaw_deg=single["gaze_yaw"],
            gaze_pitch_deg=single["gaze_pitch"],
            flash=True,
        ),
        reason=Reason.SECOND_PERSON,
        signal_deg=single["signal"],
        phase=Phase.RETURN,
        rep_count=7,
        score=single["score"],
        cue=None,
    )
    expected = angles | {f"{name}_error": error for name, error in errors.items()} | units | single | codes
    expected |= unit_errors | states | expression
    assert len(set(expected.values())) == len(expected)
    values = frame_values(result)
    assert values.dtype == np.float64
    assert dict(zip(FRAME_COLUMNS, values.tolist(), strict=True)) == expected


def test_every_value_of_a_repetition_is_its_own() -> None:
    fresh = numbers()
    names = (
        "start_s",
        "peak_s",
        "end_s",
        "peak_deg",
        "rom_deg",
        "eccentric_s",
        "hold_s",
        "concentric_s",
        "score",
        "rom_error_deg",
        "start_deg",
    )
    expected = {name: next(fresh) for name in names}
    rep = Rep(3, "left", **expected)
    assert {metric.name: metric.value(rep) for metric in REP_METRICS if metric.value} == expected


def test_every_value_of_a_session_is_its_own() -> None:
    fresh = numbers()
    plain = {
        name: next(fresh)
        for name in (
            *("duration_s", "pose_pct", "face_pct", "pspi_mean", "pspi_p95", "pspi_max"),
            *("pain_frames_pct", "azimuth_deg"),
            *("pain_probability_p95", "pain_reliable_pct", "engagement_mean", "flashes"),
        )
    }
    unusable = {reason.name.lower(): next(fresh) for reason in Reason if reason is not Reason.OK}
    unusable |= {f"face_{reason.name.lower()}": next(fresh) for reason in FaceReason if reason is not FaceReason.OK}
    states = {state.name.lower(): next(fresh) for state in STATES}
    rom = tuple(RangeOfMotion(name, next(fresh), next(fresh), True, None, next(fresh)) for name in ANGLE_NAMES)
    summary = Summary(
        frames_processed=9, unusable=unusable, states=states, rom=rom, view_label="front-left", view_valid=True, **plain
    )
    summary = replace(summary, face_estimate=2.0)
    expected = plain | {"frames_processed": 9, "view_valid": 1, "face_estimate": 2}
    expected |= {f"unusable_{name}_pct": value for name, value in unusable.items()}
    expected |= {f"state_{name}_pct": value for name, value in states.items()}
    for one in rom:
        ends = {"min": one.min_deg, "max": one.max_deg, "error": one.error_deg}
        expected |= {f"rom_{end}_{one.angle}": value for end, value in ends.items()}
    assert len(set(expected.values())) == len(expected)
    assert session_values(summary) == expected
    assert {metric.name for metric in SESSION_METRICS} == expected.keys() | STORED_ONLY
    assert Summary.of(expected, {}) == summary


def test_what_is_unknown_of_a_session_is_left_out() -> None:
    nan = math.nan
    rom = tuple(RangeOfMotion(name, nan, nan, False, None) for name in ANGLE_NAMES)
    summary = Summary(1.0, 2, 3.0, 4.0, {}, rom, nan, nan, nan, nan, {}, nan, "unknown", False)
    known = {"duration_s": 1.0, "frames_processed": 2.0, "pose_pct": 3.0, "face_pct": 4.0, "view_valid": 0.0}
    assert session_values(summary) == known


def test_names_labels_and_places_in_the_report_are_used_once() -> None:
    for metrics in (FRAME_METRICS, REP_METRICS, SESSION_METRICS):
        names = [metric.name for metric in metrics]
        labels = [(metric.label.code, str(metric.label.params)) for metric in metrics]
        places = [metric.json for metric in metrics if metric.json]
        for several in (names, labels, places):
            assert len(set(several)) == len(several)
    assert len(METRICS) == len(FRAME_METRICS) + len(REP_METRICS) + len(SESSION_METRICS)
    assert LABELS.keys() == {metric.name for metric in METRICS if metric.level != "rep"}
    assert LABELS["head_yaw"].code == "metric.head_yaw"


def test_whether_there_was_a_flash_is_unknown_where_the_face_was_not_read() -> None:
    values = {metric.name: metric.value for metric in FRAME_METRICS}
    assert values["face_flash"] is not None
    assert np.isnan(values["face_flash"](SimpleNamespace(affect=unread(FaceReason.TURNED_AWAY, 0.0))))
