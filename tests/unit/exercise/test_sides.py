import math
from dataclasses import replace

import pytest

from physio.exercise.counter import Attempt
from physio.exercise.sides import SideMerger, UnderWay, near_side, same_movement
from physio.messages import message

LEFT = Attempt("left", 1.0, 2.0, 3.0, 3.1, 90, 80, 1, 0, 1, math.nan, "eccentric", None)
TOO_SHALLOW = message("rejected.too_shallow", range_deg=12.0, needed_deg=20.0)
TOO_QUICK = message("rejected.too_quick", duration_s=0.3, min_s=0.5)
RIGHT = replace(LEFT, side="right", start_s=1.1, peak_s=2.05, end_s=3.05, closed_s=3.3)


def later(attempt, by_s):
    times = {name: getattr(attempt, name) + by_s for name in ("start_s", "peak_s", "end_s", "closed_s")}
    return replace(attempt, **times)


def reported(groups):
    return [[attempt.side for attempt in group] for group in groups]


def test_same_movement():
    assert same_movement(LEFT, RIGHT)
    assert not same_movement(LEFT, later(RIGHT, 1.0))
    assert not same_movement(LEFT, later(RIGHT, 2.0))
    assert same_movement(LEFT, replace(RIGHT, peak_s=2.4))
    assert not same_movement(LEFT, replace(RIGHT, peak_s=2.7))
    piece = replace(RIGHT, start_s=1.6, peak_s=2.0, end_s=2.4)
    assert same_movement(LEFT, piece)
    assert not same_movement(LEFT, replace(piece, start_s=2.7, end_s=3.5))


def test_one_side_alone_is_reported_at_once():
    assert reported(SideMerger().step(3.1, [LEFT])) == [["left"]]


def test_a_side_waits_for_the_other_that_does_the_same():
    merger = SideMerger()
    assert merger.step(3.1, [LEFT], [UnderWay("right", 1.1, 70)]) == []
    assert reported(merger.step(3.3, [RIGHT])) == [["left", "right"]]


def test_it_does_not_wait_for_long_and_drops_the_latecomer():
    merger = SideMerger()
    moving = [UnderWay("right", 1.1, 70)]
    assert merger.step(3.1, [LEFT], moving) == []
    assert reported(merger.step(3.8, [], moving)) == [["left"]]
    assert merger.step(4.0, [replace(RIGHT, closed_s=4.0)]) == []


def test_it_does_not_wait_for_the_other_sides_next_movement():
    assert reported(SideMerger().step(3.1, [LEFT], [UnderWay("right", 2.9, 10)])) == [["left"]]


def test_sides_in_turn_are_reported_apart():
    merger = SideMerger()
    assert reported(merger.step(3.1, [LEFT], [UnderWay("right", 2.0, 30)])) == [["left"]]
    assert reported(merger.step(4.2, [later(RIGHT, 1.0)], [])) == [["right"]]


def test_what_failed_on_one_side_and_counted_on_the_other_counts():
    failed = replace(LEFT, problem=TOO_SHALLOW)
    groups = SideMerger().step(3.4, [failed, RIGHT])
    assert reported(groups) == [["right"]]
    assert not groups[0][0].problem


def test_what_failed_on_both_sides_is_reported_once():
    groups = SideMerger().step(3.4, [replace(LEFT, problem=TOO_QUICK), replace(RIGHT, problem=TOO_QUICK)])
    assert reported(groups) == [["left"]]


def test_a_counted_latecomer_is_news_after_a_failure():
    merger = SideMerger()
    assert reported(merger.step(3.1, [replace(LEFT, problem=TOO_QUICK)])) == [["left"]]
    assert reported(merger.step(3.9, [replace(RIGHT, closed_s=3.9)])) == [["right"]]


