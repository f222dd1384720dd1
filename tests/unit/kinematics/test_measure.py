from collections.abc import Callable

import numpy as np
import pytest

from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.kinematics.measure import angles_2d_deg, angles_3d_deg, measure, unknown
from physio.landmarks import BODY_INDEX
from physio.types import FloatArray, Kinematics, Pose, Reason
from tests.unit.kinematics.bodies import STANDING, Posture, image_px, pose, squat, world_m

AZIMUTHS = (0.0, 45.0, 90.0, 135.0, 180.0, -90.0, -30.0)
SIZE_PX = (1280, 720)

SQUAT = squat(shank_deg=30, thigh_deg=60, trunk_deg=40)
T_POSE = STANDING.with_arms(raise_deg=90)
LUNGE = (
    Posture(trunk_deg=5)
    .with_legs("l", hip_flexion_deg=75, knee_deg=85, ankle_deg=10)
    .with_legs("r", hip_flexion_deg=-20, knee_deg=70, ankle_deg=20)
)
LEANING = Posture(trunk_right_deg=25).with_arms("l", raise_deg=60, elbow_deg=30)
TWISTED = Posture(trunk_deg=10, twist_deg=30).with_arms("r", raise_deg=100, plane_deg=90).with_legs("l", knee_deg=40)
POSTURES = {"squat": SQUAT, "T-pose": T_POSE, "lunge": LUNGE, "leaning": LEANING, "twisted": TWISTED}
posture_cases = pytest.mark.parametrize("posture", POSTURES.values(), ids=POSTURES.keys())


def three_d(posture: Posture, azimuth_deg: float = 0.0) -> Callable[[str], float]:
    return named(angles_3d_deg(world_m(posture, azimuth_deg)))


def two_d(posture: Posture, azimuth_deg: float) -> Callable[[str], float]:
    return named(angles_2d_deg(image_px(world_m(posture, azimuth_deg)), azimuth_deg))


def named(angles_deg: FloatArray) -> Callable[[str], float]:
    assert angles_deg.shape == (len(ANGLES),)
    return lambda name: float(angles_deg[ANGLE_INDEX[name]])


def same(expected: float | FloatArray) -> object:
    return pytest.approx(expected, abs=1e-6, nan_ok=True)


# -- known postures --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("azimuth_deg", AZIMUTHS)
def test_standing_upright_with_the_arms_at_the_sides_is_zero_everywhere(azimuth_deg: float) -> None:
    assert angles_3d_deg(world_m(STANDING, azimuth_deg)) == same(np.zeros(len(ANGLES)))


@pytest.mark.parametrize("azimuth_deg", AZIMUTHS)
def test_t_pose(azimuth_deg: float) -> None:
    angle = three_d(T_POSE, azimuth_deg)
    for side in "lr":
        assert angle(f"shoulder_abduction_{side}") == same(90)
        assert angle(f"shoulder_elevation_{side}") == same(90)
        assert angle(f"upper_arm_inclination_{side}") == same(90)
        assert angle(f"forearm_inclination_{side}") == same(90)
        assert angle(f"elbow_flexion_{side}") == same(0)
        assert angle(f"knee_flexion_{side}") == same(0)


@pytest.mark.parametrize("side", "lr")
@pytest.mark.parametrize("raise_deg", [0, 30, 90, 150, 175, 185])
def test_arm_raised_forward(side: str, raise_deg: float) -> None:
    angle = three_d(STANDING.with_arms(side, raise_deg=raise_deg, plane_deg=90))
    assert angle(f"shoulder_flexion_{side}") == same(raise_deg)
    assert angle(f"shoulder_elevation_{side}") == same(min(raise_deg, 360 - raise_deg))


@pytest.mark.parametrize("side", "lr")
@pytest.mark.parametrize("raise_deg", [0, 30, 90, 150, 175, 185])
def test_arm_raised_sideways(side: str, raise_deg: float) -> None:
    """Past the vertical (185°) it goes on and does not jump to -175°: an arm overhead must not shake the count."""
    assert three_d(STANDING.with_arms(side, raise_deg=raise_deg))(f"shoulder_abduction_{side}") == same(raise_deg)


