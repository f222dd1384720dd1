"""Live sessions at once, fed at 30 frames a second without a browser: how fast each is, and whether all are served."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np

from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise
from physio.live.session import LiveSession
from physio.live.sessions import LiveSessions
from physio.live.snapshot import LiveSetup
from physio.networks.assets import ModelPaths
from physio.storage.recorder import Recorder
from physio.storage.store import open_store
from physio.storage.user import LOCAL_USER
from physio.types import EndReason

CAMERA_FPS = 30
WARM_UP_S = 2.0
CLIP_FRAMES = 60
_TICKS = 90_000


@dataclass(frozen=True, slots=True)
class Share:
    """So many sessions at once: frames per second of all together, of each, the slowest's as a share of the fastest's,
    and milliseconds that a frame takes from camera to overlay (median and 95th percentile, over all sessions)."""

    sessions: int
    fps: float
    fps_each: tuple[float, ...]
    fairness: float
    median_ms: float
    p95_ms: float


@contextmanager
def sessions_room(models: ModelPaths) -> Iterator[LiveSessions]:
    """Where sessions can be started: a store with a patient BENCH in a file of its own, and its recorder."""
    with ExitStack() as stack:
        store = open_store(Path(stack.enter_context(TemporaryDirectory())) / "bench.duckdb")
        stack.callback(store.close)
        records = store.acting_as(LOCAL_USER)
        records.patients.add("BENCH", "Bench")
        yield LiveSessions(models, records, stack.enter_context(Recorder(store)))


def share(clip: Path, models: ModelPaths, exercise: Exercise, sessions: int, seconds: float) -> Share:
    """So many sessions at once for so long."""
    with sessions_room(models) as room:
        setup = LiveSetup("BENCH", Assignment(exercise))
        feeds = [Feed(room.start(setup), clip) for _ in range(sessions)]
        start_s = time.perf_counter() + 0.1
        threads = [threading.Thread(target=feed.run, args=(start_s, seconds)) for feed in feeds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        room.close_all(EndReason.COMPLETED)
    fps = tuple(len(feed.spent_ms) / seconds for feed in feeds)
    spent_ms = np.concatenate([feed.spent_ms for feed in feeds])
    return Share(
        sessions, sum(fps), fps, min(fps) / max(fps), float(np.median(spent_ms)), float(np.percentile(spent_ms, 95))
    )


class Feed:
    """A camera: whenever the session is done with a frame it gets the newest, and those between are dropped."""

    def __init__(self, session: LiveSession, clip: Path):
        self._session = session
        with av.open(str(clip)) as container:
            once = list(islice(container.decode(video=0), CLIP_FRAMES))
        self._frames = [*once, *once[-2:0:-1]]  # forwards and back again, so that nobody jumps
        self.spent_ms: list[float] = []

    def run(self, start_s: float, seconds: float) -> None:
        """Feed the session from start_s on, time.perf_counter(); what it took is noted after WARM_UP_S."""
        last = -1
        while (now_s := time.perf_counter() - start_s) < WARM_UP_S + seconds:
            newest = int(now_s * CAMERA_FPS)
            if newest == last:
                time.sleep(max(0.0, (last + 1) / CAMERA_FPS - now_s))
                continue
            self._session.on_frame(self.frame(newest), dropped=newest - last - 1)
            if now_s >= WARM_UP_S:
                self.spent_ms.append(1000 * (time.perf_counter() - start_s - now_s))
            last = newest

    def frame(self, index: int) -> av.VideoFrame:
        """The camera's frame of that number, from 0."""
        frame = self._frames[index % len(self._frames)]
        frame.pts, frame.time_base = index * _TICKS // CAMERA_FPS, Fraction(1, _TICKS)
        return frame
