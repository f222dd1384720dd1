"""The states of made streams of units: no face, no network but the one that is tested."""

from dataclasses import replace

import joblib
import numpy as np
import pytest

from physio.affect.action_units import ACTION_UNITS, AU_INDEX
from physio.affect.pain import pspi
from physio.affect.reading import unread
from physio.affect.state_features import FEATURES, HISTORY_S, StateFeatures
from physio.affect.state_model import MODEL, StateModel, StateReader
from physio.affect.states import STATES
from physio.types import FaceReason, FaceState

RATES_HZ = [8.0, 15.0, 30.0]
REST, DOUBT = 0.05, 0.5
PAIN = {"au04": 3.5, "au06": 3.0, "au07": 3.5, "au09": 3.0, "au10": 2.5, "au20": 1.0, "au25": 1.0}


def read(levels=None, yaw_deg=0.0, pitch_deg=0.0, gaze=(0.0, 0.0)):
    """An Affect record whose units have these levels, the rest a little above zero as in faces at rest."""
    units = np.full(len(ACTION_UNITS), REST)
    units[AU_INDEX["au43"]] = 0.0
    for name, level in (levels or {}).items():
        units[AU_INDEX[name]] = level
    known = unread(FaceReason.OK, 0.0)
    return replace(
        known,
        action_units=units,
        pspi=float(pspi(units)),
        yaw_deg=yaw_deg,
        pitch_deg=pitch_deg,
        roll_deg=0.0,
        gaze_yaw_deg=gaze[0],
        gaze_pitch_deg=gaze[1],
        pspi_error=DOUBT,
    )


def play(read_at, rate_hz=15.0, until_s=6.0, times_s=None):
    """The readings of a stream: times (n,) and Affect records."""
    reader = StateReader()
    times_s = np.arange(round(until_s * rate_hz)) / rate_hz if times_s is None else times_s
    reads = [read_at(t_s) for t_s in times_s]
    return times_s, [reader.step(read.action_units, read, float(t_s)) for read, t_s in zip(reads, times_s, strict=True)]


def pain_of(readings):
    return np.array([reading.pain_probability for reading in readings])


def ramp(t_s, start_s=2.0, rise_s=0.6):
    """Pain that comes at start_s and stays."""
    share = np.clip((t_s - start_s) / rise_s, 0, 1)
    return {name: REST + share * (level - REST) for name, level in PAIN.items()}


def talking(t_s):
    return {
        "au25": 1.5 + 1.3 * np.sin(14 * t_s),
        "au26": 0.9 + 0.7 * np.sin(14 * t_s + 0.5),
        "au20": 0.4 + 0.4 * np.sin(9 * t_s),
        "au12": 0.5,
    }


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_pain_that_comes_and_stays_is_probable_and_is_the_state(rate_hz):
    times_s, readings = play(lambda t_s: read(ramp(t_s)), rate_hz)
    pain = pain_of(readings)
    assert pain[times_s < 1.9].max() < 0.1
    assert pain[times_s > 3.0].min() > 0.8
    assert {reading.state for reading in readings[-5:]} <= {FaceState.PAIN, FaceState.HIGH_DISTRESS}


def test_distress_is_more_than_pain():
    strong = {"au04": 4.5, "au06": 4.5, "au07": 4.5, "au09": 4.0, "au10": 3.5, "au43": 1.0, "au45": 5.0, "au20": 2.5}
    worst = play(lambda t_s: read(strong if t_s > 2 else None))[1][-1]
    less = play(lambda t_s: read({"au04": 1.8, "au07": 1.8, "au06": 1.5, "au10": 1.3} if t_s > 2 else None))[1][-1]
    assert worst.state is FaceState.HIGH_DISTRESS
    assert worst.states[-1] > less.states[-1]
    assert worst.pain_probability > less.pain_probability


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize(
    "levels",
    [
        talking,
        lambda t_s: {"au12": 4.0, "au25": 2.0},
        lambda t_s: {"au12": 3.5, "au06": 3.0, "au25": 1.5, "au07": 1.0},
        lambda t_s: {"au24": 3.5, "au04": 1.0},
        lambda t_s: {"au45": 5.0 if t_s % 2.0 < 0.2 else REST},
    ],
    ids=["talking", "smile", "smile with cheeks", "effort", "blinks"],
)
def test_what_is_not_pain_is_not_called_so(levels, rate_hz):
    times_s, readings = play(lambda t_s: read(levels(t_s)), rate_hz, 8.0)
    assert pain_of(readings)[times_s > 1].mean() < 0.3
    seen = [reading.state for reading, t_s in zip(readings, times_s, strict=True) if t_s > 1]
    assert np.isin(seen, (FaceState.NEUTRAL, FaceState.ENGAGED)).mean() > 0.95


def test_talking_and_smiling_are_engaged():
    for levels in (talking, lambda t_s: {"au12": 3.5, "au06": 3.0, "au25": 1.5}):
        _, readings = play(lambda t_s, levels=levels: read(levels(t_s)))
        assert np.mean([reading.state is FaceState.ENGAGED for reading in readings[30:]]) > 0.9