@pytest.mark.parametrize("side", "lr")
def test_behind_and_across_the_body_is_negative(side: str) -> None:
    assert three_d(STANDING.with_arms(side, raise_deg=-40, plane_deg=90))(f"shoulder_flexion_{side}") == same(-40)
    assert three_d(STANDING.with_arms(side, raise_deg=-20))(f"shoulder_abduction_{side}") == same(-20)
    assert three_d(STANDING.with_legs(side, hip_flexion_deg=-15))(f"hip_flexion_{side}") == same(-15)
    assert three_d(STANDING.with_legs(side, hip_abduction_deg=-10))(f"hip_abduction_{side}") == same(-10)


@pytest.mark.parametrize("azimuth_deg", AZIMUTHS)
def test_squat_to_a_right_angle(azimuth_deg: float) -> None:
    angle = three_d(SQUAT, azimuth_deg)
    for side in "lr":
        assert angle(f"knee_flexion_{side}") == same(90)
        assert angle(f"hip_flexion_{side}") == same(100)
        assert angle(f"hip_abduction_{side}") == same(0)
        assert angle(f"ankle_dorsiflexion_{side}") == same(30)
        assert angle(f"thigh_inclination_{side}") == same(60)
        assert angle(f"shank_inclination_{side}") == same(30)
    assert angle("trunk_flexion") == same(40)
    assert angle("trunk_inclination") == same(40)
    assert angle("trunk_lateral_flexion") == same(0)


@pytest.mark.parametrize("azimuth_deg", AZIMUTHS)
def test_trunk_signs_are_the_persons_own(azimuth_deg: float) -> None:
    right, left = (three_d(Posture(trunk_right_deg=lean), azimuth_deg) for lean in (20, -20))
    assert right("trunk_lateral_flexion") == same(20)
    assert left("trunk_lateral_flexion") == same(-20)
    assert right("trunk_flexion") == same(0)
    forward, back = (three_d(Posture(trunk_deg=lean), azimuth_deg) for lean in (35, -15))
    assert forward("trunk_flexion") == same(35)
    assert back("trunk_flexion") == same(-15)
    assert back("trunk_inclination") == same(15)


@pytest.mark.parametrize("side", "lr")
@pytest.mark.parametrize(
    ("name", "angles"),
    [
        ("knee_flexion", {"knee_deg": 60}),
        ("hip_flexion", {"hip_flexion_deg": 45}),
        ("hip_abduction", {"hip_abduction_deg": 30}),
        ("ankle_dorsiflexion", {"ankle_deg": 12}),
        ("ankle_dorsiflexion", {"ankle_deg": -40}),
    ],
)
def test_each_side_by_itself(side: str, name: str, angles: dict[str, float]) -> None:
    angle, other = three_d(STANDING.with_legs(side, **angles)), {"l": "r", "r": "l"}[side]
    assert angle(f"{name}_{side}") == same(next(iter(angles.values())))
    assert angle(f"{name}_{other}") == same(0)


@pytest.mark.parametrize("plane_deg", [0, 40, 90])
def test_elbow_flexion_does_not_depend_on_where_the_arm_is(plane_deg: float) -> None:
    for raise_deg in (0, 45, 90, 170):
        posture = STANDING.with_arms(raise_deg=raise_deg, plane_deg=plane_deg, elbow_deg=110)
        assert three_d(posture)("elbow_flexion_l") == same(110)
        assert three_d(posture)("elbow_flexion_r") == same(110)


def test_arm_angles_are_measured_against_the_trunk_not_the_room() -> None:
    angle = three_d(Posture(trunk_deg=60).with_arms(raise_deg=80, plane_deg=90))
    assert angle("shoulder_flexion_l") == same(80)
    assert angle("upper_arm_inclination_l") == same(20)


def test_a_twist_of_the_shoulders_turns_the_arms_not_the_legs() -> None:
    angle = three_d(TWISTED)
    assert angle("shoulder_flexion_r") == same(100)
    assert angle("hip_flexion_l") == same(three_d(Posture(trunk_deg=10))("hip_flexion_l"))


# -- invariance ------------------------------------------------------------------------------------------------------


@posture_cases
@pytest.mark.parametrize("azimuth_deg", AZIMUTHS[1:])
def test_angles_do_not_depend_on_where_the_camera_stands(posture: Posture, azimuth_deg: float) -> None:
    front, turned = (angles_3d_deg(world_m(posture, azimuth)) for azimuth in (0.0, azimuth_deg))
    defined = [i for i, angle in enumerate(ANGLES) if "shoulder_flexion" not in angle.name]  # T-pose: none
    assert turned[defined] == same(front[defined])


