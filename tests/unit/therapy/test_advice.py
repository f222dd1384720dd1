import itertools
import math
from dataclasses import replace

import pytest
from streams import hurting, lively, reading, still, stream

from physio.therapy.advice import STAYS_S, AdviceKind, AdviceWatch
from physio.therapy.alerts import QUIET_S
from physio.types import FaceReason

CALM = reading()
BORED = reading(engagement=35.0)
SORE = reading(pspi=2.0, pain=0.5)
UPSET = reading(distress=0.35)


def said(*parts, **how) -> list[tuple[float, AdviceKind | None]]:
    """When what is said changes, and to what."""
    watch, found = AdviceWatch(), []
    for t_s, affect in stream(*parts, **how):
        now = watch.step(t_s, affect)
        if not found or found[-1][1] is not now:
            found.append((t_s, now))
    return found[1:]  # nothing at first


@pytest.mark.parametrize("face", [still, lively])
def test_ten_minutes_of_a_still_or_a_lively_face_give_no_advice(face):
    assert said((600, face)) == []
    assert said((60, face), (20, hurting)), "the same watch sees pain"


@pytest.mark.parametrize(
    ("after", "advice"), [(BORED, AdviceKind.ENCOURAGE), (SORE, AdviceKind.EASE), (UPSET, AdviceKind.EASE)]
)
def test_a_change_is_said_within_seconds_and_for_as_long_as_it_is_one(after, advice):
    (begun, first), (ended, none) = said((60, CALM), (300, after))
    assert (first, none) == (advice, None)
    assert 62 <= begun <= 71
    assert ended - begun >= STAYS_S


def test_what_was_always_so_is_no_change():
    for face in (BORED, SORE, UPSET):
        assert said((300, face)) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (CALM, reading(pain=0.35)),
        (CALM, reading(distress=0.22)),
        (reading(engagement=100.0), reading(engagement=72.0)),
    ],
)
def test_a_change_that_leaves_all_well_is_not_worth_a_word(before, after):
    assert said((60, before), (60, after)) == []


def test_a_line_stays_long_enough_to_be_read():
    (begun, first), (ended, _) = said((60, CALM), (5, BORED), (60, CALM))
    assert first is AdviceKind.ENCOURAGE
    assert STAYS_S <= ended - begun <= STAYS_S + 2


def test_pain_comes_before_engagement():
    both = reading(pspi=2.0, pain=0.5, engagement=30.0)
    (first_s, first), (then_s, then), *_ = said((60, CALM), (20, both))
    assert (first, then) == (AdviceKind.ENCOURAGE, AdviceKind.EASE)
    assert then_s - first_s < STAYS_S, "it does not wait"


def test_the_same_advice_is_not_given_again_for_a_minute():
    waves = [(12, BORED), (24, CALM)] * 12
    begun = [t_s for t_s, advice in said((60, CALM), *waves) if advice]
    assert len(begun) >= 2
    assert min(b - a for a, b in itertools.pairwise(begun)) >= QUIET_S


@pytest.mark.parametrize(
    "face",
    [
        replace(BORED, engagement_pct=math.nan),
        replace(SORE, pain_probability=math.nan),
        replace(SORE, reason=FaceReason.DOUBTFUL),
        reading(reason=FaceReason.NOT_FOUND),
    ],
)
def test_what_is_unknown_gives_no_advice(face):
    assert said((60, CALM), (120, face)) == []


def test_a_few_seconds_before_are_no_comparison():
    assert said((10, CALM), (8, BORED)) == []
