"""The whole chain with the real networks on the project's own clips, cut to two repetitions."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import av
import cv2
import numpy as np
import pytest

from physio.affect.pain import pain_word
from physio.capture.video import VideoSource
from physio.config import ROOT, Settings
from physio.errors import CalibrationError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise, load_exercise
from physio.kinematics.angles import ANGLE_INDEX
from physio.kinematics.calibrator import CalibrationSetup, ZeroState
from physio.kinematics.measure import Geometry
from physio.language import english
from physio.live.session import LiveSession
from physio.live.snapshot import LiveSetup
from physio.metrics import FRAME_COLUMNS, frame_values
from physio.networks.assets import ModelPaths, ensure_models
from physio.perception.pose import PoseDetector
from physio.pipeline import Pipeline
from physio.scoring.save import save_scored
from physio.scoring.score import score_video
from physio.storage.acting import Records
from physio.storage.recorder import Recorder
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
from physio.types import EndReason, FaceReason, FaceState, FloatArray, Frame, FrameResult, Image, Reason, Rep

pytestmark = pytest.mark.models
DEMO = ROOT / "data" / "demo"
PAIN_UNTIL_S = 12.0
ALWAYS_KNOWN = {"reason", "phase", "rep_count", "face_state", "face_reason", "face_age"}


@pytest.fixture(scope="module")
def models() -> ModelPaths:
    return ensure_models(Settings.load().models_dir)


@pytest.fixture(scope="module")
def squat() -> Exercise:
    return load_exercise("squat")


@pytest.fixture(scope="module")
def true_reps() -> list[dict[str, float]]:
    """The first two repetitions of the clip, as they were animated."""
    return list(json.loads((DEMO / "squat.json").read_text())["reps"][:2])


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory, true_reps: list[dict[str, float]]) -> Path:
    """The squat clip up to where its second repetition is over, every second picture of it."""
    return cut(DEMO / "squat.mp4", true_reps[-1]["end_s"] + 0.6, tmp_path_factory.mktemp("clip") / "squat.mp4")


def cut(source: Path, until_s: float, target: Path) -> Path:
    """Every second picture of source up to until_s, with their time stamps, nearly without loss."""
    with av.open(str(source)) as old, av.open(str(target), "w") as new:
        pictures = old.streams.video[0]
        stream = new.add_stream("libx264", rate=pictures.average_rate, options={"crf": "12", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = pictures.width, pictures.height, "yuv420p"
        stream.codec_context.time_base = pictures.time_base
        for index, picture in enumerate(old.decode(pictures)):
            if picture.time > until_s:
                break
            if index % 2 == 0:
                new.mux(stream.encode(picture.reformat(format="yuv420p")))
        new.mux(stream.encode(None))
    return target


@pytest.fixture(scope="module")
def frames(clip: Path) -> list[Frame]:
    return list(VideoSource(clip))


def run(pipeline: Pipeline, frames: Iterable[Frame]) -> tuple[list[FrameResult], list[Rep]]:
    """All results, and all repetitions including what closes at the end."""
    with pipeline:
        results = [pipeline.step(frame) for frame in frames]
        last, _ = pipeline.finish()
    return results, [rep for result in results for rep in result.closed] + list(last)


@pytest.fixture(scope="module")
def whole(models: ModelPaths, squat: Exercise, frames: list[Frame]) -> tuple[list[FrameResult], list[Rep]]:
    return run(Pipeline(models, Assignment(squat)), frames)


def assert_same_reps(found: Iterable[Rep], expected: Iterable[Rep], within_s: float, within_deg: float) -> None:
    for one, other in zip(found, expected, strict=True):
        assert (one.index, one.side) == (other.index, other.side)
        assert (one.start_s, one.peak_s, one.end_s) == pytest.approx(
            (other.start_s, other.peak_s, other.end_s), abs=within_s
        )
        assert (one.peak_deg, one.rom_deg) == pytest.approx((other.peak_deg, other.rom_deg), abs=within_deg)


# -- what is measured ------------------------------------------------------------------------------------------------


def test_the_repetitions_are_those_that_were_animated(
    whole: tuple[list[FrameResult], list[Rep]], true_reps: list[dict[str, float]]
) -> None:
    results, reps = whole
    assert len(reps) == len(true_reps)
    for found, true in zip(reps, true_reps, strict=True):
        assert found.peak_s == pytest.approx(true["peak_s"], abs=0.4)
        assert found.peak_deg == pytest.approx(true["peak_deg"], abs=15)
    assert max(result.rep_count for result in results) >= 1
    assert np.median([result.kinematics.azimuth_deg for result in results]) == pytest.approx(88, abs=25)


def test_time_goes_on_and_counts_never_go_back(whole: tuple[list[FrameResult], list[Rep]]) -> None:
    results, _ = whole
    assert (np.diff([result.t_s for result in results]) > 0).all()
    assert (np.diff([result.rep_count for result in results]) >= 0).all()
    assert [rep.index for rep in whole[1]] == [1, 2]


def test_unknown_angles_have_a_reason_and_known_ones_have_none(whole: tuple[list[FrameResult], list[Rep]]) -> None:
    other_plane = [ANGLE_INDEX[f"shoulder_{a}_{side}"] for a in ("flexion", "abduction") for side in "lr"]
    for result in whole[0]:
        unknown, refused = np.isnan(result.kinematics.angles_deg), result.kinematics.reasons != Reason.OK
        unknown[other_plane] = refused[other_plane]
        assert (unknown == refused).all()


# -- live and recorded -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    store = Store(":memory:")
    records = store.acting_as(LOCAL_USER)
    records.patients.add("P001", "P001")
    yield store
    store.close()


@pytest.fixture(scope="module")
def records(store: Store) -> Records:
    return store.acting_as(LOCAL_USER)


def record_live(models: ModelPaths, store: Store, records: Records, exercise: Exercise, clip: Path) -> str:
    """The clip as a camera would deliver it, through LiveSession.on_frame; the session's id."""
    with Recorder(store) as recorder, av.open(str(clip)) as container:
        clock_s = [0.0]
        setup = LiveSetup("P001", Assignment(exercise, target_reps=8))
        session = LiveSession(setup, models, records, recorder, clock=lambda: clock_s[0])
        for picture in container.decode(video=0):
            clock_s[0] = float(picture.time)
            session.on_frame(picture)
        assert session.close(EndReason.STOPPED, timeout_s=60)
        session_id = session.snapshot().session_id
    assert session_id is not None
    return session_id


