"""The Patients page in a real browser: what a tick, a refused form and a dialog come to."""

import pytest
from playwright.sync_api import Page, expect

from physio.storage.user import LOCAL_USER
from tests.browser.running_app import Server, new_page

pytestmark = pytest.mark.browser
LONG_MS = 30_000


@pytest.fixture
def page(server: Server, launch) -> Page:
    """The Patients page with P001 chosen; P002 is there too."""
    page = new_page(launch())
    page.goto(f"{server.url}/patients?patient=P001")
    expect(page.get_by_role("button", name="Delete P001 …")).to_be_visible(timeout=LONG_MS)
    page.set_default_timeout(LONG_MS)
    expect.set_options(timeout=LONG_MS)
    return page


def tick(page: Page, row: int) -> None:
    """Click into the column of ticks; the list is drawn on a canvas."""
    page.locator("[data-testid=stDataFrame] .dvn-scroller").click(position={"x": 16, "y": 17 + 34 * row})


def test_a_refused_form_stays_with_what_was_typed(page: Page):
    page.get_by_role("button", name="Add patient").click()
    form = page.get_by_role("dialog")
    form.get_by_role("textbox", name="Code").fill("p001")
    form.get_by_role("textbox", name="Name or initials").fill("K. Lind")
    form.get_by_role("textbox", name="Diagnosis or goal").fill("Knee replacement")
    form.get_by_role("button", name="Add patient").click()
    expect(form.get_by_text("too much like P001")).to_be_visible()
    expect(form.get_by_role("textbox", name="Code")).to_have_value("p001")
    expect(form.get_by_role("textbox", name="Name or initials")).to_have_value("K. Lind")
    expect(form.get_by_role("textbox", name="Diagnosis or goal")).to_have_value("Knee replacement")
    form.get_by_role("textbox", name="Code").fill("P007")
    form.get_by_role("button", name="Add patient").click()
    expect(form).to_have_count(0)
    expect(page.get_by_role("button", name="Delete P007 …")).to_be_visible()
    page.wait_for_function("location.search.includes('patient=P007')")
    page.get_by_role("button", name="Add patient").click()
    expect(page.get_by_role("dialog").get_by_role("textbox", name="Code")).to_have_value("")


def test_the_patient_who_is_ticked_is_deleted_and_nobody_else(page: Page, server: Server):
    tick(page, 2)
    delete = page.get_by_role("button", name="Delete P002 …")
    expect(delete).to_be_visible()
    expect(page.get_by_role("button", name="Delete P001 …")).to_have_count(0)
    expect(page.get_by_role("combobox", name="Patient")).to_have_value("P001 · A. Berger")
    delete.click()
    expect(page.get_by_role("dialog").get_by_text("P002 · B. Lind and 0 sessions")).to_be_visible()
    page.get_by_role("button", name="Delete P002 and all data").click()
    expect(page.get_by_role("button", name="Delete P001 …")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("combobox", name="Patient")).to_have_value("P001 · A. Berger")
    assert patients(server) == ["P001"]


def test_who_is_archived_stays_ticked_and_can_be_brought_back(page: Page):
    tick(page, 2)
    page.get_by_role("button", name="Archive P002").click()
    expect(page.get_by_role("button", name="Bring back P002")).to_be_visible()
    expect(page.get_by_role("combobox", name="Patient")).to_have_value("P001 · A. Berger")
    page.get_by_role("button", name="Bring back P002").click()
    expect(page.get_by_role("button", name="Archive P002")).to_be_visible()


def test_a_search_takes_the_tick_off_who_is_not_in_it(page: Page):
    tick(page, 2)
    expect(page.get_by_role("button", name="Edit P002 …")).to_be_visible()
    page.get_by_role("searchbox").or_(page.get_by_label("Search code")).first.fill("berger")
    expect(page.get_by_role("button", name="Edit P002 …")).to_have_count(0)
    expect(page.get_by_role("button", name="Edit P001 …")).to_be_visible()


def test_a_dialog_that_was_closed_does_not_come_back(page: Page):
    page.get_by_role("button", name="Edit P001 …").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    tick(page, 2)
    expect(page.get_by_role("button", name="Edit P002 …")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.models
def test_the_demo_comes_back_and_is_removed_while_its_history_is_being_made(page: Page, server: Server):
    page.get_by_role("button", name="Bring back demo data").click()
    expect(page.get_by_text("Demo history is being analysed")).to_be_visible()
    page.get_by_role("button", name="Remove demo data …").click()
    page.get_by_role("button", name="Remove demo data", exact=True).click()
    expect(page.get_by_role("button", name="Bring back demo data")).to_be_visible()
    assert patients(server) == ["P001", "P002"]
    server.start()
    page.goto(f"{server.url}/trends?patient=P001")  # a page that begins with the history when there is a demo patient
    expect(page.get_by_text("No session yet")).to_be_visible()
    page.get_by_role("link", name="Patients").click()
    expect(page.get_by_role("button", name="Bring back demo data")).to_be_visible()
    assert patients(server) == ["P001", "P002"]


def patients(server: Server) -> list[str]:
    server.end()
    store = server.store()
    codes = [patient.code for patient in store.acting_as(LOCAL_USER).patients.all()]
    store.close()
    return codes
