"""What the pages say about calibration: the lines of a patient with a way back, and what corrected a session."""

from collections.abc import Iterable
from itertools import groupby

import streamlit as st

from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.kinematics.view import view_label
from physio.language import english
from physio.storage.acting import Records
from physio.storage.records import Patient, Session, StoredCalibration
from physio.types import CalibrationLine
from physio.ui import components, texts
from physio.ui.tiles import clock, number

SHOWN_FROM_DEG = 0.5
"""Offsets below are not worth a word."""


def label(angle: str) -> str:
    """An angle by its name, also one that is no longer measured."""
    return english(ANGLES[ANGLE_INDEX[angle]].label) if angle in ANGLE_INDEX else angle


def degrees(value: float) -> str:
    """A signed number of degrees: −3°, +2°."""
    return f"{value:+.0f}°".replace("-", "\N{MINUS SIGN}")


def line_text(line: CalibrationLine) -> str:
    """What a line adds: −3°, or +2°, slope 1.05."""
    return degrees(line.offset_deg) + ("" if line.slope == 1 else f", slope {line.slope:.2f}")


def joints_text(said: Iterable[tuple[str, str]]) -> str:
    """What is said of each angle, sides side by side: Knee flexion L −3° R −2°; Trunk flexion +2°."""
    joints: dict[str, list[str]] = {}
    for angle, text in said:
        row = ANGLES[ANGLE_INDEX[angle]] if angle in ANGLE_INDEX else None
        joint, side = (english(row.base_label), row.side) if row else (angle, "")
        joints.setdefault(joint, []).append(f"{side.upper()} {text}".lstrip())
    return "; ".join(f"{joint} {' '.join(texts)}" for joint, texts in joints.items())


def in_use(records: Records, patient: Patient) -> None:
    """The patient's goniometer calibrations: those in use with a way back, those that were. Nothing without any."""
    known = records.calibrations.of(patient.code)
    if not known:
        return
    st.subheader("Calibrations in use", anchor=False)
    current = [one for one in known if one.ended_at is None]
    if not current:
        st.caption(texts.NO_CALIBRATION)
    for one in current:
        what, stop = st.columns([5, 1.4], vertical_alignment="center")
        what.markdown(_described(one))
        stop.button(
            "Stop using",
            key=f"stop_{one.id}",
            help=texts.STOP_CALIBRATION_HELP,
            on_click=records.calibrations.stop,
            args=(one.id,),
            width="stretch",
        )
    former = [one for one in known if one.ended_at is not None]
    if former:
        with st.expander(f"No longer used ({len(former)})", key="former_calibrations"):
            for one in former:
                st.markdown(_described(one))


def _described(one: StoredCalibration) -> str:
    until = f" to {components.local(one.ended_at):%d %b %Y}" if one.ended_at else ""
    pairs = ", ".join(f"{number(r.goniometer_deg)}° (measured {number(r.measured_deg)}°)" for r in one.readings)
    line = one.line
    return (
        f"**{label(line.angle)}**, view {view_label(line.azimuth_deg)} ({number(line.azimuth_deg)}°): "
        f"**{line_text(line)}**  \n{components.local(one.created_at):%d %b %Y}{until} · goniometer {pairs}"
    )


def applied(records: Records, session: Session) -> None:
    """What corrected the angles of a session, and from when to when; nothing when nothing did."""
    changes = records.analyses.calibration(session.analysis_id)
    if not changes:
        return
    shown = [one for one in changes if one.line.kind == "goniometer" or abs(one.line.offset_deg) >= SHOWN_FROM_DEG]
    words = [
        f"{clock(t_s)} {texts.CALIBRATION_KINDS[kind]}{'' if in_use else ' no longer'}: "
        + joints_text((one.line.angle, line_text(one.line)) for one in together)
        for (t_s, kind, in_use), together in groupby(shown, lambda one: (one.t_s, one.line.kind, one.in_use))
    ]
    st.caption(f":material/straighten: Calibration of the angles, from {' · '.join(words) or texts.ZERO_NOTHING}")
