"""What a busy computer does to a session: the browser sends the same view in fewer pixels."""

import numpy as np
import pytest
from playwright.sync_api import Browser, Frame

from physio.storage.user import LOCAL_USER
from tests.browser.running_app import CAMERA_SIZE, LivePage, Server, new_page

pytestmark = [pytest.mark.browser, pytest.mark.models]
KEEP_CONNECTIONS = """() => {
    const Original = window.RTCPeerConnection;
    window.connections = [];
    window.RTCPeerConnection = function (...given) {
        const made = new Original(...given);
        window.connections.push(made);
        return made;
    };
    window.RTCPeerConnection.prototype = Original.prototype;
}"""
SEND_FEWER_PIXELS = """async times => {
    for (const connection of window.connections)
        for (const sender of connection.getSenders().filter(one => one.track && one.track.kind === "video")) {
            const parameters = sender.getParameters();
            parameters.encodings[0].scaleResolutionDownBy = times;
            await sender.setParameters(parameters);
        }
}"""
TIMES = 3.2
"""The person's trunk is then 39 px long, where it was too far away when distance was judged in pixels."""


def camera_frame(live: LivePage) -> Frame:
    """The component's own document, which holds the connection."""
    handle = live.frame.locator("video").element_handle()
    frame = handle.owner_frame()
    assert frame is not None
    return frame


def test_a_person_who_has_not_moved_is_not_too_far_away_in_a_smaller_frame(browser: Browser, server: Server):
    page = new_page(browser)
    page.add_init_script(f"({KEEP_CONNECTIONS})()")
    live = LivePage(page, server)
    live.start("Squat")
    live.wait_for_reps(1)
    camera_frame(live).evaluate(SEND_FEWER_PIXELS, TIMES)
    page.get_by_text("Camera frame reduced to").wait_for(timeout=30_000)
    page.wait_for_timeout(8_000)
    assert page.get_by_text("Camera frame reduced to").count()
    live.stop()
    server.end()
    store = server.store()
    records = store.acting_as(LOCAL_USER)
    (session,) = records.sessions.of("P001")
    seen = list(records.observations.of(session.id).replay())
    small = [one for one in seen if one.size_px[0] < CAMERA_SIZE[0] / 2]
    assert len(small) > 10
    assert np.mean([one.pose is not None for one in small]) > 0.8
    metrics = records.analyses.metrics(session.id)
    assert {"unusable_too_far_pct", "unusable_low_resolution_pct"}.isdisjoint(metrics)
    store.close()
