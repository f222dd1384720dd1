"""Schedules and profiles of repetitions."""

from itertools import pairwise

import numpy as np
import pytest

from tests.synthetic.draw import draw_face_moments
from tests.synthetic.expressions import KINDS, Moment, blinks, coefficients
from tests.synthetic.motion import Excursion, Tempo, drift, excursion, minimum_jerk, schedule, wander, wave

T_S = np.arange(0, 20, 1 / 60)
_SIDED = ("browDown", "browOuterUp", "cheekSquint", "eyeBlink", "eyeLookDown", "eyeSquint", "eyeWide",
          "mouthLowerDown", "mouthPress", "mouthSmile", "mouthStretch", "mouthUpperUp", "noseSneer")  # fmt: skip
ALL = ("browInnerUp", "cheekPuff", "jawOpen", "mouthFunnel", "mouthPucker",
       *(f"{name}{side}" for name in _SIDED for side in ("Left", "Right")))  # fmt: skip


def test_minimum_jerk_starts_and_stops_without_speed_or_acceleration():
    u = np.linspace(0, 1, 2001)
    x = minimum_jerk(u)
    assert (x[0], x[-1]) == (0.0, 1.0)
    speed = np.gradient(x, u)
    assert speed[0] == pytest.approx(0.0, abs=1e-4)
    assert speed.max() == pytest.approx(1.875, abs=1e-3)
    assert np.gradient(speed, u)[2] == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize("pause_s", [0.0, 0.4])
def test_excursion_rests_peaks_and_returns(pause_s):
    rep = Excursion(2.0, 1.2, 0.5, 1.0, 0.9, pause_s, "both")
    x = excursion(T_S, rep)
    assert np.abs(x[T_S < 2.0]).max() == 0.0
    assert np.interp(rep.peak_s, T_S, x) == pytest.approx(0.9, abs=1e-6)
    assert np.abs(x[rep.end_s + 0.02 < T_S]).max() == pytest.approx(0.0, abs=1e-9)


def test_schedule_is_seeded_whole_and_in_order():
    make = lambda: schedule(np.random.default_rng(5), 20.0, Tempo(), ("left", "right"))  # noqa: E731
    reps = make()
    assert reps == make()
    assert len(reps) >= 3
    assert [r.side for r in reps[:3]] == ["left", "right", "left"]
    assert all(a.end_s < b.start_s for a, b in pairwise(reps))
    assert reps[-1].end_s < 20.0
    assert len({round(r.amplitude, 6) for r in reps}) == len(reps), "no two repetitions are alike"


def test_wave_moves_only_the_side_that_works():
    reps = (Excursion(1.0, 1.0, 0.3, 1.0, 1.0, 0.0, "left"),)
    assert wave(T_S, reps, "left").max() == pytest.approx(1.0, abs=1e-3)
    assert np.abs(wave(T_S, reps, "right")).max() == 0.0


def test_drift_has_the_size_it_is_given():
    sizes = [drift(np.random.default_rng(k), np.arange(0, 300, 0.1), 2.0).std() for k in range(20)]
    assert np.mean(sizes) == pytest.approx(2.0, rel=0.1)


def test_wander_stays_within_its_limits():
    x = wander(np.random.default_rng(1), T_S, -10.0, 30.0)
    assert x.min() >= -10.0 - 1e-9
    assert x.max() <= 30.0 + 1e-9
    assert np.ptp(x) > 5.0


def test_blinks_are_short():
    closed = blinks(np.random.default_rng(2), T_S) > 0.7
    edges = np.flatnonzero(np.diff(closed.astype(int)))
    assert len(edges) >= 4
    lengths = np.diff(T_S[edges])[0 if closed[edges[0] + 1] else 1 :: 2]
    assert lengths.max() < 0.4


def test_face_stays_between_0_and_1_and_pain_lowers_the_brows():
    names = ("browDownLeft", "browDownRight", "eyeBlinkLeft", "eyeBlinkRight", "eyeSquintLeft", "eyeSquintRight",
             "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight", "mouthUpperUpLeft",
             "mouthUpperUpRight", "mouthStretchLeft", "mouthStretchRight", "jawOpen")  # fmt: skip
    face = coefficients(np.random.default_rng(3), T_S, (Moment("pain", 4.0, 0.5, 1.0, 0.5, 1.0, True),), names)
    assert all(v.min() >= 0.0 and v.max() <= 1.0 for v in face.values())
    assert face["browDownLeft"][T_S < 3.9].max() < 0.2
    assert face["browDownLeft"][(T_S > 4.6) & (T_S < 5.4)].min() > 0.5


@pytest.mark.parametrize("kind", KINDS)
def test_every_expression_starts_neutral_and_ends_so(kind):
    moment = Moment(kind, 4.0, 0.3, 1.0, 0.3, 0.9)
    face = coefficients(np.random.default_rng(3), T_S, (moment,), ALL)
    still = {name: value for name, value in face.items() if not name.startswith(("eyeBlink", "browDown"))}
    before, during = T_S < 3.9, (T_S > 4.0) & (moment.end_s > T_S)
    assert all(value.min() >= 0.0 and value.max() <= 1.0 for value in face.values())
    assert all(value[before].max() == 0.0 and value[moment.end_s < T_S].max() < 1e-9 for value in still.values())
    assert max(value[during].max() for value in face.values()) > 0.15


def test_talking_moves_the_mouth_again_and_again_and_nothing_else():
    face = coefficients(np.random.default_rng(3), T_S, (Moment("talking", 2.0, 0.2, 4.0, 0.2, 1.0),), ALL)
    assert {name for name, value in face.items() if value.max() > 0.1} - {"eyeBlinkLeft", "eyeBlinkRight"} <= {
        name for name in ALL if name.startswith(("mouth", "jaw"))
    }
    jaw = face["jawOpen"][(T_S > 2.5) & (T_S < 5.5)]
    assert (np.diff((jaw > jaw.mean()).astype(int)) != 0).sum() >= 6


def test_a_lopsided_moment_shows_more_on_one_side():
    moment = Moment("pain", 2.0, 0.3, 1.0, 0.3, 0.8, lopsided=-0.5)
    face = coefficients(np.random.default_rng(3), T_S, (moment,), ALL)
    assert face["noseSneerRight"].max() > 1.8 * face["noseSneerLeft"].max()


def test_face_clips_hold_pain_of_every_kind_and_what_is_none():
    drawn = [moment for seed in range(60) for moment in draw_face_moments(np.random.default_rng(seed), 30.0)]
    pain = [moment for moment in drawn if moment.kind == "pain"]
    assert {moment.kind for moment in drawn} == set(KINDS)
    assert min(moment.start_s for moment in drawn) >= 4.0
    assert any(moment.end_s - moment.start_s < 0.5 for moment in pain)
    assert any(abs(moment.lopsided) > 0.3 for moment in pain)
    assert {moment.closed for moment in pain} == {True, False}
