"""A neutral zero and a goniometer reading in a real browser, on somebody who stands still in front of the camera."""

import av
import pytest

from physio.config import ROOT
from physio.storage.user import LOCAL_USER
from physio.types import EndReason
from tests.browser.running_app import FAKE_CAMERA, LivePage, new_page, write_camera

pytestmark = [pytest.mark.browser, pytest.mark.models]
CLIP = ROOT / "data" / "demo" / "shoulder_flexion.mp4"


@pytest.fixture
def still_camera(tmp_path):
    """The clip's first picture, where the person stands relaxed, again and again."""
    with av.open(str(CLIP)) as video:
        first = next(video.decode(video=0)).to_ndarray(format="rgb24")
    still, target = tmp_path / "still.mp4", tmp_path / "still.mjpeg"
    with av.open(str(still), "w") as out:
        stream = out.add_stream("libx264", rate=30, options={"crf": "12"})
        stream.height, stream.width, stream.pix_fmt = *first.shape[:2], "yuv420p"
        for _ in range(30):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(first, format="rgb24").reformat(format="yuv420p")))
        out.mux(stream.encode(None))
    write_camera(still, target)
    return target


def test_zero_undo_and_a_goniometer_reading(server, launch, still_camera):
    live = LivePage(new_page(launch(*FAKE_CAMERA, f"--use-file-for-fake-video-capture={still_camera}")), server)
    page = live.page
    page.get_by_text("Zero to standing posture", exact=True).click()
    live.start("Shoulder flexion")
    page.get_by_role("button", name="Undo", exact=True).click(timeout=40_000)
    page.get_by_text("Zeroed:").wait_for(state="detached")
    page.get_by_text("Calibration", exact=True).click()
    page.get_by_role("button", name="Capture angle").click()
    page.get_by_label("Goniometer, °").fill("2")
    page.get_by_role("button", name="Apply").click()
    page.get_by_text("Applied from now on").wait_for()
    live.stop()
    page.get_by_role("button", name="Open session review").click()
    page.get_by_text("Angles corrected.").wait_for(timeout=30_000)
    page.get_by_role("link", name="Patients").click()
    page.get_by_role("button", name="Stop using").click()
    page.get_by_text("No longer used (1)").wait_for()
    server.end()
    store = server.store()
    records = store.acting_as(LOCAL_USER)
    (session,) = records.sessions.of("P001")
    (kept,) = records.calibrations.of("P001")
    changes = records.analyses.calibration(session.id)
    store.close()
    assert session.end_reason is EndReason.STOPPED
    assert kept.ended_at is not None
    assert [reading.goniometer_deg for reading in kept.readings] == [2.0]
    assert {one.in_use for one in changes if one.line.kind == "neutral"} == {True, False}
    (used,) = [one for one in changes if one.line.kind == "goniometer"]
    assert used.in_use
    assert used.line == kept.line
    assert used.line.angle == "shoulder_flexion_l"  # what the exercise is about
