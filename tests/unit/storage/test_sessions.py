import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from made_results import ASKED, REJECTED, new_analysis, new_session, rep, result, start

from physio.errors import StoreError
from physio.repetitions import session_numbers, worked_side
from physio.storage.acting import Records
from physio.storage.records import Control, ControlKind, Event
from physio.storage.repository import SessionGoneError
from physio.storage.rows import rows_of
from physio.storage.store import Store
from physio.storage.user import User
from physio.summary import summarise
from physio.therapy.alerts import Alert, AlertKind
from physio.types import CalibrationLine, EndReason

KNEE = CalibrationLine("knee_flexion_l", "goniometer", 88.0, -6.0, 1.05, 10.0, 90.0, 1.5)


def test_a_session_comes_back_as_it_was_started(records: Records) -> None:
    new = new_session(
        source="recorded", video_name="Größe 1.mp4", demo=True, started_at=datetime(2025, 3, 1, 9, 30, tzinfo=UTC)
    )
    session = records.sessions.get(records.sessions.start(new, new_analysis()))
    for name in new.__dataclass_fields__:
        assert getattr(session, name) == getattr(new, name), name
    assert ASKED.exercise is not None
    assert session.exercise_id == ASKED.exercise.id
    assert session.exercise_checksum == ASKED.exercise.checksum
    assert (session.side, session.target_reps, session.app_version) == ("left", 10, "0.1.0")
    assert session.model_checksums == {"pose": "ab", "face": "cd"}
    assert (session.ended_at, session.end_reason, session.note, session.reps) == (None, None, "", 0)
    assert (session.started_by, session.width_px, session.height_px) == ("local", None, None)


def test_the_first_frame_gives_the_session_its_size(records: Records, session_id: str) -> None:
    records.analyses.append(session_id, rows_of([result(0, size_px=(640, 480))]))
    records.analyses.append(session_id, rows_of([result(1, size_px=(1280, 720))]))
    session = records.sessions.get(session_id)
    assert (session.width_px, session.height_px) == (640, 480)


def test_a_session_needs_its_patient(records: Records) -> None:
    with pytest.raises(StoreError, match=r"no patient P999\. Add the patient first"):
        start(records, "P999")


def test_sessions_are_listed_newest_first(records: Records) -> None:
    records.patients.add("P002", "B. Demo")
    day = datetime(2025, 3, 1, tzinfo=UTC)
    first = start(records, started_at=day)
    second = start(records, started_at=day + timedelta(days=1))
    other = start(records, "P002", started_at=day + timedelta(days=2))
    assert [session.id for session in records.sessions.of()] == [other, second, first]
    assert [session.id for session in records.sessions.of("P001")] == [second, first]


def test_an_unknown_session_is_an_error_that_says_so(records: Records) -> None:
    sessions, analyses = records.sessions, records.analyses
    for ask in (
        lambda: sessions.get("s9"),
        lambda: sessions.end("s9", EndReason.STOPPED),
        lambda: sessions.set_note("s9", ""),
        lambda: sessions.add_event("s9", 0.0, "mark"),
        lambda: sessions.add_control("s9", Control(0.0, ControlKind.ZERO_NOW)),
        lambda: analyses.counting("s9"),
        lambda: analyses.get("s9"),
        lambda: analyses.append("s9", rows_of([result(0)])),
        lambda: analyses.finish("s9", None),
        lambda: analyses.start("s9", new_analysis()),
        lambda: analyses.make_counting("s9"),
    ):
        with pytest.raises(SessionGoneError, match="not found; it may have been deleted"):
            ask()


def test_ending_again_replaces_the_end(store: Store, records: Records, session_id: str) -> None:
    assert session_id in store.running
    records.sessions.end(session_id, EndReason.STOPPED)
    assert session_id not in store.running
    records.sessions.end(session_id, EndReason.COMPLETED, datetime(2025, 3, 1, tzinfo=UTC))
    session = records.sessions.get(session_id)
    assert (session.end_reason, session.ended_at) == (EndReason.COMPLETED, datetime(2025, 3, 1, tzinfo=UTC))


