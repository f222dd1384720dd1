"""A recording of the wrong exercise, side, date and patient put right in a browser, and then deleted."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from physio.config import ROOT
from physio.storage.user import LOCAL_USER
from tests.browser.running_app import Server, new_page
from tests.video_files import dated

pytestmark = [pytest.mark.browser, pytest.mark.models]
CLIP = ROOT / "data" / "demo" / "shoulder_abduction_week_1.mp4"
THEN = datetime(2026, 3, 5, 10, 20, 30, tzinfo=UTC)
WAIT_MS = 120_000
ANALYSED_MS = 300_000


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("dialog").get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def upload(page: Page, server: Server, folder: Path) -> None:
    """A clip of shoulder abduction and a file that is no video, as elbow flexion of P001."""
    source, broken = folder / CLIP.name, folder / "holiday.mp4"
    source.write_bytes(CLIP.read_bytes())
    broken.write_bytes(b"no video")
    page.goto(f"{server.url}/upload?patient=P001")
    page.get_by_role("combobox", name="Exercise").wait_for(timeout=WAIT_MS)
    page.locator('input[type="file"]').set_input_files([dated(source, creation_time=THEN.isoformat()), broken])
    page.get_by_text("holiday.mp4 is damaged or not a video").wait_for(timeout=WAIT_MS)
    page.get_by_role("button", name="Analyse 1 video for P001").click()
    page.get_by_role("button", name="Open session").click(timeout=ANALYSED_MS)
    page.get_by_role("button", name="Edit session").wait_for(timeout=WAIT_MS)
    assert page.get_by_role("combobox", name="Session").input_value().startswith("5 Mar 2026")


def test_a_session_is_edited_moved_and_deleted(server: Server, launch: Callable[..., Browser], tmp_path: Path) -> None:
    page = new_page(launch())
    upload(page, server, tmp_path)

    page.get_by_role("button", name="Edit session").click()
    choose(page, "Exercise", "Shoulder abduction")
    choose(page, "Side", "right")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Session corrected.").wait_for(timeout=WAIT_MS)
    page.get_by_text("it was: Elbow flexion").wait_for(timeout=WAIT_MS)
    angle = page.get_by_role("combobox", name="Angle")  # drawn below the caption, and a moment later
    expect(angle).to_have_value("Shoulder abduction, right", timeout=WAIT_MS)
    tile = page.locator(".ph-tile", has_text="Repetitions").first.locator(".ph-value")
    assert int(tile.inner_text().split()[0]) >= 1

    page.get_by_role("button", name="Move to another patient").click()
    page.get_by_role("dialog").get_by_role("combobox", name="Move to").click()
    page.get_by_role("option", name="P002 · B. Lind").click()
    page.get_by_text("belongs to P001 · A. Berger. It will belong to P002 · B. Lind").wait_for(timeout=WAIT_MS)
    page.get_by_role("button", name="Move from P001 to P002").click()
    page.get_by_text("Session moved from P001 to P002.").wait_for(timeout=WAIT_MS)
    page.get_by_text("from patient P001").wait_for(timeout=WAIT_MS)
    page.wait_for_function("location.search.includes('patient=P002')")

    page.get_by_role("button", name="Delete session").click()
    page.get_by_text("permanently deletes this session of P002").wait_for(timeout=WAIT_MS)
    page.get_by_role("button", name="Delete this session").click()
    page.get_by_text("deleted (P002)").wait_for(timeout=WAIT_MS)
    page.get_by_role("heading", name="No session yet").wait_for(timeout=WAIT_MS)

    server.end()
    store = server.store()
    records = store.acting_as(LOCAL_USER)
    assert [one.id for one in records.sessions.of() if not one.demo] == []
    assert [one.action for one in records.audit.all() if one.noun == "session"] == ["move away", "move", "delete"]
    store.close()
