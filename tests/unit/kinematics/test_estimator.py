from dataclasses import replace

import joblib
import numpy as np
import pytest

from physio.errors import PhysioError
from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.kinematics.calibration import GoniometerReading, fitted
from physio.kinematics.calibrator import CalibrationSetup, Calibrator, ZeroState
from physio.kinematics.correction import MODEL, OUTPUTS, AngleCorrection
from physio.kinematics.estimator import MAX_ERROR_DEG, MAX_ERROR_IN_VIEW_DEG, AngleEstimator, refusals
from physio.kinematics.features import FEATURES, Bodies, features, mirrored, other_side
from physio.kinematics.measure import Geometry, Trust
from physio.landmarks import BODY, BODY_INDEX
from physio.types import FloatArray, Pose, Reason
from tests.unit.kinematics.bodies import STANDING, Posture, pose, squat

SIZE_PX = (1280, 720)
ONE_SIDED = (
    Posture(trunk_deg=10, trunk_right_deg=8)
    .with_arms("l", raise_deg=70, plane_deg=30, elbow_deg=40)
    .with_legs("r", hip_flexion_deg=50, hip_abduction_deg=10, knee_deg=60)
)
NAMES = [angle.name for angle in ANGLES]


def networks(move_deg: float = 0.0, error_deg: float = 1.0) -> AngleCorrection:
    """Networks that add the same to every angle and always expect the same error."""
    outputs = len(OUTPUTS.names)
    return AngleCorrection(
        {
            "mean": np.zeros(len(FEATURES)),
            "std": np.ones(len(FEATURES)),
            "w0": np.zeros((1, len(FEATURES), 1)),
            "b0": np.zeros((1, 1)),
            "w1": np.zeros((1, 1, 1)),
            "b1": np.zeros((1, 1)),
            "w2": np.zeros((1, 1, 2 * outputs)),
            "b2": np.concatenate([np.full(outputs, move_deg / 10), np.full(outputs, np.log(error_deg / 10))])[None],
            "scale_deg": 10.0,
            "calibration": np.ones(outputs),
            "features": np.array(FEATURES),
            "outputs": np.array(OUTPUTS.names),
        }
    )


def bodies(one: Pose, size_px: tuple[int, int] = SIZE_PX) -> Bodies:
    return Bodies(one.world_m, one.image_px, one.visibility, np.array(size_px, dtype=float))


def in_a_mirror(one: Pose) -> Pose:
    """The same landmarks in a mirrored picture: left is right."""
    twin = [BODY_INDEX[other_side(name)] for name in BODY]
    image_px = one.image_px[twin] * [-1, 1] + np.array([SIZE_PX[0], 0])
    return Pose(image_px, one.world_m[twin] * [-1, 1, 1], one.visibility[twin])


@pytest.fixture(scope="module")
def learned() -> AngleCorrection:
    return AngleCorrection.load()


# -- the correction --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("azimuth_deg", [5.0, 60.0, -90.0, 175.0])
def test_networks_that_add_nothing_leave_the_geometry(azimuth_deg: float) -> None:
    seen = pose(squat(30, 60, 40), azimuth_deg)
    corrected = networks(0.0, 3.0).correct(bodies(seen))
    geometry = Geometry.of(seen.world_m, seen.image_px)
    assert corrected.angles_deg == pytest.approx(geometry.best_deg(), abs=1e-6)
    assert corrected.error_deg == pytest.approx(np.full(len(ANGLES), 3.0))
    assert np.cos(np.radians(corrected.azimuth_deg - azimuth_deg)) == pytest.approx(1)


def test_what_they_add_keeps_the_sign_in_the_mirror() -> None:
    """One network serves both sides: +2° is more flexion left and right; sideways lean and azimuth turn round and
    cancel between the two."""
    seen = pose(squat(30, 60, 40), 60)
    plain, moved = (named(networks(move).correct(bodies(seen)).angles_deg) for move in (0.0, 2.0))
    for name in NAMES:
        expected = 0.0 if name == "trunk_lateral_flexion" else 2.0
        assert moved[name] - plain[name] == pytest.approx(expected, abs=1e-6), name