def test_ten_minutes_of_flickering_units_at_rest_are_no_pain():
    rng, names = np.random.default_rng(0), [unit.name for unit in ACTION_UNITS if unit.name != "au43"]
    _, readings = play(lambda _: read({name: max(0.0, rng.normal(REST, 0.1)) for name in names}), 8.0, 600.0)
    assert {reading.state for reading in readings} <= {FaceState.NEUTRAL, FaceState.ENGAGED}
    assert pain_of(readings).max() < 0.2


def test_probabilities_sum_to_one_and_the_state_is_the_most_probable():
    _, readings = play(lambda t_s: read(ramp(t_s) if t_s > 3 else talking(t_s)))
    for reading in readings:
        assert reading.states.sum() == pytest.approx(1.0)
        assert (reading.states >= 0).all()
        assert reading.state is STATES[int(np.argmax(reading.states))]
        assert 0 <= reading.pain_probability <= 1
        assert 0 <= reading.engagement_pct <= 100


@pytest.mark.parametrize("rate_hz", [10.0, 30.0])
def test_dropped_frames_change_little(rate_hz):
    times_s = np.arange(round(6 * rate_hz)) / rate_hz
    kept = times_s[np.random.default_rng(1).random(len(times_s)) > 0.3]
    whole = pain_of(play(lambda t_s: read(ramp(t_s)), times_s=times_s)[1])
    part = pain_of(play(lambda t_s: read(ramp(t_s)), times_s=kept)[1])
    settled = kept > 3.0
    np.testing.assert_allclose(part[settled], whole[np.isin(times_s, kept)][settled], atol=0.15)


def test_the_same_at_every_frame_rate():
    ends = [play(lambda t_s: read(ramp(t_s)), rate_hz)[1][-1] for rate_hz in RATES_HZ]
    for end in ends[1:]:
        np.testing.assert_allclose(end.states, ends[0].states, atol=0.1)


def test_after_a_gap_nothing_is_known_of_before():
    _, fresh = play(lambda _: read(), times_s=np.array([9.0]))
    _, after = play(lambda t_s: read(PAIN if t_s < 3 else None), times_s=np.array([*np.arange(0, 3, 0.1), 9.0]))
    np.testing.assert_allclose(after[-1].states, fresh[0].states)
    assert after[-1].pain_probability == fresh[0].pain_probability
    _, soon = play(lambda t_s: read(PAIN if t_s < 3 else None), times_s=np.arange(0, 3.15, 0.1))
    assert abs(soon[-1].states - fresh[0].states).max() > 0.05


def test_features_follow_the_last_two_seconds():
    features, at = StateFeatures(), {name: i for i, name in enumerate(FEATURES)}
    for t_s in np.arange(0, 4.01, 0.1):
        now = read(PAIN if t_s > 3 else None, yaw_deg=-20.0 if t_s > 3.8 else 0.0)
        x = features.step(now.action_units, now, float(t_s))
    assert x.shape == (len(FEATURES),)
    assert x[at["raised_s"]] == pytest.approx(0.9)
    assert x[at["known_s"]] == pytest.approx(HISTORY_S)
    assert x[at["pspi"]] == x[at["pspi_shortly"]] == x[at["pspi_max"]] == pytest.approx(10.0)
    assert x[at["pspi_mean"]] == pytest.approx((10 * 10.0 + 11 * 3 * REST) / 21, abs=0.01)
    assert (x[at["yaw"]], x[at["sight_yaw"]]) == (20.0, 20.0)
    assert x[at["head_speed"]] == pytest.approx(20.0 / 0.6, rel=0.02)


def test_a_unit_that_is_not_known_yet_does_not_spread():
    reading = play(lambda _: read({"au06": np.nan, "au07": np.nan}))[1][-1]
    assert np.isfinite([*reading.states, reading.pain_probability, reading.engagement_pct]).all()


def test_engagement_follows_where_the_person_looks():
    towards = play(lambda _: read())[1][-1]
    away = play(lambda _: read(yaw_deg=35.0, gaze=(10.0, 0.0)))[1][-1]
    assert towards.engagement_pct > 85
    assert away.engagement_pct < 30
    glance = play(lambda t_s: read(yaw_deg=35.0 if 5 < t_s < 5.6 else 0.0))[1][-1]
    assert glance.engagement_pct > 75


def test_left_and_right_are_the_same():
    one = play(lambda _: read(talking(1.0), yaw_deg=17.0, gaze=(4.0, 2.0)))[1][-1]
    other = play(lambda _: read(talking(1.0), yaw_deg=-17.0, gaze=(-4.0, 2.0)))[1][-1]
    np.testing.assert_allclose(one.states, other.states)
    assert one.engagement_pct == other.engagement_pct


def test_a_model_of_other_features_is_refused():
    arrays = joblib.load(MODEL)
    assert StateModel(arrays).pain(np.zeros((3, len(FEATURES)))).shape == (3,)
    with pytest.raises(ValueError, match="features"):
        StateModel(arrays | {"features": FEATURES[:-1]})
    with pytest.raises(ValueError, match="states"):
        StateModel(arrays | {"states": ["NEUTRAL"]})
