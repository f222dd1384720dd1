import math

import numpy as np
import pytest

from physio.affect.agreement import disagreement, disagreement_before, disagreement_message
from physio.language import language

T_S = np.arange(0, 60, 0.05)


@pytest.mark.parametrize(
    ("reported", "sustained", "highest", "found"),
    [
        (6, 0.4, 1.2, "face_none"),
        (4, 0.9, 2.9, "face_none"),
        (3, 0.4, 1.2, None),  # mild pain may well not show
        (6, 1.0, 1.2, None),
        (6, 0.4, 3.0, None),  # a marked moment is not nothing
        (0, 3.0, 6.0, "face_marked"),
        (1, 5.0, 6.0, "face_marked"),
        (2, 5.0, 6.0, None),  # little pain, but some
        (0, 2.9, 6.0, None),
        (8, 5.0, 6.0, None),
        (0, 0.0, 0.0, None),
    ],
)
def test_a_contradiction_is_found_both_ways_and_only_beyond_the_limits(reported, sustained, highest, found):
    assert disagreement(reported, sustained, highest) == found


@pytest.mark.parametrize("unknown", range(3))
@pytest.mark.parametrize("known", [(6.0, 0.2, 0.3), (0.0, 5.0, 8.0)])
def test_what_is_unknown_contradicts_nothing(unknown, known):
    values = [math.nan if i == unknown else value for i, value in enumerate(known)]
    assert disagreement(*values) is None


def test_a_report_is_held_against_the_face_shortly_before_it():
    pspi = np.where((T_S > 30) & (T_S < 45), 5.0, 0.2)
    assert disagreement_before(6, 29.0, T_S, pspi) == "face_none"
    assert disagreement_before(6, 46.0, T_S, pspi) is None
    assert disagreement_before(0, 46.0, T_S, pspi) == "face_marked"
    after = np.where(T_S > 30.0, 9.0, 0.2)
    assert disagreement_before(6, 30.0, T_S, after) == "face_none", "what came later does not count"


@pytest.mark.parametrize("known_s", [0.0, 2.0])
def test_a_face_that_was_hardly_seen_contradicts_nobody(known_s):
    pspi = np.where(30 - known_s < T_S, 0.2, np.nan)
    assert disagreement_before(6, 30.0, T_S, pspi) is None
    assert disagreement_before(6, 30.0, T_S[:0], pspi[:0]) is None
    assert disagreement_before(6, 35.0, T_S, pspi) == "face_none"


def test_both_are_named():
    say = language("en").say
    assert say(disagreement_message("face_none", 6)) == "reported 6, face shows none"
    assert say(disagreement_message("face_marked", 0)) == "reported 0, face shows marked"