def named(angles_deg: FloatArray) -> dict[str, float]:
    return dict(zip(NAMES, angles_deg.tolist(), strict=True))


def test_past_the_vertical_the_corrected_arm_does_not_jump() -> None:
    seen = pose(STANDING.with_arms(raise_deg=178), 1)
    angles = named(networks(5.0).correct(bodies(seen)).angles_deg)
    assert angles["shoulder_abduction_l"] == pytest.approx(183, abs=0.1)
    assert angles["shoulder_elevation_r"] == pytest.approx(183, abs=0.1)


@pytest.mark.parametrize("azimuth_deg", [0.0, 40.0, -110.0])
def test_the_mirror_of_a_body_is_corrected_to_the_mirror_of_its_angles(
    learned: AngleCorrection, azimuth_deg: float
) -> None:
    """The networks that come with physio treat left and right alike."""
    seen = pose(ONE_SIDED, azimuth_deg)
    one, other = (learned.correct(bodies(p)) for p in (seen, in_a_mirror(seen)))
    compared = [name for name in NAMES if abs(one.angles_deg[ANGLE_INDEX[name]]) < 150]
    assert len(compared) > 20  # what is off its plane may lie on either side of the turn
    for name in NAMES:
        sign = -1 if name == "trunk_lateral_flexion" else 1
        i, j = ANGLE_INDEX[name], ANGLE_INDEX[other_side(name)]
        if name in compared:
            assert other.angles_deg[j] == pytest.approx(sign * one.angles_deg[i], abs=1e-2), name
        assert other.error_deg[j] == pytest.approx(one.error_deg[i], abs=1e-2), name
    assert float(other.azimuth_deg) == pytest.approx(-float(one.azimuth_deg), abs=1e-2)


def test_features_in_the_mirror_are_the_features_of_the_mirrored_body() -> None:
    seen = pose(ONE_SIDED, 35)
    twin = in_a_mirror(seen)
    one, other = (features(bodies(p), Geometry.of(p.world_m, p.image_px)) for p in (seen, twin))
    angular = np.array([name.startswith("angle") for name in FEATURES])
    turns = np.where(angular, 4.0, np.inf)  # 360° in units of 90°
    difference = np.abs(mirrored(one) - other)
    assert np.minimum(difference, np.abs(turns - difference)) == pytest.approx(np.zeros(len(FEATURES)), abs=1e-9)


def test_many_bodies_at_once_are_corrected_as_one_by_one(learned: AngleCorrection) -> None:
    poses = [pose(ONE_SIDED, 20), pose(squat(20, 50, 30), -70), pose(STANDING, 170)]
    together = learned.correct(
        Bodies(
            np.array([p.world_m for p in poses]),
            np.array([p.image_px for p in poses]),
            np.array([p.visibility for p in poses]),
            np.array([SIZE_PX] * 3, dtype=float),
        )
    )
    for k, one in enumerate(poses):
        alone = learned.correct(bodies(one))
        assert together.angles_deg[k] == pytest.approx(alone.angles_deg, abs=1e-3)
        assert together.error_deg[k] == pytest.approx(alone.error_deg, abs=1e-3)


def test_a_right_body_is_not_corrected_into_another_one(learned: AngleCorrection) -> None:
    """Landmarks without error are not what the networks saw, but they must stay near: a squat is still that squat."""
    angles = named(learned.correct(bodies(pose(squat(30, 60, 40), 90))).angles_deg)
    assert angles["knee_flexion_l"] == pytest.approx(90, abs=20)
    assert angles["trunk_flexion"] == pytest.approx(40, abs=20)


def arrays_of(**changed: object) -> dict[str, object]:
    return {**joblib.load(MODEL), **changed}


def test_the_networks_own_names_say_what_goes_where(learned: AngleCorrection) -> None:
    """Inputs and outputs in another order in the file give the same angles: places follow names."""
    plain = arrays_of()
    x, y = np.random.default_rng(1).permutation(len(plain["features"])), np.arange(len(plain["outputs"]))[::-1]
    both = np.concatenate([y, y + y.size])
    moved = AngleCorrection(
        {
            **plain,
            **{name: plain[name][x] for name in ("features", "mean", "std")},
            **{name: plain[name][y] for name in ("outputs", "calibration")},
            "w0": plain["w0"][:, x],
            "w2": plain["w2"][..., both],
            "b2": plain["b2"][..., both],
        }
    )
    seen = bodies(pose(ONE_SIDED, 35))
    assert moved.correct(seen).angles_deg == pytest.approx(learned.correct(seen).angles_deg, abs=1e-3)
    assert moved.correct(seen).error_deg == pytest.approx(learned.correct(seen).error_deg, abs=1e-3)


