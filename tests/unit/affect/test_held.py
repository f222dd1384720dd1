import math
from dataclasses import replace

import numpy as np
import pytest

from physio.affect.action_units import AU_INDEX
from physio.affect.expression import EXPRESSIONS
from physio.affect.held import held
from physio.affect.states import STATES
from physio.types import Affect, FaceReason, FaceState

FPS = 20
UNITS = np.zeros(len(AU_INDEX))
CALM = Affect(
    UNITS, 0.4, FaceState.ENGAGED, FaceReason.OK, 0.0, 0.0, 0.05, pspi_error=0.6, pain_probability=0.1, seen_s=9.0
)
PAIN = replace(CALM, pspi=8.0, state=FaceState.PAIN, pain_probability=0.9, pspi_error=1.2)
LOST = replace(
    CALM, pspi=math.nan, state=FaceState.NO_FACE, reason=FaceReason.TURNED_AWAY, pspi_error=math.nan, seen_s=9.0
)


def shown(*parts: tuple[Affect, float]):
    """After so many seconds of each reading, one after the other."""
    readings = [one for one, length_s in parts for _ in range(round(length_s * FPS))]
    return held([(i / FPS, one) for i, one in enumerate(readings)], 0.5)


def test_a_grimace_of_one_second_shows_in_full_and_stays_to_be_read():
    assert shown((CALM, 9), (PAIN, 0.8)).pspi == 8.0
    assert shown((CALM, 9), (PAIN, 1.0), (CALM, 1.5)).pspi == 8.0
    assert shown((CALM, 9), (PAIN, 1.0), (CALM, 3.0)).pspi == 0.4
    assert shown((CALM, 9), (PAIN, 1.0)).pain_probability == 0.9


def test_what_is_shorter_than_a_blink_does_not_show():
    assert shown((CALM, 9), (PAIN, 0.4), (CALM, 0.2)).pspi < 1.0


def test_the_number_does_not_flicker_with_its_noise():
    noise = np.random.default_rng(0).normal(0, 0.6, 600)
    seen = [(i / FPS, replace(CALM, pspi=max(0.0, 4.0 + x))) for i, x in enumerate(noise)]
    steps = [held(seen[:end], 0.5).pspi for end in range(100, 600, 10)]
    assert np.abs(np.diff(steps)).max() < 0.6
    assert np.mean(steps) == pytest.approx(4.4, abs=0.2)


def test_single_lost_frames_change_nothing_and_a_lost_face_shows_nothing_old():
    flicker = [part for _ in range(10) for part in ((CALM, 0.1), (LOST, 0.05))]
    assert shown(*flicker).pspi == 0.4
    lost = shown((PAIN, 5), (LOST, 0.6))
    assert lost.reason is FaceReason.TURNED_AWAY
    assert math.isnan(lost.pspi)
    assert math.isnan(lost.pain_probability)
    assert lost.state is FaceState.NO_FACE


@pytest.mark.parametrize("reason", [reason for reason in FaceReason if reason])
def test_the_most_frequent_reason_is_given(reason):
    other = FaceReason.BLURRED if reason is not FaceReason.BLURRED else FaceReason.TOO_SMALL
    mostly = shown((replace(LOST, reason=reason), 0.7), (replace(LOST, reason=other), 0.2))
    assert mostly.reason is reason
    assert mostly.seen_s == 9.0


def test_a_reading_that_is_too_old_was_not_read():
    assert shown((replace(CALM, age_s=0.8), 3)).reason is FaceReason.NOT_FOUND
    assert held([], 0.5).reason is FaceReason.NOT_FOUND


def test_a_face_whose_rest_is_not_known_has_a_state_and_no_pain():
    learning = shown((replace(CALM, pspi=math.nan), 3))
    assert learning.reason is FaceReason.OK
    assert learning.state is FaceState.ENGAGED
    assert math.isnan(learning.pspi)
    forgotten = shown((PAIN, 2.0), (replace(CALM, pspi=math.nan), 0.8))
    assert math.isnan(forgotten.pspi), "what was known before is old"


def test_the_state_is_the_most_probable_one_over_two_seconds():
    def of(state: FaceState, probability: float) -> Affect:
        rest = (1 - probability) / (len(STATES) - 1)
        return replace(CALM, states=np.array([probability if one is state else rest for one in STATES]))

    calm, pain = of(FaceState.NEUTRAL, 0.8), of(FaceState.PAIN, 0.8)
    assert shown((calm, 5), (pain, 0.5)).state is FaceState.NEUTRAL
    assert shown((calm, 5), (pain, 1.2)).state is FaceState.PAIN
    assert shown((calm, 5), (pain, 0.8), (calm, 1.5)).state is FaceState.PAIN, "as long as the PSPI shows it"
    assert shown((calm, 5), (pain, 0.8), (calm, 3.1)).state is FaceState.NEUTRAL


def test_engagement_eyes_and_the_signal_are_given_where_they_are_known():
    bare = shown((CALM, 3))
    assert math.isnan(bare.engagement_pct)
    assert (bare.expression, bare.eyes_closed) == ("", False)
    closed = UNITS.copy()
    closed[AU_INDEX["au43"]] = 1.0
    mix = np.full(len(EXPRESSIONS), 0.05)
    mix[EXPRESSIONS.index("happiness")] = 0.7
    full = replace(CALM, engagement_pct=72.0, action_units=closed, expression=mix, valence=0.5, arousal=0.2)
    seen = shown((full, 3))
    assert (seen.engagement_pct, seen.eyes_closed, seen.expression) == (72.0, True, "happiness")
    assert (seen.expression_probability, seen.valence, seen.arousal) == pytest.approx((0.7, 0.5, 0.2))
