"""What one gets for a video that was handed in to be scored."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import replace
from pathlib import Path

from physio.errors import CancelledError, PhysioError
from physio.scoring.progress import ScoringProgress
from physio.scoring.result import ScoredVideo

_WAIT_S = 0.5


class Ticket:
    """One video, waiting, being scored, or scored. Any thread may call any method.

    `report`, `settle` and `stop_with` are for those who score; what comes after the end is ignored.
    """

    def __init__(self, video: Path):
        self.video = video
        self.progress = ScoringProgress()
        self._begun: Future[None] = Future()
        self._outcome: Future[ScoredVideo] = Future()
        self._lock = threading.RLock()  # what is called when it is done may ask for it again
        self._stop: Callable[[], None] | None = None

    @property
    def started(self) -> bool:
        """Whether somebody works on it, or did."""
        return self._begun.done()

    @property
    def done(self) -> bool:
        """Whether it is scored, has failed or was cancelled."""
        return self._outcome.done()

    def cancel(self) -> None:
        """Give up this video, now; nothing happens when it is done."""
        self.settle(CancelledError("scoring.cancelled", name=self.video.name))

    def wait(self, timeout_s: float) -> bool:
        """Wait for the end, so long at most; whether it is done."""
        wait([self._outcome], timeout_s)
        return self.done

    def result(self) -> ScoredVideo:
        """Wait for the end. Raises PhysioError when the video could not be scored, CancelledError when it was
        cancelled."""
        while not self.wait(_WAIT_S):
            pass  # on Windows, Ctrl-C does not end a wait without a limit
        return self._outcome.result()

    def when_started(self, act: Callable[[], object]) -> None:
        """Call act when the work on it begins: in the thread that does it, or now."""
        self._begun.add_done_callback(lambda _: act())

    def when_done(self, act: Callable[[], object]) -> None:
        """Call act once it is done: in the thread that settles it, or now."""
        self._outcome.add_done_callback(lambda _: act())

    def report(self, progress: ScoringProgress) -> None:
        """Somebody works on it, and is so far."""
        self.progress = progress
        if not self._begun.done():
            self._begun.set_result(None)

    def settle(self, outcome: ScoredVideo | PhysioError) -> None:
        """The end, once: later ones are ignored. Whoever still works on it is stopped."""
        with self._lock:
            if self._outcome.done():
                return
            if isinstance(outcome, PhysioError):
                self._outcome.set_exception(outcome)
            else:
                video = replace(outcome.video, path=self.video)
                self._outcome.set_result(replace(outcome, video=video))
            stop, self._stop = self._stop, None
        if stop is not None:
            stop()

    def stop_with(self, stop: Callable[[], None]) -> None:
        """What ends the work on this video early; called at once when it is over already."""
        with self._lock:
            if not self._outcome.done():
                self._stop = stop
                return
        stop()