@pytest.mark.parametrize("names", ["features", "outputs"])
def test_networks_for_other_angles_are_refused_with_what_to_do(names: str) -> None:
    wrong = arrays_of()[names].copy()
    wrong[3] = "tail_flexion_l"
    with pytest.raises(PhysioError, match=r"does not measure tail_flexion_l.*tools/fit_angles"):
        AngleCorrection(arrays_of(**{names: wrong}))


@pytest.mark.parametrize("names", ["features", "outputs"])
def test_networks_that_do_not_fit_their_own_names_are_refused(names: str) -> None:
    for wrong in (arrays_of()[names][:-1], []):
        with pytest.raises(PhysioError, match="does not say what its numbers stand for"):
            AngleCorrection(arrays_of(**{names: wrong}))


def test_an_angle_that_the_networks_do_not_know_is_geometry_alone() -> None:
    plain = networks(2.0, 3.0)
    without = [i for i, name in enumerate(OUTPUTS.names) if name not in ("knee_flexion_l", "trunk_flexion")]
    outputs = len(without)
    lacking = AngleCorrection(
        {
            "mean": np.zeros(len(FEATURES)),
            "std": np.ones(len(FEATURES)),
            "w0": np.zeros((1, len(FEATURES), 1)),
            "b0": np.zeros((1, 1)),
            "w1": np.zeros((1, 1, 1)),
            "b1": np.zeros((1, 1)),
            "w2": np.zeros((1, 1, 2 * outputs)),
            "b2": np.concatenate([np.full(outputs, 0.2), np.full(outputs, np.log(0.3))])[None],
            "scale_deg": 10.0,
            "calibration": np.ones(outputs),
            "features": np.array(FEATURES),
            "outputs": np.array(OUTPUTS.names)[without],
        }
    )
    seen = pose(squat(30, 60, 40), 60)
    geometry = Geometry.of(seen.world_m, seen.image_px).best_deg()
    one, other = lacking.correct(bodies(seen)), plain.correct(bodies(seen))
    for i, name in enumerate(NAMES):
        if name in ("knee_flexion_l", "knee_flexion_r", "trunk_flexion"):
            assert one.angles_deg[i] == pytest.approx(geometry[i]), name
            assert np.isnan(one.error_deg[i]), name
        else:
            assert one.angles_deg[i] == pytest.approx(other.angles_deg[i]), name
            assert one.error_deg[i] == pytest.approx(3.0), name


def test_without_an_expected_error_an_angle_is_given_only_in_its_own_view_and_clearly_seen() -> None:
    unknown, none = np.full(len(ANGLES), np.nan), np.zeros(len(ANGLES), bool)
    clear = Trust(np.zeros(len(ANGLES), np.uint8), none)
    knee, abduction, thigh = (ANGLE_INDEX[f"{n}_l"] for n in ("knee_flexion", "hip_abduction", "thigh_inclination"))
    given = refusals(unknown, 80.0, clear)
    assert given[[knee, abduction, thigh]].tolist() == [Reason.OK, Reason.OFF_VIEW, Reason.OK]
    hidden = Trust(np.full(len(ANGLES), Reason.LOW_VISIBILITY, np.uint8), none)
    assert (refusals(unknown, 80.0, hidden) == Reason.LOW_VISIBILITY).all()


# -- over time -------------------------------------------------------------------------------------------------------


def test_a_body_that_stands_still_is_given_as_measured() -> None:
    estimator, seen = AngleEstimator(networks()), pose(squat(30, 60, 40), 90)
    for t_s in np.arange(0, 1, 1 / 30):
        estimate = estimator.step(t_s, seen, SIZE_PX)
    shown = named(estimate.shown.angles_deg)
    assert shown["knee_flexion_l"] == pytest.approx(90, abs=1e-6)
    assert estimate.shown.azimuth_deg == pytest.approx(90, abs=1e-6)
    assert (estimate.shown.reasons == Reason.OK).all()


