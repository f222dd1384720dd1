import math
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from made_results import ASKED, FAULTS, REJECTED, new_analysis, new_session, rep, result, start

from physio.doubts import doubts
from physio.errors import StoreError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.kinematics.calibrator import CalibrationSetup
from physio.messages import Message, message, own_text
from physio.metrics import FRAME_COLUMNS, frame_values
from physio.storage.acting import Records
from physio.storage.rows import rows_of
from physio.storage.store import Store
from physio.summary import Summary, summarise
from physio.types import CalibrationLine, FaceReason, FaceState, Reason

KNEE = CalibrationLine("knee_flexion_l", "goniometer", 88.0, -6.0, 1.05, 10.0, 90.0, 1.5)


# -- rows ------------------------------------------------------------------------------------------------------------


def test_frames_come_back_with_nan_where_unknown(store: Store, records: Records, session_id: str) -> None:
    results = [result(i, seen=i != 2) for i in range(5)]
    records.analyses.append(session_id, rows_of(results[3:]))  # out of order on purpose
    records.analyses.append(session_id, rows_of(results[:3]))

    frames = records.analyses.frames(session_id)

    assert list(frames) == ["t_s", *FRAME_COLUMNS]
    assert {values.dtype for values in frames.values()} == {np.dtype(np.float64)}
    np.testing.assert_array_equal(frames["t_s"], [r.t_s for r in results])
    expected = np.stack([frame_values(r) for r in results])
    got = np.stack([frames[name] for name in FRAME_COLUMNS], axis=1)
    np.testing.assert_allclose(got, expected, rtol=1e-6)
    with store.reading() as cursor:
        nan = cursor.execute("select count(*) from frame where isnan(signal) or isnan(pspi)").fetchall()
    assert nan == [(0,)], "NULL, not NaN"


def test_infinite_is_unknown_too(records: Records, session_id: str) -> None:
    rows = rows_of([result(0)])
    records.analyses.append(session_id, replace(rows, values=np.full_like(rows.values, np.inf)))
    assert np.isnan(records.analyses.frames(session_id)["pspi"]).all()


def test_an_analysis_without_frames_has_empty_arrays(records: Records, session_id: str) -> None:
    assert records.analyses.frames(session_id)["t_s"].shape == (0,)
    assert records.analyses.reps(session_id) == ()
    assert records.analyses.metrics(session_id) == {}
    assert records.analyses.summary(session_id) is None
    assert records.analyses.doubts(session_id) == ()


def test_repetitions_come_back_equal(records: Records, session_id: str) -> None:
    given = (
        rep(1, 1.0, faults=FAULTS),
        rep(1, 1.5, side="right", faults=FAULTS[:1]),
        rep(2, 4.0, score=math.nan, estimated=True),
    )
    records.analyses.append(session_id, rows_of([], given[::-1], [REJECTED]))
    kept = records.analyses.reps(session_id)
    assert kept[:2] == given[:2]
    assert np.isnan(kept[2].score)
    assert replace(kept[2], score=0.0) == replace(given[2], score=0.0)
    assert records.analyses.rejected(session_id) == (REJECTED,)
    session = records.sessions.get(session_id)
    assert (session.reps, session.rejected) == (3, 1)


@pytest.mark.parametrize(
    ("known", "estimated"),
    [
        ({"rom_min_knee_flexion_l": 5.0, "rom_max_knee_flexion_l": 95.0}, False),
        ({"rom_min_knee_flexion_l": 5.0, "rom_max_knee_flexion_l": 24.0}, True),  # given at rest alone
        ({}, True),
    ],
)
def test_an_old_repetition_was_measured_only_if_its_angle_was_given_that_far(
    store: Store, records: Records, session_id: str, known: dict[str, float], estimated: bool
) -> None:
    records.analyses.append(session_id, rows_of([], [rep(1, rom_deg=88.0)]))
    with store.writing() as cursor:
        cursor.execute("update repetition set estimated = null, criteria_judged = null, criteria_total = null")
        for name, value in known.items():
            cursor.execute("insert into analysis_metric values (?, ?, ?)", [session_id, name, value])
    (kept,) = records.analyses.reps(session_id)
    assert (kept.estimated, kept.criteria_total) == (estimated, 0)


