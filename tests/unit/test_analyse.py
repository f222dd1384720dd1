"""Every decision of Analyse, on observations made of numbers: no frames and no networks but the angles' own."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pytest

from physio.affect.estimator import MAX_AGE_S
from physio.errors import CalibrationError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.exercise.framing import DARK_BELOW
from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.kinematics.calibrator import CalibrationSetup, ZeroState
from physio.landmarks import BODY_INDEX
from physio.pipeline import Analyse
from physio.storage.observation_codec import pack_observations
from physio.types import (
    CalibrationLine,
    Face,
    FaceReason,
    FaceState,
    FrameResult,
    Observation,
    Person,
    Phase,
    Pose,
    Reason,
    Rep,
)
from tests.unit.affect.faces import seen as face
from tests.unit.kinematics.bodies import STANDING, pose, squat

SIZE_PX = (1280, 720)
FPS = 11.0
SQUAT, CURL = load_exercise("squat"), load_exercise("elbow_flexion")
KNEE = ANGLE_INDEX["knee_flexion_l"]
FROM_THE_LEFT = pose(STANDING, 90)
REFUSALS = [
    *(Reason.LOW_VISIBILITY, Reason.OUT_OF_FRAME, Reason.NOT_A_BODY, Reason.TOO_FAR),
    *(Reason.MOTION_BLUR, Reason.TOO_DARK),
]


def look(i: int, body: Pose | None = FROM_THE_LEFT, reason: Reason = Reason.OK, **more: object) -> Observation:
    """What is seen in frame i: a body, and in every frame nobody's face unless one is given."""
    made = Observation(i, i / FPS, SIZE_PX, body, reason, brightness=120.0)
    return replace(made, **more)  # type: ignore[arg-type]


def analysed(assignment: Assignment, observations: Iterable[Observation]) -> tuple[Analyse, list[FrameResult]]:
    analyse = Analyse(assignment)
    return analyse, [analyse.step(one) for one in observations]


def without(body: Pose, *names: str, at_px: tuple[float, float] = (640.0, 1200.0)) -> Pose:
    """The body with these landmarks outside the frame."""
    points = body.image_px.copy()
    points[[BODY_INDEX[name] for name in names]] = at_px
    return replace(body, image_px=points)


def squats(depth: float = 1.0, count: int = 3, end_in_the_middle: bool = False) -> list[Observation]:
    """Seen from the left: down, a moment below, up, with rest between."""
    t_s = np.arange(round((1 + 4.0 * count - (0.8 if end_in_the_middle else 0)) * FPS)) / FPS
    way = depth * np.interp((t_s - 1.0) % 4.0, [0, 1.4, 1.7, 3.1, 4], [0, 1, 1, 0, 0]) * (t_s >= 1.0)
    return [look(i, pose(squat(30 * w, 60 * w, 40 * w), 90)) for i, w in enumerate(way)]


def reps_of(assignment: Assignment, observations: list[Observation]) -> list[Rep]:
    analyse, results = analysed(assignment, observations)
    return [*(rep for result in results for rep in result.closed), *analyse.finish()[0]]


# -- the face --------------------------------------------------------------------------------------------------------

CALM, PAINED = face(), face(pain=1.0)


def faces(of: Callable[[float], Face | None], seconds: float, **last: object) -> list[Observation]:
    """A face in every frame; `last` changes the last observation."""
    found = [look(i, face_looked=True, face=of(i / FPS)) for i in range(round(seconds * FPS))]
    found[-1] = replace(found[-1], **last)  # type: ignore[arg-type]
    return found


def test_a_face_is_read_against_the_same_persons_rest() -> None:
    _, results = analysed(Assignment(), faces(lambda t_s: CALM if t_s < 4 else PAINED, 6.0))
    assert np.isnan(results[0].affect.pspi)
    assert results[0].affect.reason is FaceReason.LEARNING
    assert results[round(3 * FPS)].affect.pspi < 1.0
    assert results[-1].affect.pspi > 5.0
    assert results[-1].affect.reason is FaceReason.OK


