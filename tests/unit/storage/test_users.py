"""What a user may not see is as if it did not exist, by whatever door."""

import inspect
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from made_results import ASKED, FAULTS, REJECTED, new_analysis, rep, result, start
from test_deletion import ALERT, KNEE, counts, fill

from physio.errors import StoreError
from physio.exercise.assignment import Assignment
from physio.kinematics.calibration import GoniometerReading
from physio.messages import message
from physio.storage.acting import Records
from physio.storage.records import ConsentKind, Control, ControlKind, FaceSettings, JobState, NewJob, PatientDetails
from physio.storage.repository import Repository, SessionGoneError
from physio.storage.rows import rows_of
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER, User
from physio.types import EndReason

Act = Callable[[Records, str], object]


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """One for all doors: that a door leaves it as it was is part of its test."""
    store = Store(":memory:")
    yield store
    store.close()


@pytest.fixture(scope="module")
def records(store: Store) -> Records:
    return store.acting_as(LOCAL_USER)


@pytest.fixture(scope="module")
def hers(records: Records) -> str:
    """A session of P002, whom `his` user may not see; P001 has one too."""
    records.patients.add("P001", "His Name")
    records.patients.add("P002", "Her Name")
    fill(records, "P001")
    return fill(records, "P002")


@pytest.fixture(scope="module")
def his(store: Store) -> Records:
    """The store as somebody has it who may see P001 only."""
    return store.acting_as(User("kim", frozenset({"P001"})))


LISTS: dict[str, Callable[[Records, str], list[str]]] = {
    "patients": lambda records, _: [one.code for one in records.patients.all()],
    "sessions": lambda records, _: [one.patient_code for one in records.sessions.of()],
    "jobs": lambda records, _: [one.patient_code for one in records.jobs.all()],
}
ROWS: dict[str, Act] = {
    "sessions of a patient": lambda records, _: records.sessions.of("P002"),
    "metrics of a patient": lambda records, _: records.sessions.metrics("P002"),
    "events": lambda records, key: records.sessions.events(key),
    "self reports": lambda records, key: records.sessions.self_reports(key),
    "controls": lambda records, key: records.sessions.controls(key),
    "analyses": lambda records, key: records.analyses.of(key),
    "analyses of a patient": lambda records, _: records.analyses.counting_of("P002"),
    "frames": lambda records, key: records.analyses.frames(key)["t_s"].tolist(),
    "reps": lambda records, key: records.analyses.reps(key),
    "rejected": lambda records, key: records.analyses.rejected(key),
    "metrics": lambda records, key: records.analyses.metrics(key),
    "summary": lambda records, key: records.analyses.summary(key),
    "doubts": lambda records, key: records.analyses.doubts(key),
    "calibration in use": lambda records, key: records.analyses.calibration(key),
    "observations": lambda records, key: records.observations.of(key).t_s.tolist(),
    "calibrations": lambda records, _: records.calibrations.of("P002"),
    "lines in use": lambda records, _: records.calibrations.in_use("P002"),
    "consents": lambda records, _: records.consents.of("P002"),
    "a consent": lambda records, _: records.consents.standing("P002", ConsentKind.EMOTION),
    "what is allowed": lambda records, _: records.consents.allowed("P002", Assignment(emotion=True)).emotion,
    "expressions": lambda records, _: records.consents.expressions_kept("P002"),
    "the face at rest": lambda records, _: records.neutrals.of("P002"),
    "settings": lambda records, _: records.face_settings.of("P002").sound,
    "jobs of a patient": lambda records, _: records.jobs.all("P002"),
    "a patient": lambda records, _: records.patients.get("P002"),
    "frames file": lambda records, key: records.exports.frames_file(key, "csv").splitlines()[1:],
    "reps file": lambda records, key: records.exports.reps_file(key, "csv").splitlines()[1:],
    "calibration file": lambda records, key: records.exports.calibration_file(key, "csv").splitlines()[1:],
    "audit": lambda records, key: [entry for entry in records.audit.all() if entry.key == key],
    "changes of a session": lambda records, key: records.audit.of_session(key),
}
ERRORS: dict[str, Act] = {
    "get a session": lambda records, key: records.sessions.get(key),
    "get an analysis": lambda records, key: records.analyses.get(key),
    "the counting analysis": lambda records, key: records.analyses.counting(key),
    "end": lambda records, key: records.sessions.end(key, EndReason.FAILED),
    "note": lambda records, key: records.sessions.set_note(key, "mine"),
    "date": lambda records, key: records.sessions.set_started(key, "P002", datetime(2026, 1, 1, tzinfo=UTC)),
    "take": lambda records, key: records.sessions.move(key, "P002", "P001"),
    "delete a session": lambda records, key: records.sessions.delete(key, "P002"),
    "event": lambda records, key: records.sessions.add_event(key, 0.0, "mark"),
    "alert": lambda records, key: records.sessions.add_alert(key, ALERT),
    "acknowledge": lambda records, key: records.sessions.acknowledge_alert(key, ALERT),
    "consent": lambda records, _: records.consents.give("P002", ConsentKind.EMOTION, "agreed"),
    "withdraw": lambda records, _: records.consents.withdraw("P002", ConsentKind.EMOTION),
    "forget": lambda records, _: records.consents.forget_expressions("P002"),
    "keep a face": lambda records, key: records.neutrals.keep(key, 1, b"at rest"),
    "set": lambda records, _: records.face_settings.change("P002", FaceSettings()),
    "self report": lambda records, key: records.sessions.add_self_report(key, 0.0, 1),
    "control": lambda records, key: records.sessions.add_control(key, Control(0.0, ControlKind.ZERO_NOW)),
    "start an analysis": lambda records, key: records.analyses.start(key, new_analysis(derived_from=key)),
    "append": lambda records, key: records.analyses.append(
        key, rows_of([result(0)], [rep(1, faults=FAULTS)], [REJECTED])
    ),
    "finish": lambda records, key: records.analyses.finish(key, None),
    "make counting": lambda records, key: records.analyses.make_counting(key),
    "start a session": lambda records, _: start(records, "P002"),
    "delete": lambda records, _: records.patients.delete("P002"),
    "change": lambda records, _: records.patients.change("P002", "Other", PatientDetails("de")),
    "archive": lambda records, _: records.patients.archive("P002"),
    "unarchive": lambda records, _: records.patients.unarchive("P002"),
    "calibrate": lambda records, _: records.calibrations.add("P002", KNEE, [GoniometerReading(60.0, 54.0, 88.0)]),
    "queue": lambda records, _: records.jobs.add(NewJob("P002", "a.mp4", "a.mp4", ASKED)),
}
NOTHING: dict[str, Act] = {
    "discard": lambda records, key: records.sessions.discard(key),
    "discard an analysis": lambda records, key: [records.analyses.discard(one.id) for one in records.analyses.of(key)],
    "reset the face at rest": lambda records, _: records.neutrals.reset("P002"),
    "clear the jobs": lambda records, _: records.jobs.dismiss_finished("P002"),
    "delete the demo": lambda records, _: records.patients.delete_demo(),
}


