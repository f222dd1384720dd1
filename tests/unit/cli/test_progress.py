import io
import math

import pytest

from physio.batch import Progress
from physio.cli.progress import ProgressBar, bar, minutes


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (65.4, "1:05"), (3725, "1:02:05")])
def test_minutes(seconds, text):
    assert minutes(seconds) == text


def test_bar_shows_share_speed_and_time_left():
    assert bar(Progress(0.5, 150, 24.6, 65.0)) == f"{'█' * 12}{'░' * 12}  50%  25 frames/s  1:05 left"
    assert "left" not in bar(Progress(0.0, 1, 24.6, math.nan))


def test_progress_bar_draws_over_one_line_and_wipes_it():
    terminal = Terminal()
    with ProgressBar(["a.mp4", "b.mp4"], terminal) as progress:
        progress.show(0, Progress(0.5, 150, 24.6, 65.0))
        progress.done(0)
    assert "\n" not in terminal.getvalue()
    assert "1/2 a.mp4" in terminal.getvalue()
    assert "1 more" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_progress_bar_is_silent_without_a_terminal():
    stream = io.StringIO()
    with ProgressBar(["a.mp4"], stream) as progress:
        progress.show(0, Progress(0.5, 150, 24.6, 65.0))
        progress.done(0)
    assert stream.getvalue() == ""
