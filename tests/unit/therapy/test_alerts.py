import math
from dataclasses import replace

import numpy as np
import pytest
from streams import NO_FACE, hurting, lively, reading, still, stream

from physio.therapy.alerts import LOST_S, QUIET_S, SHOWN_S, Alert, AlertKind, AlertWatch
from physio.therapy.levels import AlertLevels
from physio.types import Affect, FaceReason

MINUTES = 60.0
SHARP = reading(pspi=6.0, pain=0.9)
CALM = reading()
LOST = reading(reason=FaceReason.NOT_FOUND)
DISTRESSED = reading(pspi=1.0, distress=0.7)


def raised(watch: AlertWatch, *parts, **how) -> list[Alert]:
    return [alert for t_s, affect in stream(*parts, **how) for alert in watch.step(t_s, affect)]


def kinds(*parts, levels: AlertLevels | None = None, **how) -> list[tuple[AlertKind, float]]:
    found = raised(AlertWatch(levels or AlertLevels()), *parts, **how)
    return [(one.kind, round(one.t_s, 1)) for one in found]


# -- what raises nothing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("face", [still, lively])
@pytest.mark.parametrize("fps", [5.0, 30.0])
def test_ten_minutes_of_a_still_or_a_lively_face_raise_nothing(face, fps):
    assert kinds((10 * MINUTES, face), fps=fps) == []
    assert kinds((MINUTES, face), (5.0, hurting), fps=fps), "the same watch sees pain"


def test_a_grimace_of_one_second_is_no_alert_and_one_that_lasts_is():
    assert kinds((20, CALM), (1.0, SHARP), (20, CALM), (1.5, SHARP), (20, CALM)) == []
    assert kinds((20, CALM), (2.5, SHARP), (20, CALM)) == [(AlertKind.PAIN, 22.0)]


def test_high_pspi_without_the_probability_of_pain_is_no_alert_and_neither_is_the_reverse():
    assert kinds((60, reading(pspi=7.0, pain=0.5))) == []
    assert kinds((60, reading(pspi=1.0, pain=0.9))) == []


def unknown(affect: Affect, **what: float) -> Affect:
    return replace(affect, **what)


@pytest.mark.parametrize(
    "face",
    [
        unknown(SHARP, pspi=math.nan),
        unknown(SHARP, pain_probability=math.nan),
        unknown(DISTRESSED, states=np.full(5, np.nan)),
        replace(SHARP, reason=FaceReason.LEARNING),
        replace(SHARP, reason=FaceReason.DOUBTFUL),
        replace(SHARP, age_s=2.0),
    ],
)
def test_what_is_unknown_raises_no_pain_and_no_distress(face):
    assert {kind for kind, _ in kinds((10, CALM), (60, face))} <= {AlertKind.FACE_LOST}


def test_a_face_that_was_never_there_is_not_lost():
    assert kinds((10 * MINUTES, NO_FACE)) == []
    assert kinds((3, CALM), (10 * MINUTES, NO_FACE)) == [], "seen for a moment alone"


# -- what raises something -------------------------------------------------------------------------------------------


def test_pain_is_found_through_noise_at_any_frame_rate():
    for fps in (4.0, 10.0, 30.0):
        ((kind, t_s),) = kinds((30, still), (10, hurting), (30, still), fps=fps)
        assert kind is AlertKind.PAIN
        assert 31.9 <= t_s <= 34.0


def test_moments_of_unknown_do_not_hide_pain_and_count_for_nothing():
    gaps = [(0.4, LOST if k % 2 else SHARP) for k in range(30)]
    ((kind, t_s),) = kinds((20, CALM), *gaps)
    assert kind is AlertKind.PAIN
    assert t_s > 23.0, "two seconds of it were seen"
    apart = [(1.2, SHARP), (3.0, LOST)] * 10
    assert kinds((20, CALM), *apart) == [], "each time it begins anew"


def test_the_levels_are_the_patients_own():
    mild = reading(pspi=2.2, pain=0.6)
    assert kinds((60, mild)) == []
    assert kinds((60, mild), levels=AlertLevels(pspi=2.0, probability=0.55))
    assert kinds((4.9, SHARP), (5, CALM), levels=AlertLevels(hold_s=5.0)) == []
    assert kinds((5.2, SHARP), (5, CALM), levels=AlertLevels(hold_s=5.0))


def test_high_distress_must_last():
    assert kinds((20, CALM), (2.5, DISTRESSED), (20, CALM)) == []
    assert kinds((20, CALM), (4.0, DISTRESSED), (20, CALM)) == [(AlertKind.HIGH_DISTRESS, 23.0)]


