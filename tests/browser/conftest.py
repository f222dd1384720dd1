from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType, sync_playwright

from tests.browser.running_app import CLIP, FAKE_CAMERA, FLAGS, LivePage, Server, chromium_path, new_page, write_camera
from tests.media_files import media_file


@pytest.fixture(scope="session")
def chromium() -> Iterator[BrowserType]:
    """Skips where there is no Chromium."""
    if not chromium_path():
        pytest.skip("no Chromium found (apt install chromium, or name it with PHYSIO_CHROMIUM)")
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def camera_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Squats as an endless camera picture: the project's own clip, or the shared one."""
    source = CLIP if CLIP.exists() else media_file("squat_front_home.mp4")
    target = tmp_path_factory.mktemp("camera") / "camera.mjpeg"
    write_camera(source, target)
    return target


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    server.end()


@pytest.fixture
def launch(chromium: BrowserType) -> Iterator[Callable[..., Browser]]:
    """Start a browser with these extra flags."""
    browsers: list[Browser] = []

    def launched(*flags: str) -> Browser:
        browsers.append(chromium.launch(executable_path=chromium_path(), args=[*FLAGS, *flags]))
        return browsers[-1]

    yield launched
    for browser in browsers:
        browser.close()


@pytest.fixture
def browser(launch: Callable[..., Browser], camera_file: Path) -> Browser:
    """A browser whose camera shows squats."""
    return launch(*FAKE_CAMERA, f"--use-file-for-fake-video-capture={camera_file}")


@pytest.fixture
def live(browser: Browser, server: Server) -> LivePage:
    return LivePage(new_page(browser), server)