def test_what_is_shown_is_calm_and_what_is_counted_is_as_measured() -> None:
    """Noise of the landmarks is taken out for people; the repetitions' own filter gets the angles untouched."""
    random, estimator = np.random.default_rng(2), AngleEstimator(networks())
    seen = pose(squat(30, 60, 40), 90)
    shown, raw = [], []
    for t_s in np.arange(0, 4, 1 / 30):
        noisy = replace(seen, image_px=seen.image_px + random.normal(0, 0.5, seen.image_px.shape))
        estimate = estimator.step(t_s, noisy, SIZE_PX)
        shown.append(estimate.shown.angles_deg[ANGLE_INDEX["knee_flexion_l"]])
        raw.append(estimate.raw.angles_deg[ANGLE_INDEX["knee_flexion_l"]])
        alone = networks().correct(bodies(noisy)).angles_deg
        assert raw[-1] == pytest.approx(alone[ANGLE_INDEX["knee_flexion_l"]])
    assert np.std(shown[30:]) < 0.6 * np.std(raw[30:])
    assert np.mean(shown) == pytest.approx(90, abs=0.5)


def test_an_angle_that_may_be_far_off_is_refused_with_the_best_reason() -> None:
    seen = pose(squat(30, 60, 40), 90)
    points, visibility = seen.image_px.copy(), seen.visibility.copy()
    points[BODY_INDEX["wrist_l"]] = (-5, 300)
    visibility[BODY_INDEX["ankle_r"]] = 0.1
    spoiled = Pose(points, seen.world_m, visibility)
    doubtful = AngleEstimator(networks(error_deg=MAX_ERROR_IN_VIEW_DEG + 1)).step(0.0, spoiled, SIZE_PX)
    assert np.isnan(doubtful.shown.angles_deg).all()
    assert doubtful.shown.reasons[ANGLE_INDEX["elbow_flexion_l"]] == Reason.OUT_OF_FRAME
    assert doubtful.shown.reasons[ANGLE_INDEX["knee_flexion_r"]] == Reason.LOW_VISIBILITY
    assert doubtful.shown.reasons[ANGLE_INDEX["hip_abduction_l"]] == Reason.OFF_VIEW
    # Counting goes on all the same, and knows of each angle whether its landmarks were seen.
    for name, reason in (
        ("elbow_flexion_l", Reason.OUT_OF_FRAME),
        ("knee_flexion_r", Reason.LOW_VISIBILITY),
        ("knee_flexion_l", Reason.OFF_VIEW),
        ("hip_abduction_l", Reason.OFF_VIEW),
    ):
        assert doubtful.raw.reasons[ANGLE_INDEX[name]] == reason, name
    assert doubtful.raw.angles_deg[ANGLE_INDEX["knee_flexion_l"]] == pytest.approx(90, abs=1e-6)
    certain = AngleEstimator(networks(error_deg=MAX_ERROR_DEG - 1)).step(0.0, spoiled, SIZE_PX)
    assert (certain.shown.reasons == Reason.OK).all()
    assert (certain.raw.reasons == Reason.OK).all()
    assert np.isfinite(certain.shown.angles_deg[ANGLE_INDEX["knee_flexion_r"]])


def test_an_angle_outside_the_frame_is_not_given_however_sure_the_networks_are() -> None:
    seen = pose(squat(30, 60, 40), 90)
    points = seen.image_px.copy()
    points[[BODY_INDEX["knee_l"], BODY_INDEX["ankle_l"]], 1] = SIZE_PX[1] + 40
    shown = AngleEstimator(networks(error_deg=1.0)).step(0.0, replace(seen, image_px=points), SIZE_PX).shown
    knee, other = ANGLE_INDEX["knee_flexion_l"], ANGLE_INDEX["knee_flexion_r"]
    assert np.isnan(shown.angles_deg[knee])
    assert shown.reasons[knee] == Reason.OUT_OF_FRAME
    assert np.isfinite(shown.angles_deg[other])


