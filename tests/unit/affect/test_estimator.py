from dataclasses import replace

import numpy as np
import pytest

from physio.affect.action_units import AU_INDEX
from physio.affect.estimator import MAX_AGE_S, AffectEstimator
from physio.affect.neutral import READY_S
from physio.affect.pain import STRONG_PSPI
from physio.affect.usable import MAX_PITCH_DEG, MAX_YAW_DEG, MIN_HEIGHT_PX
from physio.types import FaceReason, FaceState

from .faces import seen

RATES_HZ = [10.0, 30.0, 60.0]
NUMBERS = ("pspi", "pspi_error", "pain_probability", "engagement_pct", "gaze_yaw_deg", "gaze_pitch_deg")


def play(face_at, rate_hz=30.0, until_s=6.0, estimator=None, from_s=0.0):
    """Readings of a face that changes with time: times (n,) and the Affect records."""
    estimator = estimator or AffectEstimator()
    times_s = np.arange(round(from_s * rate_hz), round(until_s * rate_hz)) / rate_hz
    return times_s, [estimator.step(face_at(t_s), float(t_s)) for t_s in times_s]


def pain_of(readings):
    return np.array([reading.pspi for reading in readings])


def unit(readings, name):
    return np.array([reading.action_units[AU_INDEX[name]] for reading in readings])


def between(since_s, until_s, **strengths):
    """A face with an expression from since_s until until_s, at rest else."""
    return lambda t_s: seen(**strengths) if since_s - 1e-9 <= t_s < until_s - 1e-9 else seen()


def assert_unknown(reading):
    assert np.isnan([getattr(reading, name) for name in NUMBERS]).all()
    for many in (reading.action_units, reading.unit_errors, reading.states, reading.expression):
        assert np.isnan(many).all()
    assert reading.state is FaceState.NO_FACE
    assert not reading.flash


# -- learning the rest -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_nothing_is_known_until_the_rest_is_and_then_everything(rate_hz):
    times_s, readings = play(lambda _: seen(), rate_hz, 3.0)
    np.testing.assert_allclose([reading.seen_s for reading in readings], times_s, atol=1e-6)
    learning = [reading for t_s, reading in zip(times_s, readings, strict=True) if t_s < READY_S - 1e-6]
    ready = [reading for t_s, reading in zip(times_s, readings, strict=True) if t_s > READY_S + 0.1]
    assert len(learning) >= 10
    for reading in learning:
        assert reading.reason is FaceReason.LEARNING
        assert (reading.yaw_deg, reading.age_s) == (0.0, 0.0)
        assert_unknown(reading)
    for reading in ready:
        assert reading.reason is FaceReason.OK
        assert reading.pspi < 1.0
        assert np.isfinite([*reading.action_units, reading.pspi_error, reading.gaze_yaw_deg]).all()
        assert np.isnan(reading.unit_errors[AU_INDEX["au43"]]), "a matter of time"
        assert np.isfinite(np.delete(reading.unit_errors, AU_INDEX["au43"])).all()


def test_a_rest_that_is_known_is_used_at_once():
    learned = AffectEstimator()
    assert learned.resting is None
    play(lambda _: seen(), until_s=2.0, estimator=learned)
    assert learned.resting is not None
    (first,) = play(lambda _: seen(pain=1.0), until_s=1 / 30, estimator=AffectEstimator(learned.resting))[1]
    assert first.reason is FaceReason.OK
    assert first.pspi > STRONG_PSPI


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_person_who_starts_in_pain_still_shows_it_when_calm_was_seen(rate_hz):
    course = lambda t_s: seen(pain=1.0) if t_s < 3 or 7 <= t_s < 8.5 else seen()  # noqa: E731
    times_s, readings = play(course, rate_hz, 9.0)
    assert {reading.reason for reading in readings[: round(3 * rate_hz)]} == {FaceReason.LEARNING}
    assert pain_of(readings)[(times_s > 7.5) & (times_s < 8.5)].min() > STRONG_PSPI
    assert pain_of(readings)[(times_s > 5.5) & (times_s < 7)].max() < 1.5


