import math
import re

import pytest

from physio.ui import say, tiles


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (59.9, "0:59"), (192, "3:12"), (3725, "1:02:05"), (math.nan, "–")]
)
def test_clock(seconds, shown):
    assert tiles.clock(seconds) == shown


def test_an_unknown_number_is_a_dash():
    assert say.number(math.nan, unit="°") == "–"
    assert say.number(112.4, unit="°") == "112°"


def test_a_dash_is_grey_and_keeps_its_reason():
    html = tiles.tile("Knee flexion", say.NO_VALUE, "joint hidden")
    assert 'class="ph-value none"' in html
    assert "joint hidden" in html


def test_text_from_outside_is_escaped():
    assert "<script>" not in tiles.tile("<script>", "<b>", "<i>", tiles.Extra(of="<u>"))
    assert "<script>" not in tiles.ledger_rows([("<script>", 3.0)])


@pytest.mark.parametrize(("pct", "said"), [(0.0, "0%"), (0.2, "&lt; 1%"), (0.6, "1%"), (99.7, "100%")])
def test_a_small_share_is_not_shown_as_nothing(pct, said):
    assert f'class="pct">{said}<' in tiles.ledger_rows([("no face seen", pct)])


@pytest.mark.parametrize(("now", "left"), [(-20, "0.0"), (60, "50.0"), (500, "100.0")])
def test_the_marker_stays_on_the_scale(now, left):
    assert f'class="now" style="left:{left}%"' in tiles.scale(now, 0, 120, 90, "target 90°")


def test_an_unknown_value_has_no_marker():
    assert 'class="now"' not in tiles.scale(math.nan, 0, 120, 90, "")


def test_a_sparkline_has_gaps_where_nothing_is_known():
    html = tiles.sparkline([0.0, math.nan, 3.0, 12.0], 6, "pain")
    assert re.findall(r"<b></b>|height:(\d+)%", html) == ["6", "", "50", "100"]


def test_the_mean_leaves_out_what_is_unknown():
    assert tiles.mean([1.0, math.nan, 3.0]) == 2.0
    assert math.isnan(tiles.mean([]))


def test_an_angle_is_shown_with_its_error_when_that_is_known():
    assert say.with_error(112.4, 6.6) == "112° ± 7°"
    assert say.with_error(112.4, math.nan) == "112°"
    assert say.with_error(math.nan, 6.6) == say.NO_VALUE
