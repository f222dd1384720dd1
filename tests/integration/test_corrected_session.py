"""A recording that was scored as the wrong exercise and of the wrong patient, put right from what was stored of it: the
same as if it had been right from the start."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from physio.capture.video import VideoSource
from physio.config import ROOT, Settings
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.kinematics.calibration import GoniometerReading
from physio.kinematics.calibrator import CalibrationSetup
from physio.networks.assets import ModelPaths, ensure_models
from physio.scoring.correct import Correction, correct, move
from physio.scoring.save import save_scored
from physio.scoring.score import score_video
from physio.storage.acting import Records
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
from physio.types import CalibrationLine
from tests.video_files import dated

pytestmark = pytest.mark.models

CLIP = ROOT / "data" / "demo" / "shoulder_abduction_week_1.mp4"
RIGHT, WRONG = load_exercise("shoulder_abduction"), load_exercise("elbow_flexion")
THEIRS = CalibrationLine("shoulder_abduction_r", "goniometer", 0.0, -6.0)
THEN = datetime(2026, 3, 5, 10, 20, 30, tzinfo=UTC)
MOST_DEG = 1.0
"""By how much the rounding of stored landmarks may move an angle; see test_analysed_again.py."""


@pytest.fixture(scope="module")
def models() -> ModelPaths:
    return ensure_models(Settings.load().models_dir)


@pytest.fixture
def records() -> Iterator[Records]:
    store = Store(":memory:")
    records = store.acting_as(LOCAL_USER)
    for code in ("P001", "P002"):
        records.patients.add(code, code)
    yield records
    store.close()


def angle(records: Records, analysis_id: str) -> np.ndarray:
    return records.analyses.frames(analysis_id)["shoulder_abduction_r"]


def test_it_becomes_what_it_would_have_been(models: ModelPaths, records: Records, tmp_path: Path) -> None:
    source = tmp_path / CLIP.name
    source.write_bytes(CLIP.read_bytes())
    clip = dated(source, creation_time=THEN.isoformat())
    assert VideoSource(clip).info.recorded_at == THEN
    mistaken = Assignment(WRONG, "left", calibration=CalibrationSetup((THEIRS,)))
    seen = records.sessions.get(save_scored(records, score_video(clip, models, mistaken), "P001"))
    assert (seen.started_at, seen.exercise_id) == (THEN, "elbow_flexion")

    correct(records, seen, Correction(RIGHT, "right", 5, THEN))
    corrected = records.sessions.get(seen.id)
    assert (corrected.exercise_id, corrected.side, corrected.target_reps) == ("shoulder_abduction", "right", 5)
    assert records.analyses.get(seen.analysis_id).exercise_id == "elbow_flexion"
    assert len(records.analyses.frames(seen.analysis_id)["t_s"]) == len(records.observations.of(seen.id).t_s)

    records.calibrations.add(
        "P002", CalibrationLine("elbow_flexion_l", "goniometer", 0.0, 5.0), [GoniometerReading(50.0, 55.0, 0.0)]
    )
    move(records, corrected, "P002")
    moved = records.sessions.get(seen.id)
    assert (moved.patient_code, moved.exercise_id) == ("P002", "shoulder_abduction")
    lines = {(one.line.angle, one.line.offset_deg) for one in records.analyses.calibration(moved.analysis_id)}
    assert lines == {("elbow_flexion_l", 5.0)}, "none of the former patient's"

    fresh = records.sessions.get(save_scored(records, score_video(clip, models, Assignment(RIGHT, "right", 5)), "P002"))
    assert moved.reps == fresh.reps > 0
    for one, other in zip(
        records.analyses.reps(moved.analysis_id), records.analyses.reps(fresh.analysis_id), strict=True
    ):
        assert (one.side, one.peak_deg) == (other.side, pytest.approx(other.peak_deg, abs=MOST_DEG))
    off = angle(records, moved.analysis_id) - angle(records, fresh.analysis_id)
    assert np.nanmax(np.abs(off)) < MOST_DEG
    calibrated = angle(records, corrected.analysis_id) - angle(records, moved.analysis_id)
    assert np.nanmedian(calibrated) == pytest.approx(-6.0, abs=1.0), "the former patient's line is gone"
