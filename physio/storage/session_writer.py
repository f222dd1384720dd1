"""The rows of one running session, from the thread that measures to the store."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from physio.errors import StoreError
from physio.messages import Message
from physio.storage.acting import Records
from physio.storage.closing import close_session
from physio.storage.repository import SessionGoneError
from physio.storage.rows import Rows, joined, rows_of
from physio.therapy.alerts import Alert
from physio.types import EndReason, FrameResult, RejectedRep, Rep

MAX_WAITING_FRAMES = 300_000
"""What is kept in memory while the disk takes nothing: nearly three hours at 30 frames/s, about 170 MB."""
MAX_ARRIVED_FRAMES = 20_000
"""What is kept, at 5 kB a frame, while a write hangs."""
RETRY_AFTER_S = 2.0
STALE_GRACE_S = 5.0
_JOINED_PARTS = 256

log = logging.getLogger(__name__)


class SessionWriter:
    """Takes results at any rate and stores them in batches. Made by Recorder.open, whose thread calls `tick`.

    When the disk is full or the database fails, everything stays in memory, `error` says what is wrong, and writing is
    tried again every RETRY_AFTER_S until it works.
    """

    def __init__(
        self,
        records: Records,
        session_id: str,
        on_stale: Callable[[], None] | None = None,
        stale_after_s: float | None = None,
    ):
        self.session_id = session_id
        self._records = records
        self._analysis_id = records.analyses.counting(session_id).id
        self._on_stale = on_stale
        self._stale_after_s = stale_after_s
        self._lock = threading.Lock()  # guards what add touches; held for microseconds
        self._arrived: list[FrameResult] = []
        self._last_reps: tuple[Rep, ...] = ()
        self._last_rejected: tuple[RejectedRep, ...] = ()
        self._doubts: tuple[Message, ...] = ()
        self._last_add_s = time.monotonic()
        self._stale = False
        self._reason: EndReason | None = None
        self._ended_at: datetime | None = None
        self._io_lock = threading.Lock()  # held while writing
        self._waiting: list[Rows] = []
        self._waiting_frames = 0
        self._alerts: list[Alert] = []
        self._dropped = 0
        self._retry_s = 0.0
        self._error: Message | None = None
        self._ended = threading.Event()

    @property
    def error(self) -> Message | None:
        """Why the last attempt to store failed, for the user; None when all is well."""
        return self._error

    @property
    def dropped(self) -> int:
        """Frames lost because nothing could be stored for hours."""
        return self._dropped

    @property
    def ended(self) -> bool:
        """Whether the session is closed and everything of it stored (or the session was deleted)."""
        return self._ended.is_set()

    def add(self, result: FrameResult) -> None:
        """Take one result. Never waits for the disk and never raises; after the end it does nothing."""
        with self._lock:
            if self._reason is not None:
                return
            self._last_add_s = time.monotonic()
            if self._waiting_frames >= MAX_WAITING_FRAMES or len(self._arrived) >= MAX_ARRIVED_FRAMES:
                self._dropped += 1
            else:
                seen = replace(result.observation, face=None)  # the face is large and is never stored
                self._arrived.append(replace(result, observation=seen))

    def add_alert(self, alert: Alert) -> None:
        """An alert for the record. Never waits for the disk and never raises; after the end it does nothing."""
        with self._lock:
            if self._reason is None:
                self._alerts.append(alert)

    def end(
        self,
        reason: EndReason,
        reps: Sequence[Rep] = (),
        rejected: Sequence[RejectedRep] = (),
        doubts: Sequence[Message] = (),
    ) -> None:
        """Store what is left, with the repetitions that close with the end, then the summary, and close the session.
        doubts: what makes it doubtful beyond what its frames show.

        Any thread may call it, any number of times; the first reason counts. When storing fails it returns all the
        same, and the recorder's thread goes on trying as long as the process lives."""
        with self._lock:
            if self._reason is None:
                self._reason, self._ended_at = reason, datetime.now(UTC)
                self._last_reps, self._last_rejected = tuple(reps), tuple(rejected)
                self._doubts = tuple(doubts)
        with self._io_lock:
            self._attempt()

    def flush(self) -> bool:
        """Store what has arrived; False when that failed."""
        with self._io_lock:
            self._attempt()
            return not self._error

    def discard(self) -> None:
        """End the session and remove it from the store. Raises StoreError when that fails."""
        with self._lock:
            self._reason = self._reason or EndReason.CANCELLED
        with self._io_lock:
            self._forget()
            self._records.sessions.discard(self.session_id)

    def tick(self) -> None:
        """What the recorder's thread does for this session: write, try again, and watch for frames that stopped."""
        with self._io_lock:
            self._collect()
            if time.monotonic() >= self._retry_s:
                self._attempt()
        if self._stale_now():
            threading.Thread(target=self._end_stale, name=f"stale-{self.session_id}", daemon=True).start()

    def _stale_now(self) -> bool:
        """True once, when no frame has come for too long."""
        with self._lock:
            if self._stale_after_s is None or self._stale or self._reason is not None:
                return False
            self._stale = time.monotonic() - self._last_add_s > self._stale_after_s
            return self._stale

    def _end_stale(self) -> None:
        """Let the owner end the session, which may know of repetitions that close now; end it if they do not."""
        try:
            if self._on_stale is not None:
                self._on_stale()
                self._ended.wait(STALE_GRACE_S)
        finally:
            self.end(EndReason.FRAMES_STOPPED)

    # -- under _io_lock ----------------------------------------------------------------------------------------------

    def _collect(self) -> None:
        """Turn what has arrived into compact rows."""
        with self._lock:
            results, self._arrived = self._arrived, []
            reps, self._last_reps = self._last_reps, ()
            rejected, self._last_rejected = self._last_rejected, ()
        if results or reps or rejected:
            self._waiting.append(rows_of(results, reps, rejected))
        with self._lock:
            self._waiting_frames += len(results)

    def _attempt(self) -> None:
        """Store all that waits, and the end if it has come. On failure everything stays for the next attempt."""
        if self._ended.is_set():
            return
        ending = self._reason  # read before collecting: nothing is added after it is set
        self._collect()
        self._retry_s = time.monotonic() + RETRY_AFTER_S
        try:
            while self._waiting:
                self._store_some()
            self._store_alerts()
            if ending is not None:
                close_session(self._records, self.session_id, ending, ended_at=self._ended_at, further=self._doubts)
                self._ended.set()
            self._error, self._retry_s = None, 0.0
        except SessionGoneError as error:
            self._error = error.message
            self._forget()
        except StoreError as error:
            if not self._error:
                log.error("session %s: %s", self.session_id, error)
            self._error = error.message

    def _store_some(self) -> None:
        rows = joined(self._waiting[:_JOINED_PARTS])
        self._records.analyses.append(self._analysis_id, rows)
        del self._waiting[:_JOINED_PARTS]
        with self._lock:
            self._waiting_frames -= len(rows.t_s)

    def _store_alerts(self) -> None:
        while self._alerts:
            self._records.sessions.add_alert(self.session_id, self._alerts[0])
            del self._alerts[0]

    def _forget(self) -> None:
        with self._lock:
            self._arrived, self._waiting, self._waiting_frames, self._alerts = [], [], 0, []
            self._reason = self._reason or EndReason.FAILED
        self._ended.set()