def test_when_another_person_is_chosen_their_face_is_learnt_anew() -> None:
    _, results = analysed(Assignment(), faces(lambda _: CALM, 4.0, changed=True))
    assert results[-2].affect.pspi < 1.0
    assert np.isnan(results[-1].affect.pspi)
    assert np.isnan(results[-1].affect.action_units).all()
    assert results[-1].affect.reason is FaceReason.LEARNING


def test_nothing_of_the_former_persons_face_is_left_when_another_is_chosen() -> None:
    """Not even for the half second in which a reading is kept while the face is not looked for."""
    _, results = analysed(Assignment(), faces(lambda _: CALM, 4.0, changed=True, face_looked=False, face=None))
    assert results[-2].affect.reason is FaceReason.OK
    assert results[-1].affect.reason is FaceReason.NOT_FOUND
    assert results[-1].affect.state is FaceState.NO_FACE
    assert np.isnan([results[-1].affect.pspi, results[-1].affect.yaw_deg]).all()


def test_between_two_looks_the_last_reading_grows_older() -> None:
    seen = faces(lambda _: CALM, 3.0)
    unlooked = [look(len(seen) + i) for i in range(9)]
    _, results = analysed(Assignment(), [*seen, *unlooked])
    last = results[len(seen) - 1].affect
    ages = [result.affect.age_s for result in results[len(seen) :]]
    assert last.age_s == 0.0
    kept = int(MAX_AGE_S * FPS)
    assert ages[:kept] == pytest.approx([(i + 1) / FPS for i in range(kept)])
    assert np.isnan(ages[kept:]).all()
    aged = results[len(seen)].affect
    assert (aged.reason, aged.pspi) == (FaceReason.OK, last.pspi)
    np.testing.assert_array_equal(aged.action_units, last.action_units)
    assert results[-1].affect.reason is FaceReason.NOT_FOUND


def test_looked_for_and_not_found_is_unknown_at_once() -> None:
    _, results = analysed(Assignment(), faces(lambda t_s: CALM if t_s < 2 else None, 2.2))
    lost = round(2 * FPS)
    assert results[lost - 1].affect.reason is FaceReason.OK
    assert results[lost].affect.reason is FaceReason.NOT_FOUND
    assert np.isnan(results[lost].affect.pspi)


# -- the body --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", [Reason.NO_PERSON, Reason.SECOND_PERSON, Reason.NOT_A_BODY])
def test_without_a_body_nothing_is_measured_and_the_reason_is_everywhere(reason: Reason) -> None:
    _, (result,) = analysed(Assignment(SQUAT), [look(0, None, reason)])
    assert np.isnan(result.kinematics.angles_deg).all()
    assert np.isnan(result.kinematics.error_deg).all()
    assert np.isnan([result.kinematics.azimuth_deg, result.signal_deg]).all()
    assert (result.kinematics.reasons == reason).all()
    assert result.reason is reason


@pytest.mark.parametrize("reason", REFUSALS)
def test_a_body_that_may_not_be_measured_keeps_its_view_and_loses_its_angles(reason: Reason) -> None:
    _, results = analysed(Assignment(SQUAT), [look(i) for i in range(10)] + [look(10, reason=reason)])
    assert np.isfinite(results[-2].kinematics.angles_deg[KNEE])
    refused = results[-1]
    assert np.isnan(refused.kinematics.angles_deg).all()
    assert (refused.kinematics.reasons == reason).all()
    assert refused.kinematics.azimuth_deg == pytest.approx(90, abs=10)
    assert np.isfinite(refused.kinematics.error_deg).all()
    assert np.isnan(refused.signal_deg)
    assert refused.reason is reason


def test_what_may_not_be_measured_is_no_reading_for_a_goniometer() -> None:
    analyse, _ = analysed(Assignment(), [look(i) for i in range(20)])
    measured, azimuth_deg = analyse.calibrator.reading("knee_flexion_l")
    assert abs(measured) < 20
    assert azimuth_deg == pytest.approx(90, abs=10)
    analyse.step(look(20, reason=Reason.MOTION_BLUR))
    with pytest.raises(CalibrationError):
        analyse.calibrator.reading("knee_flexion_l")