@posture_cases
def test_angles_do_not_depend_on_scale_and_place(posture: Posture) -> None:
    world = world_m(posture, 30)
    assert angles_3d_deg(0.5 * world + [3, -2, 8]) == same(angles_3d_deg(world))
    picture = image_px(world)
    assert angles_2d_deg(2.5 * picture + [-900, 40], 30) == same(angles_2d_deg(picture, 30))


@posture_cases
def test_a_mirrored_body_has_its_sides_exchanged(posture: Posture) -> None:
    angle, mirrored = three_d(posture, 25), three_d(posture.mirrored(), -25)
    for entry in ANGLES:
        other = entry.base + {"l": "_r", "r": "_l", "": ""}[entry.side]
        sign = -1 if entry.name == "trunk_lateral_flexion" else 1
        if entry.base != "shoulder_flexion" or posture is not T_POSE:  # undefined there
            assert mirrored(other) == same(sign * angle(entry.name)), entry.name


# -- pixels ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("azimuth_deg", [90.0, -90.0])
@pytest.mark.parametrize("posture", [SQUAT, LUNGE], ids=["squat", "lunge"])
def test_pixels_from_the_side_give_the_sagittal_angles(azimuth_deg: float, posture: Posture) -> None:
    flat, solid = two_d(posture, azimuth_deg), three_d(posture)
    for entry in ANGLES:
        if entry.plane == "sagittal":
            assert flat(entry.name) == same(solid(entry.name)), entry.name


@pytest.mark.parametrize("azimuth_deg", [0.0, 180.0])
def test_pixels_from_front_or_back_give_the_frontal_angles(azimuth_deg: float) -> None:
    posture = Posture(trunk_right_deg=12).with_arms("l", raise_deg=140).with_arms("r", raise_deg=35)
    posture = posture.with_legs("r", hip_abduction_deg=28)
    flat, solid = two_d(posture, azimuth_deg), three_d(posture)
    for entry in ANGLES:
        if entry.plane == "frontal":
            assert flat(entry.name) == same(solid(entry.name)), entry.name


@pytest.mark.parametrize("size_px", [(1280, 720), (720, 1280), (500, 500)], ids=["landscape", "portrait", "square"])
def test_pixels_give_the_same_angle_in_every_picture_shape(size_px: tuple[int, int]) -> None:
    seen = measure(pose(SQUAT, 90, size_px), size_px)
    flat = named(angles_2d_deg(pose(SQUAT, 90, size_px).image_px, 90))
    assert flat("knee_flexion_l") == same(90)
    assert seen.reasons[ANGLE_INDEX["knee_flexion_l"]] == Reason.OK


def test_normalised_coordinates_would_be_wrong() -> None:
    """Why pixels: the same body in 0-1 coordinates of a picture that is not square shows another angle."""
    normalised = image_px(world_m(SQUAT, 90)) / SIZE_PX
    assert abs(named(angles_2d_deg(normalised, 90))("knee_flexion_l") - 90) > 10


def test_pixels_measure_the_picture_whatever_the_depth_says() -> None:
    world = world_m(SQUAT, 90)
    flattened = world * [1, 1, 0]
    assert angles_2d_deg(image_px(flattened), 90) == same(angles_2d_deg(image_px(world), 90))


# -- measure: NaN and reasons ----------------------------------------------------------------------------------------


def seen_as(posture: Posture, azimuth_deg: float, **changes: FloatArray) -> Kinematics:
    good = pose(posture, azimuth_deg)
    return measure(
        Pose(
            changes.get("image_px", good.image_px),
            changes.get("world_m", good.world_m),
            changes.get("visibility", good.visibility),
        ),
        SIZE_PX,
    )


@pytest.mark.parametrize("azimuth_deg", [90.0, -90.0])
def test_a_clear_view_gives_the_angle_and_no_reason(azimuth_deg: float) -> None:
    seen = seen_as(SQUAT, azimuth_deg)
    near = "l" if azimuth_deg > 0 else "r"
    assert seen.angles_deg[ANGLE_INDEX[f"knee_flexion_{near}"]] == pytest.approx(90, abs=8)
    assert seen.reasons[ANGLE_INDEX[f"knee_flexion_{near}"]] == Reason.OK
    assert seen.azimuth_deg == same(azimuth_deg)


