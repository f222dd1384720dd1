"""Made time stamps: what a camera, a network and a browser do to them."""

import numpy as np
import pytest

from physio.live.clock import FAR_S, STUCK_S, StreamClock
from physio.types import FloatArray


def times(stamps_s: list[float | None] | FloatArray, walls_s: list[float] | FloatArray) -> FloatArray:
    clock = StreamClock()
    return np.array([clock.step(stamp, wall) for stamp, wall in zip(stamps_s, walls_s, strict=True)])


def steady(count: int, fps: float = 30.0, from_s: float = 0.0) -> FloatArray:
    return from_s + np.arange(count) / fps


def test_time_starts_at_zero_and_follows_the_stream_however_late_frames_come():
    stamps = steady(300, from_s=5000.0)
    late = np.random.default_rng(1).uniform(0.0, 0.8, 300)
    found = times(stamps, np.maximum.accumulate(stamps + late + 77.0))
    assert found[0] == 0.0
    assert np.diff(found) == pytest.approx(np.full(299, 1 / 30))


def test_dropped_frames_leave_gaps_of_their_own_length():
    kept = np.sort(np.random.default_rng(2).choice(300, 120, replace=False))
    found = times(steady(300)[kept], steady(300)[kept] + 0.1)
    assert found == pytest.approx(steady(300)[kept] - steady(300)[kept[0]])


def test_a_second_frame_that_goes_back_costs_nothing_later():
    stamps = steady(60)
    stamps[1] = stamps[0] - 0.012
    found = times(stamps, steady(60))
    assert np.all(np.diff(found) > 0)
    assert found[2:] == pytest.approx(steady(60)[2:])


def test_frames_without_time_stamps_come_when_they_come():
    walls = np.cumsum(np.random.default_rng(3).uniform(0.02, 0.06, 50))
    assert times([None] * 50, walls) == pytest.approx(walls - walls[0])
    some = [float(stamp) if k % 3 else None for k, stamp in enumerate(steady(50))]
    assert times(some, steady(50)) == pytest.approx(steady(50))
    assert times([float("nan")] * 50, walls) == pytest.approx(walls - walls[0])


@pytest.mark.parametrize("counts_on", [True, False])
def test_a_pause_lasts_as_long_as_it_lasted(counts_on):
    """Some streams count on while they are paused, some do not."""
    walls = np.concatenate([steady(30), steady(30, from_s=4.0)])
    stamps = walls if counts_on else steady(60)
    found = times(stamps, walls)
    assert np.all(np.diff(found) > 0)
    assert found[30] == pytest.approx(4.0)
    assert np.diff(found)[30:] == pytest.approx(np.full(29, 1 / 30))


@pytest.mark.parametrize("after_s", [0.6, 30.0])
def test_a_stream_that_starts_anew_goes_on_from_there(after_s):
    count = round(after_s * 30)
    stamps = np.concatenate([steady(count, from_s=100.0), steady(60, from_s=100.0)])
    found = times(stamps, steady(count + 60))
    assert np.all(np.diff(found) > 0)
    settled = count + round(STUCK_S * 30) + 2
    assert found[settled:] == pytest.approx(steady(count + 60)[settled:], abs=1e-6)


@pytest.mark.parametrize("jump_s", [-1e6, -10.0, 2 * FAR_S, 1e9])
def test_a_jump_away_from_the_wall_clock_is_not_followed(jump_s):
    stamps = steady(90)
    stamps[45:] += jump_s
    found = times(stamps, steady(90))
    assert found == pytest.approx(steady(90), abs=1e-6)


def test_a_stream_that_stands_still_is_timed_by_the_wall_clock():
    stamps = np.concatenate([steady(30), np.full(60, 29 / 30), 29 / 30 + steady(30, from_s=1 / 30)])
    found = times(stamps, steady(120))
    assert np.all(np.diff(found) > 0)
    settled = 30 + round(STUCK_S * 30) + 1
    assert found[settled:] == pytest.approx(steady(120)[settled:], abs=1e-6)


def test_a_stream_that_counts_too_slowly_is_never_far_from_the_wall_clock():
    found = times(steady(3000) * 0.5, steady(3000))
    assert np.all(np.diff(found) > 0)
    assert np.abs(found - steady(3000)).max() <= FAR_S + 1 / 30
