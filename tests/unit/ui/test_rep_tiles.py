import pytest

from physio.types import Rep
from physio.ui import rep_tiles


def judged(*counts: tuple[int, int]) -> list[Rep]:
    return [
        Rep(i + 1, "left", 0, 1, 2, 110, 100, 1, 0, 1, 90, criteria_judged=done, criteria_total=total)
        for i, (done, total) in enumerate(counts)
    ]


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([(2, 4), (2, 4), (3, 5)], "2–3 of 4–5 criteria judged"),
        ([(3, 5), (2, 5)], "2–3 of 5 criteria judged"),
        ([(2, 4), (2, 4)], "2 of 4 criteria judged"),
        ([(0, 0), (2, 4)], "2 of 4 criteria judged"),  # the first as an earlier version stored it
        ([(4, 4), (5, 5)], ""),
    ],
)
def test_the_tile_agrees_with_the_table_where_repetitions_differ(counts, said):
    assert rep_tiles.judged_note(judged(*counts)) == said


def test_a_score_of_few_criteria_or_an_estimated_range_is_uncertain():
    few, half, old = judged((2, 5), (2, 4), (0, 0))
    assert [rep_tiles.uncertain(rep) for rep in (few, half, old)] == [True, False, False]
    estimated = Rep(1, "left", 0, 1, 2, 110, 100, 1, 0, 1, 90, estimated=True, criteria_judged=5, criteria_total=5)
    assert rep_tiles.uncertain(estimated)
