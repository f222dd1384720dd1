"""The states in what the estimator says of faces."""

from dataclasses import replace

import joblib
import numpy as np
import pytest

from physio.affect import unit_model
from physio.affect.estimator import AffectEstimator
from physio.affect.neutral import PATIENCE_S
from physio.affect.states import STATES
from physio.perception.face import to_face
from physio.types import Face, FaceReason, FaceState

USUAL = joblib.load(unit_model.MODEL)["mean"]
"""The mean of all faces in the head frame."""


UNTIL_S = PATIENCE_S + 2.0
"""The usual face is nobody's face at rest, so it takes its time to be believed."""


def seen() -> Face:
    return to_face(USUAL * 60.0 + (320.0, 240.0, 0.0))


def test_states_come_with_the_first_reading_and_are_unknown_wherever_nothing_is_read():
    estimator = AffectEstimator()
    readings = [estimator.step(seen(), 0.1 * k) for k in range(round(10 * UNTIL_S))]
    for reading in readings:
        known = reading.reason is FaceReason.OK
        assert np.isfinite(reading.states).all() == known
        assert np.isfinite([reading.pain_probability, reading.engagement_pct]).all() == known
        assert (reading.state in STATES) == known
    assert readings[0].reason is FaceReason.LEARNING
    assert readings[-1].states.sum() == pytest.approx(1.0)
    hidden = estimator.step(replace(seen(), reason=FaceReason.HIDDEN), UNTIL_S)
    assert hidden.state is FaceState.NO_FACE
    assert np.isnan([*hidden.states, hidden.pain_probability, hidden.engagement_pct]).all()


def test_the_usual_face_that_looks_ahead_is_not_called_painful_and_attends():
    estimator = AffectEstimator()
    last = [estimator.step(seen(), 0.1 * k) for k in range(round(10 * UNTIL_S))][-1]
    assert last.pain_probability < 0.3
    assert last.state in (FaceState.NEUTRAL, FaceState.ENGAGED)
    assert last.engagement_pct > 80


def test_states_can_be_left_out():
    estimator = AffectEstimator(states=False)
    last = [estimator.step(seen(), 0.1 * k) for k in range(round(10 * UNTIL_S))][-1]
    assert last.reason is FaceReason.OK
    assert np.isnan(last.states).all()
