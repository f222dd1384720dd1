"""What the camera's frame says when the camera fails: sentences in place of the browser's names for it."""

from pathlib import Path

import streamlit as st

from physio.ui.say import say

_WORDS = st.components.v2.component(
    "physio_camera_words",
    html="<i hidden></i>",
    js=Path(__file__).with_name("camera_words.js").read_text(encoding="utf-8"),
)
_TEXTS = {
    "NotFoundError": "ui_live.no_camera",
    "NotAllowedError": "ui_live.access_denied",
    "NotReadableError": "ui_live.not_available",
    "other": "ui_live.camera_failed",
    "slow": "ui_live.connecting_slowly",
}
"""By the browser's name for the failure."""


def in_words() -> None:
    """Part of the page that has the stream."""
    _WORDS(key="camera_words", data={code: say(text) for code, text in _TEXTS.items()})
