"""Glass to glass: how many frames the returned picture is behind the camera's, read in the browser from both
at the same moment, for physio and for a page that only sends the frames back."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from playwright.sync_api import Browser, FrameLocator, Locator, sync_playwright

from physio.capture.video import VideoSource
from physio.types import Image
from tests.browser.running_app import (
    CAMERA_SIZE,
    FAKE_CAMERA,
    FLAGS,
    LivePage,
    Server,
    chromium_path,
    new_page,
    write_mjpeg,
)

ECHO = "tests/bench/echo_page.py"
CAMERA_FPS = 30
NUMBERS = 256
BITS = 8
STRIP_WIDTH_PX, STRIP_HEIGHT_PX = 32, 352
"""At the left edge from the top: the overlay writes at the right and along the lower edge."""
_WAIT_MS = 60_000
_WARM_UP_MS = 3_000

# Runs in the page before its own scripts: keeps the camera's track that the page sends.
_KEEP_CAMERA = """
const asked = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
if (asked) navigator.mediaDevices.getUserMedia = async wanted => window.camera = await asked(wanted);
"""
# Reads both numbers at each refresh of the screen for so many milliseconds: [[camera, returned], …], -1 = not readable.
_READ = """async (returned, {milliseconds, bits, width, height}) => {
    const camera = document.createElement("video");
    Object.assign(camera, {srcObject: window.camera, muted: true});
    await camera.play();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [4, 8 * bits];
    const pen = canvas.getContext("2d", {willReadFrequently: true});
    const bit = (pixels, k) => {
        let sum = 0;
        for (const y of [1, 2]) for (const x of [1, 2]) sum += pixels[4 * ((4 * k + y) * 4 + x) + 1];
        return sum / 4 > 128 ? 1 : 0;
    };
    const number = video => {
        const [wide, high] = [video.videoWidth, video.videoHeight];
        pen.drawImage(video, 0, 0, width * wide, height * high, 0, 0, canvas.width, canvas.height);
        const pixels = pen.getImageData(0, 0, canvas.width, canvas.height).data;
        let found = 0;
        for (let k = 0; k < bits; k++) {
            // Each bit stands beside its opposite, so that a blend of two frames is not taken for a third.
            if (bit(pixels, 2 * k) === bit(pixels, 2 * k + 1)) return -1;
            found = 2 * found + bit(pixels, 2 * k);
        }
        return found;
    };
    const read = [], end = performance.now() + milliseconds;
    while (performance.now() < end) {
        await new Promise(requestAnimationFrame);
        read.push([number(camera), number(returned)]);
    }
    camera.srcObject = null;
    return read;
}"""


@dataclass(frozen=True, slots=True)
class Delay:
    """How far a returned picture is behind the camera: frames (median and 90th percentile), the share at four or less,
    the share of looks in which both numbers could be read, and how many different pictures came back per second."""

    name: str
    median: float
    p90: float
    at_most_4: float
    readable: float
    shown_fps: float


def glass(clip: Path, seconds: float, turns: int) -> tuple[Delay, ...]:
    """Echo and physio in turns, each for so many seconds a turn, in one browser after the other's session is over."""
    read: dict[str, list[np.ndarray]] = {"echo": [], "physio": []}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        write_numbered_camera(clip, folder / "camera.mjpeg")
        browser = stack.enter_context(_browser(folder / "camera.mjpeg"))
        servers = {name: stack.enter_context(_server(folder / name, name)) for name in read}
        for _ in range(turns):
            for name, server in servers.items():
                read[name].append(_look(name, browser, server, seconds))
    return tuple(delay(name, np.concatenate(looks), seconds * turns) for name, looks in read.items())


def delay(name: str, read: np.ndarray, seconds: float) -> Delay:
    """From pairs (K, 2) of the camera's and the returned number, -1 = not readable."""
    both = read[(read >= 0).all(axis=1)]
    behind = (both[:, 0] - both[:, 1]) % NUMBERS
    shown_fps = np.count_nonzero(np.diff(both[:, 1])) / seconds
    return Delay(
        name,
        float(np.median(behind)),
        float(np.percentile(behind, 90)),
        float(np.mean(behind <= 4)),
        len(both) / len(read),
        float(shown_fps),
    )


def write_numbered_camera(clip: Path, target: Path) -> None:
    """The clip forwards and back again, with a number on each frame, as a camera that Chromium shows for ever."""
    once = [frame.image for frame in islice(VideoSource(clip), NUMBERS // 2)]
    write_mjpeg([numbered(image, k) for k, image in enumerate([*once, *once[::-1]])], target, CAMERA_FPS)


def numbered(image: Image, number: int) -> Image:
    """A copy with the number in binary at the left edge: each bit a block, white for 1, and its opposite below."""
    bits = [number >> k & 1 for k in reversed(range(BITS))]
    blocks = np.array([[255 * bit, 255 * (1 - bit)] for bit in bits], np.uint8).reshape(-1, 1, 1)
    marked = image.copy()
    marked[:STRIP_HEIGHT_PX, :STRIP_WIDTH_PX] = blocks.repeat(STRIP_HEIGHT_PX // len(blocks), axis=0)
    return marked


@contextmanager
def _browser(camera: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        flags = [*FLAGS, *FAKE_CAMERA, f"--use-file-for-fake-video-capture={camera}"]
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=flags)
        yield browser
        browser.close()


@contextmanager
def _server(folder: Path, name: str) -> Iterator[Server]:
    folder.mkdir()
    server = Server(folder) if name == "physio" else Server(folder, ECHO)
    yield server
    server.end()


def _look(name: str, browser: Browser, server: Server, seconds: float) -> np.ndarray:
    page = new_page(browser)
    page.add_init_script(_KEEP_CAMERA)
    if name == "physio":
        live = LivePage(page, server)
        live.start("Squat")
        page.get_by_text("Mirror image").click()  # the numbers are read where the camera has them
        frame = live.frame
    else:
        page.goto(server.url)
        frame = page.frame_locator('iframe[title*="webrtc_streamer"]')
        frame.get_by_role("button", name="Start").click(timeout=_WAIT_MS)
    video = _playing(frame)
    page.wait_for_timeout(_WARM_UP_MS)
    asked = {
        "milliseconds": 1000 * seconds,
        "bits": BITS,
        "width": STRIP_WIDTH_PX / CAMERA_SIZE[0],
        "height": STRIP_HEIGHT_PX / CAMERA_SIZE[1],
    }
    read = np.array(video.evaluate(_READ, asked))
    page.context.close()
    return read


def _playing(frame: FrameLocator) -> Locator:
    video = frame.locator("video")
    video.wait_for(timeout=_WAIT_MS)
    video.evaluate(
        "async video => { while (!video.videoWidth) await new Promise(done => setTimeout(done, 50)); }", None
    )
    return video
