"""What is deleted is gone: from every table, and from the file."""

from dataclasses import replace
from hashlib import sha256

import pytest
from made_results import ASKED, FAULTS, REJECTED, expressive, new_analysis, rep, result, start

from physio.errors import StoreError
from physio.kinematics.calibration import GoniometerReading
from physio.messages import message
from physio.storage.acting import Records
from physio.storage.records import ConsentKind, Control, ControlKind, FaceSettings, JobState, NewJob, PatientDetails
from physio.storage.rows import rows_of
from physio.storage.store import Store
from physio.summary import summarise
from physio.therapy.alerts import Alert, AlertKind
from physio.types import CalibrationChange, CalibrationLine, EndReason

KNEE = CalibrationLine("knee_flexion_l", "goniometer", 88.0, -6.0, 1.05, 10.0, 90.0, 1.5)

ALERT = Alert(AlertKind.PAIN, 1.5, 6.5)


def fill(records: Records, patient: str, **session: object) -> str:
    """Rows in every table; the session's id."""
    session_id = start(records, patient, **session)
    analyse(records, session_id, session_id)
    analyse(records, session_id, records.analyses.start(session_id, new_analysis(derived_from=session_id)))
    records.sessions.add_event(session_id, 1.0, "mark", f"grimace of {patient}")
    records.sessions.add_alert(session_id, ALERT)
    records.sessions.add_self_report(session_id, 2.0, 4)
    records.sessions.add_control(session_id, Control(0.5, ControlKind.ZERO_NOW))
    records.sessions.set_note(session_id, f"{patient} slept badly")
    for kind in ConsentKind:
        records.consents.give(patient, kind, f"{patient} agrees")
    records.neutrals.keep(session_id, 1, b"at rest")
    records.face_settings.change(patient, FaceSettings(sound=True))
    records.sessions.end(session_id, EndReason.STOPPED)
    records.calibrations.add(patient, KNEE, [GoniometerReading(60.0, 54.0, 88.0)])
    job = records.jobs.add(NewJob(patient, f"{patient}.mp4", f"/videos/{patient}.mp4", ASKED))
    records.jobs.update(job, state=JobState.DONE, session_id=session_id)
    return session_id


def analyse(records: Records, session_id: str, analysis_id: str) -> None:
    results = [result(i) for i in range(5)]
    results[1] = expressive(1)
    results[0] = replace(results[0], calibration=(CalibrationChange(KNEE, True),))
    records.analyses.append(analysis_id, rows_of(results, [rep(1, faults=FAULTS)], [REJECTED]))
    columns = records.analyses.frames(analysis_id)
    records.analyses.finish(analysis_id, summarise(columns["t_s"], columns, None), (message("doubt.no_exercise"),))


def tables(store: Store) -> dict[str, list[str]]:
    """Every table of the schema with its columns, as the engine knows them."""
    found: dict[str, list[str]] = {}
    with store.reading() as cursor:
        for table, column in cursor.execute(
            "select table_name, column_name from information_schema.columns order by all"
        ).fetchall():
            found.setdefault(table, []).append(column)
    return found


def counts(store: Store) -> dict[str, int]:
    """Rows by table; who did what is about the program, not about a patient."""
    with store.reading() as cursor:
        return {
            table: cursor.execute(f"select count(*) from {table}").fetchall()[0][0]
            for table in tables(store)
            if table not in ("migration", "audit")
        }


def mentions(store: Store, *words: str) -> set[str]:
    """The tables in any column of which one of the words stands."""
    found = set()
    with store.reading() as cursor:
        for table, columns in tables(store).items():
            for column in columns:
                for word in words:
                    sql = f'select 1 from {table} where contains("{column}"::varchar, ?) limit 1'
                    if cursor.execute(sql, [word]).fetchall():
                        found.add(table)
    return found


def test_the_filling_of_these_tests_reaches_every_table(store: Store, records: Records) -> None:
    session_id = fill(records, "P001")
    assert {table for table, number in counts(store).items() if number == 0} == set()
    holders = mentions(store, "P001", session_id)
    assert holders == set(tables(store)) - {"migration", "fault"}  # a fault names its repetition
    records.patients.delete("P001")


