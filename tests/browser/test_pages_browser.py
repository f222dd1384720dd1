"""What only a real browser shows: addresses, what is asked of the network, cameras that are not there."""

import re

import pytest

from physio.storage.user import LOCAL_USER
from tests.browser.running_app import CLIP, LivePage, Server, new_page
from tests.pages.example_sessions import Example, add_session

pytestmark = [pytest.mark.browser, pytest.mark.models]
PAGES = {
    "": "Live session",
    "upload": "Upload",
    "review": "Session review",
    "trends": "Trends",
    "patients": "Patients",
    "about": "About",
}


@pytest.fixture
def filled(tmp_path):
    """A server whose P001 has two sessions; the id of the older one is `filled.older`."""
    server = Server(tmp_path)
    server.end()
    store = server.store()
    records = store.acting_as(LOCAL_USER)
    server.older = add_session(records, "P001", Example(reps=3, days_ago=8))
    add_session(records, "P001", Example(reps=5))
    store.close()
    server.start()
    yield server
    server.end()


def test_the_first_address_a_new_server_is_asked_for_may_be_any_page(filled, launch):
    page = new_page(launch())
    page.goto(f"{filled.url}/review?session={filled.older}")
    page.get_by_role("heading", name="Session review").wait_for(timeout=30_000)
    page.get_by_role("link", name="Live session").wait_for()
    assert page.locator(".ph-tile", has_text="Repetitions").first.locator(".ph-value").inner_text().split()[0] == "3"
    assert "patient=P001" in page.url


def test_no_page_asks_anything_of_the_network(filled, launch):
    page = new_page(launch())
    foreign: list[str] = []
    page.on("request", lambda asked: foreign.append(asked.url) if not local(asked.url, filled) else None)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    for path, title in PAGES.items():
        page.goto(f"{filled.url}/{path}?patient=P001")
        page.get_by_role("heading", name=title).first.wait_for(timeout=30_000)
        page.wait_for_timeout(1500)
    assert foreign == []
    assert errors == []


def local(url: str, server: Server) -> bool:
    return re.match(rf"(https?|wss?)://localhost:{server.port}/|data:|blob:", url) is not None


def test_the_patient_goes_with_the_user(filled, launch):
    page = new_page(launch())
    page.goto(f"{filled.url}/trends?patient=P002")
    page.get_by_text("No session yet").wait_for(timeout=30_000)
    for path, title in list(PAGES.items())[1:]:
        page.get_by_role("link", name=title).click()
        page.get_by_role("heading", name=title).first.wait_for()
        page.get_by_role("combobox", name="Patient").wait_for()
        assert page.get_by_role("combobox", name="Patient").input_value().startswith("P002"), path
        page.wait_for_function("location.search.includes('patient=P002')")


def test_a_computer_without_a_camera_is_told_what_to_do(server, launch):
    live = LivePage(new_page(launch()), server)
    live.page.get_by_text("No camera found. Connect one, or choose a demo clip instead.").wait_for()


def test_a_refused_camera_is_told_what_to_do(server, launch):
    live = LivePage(new_page(launch("--use-fake-device-for-media-stream", "--deny-permission-prompts")), server)
    live.frame.get_by_role("button", name="Turn camera on").click()
    live.page.get_by_text("Camera access is blocked").wait_for(timeout=15_000)
    server.end()
    store = server.store()
    records = store.acting_as(LOCAL_USER)
    assert records.sessions.of() == ()
    store.close()


@pytest.mark.skipif(not CLIP.exists(), reason="the demo clips are not there")
def test_a_demo_clip_plays_as_the_camera(server, launch):
    live = LivePage(new_page(launch()), server)
    live.choose("Exercise", "Squat")
    live.choose("Video source", "Demo clip")
    live.start("Squat")
    live.wait_for_reps(1)
    assert live.page.get_by_text("No camera found").count() == 0
    assert live.overlay_share() > 0.002
    live.stop()
    server.end()
    store = server.store()
    records = store.acting_as(LOCAL_USER)
    (session,) = records.sessions.of("P001")
    assert session.reps >= 1
    assert session.ended_at is not None
    store.close()


@pytest.mark.skipif(not CLIP.exists(), reason="the demo clips are not there")
def test_an_upload_is_scored_and_opened(server, launch):
    page = new_page(launch())
    page.goto(f"{server.url}/upload?patient=P001")
    page.get_by_role("combobox", name="Exercise").click()
    page.get_by_role("option", name="Squat", exact=True).click()
    page.locator('input[type="file"]').set_input_files(CLIP)
    page.get_by_role("button", name="Analyse 1 video for P001").click()
    page.get_by_role("link", name="About").click()  # the job does not mind
    page.get_by_role("heading", name="About").wait_for()
    page.get_by_role("link", name="Upload").click()
    page.get_by_role("button", name="Open session").click(timeout=55_000)
    page.get_by_role("heading", name="Session review").wait_for()
    page.locator(".ph-tile", has_text="Repetitions").first.wait_for()
    server.end()
    store = server.store()
    records = store.acting_as(LOCAL_USER)
    (session,) = records.sessions.of("P001")
    assert (session.source, session.video_name, session.exercise_id) == ("recorded", "squat.mp4", "squat")
    assert session.reps >= 1
    store.close()
    assert list((server.data_dir / "incoming").rglob("*.mp4")) == []


def test_a_german_browser_reads_german_and_may_choose_english(filled, launch):
    page = new_page(launch(), locale="de-DE")
    page.goto(f"{filled.url}/review?session={filled.older}")
    page.get_by_role("heading", name="Auswertung").wait_for(timeout=60_000)
    page.get_by_text("Schmerz laut Patient").first.wait_for()
    page.get_by_role("link", name="Verlauf").click()
    page.get_by_text("Mimik (Schätzung)").wait_for()  # drawn by the chart
    page.get_by_text("20. März").first.wait_for()
    page.get_by_role("combobox", name="Sprache").click()
    page.get_by_role("option", name="English").click()
    page.get_by_role("heading", name="Trends").wait_for()
    page.reload()
    page.get_by_role("heading", name="Trends").wait_for(timeout=30_000)
    page.get_by_role("link", name="Live session").click()
    page.frame_locator('iframe[title*="webrtc_streamer"]').get_by_role("button", name="Turn camera on").wait_for()
