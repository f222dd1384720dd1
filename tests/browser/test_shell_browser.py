"""Who is shown and who is recorded, whatever the address says and wherever the user goes."""

import signal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from physio.storage.user import LOCAL_USER
from physio.types import EndReason
from tests.browser.running_app import LivePage, Server, new_page
from tests.pages.example_sessions import Example, add_session

pytestmark = [pytest.mark.browser, pytest.mark.models]
MENU = ["Live session", "Upload", "Session review", "Trends", "Patients", "About"]
ENDED_MS = 40_000


@pytest.fixture
def filled(tmp_path: Path):
    """A server whose P001 has the sessions `first` and `second`, and P002 the session `other`."""
    server = Server(tmp_path)
    server.end()
    store = server.store()
    records = store.acting_as(LOCAL_USER)
    server.first = add_session(records, "P001", Example(reps=3, days_ago=8))
    server.second = add_session(records, "P001", Example(reps=5))
    server.other = add_session(records, "P002", Example(reps=7))
    store.close()
    server.start()
    yield server
    server.end()


def heading(page: Page, title: str) -> None:
    page.get_by_role("heading", name=title).first.wait_for(timeout=30_000)


def patient(page: Page) -> str:
    return page.get_by_role("combobox", name="Patient").input_value().split(" ")[0]


def choose(page: Page, code: str) -> None:
    page.get_by_role("combobox", name="Patient").click()
    page.get_by_role("option", name=code).click()
    page.wait_for_function(f"location.search.includes('patient={code}')")


# -- addresses ---------------------------------------------------------------------------------------------------------


def test_the_first_load_of_a_new_server_shows_its_menu_and_no_other(filled, launch):
    page = new_page(launch())
    page.add_init_script(
        """window.shown = new Set();
        new MutationObserver(() => {
            const links = document.querySelectorAll('[data-testid="stSidebarNavLink"] [label], '
                + '[data-testid="stSidebarNavLink"] p, [data-testid="stSidebarNavLink"]');
            for (const one of links) window.shown.add(one.innerText.split("\\n").at(-1));
        }).observe(document, {childList: true, subtree: true, characterData: true});"""
    )
    page.goto(f"{filled.url}/trends")
    heading(page, "Trends")
    page.wait_for_timeout(1000)
    assert set(page.evaluate("[...window.shown]")) - {""} == set(MENU)


def test_an_address_of_no_page_says_so_and_shows_nobody(filled, launch):
    page = new_page(launch())
    page.goto(f"{filled.url}/nopage")
    page.get_by_role("heading", name="There is no page /nopage").wait_for(timeout=60_000)
    assert page.get_by_role("dialog").count() == 0
    assert page.get_by_role("combobox", name="Patient").count() == 0
    assert page.url.endswith("/nopage")
    assert page.get_by_role("link", name="nopage").count() == 0
    page.get_by_role("link", name="Patients").click()
    page.get_by_role("combobox", name="Patient").wait_for(timeout=60_000)


def test_live_is_an_address_too_and_keeps_what_stands_behind_it(filled, launch):
    page = new_page(launch())
    page.goto(f"{filled.url}/live?patient=P002")
    heading(page, "Live session")
    assert patient(page) == "P002"
    assert page.get_by_role("dialog").count() == 0


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("?patient=P009", "There is no patient P009"),
        ("trends?patient=P009", "There is no patient P009"),
        ("upload?patient=P009", "There is no patient P009"),
        ("patients?patient=P009", "There is no patient P009"),
        ("review?patient=P009&session={first}", "There is no patient P009"),
        ("review?session=20200101-000000-beef", "There is no session 20200101-000000-beef"),
        ("review?patient=P001&session=20200101-000000-beef", "There is no session 20200101-000000-beef"),
        ("review?patient=P001&session={other}", "This session does not belong to patient P001"),
    ],
)
def test_an_address_of_nobody_shows_nobody(filled, launch, address, said):
    page = new_page(launch())
    page.goto(f"{filled.url}/{address.format(first=filled.first, other=filled.other)}")
    page.get_by_text(said).wait_for(timeout=30_000)
    page.wait_for_timeout(500)
    assert page.locator(".ph-tile, [data-testid=stVegaLiteChart], [data-testid=stFileUploader]").count() == 0
    if "patient=P001" not in address:
        assert page.get_by_role("combobox", name="Patient").input_value() == ""
        choose(page, "P002")
        page.get_by_text(said).wait_for(state="hidden")


