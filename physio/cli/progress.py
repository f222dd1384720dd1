"""The progress bar on stderr."""

import math
import shutil
import sys
from collections.abc import Sequence
from typing import TextIO

from physio.scoring.progress import ScoringProgress
from physio.scoring.result import ScoredVideo
from physio.scoring.ticket import Ticket

_BAR_WIDTH = 24
_WIPE = "\r\x1b[K"
_REFRESH_S = 0.2


class ProgressBar:
    """One line that is drawn over; nothing at all when the stream is not a terminal. Leaving the context wipes it."""

    def __init__(self, tickets: Sequence[Ticket], stream: TextIO | None = None):
        """tickets: of the videos, in order."""
        self._tickets = tickets
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()

    def wait(self, ticket: Ticket) -> ScoredVideo:
        """The ticket's result, with the bar drawn until it is there."""
        while self._live and not ticket.wait(_REFRESH_S):
            self._draw(self._line())
        self._draw("")
        return ticket.result()

    def _line(self) -> str:
        """All videos that are being scored now: one with a bar, several with their shares."""
        running = [(i, one) for i, one in enumerate(self._tickets) if one.started and not one.done]
        if len(running) == 1:
            ((index, ticket),) = running
            return f"{self._count(index)}{ticket.video.name} {bar(ticket.progress)}"
        done = sum(one.done for one in self._tickets)
        return "  ".join(
            [f"{done}/{len(self._tickets)}", *(f"{one.video.name} {one.progress.fraction:.0%}" for _, one in running)]
        )

    def _count(self, index: int) -> str:
        return f"{index + 1}/{len(self._tickets)} " if len(self._tickets) > 1 else ""

    def __enter__(self) -> "ProgressBar":
        return self

    def __exit__(self, *_: object) -> None:
        self._draw("")

    def _draw(self, text: str) -> None:
        if self._live:
            # A line that is broken by the terminal could not be drawn over.
            self._stream.write(f"{_WIPE}{text[-shutil.get_terminal_size().columns + 1 :]}")
            self._stream.flush()


def bar(state: ScoringProgress) -> str:
    """The state as text: bar, per cent, speed, time left."""
    filled = round(state.fraction * _BAR_WIDTH)
    speed = "" if math.isnan(state.frames_per_s) else f"  {state.frames_per_s:.0f} frames/s"
    left = "" if math.isnan(state.left_s) else f"  {minutes(state.left_s)} left"
    return f"{'█' * filled}{'░' * (_BAR_WIDTH - filled)} {state.fraction:4.0%}{speed}{left}"


def minutes(duration_s: float) -> str:
    """A duration as 1:05 or 1:02:05."""
    whole = round(duration_s)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
