"""The recorder: one thread per process that writes the rows of all running sessions about twice a second.

A process that is killed loses less than a second; one that ends in order closes its sessions on the way out.
"""

import atexit
import logging
import threading
from collections.abc import Callable
from functools import partial
from types import TracebackType

from physio.errors import StoreError
from physio.storage.session_writer import SessionWriter
from physio.storage.store import Store
from physio.storage.user import PROGRAM
from physio.types import EndReason

FLUSH_INTERVAL_S = 0.5
JOIN_TIMEOUT_S = 5.0

log = logging.getLogger(__name__)


class Recorder:
    """Writes what SessionWriters take. Make one per process and Store; it closes itself when the process ends."""

    def __init__(self, store: Store, *, flush_interval_s: float = FLUSH_INTERVAL_S):
        self._records = store.acting_as(PROGRAM)
        self._flush_interval_s = flush_interval_s
        self._lock = threading.Lock()
        self._writers: dict[str, SessionWriter] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="physio-recorder", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def open(
        self,
        session_id: str,
        on_stale: Callable[[], None] | None = None,
        stale_after_s: float | None = None,
    ) -> SessionWriter:
        """The writer of a session that the store has started.

        When no frame comes for stale_after_s seconds, on_stale is called in a thread of its own, once, and the session
        is ended as FRAMES_STOPPED if on_stale does not end it within a few seconds."""
        with self._lock:
            if self._stop.is_set():
                raise StoreError("storage.stopping")
            if session_id in self._writers:
                raise StoreError("storage.recorded_already", id=session_id)
            writer = self._writers[session_id] = SessionWriter(self._records, session_id, on_stale, stale_after_s)
            return writer

    def close(self, reason: EndReason = EndReason.SERVER_STOPPED) -> None:
        """End the open sessions and stop the thread. Called when the process ends; may be called more than once."""
        atexit.unregister(self.close)
        with self._lock:
            self._stop.set()
        for writer in self._open_writers():
            _guarded(writer, partial(writer.end, reason))
            if not writer.ended:
                log.error("session %s could not be closed: %s", writer.session_id, writer.error)
        self._thread.join(JOIN_TIMEOUT_S)

    def _run(self) -> None:
        while not self._stop.wait(self._flush_interval_s):
            for writer in self._open_writers():
                _guarded(writer, writer.tick)

    def _open_writers(self) -> list[SessionWriter]:
        with self._lock:
            self._writers = {key: writer for key, writer in self._writers.items() if not writer.ended}
            return list(self._writers.values())

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _guarded(writer: SessionWriter, act: Callable[[], None]) -> None:
    try:
        act()
    except Exception:  # one session's fault must not stop the others from being stored
        log.exception("session %s could not be written", writer.session_id)
