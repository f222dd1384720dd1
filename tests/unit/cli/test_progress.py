import io
import math
from pathlib import Path

import pytest

from physio.cli.progress import ProgressBar, bar, minutes
from physio.errors import VideoError
from physio.scoring.progress import ScoringProgress
from physio.scoring.ticket import Ticket

HALF = ScoringProgress(0.5, 150, 24.6, 65.0)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def running(name, progress=HALF):
    ticket = Ticket(Path("clips") / name)
    ticket.stop_with(lambda: None)
    ticket.report(progress)
    return ticket


class Impatient(Ticket):
    """Fails the third time that somebody waits for it."""

    waits = 0

    def wait(self, timeout_s):
        self.waits += 1
        if self.waits == 3:
            self.settle(VideoError("bad"))
        return super().wait(0)


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (65.4, "1:05"), (3725, "1:02:05")])
def test_minutes(seconds, text):
    assert minutes(seconds) == text


def test_bar_shows_share_speed_and_time_left():
    assert bar(HALF) == f"{'█' * 12}{'░' * 12}  50%  25 frames/s  1:05 left"
    assert bar(ScoringProgress(0.0, 1, 24.6, math.nan)) == f"{'░' * 24}   0%  25 frames/s"


@pytest.mark.parametrize(
    ("others", "line"),
    [
        ([], "a.mp4 "),
        ([Ticket(Path("b.mp4"))], "1/2 a.mp4 "),
        ([running("b.mp4", ScoringProgress(0.1))], "0/2  a.mp4 50%  b.mp4 10%"),
    ],
)
def test_the_bar_is_drawn_over_one_line_and_wiped(others, line):
    first = Impatient(Path("a.mp4"))
    first.stop_with(lambda: None)
    first.report(HALF)
    terminal = Terminal()
    with ProgressBar([first, *others], terminal) as progress, pytest.raises(VideoError):
        progress.wait(first)
    assert "\n" not in terminal.getvalue()
    drawn = terminal.getvalue().split("\r\x1b[K")
    assert drawn[1].startswith(line)
    assert len(drawn[1]) < 80
    assert drawn[-1] == ""


def test_progress_bar_is_silent_without_a_terminal():
    stream = io.StringIO()
    failed = Ticket(Path("a.mp4"))
    failed.settle(VideoError("bad"))
    with ProgressBar([failed], stream) as progress, pytest.raises(VideoError):
        progress.wait(failed)
    assert stream.getvalue() == ""