def test_back_goes_to_the_patient_and_the_page_before(filled, launch):
    page = new_page(launch())
    page.goto(f"{filled.url}/trends?patient=P001")
    heading(page, "Trends")
    choose(page, "P002")
    page.go_back()
    expect(page.get_by_role("combobox", name="Patient")).to_have_value("P001 · A. Berger")
    page.go_forward()
    expect(page.get_by_role("combobox", name="Patient")).to_have_value("P002 · B. Lind")
    for title in ("Session review", "Patients", "About"):
        page.get_by_role("link", name=title).click()
        heading(page, title)
        page.wait_for_function("location.search.includes('patient=P002')")
    for title in ("Patients", "Session review", "Trends"):
        page.go_back()
        heading(page, title)
        expect(page.get_by_role("combobox", name="Patient")).to_have_value("P002 · B. Lind")
    page.go_back()
    expect(page.get_by_role("combobox", name="Patient")).to_have_value("P001 · A. Berger")


def test_back_goes_to_the_session_before(filled, launch):
    page = new_page(launch())
    page.goto(f"{filled.url}/review?patient=P001&session={filled.first}")
    reps = page.locator(".ph-tile", has_text="Repetitions").first.locator(".ph-value")
    expect(reps).to_contain_text("3", timeout=30_000)
    page.get_by_role("combobox", name="Session").click()
    page.get_by_role("option").first.click()
    expect(reps).to_contain_text("5", timeout=30_000)
    page.go_back()
    expect(reps).to_contain_text("3", timeout=30_000)


def test_a_patient_who_is_deleted_in_another_tab_is_said_to_be_gone(filled, launch):
    context = launch().new_context(viewport={"width": 1280, "height": 800})
    review, patients = context.new_page(), context.new_page()
    review.goto(f"{filled.url}/review?patient=P001")
    review.get_by_role("textbox", name="Notes").wait_for(timeout=30_000)
    patients.goto(f"{filled.url}/patients?patient=P001")
    patients.get_by_role("button", name="Delete P001").click(timeout=30_000)
    patients.get_by_role("button", name="Delete P001 and all data").click()
    expect(patients.get_by_role("combobox", name="Patient")).to_have_value("P002 · B. Lind", timeout=30_000)
    review.get_by_role("textbox", name="Notes").fill("for somebody who is gone")
    review.get_by_role("heading", name="Session review").click()
    review.get_by_text("There is no patient P001").wait_for(timeout=30_000)
    assert review.get_by_role("combobox", name="Patient").input_value() == ""
    assert review.locator(".ph-tile").count() == 0
    filled.end(signal.SIGTERM)
    store = filled.store()
    records = store.acting_as(LOCAL_USER)
    assert [session.note for session in records.sessions.of()] == [""]
    store.close()


# -- what is being recorded --------------------------------------------------------------------------------------------


def bar(page: Page):
    return page.locator(".st-key-recording .ph-rec")


def saved(page: Page):
    return page.locator(".st-key-saved [role=status]")


def stored(server: Server):
    """(patient, end's reason, repetitions) of each live session, oldest first, once the server is gone."""
    server.end(signal.SIGTERM)
    store = server.store()
    sessions = store.acting_as(LOCAL_USER).sessions.of()
    store.close()
    return [(one.patient_code, one.end_reason) for one in reversed(sessions)]


