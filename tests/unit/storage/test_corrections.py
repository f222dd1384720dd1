"""What is put right in a session afterwards, and what is said of it."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from made_results import start
from test_deletion import ALERT, KNEE, counts, fill, mentions, tables

from physio.doubts import UNDATED
from physio.errors import StoreError
from physio.messages import own_text
from physio.storage.acting import Records
from physio.storage.records import Control, ControlKind, JobState, NewJob, Session
from physio.storage.repository import SessionGoneError
from physio.storage.store import Store
from physio.storage.user import User
from physio.types import EndReason
from tests.unit.storage.made_results import ASKED

THEN = datetime(2026, 1, 15, 8, 30, tzinfo=UTC)


@pytest.fixture
def session(records: Records) -> Session:
    """P001's, while there is also a P002."""
    records.patients.add("P002", "B. Lind")
    return records.sessions.get(fill(records, "P001"))


def test_a_session_is_given_another_date_and_both_are_said(records: Records, session: Session) -> None:
    records.sessions.set_started(session.id, "P001", THEN)
    after = records.sessions.get(session.id)
    assert after.started_at == THEN
    assert session.ended_at is not None
    assert after.ended_at == THEN + (session.ended_at - session.started_at)
    entry = records.audit.of_session(session.id)[-1]
    assert (entry.action, entry.key) == ("set started", session.id)
    assert entry.details == {"from": session.started_at.isoformat(), "to": THEN.isoformat()}


def test_a_date_that_somebody_gave_is_not_doubted_any_more(records: Records, session: Session) -> None:
    summary, other = records.analyses.summary(session.analysis_id), own_text("dim light")
    records.analyses.finish(session.analysis_id, summary, (UNDATED, other))
    records.sessions.set_started(session.id, "P001", THEN)
    assert records.analyses.doubts(session.analysis_id) == (other,)


@pytest.mark.parametrize(
    "moment", [datetime(1989, 12, 31, tzinfo=UTC), datetime.now(UTC) + timedelta(days=1)], ids=["long ago", "tomorrow"]
)
def test_no_session_began_when_none_can_have_begun(records: Records, session: Session, moment: datetime) -> None:
    with pytest.raises(StoreError, match="future or before 1990"):
        records.sessions.set_started(session.id, "P001", moment)
    assert records.sessions.get(session.id) == session


def test_a_moved_session_is_the_other_patients_with_its_rows_and_its_job(records: Records, session: Session) -> None:
    records.sessions.add_control(session.id, Control(0.7, ControlKind.USE_CALIBRATION, lines=(KNEE,)))
    records.sessions.move(session.id, "P001", "P002")
    after = records.sessions.get(session.id)
    assert (after.patient_code, after.analysis_id, after.note) == ("P002", session.analysis_id, session.note)
    assert [one.id for one in records.sessions.of("P002")] == [session.id]
    assert records.sessions.of("P001") == ()
    assert [one.session_id for one in records.jobs.all("P002")] == [session.id]
    assert records.jobs.all("P001") == ()
    assert len(records.sessions.self_reports(session.id)) == 1
    kinds = [one.kind for one in records.sessions.controls(session.id)]
    assert kinds == [ControlKind.ZERO_NOW], "what a goniometer said was the former patient's"
    assert len(records.calibrations.of("P001")) == 1, "their calibration stays theirs"


def test_the_move_is_said_at_both_patients_and_once_at_the_session(records: Records, session: Session) -> None:
    records.sessions.move(session.id, "P001", "P002")
    codes = {"from_patient": "P001", "to_patient": "P002"}
    of_first, of_second = (
        [one.details for one in records.audit.all() if one.action == action] for action in ("move away", "move")
    )
    assert of_first == of_second == [codes]
    assert [one.details for one in records.audit.of_session(session.id) if one.details] == [codes]
    assert [one.action for one in records.audit.of_session(session.id)] == ["set note", "move"], "its history too"


@pytest.mark.parametrize("deleted", ["FORMER", "LATTER"])
def test_a_deleted_patients_code_is_not_left_in_the_record_of_a_move(
    store: Store, records: Records, deleted: str
) -> None:
    for code in ("FORMER", "LATTER"):
        records.patients.add(code, code)
    session_id = fill(records, "FORMER")
    records.sessions.set_note(session_id, "")
    with store.writing() as cursor:
        cursor.execute("delete from event")  # whose text is the patient's in these tests
        cursor.execute("delete from job")
    records.sessions.move(session_id, "FORMER", "LATTER")
    records.patients.delete(deleted)
    assert mentions(store, deleted) == set()
    assert sha256(deleted.encode()).hexdigest() in str([one.details for one in records.audit.all()])


