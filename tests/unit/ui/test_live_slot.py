"""What a browser remembers of its visit when another page is opened."""

from dataclasses import dataclass

import pytest

from physio.live.visit import Stage
from physio.types import EndReason
from physio.ui.camera import CameraProcessor, LiveSlot


@dataclass(eq=False)
class SessionOf:
    """A session that is only running or over."""

    end: EndReason | None = None
    begun: bool = True


@dataclass(eq=False)
class VisitOf:
    """A visit with a session, and how it was ended."""

    session: SessionOf | None
    stage: Stage = Stage.RECORDING
    ended: EndReason | None = None

    def end(self, reason: EndReason) -> None:
        self.ended = reason


def test_an_end_is_told_until_somebody_was_told():
    slot, session = LiveSlot(), SessionOf()
    assert slot.unseen_end() is None
    slot.begin(VisitOf(session))
    assert slot.unseen_end() is None  # it runs
    session.end = EndReason.CAMERA_ENDED
    assert slot.unseen_end() is session
    assert slot.unseen_end() is session
    slot.seen()
    assert slot.unseen_end() is None
    slot.visit.session = SessionOf(EndReason.STOPPED)
    assert slot.unseen_end() is slot.session
    slot.visit.session = SessionOf(EndReason.STOPPED, begun=False)
    assert slot.unseen_end() is None  # nothing of it was stored


@pytest.mark.parametrize("stage", Stage)
def test_its_stage_is_the_visits_and_over_without_one(stage):
    slot = LiveSlot()
    assert slot.stage is Stage.OVER
    slot.begin(VisitOf(None, stage))
    assert slot.stage is stage


def test_the_end_of_the_stream_is_no_stop():
    visit = VisitOf(None)
    CameraProcessor(visit).on_ended()
    assert visit.ended is EndReason.CAMERA_ENDED