def test_another_person_beside_the_patient_makes_doubtful_and_takes_nothing_away() -> None:
    alone = analysed(Assignment(SQUAT), squats(count=1))[1]
    beside = analysed(Assignment(SQUAT), [replace(one, reason=Reason.SECOND_PERSON) for one in squats(count=1)])[1]
    assert {result.reason for result in alone} == {Reason.OK}
    assert {result.reason for result in beside} == {Reason.SECOND_PERSON}
    for one, other in zip(alone, beside, strict=True):
        np.testing.assert_array_equal(other.kinematics.angles_deg, one.kinematics.angles_deg)
        assert other.signal_deg == one.signal_deg
    assert beside[-1].rep_count == 1


def test_an_angle_outside_the_frame_is_not_given_however_sure_the_networks_are() -> None:
    feet = [f"{name}_{side}" for name in ("ankle", "heel", "foot_index") for side in "lr"]
    legs = without(FROM_THE_LEFT, *feet, "knee_l", "knee_r")
    result = analysed(Assignment(SQUAT), [look(i, legs) for i in range(5)])[1][-1]
    for angle in ANGLES:
        lost = angle.base in ("knee_flexion", "shank_inclination", "ankle_dorsiflexion")
        if lost:
            assert np.isnan(result.kinematics.angles_deg[ANGLE_INDEX[angle.name]]), angle.name
            assert result.kinematics.reasons[ANGLE_INDEX[angle.name]] == Reason.OUT_OF_FRAME, angle.name
    assert np.isfinite(result.kinematics.angles_deg[ANGLE_INDEX["trunk_flexion"]])
    assert result.reason is Reason.OUT_OF_FRAME


@pytest.mark.parametrize(("lost", "left"), [("r", "l"), ("l", "r")])
def test_as_long_as_one_side_is_measured_the_exercise_is_measured(lost: str, left: str) -> None:
    one_leg = without(FROM_THE_LEFT, *(f"{name}_{lost}" for name in ("ankle", "heel", "foot_index", "knee")))
    result = analysed(Assignment(SQUAT), [look(i, one_leg) for i in range(5)])[1][-1]
    assert result.kinematics.reasons[ANGLE_INDEX[f"knee_flexion_{lost}"]] == Reason.OUT_OF_FRAME
    assert result.kinematics.reasons[ANGLE_INDEX[f"knee_flexion_{left}"]] == Reason.OK
    assert result.reason is Reason.OK


def test_a_joint_below_the_frame_is_not_counted() -> None:
    def lowered(one: Observation) -> Observation:
        """With knees and feet below the frame."""
        assert one.pose is not None
        return replace(one, pose=replace(one.pose, image_px=one.pose.image_px + np.array((0, 330))))

    _, results = analysed(Assignment(SQUAT), [lowered(one) for one in squats(count=1)])
    assert np.isnan([result.kinematics.angles_deg[KNEE] for result in results]).all()
    assert {result.reason for result in results} == {Reason.OUT_OF_FRAME}
    assert results[-1].rep_count == 0
    assert [one.reason.code for result in results for one in result.rejected] == ["rejected.joint_not_seen"]


# -- calibration -----------------------------------------------------------------------------------------------------


def test_another_person_takes_the_neutral_zero_along_but_not_the_goniometer() -> None:
    line = CalibrationLine("elbow_flexion_l", "goniometer", 90.0, 5.0)
    assignment = Assignment(calibration=CalibrationSetup((line,), zero_when_standing=True))
    stand = [look(i) for i in range(round(4 * FPS))]
    analyse, results = analysed(assignment, stand)
    assert analyse.calibrator.status.state is ZeroState.TAKEN
    changes = [change for result in results for change in result.calibration]
    assert [change.line for change in changes[:1]] == [line]
    zeroed = {change.line for change in changes if change.line.kind == "neutral"}
    assert zeroed
    assert all(change.in_use for change in changes)

    other = analyse.step(look(len(stand), changed=True))
    assert analyse.calibrator.status.state is ZeroState.WAITING
    assert {change.line for change in other.calibration if not change.in_use} == zeroed
    assert analyse.calibrator.calibration.lines == (line,)


