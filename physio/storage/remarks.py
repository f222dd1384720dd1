"""What people add to a session: events, the patient's own ratings, the note, and what they did to the measurement."""

import math

from physio.errors import StoreError
from physio.storage.assignment_codec import lines_json, lines_of
from physio.storage.records import Control, ControlKind, Event, SelfReport
from physio.storage.repository import MINE, Repository, now, number, utc_or_none
from physio.storage.user import PROGRAM
from physio.therapy.alerts import Alert

NRS_MAX = 10

FOLLOWED = "patient"
"""The kind of event that says who was measured from then on; its text is the person's number."""
_OF_MINE = f"session_id = ? and exists (select 1 from session where id = session_id and {MINE})"

# That somebody was chosen is a control: the session cannot be analysed again without it. Earlier versions kept it a
# second time, as an event.
_EVENTS = f"""
    select t_s, kind, text, author, level, number, acknowledged_at, acknowledged_by from (
        select rowid as place, t_s, kind, text, author, level, value as number, acknowledged_at, acknowledged_by
        from event where {_OF_MINE}
        union all
        select rowid, greatest(t_s, 0), '{FOLLOWED}', value, author, null, null, null, null from control
        where kind = '{ControlKind.FOLLOW}' and {_OF_MINE}
            and session_id not in (select session_id from event where kind = '{FOLLOWED}')
    ) order by t_s, place
"""


class Remarks(Repository):
    """The part of `Sessions` that people write. Sessions that are not there raise SessionGoneError when written to and
    are empty when read."""

    def set_note(self, session_id: str, text: str) -> None:
        """Replace the session's note."""
        with self._database.writing() as cursor:
            patient = self._require_session(cursor, session_id)
            cursor.execute("update session set note = ? where id = ?", [text, session_id])
            self._audit(cursor, ("set note", "session", session_id), patient)

    def add_event(self, session_id: str, t_s: float, kind: str, text: str = "") -> None:
        """Something that somebody marked."""
        self._add("event (session_id, t_s, kind, text, author)", session_id, t_s, kind, text)

    def add_alert(self, session_id: str, alert: Alert) -> None:
        """An alert that the program has raised."""
        value = None if math.isnan(alert.value) else alert.value
        with self._database.writing() as cursor:
            self._require_session(cursor, session_id)
            cursor.execute(
                "insert into event (session_id, t_s, kind, text, author, level, value) values (?, ?, ?, '', ?, ?, ?)",
                [session_id, alert.t_s, alert.kind, PROGRAM.name, alert.level, value],
            )

    def acknowledge_alert(self, session_id: str, alert: Alert) -> None:
        """The user has seen this alert. Raises StoreError when it is not in the record; who was first stays."""
        with self._database.writing() as cursor:
            self._require_session(cursor, session_id)
            key = [session_id, alert.t_s, alert.kind]
            which = "where session_id = ? and t_s = ? and kind = ?"
            if not cursor.execute(f"select 1 from event {which}", key).fetchall():
                raise StoreError("storage.no_alert")
            cursor.execute(
                f"update event set acknowledged_at = ?, acknowledged_by = ? {which} and acknowledged_at is null",
                [now(), self.user.name, *key],
            )

    def events(self, session_id: str) -> tuple[Event, ...]:
        """What was marked, what was alerted, and who was chosen to be measured, by time."""
        rows = self._rows(_EVENTS, session_id, self.mine, session_id, self.mine)
        return tuple(
            Event(t_s, kind, text, author, level, number(value), utc_or_none(seen), by)
            for t_s, kind, text, author, level, value, seen, by in rows
        )

    def add_self_report(self, session_id: str, t_s: float, score: float, scale: str = "NRS") -> None:
        """What the patient said. Raises StoreError when an NRS score is not 0 to 10."""
        if scale == "NRS" and not 0 <= score <= NRS_MAX:
            raise StoreError("storage.pain_rating", most=NRS_MAX, score=score)
        self._add("self_report", session_id, t_s, score, scale)

    def self_reports(self, session_id: str) -> tuple[SelfReport, ...]:
        """What the patient said, by time."""
        sql = f"select t_s, score, scale, author from self_report where {_OF_MINE} order by t_s, rowid"
        return tuple(SelfReport(*row) for row in self._rows(sql, session_id, self.mine))

    def add_control(self, session_id: str, control: Control) -> None:
        """Something that somebody did to the running measurement."""
        value = {
            ControlKind.USE_CALIBRATION: lines_json(control.lines),
            ControlKind.FOLLOW: str(control.number),
        }.get(control.kind)
        self._add("control", session_id, control.t_s, control.kind, value)

    def controls(self, session_id: str) -> tuple[Control, ...]:
        """What was done to the measurement, in its order."""
        sql = f"select t_s, kind, value from control where {_OF_MINE} order by t_s, rowid"
        return tuple(_control(*row) for row in self._rows(sql, session_id, self.mine))

    def _add(self, table: str, session_id: str, *values: object) -> None:
        with self._database.writing() as cursor:
            self._require_session(cursor, session_id)
            places = ", ".join("?" * (len(values) + 2))
            cursor.execute(f"insert into {table} values ({places})", [session_id, *values, self.user.name])


def _control(t_s: float, kind: str, value: str | None) -> Control:
    known = ControlKind(kind)
    if known is ControlKind.USE_CALIBRATION:
        return Control(t_s, known, lines=lines_of(value or "[]"))
    return Control(t_s, known, number=int(value) if known is ControlKind.FOLLOW and value else None)
