"""What this browser reads: sentences, dates and numbers in its language.

The language is the one chosen here (kept in the session and in the address, ?lang=de), else the browser's own, else
English.
"""

import math
import re
from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.language import DEFAULT, UNKNOWN, Language, language, languages
from physio.messages import Message, Value, message
from physio.storage.records import Patient
from physio.terms import SIDE_OF, angle_term

Option = TypeVar("Option", bound=Hashable)
Text = TypeVar("Text", bound=str)

NO_VALUE = UNKNOWN
_LIST_NUMBER = "|".join(rf"(?<=^\d{{{digits}}})[.)](?=\s|$)" for digits in range(1, 10))
_MARKS = re.compile(
    r"[`*$~\[\]]|(?<![^\W_])_|_(?![^\W_])|\\(?=[!-/:-@\[-`{-~]|$)|<(?=[a-z/!?])|&(?=#?\w+;)"
    rf"|^#(?=#{{0,5}}(\s|$))|^>|^[-+](?=\s|$)|{_LIST_NUMBER}",
    re.IGNORECASE,
)
"""What Markdown would take for its own, unless a backslash stands before it."""
_BREAKS = re.compile(
    r"(?<=:)(?=[\w+/-])(?!(?<=\d:)\d(?!\w{2,}:))|(?<=http)(?=s?:)|(?<=www)(?=\.)|(?<=@)(?=\w)"
    r"|(?<=-)(?=[->])|(?<=<)(?=-)|(?<=[<>~])(?==)",
    re.IGNORECASE,
)
"""Where addresses, emoji, icons, colours, arrows and ≥ come apart: a backslash keeps nobody from making them. Times of
day and ratios stay as they are."""
_CHOSEN, _ADDRESS = "chosen_language", "lang"


def reader() -> Language:
    """The language of whoever sits before this browser; English outside a page."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return language(DEFAULT)
    browsers = (st.context.locale or DEFAULT).replace("_", "-").partition("-")[0].lower()
    wanted = (st.session_state.get(_CHOSEN), st.query_params.get(_ADDRESS), browsers)
    return language(next((code for code in wanted if code in languages()), DEFAULT))


def choose_language() -> None:
    """The choice of the language, in the sidebar."""
    now = reader().code
    if st.query_params.get(_ADDRESS) in languages():  # other pages' addresses do not have it
        st.session_state.setdefault(_CHOSEN, now)
    if st.session_state.get(_CHOSEN) and st.query_params.get(_ADDRESS) != now:
        st.query_params[_ADDRESS] = now
    st.session_state["language_choice"] = now
    st.sidebar.selectbox(
        say("ui.language"),
        languages(),
        format_func=lambda code: language(code).name,
        key="language_choice",
        on_change=_take_choice,
    )


def _take_choice() -> None:
    st.session_state[_CHOSEN] = st.session_state["language_choice"]


class Markdown(str):
    """Text for Streamlit, which reads almost every text as Markdown."""

    __slots__ = ()


def say(one: str | Message, /, **params: Value) -> Markdown:
    """A code with its parameters, or a message, as the sentence that this browser's reader understands, for Streamlit:
    words that somebody wrote are shown as they were typed. `words` for where nothing reads Markdown."""
    return Markdown(reader().say(message(one, **params) if isinstance(one, str) else one, plain))


def words(one: str | Message, /, **params: Value) -> str:
    """The same as mere text: for HTML (which escapes it), tables, charts, the options of a selectbox."""
    return reader().say(message(one, **params) if isinstance(one, str) else one)


def listed(patient: Patient) -> str:
    """Who a patient is, in one line, as mere text."""
    marked = "ui.patient_listed_demo" if patient.demo else "ui.patient_listed"
    text = "ui.patient_listed_archived" if patient.archived else marked
    return words(text, code=patient.code, name=patient.name)


def labelled(options: Iterable[Option], label: Callable[[Option], str]) -> Callable[[Option], str]:
    """What a choice shows of each option, said now: Streamlit also asks for it when no page is running."""
    return {option: label(option) for option in options}.__getitem__


def plain(text: str) -> Markdown:
    """Words that somebody wrote, so that Markdown leaves them as they are, in one line."""
    if isinstance(text, Markdown):
        return text
    broken = _BREAKS.sub("\N{WORD JOINER}", " ".join(text.split()))
    return Markdown(_MARKS.sub(r"\\\g<0>", broken))


def capital(text: Text) -> Text:
    """With a capital at the start; what is Markdown stays so, and is not quoted again."""
    return type(text)(text[:1].upper() + text[1:])


def number(value: float, digits: int = 0, unit: str = "") -> str:
    """The number as shown, a dash when it is unknown."""
    return reader().number(value, digits) + unit if math.isfinite(value) else NO_VALUE


def percent(pct: float) -> str:
    """A share; what is more than nothing is never shown as 0 %."""
    return say("ui.under_one_percent") if 0.0 < pct < 0.5 else say("ui.percent", pct=float(pct))


def with_error(value_deg: float, error_deg: float) -> str:
    """112° ± 7°; without the error where it is unknown, a dash where the value is."""
    if not math.isfinite(value_deg) or not math.isfinite(error_deg):
        return number(value_deg, unit="°")
    return say("ui.with_error", value_deg=value_deg, error_deg=error_deg)


def degrees(value: float) -> str:
    """A signed number of degrees: −3°, +2°."""
    return f"{value:+.0f}°".replace("-", "\N{MINUS SIGN}")


def day(moment: datetime) -> str:
    """The date of a moment, in the browser's own time zone."""
    return reader().date(local(moment), say("ui.date"))


def day_and_time(moment: datetime) -> str:
    """Date and time of a moment, in the browser's own time zone."""
    return reader().date(local(moment), say("ui.date_time"))


def local(moment: datetime) -> datetime:
    """A moment in the browser's own time zone."""
    try:
        return moment.astimezone(ZoneInfo(st.context.timezone or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        return moment.astimezone()


def angle(name: str) -> str:
    """An angle by its name, with its side."""
    return say(angle_term(name))


def joints(said: Iterable[tuple[str, str]]) -> str:
    """What is said of each angle, its sides beside each other: Knee flexion L −3° R −2°; Trunk flexion +2°."""
    parts: dict[str, list[str]] = {}
    for name, text in said:
        row = ANGLES[ANGLE_INDEX[name]] if name in ANGLE_INDEX else None
        joint = say(row.base_label) if row else name
        side = say(f"side_letter.{SIDE_OF[row.side]}") if row and row.side else ""
        parts.setdefault(joint, []).append(f"{side} {text}".lstrip())
    return "; ".join(f"{joint} {' '.join(texts)}" for joint, texts in parts.items())