def test_a_small_movement_that_only_accompanies_the_other_side_is_not_reported():
    merger = SideMerger()
    merger.step(3.1, [LEFT])
    small = replace(later(RIGHT, 0.9), rom_deg=25, closed_s=4.2)
    assert merger.step(4.2, [small], [UnderWay("left", 3.0, 75)]) == []
    assert reported(merger.step(9.0, [later(small, 5)])) == [["right"]]


def test_a_movement_half_as_large_as_the_other_sides_is_one_of_its_own():
    merger = SideMerger()
    merger.step(3.1, [LEFT])
    half = replace(later(RIGHT, 0.9), rom_deg=40, closed_s=4.2)
    assert reported(merger.step(4.2, [half], [UnderWay("left", 3.0, 75)])) == [["right"]]


def test_the_weaker_side_in_its_own_turn_is_reported_however_weak():
    merger = SideMerger()
    merger.step(3.1, [LEFT])
    assert reported(merger.step(6.0, [replace(later(RIGHT, 2.5), rom_deg=25)])) == [["right"]]


def test_finish_tells_what_waits():
    merger = SideMerger()
    assert merger.step(3.1, [LEFT], [UnderWay("right", 1.1, 70)]) == []
    assert reported(merger.step(math.inf, ())) == [["left"]]


@pytest.mark.parametrize(
    ("azimuth_deg", "was", "near"),
    [
        (0, False, None),
        (90, False, "left"),
        (-90, False, "right"),
        (-100, False, "right"),
        (100, False, "left"),
        (180, False, None),
        (45, False, None),
        (45, True, "left"),
        (35, True, None),
        (math.nan, True, None),
    ],
)
def test_the_side_near_the_camera(azimuth_deg, was, near):
    assert near_side(azimuth_deg, was) == near


BOTH = replace(LEFT, side="both", rom_deg=40)


def test_from_the_side_the_mean_of_both_waits_for_the_near_side_and_takes_it_along():
    merger = SideMerger()
    assert merger.step(3.1, [BOTH], [UnderWay("left", 1.0, 70)], "left") == []
    assert reported(merger.step(3.2, [LEFT], [], "left")) == [["both", "left"]]


def test_from_the_side_pieces_of_a_movement_belong_to_the_whole():
    merger = SideMerger()
    pieces = [replace(LEFT, start_s=1.0, peak_s=1.4, end_s=1.8, closed_s=1.9), replace(RIGHT, start_s=1.9, peak_s=2.4)]
    assert merger.step(1.9, pieces[:1], [UnderWay("both", 1.0, 30)], "left") == []
    assert merger.step(2.9, pieces[1:], [UnderWay("both", 1.0, 40)], "left") == []
    assert [set(group) for group in reported(merger.step(3.1, [BOTH], [], "left"))] == [{"both", "left", "right"}]
    late = replace(LEFT, start_s=2.3, peak_s=2.6, end_s=3.0, closed_s=3.4)
    assert merger.step(3.4, [late], [], "left") == []


def test_from_the_side_the_near_side_alone_is_reported_when_the_mean_saw_nothing():
    assert reported(SideMerger().step(3.1, [LEFT], [], "left")) == [["left"]]
    assert reported(SideMerger().step(3.1, [RIGHT], [], "left")) == [["right"]]


def test_from_the_side_the_far_one_gives_way_to_the_near_one_as_long_as_that_takes():
    merger = SideMerger()
    moving = [UnderWay("left", 1.0, 70)]
    far = replace(RIGHT, start_s=1.0, peak_s=1.4, end_s=1.8, closed_s=1.9)
    assert merger.step(1.9, [far], moving, "left") == []
    assert merger.step(2.9, [], moving, "left") == []
    assert [set(group) for group in reported(merger.step(3.1, [LEFT], [], "left"))] == [{"left", "right"}]


def test_a_failed_whole_does_not_hide_a_counted_side():
    groups = SideMerger().step(3.1, [replace(BOTH, problem=TOO_SHALLOW), LEFT], [], "left")
    assert reported(groups) == [["left"]]