def test_a_session_moved_on_tells_of_both_moves(records: Records, session: Session) -> None:
    records.patients.add("P003", "C. Third")
    records.sessions.move(session.id, "P001", "P002")
    records.sessions.move(session.id, "P002", "P003")
    said = [one.details for one in records.audit.of_session(session.id) if one.action == "move"]
    assert [(one["from_patient"], one["to_patient"]) for one in said] == [("P001", "P002"), ("P002", "P003")]
    only_third = records.audit.__class__(records.audit._database, User("kim", frozenset({"P003"})))
    hidden = [one.details["from_patient"] for one in only_third.of_session(session.id) if one.action == "move"]
    assert hidden == [sha256(code).hexdigest() for code in (b"P001", b"P002")], "whom they may not see"


def test_what_was_recorded_for_the_demo_in_error_is_no_demo_any_more(records: Records) -> None:
    records.patients.add("DEMO", "Demo", demo=True)
    records.patients.add("P002", "B. Lind")
    by_mistake, rendered = (
        fill(records, "DEMO", source=source, demo=True, video_name=None) for source in ("live", "recorded")
    )
    for session_id in (by_mistake, rendered):
        records.sessions.move(session_id, "DEMO", "P002")
    assert [records.sessions.get(one).demo for one in (by_mistake, rendered)] == [False, True]
    records.patients.delete_demo()
    assert [one.id for one in records.sessions.of()] == [by_mistake]


def test_a_session_is_deleted_with_its_rows_and_its_job_stays_without_it(
    store: Store, records: Records, session: Session
) -> None:
    kept = fill(records, "P002")
    before = counts(store)
    records.sessions.delete(session.id, "P001")
    assert [one.id for one in records.sessions.of()] == [kept]
    assert {table for table in tables(store) if session.id in str(mentions(store, session.id))} <= {"audit"}
    assert mentions(store, session.id) == {"audit"}
    assert counts(store)["frame"] == before["frame"] / 2
    (job,) = records.jobs.all("P001")
    assert (job.state, job.session_id) == (JobState.DONE, None)
    entry = records.audit.all()[-1]
    assert (entry.action, entry.noun, entry.key, entry.counts["session"]) == ("delete", "session", session.id, 1)


@pytest.mark.parametrize("what", ["set_started", "move", "delete"])
def test_what_is_not_theirs_any_more_or_still_runs_is_left_alone(
    store: Store, records: Records, session: Session, what: str
) -> None:
    arguments = {"set_started": [THEN], "move": ["P001"], "delete": []}[what]
    act = getattr(records.sessions, what)
    before = counts(store)
    with pytest.raises(SessionGoneError, match="not found"):
        act(session.id, "P002", *arguments)
    with pytest.raises(SessionGoneError, match="not found"):
        act("nosuch", "P001", *arguments)
    running = start(records)
    with pytest.raises(StoreError, match="still running"):
        act(running, "P001", *arguments)
    records.sessions.discard(running)
    assert counts(store) == before
    assert records.sessions.get(session.id) == session


def test_finished_jobs_of_a_patient_are_cleared_and_others_stay(records: Records, session: Session) -> None:
    waiting = records.jobs.add(NewJob("P001", "b.mp4", "b.mp4", ASKED))
    others = fill(records, "P002")
    records.jobs.dismiss_finished("P001")
    assert [job.id for job in records.jobs.all("P001")] == [waiting]
    assert [job.session_id for job in records.jobs.all("P002")] == [others]
    assert records.sessions.get(session.id) == session


def test_a_session_is_analysed_by_one_at_a_time(records: Records, session: Session) -> None:
    from made_results import new_analysis

    first = records.analyses.start(session.id, new_analysis(derived_from=session.id))
    with pytest.raises(StoreError, match="being analysed"):
        records.analyses.start(session.id, new_analysis(derived_from=session.id))
    records.analyses.finish(first, None)
    records.analyses.start(session.id, new_analysis(derived_from=session.id))
    assert records.sessions.get(session.id).end_reason is EndReason.STOPPED


def test_an_acknowledgement_moves_with_the_date_of_its_session(records: Records) -> None:
    session_id = start(records)
    records.sessions.add_alert(session_id, ALERT)
    records.sessions.acknowledge_alert(session_id, ALERT)
    records.sessions.end(session_id, EndReason.STOPPED)

    def seen_after() -> timedelta:
        (event,) = records.sessions.events(session_id)
        assert event.acknowledged_at is not None
        return event.acknowledged_at - records.sessions.get(session_id).started_at

    before = seen_after()
    records.sessions.set_started(session_id, "P001", datetime(2026, 1, 5, 9, tzinfo=UTC))
    assert seen_after() == before