# -- pain and what is none -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_pain_is_read_and_ends(rate_hz):
    times_s, readings = play(between(3, 5, pain=1.0), rate_hz, 7.0)
    pain = pain_of(readings)
    assert pain[(times_s > 1.2) & (times_s < 3)].max() < 1.0
    assert pain[(times_s > 3.8) & (times_s < 5)].min() > 5.0
    assert pain[times_s > 6.0].max() < 1.0
    assert {reading.state for reading in readings if reading.reason is FaceReason.OK} >= {FaceState.NEUTRAL}


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_grimace_of_one_second_shows(rate_hz):
    assert np.nanmax(pain_of(play(between(3, 4, pain=1.0), rate_hz)[1])) > 5.0


def test_the_same_reading_at_every_frame_rate():
    slow, fast = (pain_of(play(between(3, 5, pain=1.0), rate_hz)[1]) for rate_hz in (10.0, 60.0))
    for i in range(15, len(slow) - 1):
        around = fast[6 * (i - 1) : 6 * (i + 1) + 1]  # within one slow frame
        assert around.min() - 0.05 <= slow[i] <= around.max() + 0.05


def test_a_smile_is_no_pain():
    _, readings = play(between(3, 5, smile=1.0))
    assert np.nanmax(pain_of(readings)) < STRONG_PSPI


@pytest.mark.parametrize("turn", [{"yaw_deg": 30.0}, {"yaw_deg": -30.0}, {"pitch_deg": 20.0}, {"pitch_deg": -20.0}])
def test_turning_the_head_is_no_pain(turn):
    assert np.nanmax(pain_of(play(between(3, 6, **turn))[1])) < 1.0


# -- eyes ------------------------------------------------------------------------------------------------------------


def lids(t_s, every_s=2.0):
    """Shut 0-1: 0.1 s down, 0.1 s shut, 0.15 s up."""
    return float(np.interp(t_s % every_s, [0, 0.1, 0.2, 0.35], [0, 1, 1, 0]))


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_blinks_are_no_pain(rate_hz):
    times_s, readings = play(lambda t_s: seen(shut=lids(t_s) if t_s > 1.9 else 0.0), rate_hz, 8.0)
    ready = times_s > 1.2
    assert unit(readings, "au45")[ready].max() > 2.0
    assert (pain_of(readings)[ready] >= STRONG_PSPI).mean() < 0.05
    assert not unit(readings, "au43")[ready].any()
    assert not any(reading.flash for reading in readings)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_closed_eyes_add_one_after_half_a_second(rate_hz):
    times_s, readings = play(between(3, 5, shut=1.0), rate_hz)
    au43 = unit(readings, "au43")
    closed = times_s[au43 == 1]
    assert closed[0] == pytest.approx(3.5, abs=1.01 / rate_hz)
    assert closed[0] >= 3.5 - 1e-6
    assert closed[-1] < 5.0
    assert set(au43[np.isfinite(au43)]) == {0.0, 1.0}
    first = int(np.flatnonzero(au43 == 1)[0])
    one = readings[first]
    au = {name: one.action_units[i] for name, i in AU_INDEX.items()}
    assert one.pspi == pytest.approx(au["au04"] + max(au["au06"], au["au07"]) + max(au["au09"], au["au10"]) + 1)


def test_eyes_that_were_not_seen_meanwhile_are_not_closed():
    course = lambda t_s: None if 3.2 <= t_s < 4.0 else seen(shut=1.0) if t_s >= 3 else seen()  # noqa: E731
    times_s, readings = play(course, until_s=4.6)
    au43 = unit(readings, "au43")
    assert times_s[au43 == 1][0] == pytest.approx(4.5, abs=0.04)


# -- a face that may not be read -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("worse", "reason"),
    [
        ({"yaw_deg": MAX_YAW_DEG + 1}, FaceReason.TURNED_AWAY),
        ({"pitch_deg": -MAX_PITCH_DEG - 1}, FaceReason.TURNED_AWAY),
        ({"height_px": MIN_HEIGHT_PX - 1}, FaceReason.TOO_SMALL),
        ({"reason": FaceReason.HIDDEN}, FaceReason.HIDDEN),
        ({"reason": FaceReason.BLURRED}, FaceReason.BLURRED),
        ({"reason": FaceReason.DOUBTFUL}, FaceReason.DOUBTFUL),
    ],
)
def test_where_a_face_may_not_be_read_nothing_but_its_direction_is_known(worse, reason):
    times_s, readings = play(lambda t_s: seen(**({"roll_deg": 3.0} | worse if 3 <= t_s < 4 else {})), until_s=5.0)
    for t_s, reading in zip(times_s, readings, strict=True):
        if 3 <= t_s < 4:
            assert reading.reason is reason
            assert_unknown(reading)
            head = (worse.get("yaw_deg", 0.0), worse.get("pitch_deg", 0.0), 3.0, 0.0)
            assert (reading.yaw_deg, reading.pitch_deg, reading.roll_deg, reading.age_s) == head
        elif t_s > 1.2:
            assert reading.reason is FaceReason.OK
    assert readings[-1].seen_s == pytest.approx(5.0 - 1.0 - 2 / 30)


