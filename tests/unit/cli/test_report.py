import json
import math
from dataclasses import replace

import pytest

from physio.cli.report import failed_report, report
from physio.cli.text import summary_text
from physio.errors import VideoError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import library, load_exercise
from physio.kinematics.angles import ANGLES
from physio.language import english
from physio.messages import own_text
from physio.scoring.result import columns_of
from physio.storage.records import SessionCalibration
from physio.summary import summarise
from physio.types import CalibrationLine, FaceState
from tests.scored_examples import made_rows, made_scored
from tests.unit.storage.made_results import FAULTS, REJECTED, rep

EXERCISE = library()[0]
REPS = (rep(1, 1.0), rep(2, 4.0, score=math.nan, faults=FAULTS))


@pytest.fixture
def scored():
    return made_scored(made_rows(300, REPS, (REJECTED,), azimuth=3.04), EXERCISE, (own_text("dim light"),))


def test_what_was_not_to_be_analysed_is_said_to_be_so():
    rows = made_rows(90)
    without = made_scored(rows)
    assert "person in 100 % of the frames, face in 100 %" in summary_text(without)
    asked = Assignment(body=False, face=False)
    nothing = summarise(rows.t_s, columns_of(rows), None, body=False, face=False)
    without = replace(without, assignment=asked, summary=nothing)
    assert "body not analysed, face not analysed" in summary_text(without)
    assert report(without)["quality"] == {"frames_processed": 90, "pose_pct": None, "face_pct": None, "unusable": {}}


def test_report_has_the_shape_of_the_contract(scored):
    found = report(scored)
    assert found["video"] == {
        "path": "clips/squat.mp4",
        "duration_s": 10.0,
        "frames": 300,
        "width": 1280,
        "height": 720,
    }
    assert found["exercise"] == {"id": EXERCISE.id, "source": "given", "confidence": None}
    assert found["view"]["azimuth_deg"] == 3.0
    assert found["view"]["label"] == "front"
    assert isinstance(found["view"]["valid"], bool)
    assert set(found["quality"]) == {"frames_processed", "pose_pct", "face_pct", "unusable"}
    assert found["quality"]["pose_pct"] == 100.0
    assert found["reps"][0] == {
        "index": 1,
        "side": "left",
        "start_s": 1.0,
        "peak_s": 2.0,
        "end_s": 3.0,
        "peak_deg": pytest.approx(92.25, abs=0.06),
        "rom_deg": 88.5,
        "eccentric_s": 1.0,
        "hold_s": 0.25,
        "concentric_s": 0.75,
        "score": 81.0,
        "rom_error_deg": 4.5,
        "start_deg": 3.8,
        "estimated": False,
        "criteria_judged": 3,
        "criteria_total": 5,
        "faults": [],
    }
    assert found["reps"][1]["score"] is None
    assert found["reps"][1]["faults"][0] == {"id": "trunk_lean", "value": 21.5, "limit": 15.0, "severity": "warning"}
    assert found["rejected"] == [{"start_s": 4.0, "end_s": 4.5, "reason": english(REJECTED.reason)}]
    assert [row["angle"] for row in found["rom"]] == [angle.name for angle in ANGLES]
    assert set(found["rom"][0]) == {"angle", "min_deg", "max_deg", "valid", "reason", "error_deg"}
    assert found["pain"] == {
        "pspi_mean": None,
        "pspi_p95": None,
        "pspi_max": None,
        "frames_pct": None,
        "probability_p95": None,
        "reliable_pct": 0.0,
        "reason": "not reliable: resting expression not recorded",
    }
    assert found["states"] == {"neutral": 0, "engaged": 100, "mild_discomfort": 0, "pain": 0, "high_distress": 0}
    assert found["face"] == {"engagement_mean": None, "flashes": 0.0, "estimate": 2.0}
    assert found["warnings"] == ["dim light"]
    assert list(found) == [
        *("video", "exercise", "view", "quality", "reps", "rejected", "rom", "pain", "states", "face", "warnings")
    ]


def test_what_the_face_showed_is_in_the_report():
    shown = {"pspi": 4.0, "pain_probability": 0.625, "engagement": 71.26, "face_state": float(FaceState.PAIN)}
    found = report(made_scored(made_rows(300, **shown), EXERCISE))
    assert found["pain"] == {
        **dict.fromkeys(("pspi_mean", "pspi_p95", "pspi_max"), 4.0),
        "frames_pct": 100.0,
        "probability_p95": 0.62,
        "reliable_pct": 100.0,
        "reason": None,
    }
    assert found["states"]["pain"] == 100.0
    assert found["face"]["engagement_mean"] == 71.3


