"""From a face that shows pain to a name in the record, in a real browser; and nothing of its expression without
consent."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from physio.metrics import EXPRESSION_COLUMNS
from physio.storage.acting import Records
from physio.storage.records import ConsentKind, FaceSettings, Session
from physio.storage.user import LOCAL_USER
from tests.browser.made_face import CALM_S, patch_the_server
from tests.browser.running_app import LivePage, Server, new_page

pytestmark = [pytest.mark.browser, pytest.mark.models]
BANNER = '[class*="st-key-live_alert_"]'
COUNT_NOTES = """() => {
    const start = OscillatorNode.prototype.start;
    window.notes = 0;
    OscillatorNode.prototype.start = function (...when) { window.notes += 1; return start.apply(this, when); };
}"""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A server that reads every face as in pain after some seconds; P001 is to be heard."""
    patch_the_server(tmp_path / "site", monkeypatch)
    (tmp_path / "data").mkdir()
    server = Server(tmp_path / "data")
    server.end()
    store = server.store()
    store.acting_as(LOCAL_USER).face_settings.change("P001", FaceSettings(sound=True))
    store.close()
    server.start()
    yield server
    server.end()


def stored(server: Server) -> tuple[Records, Session]:
    """What is stored of the one session; the server is gone then."""
    server.end()
    records = server.store().acting_as(LOCAL_USER)
    (session,) = records.sessions.of("P001")
    return records, session


def expressions(records: Records, session: Session) -> int:
    frames = records.analyses.frames(session.analysis_id)
    return int(sum(np.isfinite(frames[name]).sum() for name in EXPRESSION_COLUMNS))


def emotion_switch(page: Page):
    return page.get_by_role("switch", name="Facial expression signal")


def test_pain_is_shown_heard_and_acknowledged_by_name_and_expressions_stay_out(browser: Browser, server: Server):
    page = new_page(browser)
    page.add_init_script(f"({COUNT_NOTES})()")
    live = LivePage(page, server)
    expect(emotion_switch(page)).to_be_disabled()
    live.start()
    expect(page.get_by_text("The face is analysed: pain and fatigue.")).to_be_visible()
    banner = page.locator(BANNER)
    expect(banner).to_contain_text("Facial pain expression", timeout=60_000)
    expect(banner).to_contain_text("PSPI 6 of 16, estimate")
    expect(banner).to_have_count(1)
    page.wait_for_function("window.notes === 2", timeout=20_000)
    banner.get_by_role("button", name="Acknowledge").click()
    expect(banner).to_have_count(0, timeout=20_000)
    expect(page.locator(".st-key-live_stop button")).to_be_enabled()
    live.stop()
    assert page.evaluate("window.notes") == 2, "once, however often the page is drawn"
    page.get_by_role("button", name="Open session review").click()
    row = page.locator(".ph-events tr", has_text="alert: pain in the face")
    expect(row).to_contain_text("acknowledged by local", timeout=60_000)
    records, session = stored(server)
    (alert,) = [event for event in records.sessions.events(session.id) if event.level]
    assert (alert.kind, alert.author, alert.acknowledged_by) == ("alert_pain", "physio", "local")
    assert alert.value == pytest.approx(6.2)
    assert alert.t_s > CALM_S
    assert np.isfinite(records.analyses.frames(session.analysis_id)["pspi"]).any()
    assert expressions(records, session) == 0


def test_consent_is_recorded_on_the_patients_page_used_live_and_withdrawn(browser: Browser, server: Server):
    page = new_page(browser)
    live = LivePage(page, server)
    page.get_by_role("link", name="Consent needed").click()
    page.locator(".st-key-consent_give_emotion_P001 button").click()
    record = page.get_by_role("button", name="Record consent", exact=True)
    expect(record).to_be_disabled()
    page.get_by_text("The patient has been told this and agrees").click()
    expect(record).to_be_enabled(timeout=20_000)
    record.click()
    expect(page.get_by_text("by local")).to_be_visible(timeout=20_000)
    page.get_by_role("link", name="Live session").click()
    live.frame.get_by_role("button", name="Turn camera on").wait_for(timeout=30_000)
    page.locator("label", has=emotion_switch(page)).click()
    expect(emotion_switch(page)).to_be_checked()
    live.start()
    expect(page.get_by_text("The face is analysed: pain, fatigue and facial expression signal.")).to_be_visible()
    live.wait_for_reps(1)
    live.stop()
    page.get_by_role("link", name="Patients").click()
    page.locator(".st-key-consent_withdraw_emotion_P001 button").click()
    page.get_by_text("Also permanently delete the facial expression signal of 1 session").wait_for(timeout=20_000)
    page.get_by_role("button", name="Withdraw consent").click()
    expect(page.get_by_text("Withdrawn consent")).to_be_visible(timeout=20_000)
    page.get_by_role("link", name="Live session").click()
    expect(emotion_switch(page)).to_be_disabled(timeout=30_000)
    records, session = stored(server)
    assert records.analyses.counting(session.id).emotion
    assert expressions(records, session) > 0, "they were not ticked to be deleted"
    (consent,) = records.consents.of("P001")
    assert (consent.kind, consent.recorded_by, consent.withdrawn_by) == (ConsentKind.EMOTION, "local", "local")
    assert "seven facial expressions" in consent.wording
