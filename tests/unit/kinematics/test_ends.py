import numpy as np
import pytest

from physio.kinematics.ends import lost_ends
from physio.types import FloatArray

T_S = np.arange(0, 12, 1 / 30)
CURLS: FloatArray = 60 - 60 * np.cos(2 * np.pi * T_S / 4)
"""Three repetitions from 0 to 120°, at most 94°/s."""


def without(hidden: np.ndarray) -> FloatArray:
    return np.where(hidden, np.nan, CURLS)


def test_a_range_seen_whole_has_both_ends() -> None:
    assert lost_ends(T_S, CURLS) == (False, False)


def test_tops_that_were_never_seen_are_missed() -> None:
    assert lost_ends(T_S, without(CURLS > 40)) == (False, True)


def test_bottoms_that_were_never_seen_are_missed() -> None:
    assert lost_ends(T_S, without(CURLS < 70)) == (True, False)


def test_one_top_seen_is_enough() -> None:
    assert lost_ends(T_S, without((CURLS > 40) & (T_S > 4))) == (False, False)


@pytest.mark.parametrize("gap_s", [0.5, 3.0])
def test_a_gap_at_rest_hides_nothing(gap_s: float) -> None:
    since_s = T_S - 2
    still = np.where((since_s > 0) & (since_s < gap_s), np.nan, 5 + np.sin(9 * T_S))
    assert lost_ends(T_S, still) == (False, False)


def test_a_blink_of_a_gap_hides_nothing() -> None:
    values = CURLS.copy()
    values[58:62] = np.nan
    assert lost_ends(T_S, values) == (False, False)


def test_a_session_that_ends_or_begins_on_the_way_out() -> None:
    assert lost_ends(T_S, without(T_S > 1.0)) == (False, True)
    assert lost_ends(T_S, without(T_S < 11.0)) == (False, True)


@pytest.mark.parametrize("rate_hz", [7, 15, 60])
def test_frame_rate_does_not_matter(rate_hz: int) -> None:
    t_s = np.arange(0, 12, 1 / rate_hz)
    curls = 60 - 60 * np.cos(2 * np.pi * t_s / 4)
    assert lost_ends(t_s, np.where(curls > 40, np.nan, curls)) == (False, True)


def test_nothing_known() -> None:
    assert lost_ends(T_S, np.full_like(T_S, np.nan)) == (False, False)
    assert lost_ends(np.empty(0), np.empty(0)) == (False, False)


def test_too_short_a_piece_has_no_speed() -> None:
    """Two frames between gaps show a jump, not a movement."""
    piece = (T_S > 5.0) & (T_S < 5.07)
    assert piece.sum() == 2
    lone = np.where(piece, np.where(T_S > 5.04, 130.0, 110.0), np.where(T_S < 2.0, 50.0, np.nan))
    assert lost_ends(T_S, lone) == (False, False)
