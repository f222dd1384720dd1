"""What can go wrong with the database, as errors that say what to do."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import duckdb

from physio.errors import StoreError, StoreLockedError

Location = Path | Literal[":memory:"]

_HOLDER = re.compile(r"(?:held in|open in)\s+(?P<program>.+?) \(PID (?P<pid>\d+)\)")
_LOCKED = ("Could not set lock", "Conflicting lock", "being used by another process", "already open in")
_SIGNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "storage.disk_full",
        ("No space left", "File too large", "not enough space", "Disk quota exceeded", "disk is full"),
    ),
    (
        "storage.not_allowed_to_write",
        ("Permission denied", "Read-only file system", "read-only mode", "Access is denied"),
    ),
    (
        "storage.damaged",
        ("Corrupt", "corrupt", "Could not read enough bytes", "replaying WAL", "Serialization Error", "checksum"),
    ),
)


@contextmanager
def as_store_errors(path: Location) -> Iterator[None]:
    """Turn what the engine or the file system raises inside into a StoreError about the database at path."""
    try:
        yield
    except (duckdb.Error, OSError) as error:
        raise _store_error(error, path) from error


def _store_error(error: Exception, path: Location) -> StoreError:
    text = str(error)
    where, problem = str(path), text.splitlines()[0] if text else repr(error)
    if any(sign in text for sign in _LOCKED):
        if holder := _HOLDER.search(text):
            return StoreLockedError("storage.locked_by", path=where, pid=holder["pid"], program=holder["program"])
        return StoreLockedError("storage.locked", path=where)
    for code, signs in _SIGNS:
        if any(sign in text for sign in signs):
            return StoreError(code, path=where, problem=problem)
    return StoreError("storage.failed", path=where, problem=problem)
