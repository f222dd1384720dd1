"""When an end counts as lost: the gap, the speed at its edge and how near the value lies, from both sides."""

import numpy as np
import pytest

from physio.kinematics.ends import lost_ends

# 32 samples a second, so that no time is rounded.
T_S = np.arange(0, 6, 1 / 32)


def climbing(speed_dps: float, gap_s: float, top_deg: float = 90.0) -> tuple[bool, bool]:
    """Up to top_deg at 3 s, then unknown for gap_s, then at 45°, where it stays; it began at rest at 0°."""
    x = np.select(
        [T_S <= 3, 3 + gap_s > T_S], [np.clip(top_deg + speed_dps * (T_S - 3), 0, None), np.nan], 45.0 + 0 * T_S
    )
    return lost_ends(T_S, x)


@pytest.mark.parametrize(("gap_s", "lost"), [(0.21875, True), (0.1875, False)])
def test_a_gap_of_a_fifth_of_a_second_can_hide_an_end(gap_s: float, lost: bool) -> None:
    assert climbing(60.0, gap_s) == (False, lost)


@pytest.mark.parametrize(("speed_dps", "lost"), [(21.0, True), (19.0, False)])
def test_an_angle_faster_than_twenty_degrees_a_second_is_on_its_way(speed_dps: float, lost: bool) -> None:
    falling = -climbing_values(speed_dps)
    assert lost_ends(T_S, climbing_values(speed_dps)) == (False, lost)
    assert lost_ends(T_S, falling) == (lost, False)
    backwards = T_S[-1] - T_S[::-1]
    assert lost_ends(backwards, climbing_values(speed_dps)[::-1]) == (False, lost)


def climbing_values(speed_dps: float) -> np.ndarray:
    """From 0 on, up until 3 s, and never seen again."""
    return np.where(T_S <= 3, speed_dps * T_S, np.nan)


@pytest.mark.parametrize(("top_deg", "lost"), [(45.5, True), (40.5, True), (39.5, False)])
def test_a_value_within_five_degrees_of_the_largest_belongs_to_its_end(top_deg: float, lost: bool) -> None:
    assert climbing(60.0, 0.5, top_deg) == (False, lost)


def test_the_speed_is_that_of_the_last_fifth_of_a_second() -> None:
    """Fast before, and at rest for 0.25 s at the edge."""
    x = np.where(T_S <= 3, np.minimum(60 * T_S, 60 * 2.75), np.nan)
    assert lost_ends(T_S, x) == (False, False)
    late = np.where(T_S <= 3, np.maximum(0.0, 60 * (T_S - 2.75)), np.nan)
    assert lost_ends(T_S, late) == (False, True)


@pytest.mark.parametrize(("samples", "lost"), [(5, True), (3, False)])
def test_a_tenth_of_a_second_is_needed_for_a_speed(samples: int, lost: bool) -> None:
    """Five samples span 0.125 s, three 0.0625 s."""
    known = (3 - samples / 32 < T_S) & (T_S <= 3)
    assert lost_ends(T_S, np.where(known, 60 * T_S, np.nan))[1] is lost
