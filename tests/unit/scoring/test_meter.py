"""How far a video is, on a clock that the test sets."""

import math
from types import SimpleNamespace

import pytest

from physio.scoring import score
from physio.scoring.progress import ScoringProgress


class Meter:
    """A meter of a video of `duration_s`, and what it reported."""

    def __init__(self, monkeypatch, duration_s, fraction=0.0):
        self.now_s, self.told = 100.0, []
        self.source = SimpleNamespace(info=SimpleNamespace(duration_s=duration_s), fraction=fraction)
        self.meter = score._Meter(self.source, self.told.append)
        monkeypatch.setattr(score.time, "monotonic", lambda: self.now_s)

    def tick(self, after_s, t_s):
        self.now_s += after_s
        self.meter.tick(t_s)


def test_speed_and_time_left_are_counted_from_the_first_frame(monkeypatch):
    meter = Meter(monkeypatch, 20.0)
    meter.tick(50.0, 0.0)  # loading the networks
    assert meter.told == []
    meter.tick(0.125, 1.0)
    assert meter.told == []
    meter.tick(0.125, 2.0)
    assert meter.told == [ScoringProgress(0.1, 3, 8.0, pytest.approx(0.25 * 9))]
    meter.tick(0.125, 3.0)
    assert len(meter.told) == 1, "a few times a second"
    meter.tick(0.125, 5.0)
    assert meter.told[1] == ScoringProgress(0.25, 5, 8.0, pytest.approx(0.5 * 3))


def test_a_video_longer_than_it_said_is_not_more_than_whole(monkeypatch):
    meter = Meter(monkeypatch, 2.0)
    meter.tick(0.0, 0.0)
    meter.tick(1.0, 3.0)
    assert meter.told == [ScoringProgress(1.0, 2, 1.0, 0.0)]


@pytest.mark.parametrize("duration_s", [0.0, math.nan])
def test_without_a_length_the_file_itself_tells_how_far(monkeypatch, duration_s):
    meter = Meter(monkeypatch, duration_s, fraction=0.5)
    meter.tick(0.0, 0.0)
    meter.tick(4.0, 3.0)
    assert meter.told == [ScoringProgress(0.5, 2, 0.25, 4.0)]
    nothing = Meter(monkeypatch, duration_s, fraction=0.0)
    nothing.tick(0.0, 0.0)
    nothing.tick(4.0, 3.0)
    assert math.isnan(nothing.told[0].left_s)


def test_nobody_has_to_listen():
    meter = score._Meter(SimpleNamespace(info=SimpleNamespace(duration_s=1.0), fraction=0.0), None)
    meter.tick(0.0)
    meter.tick(5.0)
