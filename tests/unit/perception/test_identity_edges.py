"""How far is too far and how long too long to be the same person, from both sides of each limit."""

import numpy as np
import pytest

from physio.perception.identity import Identity
from tests.unit.perception.test_identity import at, known


@pytest.mark.parametrize(("after_s", "trunks", "jumped"), [(0.0, 0.74, False), (0.0, 0.76, True)])
@pytest.mark.parametrize("up", [False, True])
def test_the_hips_may_seem_to_move_by_three_quarters_of_a_trunk(
    after_s: float, trunks: float, jumped: bool, up: bool
) -> None:
    place = at(5, 3 - trunks) if up else at(5 + trunks)
    assert known().jumped(0.3 + after_s, place) is jumped


@pytest.mark.parametrize(("trunks", "jumped"), [(2.2, False), (2.3, True)])
def test_somebody_walks_six_trunk_lengths_a_second(trunks: float, jumped: bool) -> None:
    """A quarter of a second: 0.75 + 6 · 0.25 = 2.25."""
    assert known().jumped(0.55, at(5 + trunks)) is jumped
    assert known().jumped(0.55, at(5 - trunks)) is jumped


@pytest.mark.parametrize("factor", [1.6, 1 / 1.6])
def test_a_body_of_another_size_counts_as_far_off(factor: float) -> None:
    """1.6 times as large, or as small, is 0.75 away; with 0.1 to the side it is √(0.75² + 0.1²) = 0.757."""
    assert known().jumped(0.3, at(5.1, trunk_px=100 * factor))
    assert not known().jumped(0.3, at(5.0, trunk_px=100 * factor**0.98))


def test_distances_are_measured_in_trunks_of_the_person_followed() -> None:
    near = known(own=at(5, trunk_px=200.0))
    assert not near.jumped(0.3, at(6.4, trunk_px=200.0))
    assert near.jumped(0.3, at(6.6, trunk_px=200.0))


def test_a_frame_with_fewer_pixels_moves_nobody() -> None:
    identity = known(at(9))
    own, other = identity.people(0.3)
    identity.resize((0.5, 0.25))
    scale = np.array([0.5, 0.25, 0.5, 0.25])
    for before, now in zip((own, other), identity.people(0.3), strict=True):
        assert (now.number, now.followed) == (before.number, before.followed)
        np.testing.assert_allclose(now.box_px, before.box_px * scale, atol=1)
    small = at(5).resized((0.5, 0.25))
    assert small.trunk_px == pytest.approx(100 * 0.125**0.5)
    assert not identity.jumped(0.3, small)
    assert identity.jumped(0.3, at(5))


def test_the_others_are_shown_for_22_and_known_for_4_seconds() -> None:
    identity = known(at(9))
    assert len(identity.people(2.49)) == 2
    assert identity.people(2.51) == ()
    identity.meet(4.29, [])
    assert len(identity.places()) == 1
    identity.meet(4.31, [])
    assert identity.places() == ()


@pytest.mark.parametrize(("t_s", "belongs"), [(0.79, True), (0.81, False)])
def test_after_half_a_second_away_the_nearer_place_decides(t_s: float, belongs: bool) -> None:
    """At 7.5 the body is 2.5 from the one followed, within reach, and 1.5 from the other."""
    assert known(at(9)).belongs(t_s, at(7.5)) is belongs


@pytest.mark.parametrize(("t_s", "belongs"), [(10.29, False), (10.31, True)])
def test_after_ten_seconds_whoever_is_found_is_followed(t_s: float, belongs: bool) -> None:
    assert known(at(9)).belongs(t_s, at(9)) is belongs


def test_people_are_told_by_number_with_their_boxes() -> None:
    own, other = known(at(9)).people(0.3)
    assert (own.number, own.followed, own.box_px) == (1, True, (420, 150, 580, 500))
    assert (other.number, other.followed, other.box_px) == (2, False, (820, 150, 980, 500))


def test_an_other_who_was_found_again_is_where_he_was_found_last() -> None:
    identity = known(at(9))
    identity.meet(0.6, [at(9.5)])
    (place,) = identity.places()
    assert place.hips_px == pytest.approx((950, 300))


def test_of_two_others_the_nearer_one_moved() -> None:
    identity = known(at(9), at(10))
    identity.meet(0.6, [at(9.7)])
    assert sorted(place.hips_px[0] for place in identity.places()) == pytest.approx([900, 970])
    assert identity.follow(3).hips_px == pytest.approx((970, 300))


def test_the_free_number_is_the_smallest() -> None:
    identity = known(at(9), at(12))
    identity.meet(5.0, [at(12)])
    assert identity.knows(2)
    assert not identity.knows(3)
    identity.meet(5.3, [at(12), at(1)])
    identity.meet(5.6, [at(12), at(1)])
    identity.belongs(5.6, at(5))
    assert [one.number for one in identity.people(5.6)] == [1, 2, 3]


def test_who_is_nowhere_near_has_not_been_gone_over_to() -> None:
    identity = known()
    assert not identity.went_over(0.3, at(10), [at(5.8)])
    assert identity.went_over(0.3, at(10), [at(15), at(5.7)])
    assert Identity().went_over(0.3, at(10), [at(5)]) is False


def test_somebody_else_at_whom_the_network_looks_is_where_he_was_seen_there() -> None:
    identity = known(at(9))
    assert not identity.belongs(0.4, at(9.5))
    (place,) = identity.places()
    assert place.hips_px == pytest.approx((950, 300))


def test_going_over_to_somebody_leaves_the_others_as_they_are() -> None:
    identity = known(at(9), at(12))
    assert identity.went_over(0.3, at(9.2), [at(5)])
    assert sorted(place.hips_px[0] for place in identity.places()) == pytest.approx([920, 1200])
