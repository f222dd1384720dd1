"""Alerts on the live page: one banner at a time with its button, its sound, and a quiet line of advice.

They are the therapist's: distance mode, which the patient watches, shows none; what is to be heard is heard all the
same.
"""

from pathlib import Path

import streamlit as st

from physio.live.session import LiveSession
from physio.messages import message
from physio.storage.acting import Records
from physio.therapy.advice import AdviceKind
from physio.therapy.alerts import LOST_S, Alert, AlertKind
from physio.ui import components
from physio.ui.say import number, say

_ICONS = {
    AlertKind.HIGH_DISTRESS: ":material/crisis_alert:",
    AlertKind.PAIN: ":material/personal_injury:",
    AlertKind.FACE_LOST: ":material/no_accounts:",
}
_FAILED = "alert_not_acknowledged"
_SOUND = st.components.v2.component(
    "physio_alert_sound",
    html="<i hidden></i>",
    js=Path(__file__).with_name("live_alert_sound.js").read_text(encoding="utf-8"),
)


def show(session: LiveSession, records: Records) -> None:
    """The banner, if there is an alert, and the advice, if there is any. Part of the panel's fragment."""
    now = session.alerts.now
    if now.banner is not None:
        _banner(session, records, now.banner)
    components.failed_attempt(_FAILED)
    if now.advice is not None:
        st.caption(f":material/lightbulb: {_advice(now.advice)}")
    sound(session)


def sound(session: LiveSession) -> None:
    """A tone for each alert, where it is wanted."""
    now = session.alerts.now
    if now.sound:
        heard = "" if now.banner is None else f"{session.token}-{now.banner.kind}-{now.banner.t_s}"
        _SOUND(key="alert_sound", data={"alert": heard})


def _banner(session: LiveSession, records: Records, alert: Alert) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"live_alert_{alert.level}"):
        st.markdown(f"{_ICONS[alert.kind]} **{_what(alert)}**  \n{_then(alert)}")
        st.button(
            say("ui_alerts.acknowledge"),
            key="live_acknowledge",
            icon=":material/done:",
            shortcut="A",
            help=say("ui_alerts.acknowledge_help", name=records.user.name),
            on_click=components.attempt,
            args=(_FAILED, session.acknowledge, alert, records),
        )


def _what(alert: Alert) -> str:
    codes = {
        AlertKind.HIGH_DISTRESS: message("ui_alerts.distress_now"),
        AlertKind.PAIN: message("ui_alerts.pain_now"),
        AlertKind.FACE_LOST: message("ui_alerts.lost_now", seconds=int(LOST_S)),
    }
    return say(codes[alert.kind])


def _then(alert: Alert) -> str:
    """How it is known, and what to do."""
    codes = {
        AlertKind.HIGH_DISTRESS: message("ui_alerts.distress_then"),
        AlertKind.PAIN: message("ui_alerts.pain_then", pspi=number(alert.value)),
        AlertKind.FACE_LOST: message("ui_alerts.lost_then"),
    }
    return say(codes[alert.kind])


def _advice(kind: AdviceKind) -> str:
    return say("ui_alerts.ease" if kind is AdviceKind.EASE else "ui_alerts.encourage")