def test_another_patient_in_the_header_does_not_hide_who_is_recorded(live: LivePage, server: Server):
    live.start()
    assert bar(live.page).count() == 0, "the live page says it itself"
    choose(live.page, "P002")
    expect(bar(live.page)).to_contain_text("P001 · A. Berger · Squat")
    live.page.locator(".st-key-live_stop button").wait_for()
    assert live.page.locator(".st-key-live_begin").count() == 0, "nothing can be started for P002"
    before = bar(live.page).inner_text()
    expect(bar(live.page)).not_to_have_text(before)  # the time goes on by itself
    live.page.get_by_role("button", name="Stop recording P001").click()
    expect(bar(live.page)).to_have_count(0, timeout=20_000)
    live.page.get_by_text("Session saved").wait_for(timeout=20_000)
    expect(live.page.locator(".ph-doing")).to_contain_text("P001 · A. Berger — Squat")
    live.page.get_by_role("radio", name="6", exact=True).click()
    live.page.get_by_text("Reported: 6 at").wait_for()
    asked = live.page.get_by_text("The camera was on for P001. Record P002 · B. Lind now?")
    live.page.locator("h1").click()
    live.page.keyboard.press("Space")
    live.page.get_by_label("Note").fill("left heel")  # the answer to it comes after whatever Space did
    live.page.get_by_label("Note").press("Control+Enter")
    live.page.get_by_text("Note saved").wait_for()
    expect(asked).to_be_visible()
    expect(live.page.locator(".st-key-live_begin, .st-key-live_stop")).to_have_count(0)
    assert live.frame.get_by_role("button", name="Turn camera off").is_visible(), "Space did not turn it off"
    live.page.get_by_role("button", name="Record P002").click()
    live.page.locator(".st-key-live_begin").wait_for()
    expect(asked).to_have_count(0)
    assert stored(server) == [("P001", EndReason.STOPPED)]


def test_leaving_the_live_page_saves_and_the_next_page_says_so(live: LivePage, server: Server):
    live.start()
    live.wait_for_reps(1)
    live.page.get_by_role("link", name="Session review").click()
    expect(saved(live.page)).to_contain_text("Saved: P001, Squat", timeout=30_000)
    heading(live.page, "Session review")
    live.page.locator(".ph-tile").first.wait_for()
    assert bar(live.page).count() == 0
    assert live.page.get_by_text("still running").count() == 0
    live.page.get_by_role("link", name="About").click()
    heading(live.page, "About")
    expect(saved(live.page)).to_have_count(0)
    assert stored(server) == [("P001", EndReason.CAMERA_ENDED)]


def test_another_window_has_the_bar_and_its_stop(live: LivePage, server: Server, browser: Browser):
    other = new_page(browser)
    other.goto(f"{server.url}/trends?patient=P002")
    heading(other, "Trends")
    live.start()
    expect(bar(other)).to_contain_text("P001 · A. Berger · Squat", timeout=20_000)
    expect(other.locator(".st-key-recording")).to_contain_text("in another window")
    other.get_by_role("button", name="Stop recording P001").click()
    expect(bar(other)).to_have_count(0, timeout=20_000)
    expect(saved(other)).to_contain_text("Saved: P001, Squat")
    live.page.get_by_text("Session saved").wait_for(timeout=20_000)
    assert stored(server) == [("P001", EndReason.STOPPED)]


def test_a_closed_tab_is_told_of_in_the_next(live: LivePage, server: Server, browser: Browser):
    live.start()
    live.wait_for_reps(1)
    live.page.close()
    other = new_page(browser)
    other.goto(f"{server.url}/about")
    heading(other, "About")
    expect(saved(other)).to_contain_text("Saved: P001, Squat", timeout=ENDED_MS)
    expect(bar(other)).to_have_count(0)
    other.get_by_role("button", name="Open this session").click()
    heading(other, "Session review")
    assert patient(other) == "P001"


def test_m_marks_and_space_stops_right_after_the_start(live: LivePage, server: Server):
    live.choose("Exercise", "Squat")
    live.camera_on()
    assert live.page.evaluate("document.activeElement.tagName") == "IFRAME", "the frame has the focus after its button"
    live.page.keyboard.press("Space")
    live.wait_for_numbers()
    live.page.keyboard.press("m")
    live.page.get_by_text("Marked").wait_for(timeout=10_000)
    live.page.keyboard.press("Space")
    live.page.get_by_text("Session saved").wait_for(timeout=20_000)
    server.end(signal.SIGTERM)
    store = server.store()
    records = store.acting_as(LOCAL_USER)
    (session,) = records.sessions.of()
    assert [event.kind for event in records.sessions.events(session.id)] == ["mark"]
    store.close()


def test_the_page_has_no_frame_when_a_key_is_pressed_in_it(filled, launch):
    page = new_page(launch())
    page.goto(f"{filled.url}/about")
    heading(page, "About")
    page.mouse.click(700, 760)
    page.keyboard.press("m")
    page.wait_for_function("document.activeElement.matches('.stMain:focus-visible')")
    shown = "getComputedStyle(document.querySelector('.stMain'), '::before').display"
    page.wait_for_function(f"{shown} === 'none'")
