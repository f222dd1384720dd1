import numpy as np
import pytest

from physio.affect.action_units import ACTION_UNITS, AU_INDEX
from physio.affect.pain import pain_word, pspi
from physio.messages import message


def units(**levels):
    values = np.zeros(len(ACTION_UNITS))
    for name, value in levels.items():
        values[AU_INDEX[name]] = value
    return values


def test_pspi_of_a_published_example():
    # 3D-Pain data set: AU4 4, AU6 2, AU7 4, AU9 3, AU10 1, AU43 1 -> 12
    assert pspi(units(au04=4, au06=2, au07=4, au09=3, au10=1, au43=1)) == 12


def test_pspi_range_and_what_does_not_count():
    assert pspi(units()) == 0
    assert pspi(np.where(np.arange(len(ACTION_UNITS)) == AU_INDEX["au43"], 1.0, 5.0)) == 16
    assert pspi(units(au12=5, au20=5, au25=5, au26=5)) == 0
    assert pspi(units(au06=3, au07=1)) == pspi(units(au06=1, au07=3)) == 3
    assert pspi(units(au09=2, au10=4)) == 4


def test_pspi_of_many_and_of_unknown():
    several = np.array([units(au04=1), units(au04=2, au43=1), np.full(len(ACTION_UNITS), np.nan)])
    np.testing.assert_array_equal(pspi(several), [1, 3, np.nan])
    assert np.isnan(pspi(units(au09=np.nan, au10=2)))
    assert pspi(units(au12=np.nan)) == 0


@pytest.mark.parametrize(
    ("value", "word"),
    [(0, "none"), (0.99, "none"), (1, "minimal"), (2, "mild"), (2.9, "mild"), (3, "marked"), (16, "marked")],
)
def test_words(value, word):
    assert pain_word(value) == message(f"pain.{word}")


def test_unknown_pain_has_no_word():
    with pytest.raises(ValueError, match="unknown"):
        pain_word(float("nan"))
