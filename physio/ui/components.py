"""Pieces that every page is made of: header, empty states, errors, and the look of things."""

import runpy
from collections.abc import Callable
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from physio.config import ROOT
from physio.demo import DemoHistory
from physio.errors import PhysioError
from physio.storage.acting import Records
from physio.storage.records import Patient
from physio.trends.palette import Mode, Palette, palette
from physio.ui import resources, state, texts

LOGO = str(Path(__file__).with_name("logo.svg"))
ICON = str(Path(__file__).with_name("icon.svg"))
_STYLE = Path(__file__).with_name("style.css")
_DEMO_REFRESH_S = 3.0
_COLOURS = (
    *("background", "surface", "text", "muted", "border", "left", "right", "both"),
    *("correct", "warning", "error", "pain", "neutral", "unusable"),
)


def inject_style() -> None:
    """The style sheet, with the palette of both modes as variables. Once per run, before anything else."""
    light, dark = palette("light"), palette("dark")
    variables = "".join(f"--ph-{c}:light-dark({getattr(light, c)},{getattr(dark, c)});" for c in _COLOURS)
    st.html(f"<style>.stApp{{{variables}}}{_STYLE.read_text(encoding='utf-8')}</style>")


def colours() -> Palette:
    """The palette of the mode that the browser shows now."""
    mode: Mode = "dark" if st.context.theme.type == "dark" else "light"
    return palette(mode)


def header(title: str) -> Patient | None:
    """Page title, and the patient that everything is about, changeable here. None while there is no patient."""
    _through_the_app()
    records = resources.records()
    patient = state.chosen_patient(records)
    left, right = st.columns(2, vertical_alignment="center")
    left.title(title, anchor=False)
    if patient is not None:
        with right:
            _choose_patient(records, patient)
    return patient


def _through_the_app() -> None:
    """Streamlit runs a file of pages/ alone, without navigation and style, when its address is the first that a new
    server is asked for. Run app.py then, which runs the page again in its place."""
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        runpy.run_path(str(ROOT / "app.py"))
        st.stop()


def _choose_patient(records: Records, patient: Patient) -> None:
    names = {p.code: f"{p.code} · {p.name}" + (" (demo)" if p.demo else "") for p in records.patients.all()}
    st.session_state["patient_choice"] = patient.code
    st.selectbox(
        "Patient",
        list(names),
        format_func=lambda code: names.get(code, code),
        key="patient_choice",
        label_visibility="collapsed",
        on_change=_take_choice,
    )


def _take_choice() -> None:
    state.choose_patient(st.session_state["patient_choice"])


def patient_or_stop(title: str) -> Patient:
    """The header, and the chosen patient; without one the page ends with what to do."""
    patient = header(title)
    if patient is None:
        if empty(texts.NO_PATIENT, texts.NO_PATIENT_HELP, "Add a patient", ":material/person_add:"):
            st.switch_page("pages/patients.py")
        st.stop()
    return patient


def demo_progress(history: DemoHistory | None, patient: Patient) -> None:
    """How far the demo patient's history is, while it is being made."""
    if history is not None and patient.demo and history.progress.running:
        st.fragment(_demo_progress, run_every=_DEMO_REFRESH_S)(history)


def _demo_progress(history: DemoHistory) -> None:
    now = history.progress
    st.caption(f":material/autorenew: Demo history is being scored in the background: {now.done} of {now.total} clips")
    if st.session_state.setdefault("demo_done", now.done) != now.done:
        st.session_state["demo_done"] = now.done
        st.rerun()


def empty(title: str, text: str, button: str = "", icon: str | None = None) -> bool:
    """An empty state: what is missing, what to do, and the button that does it. True when it was pressed."""
    st.html(f'<div class="ph-empty"><h3>{escape(title)}</h3><p>{escape(text)}</p></div>')
    return bool(button) and st.button(button, icon=icon, type="primary")


def guarded(run: Callable[[], None]) -> None:
    """Run a page; an error that a person can act on is shown in words, in place of the rest of the page."""
    try:
        run()
    except PhysioError as error:
        st.error(str(error), icon=":material/error:")


def intended_use() -> None:
    """The line that belongs under every result."""
    st.html(f'<div class="ph-use">{escape(texts.INTENDED_USE)}</div>')


def local(moment: datetime) -> datetime:
    """A moment in the browser's own time zone."""
    try:
        return moment.astimezone(ZoneInfo(st.context.timezone or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        return moment.astimezone()


def chart(figure: Any, alt_text: str) -> None:
    """A chart in its own theme, over the whole width."""
    st.altair_chart(figure, width="stretch", theme=None, alt=alt_text)
