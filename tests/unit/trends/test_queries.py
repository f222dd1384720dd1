import io
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from physio.errors import StoreError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.language import english
from physio.messages import message
from physio.metrics import FRAME_COLUMNS
from physio.storage.records import NewAnalysis, NewSession
from physio.summary import Summary, summarise
from physio.trends import queries
from physio.trends.remarks import remarks
from physio.types import FaceReason, Reason
from tests.pages.example_sessions import Example, add_session, frames


def test_a_session_is_read_whole(records):
    data = queries.load_session(records, add_session(records, "P001", Example(reps=3)))
    assert len(data.reps) == 3
    assert data.t_s.size == data.frames["signal"].size == 320
    assert [event.kind for event in data.marks] == ["mark"]
    assert data.doubts == ()


def test_an_unknown_session_is_an_error(records):
    with pytest.raises(StoreError, match="not found"):
        queries.load_session(records, "20200101-000000-beef")


def test_doubts_are_no_marks(records):
    session_id = add_session(records, "P001", Example())
    doubts = (message("doubt.no_face"),)
    records.analyses.finish(session_id, records.analyses.summary(session_id), doubts)
    data = queries.load_session(records, session_id)
    assert data.doubts == doubts
    assert [english(one.what) for one in remarks(data)] == ["marked", "reported pain", "not counted"]


def test_remarks_are_in_order_of_time(records):
    found = remarks(queries.load_session(records, add_session(records, "P001", Example())))
    assert [english(one.what) for one in found] == ["marked", "reported pain", "not counted"]
    assert [english(one.detail) for one in found] == ["", "4 of 10", "too small a movement"]
    assert [one.t_s for one in found] == sorted(one.t_s for one in found)


def test_the_ledger_tells_every_share_that_was_not_usable(records):
    data = queries.load_session(records, add_session(records, "P001", Example(reps=4)))
    rows = {row.reason: row.pct for row in queries.ledger(data.summary)}
    assert rows == {
        Reason.NO_PERSON: pytest.approx(5, abs=0.5),
        FaceReason.NOT_FOUND: pytest.approx(5, abs=0.5),
    }
    assert queries.ledger(Summary.of({}, {})) == ()


def test_only_angles_with_a_value_can_be_drawn(records):
    data = queries.load_session(records, add_session(records, "P001", Example()))
    names = ("hip_flexion_l", "knee_flexion_l", "knee_flexion_r", "not_a_column")
    assert queries.measured_angles(data, names) == ("knee_flexion_l", "knee_flexion_r")


def test_a_trend_has_a_row_per_session_oldest_first(records):
    for days_ago, score in ((0, 84), (14, 60), (7, 70)):
        add_session(records, "P001", Example(reps=4, score=score, days_ago=days_ago))
    table = queries.trend(records, "P001")
    assert table["rep_score_mean"].tolist() == [61.5, 71.5, 85.5]
    assert table["reps"].tolist() == [4, 4, 4]
    assert table["started_at"].is_monotonic_increasing
    assert table["self_report_max"].tolist() == [4, 4, 4]


def test_sessions_of_too_little_face_are_known(records):
    _, rare = (add_session(records, "P001", Example(days_ago=days)) for days in (7, 0))
    records.analyses.finish(rare, replace(records.analyses.summary(rare), face_pct=2.0))
    assert queries.too_little_face(queries.trend(records, "P001"))["session_id"].tolist() == [rare]


def test_a_trend_leaves_out_what_an_estimate_that_could_not_see_pain_said(records):
    new, old = (add_session(records, "P001", Example(days_ago=days)) for days in (0, 7))
    records.analyses.finish(old, replace(records.analyses.summary(old), face_estimate=math.nan))
    assert records.analyses.metrics(old)["pspi_p95"] > 0  # nothing stored is lost
    table = queries.trend(records, "P001")
    assert table["session_id"].tolist() == [old, new]
    for name in ("state_engaged_pct", "pspi_mean", "pspi_p95", "pspi_max", "pain_frames_pct"):
        assert table[name].notna().tolist() == [False, True], name
    assert table["self_report_max"].notna().all()
    assert queries.earlier_estimate(table)["session_id"].tolist() == [old]


@pytest.mark.parametrize("code", [1, 4])
def test_of_frames_of_an_estimate_that_could_not_see_pain_nothing_is_drawn(records, store, code):
    session_id = add_session(records, "P001", Example())
    assert np.isfinite(queries.load_session(records, session_id).frames["pspi"]).any()
    with store.writing() as cursor:
        cursor.execute("update frame set head_yaw = 3, face_state = ? where face_state > 0", [code])
    drawn = queries.load_session(records, session_id).frames
    assert np.isnan([drawn["pspi"], drawn["face_state"], drawn["au04"]]).all()
    assert np.isfinite(drawn["head_yaw"]).any()
    assert (records.analyses.frames(session_id)["face_state"] == code).any()


def test_a_session_without_a_face_is_not_of_an_earlier_estimate(records):
    session_id = add_session(records, "P001", Example())
    records.analyses.finish(
        session_id, replace(records.analyses.summary(session_id), face_pct=0.0, face_estimate=math.nan)
    )
    assert queries.earlier_estimate(queries.trend(records, "P001")).empty


