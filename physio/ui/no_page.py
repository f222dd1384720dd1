"""What an address says that belongs to no page."""

from collections.abc import Mapping, Sequence
from urllib.parse import unquote, urlsplit

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from physio.messages import message
from physio.ui import components
from physio.ui.say import say

Pages = Mapping[str, Sequence[StreamlitPage]]


def with_address_of_none(pages: Pages) -> dict[str, list[StreamlitPage]]:
    """The pages, and one that the menu does not show for the address asked for where it is none of theirs: Streamlit
    would show the first page, of a patient whom nobody asked for."""
    shown = {group: list(own) for group, own in pages.items()}
    asked = unquote(urlsplit(st.context.url or "").path).strip("/ ")
    if asked and "/" not in asked and asked not in [page.url_path for own in shown.values() for page in own]:
        none = st.Page(
            lambda: _say_so(asked),
            title=say("ui.app"),
            icon=":material/wrong_location:",
            url_path=asked,
            visibility="hidden",
        )
        next(iter(shown.values())).append(none)
    return shown


def _say_so(asked: str) -> None:
    help_ = "ui.no_page_help"
    if components.empty(message("ui.no_page", path=f"/{asked}"), help_, "ui.page_live", ":material/videocam:"):
        st.switch_page("pages/live.py")
