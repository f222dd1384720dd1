"""Calibration on the live page: how the neutral zero goes, and readings of a goniometer."""

from collections.abc import Callable, Sequence
from functools import partial
from html import escape

import streamlit as st

from physio.errors import CalibrationError, PhysioError
from physio.kinematics.angles import ANGLES
from physio.kinematics.calibration import MAX_READINGS, GoniometerReading, fitted
from physio.kinematics.calibrator import CalibrationStatus, ZeroState
from physio.kinematics.view import view_message
from physio.live.session import LiveSession
from physio.storage.acting import Records
from physio.terms import angle_term, term
from physio.ui.calibration import SHOWN_FROM_DEG, line_text
from physio.ui.say import angle, degrees, joints, labelled, say

_JOINTS = tuple(angle.name for angle in ANGLES if angle.row.goniometer)

Draft = tuple[float, float]
"""A reading whose goniometer value is still to be typed: (measured, azimuth)."""


def zero_text(status: CalibrationStatus) -> str:
    """One line on the neutral zero; empty while it is off."""
    match status.state:
        case ZeroState.OFF:
            return ""
        case ZeroState.GIVEN_UP:
            return say("ui_calibration.zero_given_up", stance=term(status.stance))
        case ZeroState.TAKEN:
            return _zeroed(status)
    left_s = max(status.left_s, 0.0)
    return say("ui_calibration.zero_waiting", stance=term(status.stance), left_s=left_s)


def _zeroed(status: CalibrationStatus) -> str:
    """What the zero took away, and of which joints it could not."""
    lines = [line for line in status.lines if line.kind == "neutral" and abs(line.offset_deg) >= SHOWN_FROM_DEG]
    offsets = joints((line.angle, line_text(line)) for line in lines)
    text = say("ui_calibration.zeroed", offsets=offsets) if offsets else say("ui_calibration.zeroed_below")
    bent = joints((name, degrees(value)) for name, value in status.bent)
    return f"{text} {say('ui_calibration.zero_bent', joints=bent)}" if bent else text


def zero_line(session: LiveSession, status: CalibrationStatus) -> None:
    """The neutral zero under the numbers of the live page, with the way back once it was taken."""
    text = zero_text(status)
    if not text:
        return
    what, undo = st.columns([5, 1], vertical_alignment="center")
    what.html(f'<div class="ph-facts"><span>{escape(text)}</span></div>')
    if status.state is ZeroState.TAKEN or any(line.kind == "neutral" for line in status.lines):
        undo.button(
            say("ui_calibration.zero_undo"),
            key="zero_undo",
            type="tertiary",
            on_click=session.undo_zero,
            help=say("ui_calibration.zero_undo_help"),
        )


def live(session: LiveSession, records: Records) -> None:
    """The calibration part of the live page's controls, folded away. Part of the controls' fragment."""
    key = f"calibration_{session.token}"
    with st.expander(say("ui_calibration.title"), icon=":material/straighten:", key=key):
        st.markdown(f"**{say('ui.zero')}**", help=say("ui.zero_help"))
        st.button(say("ui_calibration.zero_now"), key=f"{key}_zero", on_click=session.zero_now)
        st.markdown(f"**{say('ui_calibration.goniometer')}**", help=say("ui_calibration.goniometer_help"))
        _goniometer(session, records, key)
        st.caption(st.session_state.get(f"{key}_reply", ""))


def _goniometer(session: LiveSession, records: Records, key: str) -> None:
    joint = st.selectbox(
        say("ui_calibration.joint"),
        _JOINTS,
        index=_usual(session),
        format_func=labelled(_JOINTS, angle),
        key=f"{key}_angle",
    )
    drafts, reply = f"{key}_{joint}", f"{key}_reply"
    taken: list[Draft] = st.session_state.setdefault(drafts, [])
    for draft in taken:
        _ask(drafts, draft)
    take, use = st.columns(2)
    take.button(
        say("ui_calibration.capture"),
        key=f"{key}_take",
        width="stretch",
        disabled=len(taken) >= MAX_READINGS,
        on_click=_tell,
        args=(reply, partial(_take, session, joint, drafts)),
    )
    use.button(
        say("ui_calibration.apply"),
        key=f"{key}_use",
        width="stretch",
        disabled=not taken,
        on_click=_tell,
        args=(reply, partial(_use, session, records, joint, drafts)),
    )


def _usual(session: LiveSession) -> int:
    """The place of the angle that the exercise is about."""
    side = "r" if session.setup.side == "right" else "l"
    base = session.setup.exercise.signal.angle
    return next((i for i, name in enumerate(_JOINTS) if name in (base, f"{base}_{side}")), 0)


def _ask(drafts: str, draft: Draft) -> None:
    """What the goniometer says to a reading, to be typed, and a way to take the reading away."""
    measured, azimuth = draft
    said, gone = st.columns([6, 1], vertical_alignment="bottom")
    said.number_input(
        say("ui_calibration.reading", measured_deg=measured, view=view_message(azimuth)),
        -60.0,
        200.0,
        None,
        step=1.0,
        format="%.0f",
        key=_said(drafts, draft),
    )
    gone.button(
        "",
        key=f"{_said(drafts, draft)}_gone",
        icon=":material/delete:",
        help=say("ui_calibration.remove_reading"),
        on_click=st.session_state[drafts].remove,
        args=(draft,),
    )


def _said(drafts: str, draft: Draft) -> str:
    """The key of what was typed."""
    return f"{drafts}_{draft[0]}_{draft[1]}"


# Callbacks must not draw: within a fragment they would draw over the top of the page. What they did is shown below.


def _take(session: LiveSession, joint: str, drafts: str) -> str:
    draft = session.reading(joint)
    if draft in st.session_state[drafts]:  # two widgets of one reading would also have one key
        raise CalibrationError("ui_calibration.same_reading")
    st.session_state[drafts].append(draft)
    return say("ui_calibration.captured", angle=angle_term(joint), measured_deg=draft[0])


def _use(session: LiveSession, records: Records, joint: str, drafts: str) -> str:
    readings = _readings(drafts, st.session_state[drafts])
    line = fitted(joint, readings)
    code = session.setup.patient_code
    records.calibrations.add(code, line, readings)
    session.use_calibration(records.calibrations.in_use(code))
    st.session_state[drafts] = []
    view = view_message(line.azimuth_deg)
    return say("ui_calibration.applied", angle=angle_term(joint), line=line_text(line), view=view)


def _readings(drafts: str, taken: Sequence[Draft]) -> list[GoniometerReading]:
    readings = []
    for measured, azimuth in taken:
        said = st.session_state.get(_said(drafts, (measured, azimuth)))
        if said is None:
            raise CalibrationError("ui_calibration.value_missing")
        readings.append(GoniometerReading(measured, float(said), azimuth))
    return readings


def _tell(key: str, act: Callable[[], str]) -> None:
    try:
        st.session_state[key] = act()
    except PhysioError as error:
        st.session_state[key] = say(error.message)
