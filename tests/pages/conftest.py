from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from physio.config import ROOT
from physio.errors import StoreError
from physio.storage.acting import Records
from physio.storage.store import Store, open_store
from physio.storage.user import LOCAL_USER

APP = ROOT / "app.py"


@pytest.fixture(autouse=True)
def as_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages come from app.py, as when it is served; AppTest begins with the files that there are."""
    begin = PagesManager.__init__

    def begun(manager: PagesManager, *args: Any, **options: Any) -> None:
        begin(manager, *args, **options)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", begun)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The database that the app will find: empty, without the demo patient."""
    monkeypatch.setenv("PHYSIO_DATA", str(tmp_path))
    st.cache_resource.clear()
    store = open_store(tmp_path / "physio.duckdb")
    yield store
    st.cache_resource.clear()
    store.close()


@pytest.fixture
def records(store: Store) -> Records:
    """What is in it, for the one user that there is."""
    return store.acting_as(LOCAL_USER)


@pytest.fixture
def open_page(store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open the app and go to a page; `query` is what stands behind the ? of the address."""
    monkeypatch.setattr("streamlit_webrtc.component.get_this_session_info", lambda: None)

    def opened(page: str = "", **query: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=60)
        for name, value in query.items():
            app.query_params[name] = value
        # The pages in between are not run: the first run is already the page's own.
        return app.switch_page(f"pages/{page}.py").run() if page else app.run()

    return opened


@pytest.fixture
def disk_full(monkeypatch: pytest.MonkeyPatch) -> Callable[[type, str], None]:
    """Have a repository's method fail as it does when the disk is full."""

    def full(*_: object, **__: object) -> None:
        raise StoreError("storage.disk_full", path="physio.duckdb")

    return lambda repository, method: monkeypatch.setattr(repository, method, full)


def html_of(app: AppTest) -> str:
    """All text that the page wrote as HTML."""
    return " ".join(element.proto.body for element in app.get("html"))


@pytest.fixture
def page_text() -> Callable[[AppTest], str]:
    """Everything the page says, as one text."""

    def text(app: AppTest) -> str:
        parts = [element.value for kind in ("title", "subheader", "markdown", "caption") for element in app.get(kind)]
        return " ".join([html_of(app), *parts])

    return text
