import math

import numpy as np
import pytest

from physio.landmarks import BODY_INDEX
from tools.validate.agreement import agreement, figures, table
from tools.validate.repetitions import count_figures
from tools.validate.vicon import depth_scale

NAN = math.nan


def test_agreement_of_known_errors() -> None:
    got = agreement(np.array([[1.0, -3.0], [20.0, NAN]]), wanted=5)
    assert (got.n, got.mae_deg, got.bias_deg) == (3, 8.0, 6.0)
    assert got.sd_deg == pytest.approx(np.std([1, -3, 20]))
    assert got.limits_deg == pytest.approx((6 - 1.96 * got.sd_deg, 6 + 1.96 * got.sd_deg))
    assert got.refused_pct == pytest.approx(40)
    assert got.far_pct == pytest.approx(100 / 3)


def test_nothing_given_is_all_refused_and_has_no_figures() -> None:
    got = agreement(np.array([NAN, NAN]))
    assert got.n == 0
    assert got.refused_pct == 100
    assert math.isnan(got.mae_deg)
    assert figures(got) == ["–", "–", "–", "–", "100", "–"]


def test_too_few_numbers_give_no_figures() -> None:
    assert figures(agreement(np.ones(29)))[0] == "–"
    assert figures(agreement(np.ones(30)))[0] == "1.0"


def test_table_is_markdown() -> None:
    assert table(("a", "b"), [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_count_figures() -> None:
    text = count_figures([(5, 5), (4, 5), (8, 10), (1, 0)])
    assert text == "4 clips: 1 exact, MAE 0.13, off by one at most 75%; 18 counted of 20."


@pytest.mark.parametrize("factor", [0.2, 0.33, 1.0])
def test_the_depth_that_keeps_bones_steady_is_found(factor: float) -> None:
    rng = np.random.default_rng(4)
    points = np.zeros((80, 33, 3))
    for side in "lr":
        at = np.zeros((80, 3))
        for a, b in (("shoulder", "elbow"), ("elbow", "wrist")):
            points[:, BODY_INDEX[f"{a}_{side}"]] = at
            direction = rng.normal(size=(80, 3))
            at = at + 100 * direction / np.linalg.norm(direction, axis=1, keepdims=True)
            points[:, BODY_INDEX[f"{b}_{side}"]] = at
    assert depth_scale(points / np.array([1.0, 1.0, factor])) == pytest.approx(factor, abs=0.01)