def test_no_face_and_broken_landmarks_were_not_found():
    estimator = AffectEstimator()
    nothing = estimator.step(None, 0.0)
    assert (nothing.reason, nothing.age_s, nothing.seen_s) == (FaceReason.NOT_FOUND, 0.0, 0.0)
    assert_unknown(nothing)
    assert np.isnan([nothing.yaw_deg, nothing.pitch_deg, nothing.roll_deg]).all()
    lost = seen().landmarks_px.copy()
    lost[13] = np.nan
    for broken in (replace(seen(), landmarks_px=lost), replace(seen(), rotation=np.full((3, 3), np.nan))):
        reading = estimator.step(broken, 0.1)
        assert reading.reason is FaceReason.NOT_FOUND
        assert_unknown(reading)


def test_the_rest_outlives_a_pause():
    course = lambda t_s: None if 3 <= t_s < 6 else seen(pain=1.0 if t_s >= 7 else 0.0)  # noqa: E731
    times_s, readings = play(course, until_s=8.0)
    pain = pain_of(readings)
    assert np.isnan(pain[(times_s >= 3) & (times_s < 6)]).all()
    assert pain[(times_s >= 6) & (times_s < 7)].max() < 1.0
    assert pain[-1] > STRONG_PSPI


# -- flashes, gaze and age -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("lasts_s", [0.2, 0.4])
def test_a_flash_is_marked_in_the_frame_in_which_it_ended(rate_hz, lasts_s):
    times_s, readings = play(between(3, 3 + lasts_s, pain=1.0), rate_hz)
    (end_s,) = times_s[[reading.flash for reading in readings]]
    assert end_s == pytest.approx(3 + lasts_s, abs=1.01 / rate_hz)


def test_a_long_expression_is_no_flash():
    assert not any(reading.flash for reading in play(between(3, 4, pain=1.0))[1])


def test_a_flash_is_not_told_again_while_its_reading_ages():
    estimator = AffectEstimator()
    play(between(3, 3.3, pain=1.0), until_s=3.3, estimator=estimator)
    assert estimator.step(seen(), 3.3).flash
    assert not estimator.aged(3.4).flash


def test_gaze_is_of_the_eyes_not_of_the_head():
    _, readings = play(lambda t_s: seen(yaw_deg=20.0 if t_s > 2 else 0.0), until_s=3.0)
    straight, turned = readings[59], readings[-1]
    assert turned.gaze_yaw_deg == pytest.approx(straight.gaze_yaw_deg)
    assert turned.gaze_pitch_deg == pytest.approx(straight.gaze_pitch_deg)
    assert turned.yaw_deg == 20.0


def test_a_reading_ages_for_half_a_second_and_no_longer():
    estimator = AffectEstimator()
    before = estimator.aged(0.0)
    assert before.reason is FaceReason.NOT_FOUND
    assert np.isnan(before.age_s)
    _, readings = play(lambda _: seen(), until_s=61 / 30, estimator=estimator)
    last_s = 2.0
    young = estimator.aged(last_s + MAX_AGE_S)
    assert (young.reason, young.pspi, young.seen_s) == (FaceReason.OK, readings[-1].pspi, readings[-1].seen_s)
    np.testing.assert_array_equal(young.action_units, readings[-1].action_units)
    assert young.age_s == pytest.approx(MAX_AGE_S)
    old = estimator.aged(last_s + MAX_AGE_S + 0.01)
    assert old.reason is FaceReason.NOT_FOUND
    assert np.isnan(old.age_s)
    assert old.seen_s == pytest.approx(last_s)
    assert_unknown(old)
