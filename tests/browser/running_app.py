"""A running app, headless Chromium, and a real video as its camera.

The server holds the database, so whoever wants to look into it waits until the server is gone.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from time import monotonic

import av
import numpy as np
from playwright.sync_api import Browser, Page

from physio.capture.video import VideoSource
from physio.config import ROOT
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
from physio.types import FloatArray, Image

CAMERA_SIZE = (640, 480)
CLIP = ROOT / "data" / "demo" / "squat.mp4"
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--mute-audio"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)
FAKE_CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")


def chromium_path() -> str | None:
    return os.environ.get("PHYSIO_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def write_camera(source: Path, target: Path) -> None:
    """The video, filled into the camera's size, as motion JPEG."""
    with av.open(str(source)) as video:
        write_mjpeg((_filled(frame) for frame in video.decode(video=0)), target, 30)


def _filled(frame: av.VideoFrame) -> Image:
    width, height = CAMERA_SIZE
    scale = max(width / frame.width, height / frame.height)
    image = frame.to_ndarray(
        width=int(np.ceil(frame.width * scale)), height=int(np.ceil(frame.height * scale)), format="rgb24"
    )
    top, left = (image.shape[0] - height) // 2, (image.shape[1] - width) // 2
    return image[top : top + height, left : left + width]