def test_the_goniometer_line_corrects_what_is_shown() -> None:
    line = CalibrationLine("knee_flexion_l", "goniometer", 90.0, 7.0)
    plain = analysed(Assignment(), [look(i) for i in range(5)])[1][-1]
    corrected = analysed(Assignment(calibration=CalibrationSetup((line,))), [look(i) for i in range(5)])[1][-1]
    difference = corrected.kinematics.angles_deg - plain.kinematics.angles_deg
    assert difference[KNEE] == pytest.approx(7.0)
    assert np.nanmax(np.abs(np.delete(difference, KNEE))) == 0.0


def test_a_person_who_is_gone_does_not_stand_still() -> None:
    assignment = Assignment(calibration=CalibrationSetup(zero_when_standing=True))
    frames = range(round(4 * FPS))
    flickering = [look(i) if i % 10 else look(i, None, Reason.NO_PERSON) for i in frames]
    analyse, _ = analysed(assignment, flickering)
    assert analyse.calibrator.status.state is ZeroState.WAITING


# -- the exercise ----------------------------------------------------------------------------------------------------


def test_without_an_exercise_angles_and_face_are_known_and_nothing_is_counted() -> None:
    analyse, results = analysed(Assignment(), squats())
    assert np.nanmax([result.kinematics.angles_deg[KNEE] for result in results]) > 70
    for result in results:
        assert np.isnan([result.signal_deg, result.score]).all()
        assert (result.phase, result.rep_count, result.reason) == (Phase.REST, 0, Reason.OK)
        assert (result.closed, result.rejected, result.cue, result.deviating) == ((), (), None, frozenset())
    assert analyse.finish() == ((), ())
    assert analyse.step(look(999, reason=Reason.TOO_DARK)).reason is Reason.TOO_DARK


def test_of_a_body_that_is_not_to_be_analysed_only_its_face_is_known() -> None:
    others = (Person(1, (0, 0, 9, 9), True), Person(2, (20, 0, 29, 9), False))
    crowd = [replace(one, people=others, ambiguous=True) for one in faces(lambda _: CALM, 4.0)]
    gone = [look(len(crowd) + i, None, Reason.NO_PERSON, face_looked=True) for i in range(20)]
    _, results = analysed(Assignment(body=False), [*crowd, *gone])
    for result in results:
        seen = result.observation
        assert (seen.pose, seen.people, seen.ambiguous, seen.reason) == (None, (), False, Reason.OK)
        assert np.isnan([result.kinematics.azimuth_deg, *result.kinematics.angles_deg]).all()
        assert (result.reason, result.cue) == (Reason.OK, None)
    assert results[len(crowd) - 1].affect.pspi < 1.0
    assert results[-1].affect.reason is FaceReason.NOT_FOUND
    stored = pack_observations([result.observation for result in results])
    assert not stored.seen.any()
    assert not stored.landmarks.image.size


def test_another_persons_face_is_learnt_anew_without_the_body_too() -> None:
    _, results = analysed(Assignment(body=False), faces(lambda _: CALM, 4.0, changed=True))
    assert results[-2].affect.pspi < 1.0
    assert np.isnan(results[-1].affect.pspi)


def test_repetitions_are_counted_as_they_close_with_their_score() -> None:
    _, results = analysed(Assignment(SQUAT), squats())
    closed = [rep for result in results for rep in result.closed]
    assert [rep.index for rep in closed] == [1, 2, 3]
    assert results[-1].rep_count == 3
    assert results[-1].score == closed[-1].score
    assert {result.phase for result in results} == set(Phase)
    assert np.nanmax([result.signal_deg for result in results]) == pytest.approx(90, abs=15)
    assert results[0].observation.t_s == 0.0


def test_what_is_under_way_closes_with_the_stream() -> None:
    analyse, results = analysed(Assignment(SQUAT), squats(count=1, end_in_the_middle=True))
    assert not any(result.closed for result in results)
    closed, rejected = analyse.finish()
    assert len(closed) + len(rejected) == 1