def test_events_reports_and_note(records: Records, session_id: str) -> None:
    records.sessions.add_event(session_id, 2.0, "mark", "it's “sharp”; drop table")
    records.sessions.add_event(session_id, 1.0, "mark")
    records.sessions.add_self_report(session_id, 3.0, 0)
    records.sessions.set_note(session_id, "knee\ntaped")
    assert [(e.t_s, e.kind, e.text, e.author) for e in records.sessions.events(session_id)] == [
        (1.0, "mark", "", "local"),
        (2.0, "mark", "it's “sharp”; drop table", "local"),
    ]
    assert [(r.t_s, r.score, r.scale, r.author) for r in records.sessions.self_reports(session_id)] == [
        (3.0, 0.0, "NRS", "local")
    ]
    assert records.sessions.get(session_id).note == "knee\ntaped"


@pytest.mark.parametrize("score", [-1, 11, float("nan")])
def test_a_pain_rating_is_0_to_10(records: Records, session_id: str, score: float) -> None:
    with pytest.raises(StoreError, match="from 0 to 10"):
        records.sessions.add_self_report(session_id, 0.0, score)


def test_what_was_done_to_the_measurement_comes_back_in_its_order(records: Records, session_id: str) -> None:
    done = (
        Control(1.0, ControlKind.ZERO_NOW),
        Control(2.0, ControlKind.USE_CALIBRATION, lines=(KNEE,)),
        Control(2.0, ControlKind.USE_CALIBRATION),
        Control(2.0, ControlKind.FOLLOW, number=3),
        Control(4.0, ControlKind.UNDO_ZERO),
    )
    for control in done:
        records.sessions.add_control(session_id, control)
    assert records.sessions.controls(session_id) == done


def test_who_was_chosen_is_kept_once_and_told_among_the_events(records: Records, session_id: str) -> None:
    records.sessions.add_control(session_id, Control(-1.0, ControlKind.FOLLOW, number=2))
    records.sessions.add_control(session_id, Control(3.0, ControlKind.ZERO_NOW))
    records.sessions.add_control(session_id, Control(5.0, ControlKind.FOLLOW, number=1))
    records.sessions.add_event(session_id, 4.0, "mark", "left heel lifts")
    assert records.sessions.events(session_id) == (
        Event(0.0, "patient", "2", "local"),
        Event(4.0, "mark", "left heel lifts", "local"),
        Event(5.0, "patient", "1", "local"),
    )


def test_a_session_of_an_earlier_version_tells_it_once_too(records: Records, session_id: str) -> None:
    records.sessions.add_control(session_id, Control(5.0, ControlKind.FOLLOW, number=2))
    records.sessions.add_event(session_id, 5.0, "patient", "2")
    assert records.sessions.events(session_id) == (Event(5.0, "patient", "2", "local"),)


def test_estimated_ranges_are_counted_and_left_out_of_the_degrees(records: Records, session_id: str) -> None:
    counted = [
        rep(1, 0.0, rom_deg=60.0, side="right"),
        rep(2, 3.0, rom_deg=110.0, start_deg=15.0, peak_deg=125.0, rom_error_deg=math.nan, estimated=True),
        rep(3, 6.0, rom_deg=64.0, side="both", rom_error_deg=5.5),
    ]
    records.analyses.append(session_id, rows_of([], counted, [REJECTED]))
    records.sessions.end(session_id, EndReason.STOPPED)
    found = {m.name: m.value for m in records.sessions.metrics("P001") if m.session_id == session_id}
    assert (found["rep_rom_mean"], found["rep_rom_max"], found["rep_rom_error"]) == (62.0, 64.0, 5.0)
    assert found["rep_peak_mean"] == 92.25
    assert (found["rep_estimated_count"], found["rep_rom_estimated"]) == (1, 110)
    assert (found["rep_min_estimated"], found["rep_max_estimated"]) == (15, 125)
    assert {m.side for m in records.sessions.metrics("P001") if m.session_id == session_id} == {"both"}


