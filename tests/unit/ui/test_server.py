"""What is served beside the pages."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin

import pytest
from starlette.applications import Starlette

from physio.ui import server


def location(query: str) -> str:
    """Where a browser that asks for /live is sent by a server that only knows itself as http://inner."""
    sent: list[dict] = []

    async def ask() -> None:
        async def receive() -> dict:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "path": "/live",
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(b"host", b"inner")],
        }
        await Starlette(routes=server.ROUTES)(scope, receive, send)

    with ThreadPoolExecutor(1) as beside:  # a browser test may keep a loop in this thread
        beside.submit(asyncio.run, ask()).result()
    return dict(sent[0]["headers"])[b"location"].decode()


@pytest.mark.parametrize("behind", ["", "?patient=P002&session=a%26b"])
@pytest.mark.parametrize("front", ["http://localhost:8501/", "https://clinic.example/physio/"])
def test_live_leads_to_the_first_page_whatever_is_in_front_of_the_server(front, behind):
    assert urljoin(f"{front}live{behind}", location(behind.removeprefix("?"))) == front + behind
