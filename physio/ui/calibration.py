"""What the pages say about calibration: the lines of a patient with a way back, and what corrected a session."""

from itertools import groupby

import streamlit as st

from physio.kinematics.view import view_message
from physio.storage.acting import Records
from physio.storage.records import Patient, Session, StoredCalibration
from physio.terms import angle_term
from physio.types import CalibrationLine
from physio.ui import components
from physio.ui.say import day, degrees, joints, say
from physio.ui.tiles import clock

SHOWN_FROM_DEG = 0.5
"""Offsets below are not worth a word."""


def line_text(line: CalibrationLine) -> str:
    """What a line adds: −3°, or +2°, slope 1.05."""
    offset = degrees(line.offset_deg)
    return offset if line.slope == 1 else say("ui_calibration.sloped", offset=offset, slope=line.slope)


def in_use(records: Records, patient: Patient) -> None:
    """The patient's goniometer calibrations: those in use with a way back, those that were. Nothing without any."""
    known = records.calibrations.of(patient.code)
    if not known:
        return
    st.subheader(say("ui_calibration.in_use"), anchor=False)
    current = [one for one in known if one.ended_at is None]
    if not current:
        st.caption(say("ui_calibration.none"))
    for one in current:
        what, stop = st.columns([5, 1.4], vertical_alignment="center")
        what.markdown(_described(one))
        stop.button(
            say("ui_calibration.stop"),
            key=f"stop_{one.id}",
            help=say("ui_calibration.stop_help"),
            on_click=components.attempt,
            args=(f"stopping_{one.id}", records.calibrations.stop, one.id),
            width="stretch",
        )
        components.failed_attempt(f"stopping_{one.id}")
    former = [one for one in known if one.ended_at is not None]
    if former:
        with st.expander(say("ui_calibration.former", count=len(former)), key="former_calibrations"):
            for one in former:
                st.markdown(_described(one))


def _described(one: StoredCalibration) -> str:
    line = one.line
    pairs = ", ".join(
        say("ui_calibration.pair", goniometer_deg=r.goniometer_deg, measured_deg=r.measured_deg) for r in one.readings
    )
    what = say(
        "ui_calibration.described",
        angle=angle_term(line.angle),
        view=view_message(line.azimuth_deg),
        azimuth_deg=line.azimuth_deg,
        line=line_text(line),
    )
    start = day(one.created_at)
    if one.ended_at is None:
        return f"{what}  \n{say('ui_calibration.since', start=start, pairs=pairs)}"
    return f"{what}  \n{say('ui_calibration.between', start=start, end=day(one.ended_at), pairs=pairs)}"


_CHANGED = {
    ("goniometer", True): "ui_calibration.from_goniometer",
    ("neutral", True): "ui_calibration.from_neutral",
    ("goniometer", False): "ui_calibration.ended_goniometer",
    ("neutral", False): "ui_calibration.ended_neutral",
}
"""By what corrected, and whether it came into use or went out of it."""


def applied(records: Records, session: Session) -> None:
    """What corrected the angles of a session, and from when to when; nothing when nothing did."""
    changes = records.analyses.calibration(session.analysis_id)
    if not changes:
        return
    shown = [one for one in changes if one.line.kind == "goniometer" or abs(one.line.offset_deg) >= SHOWN_FROM_DEG]
    words = []
    for (t_s, kind, used), lines in groupby(shown, lambda one: (one.t_s, one.line.kind, one.in_use)):
        corrected = joints((one.line.angle, line_text(one.line)) for one in lines)
        words.append(say(_CHANGED[kind, used], time=clock(t_s), joints=corrected))
    text = say("ui_calibration.corrected", changes=" · ".join(words))
    st.caption(f":material/straighten: {text if words else say('ui_calibration.corrected_below')}")