def test_a_session_of_estimated_ranges_alone_has_no_degrees(records: Records, session_id: str) -> None:
    records.analyses.append(session_id, rows_of([], [rep(1, rom_error_deg=math.nan, estimated=True)]))
    records.sessions.end(session_id, EndReason.STOPPED)
    found = {m.name: m.value for m in records.sessions.metrics("P001") if m.session_id == session_id}
    degrees = {name for name in found if name.startswith(("rep_rom_", "rep_peak_", "rep_m"))}
    assert degrees == {"rep_rom_estimated", "rep_min_estimated", "rep_max_estimated"}
    assert (found["rep_estimated_count"], found["rep_duration_mean"]) == (1, 2)


def test_the_ends_of_an_estimate_are_told_apart_where_the_angle_falls(records: Records, session_id: str) -> None:
    fall = rep(1, start_deg=90.0, peak_deg=5.0, rom_deg=85.0, rom_error_deg=math.nan, estimated=True)
    records.analyses.append(session_id, rows_of([], [fall]))
    records.sessions.end(session_id, EndReason.STOPPED)
    found = {m.name: m.value for m in records.sessions.metrics("P001") if m.session_id == session_id}
    assert (found["rep_min_estimated"], found["rep_max_estimated"]) == (5, 90)


@pytest.mark.parametrize(
    ("ranges", "measured"), [({"rom_min_knee_flexion_l": 3.0, "rom_max_knee_flexion_l": 88.0}, True), ({}, False)]
)
def test_an_earlier_versions_repetitions_are_measured_when_their_range_of_motion_is(
    store: Store, records: Records, session_id: str, ranges: dict[str, float], measured: bool
) -> None:
    records.analyses.append(session_id, rows_of([], [rep(1), rep(2, 3.0)]))
    with store.writing() as cursor:
        cursor.execute("update repetition set estimated = null, start_deg = null, rom_error_deg = null")
        for name, value in (
            ranges | {"rom_min_knee_flexion_r": 0.0, "rom_max_knee_flexion_r": 120.0}
        ).items():  # of the side that did not work
            cursor.execute("insert into analysis_metric values (?, ?, ?)", [session_id, name, value])
    records.sessions.end(session_id, EndReason.STOPPED)
    found = {m.name: m.value for m in records.sessions.metrics("P001") if m.session_id == session_id}
    assert found["rep_estimated_count"] == (0 if measured else 2)
    assert ("rep_rom_mean" in found) is measured
    assert ("rep_rom_estimated" in found) is not measured
    assert "rep_min_estimated" not in found


def test_the_numbers_over_sessions_are_those_of_the_repetitions_that_are_read(records: Records) -> None:
    rng = np.random.default_rng(7)

    def number(low: float, high: float) -> float:
        return math.nan if rng.random() < 0.2 else float(rng.uniform(low, high))

    for _ in range(6):
        session_id = start(records)
        made = [
            rep(
                i + 1,
                3.0 * i,
                side=str(rng.choice(["left", "right", "both"])),
                **{name: number(0, 120) for name in ("peak_deg", "start_deg", "rom_deg", "rom_error_deg", "score")},
                estimated=bool(rng.random() < 0.4),
                criteria_judged=int(rng.integers(0, 3)),
                criteria_total=int(rng.choice([0, 5])),
            )
            for i in range(int(rng.integers(1, 7)))
        ]
        records.analyses.append(session_id, rows_of([], made, [REJECTED]))
        records.sessions.end(session_id, EndReason.STOPPED)
        found = [m for m in records.sessions.metrics("P001") if m.session_id == session_id]
        read = records.analyses.reps(session_id)
        assert {m.name: m.value for m in found} == pytest.approx(session_numbers(read))
        assert session_numbers(read) == pytest.approx(session_numbers(made))
        assert {(m.side, m.reps) for m in found} == {(worked_side(made, "left"), len(made))}


