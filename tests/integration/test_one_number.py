"""A repetition's range, the range of motion, the numbers over sessions and JSON say the same thing, on real frames."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from physio.capture.video import VideoInfo, VideoSource
from physio.cli.report import report
from physio.config import ROOT, Settings
from physio.doubts import doubts
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.metrics import FRAME_COLUMNS
from physio.networks.assets import ModelPaths, ensure_models
from physio.pipeline import Pipeline
from physio.scoring.result import Collector, ScoredVideo, columns_of
from physio.scoring.save import save_scored
from physio.storage.acting import Records
from physio.storage.observation_codec import pack_observations
from physio.storage.rows import Rows
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
from physio.summary import summarise
from physio.trends import queries
from physio.types import Frame, Rep
from physio.ui.rep_tiles import range_tile
from tests.media_files import media_frames
from tests.pages.example_sessions import Example, frames

DEMO = ROOT / "data" / "demo"


@pytest.fixture(scope="module")
def models() -> ModelPaths:
    return ensure_models(Settings.load().models_dir)


@pytest.fixture
def records() -> Iterator[Records]:
    store = Store(":memory:")
    found = store.acting_as(LOCAL_USER)
    found.patients.add("P001", "P001")
    yield found
    store.close()


def scored(models: ModelPaths, frames: Iterable[Frame], exercise_id: str) -> tuple[ScoredVideo, list[str]]:
    """The frames as a recording without a face, and the ids of the cues that were shown."""
    assignment, collector = Assignment(load_exercise(exercise_id), face=False), Collector()
    cues: list[str] = []
    with Pipeline(models, assignment) as pipeline:
        for result in pipeline.run(frames):
            collector.add(result)
            cues += [result.cue.id] if result.cue else []
        rows = collector.finish(*pipeline.finish())
    summary = summarise(rows.t_s, columns_of(rows), assignment.asked, rows.reps, face=False)
    height, width = 720, 1280
    video = VideoInfo(Path("clip.mp4"), float(rows.t_s[-1]), len(rows.t_s), width, height)
    found = doubts(summary, assignment.asked, rows.reps, rows.rejected, face=False)
    return ScoredVideo(video, (width, height), assignment, {}, rows, summary, found), cues


def stored_numbers(records: Records, one: ScoredVideo) -> dict[str, float]:
    session_id = save_scored(records, one, "P001")
    kept = [(rep.estimated, rep.criteria_judged, rep.criteria_total) for rep in records.analyses.reps(session_id)]
    assert kept == [(rep.estimated, rep.criteria_judged, rep.criteria_total) for rep in one.rows.reps]
    found = records.sessions.metrics("P001")
    assert {metric.side for metric in found} == {one.rows.reps[0].side}
    return {metric.name: metric.value for metric in found}


@pytest.mark.models
def test_a_measured_range_is_the_same_everywhere(models: ModelPaths, records: Records) -> None:
    one, _ = scored(models, VideoSource(DEMO / "shoulder_abduction_week_4.mp4"), "shoulder_abduction")
    reps = one.rows.reps
    assert [rep.side for rep in reps] == ["right", "right"]
    assert not any(rep.estimated for rep in reps)
    assert all(0 < rep.rom_error_deg < 15 for rep in reps)
    (row,) = (row for row in report(one)["rom"] if row["angle"] == "shoulder_abduction_r")
    assert row["valid"]
    assert row["max_deg"] - row["min_deg"] == pytest.approx(max(rep.rom_deg for rep in reps), abs=row["error_deg"])
    numbers = stored_numbers(records, one)
    assert numbers["rep_rom_max"] == pytest.approx(max(rep.rom_deg for rep in reps))
    assert numbers["rep_rom_error"] == pytest.approx(sum(rep.rom_error_deg for rep in reps) / 2)
    assert numbers["rep_estimated_count"] == 0
    assert [found["estimated"] for found in report(one)["reps"]] == [False, False]
    assert not [doubt for doubt in one.warnings if doubt.code.startswith("doubt.estimated")]


@pytest.mark.models
@pytest.mark.media
def test_a_curl_seen_from_the_front_is_an_estimate_everywhere(models: ModelPaths, records: Records) -> None:
    one, cues = scored(models, media_frames("curl_front_home.mp4", every=2, first=330), "elbow_flexion")
    assert len(one.rows.reps) == 3
    assert all(rep.estimated and math.isnan(rep.rom_error_deg) for rep in one.rows.reps)
    assert all(2 <= rep.criteria_judged <= 3 for rep in one.rows.reps)
    assert "good" not in cues
    elbows = [row for row in report(one)["rom"] if row["angle"].startswith("elbow_flexion")]
    assert [(row["valid"], row["reason"]) for row in elbows] == [
        (False, "estimated only: camera angle unsuitable"),
    ] * 2
    assert [(rep["estimated"], rep["rom_error_deg"]) for rep in report(one)["reps"]] == [(True, None)] * 3
    numbers = stored_numbers(records, one)
    assert numbers["rep_estimated_count"] == 3
    assert numbers["rep_rom_estimated"] == pytest.approx(sum(rep.rom_deg for rep in one.rows.reps) / 3)
    assert not [name for name in numbers if name.startswith(("rep_rom_m", "rep_rom_error", "rom_max_elbow"))]
    assert "doubt.estimated_view" in [doubt.code for doubt in one.warnings]


@pytest.mark.models
@pytest.mark.media
def test_a_man_standing_with_a_bar_does_no_curl(models: ModelPaths) -> None:
    """His elbows hide behind the bar: the left one is not seen at all, and the network moves it about."""
    one, cues = scored(models, media_frames("squat_side_gym.mp4", every=2, first=330), "elbow_flexion")
    assert one.rows.reps == ()
    assert "rejected.joint_not_seen" in {rejected.reason.code for rejected in one.rows.rejected}
    assert "good" not in cues


@pytest.mark.models
@pytest.mark.media
def test_his_squats_are_counted(models: ModelPaths) -> None:
    one, _ = scored(models, media_frames("squat_side_gym.mp4", every=3), "squat")
    assert len(one.rows.reps) == 2
    assert not any(rep.estimated for rep in one.rows.reps)


def made_estimates(exercise_id: str) -> ScoredVideo:
    """Two estimated repetitions of a knee that stretches on the way out, as a recording without a face."""
    reps = tuple(
        Rep(i + 1, "both", 4 * i, 4 * i + 2, 4 * i + 4, far_deg, 90 - far_deg, 1.8, 0.4, 1.8, 80, (), math.nan, True)
        for i, far_deg in enumerate((5.0, 9.0))
    )
    reps = tuple(replace(rep, start_deg=90.0) for rep in reps)
    asked = Assignment(load_exercise(exercise_id), "both", face=False)
    t_s, values = frames(Example(reps=2, start_deg=90, peak_deg=5, estimated=True, gone=False))
    rows = Rows(t_s, values.astype(np.float32), pack_observations([]), reps, ())
    columns = dict(zip(FRAME_COLUMNS, values.T, strict=True))
    summary = summarise(t_s, columns, asked.asked, reps, face=False)
    found = doubts(summary, asked.asked, reps, (), face=False)
    video = VideoInfo(Path("clip.mp4"), float(t_s[-1]), len(t_s), 1280, 720)
    return ScoredVideo(video, (1280, 720), asked, {}, rows, summary, found)


@pytest.mark.parametrize("exercise_id", ["sit_to_stand", "knee_extension"])
def test_an_estimate_of_a_falling_angle_is_the_same_everywhere(records: Records, exercise_id: str) -> None:
    one = made_estimates(exercise_id)
    session_id = save_scored(records, one, "P001")
    data = queries.load_session(records, session_id)
    assert "≈ 83°" in range_tile("range", data.reps, data.summary.view_valid)
    knees = queries.rom_table(data).set_index("angle").loc[["knee_flexion_l", "knee_flexion_r"]]
    assert knees[["smallest_deg", "largest_deg", "estimated"]].to_numpy().tolist() == [[5, 90, True]] * 2
    assert queries.reps_table(data.reps)[["start_deg", "peak_deg"]].to_numpy().tolist() == [[90, 5], [90, 9]]
    (row,) = queries.trend(records, "P001").to_dict("records")
    assert (row["rep_min_estimated"], row["rep_max_estimated"], row["rep_rom_estimated"]) == (5, 90, 83)
    assert not [name for name in row if name.startswith(("rom_max_knee", "rep_rom_m", "rep_rom_error"))]
    written = report(one)
    assert [(rep["start_deg"], rep["peak_deg"], rep["estimated"]) for rep in written["reps"]] == [
        (90, 5, True),
        (90, 9, True),
    ]
    assert not any(angle["valid"] for angle in written["rom"] if angle["angle"].startswith("knee_flexion"))
