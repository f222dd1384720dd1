"""How much of a body it is, and for how long one look is believed, with numbers worked out by hand."""

import math

import pytest

from physio.landmarks import BODY_INDEX as B
from physio.perception.plausibility import BodyGate, confidence
from physio.types import Pose
from tests.unit.perception.made_bodies import SIZE, standing


def test_the_head_and_the_limbs_count_alike() -> None:
    """A head half as large halves one of two factors, of which the geometric mean is taken."""
    pose = standing()
    world = pose.world_m.copy()
    head = list(range(B["mouth_r"] + 1))
    middle = world[head].mean(axis=0)
    world[head] = middle + 0.5 * (world[head] - middle)
    assert confidence(Pose(pose.image_px, world, pose.visibility), SIZE) == pytest.approx(math.sqrt(0.5))


def test_a_limb_counts_as_far_as_its_less_visible_end_is_seen() -> None:
    """The left forearm, of nine limbs, is halved and seen to a half: (ln ½ · ½) / (8 + ½), then the mean with the
    head. Hands are no part of how visible a body is, wrists are, but the right one is better."""
    pose = standing()
    world, visibility = pose.world_m.copy(), pose.visibility.copy()
    visibility[B["wrist_l"]] = 0.5 * visibility[B["wrist_l"]]
    world[B["wrist_l"]] = (world[B["wrist_l"]] + world[B["elbow_l"]]) / 2
    expected = math.exp(math.log(0.5) * 0.5 / 8.5 / 2)
    assert confidence(Pose(pose.image_px, world, visibility), SIZE) == pytest.approx(expected)


LIKELY, DOUBT, CLEAR = standing(0.92, 0.93), standing(0.8, 0.8), standing()


def gated(*looks: tuple[float, Pose]) -> list[bool]:
    gate = BodyGate()
    return [gate.step(t_s, pose, SIZE) for t_s, pose in looks]


def test_a_likely_body_is_taken_on_after_a_tenth_of_a_second_without_a_longer_gap() -> None:
    assert gated((0.0, LIKELY), (0.09, LIKELY)) == [False, False]
    assert gated((0.0, LIKELY), (0.125, LIKELY)) == [False, True]
    assert gated((0.0, LIKELY), (0.19, LIKELY)) == [False, True]
    assert gated((0.0, LIKELY), (0.21, LIKELY)) == [False, False]


def test_credit_is_what_was_clear_and_no_more_than_half_a_second() -> None:
    """0.25 s clear earn a doubt of less than 0.25 s; a gap of a second between clear looks earns 0.2 s."""
    clear = [(k / 8, CLEAR) for k in range(3)]
    assert gated(*clear, (0.25 + 0.125, DOUBT), (0.5, DOUBT))[3:] == [True, False]
    assert gated((0.0, CLEAR), (1.0, CLEAR), (1.1875, DOUBT))[2:] == [True]
    assert gated((0.0, CLEAR), (1.0, CLEAR), (1.21875, DOUBT))[2:] == [False]
    long = [(k / 8, CLEAR) for k in range(20)]
    assert gated(*long, (19 / 8 + 0.484375, DOUBT))[20:] == [True]
    assert gated(*long, (19 / 8 + 0.515625, DOUBT))[20:] == [False]


def test_time_that_goes_back_earns_nothing() -> None:
    assert gated((1.0, CLEAR), (0.5, CLEAR), (0.6, DOUBT)) == [True, True, False]
