"""The states in what the estimator says of rendered faces."""

from dataclasses import replace

import numpy as np
import pytest

from physio.affect.estimator import AffectEstimator
from physio.affect.states import STATES
from physio.types import FaceReason, FaceState

from .faces import seen

RATES_HZ = [8.0, 15.0, 30.0]


def play(face_at, rate_hz=15.0, until_s=6.0):
    estimator = AffectEstimator()
    times_s = np.arange(round(until_s * rate_hz)) / rate_hz
    return times_s, [estimator.step(face_at(t_s), float(t_s)) for t_s in times_s]


def pain_of(readings):
    return np.array([reading.pain_probability for reading in readings])


def test_states_come_with_the_first_reading_and_are_unknown_wherever_nothing_is_read():
    _, readings = play(lambda t_s: replace(seen(), reason=FaceReason.HIDDEN if t_s > 3 else FaceReason.OK))
    for reading in readings:
        known = reading.reason is FaceReason.OK
        assert np.isfinite([*reading.states, reading.pain_probability, reading.engagement_pct]).all() == known
        assert np.isnan([*reading.states, reading.pain_probability, reading.engagement_pct]).all() != known
        assert (reading.state in STATES) == known
    assert {reading.reason for reading in readings} == {FaceReason.LEARNING, FaceReason.OK, FaceReason.HIDDEN}
    assert readings[40].states.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_painful_face_is_in_pain_and_the_same_face_at_rest_and_smiling_is_not(rate_hz):
    times_s, readings = play(lambda t_s: seen(pain=float(np.clip(2 * t_s - 5, 0, 1))), rate_hz)
    assert pain_of(readings)[(times_s > 1.2) & (times_s < 2.5)].max() < 0.2
    assert pain_of(readings)[times_s > 4].min() > 0.8
    assert readings[-1].state in (FaceState.PAIN, FaceState.HIGH_DISTRESS)
    _, smiling = play(lambda t_s: seen(smile=float(np.clip(2 * t_s - 5, 0, 1))), rate_hz)
    assert smiling[-1].pain_probability < 0.4
    assert smiling[-1].state is FaceState.ENGAGED


def test_a_face_at_rest_is_neutral_and_attends():
    last = play(lambda _: seen())[1][-1]
    assert last.state is FaceState.NEUTRAL
    assert last.engagement_pct > 80


def test_ten_minutes_of_a_still_face_are_neutral_and_no_pain():
    rng = np.random.default_rng(0)

    def flickering(t_s):
        face = seen(yaw_deg=4.0 * np.sin(t_s / 7), pitch_deg=3.0 * np.sin(t_s / 11))
        return replace(face, landmarks_px=face.landmarks_px + rng.normal(0.0, 0.15, face.landmarks_px.shape))

    times_s, readings = play(flickering, 3.0, 600.0)
    settled = [reading for reading, t_s in zip(readings, times_s, strict=True) if t_s > 1.5]
    assert np.mean([reading.state is FaceState.NEUTRAL for reading in settled]) > 0.99
    assert pain_of(settled).max() < 0.2
    assert min(reading.engagement_pct for reading in settled) > 80