def test_deleting_a_patient_leaves_no_row_of_theirs_in_any_table(store: Store, records: Records) -> None:
    records.patients.add("SECRET", "Findable Name")
    records.patients.change("SECRET", "Findable Name", PatientDetails("de"))
    records.patients.add("P002", "B. Demo")
    fill(records, "P002")
    kept = counts(store)
    sessions = [fill(records, "SECRET") for _ in range(2)]
    with store.reading() as cursor:
        reps = [
            key for (key,) in cursor.execute("select id from repetition where analysis_id in ?", [sessions]).fetchall()
        ]
    assert len(reps) == 4
    assert all(counts(store)[table] > number for table, number in kept.items() if table != "patient")

    records.patients.delete("SECRET")

    assert counts(store) == kept | {"patient": kept["patient"] - 1}
    assert mentions(store, "SECRET", "Findable", *sessions, *reps) == set()
    assert mentions(store, "P002") != set()


def test_a_deletion_says_who_did_it_and_how_much_it_was_and_not_of_whom(store: Store, records: Records) -> None:
    fill(records, "P001")
    before = counts(store)
    records.patients.delete("P001")
    (entry,) = records.audit.all()
    assert (entry.author, entry.action, entry.noun) == ("local", "delete", "patient")
    assert entry.key == sha256(b"P001").hexdigest()
    deleted = {table: number for table, number in before.items() if table != "patient"}
    assert {table: entry.counts[table] for table in deleted} == deleted
    assert entry.counts["audit"] > 0, "what was said of the patient's changes went too"


def test_a_patient_with_a_running_session_is_not_deleted(store: Store, records: Records, session_id: str) -> None:
    before = counts(store)
    with pytest.raises(StoreError, match="P001 has a session in progress"):
        records.patients.delete("P001")
    assert counts(store) == before
    records.sessions.end(session_id, EndReason.STOPPED)
    records.patients.delete("P001")
    assert not any(counts(store).values())


def test_deleting_nobody_says_so(records: Records) -> None:
    with pytest.raises(StoreError, match="no patient P002"):
        records.patients.delete("P002")


def test_a_discarded_session_leaves_nothing(store: Store, records: Records) -> None:
    before = counts(store) | {"calibration": 1, "job": 1, "consent": 2, "alert_setting": 1}
    done, running = fill(records, "P001"), start(records)
    records.analyses.append(running, rows_of([result(0)]))
    records.sessions.discard(done)
    records.sessions.discard(running)
    records.sessions.discard("never was")
    assert counts(store) == before
    assert running not in store.running
    (job,) = records.jobs.all()
    assert job.session_id is None
    assert [(entry.action, entry.key) for entry in records.audit.all()][-2:] == [("delete", done), ("delete", running)]


def test_demo_data_goes_without_the_rest(store: Store, records: Records) -> None:
    fill(records, "P001")
    before = counts(store)
    records.patients.add("DEMO", "made up", demo=True)
    fill(records, "DEMO")
    fill(records, "P001", demo=True)
    records.patients.delete_demo()
    # The patient's own calibration and job are no demo; the resting face was learned in a session that was one.
    own = {"calibration": before["calibration"] + 1, "job": before["job"] + 1, "neutral": 0}
    assert counts(store) == before | own
    assert mentions(store, "DEMO") == set()
    assert {entry.noun for entry in records.audit.all() if entry.action == "delete"} == {"patient", "demo sessions"}


def test_what_was_deleted_cannot_be_read_in_the_file(disk_store: Store, disk_records: Records) -> None:
    disk_records.patients.add("SECRETCODE", "Findable Name")
    kept = fill(disk_records, "P001")
    fill(disk_records, "SECRETCODE")
    disk_store.compact()
    assert not isinstance(disk_store.path, str)
    assert b"SECRETCODE" in disk_store.path.read_bytes()

    disk_records.patients.delete("SECRETCODE")
    disk_store.compact()

    left = b"".join(file.read_bytes() for file in disk_store.path.parent.iterdir())
    assert b"SECRETCODE" not in left
    assert b"Findable" not in left
    assert len(disk_records.analyses.frames(kept)["t_s"]) == 5
