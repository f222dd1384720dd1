"""What happened in a session beside its repetitions, as messages."""

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from physio.affect.flashes import flash_times
from physio.messages import Message, message, own_text
from physio.storage.records import Event
from physio.storage.remarks import FOLLOWED
from physio.trends.queries import SessionData
from physio.types import FloatArray


@dataclass(frozen=True, slots=True)
class Remark:
    """At t_s: what happened, and more about it."""

    t_s: float
    what: Message
    detail: Message


def remarks(data: SessionData) -> tuple[Remark, ...]:
    """Marks, the patient's own ratings, movements that were not counted and brief expressions, by time."""
    found = [
        *(Remark(event.t_s, event_term(event), _detail(event, data.session.started_at)) for event in data.marks),
        *(
            Remark(report.t_s, message("event.reported_pain"), message("event.reported_score", score=report.score))
            for report in data.self_reports
        ),
        *(Remark(rep.start_s, message("event.not_counted"), rep.reason) for rep in data.rejected),
        *(Remark(float(t_s), message("event.flash"), own_text("")) for t_s in _flashes(data)),
    ]
    return tuple(sorted(found, key=lambda remark: remark.t_s))


def _detail(event: Event, started_at: datetime) -> Message:
    """The same, and of an alert who acknowledged it and when."""
    if event.level is None:
        return detail(event)
    if event.acknowledged_at is None:
        return message("event.not_acknowledged", what=detail(event))
    seen_s = (event.acknowledged_at - started_at).total_seconds()
    return message("event.acknowledged", what=detail(event), seen_s=seen_s, name=event.acknowledged_by or "")


def _flashes(data: SessionData) -> FloatArray:
    return flash_times(data.t_s, data.frames.get("face_flash", np.full(data.t_s.size, np.nan)))


def detail(event: Event) -> Message:
    """The words that were left with it; of the event that another person is measured, who; of an alert, the number that
    raised it."""
    if event.level is not None and math.isfinite(event.value):
        return message(f"event.{event.kind}_value", value=event.value)
    if event.kind == FOLLOWED and event.text.isdigit():
        return message("event.followed", number=int(event.text))
    return own_text(event.text)


def event_term(event: Event) -> Message:
    """The kind of an event in a word."""
    return message(f"event.{event.kind}")