def test_well_seen_in_its_view_an_angle_is_given_with_a_larger_error() -> None:
    networks_in_doubt = networks(error_deg=MAX_ERROR_DEG + 1)
    side = AngleEstimator(networks_in_doubt).step(0.0, pose(squat(30, 60, 40), 90), SIZE_PX).shown
    front = AngleEstimator(networks_in_doubt).step(0.0, pose(squat(30, 60, 40), 0), SIZE_PX).shown
    knee = ANGLE_INDEX["knee_flexion_l"]
    assert side.reasons[knee] == Reason.OK
    assert front.reasons[knee] == Reason.OFF_VIEW
    assert side.error_deg[knee] == pytest.approx(MAX_ERROR_DEG + 1, abs=0.1)


def test_the_view_turns_the_short_way_behind_the_person() -> None:
    estimator = AngleEstimator(networks())
    seen = [estimator.step(k / 30, pose(STANDING, 170 + 20 * (k % 2)), SIZE_PX).shown.azimuth_deg for k in range(60)]
    assert np.abs(np.abs(seen) - 180).max() < 11  # between 170 and -170, never about 0


def test_nobody_is_nothing() -> None:
    for reason in (Reason.NO_PERSON, Reason.NOT_A_BODY):
        estimate = AngleEstimator(networks()).nothing(reason)
        assert np.isnan(estimate.shown.angles_deg).all()
        assert np.isnan(estimate.raw.angles_deg).all()
        assert (estimate.shown.reasons == reason).all()


# -- calibration -----------------------------------------------------------------------------------------------------


def test_calibration_reaches_what_is_shown_and_what_is_counted() -> None:
    readings = [GoniometerReading(20, 22, 90), GoniometerReading(100, 90, 90), GoniometerReading(60, 60, 90)]
    line = fitted("knee_flexion_l", readings)
    calibrator = Calibrator(CalibrationSetup((line,)))
    plain, calibrated = AngleEstimator(networks()), AngleEstimator(networks(), calibrator)
    seen = pose(squat(30, 60, 40), 90)
    for t_s in np.arange(0, 1.5, 1 / 30):
        before, after = plain.step(t_s, seen, SIZE_PX), calibrated.step(t_s, seen, SIZE_PX)
    knee = ANGLE_INDEX["knee_flexion_l"]
    expected = line.offset_deg + line.slope * 90
    assert expected < 85
    for one, other in ((before.shown, after.shown), (before.raw, after.raw)):
        assert other.angles_deg[knee] == pytest.approx(expected)
        np.testing.assert_array_equal(np.delete(other.angles_deg, knee), np.delete(one.angles_deg, knee))
        assert other.error_deg[knee] == pytest.approx(max(one.error_deg[knee], line.residual_deg))
    assert calibrator.reading("knee_flexion_l") == pytest.approx((90, 90))  # as measured


def test_somebody_who_stands_still_is_zeroed_on_the_way() -> None:
    calibrator = Calibrator(CalibrationSetup(zero_when_standing=True))
    estimator = AngleEstimator(networks(error_deg=4.0), calibrator)
    relaxed = pose(squat(4, 4, 0), 90)
    shown = [
        named(estimator.step(t_s, relaxed, SIZE_PX).shown.angles_deg)["knee_flexion_l"]
        for t_s in np.arange(0, 4, 1 / 30)
    ]
    assert calibrator.status.state is ZeroState.TAKEN
    assert shown[80] == pytest.approx(8, abs=0.1)
    assert shown[-1] == pytest.approx(8 - 8 * 0.5, abs=0.1)
    estimator.nothing(Reason.NO_PERSON)
    again = estimator.step(5.0, relaxed, SIZE_PX)
    assert again.raw.angles_deg[ANGLE_INDEX["knee_flexion_l"]] == pytest.approx(shown[-1], abs=0.1)


def test_the_error_of_the_view_is_given_with_the_angles() -> None:
    shown = AngleEstimator(networks(error_deg=4.0)).step(0.0, pose(STANDING, 90), SIZE_PX).shown
    assert shown.azimuth_error_deg == pytest.approx(4.0)