def test_the_patients_own_target_and_limit_take_the_place_of_the_exercises() -> None:
    def faults(assignment: Assignment) -> set[str]:
        reps = reps_of(assignment, squats(depth=0.8, count=1))
        assert len(reps) == 1
        return {fault.id for rep in reps for fault in rep.faults}

    assert {"depth", "safe_limit"} & faults(Assignment(SQUAT)) == {"depth"}
    own = Assignment(SQUAT, target_deg=35.0, safe_max_deg=40.0)
    assert {"depth", "safe_limit"} & faults(own) == {"safe_limit"}


def test_the_side_that_is_asked_for_is_the_one_that_counts() -> None:
    raised = [
        look(i, pose(STANDING.with_arms("l", elbow_deg=float(100 * np.sin(np.pi * i / FPS / 4) ** 2)), 90))
        for i in range(round(8 * FPS))
    ]
    assert {rep.side for rep in reps_of(Assignment(CURL), raised)} == {"left"}
    assert len(reps_of(Assignment(CURL, side="left"), raised)) == 2
    assert not reps_of(Assignment(CURL, side="right"), raised)


def test_assignment_without_its_own_numbers_is_the_exercise_as_it_stands() -> None:
    assert Assignment(SQUAT).asked == SQUAT
    assert Assignment(SQUAT).working_side == SQUAT.default_side
    assert Assignment(CURL, side="left").working_side == "left"
    assert Assignment(side="left").working_side is None
    assert Assignment(target_deg=50.0).asked is None
    asked = Assignment(SQUAT, target_deg=50.0).asked
    assert asked is not None
    assert asked == replace(SQUAT, target_deg=50.0)
    assert Assignment(SQUAT, safe_max_deg=95.0).asked == replace(SQUAT, safe_max_deg=95.0)


# -- what hinders the view of the patient ----------------------------------------------------------------------------


def cues(observations: list[Observation], assignment: Assignment | None = None) -> set[str]:
    _, results = analysed(assignment or Assignment(SQUAT), observations)
    return {result.cue.id for result in results if result.cue is not None}


STILL = [look(i) for i in range(round(3 * FPS))]


def test_nothing_is_said_to_somebody_who_stands_well() -> None:
    assert cues(STILL) == set()


def test_who_is_cut_off_is_told_where_they_are_only_when_the_exercise_needs_it() -> None:
    feet = without(FROM_THE_LEFT, *(f"{name}_{side}" for name in ("ankle", "heel", "foot_index") for side in "lr"))
    footless = [look(i, feet) for i in range(round(3 * FPS))]
    assert cues(footless) == {"cut_off_feet"}
    assert not {cue for cue in cues(footless, Assignment(CURL)) if "cut_off" in cue}
    aside = without(feet, "ankle_l", "heel_l", "foot_index_l", "ankle_r", "heel_r", "foot_index_r", at_px=(-50, 600))
    (cue,) = cues([look(i, aside) for i in range(round(3 * FPS))])
    assert cue.startswith("cut_off_feet_")


def test_light_is_asked_for_below_the_limit_and_not_at_it() -> None:
    assert cues([replace(one, brightness=DARK_BELOW - 1) for one in STILL]) == {"too_dark"}
    assert cues([replace(one, brightness=DARK_BELOW) for one in STILL]) == set()


def test_who_the_patient_is_is_asked_as_long_as_nobody_said() -> None:
    people = (Person(1, (0, 0, 9, 9), True), Person(2, (20, 0, 29, 9), False))
    assert cues([replace(one, people=people, ambiguous=True) for one in STILL]) == {"second_person"}
    assert cues([replace(one, people=people) for one in STILL]) == set()
    assert cues([replace(one, people=people[:1], ambiguous=True) for one in STILL]) == set()


def test_without_a_body_nothing_is_cut_off() -> None:
    gone = [look(i, None, Reason.NO_PERSON) for i in range(round(3 * FPS))]
    assert cues(gone) == {"no_person"}
