"""Calibration through the whole chain: the networks, the estimator, scoring and the store, on a rendered person."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from physio.capture.frames import to_video_frame
from physio.capture.video import VideoSource
from physio.config import ROOT, Settings
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.kinematics.angles import ANGLE_INDEX
from physio.kinematics.calibration import GoniometerReading
from physio.kinematics.calibrator import CalibrationSetup, ZeroState
from physio.language import english
from physio.live.session import LiveSession
from physio.live.snapshot import LiveSetup
from physio.networks.assets import ModelPaths, ensure_models
from physio.scoring.save import save_scored
from physio.scoring.score import score_video
from physio.storage.acting import Records
from physio.storage.recorder import Recorder
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
from physio.types import CalibrationLine, EndReason, FloatArray, Frame

pytestmark = pytest.mark.models
DEMO = ROOT / "data" / "demo"
FPS = 10


@pytest.fixture(scope="module")
def models() -> ModelPaths:
    return ensure_models(Settings.load().models_dir)


@pytest.fixture(scope="module")
def start() -> Frame:
    """The picture with which a clip begins: somebody who stands relaxed, seen from the left."""
    return next(iter(VideoSource(DEMO / "shoulder_flexion.mp4")))


@pytest.fixture(scope="module")
def standing(start: Frame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That picture for five seconds."""
    path = tmp_path_factory.mktemp("clip") / "standing.mp4"
    height, width = start.image.shape[:2]
    with av.open(str(path), "w") as new:
        stream = new.add_stream("libx264", rate=FPS, options={"crf": "12", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for _ in range(5 * FPS):
            new.mux(stream.encode(av.VideoFrame.from_ndarray(start.image, format="rgb24").reformat(format="yuv420p")))
        new.mux(stream.encode(None))
    return path


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store(":memory:")
    records = store.acting_as(LOCAL_USER)
    records.patients.add("P001", "A. Demo")
    yield store
    store.close()


@pytest.fixture
def records(store: Store) -> Records:
    return store.acting_as(LOCAL_USER)


def knee(columns: dict[str, FloatArray]) -> FloatArray:
    return columns["knee_flexion_l"]


def test_a_scored_video_uses_the_goniometer_line_and_stores_what_it_did(
    models: ModelPaths, standing: Path, records: Records
) -> None:
    plain = score_video(standing, models, Assignment())
    azimuth = plain.summary.azimuth_deg
    line = CalibrationLine("knee_flexion_l", "goniometer", azimuth, -7.0)
    calibrated = score_video(standing, models, Assignment(calibration=CalibrationSetup((line,))))
    seen = np.isfinite(knee(plain.columns))
    assert seen.mean() > 0.9
    assert knee(calibrated.columns)[seen] - knee(plain.columns)[seen] == pytest.approx(-7.0, abs=0.01)
    np.testing.assert_array_equal(calibrated.columns["trunk_flexion"], plain.columns["trunk_flexion"])
    session_id = save_scored(records, calibrated, "P001")
    ((change),) = records.analyses.calibration(session_id)
    assert (change.t_s, change.in_use, change.line) == (0.0, True, line)


def test_a_scored_video_takes_the_neutral_zero_on_the_way_and_it_can_be_taken_back(
    models: ModelPaths, standing: Path
) -> None:
    plain = score_video(standing, models, Assignment())
    zeroed = score_video(standing, models, Assignment(calibration=CalibrationSetup(zero_when_standing=True)))
    assert not any("neutral" in english(warning) for warning in plain.warnings)
    (change,) = [one for one in zeroed.rows.calibration if one.line.angle == "knee_flexion_l"]
    assert change.in_use
    assert 3.0 <= change.t_s < 4.0
    after = zeroed.rows.t_s >= change.t_s
    np.testing.assert_array_equal(knee(zeroed.columns)[~after], knee(plain.columns)[~after])
    assert np.abs(knee(zeroed.columns)[after]).max() < np.abs(knee(plain.columns)[after]).min()
    as_measured = np.where(after, knee(zeroed.columns) - change.line.offset_deg, knee(zeroed.columns))
    np.testing.assert_allclose(as_measured, knee(plain.columns), atol=1e-3)


def test_somebody_who_does_not_stand_still_is_told(models: ModelPaths) -> None:
    seated = score_video(
        DEMO / "knee_extension.mp4", models, Assignment(calibration=CalibrationSetup(zero_when_standing=True))
    )
    assert any("never stood straight and still" in english(warning) for warning in seated.warnings)
    assert seated.rows.calibration == ()


def test_live_zero_reading_and_goniometer(models: ModelPaths, start: Frame, store: Store, records: Records) -> None:
    now_s = 0.0
    exercise = load_exercise("squat")
    with Recorder(store, flush_interval_s=0.02) as recorder:
        setup = LiveSetup("P001", Assignment(exercise, calibration=CalibrationSetup(zero_when_standing=True)))
        session = LiveSession(setup, models, records, recorder, clock=lambda: now_s)
        for _ in range(4 * FPS):
            session.on_frame(to_video_frame(start.image.copy()))
            now_s += 1 / FPS
        status = session.snapshot().calibration
        assert session.snapshot().error is None
        assert status.state is ZeroState.TAKEN
        assert {line.angle for line in status.lines} >= {"knee_flexion_l", "trunk_flexion"}
        measured, azimuth = session.reading("knee_flexion_l")
        line = CalibrationLine("knee_flexion_l", "goniometer", azimuth, -5.0)
        records.calibrations.add("P001", line, [GoniometerReading(measured, measured - 5.0, azimuth)])
        session.use_calibration(records.calibrations.in_use("P001"))
        session.undo_zero()
        session.on_frame(to_video_frame(start.image.copy()))
        result = session.snapshot().result
        assert result is not None
        assert result.kinematics.angles_deg[ANGLE_INDEX["knee_flexion_l"]] == pytest.approx(measured - 5.0, abs=1.0)
        assert session.snapshot().calibration.lines == (line,)
        assert session.close(EndReason.STOPPED)
    (stored,) = records.sessions.of("P001")
    changes = records.analyses.calibration(stored.id)
    assert [(one.line, one.in_use) for one in changes if one.line.kind == "goniometer"] == [(line, True)]
    taken = [one for one in changes if one.line.kind == "neutral" and one.in_use]
    undone = [replace(one, in_use=True, t_s=taken[0].t_s) for one in changes if not one.in_use]
    assert set(undone) == set(taken)
