"""Pieces that every page is made of: header, empty states, errors, and the look of things."""

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any, NoReturn

import streamlit as st

from physio.demo import DemoHistory
from physio.errors import PhysioError
from physio.messages import Message, message
from physio.storage.acting import Records
from physio.storage.records import Patient, Session
from physio.trends.palette import Mode, palette
from physio.trends.theme import Look
from physio.ui import recording, resources, state
from physio.ui.say import listed, reader, say, words

LOGO = str(Path(__file__).with_name("logo.svg"))
ICON = str(Path(__file__).with_name("icon.svg"))
_STYLE = Path(__file__).with_name("style.css")
_DEMO_REFRESH_S = 3.0
_BRINGING_BACK = "bringing_back"
_COLOURS = (
    *("background", "surface", "text", "muted", "border", "left", "right", "both"),
    *("correct", "warning", "error", "pain", "neutral", "unusable"),
)


def inject_style() -> None:
    """The style sheet, with the palette of both modes as variables. Once per run, before anything else."""
    light, dark = palette("light"), palette("dark")
    variables = "".join(f"--ph-{c}:light-dark({getattr(light, c)},{getattr(dark, c)});" for c in _COLOURS)
    st.html(f"<style>.stApp{{{variables}}}{_STYLE.read_text(encoding='utf-8')}</style>")


def look() -> Look:
    """How charts look in the mode that the browser shows now, and the language they speak."""
    mode: Mode = "dark" if st.context.theme.type == "dark" else "light"
    return Look(palette(mode), reader())


def header(title: str) -> Patient | None:
    """Page title (a code), the patient that everything is about, changeable here, and what is being recorded; None
    while there is no patient, or not the one who was asked for."""
    recording.leave_camera(title)
    records = resources.records()
    patient = state.chosen_patient(records)
    left, right = st.columns(2, vertical_alignment="center")
    left.title(say(title), anchor=False)
    with right:
        _choose_patient(records, patient)
    recording.tell(records, title, patient)
    missed = state.missing() if patient is None else None
    if missed is not None:
        empty(missed, "ui.missing_help")
    return patient


def _choose_patient(records: Records, patient: Patient | None) -> None:
    chosen = patient.code if patient else None
    names = {one.code: listed(one) for one in records.patients.all() if not one.archived or one.code == chosen}
    if not names:
        return
    st.session_state["patient_choice"] = chosen
    st.selectbox(
        say("ui.patient"),
        list(names),
        index=0 if chosen else None,  # what begins with none can be emptied
        format_func=lambda code: names.get(code, code),
        key="patient_choice",
        placeholder=say("ui.choose_patient"),
        label_visibility="collapsed",
        on_change=_take_choice,
    )


def _take_choice() -> None:
    if code := st.session_state["patient_choice"]:
        state.choose_patient(code)


def patient_or_stop(title: str) -> Patient:
    """The header, and the chosen patient; without one the page ends with what to do."""
    patient = header(title)
    if patient is None:
        if state.missing() is not None:
            add = st.button(say("ui.all_patients"), icon=":material/group:")
        else:
            add = empty("ui.no_patient", "ui.no_patient_help", "ui.add_patient", ":material/person_add:")
        if add:
            st.switch_page("pages/patients.py")
        st.stop()
    return patient


def archived(records: Records, patient: Patient) -> bool:
    """Whether nothing is to be added for this patient because they are archived; if so it is said, with the way
    back."""
    if not patient.archived:
        return False
    empty(message("ui.patient_archived", code=patient.code), "ui.patient_archived_help")
    st.button(
        say("ui_patients.unarchive", code=patient.code),
        key="bring_back",
        icon=":material/unarchive:",
        type="primary",
        on_click=attempt,
        args=(_BRINGING_BACK, records.patients.unarchive, patient.code),
    )
    failed_attempt(_BRINGING_BACK)
    return True


def session_or_stop(records: Records, patient: Patient) -> Session:
    """The session that is to be looked at; without one the page ends with why, and with what to do."""
    session = state.chosen_session(records, patient)
    if session is None:
        _without_session(records, patient)
    return session


def _without_session(records: Records, patient: Patient) -> NoReturn:
    missed = state.missing_session(records, patient)
    if missed is None:
        no_session()
    if empty(missed, "ui.session_missing_help", "ui.newest_session", ":material/query_stats:"):
        state.forget_session()
        st.rerun()
    st.stop()


def no_session() -> NoReturn:
    """The page ends: there is no session to show yet."""
    if empty("ui.no_session", "ui.no_session_help", "ui.start_live", ":material/videocam:"):
        st.switch_page("pages/live.py")
    st.stop()


def demo_progress(history: DemoHistory | None, patient: Patient) -> None:
    """How far the demo patient's history is, while it is being made."""
    if history is not None and patient.demo and history.progress.running:
        st.fragment(_demo_progress, run_every=_DEMO_REFRESH_S)(history)


def _demo_progress(history: DemoHistory) -> None:
    now = history.progress
    st.caption(f":material/autorenew: {say('ui.demo_progress', done=now.done, total=now.total)}")
    if st.session_state.setdefault("demo_done", now.done) != now.done:
        st.session_state["demo_done"] = now.done
        st.rerun()


def empty(title: str | Message, text: str | Message, button: str = "", icon: str | None = None) -> bool:
    """An empty state, by codes: what is missing, what to do, and the button that does it. True when it was pressed."""
    st.html(f'<div class="ph-empty"><h3>{escape(words(title))}</h3><p>{escape(words(text))}</p></div>')
    return bool(button) and st.button(say(button), icon=icon, type="primary")


def guarded(run: Callable[[], None]) -> None:
    """Run a page; an error that a person can act on is shown in words, in place of the rest of the page."""
    try:
        run()
    except PhysioError as error:
        problem(error)


def problem(error: PhysioError) -> None:
    """An error that a person can act on, in words."""
    st.error(say(error.message), icon=":material/error:")


def attempt(key: str, act: Callable[..., object], *args: object) -> None:
    """For callbacks, which must not draw: do it, and keep an error that a person can act on, or a group of them,
    for `failed_attempt`."""
    st.session_state.pop(key, None)
    try:
        act(*args)
    except* PhysioError as group:
        st.session_state[key] = group.exceptions


def failed_attempt(key: str) -> None:
    """Why the last attempt under this key failed, if it did."""
    for error in st.session_state.get(key, ()):
        problem(error)


def intended_use() -> None:
    """The line that belongs under every result."""
    st.html(f'<div class="ph-use">{escape(words("ui.intended_use"))}</div>')


def chart(figure: Any, alt_text: str) -> None:
    """A chart in its own theme, over the whole width."""
    st.altair_chart(figure, width="stretch", theme=None, alt=alt_text)
