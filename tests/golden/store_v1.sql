-- A store as the first release of physio wrote it. Never change this file: it proves that such a store can still be read.
create table migration (version integer primary key, applied_at timestamp);
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
insert into migration values (1, '2025-01-01 00:00:00');
alter table frame add column "knee_flexion_l" real;
alter table frame add column "no_longer_measured" real;
insert into patient values ('P001', 'A. Demo', true, '2025-01-02 08:00:00');
insert into session values (
    's1', 'P001', 'an_exercise', 'c0ffee', 'left', 'live', null, 10, 640, 480, '0.1.0', '{"pose": "ab"}', true,
    '2025-01-02 09:00:00', '2025-01-02 09:05:00', 'stopped', 'first visit'
);
insert into frame values ('s1', 0.0, 10.0, 1.0), ('s1', 0.033, null, 2.0), ('s1', 0.066, 12.5, 3.0);
insert into landmark values (
    's1', 0.0, 0.1,
    [100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 140, 141, 142, 143, 144, 145, 146, 147, 148, 149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 162, 163, 164, 165],
    [-50, -49, -48, -47, -46, -45, -44, -43, -42, -41, -40, -39, -38, -37, -36, -35, -34, -33, -32, -31, -30, -29, -28, -27, -26, -25, -24, -23, -22, -21, -20, -19, -18, -17, -16, -15, -14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48],
    [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]
);
insert into repetition values ('s1', 1, 'left', 0.0, 0.03, 0.06, 90.0, 88.0, 0.03, 0.0, 0.03, 75.0, null);
insert into repetition values ('s1', null, 'left', 0.06, null, 0.07, null, null, null, null, null, null, 'too small');
insert into repetition_fault values ('s1', 'left', 1, 'depth', 70.0, 80.0, 'error');
insert into event values ('s1', 0.05, 'mark', '');
insert into self_report values ('s1', 0.06, 3.0, 'NRS');
insert into session_metric values ('s1', 'pose_pct', 100.0);
