"""How physio is served: which addresses there are beside the pages, and what a browser may do with what it gets."""

import asyncio
import re
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import App
from streamlit.runtime.pages_manager import PagesManager


def _inline_scripts() -> str:
    """The lines of script that are written into Streamlit's own page, as a policy names them."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()
    found = re.findall(rb"<script>(.*?)</script>", page, re.DOTALL)
    return " ".join(f"'sha256-{b64encode(sha256(script).digest()).decode()}'" for script in found)


_POLICY = {
    "default-src": "'self'",
    # Charts (Vega) are compiled in the browser; the script of a component comes as blob:.
    "script-src": f"'self' 'unsafe-eval' blob: {_inline_scripts()}",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "frame-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{what} {where}" for what, where in _POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
"""Sent with every answer. Whatever text may slip into a page: no browser asks another computer because of it."""


class _WithHeaders:
    """Adds HEADERS to the answers of an application."""

    def __init__(self, app: ASGIApp):
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)


async def _start_page(request: Request) -> RedirectResponse:
    """The live page is the first one, which Streamlit serves at / alone. Relative: what is in front of the server may
    speak https and have a path of its own."""
    query = request.url.query
    return RedirectResponse(f"./?{query}" if query else "./")


ROUTES = (Route("/live", _start_page),)
MIDDLEWARE = (Middleware(_WithHeaders),)


@asynccontextmanager
async def lifespan(_: App) -> AsyncIterator[None]:
    """While the server runs. At its end what is open is closed and stored: a process that is terminated does nothing
    that was left for its exit."""
    # Else the first browser of a new server is shown the files of pages/ until the script has named its pages, or, when
    # it asks for another address than /, one of them alone.
    PagesManager.uses_pages_directory = False
    yield
    from physio.ui import resources  # not above: the server answers before everything that pages need is loaded

    await asyncio.to_thread(resources.close)
