"""When a video was recorded, as its file says."""

from collections.abc import Mapping
from datetime import UTC, datetime

from av.container import InputContainer

_WITH_ZONE = "com.apple.quicktime.creationdate"
_NAMES = (_WITH_ZONE, "creation_time", "date")
"""In the order in which they are believed: an iPhone writes the recording's own time with its zone beside a
creation_time that becomes the export's when the video was edited."""
EARLIEST_CLOCK = datetime(2001, 1, 1, tzinfo=UTC)
"""Clocks that were never set begin in 1904, 1970, 1980 or 2000."""


def recorded_at(container: InputContainer, now: datetime | None = None) -> datetime | None:
    """When the recording was made, aware; None when the file does not say it, or what cannot be: before
    EARLIEST_CLOCK, or after now (None: the clock's). A time without a zone is taken for this computer's."""
    latest = now or datetime.now(UTC)
    for tags in (container.metadata, *(stream.metadata for stream in container.streams)):
        for name in _NAMES:
            found = _moment(tags, name)
            if found is not None and EARLIEST_CLOCK < found <= latest:
                return found
    return None


def _moment(tags: Mapping[str, str], name: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(tags[name].strip())
        if name == "date" and found.time() == datetime.min.time():
            return None  # a day or a mere year
        return found.astimezone(UTC)
    except (KeyError, ValueError, OverflowError, OSError):  # absent, no time, or one that no clock here can show
        return None
