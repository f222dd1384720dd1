from dataclasses import replace

import numpy as np
import pytest
from physio.affect.state import MAX_AGE_S, MAX_PITCH_DEG, MAX_YAW_DEG, MIN_HEIGHT_PX, AffectEstimator

from physio.affect.action_units import AU_INDEX
from physio.types import FaceReason, FaceState

from .faces import NEUTRAL, moved, seen

RATES_HZ = [10.0, 30.0, 60.0]
PAIN = {"au04": 3.0, "au07": 3.0, "au10": 2.0}


def play(face_at, rate_hz=30.0, until_s=8.0, estimator=None, from_s=0.0):
    """Readings of a face that changes with time: times (n,) and the Affect records."""
    estimator = estimator or AffectEstimator()
    times_s = np.arange(round(from_s * rate_hz), round(until_s * rate_hz)) / rate_hz
    return times_s, [estimator.step(face_at(t_s), float(t_s)) for t_s in times_s]


def pain_of(readings):
    return np.array([reading.pspi for reading in readings])


def states_of(readings):
    return {FaceState(reading.state) for reading in readings}


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_units_are_unknown_until_the_baseline_is_ready_and_pain_until_it_is_final(rate_hz):
    estimator = AffectEstimator()
    times_s, readings = play(lambda _: seen(), rate_hz, 5.0, estimator)
    known = np.isfinite([reading.action_units for reading in readings])
    np.testing.assert_array_equal(known.all(axis=1), times_s >= 1.0 - 1e-6)
    assert not known[times_s < 1.0 - 1e-6].any()
    assert not np.any([reading.action_units for reading in np.array(readings, dtype=object)[known.all(axis=1)]])
    np.testing.assert_array_equal(np.isfinite(pain_of(readings)), times_s >= 3.0 - 1e-6)
    np.testing.assert_allclose([reading.seen_s for reading in readings], times_s, atol=1e-6)
    assert states_of(readings) == {FaceState.ENGAGED}
    assert readings[-1].reason == FaceReason.OK
    assert readings[-1].age_s == 0.0


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_pain_is_read_and_shown_as_discomfort_after_it_lasted(rate_hz):
    times_s, readings = play(lambda t_s: seen(moved(**PAIN) if 4 <= t_s < 6 else NEUTRAL), rate_hz)
    pain = pain_of(readings)
    settled = (times_s >= 5.5) & (times_s < 6)
    expected = sum((level - 0.5) * 5 / 4.5 for level in PAIN.values())
    np.testing.assert_allclose(pain[settled], expected, rtol=0.02)
    shown = times_s[[reading.state == FaceState.PAIN for reading in readings]]
    assert 4.5 <= shown[0] < 4.95
    assert 6.0 <= shown[-1] < 6.6
    assert (pain[(times_s > 3) & (times_s < 4)] == 0).all()
    np.testing.assert_allclose(pain[times_s > 7.8], 0.0, atol=1e-9)


def test_the_same_reading_at_every_frame_rate():
    def face(t_s):
        return seen(moved(**PAIN) if 4 <= t_s < 6 else NEUTRAL)

    slow, fast = pain_of(play(face, 10.0)[1]), pain_of(play(face, 60.0)[1])
    for i in range(32, len(slow) - 1):
        around = fast[6 * (i - 1) : 6 * (i + 1) + 1]  # within one slow frame
        assert around.min() - 1e-9 <= slow[i] <= around.max() + 1e-9


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_blinks_are_no_pain(rate_hz):
    # Lids take 0.1 s down, stay 0.1 s, take 0.15 s up; the lower lid comes up with them and the cheek a little.
    def face(t_s):
        phase = t_s % 2.0 - 1.0
        shut = float(np.interp(phase, [0, 0.1, 0.2, 0.35], [0, 1, 1, 0]))
        return seen(moved(opening=1 - shut, au07=3.0 * shut, au06=1.5 * shut) if phase >= 0 else NEUTRAL)

    _, readings = play(face, rate_hz, 9.0)
    assert np.nanmax(pain_of(readings)) < 0.5
    assert states_of(readings) == {FaceState.ENGAGED}


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_closed_eyes_add_one_after_half_a_second(rate_hz):
    times_s, readings = play(lambda t_s: seen(moved(opening=0.05) if 4 <= t_s < 6 else NEUTRAL), rate_hz)
    au43 = np.array([reading.action_units[AU_INDEX["au43"]] for reading in readings])
    closed = times_s[au43 == 1]
    assert closed[0] == pytest.approx(4.5, abs=1.01 / rate_hz)
    assert closed[-1] < 6.0
    assert np.nanmax(pain_of(readings)) == 1.0
    assert FaceState.NEUTRAL in states_of(readings)
    assert FaceState.PAIN not in states_of(readings)