def test_without_sessions_a_trend_is_empty(records):
    assert queries.trend(records, "P001").empty


def test_tables_survive_the_way_through_a_file():
    table = pd.DataFrame({"t_s": [0.0, 0.05], "knee_flexion_l": [12.345678, np.nan]})
    csv = queries.to_file(table, "csv").decode()
    assert csv == "t_s,knee_flexion_l\n0,12.3457\n0.05,\n"
    parquet = pd.read_parquet(io.BytesIO(queries.to_file(table, "parquet")))
    pd.testing.assert_frame_equal(parquet, table)


def test_every_range_of_a_session_comes_with_its_error(records):
    old, new = Example(), Example(error_deg=7)
    for example, error_deg in ((old, np.nan), (new, 7)):
        data = queries.load_session(records, add_session(records, "P001", example))
        table = queries.rom_table(data).set_index("angle")
        assert table.loc["knee_flexion_l", "largest_deg"] == pytest.approx(90, abs=1)
        np.testing.assert_allclose(table["error_deg"], [error_deg, error_deg])
        np.testing.assert_allclose(queries.reps_table(data.reps)["range_error_deg"], [error_deg] * 5)
        assert not table["estimated"].any()


def test_what_is_read_of_a_session_is_the_summary_that_was_written(records):
    session_id = add_session(records, "P001", Example())
    data = queries.load_session(records, session_id)
    t_s, values = frames(Example())
    written = summarise(t_s, dict(zip(FRAME_COLUMNS, values.T, strict=True)), load_exercise("squat"))
    assert repr(data.summary) == repr(written)  # by its words, because NaN is not equal to itself
    assert "rom.rarely_measured" in {one.reason.code for one in data.summary.rom if one.reason}


def test_of_a_session_that_runs_nothing_is_known_yet(records):
    asked = Assignment(load_exercise("squat"))
    session_id = records.sessions.start(NewSession("P001", source="live"), NewAnalysis(asked, "test", {}))
    data = queries.load_session(records, session_id)
    assert data.summary.frames_processed == 0
    assert np.isnan([data.summary.duration_s, data.summary.pspi_p95, data.summary.face_pct]).all()
    assert queries.rom_table(data).empty
    assert queries.missing_ranges(data) == ()
    assert queries.ledger(data.summary) == ()


def test_the_reasons_are_given_for_the_exercises_own_angles_on_the_side_that_works(records):
    session_id = add_session(records, "P001", Example(lost=True))
    found = queries.missing_ranges(queries.load_session(records, session_id))
    assert found == (("knee_flexion_l", message("rom.maximum_lost")), ("knee_flexion_r", message("rom.maximum_lost")))
    data = queries.load_session(records, session_id)
    left = replace(data, reps=tuple(replace(rep, side="left") for rep in data.reps))
    assert [angle for angle, _ in queries.missing_ranges(left)] == ["knee_flexion_l"]
    assert queries.missing_ranges(replace(data, exercise=None)) == ()
    whole = queries.load_session(records, add_session(records, "P001", Example()))
    assert queries.missing_ranges(whole) == ()


def test_repetitions_over_sessions_have_their_largest_error(records):
    add_session(records, "P001", Example(days_ago=2))
    add_session(records, "P001", Example(days_ago=1, error_deg=7))
    np.testing.assert_allclose(queries.trend(records, "P001")["rep_rom_error"], [np.nan, 7])


def test_an_estimated_range_is_marked_in_every_table_and_the_refused_one_in_none(records):
    example = Example(estimated=True, side="left", peak_deg=106, error_deg=7)
    data = queries.load_session(records, add_session(records, "P001", example, "elbow_flexion"))
    reps = queries.reps_table(data.reps)
    assert reps["estimated"].all()
    assert reps["range_error_deg"].isna().all()
    elbow = queries.rom_table(data).set_index("angle").loc["elbow_flexion_l"]
    assert (elbow["largest_deg"], elbow["estimated"]) == (106, True)
    assert np.isnan(elbow["error_deg"])


def test_a_session_over_sessions_has_the_side_that_worked(records):
    add_session(records, "P001", Example(side="right"), "elbow_flexion")
    assert queries.trend(records, "P001")["side"].tolist() == ["right"]


@pytest.mark.parametrize("exercise_id", ["knee_extension", "sit_to_stand"])
def test_an_estimated_range_of_a_falling_angle_goes_from_its_far_end_to_its_start(records, exercise_id):
    example = Example(estimated=True, start_deg=90, peak_deg=5, reps=1)
    data = queries.load_session(records, add_session(records, "P001", example, exercise_id))
    knee = queries.rom_table(data).set_index("angle").loc["knee_flexion_l"]
    assert (knee["smallest_deg"], knee["largest_deg"], knee["estimated"]) == (5, 90, True)


def test_an_estimated_range_whose_start_was_not_stored_is_left_out(records):
    data = queries.load_session(records, add_session(records, "P001", Example(estimated=True)))
    old = replace(data, reps=tuple(replace(rep, start_deg=np.nan) for rep in data.reps))
    assert "knee_flexion_l" in set(queries.rom_table(data)["angle"])
    assert "knee_flexion_l" not in set(queries.rom_table(old)["angle"])
