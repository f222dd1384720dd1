"""The store: everything that physio remembers, in one DuckDB file. Any thread may call any method."""

import threading
from datetime import timedelta
from pathlib import Path
from weakref import WeakValueDictionary

from physio.errors import StoreError
from physio.storage.calibrations import Calibrations
from physio.storage.closing import summary_metrics
from physio.storage.export import Exporter
from physio.storage.reading import Reader
from physio.storage.trouble import Location
from physio.storage.writing import Writer
from physio.types import EndReason


class Store(Reader, Writer, Exporter, Calibrations):
    """One open database, or one in memory for tests and for scoring without saving.

    Raises StoreLockedError when another process has it open, StoreError when it cannot be read or written or when this
    process has it open already: see open_store."""

    def __init__(self, path: Location):
        if path == ":memory:":
            super().__init__(path)
            return
        key = path.expanduser().resolve()
        with _opening:
            if _open_now(key) is not None:
                raise StoreError(f"The database {path} is open in this process already: share its Store.")
            super().__init__(key)
            _open_stores[key] = self

    def recover_interrupted(self) -> list[str]:
        """End the sessions that a process left open when it died, with the summary of what was stored; returns their
        ids. Sessions that run in this process are left alone. Call it once, when the program starts."""
        lost = [session for session in self.sessions() if session.ended_at is None and not self.is_running(session.id)]
        for session in lost:
            metrics = summary_metrics(self, session.id)
            ended_at = session.started_at + timedelta(seconds=metrics.get("duration_s", 0.0))
            self.end_session(session.id, EndReason.INTERRUPTED, metrics, ended_at=ended_at)
        return [session.id for session in lost]


# A file may be open only once in a process, whoever asks, or `compact` would swap the file under another connection.
_open_stores: WeakValueDictionary[Path, Store] = WeakValueDictionary()
_opening = threading.RLock()


def open_store(path: Path) -> Store:
    """The process's one Store for this file, opened when nobody holds it yet."""
    with _opening:
        return _open_now(path.expanduser().resolve()) or Store(path)


def _open_now(key: Path) -> Store | None:
    store = _open_stores.get(key)
    return None if store is None or store.closed else store
