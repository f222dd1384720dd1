"""Which dialog of a page is open. The session keeps it, so that a run of the whole page (a timer, a clip that is
ready) leaves it open with what is typed in it."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

_OPEN, _COUNT = "open_dialog", "dialogs_opened"


@dataclass(frozen=True, slots=True)
class Dialog:
    """One opening of a dialog. code: the patient or the session it was opened for, "" for none; number: which opening
    it is."""

    kind: str
    code: str
    number: int

    def key(self, name: str) -> str:
        """The key of a widget in it: another one each time, so that it begins with what is stored."""
        return f"{name}_{self.kind}_{self.number}"


def open_one(kind: str, code: str = "") -> None:
    """For callbacks: from the next run on this dialog is open."""
    number = st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1
    st.session_state[_OPEN] = Dialog(kind, code, number)


def opened() -> Dialog | None:
    """The dialog that is open."""
    found = st.session_state.get(_OPEN)
    return found if isinstance(found, Dialog) else None


def close() -> None:
    """For callbacks: no dialog is open any more."""
    st.session_state.pop(_OPEN, None)


def show(title: str, draw: Callable[..., None], *args: object) -> None:
    """Draw a dialog. Whoever closes it in the browser closes it here."""
    st.dialog(title, on_dismiss=close)(draw)(*args)