def test_smiling_talking_and_gaping_are_no_pain():
    def face(t_s):
        if t_s < 3:
            return seen()
        return seen(moved(au12=4.0, au25=3.0)) if t_s < 5 else seen(moved(au25=3 * np.sin(9 * t_s) ** 2, au26=2.0))

    _, readings = play(face)
    assert np.nanmax(pain_of(readings)) == 0.0


@pytest.mark.parametrize("turn", [{"yaw_deg": 30.0}, {"yaw_deg": -30.0}, {"pitch_deg": 20.0}, {"pitch_deg": -20.0}])
def test_turning_the_head_is_no_pain(turn):
    _, readings = play(lambda t_s: seen(**(turn if t_s > 4 else {})))
    # yaw moves no unit at all; the pitch correction moves a rigid head's units by under two levels
    assert np.nanmax(pain_of(readings)) < (1e-9 if "yaw_deg" in turn else 2.0)


def test_turned_away_is_unknown_and_looking_away():
    for turn in ({"yaw_deg": MAX_YAW_DEG + 1}, {"pitch_deg": -MAX_PITCH_DEG - 1}):
        _, readings = play(lambda t_s, turn=turn: seen(**(turn if t_s > 4 else {})))
        last = readings[-1]
        assert last.reason == FaceReason.TURNED_AWAY
        assert last.state == FaceState.NEUTRAL
        assert np.isnan(last.pspi)
        assert np.isnan(last.action_units).all()
        assert (last.yaw_deg, last.pitch_deg) == (turn.get("yaw_deg", 0.0), turn.get("pitch_deg", 0.0))


@pytest.mark.parametrize("reason", [FaceReason.HIDDEN, FaceReason.BLURRED, FaceReason.DOUBTFUL])
def test_a_face_that_may_not_be_read_is_unknown_with_its_reason(reason):
    _, readings = play(lambda t_s: replace(seen(), reason=reason if t_s > 4 else FaceReason.OK))
    assert readings[60].reason is FaceReason.OK
    assert readings[-1].reason is reason
    assert np.isnan(readings[-1].pspi)
    assert np.isnan(readings[-1].action_units).all()


def test_a_glance_aside_is_not_looking_away_but_a_second_is():
    times_s, readings = play(lambda t_s: seen(yaw_deg=35.0 if 3 <= t_s < 3.3 or t_s >= 5 else 0.0), until_s=7.0)
    away = times_s[[reading.state == FaceState.NEUTRAL for reading in readings]]
    assert away[0] == pytest.approx(5.5, abs=0.05)
    assert len(away) == (times_s >= away[0]).sum()
    assert np.isfinite(readings[-1].pspi)


def test_a_face_of_30_pixels_is_read_and_one_of_20_is_not():
    _, readings = play(lambda _: seen(height_px=30.0), until_s=4.0)
    assert readings[-1].reason == FaceReason.OK
    assert readings[-1].pspi == 0.0
    _, readings = play(lambda _: seen(height_px=20.0), until_s=2.0)
    assert readings[-1].reason == FaceReason.TOO_SMALL
    assert readings[-1].state == FaceState.NO_FACE
    assert np.isnan(readings[-1].pspi)


def test_no_face_and_broken_landmarks_are_unknown():
    estimator = AffectEstimator()
    nothing = estimator.step(None, 0.0)
    assert (nothing.reason, nothing.state) == (FaceReason.NOT_FOUND, FaceState.NO_FACE)
    assert np.isnan([nothing.pspi, nothing.yaw_deg, nothing.pitch_deg, *nothing.action_units]).all()
    face = seen()
    broken = face.landmarks_px.copy()
    broken[13] = np.nan
    for unusable in (replace(face, landmarks_px=broken), replace(face, rotation=np.full((3, 3), np.nan))):
        reading = estimator.step(unusable, 0.1)
        assert (reading.reason, reading.state, reading.age_s) == (FaceReason.NOT_FOUND, FaceState.NO_FACE, 0.0)
        assert np.isnan([reading.pspi, reading.yaw_deg, reading.pitch_deg, *reading.action_units]).all()


def test_the_baseline_outlives_a_pause():
    face = lambda t_s: None if 4 <= t_s < 7 else seen(moved(**PAIN) if t_s >= 9 else NEUTRAL)  # noqa: E731
    times_s, readings = play(face, until_s=11.0)
    pain = pain_of(readings)
    assert np.isnan(pain[(times_s >= 4) & (times_s < 7)]).all()
    assert (pain[(times_s >= 7) & (times_s < 9)] == 0).all()
    assert pain[-1] > 3


