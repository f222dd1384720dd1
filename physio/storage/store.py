"""The store: everything that physio remembers, in one DuckDB file. Any thread may call any method."""

import threading
from pathlib import Path
from weakref import WeakValueDictionary

from physio.errors import StoreError
from physio.storage.acting import Records
from physio.storage.closing import close_session
from physio.storage.database import Database
from physio.storage.database_errors import Location
from physio.storage.user import PROGRAM, User
from physio.types import EndReason


class Store(Database):
    """One open database, or one in memory for tests and for scoring without saving. What is in it is read and written
    by somebody: `acting_as`.

    Raises StoreLockedError when another process has it open, StoreError when it cannot be read or written or when this
    process has it open already: see open_store."""

    def __init__(self, path: Location):
        if path == ":memory:":
            super().__init__(path)
            return
        key = path.expanduser().resolve()
        with _opening:
            if _open_now(key) is not None:
                raise StoreError("storage.open_already", path=str(path))
            super().__init__(key)
            _open_stores[key] = self

    def acting_as(self, user: User) -> Records:
        """The store as this user has it: what they write bears their name, what they may not see does not exist."""
        return Records(self, user)

    def recover_interrupted(self) -> list[str]:
        """Put right what a process left when it died; the ids of the live sessions that were ended. They are ended with
        the summary of what was stored. Half a recording is removed, because its video is there to be scored again, and
        so are further analyses that were not finished. What runs in this process is left alone. Call it once, when the
        program starts."""
        records = self.acting_as(PROGRAM)
        unended = [one for one in records.sessions.of() if one.ended_at is None and one.id not in self.running]
        for recording in (one.id for one in unended if one.source == "recorded"):
            records.sessions.discard(recording)
        lost = [one.id for one in unended if one.source == "live"]
        for session_id in lost:
            close_session(records, session_id, EndReason.INTERRUPTED)
        for analysis in records.analyses.unfinished():
            if not analysis.counts and analysis.id not in self.running:
                records.analyses.discard(analysis.id)
        return lost


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
