from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.kinematics.measure import (
    Geometry,
    Trust,
    arm_plane_deg,
    folded_deg,
    unknown,
    without_other_plane,
)
from physio.landmarks import BODY_INDEX
from physio.types import FloatArray, Pose, Reason
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


def solid_deg(world: FloatArray) -> FloatArray:
    """All ANGLES (…, A) from world landmarks."""
    return Geometry.of(world, world[..., :2]).world_deg


def flat_deg(world: FloatArray, picture: FloatArray | None = None) -> FloatArray:
    """All ANGLES (…, A) from pixels: a picture of that body, or the one that a camera takes of it."""
    return Geometry.of(world, image_px(world) if picture is None else picture).picture_deg


def three_d(posture: Posture, azimuth_deg: float = 0.0) -> Callable[[str], float]:
    return named(solid_deg(world_m(posture, azimuth_deg)))


def two_d(posture: Posture, azimuth_deg: float) -> Callable[[str], float]:
    return named(flat_deg(world_m(posture, azimuth_deg)))


def named(angles_deg: FloatArray) -> Callable[[str], float]:
    assert angles_deg.shape == (len(ANGLES),)
    return lambda name: float(angles_deg[ANGLE_INDEX[name]])


def same(expected: float | FloatArray) -> object:
    return pytest.approx(expected, abs=1e-6, nan_ok=True)


# -- known postures --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("azimuth_deg", AZIMUTHS)
def test_standing_upright_with_the_arms_at_the_sides_is_zero_everywhere(azimuth_deg: float) -> None:
    assert solid_deg(world_m(STANDING, azimuth_deg)) == same(np.zeros(len(ANGLES)))


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
    front, turned = (solid_deg(world_m(posture, azimuth)) for azimuth in (0.0, azimuth_deg))
    defined = [i for i, angle in enumerate(ANGLES) if "shoulder_flexion" not in angle.name]  # T-pose: none
    assert turned[defined] == same(front[defined])


@posture_cases
def test_angles_do_not_depend_on_scale_and_place(posture: Posture) -> None:
    world = world_m(posture, 30)
    assert solid_deg(0.5 * world + np.array([3, -2, 8])) == same(solid_deg(world))
    picture = image_px(world)
    assert flat_deg(world, 2.5 * picture + np.array([-900, 40])) == same(flat_deg(world))


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
    flat = named(flat_deg(world_m(SQUAT, 90), pose(SQUAT, 90, size_px).image_px))
    assert flat("knee_flexion_l") == same(90)
    assert flat("trunk_flexion") == same(40)


def test_normalised_coordinates_would_be_wrong() -> None:
    """Why pixels: the same body in 0-1 coordinates of a picture that is not square shows another angle."""
    world = world_m(SQUAT, 90)
    assert abs(named(flat_deg(world, image_px(world) / SIZE_PX))("knee_flexion_l") - 90) > 10


def test_pixels_measure_the_picture_whatever_the_depth_says() -> None:
    world = world_m(SQUAT, 90)
    bent = world.copy()
    bent[BODY_INDEX["knee_l"], 2] += 0.3
    knee = ANGLE_INDEX["knee_flexion_l"]
    assert abs(solid_deg(bent)[knee] - solid_deg(world)[knee]) > 10
    assert flat_deg(bent) == same(flat_deg(world))


# -- from pixels and depth -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("posture", [SQUAT, LUNGE], ids=["squat", "lunge"])
@pytest.mark.parametrize("azimuth_deg", [2.0, 20.0, 90.0, -90.0, 178.0])
def test_without_errors_pixels_and_depth_agree(posture: Posture, azimuth_deg: float) -> None:
    world = world_m(posture, azimuth_deg)
    geometry = Geometry.of(world, image_px(world))
    assert np.cos(np.radians(geometry.azimuth_deg - azimuth_deg)) == same(1)
    best, solid = named(geometry.best_deg()), three_d(posture)
    from_the_side = abs(azimuth_deg) == 90
    for entry in ANGLES:
        foreshortened = entry.base == "shank_inclination" and not from_the_side  # the picture's in every view
        if entry.plane != "frontal" and not foreshortened:
            assert best(entry.name) == same(solid(entry.name)), entry.name


def test_pixels_rule_in_their_plane_and_depth_where_it_is_seen_edge_on() -> None:
    """A wrong depth does not matter from the side, and from the front it is all there is."""
    for azimuth_deg, from_pixels in ((90.0, True), (-90.0, True), (0.0, False), (180.0, False)):
        right, wrong = world_m(SQUAT, azimuth_deg), world_m(squat(20, 40, 30), azimuth_deg)
        knee = named(Geometry.of(wrong, image_px(right)).best_deg())("knee_flexion_l")
        assert knee == pytest.approx(90 if from_pixels else 60, abs=1e-6)