def needing(landmark: str) -> set[str]:
    return {angle.name for angle in ANGLES if landmark in angle.landmarks}


@pytest.mark.parametrize("landmark", ["knee_l", "wrist_r", "hip_r", "foot_index_l"])
def test_a_hidden_landmark_makes_the_angles_that_need_it_unknown(landmark: str) -> None:
    visibility = np.ones(len(BODY_INDEX))
    visibility[BODY_INDEX[landmark]] = 0.2
    seen, before = seen_as(LUNGE, 60, visibility=visibility), seen_as(LUNGE, 60)
    hidden = {angle.name for i, angle in enumerate(ANGLES) if seen.reasons[i] == Reason.LOW_VISIBILITY}
    assert hidden == needing(landmark)
    for i, angle in enumerate(ANGLES):
        expected = np.nan if angle.name in hidden else before.angles_deg[i]
        assert seen.angles_deg[i] == same(expected), angle.name


@pytest.mark.parametrize("place_px", [(-3.0, 300.0), (1280.0, 300.0), (600.0, -0.5), (600.0, 720.0)])
def test_a_landmark_outside_the_picture_makes_its_angles_unknown(place_px: tuple[float, float]) -> None:
    points = pose(LUNGE, 60).image_px.copy()
    points[BODY_INDEX["ankle_l"]] = place_px
    seen = seen_as(LUNGE, 60, image_px=points)
    outside = {angle.name for i, angle in enumerate(ANGLES) if seen.reasons[i] == Reason.OUT_OF_FRAME}
    assert outside == needing("ankle_l")
    assert all(np.isnan(seen.angles_deg[ANGLE_INDEX[name]]) for name in outside)


def test_out_of_frame_is_named_before_low_visibility() -> None:
    """What can be mended by stepping back is said first."""
    points, visibility = pose(LUNGE, 60).image_px.copy(), np.ones(len(BODY_INDEX))
    points[BODY_INDEX["ankle_l"]], visibility[BODY_INDEX["ankle_l"]] = (600, 800), 0.1
    seen = seen_as(LUNGE, 60, image_px=points, visibility=visibility)
    assert seen.reasons[ANGLE_INDEX["knee_flexion_l"]] == Reason.OUT_OF_FRAME


def test_an_unknown_landmark_is_unknown_and_nothing_else() -> None:
    world = world_m(SQUAT, 90)
    world[BODY_INDEX["elbow_l"]] = np.nan
    angles = angles_3d_deg(world)
    assert {angle.name for i, angle in enumerate(ANGLES) if np.isnan(angles[i])} == needing("elbow_l")


def test_landmarks_that_coincide_give_nan_not_a_number() -> None:
    world = world_m(STANDING)
    world[BODY_INDEX["ankle_l"]] = world[BODY_INDEX["knee_l"]]
    angle = named(angles_3d_deg(world))
    assert np.isnan(angle("knee_flexion_l"))
    assert np.isnan(angle("shank_inclination_l"))
    assert angle("knee_flexion_r") == same(0)


@pytest.mark.parametrize("side", "lr")
def test_a_raised_arm_is_not_measured_in_the_other_plane(side: str) -> None:
    abducted = seen_as(STANDING.with_arms(side, raise_deg=80), 0)
    assert np.isnan(abducted.angles_deg[ANGLE_INDEX[f"shoulder_flexion_{side}"]])
    assert abducted.angles_deg[ANGLE_INDEX[f"shoulder_abduction_{side}"]] == pytest.approx(80, abs=8)
    flexed = seen_as(STANDING.with_arms(side, raise_deg=80, plane_deg=90), 90 if side == "l" else -90)
    assert np.isnan(flexed.angles_deg[ANGLE_INDEX[f"shoulder_abduction_{side}"]])
    assert flexed.angles_deg[ANGLE_INDEX[f"shoulder_flexion_{side}"]] == pytest.approx(80, abs=8)


@pytest.mark.parametrize("reason", [Reason.NO_PERSON, Reason.NOT_A_BODY])
def test_unknown_is_nan_everywhere_with_its_reason(reason: Reason) -> None:
    nothing = unknown(reason)
    assert np.isnan(nothing.angles_deg).all()
    assert np.isnan(nothing.azimuth_deg)
    assert (nothing.reasons == reason).all()
    assert nothing.angles_deg.shape == nothing.reasons.shape == (len(ANGLES),)