def test_unknown_is_null_and_never_nan(scored):
    unmeasured = replace(scored.rows, values=scored.rows.values * math.nan)
    text = json.dumps(report(made_scored(unmeasured, None)), allow_nan=False)
    found = json.loads(text)
    assert found["exercise"] == {"id": None, "source": None, "confidence": None}
    assert found["view"]["azimuth_deg"] is None
    assert found["rom"][0]["min_deg"] is None
    assert found["rom"][0]["valid"] is False


def test_a_failed_video_has_the_same_keys(scored):
    failed = failed_report("a.mp4", EXERCISE, VideoError("a.mp4 is empty"))
    good = report(scored)
    assert list(failed) == list(good)
    for part in ("video", "exercise", "view", "quality", "pain", "face"):
        assert list(failed[part]) == list(good[part])
    assert failed["warnings"] == ["a.mp4 is empty"]
    json.dumps(failed, allow_nan=False)


def test_summary_text_names_what_matters(scored):
    text = summary_text(scored)
    assert "clips/squat.mp4  10.0 s, 300 frames, 1280×720" in text
    assert f"{EXERCISE.id}, both sides" in text
    assert "2, form score 81 on average" in text
    assert "trunk lean, depth" in text
    assert english(REJECTED.reason) in text
    assert "dim light" in text
    assert "nan" not in text


def test_summary_text_without_exercise_has_no_repetitions():
    text = summary_text(made_scored(made_rows()))
    assert "repetitions" not in text
    assert "nan" not in text


def test_what_corrected_the_angles_is_told():
    lines = (
        CalibrationLine("knee_flexion_l", "goniometer", 88.0, -6.04, 1.05, 10.0, 90.0, 1.5),
        CalibrationLine("trunk_flexion", "neutral", 85.0, 2.25),
    )
    changes = [SessionCalibration(4.0 * i, True, line) for i, line in enumerate(lines)]
    rows = replace(made_rows(), calibration=(*changes, SessionCalibration(9.0, False, lines[1])))
    said = (
        "knee_flexion_l × 1.05 -6.0° (goniometer, from 0.0 s), trunk_flexion +2.2° (neutral, from 4.0 s), "
        "trunk_flexion +2.2° (neutral, until 9.0 s)"
    )
    calibrated = made_scored(rows, EXERCISE, (own_text("dim light"),))
    assert f"calibrated   {said}\n" in summary_text(calibrated)
    assert report(calibrated)["warnings"] == ["dim light", f"angles were corrected by calibration: {said}"]


def test_the_text_gives_the_range_of_the_exercises_angle_with_its_error():
    base = EXERCISE.signal.angle
    known = {f"{base}_l": 40.0, f"{base}_l_error": 7.2, f"{base}_r": 45.0, f"{base}_r_error": math.nan}
    text = summary_text(made_scored(made_rows(90, **known), EXERCISE))
    ranges = [line.split(":", 1)[1] for line in text.splitlines() if line.startswith("  range ")]
    assert ranges == [" 40° to 40° ± 7°", " 45° to 45°"]


def test_an_estimate_is_marked_and_has_no_error():
    estimate = rep(2, 4.0, rom_deg=106.0, peak_deg=119.0, rom_error_deg=math.nan, estimated=True, criteria_judged=2)
    one = made_scored(made_rows(300, (rep(1), estimate)), EXERCISE)
    (first, second) = (line.split() for line in summary_text(one).splitlines() if line.strip()[:2] in ("1 ", "2 "))
    assert (first[5:8], first[12]) == (["92", "88", "4"], "3/5")
    assert (second[5:8], second[12]) == (["≈119", "≈106", "-"], "2/5")
    found = report(one)["reps"][1]
    assert (found["estimated"], found["rom_error_deg"], found["criteria_judged"]) == (True, None, 2)


def test_only_the_side_that_worked_has_a_range():
    columns = {f"elbow_flexion_{side}": 20.0 for side in "lr"}
    text = summary_text(made_scored(made_rows(300, (rep(1, side="right"),), **columns), load_exercise("elbow_flexion")))
    assert [line.split(":")[0].strip() for line in text.splitlines() if line.startswith("  range")] == [
        "range        Elbow flexion, right"
    ]


def test_why_the_angle_that_worked_has_no_range_is_said():
    one = made_scored(made_rows(300, (rep(1),), elbow_flexion_l=math.nan), load_exercise("elbow_flexion"))
    assert "Elbow flexion, left: not measured (measured in only 0% of the frames)" in summary_text(one)
