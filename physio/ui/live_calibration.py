"""Calibration on the live page: how the neutral zero goes, and readings of a goniometer."""

from collections.abc import Callable, Sequence
from functools import partial
from html import escape

import streamlit as st

from physio.errors import CalibrationError, PhysioError
from physio.kinematics.angles import ANGLES
from physio.kinematics.calibration import MAX_READINGS, GoniometerReading, fitted
from physio.kinematics.calibrator import CalibrationStatus, ZeroState
from physio.kinematics.view import view_label
from physio.live.session import LiveSession
from physio.storage.acting import Records
from physio.ui import texts
from physio.ui.calibration import SHOWN_FROM_DEG, degrees, joints_text, label, line_text
from physio.ui.tiles import number

_JOINTS = tuple(angle.name for angle in ANGLES if angle.row.goniometer)

_SPACE = "\N{NO-BREAK SPACE}"

Draft = tuple[float, float]
"""A reading whose goniometer value is still to be typed: (measured, azimuth)."""


def zero_text(status: CalibrationStatus) -> str:
    """One line on the neutral zero; empty while it is off."""
    if status.state is ZeroState.OFF:
        return ""
    if status.state is ZeroState.GIVEN_UP:
        return f"{texts.ZERO_GIVEN_UP} {texts.STANCES[status.stance]} {texts.ZERO_AGAIN}".replace("  ", " ")
    if status.state is not ZeroState.TAKEN:
        return f"{texts.ZERO_ASK} {texts.STANCES[status.stance]} {number(max(status.left_s, 0.0))}{_SPACE}s".replace(
            "  ", " "
        )
    zeroed = [line for line in status.lines if line.kind == "neutral" and abs(line.offset_deg) >= SHOWN_FROM_DEG]
    offsets = joints_text((line.angle, line_text(line)) for line in zeroed) or texts.ZERO_NOTHING
    bent = joints_text((name, degrees(value)) for name, value in status.bent)
    return f"Neutral zero: {offsets}." + (f" {texts.ZERO_BENT} {bent}. {texts.ZERO_BENT_HELP}" if bent else "")


def zero_line(session: LiveSession, status: CalibrationStatus) -> None:
    """The neutral zero under the numbers of the live page, with the way back once it was taken."""
    text = zero_text(status)
    if not text:
        return
    what, undo = st.columns([5, 1], vertical_alignment="center")
    what.html(f'<div class="ph-facts"><span>{escape(text)}</span></div>')
    if status.state is ZeroState.TAKEN or any(line.kind == "neutral" for line in status.lines):
        undo.button("Undo", key="zero_undo", type="tertiary", on_click=session.undo_zero, help=texts.ZERO_UNDO_HELP)


def live(session: LiveSession, records: Records, session_number: int) -> None:
    """The calibration part of the live page's controls, folded away. Part of the controls' fragment."""
    key = f"calibration_{session_number}"
    with st.expander("Calibration", icon=":material/straighten:", key=key):
        st.markdown("**Neutral zero**", help=texts.ZERO_HELP)
        st.button("Zero now", key=f"{key}_zero", on_click=session.zero_now)
        st.markdown("**Goniometer**", help=texts.GONIOMETER_HELP)
        _goniometer(session, records, key)
        st.caption(st.session_state.get(f"{key}_told", ""))


def _goniometer(session: LiveSession, records: Records, key: str) -> None:
    angle = st.selectbox("Joint and side", _JOINTS, index=_usual(session), format_func=label, key=f"{key}_angle")
    drafts, told = f"{key}_{angle}", f"{key}_told"
    taken: list[Draft] = st.session_state.setdefault(drafts, [])
    for draft in taken:
        _ask(drafts, draft)
    take, use = st.columns(2)
    take.button(
        "Take reading",
        key=f"{key}_take",
        width="stretch",
        disabled=len(taken) >= MAX_READINGS,
        on_click=_tell,
        args=(told, partial(_take, session, angle, drafts)),
    )
    use.button(
        "Use from now on",
        key=f"{key}_use",
        width="stretch",
        disabled=not taken,
        on_click=_tell,
        args=(told, partial(_use, session, records, angle, drafts)),
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
        f"Goniometer, ° (measured {number(measured)}°, view {view_label(azimuth)})",
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
        help="Remove this reading",
        on_click=st.session_state[drafts].remove,
        args=(draft,),
    )


def _said(drafts: str, draft: Draft) -> str:
    """The key of what was typed."""
    return f"{drafts}_{draft[0]}_{draft[1]}"


# Callbacks must not draw: within a fragment they would draw over the top of the page. What they did is told below.


def _take(session: LiveSession, angle: str, drafts: str) -> str:
    draft = session.reading(angle)
    if draft in st.session_state[drafts]:  # two widgets of one reading would also have one key
        raise CalibrationError(texts.GONIOMETER_SAME)
    st.session_state[drafts].append(draft)
    return f"{label(angle)}: {number(draft[0])}° measured. {texts.GONIOMETER_TYPE}"


def _use(session: LiveSession, records: Records, angle: str, drafts: str) -> str:
    readings = _readings(drafts, st.session_state[drafts])
    line = fitted(angle, readings)
    code = session.setup.patient_code
    records.calibrations.add(code, line, readings)
    session.use_calibration(records.calibrations.in_use(code))
    st.session_state[drafts] = []
    return f"{label(angle)}: {line_text(line)}, view {view_label(line.azimuth_deg)}. {texts.GONIOMETER_IN_USE}"


def _readings(drafts: str, taken: Sequence[Draft]) -> list[GoniometerReading]:
    readings = []
    for measured, azimuth in taken:
        said = st.session_state.get(_said(drafts, (measured, azimuth)))
        if said is None:
            raise CalibrationError(texts.GONIOMETER_MISSING)
        readings.append(GoniometerReading(measured, float(said), azimuth))
    return readings


def _tell(key: str, act: Callable[[], str]) -> None:
    try:
        st.session_state[key] = act()
    except PhysioError as error:
        st.session_state[key] = str(error)