@pytest.mark.parametrize("door", LISTS)
def test_lists_hold_their_own_patients_only(records: Records, his: Records, hers: str, door: str) -> None:
    everybody, own = LISTS[door](records, hers), LISTS[door](his, hers)
    assert set(everybody) == {"P001", "P002"}
    assert own == [code for code in everybody if code == "P001"]


@pytest.mark.parametrize("door", ROWS)
def test_there_are_no_rows_of_others(records: Records, his: Records, hers: str, door: str) -> None:
    assert ROWS[door](records, hers), "there is something to be seen"
    assert not ROWS[door](his, hers)


@pytest.mark.parametrize("door", ERRORS)
def test_what_is_not_theirs_is_said_not_to_exist(store: Store, his: Records, hers: str, door: str) -> None:
    """And nothing happens to it."""
    before = (counts(store), everything(store))
    with pytest.raises(StoreError) as caught:
        ERRORS[door](his, hers)
    assert (counts(store), everything(store)) == before
    with pytest.raises(StoreError) as unknown:
        ERRORS[door](his, "never was")
    assert type(caught.value) is type(unknown.value)
    assert str(caught.value).replace(hers, "…") == str(unknown.value).replace("never was", "…")


@pytest.mark.parametrize("door", NOTHING)
def test_what_never_complains_leaves_others_alone(store: Store, his: Records, hers: str, door: str) -> None:
    before = everything(store)
    NOTHING[door](his, hers)
    assert everything(store) == before


def test_the_calibration_and_the_job_of_others_stay(records: Records, his: Records, hers: str) -> None:
    (line,), (job,) = records.calibrations.of("P002"), records.jobs.all("P002")
    waiting = records.jobs.add(NewJob("P002", "b.mp4", "b.mp4", ASKED))
    his.calibrations.stop(line.id)
    his.jobs.dismiss(job.id)
    assert not his.jobs.update(waiting, state=JobState.CANCELLED, message=message("scoring.queued"))
    assert his.jobs.get(job.id) is None
    assert his.jobs.requeue_running() == 0
    assert records.calibrations.of("P002") == (line,)
    assert [one.state for one in records.jobs.all("P002")] == [JobState.DONE, JobState.QUEUED]
    assert records.jobs.update(waiting, state=JobState.CANCELLED)


