"""Step 3 of the schema: results belong to analyses, observations can be analysed again, and every row has its author.

The two large tables are handed over by renaming, whatever their size; the small ones are written anew, so that they
get their constraints. One figure goes: without a PSPI older versions stored 0 % of frames with pain.
"""

LOCAL = "local"
"""Who wrote what was written before there were authors: the one user there was (user.LOCAL_USER)."""

_OWN_TEXT = "json_object('code', 'own_text', 'params', json_object('text', {0}))::varchar"
_REASON = (
    "case when json_valid(rejected_reason) and json_exists(rejected_reason, '$.code') then rejected_reason "
    f"when rejected_reason is not null then {_OWN_TEXT.format('rejected_reason')} end"
)

SCHEMA_3 = f"""
    create table analysis (
        id varchar primary key,
        session_id varchar not null,
        made_at timestamp not null,
        made_by varchar not null,
        app_version varchar not null,
        model_checksums varchar not null,
        exercise_id varchar,
        exercise_checksum varchar,
        exercise_text varchar,
        side varchar,
        target_reps integer,
        assignment varchar,
        derived_from varchar,
        finished_at timestamp
    );
    insert into analysis
        select id, id, started_at, '{LOCAL}', app_version, model_checksums, exercise_id, exercise_checksum, null,
            side, target_reps, null, null, ended_at
        from session;

    alter table session rename to session_2;
    create table session (
        id varchar primary key,
        patient_code varchar not null,
        analysis_id varchar not null,
        source varchar not null,
        video_name varchar,
        width_px integer,
        height_px integer,
        demo boolean not null,
        started_at timestamp not null,
        started_by varchar not null,
        ended_at timestamp,
        end_reason varchar,
        note varchar not null default ''
    );
    insert into session
        select id, patient_code, id, source, video_name, width_px, height_px, demo, started_at, '{LOCAL}', ended_at,
            end_reason, note
        from session_2;
    drop table session_2;

    alter table frame rename column session_id to analysis_id;

    alter table landmark rename to observation;
    alter table observation alter column px_step drop not null;
    alter table observation alter column image drop not null;
    alter table observation alter column world drop not null;
    alter table observation alter column visibility drop not null;
    alter table observation add column width_px integer;
    alter table observation add column height_px integer;
    alter table observation add column reason utinyint;
    alter table observation add column person_changed boolean;
    alter table observation add column brightness real;

    alter table repetition rename to repetition_2;
    create table repetition (
        id varchar primary key,
        analysis_id varchar not null,
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
    insert into repetition
        select session_id || '-' || row_number() over (partition by session_id order by rowid), session_id, rep_index,
            side, start_s, peak_s, end_s, peak_deg, rom_deg, eccentric_s, hold_s, concentric_s, score, {_REASON}
        from repetition_2 order by rowid;
    drop table repetition_2;
    create table fault (
        repetition_id varchar not null,
        fault_id varchar not null,
        value double,
        limit_value double,
        severity varchar not null
    );
    insert into fault
        select repetition.id, fault_id, value, limit_value, severity
        from repetition_fault join repetition
            on repetition.analysis_id = repetition_fault.session_id and repetition.side = repetition_fault.side
                and repetition.rep_index = repetition_fault.rep_index
        order by repetition_fault.rowid;
    drop table repetition_fault;

    alter table session_metric rename to analysis_metric;
    alter table analysis_metric rename column session_id to analysis_id;
    delete from analysis_metric where name = 'pain_frames_pct'
        and analysis_id not in (select analysis_id from analysis_metric where name = 'pspi_mean');
    alter table session_calibration rename to analysis_calibration;
    alter table analysis_calibration rename column session_id to analysis_id;
    create table analysis_reason (
        analysis_id varchar not null,
        angle varchar not null,
        reason varchar not null
    );
    create table analysis_doubt (
        analysis_id varchar not null,
        position integer not null,
        doubt varchar not null
    );
    insert into analysis_doubt
        select session_id, row_number() over (partition by session_id order by rowid), {_OWN_TEXT.format("text")}
        from event where kind = 'warning';

    alter table event rename to event_2;
    create table event (
        session_id varchar not null,
        t_s double not null,
        kind varchar not null,
        text varchar not null,
        author varchar not null
    );
    insert into event select session_id, t_s, kind, text, '{LOCAL}' from event_2 where kind <> 'warning' order by rowid;
    drop table event_2;

    alter table self_report rename to self_report_2;
    create table self_report (
        session_id varchar not null,
        t_s double not null,
        score double not null,
        scale varchar not null,
        author varchar not null
    );
    insert into self_report select session_id, t_s, score, scale, '{LOCAL}' from self_report_2 order by rowid;
    drop table self_report_2;

    create table control (
        session_id varchar not null,
        t_s double not null,
        kind varchar not null,
        value varchar,
        author varchar not null
    );

    alter table patient add column language varchar;
    alter table patient add column created_by varchar default '{LOCAL}';
    alter table patient alter column created_by drop default;
    alter table calibration add column author varchar default '{LOCAL}';
    alter table calibration alter column author drop default;

    create table job (
        id varchar primary key,
        patient_code varchar not null,
        video_name varchar not null,
        path varchar not null,
        exercise_text varchar,
        assignment varchar not null,
        state varchar not null,
        message varchar,
        fraction double not null,
        submitted_by varchar not null,
        submitted_at timestamp not null,
        started_at timestamp,
        finished_at timestamp,
        session_id varchar
    );

    create table audit (
        moment timestamp not null,
        author varchar not null,
        action varchar not null,
        noun varchar not null,
        key varchar not null,
        patient_code varchar,
        counts varchar
    );
"""
