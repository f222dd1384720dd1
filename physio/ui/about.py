"""The parts of the About page."""

import platform
from html import escape

import streamlit as st

from physio import __version__
from physio.config import Settings
from physio.networks.assets import ModelPaths
from physio.ui.say import say

_LIMITS = (
    "ui_about.limit_angles",
    "ui_about.limit_setting",
    "ui_about.limit_change",
    "ui_about.limit_face",
    "ui_about.limit_face_shown",
    "ui_about.limit_rotation",
)


def purpose() -> None:
    """What it is for."""
    st.subheader(say("ui_about.purpose_title"), anchor=False)
    st.markdown(f"**{say('ui.intended_use')}** {say('ui_about.purpose')}")
    st.markdown(say("ui_about.status"))


def limits() -> None:
    """What it cannot do."""
    st.subheader(say("ui_about.limits_title"), anchor=False)
    st.markdown("\n".join(f"- {say(code)}" for code in _LIMITS))


def whereabouts(settings: Settings) -> None:
    """Where the data lies and how to get rid of it."""
    st.subheader(say("ui_about.data_title"), anchor=False)
    st.markdown(say("ui_about.data"))
    st.code(f"{settings.database}\n{settings.models_dir}", language=None, wrap_lines=True)
    st.markdown(say("ui_about.delete"))


def versions(models: ModelPaths) -> None:
    """What exactly is running."""
    st.subheader(say("ui_about.versions_title"), anchor=False)
    st.markdown(say("ui_about.versions", version=__version__, python=platform.python_version()))
    st.caption(say("ui_about.checksums"))
    rows = "".join(f"<b>{escape(name)}</b><code>{escape(sha)}</code>" for name, sha in models.checksums.items())
    st.html(f'<div class="ph-sums">{rows}</div>')