def test_nobody_adds_a_patient_whom_they_could_not_see(records: Records, his: Records, hers: str) -> None:
    """Nor learns from trying which codes are in use."""
    reasons = []
    for code in ("P002", "P003"):
        with pytest.raises(StoreError) as caught:
            his.patients.add(code, "")
        reasons.append(str(caught.value).replace(code, "…"))
        with pytest.raises(StoreError) as caught:
            his.patients.usable_code(code)
        reasons.append(str(caught.value).replace(code, "…"))
        with pytest.raises(StoreError) as caught:
            his.patients.new_code(code)
        reasons.append(str(caught.value).replace(code, "…"))
    assert len(set(reasons)) == 1
    assert [patient.code for patient in records.patients.all()] == ["P001", "P002"]


def test_nobody_gives_a_session_to_whom_they_may_not_see(store: Store, records: Records, his: Records) -> None:
    (own, *_) = his.sessions.of()
    before = everything(store)
    reasons = []
    for code in ("P002", "P404"):
        with pytest.raises(StoreError) as caught:
            his.sessions.move(own.id, "P001", code)
        reasons.append(str(caught.value).replace(code, "…"))
    assert reasons[0] == reasons[1]
    assert everything(store) == before


def test_unfinished_analyses_of_others_are_not_listed(records: Records, his: Records, hers: str) -> None:
    running = records.analyses.start(hers, new_analysis(derived_from=hers))
    assert running in [one.id for one in records.analyses.unfinished()]
    assert running not in [one.id for one in his.analyses.unfinished()]
    records.analyses.discard(running)


def test_means_over_the_frames_of_others_are_not_given(records: Records, his: Records, hers: str) -> None:
    assert hers in records.analyses.frame_means("P002", ("au04",))
    assert his.analyses.frame_means("P002", ("au04",)) == {}


THROUGH_OTHERS = {"sessions.start", "exports.frames", "exports.reps", "exports.calibration"}
"""Called by what is tried: `add`, the helper `start`, the exports as files."""


def test_no_door_is_forgotten(records: Records) -> None:
    """Every public method of every repository is tried above by somebody who may not see all."""
    tried = Path(__file__).read_text(encoding="utf-8")
    forgotten = [
        f"{noun}.{name}"
        for noun, repository in vars(records).items()
        if isinstance(repository, Repository)
        for name, _ in inspect.getmembers(repository, inspect.ismethod)
        if not name.startswith("_") and name != "may_see" and f"{noun}.{name}(" not in tried
    ]
    assert set(forgotten) == THROUGH_OTHERS


def test_what_is_written_bears_its_authors_name(store: Store, records: Records, his: Records, hers: str) -> None:
    mine = fill(his, "P001")
    with store.reading() as cursor:
        for table, column, which in (
            ("session", "started_by", "id"),
            ("analysis", "made_by", "session_id"),
            ("event", "author", "kind = 'mark' and session_id"),
            ("self_report", "author", "session_id"),
            ("control", "author", "session_id"),
            ("job", "submitted_by", "session_id"),
        ):
            for session_id, author in ((mine, "kim"), (hers, "local")):
                sql = f"select distinct {column} from {table} where {which} = ?"
                assert cursor.execute(sql, [session_id]).fetchall() == [(author,)], table
    assert {one.author for one in his.calibrations.of("P001")} == {"kim", "local"}
    his.sessions.set_note(mine, "changed")
    entry = his.audit.all()[-1]
    assert (entry.author, entry.action, entry.noun, entry.key) == ("kim", "set note", "session", mine)


def test_an_empty_list_of_patients_is_nobody(store: Store, hers: str) -> None:
    none = store.acting_as(User("guest", frozenset()))
    assert (none.patients.all(), none.sessions.of(), none.jobs.all(), none.audit.all()) == ((), (), (), ())
    with pytest.raises(SessionGoneError):
        none.sessions.get(hers)


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """All rows but frames and observations, whose numbers are counted."""
    found = {}
    with store.reading() as cursor:
        for table in counts(store):
            if table not in ("frame", "observation"):
                found[table] = cursor.execute(f"select * from {table}").fetchall()
    return found