def test_live_is_recorded(
    models: ModelPaths,
    squat: Exercise,
    clip: Path,
    store: Store,
    records: Records,
    whole: tuple[list[FrameResult], list[Rep]],
) -> None:
    """The same frames at the same times give the same stored numbers, whichever way they came in."""
    recorded_id = save_scored(records, score_video(clip, models, Assignment(squat)), "P001")
    live_id = record_live(models, store, records, squat, clip)
    recorded, live = records.analyses.frames(recorded_id), records.analyses.frames(live_id)
    assert set(recorded) == {"t_s", *FRAME_COLUMNS}
    assert live.keys() == recorded.keys()
    for name, values in recorded.items():
        assert live[name] == pytest.approx(values, abs=1e-3, nan_ok=True), name
    assert_same_reps(records.analyses.reps(live_id), records.analyses.reps(recorded_id), within_s=1e-3, within_deg=1e-2)
    assert [rep.score for rep in records.analyses.reps(live_id)] == pytest.approx(
        [rep.score for rep in records.analyses.reps(recorded_id)], nan_ok=True, abs=0.1
    )
    assert records.analyses.metrics(live_id) == pytest.approx(records.analyses.metrics(recorded_id), abs=1e-2)
    # And both are what the pipeline says by itself.
    assert_same_reps(records.analyses.reps(recorded_id), whole[1], within_s=1e-3, within_deg=1e-2)
    assert np.array([frame_values(result) for result in whole[0]])[:, 0] == pytest.approx(
        recorded[FRAME_COLUMNS[0]], abs=1e-3, nan_ok=True
    )


def test_pain_is_the_same_number_and_word_live_and_recorded(
    models: ModelPaths, store: Store, records: Records, tmp_path: Path
) -> None:
    """Of the same frames. Other frames give other numbers: docs/validation.md."""
    clip = cut(DEMO / "shoulder_abduction.mp4", PAIN_UNTIL_S, tmp_path / "pain.mp4")
    exercise = load_exercise("shoulder_abduction")
    recorded_id = save_scored(records, score_video(clip, models, Assignment(exercise)), "P001")
    live_id = record_live(models, store, records, exercise, clip)
    recorded, live = records.analyses.summary(recorded_id), records.analyses.summary(live_id)
    assert recorded.pspi_p95 > 1.0
    assert (live.pspi_p95, live.pspi_max) == pytest.approx((recorded.pspi_p95, recorded.pspi_max), abs=1e-3)
    assert pain_word(live.pspi_p95) == pain_word(recorded.pspi_p95)
    assert live.face_pct == pytest.approx(recorded.face_pct, abs=0.1)


