"""Pictures of every page for the README: python -m tests.browser.screenshots [--all] [--out docs/screenshots].

Starts the app on a folder of its own, with the demo patient's history scored from the clips in data/demo, and drives
headless Chromium with a demo clip as its camera. --all takes every page in both themes, on a desk and on a tablet.
"""

import argparse
import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from physio import demo
from physio.config import ROOT, Settings
from physio.networks.assets import ensure_models
from physio.scoring.scorer import Scorer, ThisComputer, processors
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
from tests.browser.running_app import FAKE_CAMERA, FLAGS, LivePage, Server, chromium_path, write_camera

PAGES = ("upload", "review", "trends", "patients", "about", "live")
DESK, TABLET = (1280, 800), (820, 1180)
SETTLE_MS = 3_000
EXERCISE, SIDE, CLIP = "Shoulder abduction", "right", demo.CLIPS / "shoulder_abduction.mp4"
REPS_BEFORE_PICTURE = 3
HIDE_PATHS = """pairs => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode())
        for (const [path, shown] of pairs)
            walker.currentNode.textContent = walker.currentNode.textContent.replaceAll(path, shown);
}"""
"""Where this computer keeps things says nothing to the reader."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: which page, how large the window is, which theme."""

    page: str
    size: tuple[int, int]
    scheme: str

    @property
    def name(self) -> str:
        """The file's name."""
        width = "" if self.size == DESK else "_tablet"
        return f"{self.page}{'' if self.scheme == 'light' else '_dark'}{width}.webp"


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="every page in both themes and both sizes")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--data", type=Path, help="folder to keep the scored history in, for the next time")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        data_dir = options.data or Path(scratch) / "data"
        data_dir.mkdir(parents=True, exist_ok=True)
        shown = score_history(data_dir)
        camera = Path(scratch) / "camera.mjpeg"
        write_camera(CLIP, camera)
        take(wanted(options.all), shown, data_dir, camera, options.out)


def wanted(everything: bool) -> list[Shot]:
    """What to take."""
    if everything:
        return [Shot(page, size, scheme) for page in PAGES for size in (DESK, TABLET) for scheme in ("light", "dark")]
    return [Shot("review", DESK, "dark"), *(Shot(page, DESK, "light") for page in PAGES), Shot("live", TABLET, "light")]


def score_history(data_dir: Path) -> str:
    """The demo patient with everything that their clips give; the id of the session that the pictures show."""
    store = Store(data_dir / "physio.duckdb")
    records = store.acting_as(LOCAL_USER)
    demo.add_demo_patient(records)
    scorer = Scorer(ensure_models(Settings.load().models_dir), ThisComputer(processors()))
    history = demo.DemoHistory(records, scorer, demo.demo_clips())
    history.start()
    history.wait()
    shown = next(session.id for session in records.sessions.of(demo.CODE) if session.video_name == CLIP.name)
    store.close()
    return shown


def take(shots: list[Shot], session_id: str, data_dir: Path, camera: Path, out: Path) -> None:
    """All pictures, from one server; the review page shows the session of that id."""
    server = Server(data_dir)
    try:
        with sync_playwright() as playwright:
            flags = [*FLAGS, *FAKE_CAMERA, f"--use-file-for-fake-video-capture={camera}"]
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=flags)
            for shot in shots:
                save(picture(browser, server, shot, session_id), out / shot.name)
                print(out / shot.name)
            browser.close()
    finally:
        server.end()


def picture(browser: Browser, server: Server, shot: Shot, session_id: str) -> bytes:
    """One page as PNG, as tall as it is."""
    session = f"&session={session_id}" if shot.page == "review" else ""
    width, height = shot.size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=shot.scheme, locale="en-US")
    if shot.page == "live":
        live = LivePage(context.new_page(), server, demo.CODE)
        live.choose("Exercise", EXERCISE)
        live.choose("Side", SIDE)
        live.camera_on()
        live.begin()
        live.wait_for_reps(REPS_BEFORE_PICTURE, timeout_s=60)
        live.page.wait_for_timeout(1_500)
        taken = live.page.screenshot()
    else:
        page = context.new_page()
        page.goto(f"{server.url}/{shot.page}?patient={demo.CODE}{session}")
        page.get_by_role("heading").first.wait_for(timeout=60_000)
        page.wait_for_timeout(SETTLE_MS)
        page.evaluate(HIDE_PATHS, [[str(server.data_dir), "~/physio/data"], [str(ROOT), "~/physio"]])
        fit_to_content(page, width, height)
        taken = page.screenshot()
    context.close()
    return taken


def fit_to_content(page: Page, width: int, least: int) -> None:
    """Make the window as tall as the page, so that the picture shows all of it."""
    tall = page.evaluate("document.querySelector('.stMain').scrollHeight")
    page.set_viewport_size({"width": width, "height": max(least, min(int(tall), 2600))})
    page.wait_for_timeout(SETTLE_MS // 2)


def save(png: bytes, path: Path) -> None:
    """As WebP: a tenth of the size, and still sharp."""
    Image.open(io.BytesIO(png)).convert("RGB").save(path, quality=82, method=6)


if __name__ == "__main__":
    main()
