"""A session analysed again by the version that made it: the same repetitions, and the same angles but for the rounding
of the stored landmarks (0.1 px, 1 mm). Recorded and live, with and without calibration."""

from collections.abc import Iterator

import numpy as np
import pytest

from physio.capture.frames import to_video_frame
from physio.capture.video import VideoSource
from physio.config import ROOT, Settings
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.kinematics.angles import ANGLES
from physio.kinematics.calibrator import CalibrationSetup
from physio.live.session import LiveSession
from physio.live.snapshot import LiveSetup
from physio.metrics import AFFECT_COLUMNS
from physio.networks.assets import ModelPaths, ensure_models
from physio.scoring.rescore import rescore
from physio.scoring.save import save_scored
from physio.scoring.score import score_video
from physio.storage.acting import Records
from physio.storage.recorder import Recorder
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
from physio.types import CalibrationLine, EndReason

pytestmark = pytest.mark.models

CLIP = ROOT / "data" / "demo" / "shoulder_abduction_week_1.mp4"
EXERCISE = load_exercise("shoulder_abduction")
GONIOMETER = (CalibrationLine("shoulder_abduction_r", "goniometer", 0.0, -6.0, 1.1, 0.0, 120.0),)
CALIBRATED = CalibrationSetup(GONIOMETER, zero_when_standing=True)
MEAN_DEG, WORST_DEG = 0.1, 1.0
"""By how much rounded landmarks may move an angle, on average and at the most: 0.03° and 0.25° here."""


@pytest.fixture(scope="module")
def models() -> ModelPaths:
    return ensure_models(Settings.load().models_dir)


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store(":memory:")
    store.acting_as(LOCAL_USER).patients.add("P001", "A. Demo")
    yield store
    store.close()


@pytest.fixture
def records(store: Store) -> Records:
    return store.acting_as(LOCAL_USER)


def record(models: ModelPaths, records: Records, setup: CalibrationSetup) -> str:
    scored = score_video(CLIP, models, Assignment(EXERCISE, "right", calibration=setup))
    return save_scored(records, scored, "P001")


def live(models: ModelPaths, store: Store, records: Records, *, calibrate: bool) -> str:
    """The clip as a live session, after a while of standing still; calibrate: with a zero that is asked for before the
    first frame and taken back later, and a goniometer line that comes in on the way."""
    now_s = 0.0
    with Recorder(store, flush_interval_s=0.02) as recorder:
        setup = LiveSetup("P001", Assignment(EXERCISE, "right"))
        session = LiveSession(setup, models, records, recorder, clock=lambda: now_s)
        if calibrate:
            session.zero_now()
        frames = VideoSource(CLIP)
        for _ in range(35 if calibrate else 0):
            session.on_frame(to_video_frame(next(iter(frames)).image))
            now_s += 0.1
        start_s = now_s
        for frame in frames:
            now_s = start_s + frame.t_s
            session.on_frame(to_video_frame(frame.image))
            if calibrate and frame.index == 60:
                session.use_calibration(GONIOMETER)
            if calibrate and frame.index == 120:
                session.undo_zero()
        assert not session.snapshot().error
        assert session.close(EndReason.STOPPED, 60)
    (stored,) = records.sessions.of("P001")
    return stored.id


@pytest.mark.parametrize("calibrate", [False, True], ids=["plain", "calibrated"])
@pytest.mark.parametrize("source", ["recorded", "live"])
def test_what_is_analysed_again_is_the_same(
    models: ModelPaths, store: Store, records: Records, source: str, calibrate: bool
) -> None:
    if source == "live":
        session_id = live(models, store, records, calibrate=calibrate)
    else:
        session_id = record(models, records, CALIBRATED if calibrate else CalibrationSetup())
    before = records.analyses.counting(session_id)
    made = rescore(records, session_id)
    after = records.analyses.counting(session_id)
    assert after.id == made.analysis_id != before.id
    assert after.derived_from == before.id
    old, new = records.analyses.frames(before.id), records.analyses.frames(after.id)
    np.testing.assert_array_equal(new["t_s"], old["t_s"])
    for name in AFFECT_COLUMNS:
        np.testing.assert_array_equal(new[name], old[name])
    off = np.stack([new[angle.name] - old[angle.name] for angle in ANGLES])
    known = np.isfinite(np.stack([old[angle.name] for angle in ANGLES]))
    assert known.mean() > 0.5
    assert np.nanmean(np.abs(off)) < MEAN_DEG
    assert np.nanmax(np.abs(off)) < WORST_DEG
    assert np.mean(np.isnan(off[known])) < 0.01
    reps, again = records.analyses.reps(before.id), records.analyses.reps(after.id)
    assert made.reps == made.reps_before == len(reps) > 0
    for one, other in zip(reps, again, strict=True):
        assert (other.index, other.side, [fault.id for fault in other.faults]) == (
            one.index,
            one.side,
            [fault.id for fault in one.faults],
        )
        assert (other.start_s, other.peak_s, other.end_s) == pytest.approx(
            (one.start_s, one.peak_s, one.end_s), abs=0.05
        )
        assert (other.peak_deg, other.rom_deg) == pytest.approx((one.peak_deg, one.rom_deg), abs=0.5)
        assert other.score == pytest.approx(one.score, abs=1.0, nan_ok=True)
        assert other.rom_error_deg == pytest.approx(one.rom_error_deg, abs=1.0, nan_ok=True)
        assert (other.estimated, other.criteria_judged, other.criteria_total) == (
            one.estimated,
            one.criteria_judged,
            one.criteria_total,
        )
    doubts = [[one.code for one in records.analyses.doubts(key)] for key in (before.id, after.id)]
    assert doubts[0] == doubts[1]
    changes = [(one.in_use, one.line.angle, one.line.kind) for one in records.analyses.calibration(before.id)]
    assert [(one.in_use, one.line.angle, one.line.kind) for one in records.analyses.calibration(after.id)] == changes
    assert bool(changes) == calibrate
    if source == "live" and calibrate:
        zeroed = [in_use for in_use, _, kind in changes if kind == "neutral"]
        assert zeroed
        assert zeroed.count(True) == zeroed.count(False)
