"""Distance mode: the frame over the whole screen, with the count and the cue large enough to be read at 3 m."""

import math
from html import escape
from pathlib import Path

import streamlit as st

from physio.kinematics.angles import BASE_LABELS
from physio.language import language
from physio.live.snapshot import LiveSetup, LiveSnapshot
from physio.live.visit import Stage, VisitSnapshot
from physio.types import Cue
from physio.ui import face_consent, live_view
from physio.ui.say import NO_VALUE, number, say, words
from physio.ui.tiles import clock, of_target

_ON = "live_distance"
_SCREEN = st.components.v2.component(
    "physio_full_screen",
    html="<i hidden></i>",
    js=Path(__file__).with_name("live_distance.js").read_text(encoding="utf-8"),
)


def is_on() -> bool:
    """Whether this browser shows the live page from a distance."""
    return bool(st.session_state.get(_ON, False))


def switch() -> None:
    """The button that enters and leaves it; Esc leaves too."""
    on = is_on()
    st.button(
        say("ui_live.distance_leave") if on else say("ui_live.distance"),
        key="live_distance_leave" if on else "live_distance_enter",
        icon=":material/close_fullscreen:" if on else ":material/open_in_full:",
        shortcut="Esc" if on else None,
        help=None if on else say("ui_live.distance_help"),
        on_click=_set,
        args=(not on,),
    )
    if on:
        _SCREEN(key="full_screen")  # asks for the browser's full screen too, for as long as it is on the page


def leave() -> None:
    """There is nothing to be seen from a distance any more."""
    _set(False)


def _set(on: bool) -> None:
    st.session_state[_ON] = on


def numbers(now: VisitSnapshot, setup: LiveSetup, who: str) -> None:
    """What is read from a distance, by the patient: no alerts."""
    notice = face_consent.notice(setup.assignment, setup.language)
    st.html(f'<div class="ph-distance">{_head(now, setup, who)}{_large(now, setup)}{notice}{_cue(now, setup)}</div>')


def _head(now: VisitSnapshot, setup: LiveSetup, who: str) -> str:
    which = say("ui_live.set", number=now.set_number)
    lines = (who, f"{words(setup.exercise.name)} · {which}")
    return "".join(f'<div class="who">{escape(line)}</div>' for line in lines)


def _large(now: VisitSnapshot, setup: LiveSetup) -> str:
    """The repetitions and the angle; before the start what hinders. The countdown is on the frame, and there alone."""
    live = now.live
    if now.stage is not Stage.RECORDING:
        rest = say("ui_live.rest", time=clock(now.rest_s)) if math.isfinite(now.rest_s) else ""
        return f'<div class="angle">{escape(rest)}</div>{live_view.checks(live, setup)}'
    of = of_target(setup.assignment.target_reps)
    return (
        f'<div class="count">{len(live.reps)}<span class="of">{escape(of)}</span></div>'
        f"{_angle(live, setup)}"
        f'<div class="who">{escape(clock(live.last_t_s))}</div>'
    )


def _angle(live: LiveSnapshot, setup: LiveSetup) -> str:
    """Which angle, how large, and how sure that is."""
    label = f'<div class="who">{escape(say(BASE_LABELS[setup.exercise.signal.angle]))}</div>'
    if live.result is None or not math.isfinite(live.result.signal_deg):
        return f'{label}<div class="angle">{NO_VALUE}</div>'
    error = live_view.plus_minus(live_view.signal_error_deg(live.result.kinematics, setup))
    value = number(live.result.signal_deg, unit="°")
    return f'{label}<div class="angle">{escape(value)} <small>{escape(error)}</small></div>'


def _cue(now: VisitSnapshot, setup: LiveSetup) -> str:
    """One line, in the patient's language."""
    cue: Cue | None = now.live.result.cue if now.live.result else None
    text, tone = (language(setup.language).say(cue.text), cue.tone) if cue else ("", "info")
    return f'<div class="cue {tone}" role="status">{escape(text)}</div>'