def test_past_the_vertical_pixels_and_depth_are_mixed_the_short_way_round() -> None:
    right, wrong = world_m(STANDING.with_arms(raise_deg=175), 38), world_m(STANDING.with_arms(raise_deg=-175), 38)
    abduction = named(Geometry.of(wrong, image_px(right)).best_deg())("shoulder_abduction_l")
    assert 170 < abduction < 190


# -- one turn --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "given", "folded"),
    [
        ("shoulder_abduction_l", -175, 185),
        ("shoulder_flexion_r", 190, 190),
        ("shoulder_flexion_r", -60, -60),
        ("shoulder_elevation_l", 182, 182),
        ("upper_arm_inclination_l", 180, 180),
        ("hip_flexion_l", -20, -20),
        ("knee_flexion_l", -3, -3),
        ("trunk_lateral_flexion", 185, -175),
        ("trunk_flexion", -40, -40),
    ],
)
def test_each_angle_has_one_turn_without_a_jump_where_people_move(name: str, given: float, folded: float) -> None:
    angles = np.zeros(len(ANGLES))
    angles[ANGLE_INDEX[name]] = given
    assert named(folded_deg(angles))(name) == same(folded)


# -- the other plane -------------------------------------------------------------------------------------------------


def arm_alone(posture: Posture) -> Callable[[str], float]:
    world = world_m(posture)
    return named(without_other_plane(solid_deg(world), arm_plane_deg(world)))


@pytest.mark.parametrize("side", "lr")
def test_a_raised_arm_is_not_measured_in_the_other_plane(side: str) -> None:
    abducted = arm_alone(STANDING.with_arms(side, raise_deg=80))
    assert np.isnan(abducted(f"shoulder_flexion_{side}"))
    assert abducted(f"shoulder_abduction_{side}") == same(80)
    flexed = arm_alone(STANDING.with_arms(side, raise_deg=80, plane_deg=90))
    assert np.isnan(flexed(f"shoulder_abduction_{side}"))
    assert flexed(f"shoulder_flexion_{side}") == same(80)


@pytest.mark.parametrize("side", "lr")
def test_between_the_planes_and_at_rest_both_are_measured(side: str) -> None:
    for posture in (STANDING.with_arms(side, raise_deg=80, plane_deg=45), STANDING.with_arms(side, raise_deg=20)):
        angle = arm_alone(posture)
        assert np.isfinite(angle(f"shoulder_flexion_{side}"))
        assert np.isfinite(angle(f"shoulder_abduction_{side}"))


@pytest.mark.parametrize("plane_deg", [0, 20, 45, 70, 90])
def test_the_arms_plane(plane_deg: float) -> None:
    """0 ahead and 90 to the side here; bodies.Arm counts the other way round."""
    world = world_m(STANDING.with_arms(raise_deg=70, plane_deg=plane_deg), 25)
    assert arm_plane_deg(world) == same(np.full(2, 90 - plane_deg))


# -- hidden, outside, unknown ----------------------------------------------------------------------------------------


def needing(landmark: str) -> set[str]:
    return {angle.name for angle in ANGLES if landmark in angle.landmarks}


def with_reason(reasons: npt.NDArray[np.uint8], reason: Reason) -> set[str]:
    return {angle.name for i, angle in enumerate(ANGLES) if reasons[i] == reason}


def test_a_whole_body_in_the_picture_can_be_trusted() -> None:
    assert (Trust.of(pose(LUNGE, 60), SIZE_PX).seen == Reason.OK).all()


@pytest.mark.parametrize("landmark", ["knee_l", "wrist_r", "hip_r", "foot_index_l", "shoulder_l"])
def test_a_hidden_landmark_spoils_the_angles_that_need_it_and_no_other(landmark: str) -> None:
    good, visibility = pose(LUNGE, 60), np.ones(len(BODY_INDEX))
    visibility[BODY_INDEX[landmark]] = 0.2
    reasons = Trust.of(replace(good, visibility=visibility), SIZE_PX).seen
    assert with_reason(reasons, Reason.LOW_VISIBILITY) == needing(landmark)
    assert with_reason(reasons, Reason.OK) == {angle.name for angle in ANGLES} - needing(landmark)


@pytest.mark.parametrize("place_px", [(-3.0, 300.0), (1280.0, 300.0), (600.0, -0.5), (600.0, 720.0)])
def test_a_landmark_outside_the_picture_spoils_its_angles(place_px: tuple[float, float]) -> None:
    good = pose(LUNGE, 60)
    points = good.image_px.copy()
    points[BODY_INDEX["ankle_l"]] = place_px
    reasons = Trust.of(replace(good, image_px=points), SIZE_PX).seen
    assert with_reason(reasons, Reason.OUT_OF_FRAME) == needing("ankle_l")


