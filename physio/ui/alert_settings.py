"""On the Patients page: what a patient's face is used for, and from when on it raises an alert."""

import streamlit as st

from physio.storage.acting import Records
from physio.storage.records import FaceSettings, Patient
from physio.therapy.levels import (
    DEFAULT_LEVELS,
    LEAST_HOLD_S,
    LEAST_PROBABILITY,
    LEAST_PSPI,
    MOST_HOLD_S,
    MOST_PROBABILITY,
    MOST_PSPI,
    AlertLevels,
)
from physio.ui import components
from physio.ui.say import percent, say

_FAILED, _SAVED = "alert_settings_failed", "alert_settings_saved"
_SWITCHES = ("pain", "sound", "advice", "suggestions")


def form(records: Records, patient: Patient) -> None:
    """The patient's settings, folded away."""
    now = records.face_settings.of(patient.code)
    key = f"alerts_{patient.code}"
    with st.expander(say("ui_alerts.settings"), icon=":material/notifications:", key=key):
        st.caption(say("ui_alerts.settings_what"))
        with st.form(f"{key}_form", border=False):
            st.toggle(say("ui.face"), now.pain, key=f"{key}_pain", help=say("ui_alerts.pain_help"))
            _levels(now.levels, key)
            for name in _SWITCHES[1:]:
                st.toggle(
                    say(f"ui_alerts.{name}"),
                    getattr(now, name),
                    key=f"{key}_{name}",
                    help=say(f"ui_alerts.{name}_help"),
                )
            components.failed_attempt(_FAILED)
            st.form_submit_button(
                say("ui_alerts.save"), on_click=components.attempt, args=(_FAILED, _save, records, patient.code, key)
            )
        if st.session_state.pop(_SAVED, None) == patient.code and not st.session_state.get(_FAILED):
            st.caption(say("ui_alerts.saved"))


def _levels(now: AlertLevels, key: str) -> None:
    """From when on pain raises an alert."""
    usual = DEFAULT_LEVELS
    pspi, hold, probability = st.columns(3, vertical_alignment="bottom")
    pspi.number_input(
        say("ui_alerts.pspi"),
        LEAST_PSPI,
        MOST_PSPI,
        now.pspi,
        step=0.5,
        format="%.1f",
        key=f"{key}_pspi",
        help=say("ui_alerts.pspi_help", usual=usual.pspi),
    )
    hold.number_input(
        say("ui_alerts.hold"),
        LEAST_HOLD_S,
        MOST_HOLD_S,
        now.hold_s,
        step=0.5,
        format="%.1f",
        key=f"{key}_hold",
        help=say("ui_alerts.hold_help", usual=usual.hold_s),
    )
    probability.number_input(
        say("ui_alerts.probability"),
        round(100 * LEAST_PROBABILITY),
        round(100 * MOST_PROBABILITY),
        round(100 * now.probability),
        step=5,
        key=f"{key}_probability",
        help=say("ui_alerts.probability_help", usual=percent(100 * usual.probability)),
    )


def _save(records: Records, code: str, key: str) -> None:
    typed = {name: st.session_state[f"{key}_{name}"] for name in (*_SWITCHES, "pspi", "hold", "probability")}
    levels = AlertLevels(typed["pspi"], typed["hold"], typed["probability"] / 100)
    switches = {name: bool(typed[name]) for name in _SWITCHES}
    records.face_settings.change(code, FaceSettings(levels=levels, **switches))
    st.session_state[_SAVED] = code