def test_half_the_frames_give_the_same_repetitions(
    models: ModelPaths, squat: Exercise, frames: list[Frame], whole: tuple[list[FrameResult], list[Rep]]
) -> None:
    """Dropped at random, as a busy computer does it: 12.5 pictures a second become about 6."""
    kept = np.random.default_rng(11).random(len(frames)) < 0.5
    _, reps = run(
        Pipeline(models, Assignment(squat, face=False)),
        [frame for frame, keep in zip(frames, kept, strict=True) if keep],
    )
    assert_same_reps(reps, whole[1], within_s=0.4, within_deg=12)


# -- nobody there ----------------------------------------------------------------------------------------------------


def pictures(make: Callable[[int], Image], count: int = 6) -> list[Frame]:
    return [Frame(index, index / 10, make(index)) for index in range(count)]


def black(_: int) -> Image:
    return np.zeros((240, 320, 3), np.uint8)


def noise(index: int) -> Image:
    return np.random.default_rng(index).integers(0, 256, (240, 320, 3), dtype=np.uint8)


def tiny(_: int) -> Image:
    return np.full((3, 2, 3), 128, np.uint8)


@pytest.mark.parametrize("make", [black, noise, tiny])
def test_without_a_person_everything_is_unknown_and_says_why(
    models: ModelPaths, squat: Exercise, make: Callable[[int], Image]
) -> None:
    results, reps = run(Pipeline(models, Assignment(squat)), pictures(make))
    assert reps == []
    for result in results:
        assert result.pose is None
        assert result.reason in (Reason.NO_PERSON, Reason.NOT_A_BODY)
        assert set(result.kinematics.reasons.tolist()) == {result.reason}
        assert (result.affect.reason, result.affect.state) == (FaceReason.NOT_FOUND, FaceState.NO_FACE)
        assert result.rep_count == 0
        assert result.deviating == frozenset()
        values = dict(zip(FRAME_COLUMNS, frame_values(result), strict=True))
        assert np.isnan([value for name, value in values.items() if name not in ALWAYS_KNOWN]).all()


def test_a_person_who_leaves_is_not_remembered(models: ModelPaths, squat: Exercise, frames: list[Frame]) -> None:
    """The last seen angle is not carried on into pictures without anybody."""
    gone = [Frame(8 + k, frames[7].t_s + 0.1 * (k + 1), np.zeros_like(frames[0].image)) for k in range(4)]
    results, _ = run(Pipeline(models, Assignment(squat, face=False)), [*frames[:8], *gone])
    assert np.isfinite(results[7].signal_deg)
    assert results[-1].pose is None
    assert np.isnan(results[-1].kinematics.angles_deg).all()
    assert np.isnan(results[-1].signal_deg)


def test_what_hides_the_signal_is_in_the_ledger(models: ModelPaths, frames: list[Frame]) -> None:
    """The same squats: cut off above the knees, and taken for an exercise that wants another view."""
    height = frames[0].image.shape[0]
    cut = [replace(frame, image=np.ascontiguousarray(frame.image[: int(0.62 * height)])) for frame in frames[:40]]
    outside, _ = run(Pipeline(models, Assignment(load_exercise("squat"), face=False)), cut)
    assert Reason.OUT_OF_FRAME in {result.reason for result in outside}
    assert "Step back: your feet are out of view." in {english(result.cue.text) for result in outside if result.cue}
    wrong, _ = run(Pipeline(models, Assignment(load_exercise("hip_abduction"), face=False)), frames[:60])
    assert "Make a quarter turn to your left." in {english(result.cue.text) for result in wrong if result.cue}


def test_too_little_light_takes_the_angles_and_asks_for_more(
    models: ModelPaths, squat: Exercise, frames: list[Frame]
) -> None:
    dark = [replace(frame, image=(frame.image * 0.16).astype(np.uint8)) for frame in frames[:40]]
    results, _ = run(Pipeline(models, Assignment(squat, face=False)), dark)
    assert "It is too dark. Switch on a light." in {english(result.cue.text) for result in results if result.cue}
    refused = [result for result in results if result.reason is Reason.TOO_DARK]
    for result in refused:
        assert np.isnan(result.kinematics.angles_deg).all()
        assert np.isfinite(result.kinematics.azimuth_deg)
        assert np.isnan(result.signal_deg)


# -- two at once -----------------------------------------------------------------------------------------------------


def measured(results: list[FrameResult]) -> FloatArray:
    return np.array([frame_values(result) for result in results])


