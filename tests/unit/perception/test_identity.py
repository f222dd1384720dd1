import numpy as np
import pytest

from physio.perception.body_box import BodyBox, Box
from physio.perception.identity import AWAY_S, FORGET_S, OTHER_KEPT_S, OTHER_SHOWN_S, Identity

TRUNK_PX = 100.0


def at(x_trunks: float, y_trunks: float = 3.0, trunk_px: float = TRUNK_PX) -> BodyBox:
    """Somebody whose hips are so many trunk lengths from the picture's upper left corner."""
    x, y = x_trunks * TRUNK_PX, y_trunks * TRUNK_PX
    return BodyBox(np.array([x, y]), trunk_px, Box(int(x) - 80, int(y) - 150, int(x) + 80, int(y) + 200))


def known(*others: BodyBox, own: BodyBox | None = None) -> Identity:
    """An identity that follows own, at 5, and has met the others twice, at 0 and at 0.3 s."""
    identity = Identity()
    own = own or at(5)
    for t_s in (0.0, 0.3):
        assert identity.belongs(t_s, own)
        identity.meet(t_s, others)
    return identity


def numbers(identity: Identity, t_s: float) -> dict[int, bool]:
    return {person.number: person.followed for person in identity.people(t_s)}


def test_alone_there_is_nobody_to_choose_from():
    identity = known()
    assert identity.people(0.3) == ()
    assert not identity.jumped(0.33, at(5.2))
    assert identity.belongs(0.33, at(5.2))


def test_somebody_else_counts_when_found_twice_near_the_same_place():
    identity = Identity()
    identity.belongs(0.0, at(5))
    identity.meet(0.0, [at(9)])
    assert identity.unsure()
    assert identity.people(0.0) == ()
    identity.meet(0.3, [at(9.4)])
    assert not identity.unsure()
    assert numbers(identity, 0.3) == {1: True, 2: False}


def test_what_was_found_only_once_is_nobody():
    identity = Identity()
    for k in range(5):
        identity.belongs(1.5 * k, at(5))
        identity.meet(1.5 * k, [at(1 + 12 * k)])
        assert identity.people(1.5 * k) == ()


def test_numbers_stay_with_people_who_walk_past_each_other():
    identity = known(at(8), at(10))
    for k in range(1, 15):
        t_s = 0.3 + 0.3 * k
        identity.belongs(t_s, at(5))
        identity.meet(t_s, [at(8 - 0.3 * k), at(10 - 0.1 * k)])
    left, right = sorted(
        (person for person in identity.people(4.5) if not person.followed), key=lambda person: person.box_px[0]
    )
    assert (left.number, right.number) == (2, 3)


def test_a_jump_to_somebody_known_is_not_the_patient():
    identity = known(at(9))
    assert identity.jumped(0.33, at(9))
    assert not identity.belongs(0.33, at(9))
    assert not identity.belongs(0.36, at(9.1))
    assert identity.belongs(0.40, at(5.1))
    assert numbers(identity, 0.4) == {1: True, 2: False}


def test_a_jump_to_a_place_where_nobody_was_is_the_patient_found_again():
    identity = known(at(9))
    assert identity.jumped(0.33, at(2))
    assert identity.belongs(0.33, at(2))


def test_a_change_of_size_alone_may_be_a_change_of_person():
    identity = known(at(5.8, trunk_px=230.0))
    assert identity.jumped(0.33, at(5.8, trunk_px=230.0))
    assert not identity.belongs(0.33, at(5.8, trunk_px=230.0))


@pytest.mark.parametrize("speed_trunks", [1.0, 3.0, 5.0])
@pytest.mark.parametrize("fps", [5, 15, 30])
def test_a_patient_who_walks_jumps_or_falls_stays_the_patient_beside_another(speed_trunks, fps):
    identity = known(at(9.5))
    for k in range(1, int(0.6 * fps)):
        assert identity.belongs(0.3 + k / fps, at(5 + speed_trunks * k / fps))


def test_after_an_absence_the_nearer_known_place_decides():
    identity = known(at(11))
    assert not identity.belongs(0.3 + 2 * AWAY_S, at(10))
    assert identity.belongs(0.4 + 2 * AWAY_S, at(7))


def test_whoever_is_found_after_a_long_absence_is_taken_on():
    identity = known(at(11))
    t_s = 0.3
    while t_s < 0.3 + FORGET_S - 0.5:
        t_s += 0.5
        assert not identity.belongs(t_s, at(11))
    assert identity.belongs(0.3 + FORGET_S + 0.1, at(11))


def test_others_who_are_missed_are_no_longer_shown_and_then_forgotten():
    identity = known(at(9))
    t_s = 0.3 + OTHER_SHOWN_S + 0.1
    assert identity.people(t_s - 0.2)
    identity.belongs(t_s, at(5))
    assert identity.people(t_s) == ()
    assert not identity.belongs(t_s + 0.03, at(9))  # still known
    identity.belongs(t_s + 0.06, at(5))
    identity.meet(t_s + OTHER_KEPT_S + 0.1, [])
    assert identity.places() == ()


def test_a_look_round_after_a_jump_tells_that_the_patient_is_still_there():
    identity = known()
    assert identity.jumped(0.33, at(10))
    assert identity.went_over(0.33, at(10), [at(5.1)])
    assert not identity.belongs(0.36, at(10))
    assert identity.belongs(0.39, at(5.1))
    nobody_else = known()
    assert not nobody_else.went_over(0.33, at(10), [])
    assert not nobody_else.went_over(0.33, at(10), [at(15)])
    assert nobody_else.belongs(0.33, at(10))


def test_the_one_who_is_chosen_is_followed():
    identity = known(at(9))
    assert identity.follow(3) is None
    assert identity.follow(1) is None  # already
    assert identity.follow(2).hips_px == pytest.approx((900, 300))
    assert numbers(identity, 0.4) == {1: False, 2: True}
    assert not identity.belongs(0.43, at(5))
    assert identity.belongs(0.46, at(9))
    assert identity.follow(1) is not None
    identity.forget()
    assert identity.belongs(0.5, at(9))


def test_nobody_shares_a_number_after_the_followed_one_was_given_up():
    identity = known(at(9))
    assert identity.follow(2) is not None
    identity.forget()
    assert identity.belongs(1.0, at(12))
    identity.meet(1.0, [at(5)])
    found = identity.people(1.0)
    assert len({person.number for person in found}) == len(found) == 2


def test_who_has_a_number_is_known():
    identity = Identity()
    assert not identity.knows(1)
    identity = known(at(9))
    assert [identity.knows(number) for number in (1, 2, 3)] == [True, True, False]


def test_somebody_known_to_whom_the_network_goes_over_is_not_counted_twice():
    identity = known(at(9))
    assert identity.jumped(0.33, at(9))
    assert identity.went_over(0.33, at(9), [at(5.1)])
    assert numbers(identity, 0.4) == {1: True, 2: False}


def test_the_largest_other_is_one_who_is_sure():
    identity = known(at(9), at(12, trunk_px=140.0))
    number, place = identity.largest_other()
    assert (number, place.trunk_px) == (3, 140.0)
    assert known().largest_other() is None
