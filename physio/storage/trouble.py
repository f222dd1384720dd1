"""What can go wrong with the database, in words that help."""

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
_FULL = ("No space left", "File too large", "not enough space", "Disk quota exceeded", "disk is full")
_FORBIDDEN = ("Permission denied", "Read-only file system", "read-only mode", "Access is denied")
_DAMAGED = ("Corrupt", "corrupt", "Could not read enough bytes", "replaying WAL", "Serialization Error", "checksum")


@contextmanager
def in_plain_words(path: Location) -> Iterator[None]:
    """Turn what the engine or the file system raises inside into a StoreError about the database at path."""
    try:
        yield
    except (duckdb.Error, OSError) as error:
        raise _told(error, path) from error


def _told(error: Exception, path: Location) -> StoreError:
    text = str(error)
    if any(sign in text for sign in _LOCKED):
        holder = _HOLDER.search(text)
        who = f" (process {holder['pid']}, {holder['program']})" if holder else ""
        return StoreLockedError(
            f"Another physio{who} is using the database {path}. Close the other physio, "
            "or set PHYSIO_DATA to another folder."
        )
    if any(sign in text for sign in _FULL):
        return StoreError(f"The disk is full: {path} could not be written. Free some space on it and try again.")
    if any(sign in text for sign in _FORBIDDEN):
        return StoreError(f"{path} may not be written. Allow it, or set PHYSIO_DATA to a folder that you may write to.")
    if any(sign in text for sign in _DAMAGED):
        return StoreError(
            f"The database {path} is damaged ({text.splitlines()[0]}). "
            "Put back a copy of it, or move it away to start with an empty one."
        )
    return StoreError(f"The database {path} could not do this: {text.splitlines()[0] if text else repr(error)}")
