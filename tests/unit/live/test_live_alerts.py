"""Alerts and consent in a live session, with made readings of the face."""

from collections.abc import Callable, Iterator
from typing import Any

import av
import numpy as np
import pytest

from physio import pipeline
from physio.errors import StoreError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.live.alerts import AlertsNow, LiveAlerts
from physio.live.session import LiveSession
from physio.live.snapshot import LiveSetup
from physio.metrics import EXPRESSION_COLUMNS
from physio.storage.recorder import Recorder
from physio.storage.records import ConsentKind, Event, FaceSettings
from physio.storage.remarks import Remarks
from physio.storage.user import User
from physio.therapy.advice import AdviceKind
from physio.therapy.alerts import AlertKind
from physio.therapy.levels import AlertLevels
from physio.types import EndReason
from tests.browser.made_face import CALM_S, MadeFace
from tests.unit.therapy.streams import reading, stream

STEP_S = 0.2


class Clock:
    """Time that passes only when it is told to."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def start(models, store, records, clock, monkeypatch) -> Iterator[Callable[..., LiveSession]]:
    """Sessions of P001 whose face is calm at first, then in pain, its expression known throughout."""
    monkeypatch.setattr(pipeline, "AffectEstimator", MadeFace)
    sessions: list[LiveSession] = []
    with Recorder(store, flush_interval_s=0.02) as recorder:

        def started(**asked: Any) -> LiveSession:
            setup = LiveSetup("P001", Assignment(load_exercise("squat"), **asked))
            sessions.append(LiveSession(setup, models, records, recorder, clock=clock))
            return sessions[-1]

        yield started
        for session in sessions:
            session.close(EndReason.CANCELLED)


def feed(session: LiveSession, clock: Clock, seconds: float) -> None:
    for _ in range(round(seconds / STEP_S)):
        session.on_frame(av.VideoFrame.from_ndarray(np.full((120, 160, 3), 90, np.uint8), format="rgb24"))
        clock.now_s += STEP_S


def alerts(records) -> list[Event]:
    (session,) = records.sessions.of()
    return [event for event in records.sessions.events(session.id) if event.level]


def expressions(records) -> int:
    """How many frames have something of the facial expression signal."""
    (session,) = records.sessions.of()
    frames = records.analyses.frames(session.analysis_id)
    return max(int(np.isfinite(frames[name]).sum()) for name in EXPRESSION_COLUMNS)


# -- alerts ----------------------------------------------------------------------------------------------------------


def test_an_alert_is_in_the_record_and_so_is_who_acknowledged_it(start, records, store, clock):
    session = start()
    feed(session, clock, CALM_S + 1.6)
    assert session.alerts.now == AlertsNow()
    feed(session, clock, 1.4)
    shown = session.alerts.now.banner
    assert shown is not None
    assert shown.kind is AlertKind.PAIN
    assert session.acknowledge(shown, store.acting_as(User("kim")))
    assert session.alerts.now.banner is None
    session.close(EndReason.STOPPED)
    (event,) = alerts(records)
    assert (event.kind, event.author, event.level) == ("alert_pain", "physio", "error")
    assert event.t_s == shown.t_s == pytest.approx(CALM_S + 2, abs=2 * STEP_S + 0.01)
    assert event.value == pytest.approx(6.2)
    assert event.acknowledged_by == "kim"


def test_an_alert_that_nobody_saw_is_in_the_record_without_a_name(start, records, clock):
    session = start()
    feed(session, clock, CALM_S + 3)
    session.close(EndReason.STOPPED)
    assert [(event.kind, event.acknowledged_by) for event in alerts(records)] == [("alert_pain", None)]


@pytest.mark.parametrize(
    ("levels", "count"), [(AlertLevels(), 1), (AlertLevels(pspi=7.0), 0), (AlertLevels(probability=0.95), 0)]
)
def test_the_levels_are_the_patients(levels, count, start, records, clock):
    records.face_settings.change("P001", FaceSettings(levels=levels))
    session = start()
    feed(session, clock, CALM_S + 3)
    session.close(EndReason.STOPPED)
    assert len(alerts(records)) == count


def test_without_the_face_nothing_is_alerted(start, records, clock):
    session = start(face=False)
    feed(session, clock, CALM_S + 3)
    assert session.alerts.now == AlertsNow()
    session.close(EndReason.STOPPED)
    assert alerts(records) == []


def test_an_alert_while_the_disk_is_full_is_stored_later_and_cannot_be_acknowledged_before(
    start, records, clock, monkeypatch
):
    def full(*_: object) -> None:
        raise StoreError("storage.disk_full", path="physio.duckdb")

    session = start()
    feed(session, clock, CALM_S + 1)
    with monkeypatch.context() as broken:
        broken.setattr(Remarks, "add_alert", full)
        feed(session, clock, 2)
        shown = session.alerts.now.banner
        assert shown is not None
        with pytest.raises(StoreError):
            session.acknowledge(shown, records)
        assert session.alerts.now.banner == shown, "nobody may believe that it is in the record"
    assert session.acknowledge(shown, records)
    session.close(EndReason.STOPPED)
    (event,) = alerts(records)
    assert (event.t_s, event.acknowledged_by) == (shown.t_s, "local")


def test_advice_gives_way_to_an_alert_on_the_same():
    def run(settings: FaceSettings, face: Any) -> set[AlertsNow]:
        live, found = LiveAlerts(settings), set()
        for t_s, affect in stream((60, reading()), (20, face), fps=5):
            live.step(t_s, affect)
            found.add((live.now.banner is not None, live.now.advice))
        return found

    sore, sharp = reading(pspi=2.0, pain=0.6), reading(pspi=6.0, pain=0.9)
    advised = FaceSettings(advice=True)
    assert run(advised, sore) == {(False, None), (False, AdviceKind.EASE)}
    assert (True, None) in run(advised, sharp)
    assert (True, AdviceKind.EASE) not in run(advised, sharp)
    assert run(FaceSettings(), sore) == {(False, None)}, "only when it is switched on"


# -- consent ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("consented", [True, False])
def test_expressions_are_stored_only_with_consent(consented, start, records, clock):
    if consented:
        records.consents.give("P001", ConsentKind.EMOTION, "x")
    session = start(emotion=True)
    feed(session, clock, 2)
    assert bool(np.isfinite(session.snapshot().result.affect.valence)) is consented
    session.close(EndReason.STOPPED)
    assert expressions(records) == (10 if consented else 0)
    (stored,) = records.sessions.of()
    assert records.analyses.counting(stored.id).emotion is consented


def test_consent_alone_stores_nothing_that_nobody_asked_for(start, records, clock):
    records.consents.give("P001", ConsentKind.EMOTION, "x")
    session = start()
    feed(session, clock, 2)
    session.close(EndReason.STOPPED)
    assert expressions(records) == 0


def test_who_withdraws_during_a_session_is_measured_so_no_more(start, records, clock):
    records.consents.give("P001", ConsentKind.EMOTION, "x")
    session = start(emotion=True)
    feed(session, clock, 2)
    session.without_emotion()
    feed(session, clock, 2)
    session.close(EndReason.STOPPED)
    assert expressions(records) == 10