def test_numbers_over_sessions(records: Records) -> None:
    day = datetime(2025, 3, 1, tzinfo=UTC)
    later = start(records, started_at=day + timedelta(days=7))
    first = start(records, started_at=day)
    records.patients.add("P002", "B. Demo")
    finish(records, start(records, "P002"), 30)
    counted = [
        rep(1, 0.0, score=80.0, rom_deg=60.0, rom_error_deg=6.0, side="right"),
        rep(2, 5.0, score=90.0, rom_deg=70.0, criteria_judged=2, side="right"),
        rep(3, 10.0, score=85.0, rom_deg=110.0, peak_deg=120.0, side="right", criteria_judged=1, estimated=True),
    ]
    records.analyses.append(first, rows_of([], counted, [REJECTED]))
    records.sessions.add_self_report(first, 1.0, 2)
    records.sessions.add_self_report(first, 2.0, 6)
    finish(records, first, 61)
    finish(records, later, 31)
    running = start(records, started_at=day + timedelta(days=9))
    records.analyses.append(running, rows_of([], counted))

    found = records.sessions.metrics("P001")

    assert [(m.session_id, m.value, m.reps) for m in found if m.name == "frames_processed"] == [
        (first, 61.0, 3),
        (later, 31.0, 0),
    ]
    by_name = {m.name: m.value for m in found if m.session_id == first and m.name.startswith(("rep_", "self_"))}
    assert by_name == {
        "rep_score_mean": 85.0,
        "rep_score_sd": pytest.approx(5),
        "rep_judged_pct": pytest.approx(40),
        "rep_little_judged": 2.0,
        "rep_rom_mean": 65.0,
        "rep_rom_sd": pytest.approx(50**0.5),
        "rep_rom_max": 70.0,
        "rep_rom_error": 5.25,
        "rep_estimated_count": 1.0,
        "rep_rom_estimated": 110.0,
        "rep_min_estimated": 3.75,
        "rep_max_estimated": 120.0,
        "rep_peak_mean": 92.25,
        "rep_duration_mean": 2.0,
        "rep_duration_sd": 0.0,
        "self_report_max": 6.0,
        "self_report_mean": 4.0,
    }
    assert found[0].started_at == day
    assert running not in {m.session_id for m in found}, "no point of a trend before its end"
    assert {m.side for m in found if m.session_id == first} == {"right"}  # what worked, whatever was asked for
    assert records.sessions.metrics("nobody") == ()


def finish(records: Records, session_id: str, frames: int) -> None:
    records.analyses.append(session_id, rows_of([result(i) for i in range(frames)]))
    columns = records.analyses.frames(session_id)
    records.analyses.finish(session_id, summarise(columns["t_s"], columns, None))
    records.sessions.end(session_id, EndReason.STOPPED)


# -- alerts ----------------------------------------------------------------------------------------------------------


ALERT = Alert(AlertKind.PAIN, 1.5, 6.5)


def test_an_alert_is_the_programs_and_is_acknowledged_by_name_once(store: Store, records: Records) -> None:
    session_id = start(records)
    records.sessions.add_event(session_id, 2.0, "mark", "heel")
    records.sessions.add_alert(session_id, ALERT)
    records.sessions.add_alert(session_id, Alert(AlertKind.FACE_LOST, 1.5, math.nan))
    raised, lost, _ = records.sessions.events(session_id)
    assert raised == Event(1.5, "alert_pain", "", "physio", "error", 6.5)
    assert (lost.kind, lost.level) == ("alert_face_lost", "warning")
    assert math.isnan(lost.value)
    for name in ("kim", "lee"):
        store.acting_as(User(name)).sessions.acknowledge_alert(session_id, ALERT)
    seen, other, mark = records.sessions.events(session_id)
    assert seen.acknowledged_by == "kim"
    assert seen.acknowledged_at is not None
    assert abs(seen.acknowledged_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert (other.acknowledged_by, mark.acknowledged_by) == (None, None)


def test_an_alert_that_is_not_in_the_record_cannot_be_acknowledged(records: Records) -> None:
    session_id = start(records)
    records.sessions.add_alert(session_id, ALERT)
    with pytest.raises(StoreError, match="not in the record"):
        records.sessions.acknowledge_alert(session_id, replace(ALERT, t_s=9.0))