def test_aged_reading_keeps_for_half_a_second():
    estimator = AffectEstimator()
    assert estimator.aged(0.0).reason == FaceReason.NOT_FOUND
    _, readings = play(lambda _: seen(), until_s=4.0, estimator=estimator)
    last_s = 4.0 - 1 / 30
    young = estimator.aged(last_s + 0.2)
    assert young.age_s == pytest.approx(0.2)
    assert young.pspi == readings[-1].pspi == 0.0
    old = estimator.aged(last_s + 0.6)
    assert (old.reason, old.state) == (FaceReason.NOT_FOUND, FaceState.NO_FACE)
    assert np.isnan([old.pspi, old.age_s, *old.action_units]).all()
    assert old.seen_s == pytest.approx(last_s)


def test_a_person_who_starts_with_a_grimace_still_shows_pain():
    _, readings = play(lambda _: seen(moved(au04=5.0, au07=5.0, au10=5.0)), until_s=6.0)
    assert readings[-1].pspi >= 3.0


def test_every_reading_without_numbers_is_of_now_and_says_where_the_head_looks_when_it_is_known():
    small = AffectEstimator().step(replace(seen(yaw_deg=12.0, pitch_deg=-7.0), height_px=MIN_HEIGHT_PX - 1), 0.0)
    assert (small.reason, small.yaw_deg, small.pitch_deg, small.age_s) == (FaceReason.TOO_SMALL, 12.0, -7.0, 0.0)
    away = AffectEstimator().step(seen(yaw_deg=50.0, pitch_deg=-7.0), 0.0)
    assert (away.reason, away.yaw_deg, away.pitch_deg, away.age_s) == (FaceReason.TURNED_AWAY, 50.0, -7.0, 0.0)
    nobody = AffectEstimator().step(None, 0.0)
    assert (nobody.reason, nobody.age_s) == (FaceReason.NOT_FOUND, 0.0)
    read = AffectEstimator().step(seen(yaw_deg=12.0, pitch_deg=-7.0), 0.0)
    assert (read.reason, read.yaw_deg, read.pitch_deg, read.age_s) == (FaceReason.OK, 12.0, -7.0, 0.0)


def test_the_limits_themselves_are_read():
    for face in (
        seen(yaw_deg=MAX_YAW_DEG),
        seen(yaw_deg=-MAX_YAW_DEG),
        seen(pitch_deg=MAX_PITCH_DEG),
        replace(seen(), height_px=MIN_HEIGHT_PX),
    ):
        assert AffectEstimator().step(face, 0.0).reason is FaceReason.OK


def test_a_reading_is_kept_for_half_a_second_and_no_longer():
    estimator = AffectEstimator()
    assert np.isnan(estimator.aged(0.0).age_s)
    estimator.step(seen(), 0.0)
    assert estimator.aged(MAX_AGE_S).reason is FaceReason.OK
    assert estimator.aged(MAX_AGE_S + 0.01).reason is FaceReason.NOT_FOUND


def pain_level(pspi):
    """The face with AU4 alone at this PSPI."""
    return moved(au04=0.5 + pspi * 4.5 / 5)


def test_discomfort_begins_at_three_and_ends_below_two_and_a_half():
    _, lasting = play(lambda t_s: seen(pain_level(2.8) if t_s >= 3 else NEUTRAL), until_s=6.0)
    assert FaceState.PAIN not in states_of(lasting)
    course = lambda t_s: 0 if t_s < 3 else 3.6 if t_s < 5 else 2.7 if t_s < 7 else 2.2  # noqa: E731
    times_s, readings = play(lambda t_s: seen(pain_level(course(t_s)) if t_s >= 3 else NEUTRAL), until_s=9.0)
    shown = np.array([reading.state is FaceState.PAIN for reading in readings])
    assert shown[(times_s > 4.2) & (times_s < 7.0)].all()
    assert not shown[times_s > 7.8].any()


def test_what_flickered_in_the_first_seconds_is_not_scored_later():
    frames = iter(range(1000))

    def face(t_s):
        return seen(moved(au25=0.8 * (next(frames) % 2)) if t_s < 4 else moved(au25=1.2))

    calm = play(lambda t_s: seen(moved(au25=1.2) if t_s >= 4 else NEUTRAL), until_s=7.0)[1][-1]
    shaky = play(face, until_s=7.0)[1][-1]
    assert calm.action_units[AU_INDEX["au25"]] > 0.7
    assert shaky.action_units[AU_INDEX["au25"]] < 0.3
