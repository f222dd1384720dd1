"""The ends of what is filtered: nothing may swing in or out there, and short stretches are told from long ones."""

import numpy as np
import pytest

from physio.kinematics.smoothing import zero_phase


@pytest.mark.parametrize("rate_hz", [20, 30, 60, 240])
@pytest.mark.parametrize("seconds", [0.5, 1.0, 5.0])
def test_a_steady_movement_keeps_its_height_up_to_both_ends(rate_hz: int, seconds: float) -> None:
    """100° a second; a filter that is not run in before the first sample starts degrees off."""
    t_s = np.arange(0, seconds + 1e-9, 1 / rate_hz)
    assert zero_phase(t_s, 100 * t_s + 20) == pytest.approx(100 * t_s + 20, abs=0.5)


def test_under_three_tenths_of_a_second_nothing_is_filtered() -> None:
    spike = np.array([0.0, 0, 0, 0, 10, 0, 0, 0, 0])
    short, long = np.arange(9) / 32, np.arange(9) / 25
    assert zero_phase(short, spike) == pytest.approx(spike)
    assert zero_phase(long, spike)[4] < 9


def test_five_samples_are_enough_and_four_are_not() -> None:
    spike = np.array([0.0, 0, 10, 0, 0])
    t_s = np.arange(5) / 10
    assert zero_phase(t_s[:4], spike[:4]) == pytest.approx(spike[:4])
    assert zero_phase(t_s, spike) != pytest.approx(spike, abs=1e-3)


def test_a_gap_of_just_max_gap_s_is_bridged_and_a_longer_one_splits() -> None:
    """Two seconds at 0 and two at 10, with nothing between: bridged they pull at each other, split they do not."""
    t_s = np.concatenate([np.arange(0, 65), np.arange(80, 145)]) / 32
    x = np.where(t_s < 2.25, 0.0, 10.0)
    gap_s = float(np.diff(t_s).max())
    assert np.abs(zero_phase(t_s, x, max_gap_s=gap_s) - x).max() > 0.1
    assert zero_phase(t_s, x, max_gap_s=gap_s - 0.001) == pytest.approx(x, abs=1e-9)