@pytest.mark.parametrize("why", [FaceReason.NOT_FOUND, FaceReason.TURNED_AWAY, FaceReason.HIDDEN, FaceReason.BLURRED])
def test_a_face_lost_for_long_is_said_once_until_it_has_been_back(why):
    gone = reading(reason=why)
    watch = AlertWatch(AlertLevels())
    (first,) = raised(watch, (10, CALM), (10 * MINUTES, gone))
    assert (first.kind, round(first.t_s, 1)) == (AlertKind.FACE_LOST, pytest.approx(10 + LOST_S, abs=0.2))
    assert first.value == pytest.approx(LOST_S, abs=0.2)
    assert first.level == "warning"
    again = kinds((10, CALM), (40, gone), (QUIET_S + 10, CALM), (40, gone))
    assert [kind for kind, _ in again] == [AlertKind.FACE_LOST] * 2


def test_a_face_found_for_a_moment_is_lost_still_and_one_that_comes_back_is_not():
    blinks = [(7.0, LOST), (0.3, CALM)] * 6
    assert [kind for kind, _ in kinds((10, CALM), *blinks)] == [AlertKind.FACE_LOST]
    returns = [(20.0, LOST), (5.0, CALM)] * 6
    assert kinds((10, CALM), *returns) == []


# -- the banner ------------------------------------------------------------------------------------------------------


def test_the_banner_is_the_most_severe_and_the_others_come_after_it():
    both = replace(SHARP, states=DISTRESSED.states)
    watch = AlertWatch(AlertLevels())
    steps = list(stream((10, CALM), (20, both)))
    for t_s, affect in steps:
        watch.step(t_s, affect)
        if t_s == pytest.approx(12.5, abs=0.04):
            assert watch.banner is not None
            assert watch.banner.kind is AlertKind.PAIN
    severe = watch.banner
    assert severe is not None
    assert severe.kind is AlertKind.HIGH_DISTRESS
    assert watch.acknowledge(severe, t_s)
    assert watch.banner is not None
    assert watch.banner.kind is AlertKind.PAIN
    assert watch.acknowledge(watch.banner, t_s)
    assert watch.banner is None


def test_it_goes_when_its_cause_goes_but_stays_long_enough_to_be_read():
    watch, shown = AlertWatch(AlertLevels()), []
    for t_s, affect in stream((10, CALM), (2.2, SHARP), (20, CALM)):
        watch.step(t_s, affect)
        shown += [t_s] if watch.banner else []
    assert shown[0] == pytest.approx(12.0, abs=0.1)
    assert shown[-1] == pytest.approx(12.0 + SHOWN_S, abs=0.1)
    watch, shown = AlertWatch(AlertLevels()), []
    for t_s, affect in stream((10, CALM), (30, SHARP), (20, CALM)):
        watch.step(t_s, affect)
        shown += [t_s] if watch.banner else []
    assert shown[-1] == pytest.approx(41.0, abs=0.2), "as long as it lasts"


def test_the_same_alert_does_not_come_again_for_a_minute():
    often = [(3.0, SHARP), (7.0, CALM)] * 30
    times = [t_s for _, t_s in kinds((10, CALM), *often)]
    assert len(times) == 5
    assert np.all(np.diff(times) >= QUIET_S)


def test_pain_that_goes_on_is_said_again_a_minute_after_it_was_acknowledged():
    watch, times = AlertWatch(AlertLevels()), []
    for t_s, affect in stream((10, CALM), (150, SHARP)):
        for alert in watch.step(t_s, affect):
            times.append(t_s)
            assert watch.acknowledge(alert, t_s)
            assert watch.banner is None
    assert times == pytest.approx([12, 72, 132], abs=0.3)


def test_an_acknowledged_loss_is_not_said_again_while_it_lasts():
    watch = AlertWatch(AlertLevels())
    found = []
    for t_s, affect in stream((10, CALM), (10 * MINUTES, LOST)):
        for alert in watch.step(t_s, affect):
            found.append(alert)
            watch.acknowledge(alert, t_s)
    assert len(found) == 1
    for t_s, affect in stream((QUIET_S, CALM), (2 * LOST_S, LOST)):
        found += watch.step(10 * MINUTES + 10 + t_s, affect)
    assert len(found) == 2, "it had been back"


def test_only_what_is_shown_can_be_acknowledged():
    watch = AlertWatch(AlertLevels())
    (alert,) = raised(watch, (10, CALM), (5, SHARP))
    assert not watch.acknowledge(replace(alert, t_s=1.0), 15.0), "an older one, on a page that is late"
    assert watch.banner == alert
    assert watch.acknowledge(alert, 15.0)
    assert not watch.acknowledge(alert, 15.0)
