import pytest

from physio.affect.pain import STRONG_PSPI
from physio.errors import TherapyError
from physio.therapy.levels import AlertLevels


def test_the_default_is_where_the_published_bins_say_strong():
    assert AlertLevels().pspi == STRONG_PSPI


@pytest.mark.parametrize(
    "wrong",
    [
        {"pspi": 0.0},
        {"pspi": 17.0},
        {"hold_s": 0.1},
        {"hold_s": 31.0},
        {"probability": 0.4},
        {"probability": 1.0},
        {"pspi": float("nan")},
    ],
)
def test_what_cannot_be_meant_is_refused(wrong):
    with pytest.raises(TherapyError):
        AlertLevels(**wrong)
