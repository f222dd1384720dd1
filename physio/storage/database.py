"""The one connection to DuckDB that a process holds: operations, checkpoints, and writing the file anew.

Every operation takes a cursor of its own, so any thread may call; writing operations take turns.
"""

import logging
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from physio.errors import StoreError
from physio.metrics import FRAME_COLUMNS
from physio.storage.database_errors import Location, as_store_errors
from physio.storage.migrations import add_metric_columns, migrate

CHECKPOINT_FROM_BYTES = 16 << 20
STORAGE_VERSION = "v1.5.0"
"""How new files are laid out: so that DuckDB 1.5 opens them too (docs/decisions/0013)."""
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    # physio works offline: never let the engine fetch an extension by itself.
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
    # A commit only ever writes to the log. If it also moved the log into the file and the disk were full, the engine
    # would refuse all further work, reading included, until it is restarted. `_checkpoint_if_due` does it instead.
    "checkpoint_threshold": "1TB",
    "memory_limit": "256MB",
    "storage_compatibility_version": STORAGE_VERSION,
}

_NEWER_LAYOUTS = ("v2",)

log = logging.getLogger(__name__)


class Database:
    """A connection with the current schema. Raises StoreLockedError when another process holds the file, StoreError
    when it cannot be opened; both say what to do.

    running: the ids of the sessions and analyses that this process has started and not ended; changed only inside
    `writing`."""

    def __init__(self, path: Location):
        self.path = path
        self.running: set[str] = set()
        self._gate = _Gate()
        self._write_lock = threading.Lock()
        self._broken = False
        self._closed = False
        self._connection = _connect(path)
        try:
            with as_store_errors(path):
                migrate(self._connection)
                add_metric_columns(self._connection, FRAME_COLUMNS)
        except StoreError:
            self._connection.close()
            raise
        self._lay_out_as_decided()

    @property
    def closed(self) -> bool:
        """Whether close was called."""
        return self._closed

    @property
    def file_bytes(self) -> int:
        """How much disk the database takes, its log included; 0 in memory."""
        return 0 if self.path == ":memory:" else _size(self.path) + _size(_log_of(self.path))

    @property
    def storage_version(self) -> str:
        """How the file is laid out, as the engine calls it."""
        with self.reading() as cursor:
            sql = "select tags['storage_version'] from duckdb_databases() where database_name = current_database()"
            ((version,),) = cursor.execute(sql).fetchall()
        return str(version or "")

    def close(self) -> None:
        """Close the file. Waits for operations that run; later ones raise StoreError."""
        with self._write_lock, self._gate.alone():
            self._closed = True
            self._connection.close()

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for one operation. Operations of one thread are not nested."""
        self._reconnect_if_broken()
        with as_store_errors(self.path), self._gate.shared():
            if self._closed:
                raise StoreError("storage.closed", path=str(self.path))
            cursor = self._connection.cursor()
            try:
                yield cursor
            except duckdb.FatalException:
                self._broken = self.path != ":memory:"
                raise
            finally:
                cursor.close()

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor in a transaction of its own: all of it is stored, or nothing."""
        with self._write_lock, self.reading() as cursor:
            cursor.begin()
            try:
                yield cursor
                cursor.commit()
            except BaseException:
                with suppress(duckdb.Error):
                    cursor.rollback()
                raise
        self._checkpoint_if_due()

    def _reconnect_if_broken(self) -> None:
        """After a fatal error the engine refuses everything until all its connections were closed."""
        if self._broken:
            with self._gate.alone():
                if self._broken and not self._closed:
                    self._connection.close()
                    self._connection = _connect(self.path)
                    self._broken = False

    def _checkpoint_if_due(self) -> None:
        """Move a large log into the file, if the disk surely has room for it."""
        if self.path == ":memory:":
            return
        log_bytes = _size(_log_of(self.path))
        if log_bytes < CHECKPOINT_FROM_BYTES or free_bytes(self.path) < 4 * log_bytes:
            return
        try:
            with self._write_lock, self.reading() as cursor:
                cursor.execute("checkpoint")
        except StoreError:
            log.warning("the log of %s could not be moved into it yet", self.path, exc_info=True)

    def compact(self) -> None:
        """Write the database anew without what was deleted: DuckDB leaves deleted rows readable inside the file until
        their place is needed. Takes about 2 s per 100 MB and that much free disk; everything else waits. Raises
        StoreError, and keeps the database as it was, when that fails."""
        if self.path == ":memory:":
            return
        self._reconnect_if_broken()
        fresh = self.path.with_name(self.path.name + ".compacting")
        with self._write_lock, as_store_errors(self.path), self._gate.alone():
            _remove(fresh)
            try:
                _copy(self._connection, self.path, fresh)
                self._connection.close()  # moves the log into the file and removes it
                if _log_of(self.path).exists():
                    raise StoreError("storage.disk_full", path=str(self.path), problem="the log stays")
                os.replace(fresh, self.path)
            finally:
                _remove(fresh)
                self._broken = True  # reconnect, now or with the next operation
        self._reconnect_if_broken()

    def _lay_out_as_decided(self) -> None:
        """Write a file of a newer layout anew, once, if the disk surely has room for it."""
        newer = self.storage_version.startswith(_NEWER_LAYOUTS)
        if not newer or isinstance(self.path, str) or free_bytes(self.path) < 2 * self.file_bytes:
            return
        try:
            self.compact()
        except StoreError:
            log.warning("%s could not be written anew as %s", self.path, STORAGE_VERSION, exc_info=True)


class _Gate:
    """Any number of operations at a time, or one that swaps the connection under them alone."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0

    @contextmanager
    def shared(self) -> Iterator[None]:
        with self._changed:
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: self._inside == 0)
            yield  # the lock is held: nobody gets in


def _connect(path: Location) -> duckdb.DuckDBPyConnection:
    with as_store_errors(path):
        if path != ":memory:":
            path.parent.mkdir(parents=True, exist_ok=True)
            _check_kind(path)
        return duckdb.connect(str(path), config=_CONFIG)


def _check_kind(path: Path) -> None:
    """DuckDB files carry DUCK after 8 bytes. Checked here because DuckDB would try to open other kinds by extension."""
    if path.is_file():
        with path.open("rb") as file:
            if file.read(12)[8:] != b"DUCK":
                raise StoreError("storage.not_a_database", path=str(path))


def _copy(connection: duckdb.DuckDBPyConnection, path: Path, fresh: Path) -> None:
    ((name,),) = connection.execute("select current_database()").fetchall()
    connection.execute(f"attach {quoted(str(fresh))} as fresh (storage_version '{STORAGE_VERSION}')")
    try:
        connection.execute(f'copy from database "{name}" to fresh')
    finally:
        connection.execute("detach fresh")


def quoted(text: str) -> str:
    """A text as SQL: for what takes no parameter, such as the name of a file (DuckDB 1.5)."""
    return "'" + text.replace("'", "''") + "'"


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def free_bytes(path: Path) -> int:
    """How much room the disk of this file has."""
    return shutil.disk_usage(path.parent).free


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    _log_of(path).unlink(missing_ok=True)
