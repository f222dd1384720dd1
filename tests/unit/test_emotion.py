"""The one place where nothing is known of the facial expression signal unless it was asked for."""

import numpy as np
import pytest

from physio import pipeline
from physio.exercise.assignment import Assignment
from physio.metrics import EXPRESSION_COLUMNS, FRAME_COLUMNS, frame_values
from physio.pipeline import Analyse
from physio.types import FrameResult, Observation, Reason
from tests.browser.made_face import MadeFace


@pytest.fixture(autouse=True)
def made_face(monkeypatch):
    """A face whose every reading is known."""
    monkeypatch.setattr(pipeline, "AffectEstimator", MadeFace)


def seen(index: int, looked: bool = True) -> Observation:
    return Observation(
        index=index, t_s=index / 10, size_px=(640, 480), pose=None, reason=Reason.NO_PERSON, face_looked=looked
    )


def known(result: FrameResult) -> set[bool]:
    """Whether what is stored of the facial expression signal is known: all of it, none, or some."""
    values = frame_values(result)
    return {bool(np.isfinite(values[FRAME_COLUMNS.index(name)])) for name in EXPRESSION_COLUMNS}


@pytest.mark.parametrize("looked", [True, False])
def test_it_is_known_only_when_it_was_asked_for(looked):
    assert len(EXPRESSION_COLUMNS) == 9
    for emotion in (True, False):
        result = Analyse(Assignment(emotion=emotion)).step(seen(0, looked))
        assert known(result) == {emotion}
        assert result.affect.pspi == pytest.approx(0.3), "pain is no emotion"
        assert np.isfinite(result.affect.states).all()


def test_it_can_be_switched_off_meanwhile():
    analyse = Analyse(Assignment(emotion=True))
    assert known(analyse.step(seen(0))) == {True}
    analyse.emotion = False
    assert known(analyse.step(seen(1))) == {False}
