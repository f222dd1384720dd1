"""The progress bar on stderr."""

import math
import shutil
import sys
from pathlib import Path
from typing import TextIO

from physio.batch import Progress

_BAR_WIDTH = 24
_WIPE = "\r\x1b[K"


class ProgressBar:
    """One line that is drawn over; nothing at all when the stream is not a terminal. Leaving the context wipes it."""

    def __init__(self, names: list[str], stream: TextIO | None = None):
        """names: of the videos, in order."""
        self._names = names
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()

    def show(self, index: int, state: Progress) -> None:
        """The state of the video at that index."""
        count = f"{index + 1}/{len(self._names)} " if len(self._names) > 1 else ""
        self._draw(f"{count}{Path(self._names[index]).name} {bar(state)}")

    def done(self, index: int) -> None:
        """The video at that index and all before it are scored."""
        left = len(self._names) - index - 1
        self._draw(f"{left} more …" if left else "")

    def __enter__(self) -> "ProgressBar":
        return self

    def __exit__(self, *_: object) -> None:
        self.wipe()

    def wipe(self) -> None:
        """Make room for other output."""
        self._draw("")

    def _draw(self, text: str) -> None:
        if self._live:
            # A line that is broken by the terminal could not be drawn over.
            self._stream.write(f"{_WIPE}{text[-shutil.get_terminal_size().columns + 1 :]}")
            self._stream.flush()


def bar(state: Progress) -> str:
    """The state as text: bar, per cent, speed, time left."""
    filled = round(state.fraction * _BAR_WIDTH)
    left = "" if math.isnan(state.left_s) else f"  {minutes(state.left_s)} left"
    return f"{'█' * filled}{'░' * (_BAR_WIDTH - filled)} {state.fraction:4.0%}  {state.frames_per_s:.0f} frames/s{left}"


def minutes(duration_s: float) -> str:
    """A duration as 1:05 or 1:02:05."""
    whole = round(duration_s)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
