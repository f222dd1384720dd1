import numpy as np

from physio.affect.flashes import flash_times

T_S = np.arange(0, 10, 0.1)


def test_a_mark_that_is_repeated_is_one_flash():
    flash = np.zeros(T_S.size)
    flash[[20, 21, 22, 50]] = 1
    flash[60:70] = np.nan
    assert flash_times(T_S, flash).tolist() == [T_S[20], T_S[50]]


def test_none_and_the_first_frame():
    assert flash_times(T_S, np.full(T_S.size, np.nan)).size == 0
    assert flash_times(T_S[:0], T_S[:0]).size == 0
    assert flash_times(T_S[:2], np.array([1.0, 1.0])).tolist() == [0.0]
