"""The face at rest from one live session to the next."""

from collections.abc import Callable, Iterator

import av
import numpy as np
import pytest

from physio import pipeline
from physio.affect.neutral import RestingFace
from physio.affect.unit_model import Shape, UnitModel
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.live import resting
from physio.live.session import LiveSession
from physio.live.snapshot import LiveSetup
from physio.pipeline import Analyse
from physio.storage.recorder import Recorder
from physio.storage.records import ConsentKind
from physio.types import EndReason, Observation, Reason
from tests.browser.made_face import MadeFace
from tests.unit.storage.made_results import start as start_session


def at_rest(watched_s: float = 20.0, size: float = 40.0) -> RestingFace:
    parts = np.linspace(-1, 1, UnitModel.load().part_count)
    return RestingFace(Shape(parts, np.array([3.0, -2.0, 0.0]), size), watched_s)


class Learns(MadeFace):
    """Knows another face at rest after its first reading; keeps what it was given."""

    learned = at_rest(size=55.0)
    given: tuple[RestingFace | None, ...] = ()

    def __init__(self, resting: RestingFace | None = None):
        super().__init__(resting)
        Learns.given = (*Learns.given, resting)

    def step(self, face, t_s):
        self.resting = Learns.learned
        return super().step(face, t_s)

    def aged(self, t_s):
        return self.step(None, t_s)


@pytest.fixture
def session(models, store, records, monkeypatch) -> Iterator[Callable[[], LiveSession]]:
    """Records a session of three frames of P001."""
    monkeypatch.setattr(pipeline, "AffectEstimator", Learns)
    monkeypatch.setattr(Learns, "given", ())
    now_s = [100.0]
    with Recorder(store, flush_interval_s=0.02) as recorder:

        def recorded() -> None:
            setup = LiveSetup("P001", Assignment(load_exercise("squat")))
            live = LiveSession(setup, models, records, recorder, clock=lambda: now_s[0])
            for _ in range(3):
                live.on_frame(av.VideoFrame.from_ndarray(np.full((120, 160, 3), 90, np.uint8), format="rgb24"))
                now_s[0] += 0.2
            live.close(EndReason.STOPPED)

        yield recorded


def test_it_is_kept_with_consent_and_known_to_the_next_session(session, records):
    records.consents.give("P001", ConsentKind.NEUTRAL, "x")
    session()
    kept = resting.known(records, "P001")
    assert kept is not None
    assert kept.shape.eyes_px == pytest.approx(55.0)
    np.testing.assert_allclose(kept.shape.parts, Learns.learned.shape.parts, atol=1e-6)
    session()
    first, second = Learns.given
    assert first is None
    assert second is not None
    assert second.shape.eyes_px == pytest.approx(55.0)


def test_without_consent_every_session_begins_anew(session, records):
    session()
    session()
    assert records.neutrals.of("P001") is None
    assert Learns.given == (None, None)


def test_what_was_watched_for_a_moment_does_not_take_the_place_of_what_is_known(records):
    records.consents.give("P001", ConsentKind.NEUTRAL, "x")
    session_id = start_session(records)
    resting.keep(records, session_id, at_rest(20.0, size=40.0))
    resting.keep(records, session_id, at_rest(3.0, size=99.0))
    resting.keep(records, session_id, None)
    kept = resting.known(records, "P001")
    assert kept is not None
    assert kept.shape.eyes_px == pytest.approx(40.0)


def test_a_face_that_another_fit_has_stored_is_not_read(records):
    """It has as many parts, and they mean something else."""
    records.consents.give("P001", ConsentKind.NEUTRAL, "x")
    session_id = start_session(records)
    records.neutrals.keep(session_id, UnitModel.load().shape_version + 1, at_rest().to_bytes())
    assert resting.known(records, "P001") is None


def seen(index: int, *, changed: bool) -> Observation:
    return Observation(index, index / 10, (640, 480), None, Reason.NO_PERSON, changed=changed)


@pytest.mark.parametrize("changed", [True, False])
def test_nothing_is_learned_of_a_patient_when_somebody_else_was_followed_meanwhile(changed, monkeypatch):
    monkeypatch.setattr(pipeline, "AffectEstimator", Learns)
    known = at_rest()
    analyse = Analyse(Assignment(), resting=known)
    assert analyse.resting is None, "nothing new yet"
    for index in range(3):
        analyse.step(seen(index, changed=changed and index == 1))
    assert (analyse.resting is None) is changed
