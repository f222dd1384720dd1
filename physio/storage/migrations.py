"""The schema, as the numbered steps that lead to it. A step that was released is never changed; append a new one.

Decisions that the SQL cannot show:
- No frame's image and no face landmark is stored anywhere. neutral.content is what the estimate knows of a patient's
  face at rest: a few hundred bytes, with the patient's consent alone (docs/decisions/0024).
- No FOREIGN KEY: DuckDB (2.0) checks them against rows deleted earlier in the same transaction, so that a patient and
  all their rows could not be deleted in one transaction. The writers check that the session exists instead, under the
  one write lock of the process.
- frame is wide. Its metric columns are not listed here: `add_metric_columns` adds one per frame-level row of METRICS,
  so that a new metric is a new column of an old store, NULL in the old rows.
- A session's first analysis has the session's id, so that step 3 could hand millions of frames over to analyses by
  renaming a column. Nothing relies on it: which analysis counts is session.analysis_id.
- A rejected repetition has a reason and no rep_index.
- Columns that hold a Message (rejected_reason, analysis_reason.reason, analysis_doubt.doubt, job.message) hold its
  JSON; what older versions wrote as a sentence is an own_text.
- consent: one row each time that one is recorded; it stands while withdrawn_at is NULL.
- observation: see observation_codec for what the integers mean.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

import duckdb

from physio.errors import StoreError
from physio.storage.schema_3 import SCHEMA_3

MIGRATIONS: tuple[str, ...] = (
    """
    create table patient (
        code varchar primary key,
        name varchar not null,
        demo boolean not null,
        created_at timestamp not null
    );
    create table session (
        id varchar primary key,
        patient_code varchar not null,
        exercise_id varchar,
        exercise_checksum varchar,
        side varchar,
        source varchar not null,
        video_name varchar,
        target_reps integer,
        width_px integer,
        height_px integer,
        app_version varchar not null,
        model_checksums varchar not null,
        demo boolean not null,
        started_at timestamp not null,
        ended_at timestamp,
        end_reason varchar,
        note varchar not null default ''
    );
    create table frame (
        session_id varchar not null,
        t_s double not null
    );
    create table landmark (
        session_id varchar not null,
        t_s double not null,
        px_step double not null,
        image smallint[66] not null,
        world smallint[99] not null,
        visibility utinyint[33] not null
    );
    create table repetition (
        session_id varchar not null,
        rep_index integer,
        side varchar not null,
        start_s double not null,
        peak_s double,
        end_s double not null,
        peak_deg double,
        rom_deg double,
        eccentric_s double,
        hold_s double,
        concentric_s double,
        score double,
        rejected_reason varchar
    );
    create table repetition_fault (
        session_id varchar not null,
        side varchar not null,
        rep_index integer not null,
        fault_id varchar not null,
        value double,
        limit_value double,
        severity varchar not null
    );
    create table event (
        session_id varchar not null,
        t_s double not null,
        kind varchar not null,
        text varchar not null
    );
    create table self_report (
        session_id varchar not null,
        t_s double not null,
        score double not null,
        scale varchar not null
    );
    create table session_metric (
        session_id varchar not null,
        name varchar not null,
        value double not null
    );
    """,
    """
    create table calibration (
        id varchar primary key,
        patient_code varchar not null,
        angle varchar not null,
        azimuth_deg double not null,
        offset_deg double not null,
        slope double not null,
        from_deg double not null,
        to_deg double not null,
        residual_deg double not null,
        readings varchar not null,
        created_at timestamp not null,
        ended_at timestamp
    );
    create table session_calibration (
        session_id varchar not null,
        t_s double not null,
        in_use boolean not null,
        kind varchar not null,
        angle varchar not null,
        azimuth_deg double not null,
        offset_deg double not null,
        slope double not null,
        from_deg double not null,
        to_deg double not null,
        residual_deg double not null
    );
    """,
    SCHEMA_3,
    """
    alter table patient add column affected_side varchar;
    alter table patient add column about varchar default '';
    alter table patient add column birth_year smallint;
    alter table patient add column sex varchar;
    alter table patient add column archived_at timestamp;
    alter table session add column visit_id varchar;
    alter table repetition add column rom_error_deg double;
    alter table repetition add column estimated boolean;
    alter table repetition add column start_deg double;
    alter table repetition add column criteria_judged integer;
    alter table repetition add column criteria_total integer;
    alter table job add column recorded_at timestamp;
    alter table audit add column details varchar;
    """,
    """
    create table consent (
        patient_code varchar not null,
        kind varchar not null,
        wording varchar not null,
        given_at timestamp not null,
        recorded_by varchar not null,
        withdrawn_at timestamp,
        withdrawn_by varchar
    );
    create table neutral (
        patient_code varchar not null,
        version integer not null,
        content blob not null,
        session_id varchar not null,
        kept_at timestamp not null
    );
    create table alert_setting (
        patient_code varchar not null,
        pain boolean not null,
        pspi double not null,
        hold_s double not null,
        probability double not null,
        sound boolean not null,
        advice boolean not null,
        suggestions boolean not null
    );
    alter table event add column level varchar;
    alter table event add column value double;
    alter table event add column acknowledged_at timestamp;
    alter table event add column acknowledged_by varchar;
    """,
)
"""Step n (from 1) is MIGRATIONS[n - 1]."""


def migrate(connection: duckdb.DuckDBPyConnection, steps: tuple[str, ...] = MIGRATIONS) -> int:
    """Take the steps that this store has not taken, each in a transaction of its own; returns how many.

    Raises StoreError when the store has taken steps that this version of physio does not know.
    """
    connection.execute("create table if not exists migration (version integer primary key, applied_at timestamp)")
    ((version,),) = connection.execute("select coalesce(max(version), 0) from migration").fetchall()
    if version > len(steps):
        raise StoreError("storage.newer_schema", found=int(version), known=len(steps))
    for number, step in enumerate(steps[version:], start=version + 1):
        connection.begin()
        connection.execute(step)
        connection.execute("insert into migration values (?, ?)", [number, datetime.now(UTC).replace(tzinfo=None)])
        connection.commit()
    return len(steps) - int(version)


def add_metric_columns(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    """Give frame one REAL column for each of the names that it does not have yet."""
    known = {name for (name,) in connection.execute("select column_name from (describe frame)").fetchall()}
    connection.begin()
    for name in names:
        if name not in known:
            connection.execute(f'alter table frame add column "{name}" real')
    connection.commit()