def test_a_reason_comes_back_with_its_parameters(records: Records, session_id: str) -> None:
    reason = message("rejected.too_small", rom_deg=12.3456789, needed_deg=30.0, part=own_text("ü"), rare=math.inf)
    records.analyses.append(session_id, rows_of([], [], [replace(REJECTED, reason=reason)]))
    (kept,) = records.analyses.rejected(session_id)
    assert kept.reason == reason


def test_repetitions_are_never_stored_without_their_frames(records: Records, session_id: str) -> None:
    impossible: Any = None
    with pytest.raises(StoreError):
        records.analyses.append(session_id, rows_of([result(0)], [rep(1, side=impossible)]))
    assert len(records.analyses.frames(session_id)["t_s"]) == 0
    assert records.analyses.reps(session_id) == ()


# -- what it comes to ------------------------------------------------------------------------------------------------


def same(left: Any, right: Any) -> bool:
    """Equal, NaN being NaN."""
    if isinstance(left, float) and isinstance(right, float):
        return left == right or (math.isnan(left) and math.isnan(right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if hasattr(left, "__dataclass_fields__") and not isinstance(left, Message):
        return all(same(getattr(left, one.name), getattr(right, one.name)) for one in fields(left))
    return bool(left == right)


def test_the_comparison_of_these_tests_sees_a_difference() -> None:
    one = summary_of(90)
    assert same(one, summary_of(90))
    assert not same(one, replace(one, view_valid=not one.view_valid))
    assert not same(one, replace(one, rom=(*one.rom[:-1], replace(one.rom[-1], reason=message("rom.no_person")))))
    assert not same(one, replace(one, pspi_mean=math.nan))


def summary_of(frames: int, **columns: float) -> Summary:
    """With a pain estimate, some reasons, and an angle that was not measured."""
    rows = rows_of([result(i, seen=i % 7 > 0) for i in range(frames)])
    known = {name: rows.values[:, i].astype(np.float64) for i, name in enumerate(FRAME_COLUMNS)}
    known["pspi"] = np.linspace(0, 3, frames)
    known["face_reason"][: frames // 3] = FaceReason.TURNED_AWAY
    known["face_state"][: frames // 3] = FaceState.NO_FACE
    known["face_state"][-5:] = FaceState.PAIN
    known["reason"][10:13] = Reason.TOO_DARK
    for name, value in columns.items():
        known[name][:] = value
    return summarise(rows.t_s, known, load_exercise("squat"))


@pytest.mark.parametrize(
    "summary",
    [
        summary_of(90),
        summary_of(90, azimuth=88.0),
        summary_of(90, azimuth=math.nan, pspi=math.nan, face_state=FaceState.NO_FACE),
        summary_of(5),
        summary_of(0),
    ],
    ids=["front", "side", "no view, no face", "short", "empty"],
)
def test_a_summary_is_read_back_as_it_was_written(records: Records, session_id: str, summary: Summary) -> None:
    written = doubts(summary, load_exercise("squat"), (), (REJECTED, REJECTED))
    assert len(written) > 0
    records.analyses.finish(session_id, summary, written)
    kept = records.analyses.summary(session_id)
    assert same(kept, summary)
    assert records.analyses.doubts(session_id) == written
    assert records.analyses.get(session_id).finished_at is not None


def test_finishing_again_replaces_everything(records: Records, session_id: str) -> None:
    records.analyses.finish(session_id, summary_of(90), (message("doubt.no_face"), message("doubt.no_exercise")))
    later = summary_of(30, azimuth=88.0)
    records.analyses.finish(session_id, later, (message("doubt.no_repetition"),))
    assert same(records.analyses.summary(session_id), later)
    assert records.analyses.doubts(session_id) == (message("doubt.no_repetition"),)
    records.analyses.finish(session_id, None)
    assert records.analyses.summary(session_id) is None


# -- several of one session ------------------------------------------------------------------------------------------


def test_a_session_has_one_analysis_that_counts(records: Records, session_id: str) -> None:
    records.analyses.append(session_id, rows_of([result(i) for i in range(3)], [rep(1)]))
    again = records.analyses.start(session_id, new_analysis(app_version="0.2.0", derived_from=session_id))
    records.analyses.append(again, rows_of([result(i) for i in range(3)], [rep(1), rep(2, 5.0)]))

    assert [(one.id, one.counts) for one in records.analyses.of(session_id)] == [(session_id, True), (again, False)]
    assert records.sessions.get(session_id).reps == 1
    assert records.analyses.get(again).derived_from == session_id

    records.analyses.make_counting(again)

    assert [(one.id, one.counts) for one in records.analyses.of(session_id)] == [(session_id, False), (again, True)]
    assert records.analyses.counting(session_id).id == again
    session = records.sessions.get(session_id)
    assert (session.reps, session.app_version, session.analysis_id) == (2, "0.2.0", again)
    assert len(records.analyses.frames(session_id)["t_s"]) == 3, "the older one is kept"
    assert len(records.observations.of(session_id).t_s) == 3, "observed once"


def test_one_that_does_not_count_can_be_discarded_and_no_other(records: Records, session_id: str) -> None:
    records.analyses.append(session_id, rows_of([result(0)], [rep(1, faults=FAULTS)]))
    other = records.analyses.start(session_id, new_analysis(derived_from=session_id))
    records.analyses.append(other, rows_of([result(0)], [rep(1, faults=FAULTS)]))
    records.analyses.discard(other)
    records.analyses.discard(session_id)
    assert [one.id for one in records.analyses.of(session_id)] == [session_id]
    assert len(records.analyses.frames(other)["t_s"]) == 0
    assert records.analyses.reps(session_id) == (rep(1, faults=FAULTS),)
    assert len(records.observations.of(session_id).t_s) == 1


def test_what_was_asked_for_comes_back(records: Records) -> None:
    asked = Assignment(
        load_exercise("squat"),
        target_reps=7,
        target_deg=70.0,
        safe_max_deg=110.0,
        calibration=CalibrationSetup((KNEE,), zero_when_standing=True),
        face=False,
    )
    analysis = records.analyses.counting(records.sessions.start(new_session(), new_analysis(assignment=asked)))
    assert same(analysis.assignment, asked)
    assert same(analysis.exercise, asked.asked)
    assert not analysis.face
    assert analysis.body
    assert analysis.made_by == "local"


def test_whether_the_body_was_to_be_analysed_comes_back(records: Records) -> None:
    asked = Assignment(body=False)
    analysis = records.analyses.counting(records.sessions.start(new_session(), new_analysis(assignment=asked)))
    assert (analysis.body, analysis.face) == (False, True)
    assert same(analysis.assignment, asked)


def test_a_session_is_shown_against_the_definition_it_was_judged_by(records: Records) -> None:
    """Not against today's file: not the text that changed, nor a file that is gone."""
    text = load_exercise("squat").text
    assert ASKED.exercise is not None
    changed = replace(load_exercise("squat"), text=text.replace("target_deg = 90", "target_deg = 45"), target_deg=45.0)
    assert changed.text != text
    session_id = records.sessions.start(new_session(), new_analysis(assignment=Assignment(changed)))
    kept = records.analyses.counting(session_id).exercise
    assert kept is not None
    assert kept.target_deg == 45.0


def test_a_definition_that_nobody_can_read_any_more_is_none(records: Records) -> None:
    broken = replace(load_exercise("squat"), id="gone", text="nonsense [")
    session_id = records.sessions.start(new_session(), new_analysis(assignment=Assignment(broken)))
    assert records.analyses.counting(session_id).exercise is None
    assert records.sessions.get(session_id).exercise_id == "gone"


def test_repetitions_have_ids_of_their_own(store: Store, records: Records, session_id: str) -> None:
    records.analyses.append(session_id, rows_of([], [rep(1), rep(2, 5.0)], [REJECTED, REJECTED]))
    records.analyses.append(start(records), rows_of([], [rep(1)]))
    with store.reading() as cursor:
        ids = cursor.execute("select id from repetition").fetchall()
    assert len(set(ids)) == len(ids) == 5


def test_means_of_frames_are_of_what_is_known_and_of_the_analysis_that_counts(store: Store, records: Records) -> None:
    known, unknown = start(records), start(records)
    values = (0.2, math.nan, 0.6)
    shown = [replace(result(i).affect, valence=value, arousal=0.5) for i, value in enumerate(values)]
    results = [replace(result(i), affect=one) for i, one in enumerate(shown)]
    records.analyses.append(known, rows_of(results))
    records.analyses.append(unknown, rows_of([result(i) for i in range(3)]))
    found = records.analyses.frame_means("P001", ("valence", "arousal"))
    assert found == {known: pytest.approx((0.4, 0.5), abs=1e-6)}
    assert records.analyses.frame_means("P002", ("valence",)) == {}