def test_two_pipelines_at_once_do_not_mix(models: ModelPaths, squat: Exercise, frames: list[Frame]) -> None:
    """Each in its own thread, on two people: the same numbers as alone."""
    raises = load_exercise("lateral_raise")
    others = [
        frame
        for frame in VideoSource(
            DEMO / "lateral_raise.mp4",
        )
        if frame.index % 2 == 0 and frame.t_s < 1.6
    ]
    work = [(squat, frames[: len(others)]), (raises, others)]
    alone = [measured(run(Pipeline(models, Assignment(exercise)), some)[0]) for exercise, some in work]
    together: dict[int, FloatArray] = {}

    def measure(index: int) -> None:
        exercise, some = work[index]
        together[index] = measured(run(Pipeline(models, Assignment(exercise)), some)[0])

    threads = [Thread(target=measure, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for index in range(2):
        assert together[index] == pytest.approx(alone[index], abs=1e-6, nan_ok=True)
    assert np.nanmax(np.abs(alone[0] - alone[1])) > 10  # they were not the same person


# -- options and picture shapes --------------------------------------------------------------------------------------


def test_without_an_exercise_angles_are_measured_and_nothing_is_counted(
    models: ModelPaths, frames: list[Frame]
) -> None:
    results, reps = run(Pipeline(models, Assignment()), frames[:5])
    assert reps == []
    assert np.isfinite(results[-1].kinematics.angles_deg).any()
    assert np.isnan(results[-1].signal_deg)
    assert results[-1].rep_count == 0


def test_the_face_can_be_left_out(models: ModelPaths, squat: Exercise, frames: list[Frame]) -> None:
    results, _ = run(Pipeline(models, Assignment(squat, face=False)), frames[:3])
    assert all(result.observation.face is None for result in results)
    assert np.isnan(results[-1].affect.pspi)


def test_a_closed_pipeline_says_so(models: ModelPaths, frames: list[Frame]) -> None:
    pipeline = Pipeline(models, Assignment())
    pipeline.close()
    pipeline.close()
    with pytest.raises(RuntimeError, match="closed"):
        pipeline.step(frames[0])


def test_the_same_person_in_a_landscape_and_a_portrait_picture_has_the_same_angle(
    models: ModelPaths, frames: list[Frame], true_reps: list[dict[str, float]]
) -> None:
    """Pixels, not 0-1 coordinates: those would bend a knee by 20° when the picture's shape changes."""
    bent = min(frames, key=lambda frame: abs(frame.t_s - true_reps[0]["peak_s"]))
    angles = []
    for above, beside in ((0, 0), (480, 0), (0, 320)):
        image = np.pad(bent.image, ((above, above), (beside, beside), (0, 0)), mode="edge")
        detector = PoseDetector(models.pose)
        pose = detector.detect(Frame(0, 0.0, image))
        detector.close()
        assert pose is not None
        angles.append(Geometry.of(pose.world_m, pose.image_px).picture_deg[ANGLE_INDEX["knee_flexion_l"]])
    assert np.ptp(angles) < 8
    assert angles[0] == pytest.approx(true_reps[0]["peak_deg"], abs=20)


def test_what_may_not_be_measured_gives_no_reading_for_a_calibration(models):
    """A picture of somebody who holds still, then the same one blurred sideways by more than half of the trunk."""
    held = next(frame.image for frame in VideoSource(DEMO / "squat.mp4") if frame.index == 6)
    blurred = np.asarray(cv2.blur(held, (75, 1)), np.uint8)
    with Pipeline(models, Assignment(face=False)) as pipeline:
        for index in range(40):
            assert pipeline.step(Frame(index, index / 30, held)).reason is Reason.OK
        assert np.isfinite(pipeline.calibrator.reading("knee_flexion_l")).all()
        assert pipeline.step(Frame(40, 40 / 30, blurred)).reason is Reason.MOTION_BLUR
        with pytest.raises(CalibrationError, match="cannot be measured at the moment"):
            pipeline.calibrator.reading("knee_flexion_l")


def test_the_neutral_zero_goes_when_another_person_is_followed(models):
    """Two rendered people beside each other who hold still; the one who was not zeroed is chosen."""
    one = next(frame.image for frame in VideoSource(DEMO / "squat.mp4") if frame.index == 6)
    two = np.ascontiguousarray(np.hstack([one, one]))
    with Pipeline(models, Assignment(face=False, calibration=CalibrationSetup(zero_when_standing=True))) as pipeline:
        results = [pipeline.step(Frame(index, index / 10, two)) for index in range(40)]
        taken = [change for result in results for change in result.calibration]
        assert taken
        assert all(change.in_use and change.line.kind == "neutral" for change in taken)
        assert pipeline.follow(next(person.number for person in results[-1].observation.people if not person.followed))
        after = [pipeline.step(Frame(index, index / 10, two)) for index in range(40, 50)]
        assert {change.line for result in after for change in result.calibration} == {one.line for one in taken}
        assert not any(change.in_use for result in after for change in result.calibration)
        assert pipeline.calibrator.status.state is ZeroState.WAITING