@pytest.mark.parametrize("size_px", [(1280, 720), (720, 1280)])
def test_the_edge_is_the_pictures_own(size_px: tuple[int, int]) -> None:
    """Width and height are not mixed up: the same place is inside one picture and outside the other."""
    good = pose(LUNGE, 60, size_px)
    points = good.image_px.copy()
    points[BODY_INDEX["ankle_l"]] = (1000.0, 400.0)
    reasons = Trust.of(replace(good, image_px=points), size_px).seen
    assert bool(with_reason(reasons, Reason.OUT_OF_FRAME)) == (size_px == (720, 1280))


def test_out_of_frame_is_named_before_low_visibility() -> None:
    """What can be mended by stepping back is said first."""
    good, visibility = pose(LUNGE, 60), np.ones(len(BODY_INDEX))
    points = good.image_px.copy()
    points[BODY_INDEX["ankle_l"]], visibility[BODY_INDEX["ankle_l"]] = (600, 800), 0.1
    reasons = Trust.of(Pose(points, good.world_m, visibility), SIZE_PX).seen
    assert reasons[ANGLE_INDEX["knee_flexion_l"]] == Reason.OUT_OF_FRAME


def test_an_unknown_landmark_makes_its_angles_unknown_and_no_other() -> None:
    world = world_m(SQUAT, 90)
    world[BODY_INDEX["elbow_l"]] = np.nan
    angles = solid_deg(world)
    assert {angle.name for i, angle in enumerate(ANGLES) if np.isnan(angles[i])} == needing("elbow_l")


def test_landmarks_that_coincide_give_nan_not_a_number() -> None:
    world = world_m(STANDING)
    world[BODY_INDEX["ankle_l"]] = world[BODY_INDEX["knee_l"]]
    angle = named(solid_deg(world))
    assert np.isnan(angle("knee_flexion_l"))
    assert np.isnan(angle("shank_inclination_l"))
    assert angle("knee_flexion_r") == same(0)


@pytest.mark.parametrize("reason", [Reason.NO_PERSON, Reason.NOT_A_BODY])
def test_unknown_is_nan_everywhere_with_its_reason(reason: Reason) -> None:
    nothing = unknown(reason)
    assert np.isnan(nothing.angles_deg).all()
    assert np.isnan(nothing.error_deg).all()
    assert np.isnan(nothing.azimuth_deg)
    assert (nothing.reasons == reason).all()
    assert nothing.angles_deg.shape == nothing.reasons.shape == (len(ANGLES),)


# -- many at once ----------------------------------------------------------------------------------------------------


def test_many_bodies_at_once_are_measured_as_one_by_one() -> None:
    azimuths = np.array([10.0, 60.0, -80.0, 150.0, -20.0])
    worlds = np.array([world_m(posture, a) for posture, a in zip(POSTURES.values(), azimuths, strict=True)])
    pictures = np.array([image_px(world) for world in worlds])
    assert solid_deg(worlds) == same(np.array([solid_deg(world) for world in worlds]))
    singly = [flat_deg(world, picture) for world, picture in zip(worlds, pictures, strict=True)]
    assert flat_deg(worlds, pictures) == same(np.array(singly))


def test_one_landmark_outside_leaves_an_angle_and_two_take_it_away() -> None:
    body = pose(STANDING, 30, SIZE_PX)
    points = body.image_px.copy()
    points[BODY_INDEX["ankle_l"]] = (600, SIZE_PX[1] + 40)
    feet_cut = Trust.of(replace(body, image_px=points), SIZE_PX).lost
    points[BODY_INDEX["knee_l"]] = (600, SIZE_PX[1] + 5)
    legs_cut = Trust.of(replace(body, image_px=points), SIZE_PX).lost
    assert not Trust.of(body, SIZE_PX).lost.any()
    assert not feet_cut[ANGLE_INDEX["knee_flexion_l"]]
    assert legs_cut[ANGLE_INDEX["knee_flexion_l"]]
    assert legs_cut[ANGLE_INDEX["shank_inclination_l"]]
    assert not legs_cut[[ANGLE_INDEX["knee_flexion_r"], ANGLE_INDEX["hip_flexion_l"]]].any()


@pytest.mark.parametrize(("share", "believed"), [(0.02, False), (0.04, True)])
def test_landmarks_laid_on_the_edge_of_the_picture_are_not_believed(share: float, believed: bool) -> None:
    body = pose(STANDING, 30, SIZE_PX)
    points = body.image_px.copy()
    points[[BODY_INDEX["knee_r"], BODY_INDEX["ankle_r"]], 1] = SIZE_PX[1] * (1 - share)
    gone = Trust.of(replace(body, image_px=points), SIZE_PX).lost
    assert gone[ANGLE_INDEX["knee_flexion_r"]] != believed