def write_two_people(target: Path) -> None:
    """Somebody who squats side-on beside somebody who faces the camera, as motion JPEG: two demo clips in halves."""
    width = CAMERA_SIZE[0]
    names = ("squat.mp4", "lateral_raise.mp4")
    sides = [[frame.image for frame in VideoSource(ROOT / "data" / "demo" / name)] for name in names]
    halves = ([image[:, width // 4 : 3 * width // 4] for image in pair] for pair in zip(*sides, strict=False))
    write_mjpeg((np.hstack(both) for both in halves), target, 15)


def write_mjpeg(images: Iterable[Image], target: Path, fps: int) -> None:
    """Images (H, W, 3) RGB of the camera's size as motion JPEG, which Chromium shows as its camera again and again."""
    with av.open(str(target), "w", format="mjpeg") as out:
        stream = out.add_stream("mjpeg", rate=fps)
        stream.width, stream.height = CAMERA_SIZE
        stream.pix_fmt = "yuvj420p"
        for image in images:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
            out.mux(stream.encode(frame.reformat(format="yuvj420p")))
        out.mux(stream.encode(None))


class Server:
    """A running app with a database of its own, in which P001 and P002 are known. script: what Streamlit runs."""

    def __init__(self, data_dir: Path, script: str = "app.py"):
        self.data_dir = data_dir
        self.script = script
        self.database = data_dir / "physio.duckdb"
        if not self.database.exists():
            with_patients(self.database)
        self.start()

    def start(self) -> None:
        """Run it on a free port and wait until it answers."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = (self.data_dir / "server.log").open("ab")
        command = [sys.executable, "-m", "streamlit", "run", self.script, "--server.headless", "true"]
        self.process = subprocess.Popen(
            [*command, "--server.port", str(self.port)],
            cwd=ROOT,
            env={**os.environ, "PHYSIO_DATA": str(self.data_dir)},
            stdout=self.log,
            stderr=self.log,
        )
        self._wait_until_it_answers()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def _wait_until_it_answers(self) -> None:
        limit = monotonic() + 60
        while monotonic() < limit:
            assert self.process.poll() is None, self.output()
            with suppress(OSError), urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:
                if answer.read() == b"ok":
                    return
        raise AssertionError(f"the server did not answer: {self.output()}")

    def output(self) -> str:
        return (self.data_dir / "server.log").read_text(errors="replace")

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End the process and wait for it; killed by default, so that nothing is tidied up afterwards."""
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(30)
        self.log.close()

    def store(self) -> Store:
        """The database, once the server is gone."""
        assert self.process.poll() is not None, "the server still holds the database"
        return Store(self.database)


def with_patients(database: Path) -> None:
    store = Store(database)
    records = store.acting_as(LOCAL_USER)
    records.patients.add("P001", "A. Berger")
    records.patients.add("P002", "B. Lind")
    store.close()


def new_page(browser: Browser, locale: str = "en-US") -> Page:
    """A page of a user of its own."""
    return browser.new_context(viewport={"width": 1280, "height": 800}, locale=locale).new_page()


class LivePage:
    """The live page as a user sees it."""

    def __init__(self, page: Page, server: Server, patient: str = "P001"):
        self.page = page
        self.page.goto(f"{server.url}/?patient={patient}")
        self.frame = self.page.frame_locator('iframe[title*="webrtc_streamer"]')
        self.frame.get_by_role("button", name="Turn camera on").wait_for(timeout=30_000)

    def choose(self, label: str, option: str) -> None:
        self.page.get_by_role("combobox", name=label).click()
        self.page.get_by_role("option", name=option, exact=True).click()
        self.page.wait_for_timeout(500)

    def start(self, exercise: str = "Squat") -> None:
        """Choose the exercise, switch the camera on, and record after the countdown."""
        self.choose("Exercise", exercise)
        self.camera_on()
        self.begin()

    def target(self, reps: int) -> None:
        """So many repetitions are to be done."""
        fields = "document.querySelectorAll('[data-testid=stNumberInputField]').length"
        self.page.wait_for_function(f"{fields} === 1")  # that of the exercise chosen before has gone
        field = self.page.get_by_test_id("stNumberInputField")
        field.fill(str(reps))
        field.press("Enter")
        self.page.wait_for_timeout(500)

    def camera_on(self) -> None:
        """Switch it on and wait for the checks of the preview."""
        self.frame.get_by_role("button", name="Turn camera on").click()
        self.page.locator(".ph-checks span").first.wait_for(timeout=60_000)  # of the first frame

    def begin(self) -> None:
        """Press the button of the preview and wait until it records."""
        self.page.locator(".st-key-live_begin button").click()
        self.wait_for_numbers()

    def wait_for_numbers(self) -> None:
        """Until it records."""
        self.page.wait_for_selector(".ph-tiles", timeout=60_000)

    def stop(self) -> None:
        """Stop the recording; the camera stays on."""
        self.page.locator(".st-key-live_stop button").click()
        self.page.get_by_text("Session saved").wait_for(timeout=20_000)

    def number(self, label: str) -> str:
        """What the tile of this label says, its first word."""
        tile = self.page.locator(".ph-tile", has_text=label).first
        return tile.locator(".ph-value").inner_text().split()[0]

    def wait_for_reps(self, count: int, timeout_s: float = 40) -> None:
        self.page.wait_for_function(
            "count => parseInt(document.querySelector('.ph-tiles .ph-value')?.innerText) >= count",
            arg=count,
            timeout=timeout_s * 1000,
        )

    def columns(self) -> FloatArray:
        """How bright each of 64 columns of the shown picture is, from its left to its right."""
        script = """video => {
            const canvas = document.createElement("canvas");
            canvas.width = 64; canvas.height = 48;
            const pen = canvas.getContext("2d");
            pen.drawImage(video, 0, 0, 64, 48);
            const data = pen.getImageData(0, 0, 64, 48).data, sums = new Array(64).fill(0);
            for (let i = 0; i < data.length / 4; i++) sums[i % 64] += data[4 * i] + data[4 * i + 1] + data[4 * i + 2];
            return sums.map(sum => sum / 144);
        }"""
        return np.array(self.frame.locator("video").evaluate(script))

    def overlay_share(self) -> float:
        """The share of the shown picture that has the skeleton's colours (correct green or deviating blue)."""
        script = """video => {
            const canvas = document.createElement("canvas");
            canvas.width = video.videoWidth; canvas.height = video.videoHeight;
            const pen = canvas.getContext("2d");
            pen.drawImage(video, 0, 0);
            const data = pen.getImageData(0, 0, canvas.width, canvas.height).data;
            const wanted = [[0, 158, 115], [0, 114, 178]];
            let hits = 0;
            for (let i = 0; i < data.length; i += 4)
                if (wanted.some(c => Math.hypot(c[0] - data[i], c[1] - data[i + 1], c[2] - data[i + 2]) < 45)) hits++;
            return hits / (data.length / 4);
        }"""
        return float(self.frame.locator("video").evaluate(script))
