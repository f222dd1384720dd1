"""A session's neutral zero and readings, on streams made of angles with noise, sway, dropped frames and gaps."""

from collections.abc import Iterable

import numpy as np
import pytest

from physio.errors import CalibrationError
from physio.kinematics.angles import ANGLE_INDEX, ANGLES
from physio.kinematics.calibration import GoniometerReading, fitted
from physio.kinematics.calibrator import ZEROED, CalibrationSetup, Calibrator, ZeroState
from physio.kinematics.standing import Stance, posture
from physio.types import CalibrationLine, FloatArray

ERROR_DEG = 4.0
SIDE = 90.0
AUTOMATIC = CalibrationSetup(zero_when_standing=True)


def standing(**changes: float) -> FloatArray:
    """Somebody who stands relaxed, as rendered people measure; changes by angle name, or base for both sides."""
    known = {
        "knee_flexion": 5.0,
        "hip_flexion": 4.0,
        "thigh_inclination": 4.0,
        "trunk_flexion": 2.0,
        "elbow_flexion": 16.0,
        "upper_arm_inclination": 7.0,
        "forearm_inclination": 20.0,
        "shoulder_abduction": 7.0,
        "ankle_dorsiflexion": -2.0,
    } | changes
    return np.array([known.get(angle.name, known.get(angle.base, 0.0)) for angle in ANGLES])


class Session:
    """A calibrator, and the time and noise that its stream has."""

    def __init__(self, setup: CalibrationSetup = AUTOMATIC, fps: float = 30.0, seed: int = 1):
        self.calibrator = Calibrator(setup)
        self._random = np.random.default_rng(seed)
        self._step_s, self.t_s = 1 / fps, 0.0

    def run(self, seconds: float, angles: FloatArray, *, keep: float = 1.0, azimuth_deg: float = SIDE) -> None:
        """That long in one posture with 0.4° of noise and 0.6° of sway; keep: share of the frames that arrive."""
        for k in range(round(seconds / self._step_s)):
            self.t_s += self._step_s
            if k and self._random.random() > keep:
                continue
            sway = 0.6 * np.sin(2 * np.pi * 0.3 * self.t_s)
            noisy = angles + sway + self._random.normal(0, 0.4, len(ANGLES))
            self.calibrator.step(self.t_s, noisy, np.full(len(ANGLES), ERROR_DEG), azimuth_deg)

    def move(self, postures: Iterable[FloatArray]) -> None:
        """One frame in each posture."""
        for angles in postures:
            self.run(self._step_s, angles)

    @property
    def state(self) -> ZeroState:
        return self.calibrator.status.state

    @property
    def offsets(self) -> dict[str, float]:
        return {line.angle: line.offset_deg for line in self.calibrator.calibration.lines}


def squats(seconds: float, fps: float = 30.0) -> list[FloatArray]:
    """Squat after squat without a rest of 3 s."""
    t_s = np.arange(0, seconds, 1 / fps)
    bend = 45 - 45 * np.cos(2 * np.pi * t_s / 3)
    return [standing(knee_flexion=5 + b, hip_flexion=4 + b, thigh_inclination=4 + b / 2) for b in bend]


# -- posture ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "stance"),
    [
        ({}, Stance.STILL),
        ({"knee_flexion_l": 14.0}, Stance.STILL),
        ({"knee_flexion_l": float("nan"), "thigh_inclination_l": float("nan")}, Stance.STILL),
        ({"upper_arm_inclination": float("nan")}, Stance.STILL),
        ({"trunk_flexion": float("nan"), "knee_flexion": float("nan")}, Stance.STILL),  # from the front
        ({"trunk_flexion": 30.0}, Stance.LEANING),
        ({"trunk_flexion": float("nan"), "trunk_lateral_flexion": -30.0}, Stance.LEANING),
        ({"knee_flexion_r": 40.0}, Stance.LEGS_BENT),
        ({"thigh_inclination": 85.0, "knee_flexion": 90.0}, Stance.LEGS_BENT),
        ({"upper_arm_inclination_r": 80.0}, Stance.ARMS_RAISED),
        ({"trunk_flexion": float("nan"), "trunk_lateral_flexion": float("nan")}, Stance.UNSEEN),
        ({"knee_flexion": float("nan"), "thigh_inclination": float("nan")}, Stance.UNSEEN),
    ],
)
def test_postures_are_told_apart(changes: dict[str, float], stance: Stance) -> None:
    assert posture(standing(**changes)) is stance


# -- by itself -------------------------------------------------------------------------------------------------------


def test_it_is_taken_after_three_seconds_of_standing_still() -> None:
    session = Session()
    session.run(2.8, standing())
    assert session.state is ZeroState.WAITING
    assert session.calibrator.status.left_s == pytest.approx(0.2, abs=0.1)
    assert session.offsets == {}
    session.run(0.5, standing())
    assert session.state is ZeroState.TAKEN
    assert (session.calibrator.status.left_s, session.calibrator.status.stance) == (0.0, Stance.STILL)
    assert set(session.offsets) == set(ZEROED)
    share = ERROR_DEG**2 / (ERROR_DEG**2 + 4.0**2)
    assert session.offsets["knee_flexion_l"] == pytest.approx(-5 * share, abs=0.5)
    assert session.offsets["ankle_dorsiflexion_r"] == pytest.approx(2 * share, abs=0.5)


def test_arms_and_inclinations_are_never_zeroed() -> None:
    assert not [name for name in ZEROED if name.startswith(("elbow", "shoulder")) or "inclination" in name]


@pytest.mark.parametrize("fps", [8.0, 15.0, 60.0])
def test_time_counts_and_not_frames(fps: float) -> None:
    session = Session(fps=fps)
    session.run(2.7, standing())
    assert session.state is ZeroState.WAITING
    session.run(0.6, standing())
    assert session.state is ZeroState.TAKEN


def test_dropped_frames_do_not_matter() -> None:
    session = Session()
    session.run(3.6, standing(), keep=0.3)
    assert session.state is ZeroState.TAKEN
    assert session.offsets["knee_flexion_l"] == pytest.approx(-2.5, abs=0.6)


def test_a_far_leg_that_is_measured_badly_does_not_count_as_moving() -> None:
    session, error = Session(), np.full(len(ANGLES), ERROR_DEG)
    error[ANGLE_INDEX["knee_flexion_r"]] = 6.0
    for k in range(110):
        wavering = standing(knee_flexion_r=5.0 + 10 * (k // 20 % 2))
        session.calibrator.step(k / 30, wavering, error, SIDE)
    assert session.state is ZeroState.TAKEN


def test_a_gap_starts_the_time_anew() -> None:
    session = Session()
    session.run(2.5, standing())
    session.t_s += 1.0  # nothing arrives
    session.run(2.5, standing())
    assert session.state is ZeroState.WAITING
    session.run(0.8, standing())
    assert session.state is ZeroState.TAKEN


def test_somebody_who_is_out_of_sight_for_a_moment_starts_anew() -> None:
    session = Session()
    session.run(2.5, standing())
    session.calibrator.nobody()
    assert session.calibrator.status.stance is Stance.UNSEEN
    session.run(2.5, standing())
    assert session.state is ZeroState.WAITING


@pytest.mark.parametrize(
    "changes",
    [
        {"thigh_inclination": 85.0, "knee_flexion": 90.0, "hip_flexion": 88.0},
        {"upper_arm_inclination": 90.0},
        {"trunk_flexion": 40.0},
    ],
    ids=["sitting", "arms raised", "bent forward"],
)
def test_somebody_still_who_does_not_stand_straight_is_not_zeroed(changes: dict[str, float]) -> None:
    session = Session()
    session.run(10, standing(**changes))
    assert session.state is ZeroState.WAITING
    assert session.offsets == {}


def test_somebody_who_never_stands_still_is_not_zeroed() -> None:
    session = Session()
    session.move(squats(30))
    assert session.state is ZeroState.WAITING
    assert session.offsets == {}


def test_somebody_who_turns_slowly_is_not_zeroed() -> None:
    session = Session()
    for azimuth in np.linspace(90, -20, 300):
        session.run(1 / 30, standing(), azimuth_deg=float(azimuth))
    assert session.state is ZeroState.WAITING


def test_after_squats_standing_still_is_found() -> None:
    session = Session()
    session.move(squats(9))
    session.run(3.5, standing())
    assert session.state is ZeroState.TAKEN


def test_a_knee_that_does_not_straighten_is_left_as_it_is_and_told() -> None:
    session = Session()
    session.run(3.5, standing(knee_flexion_l=15.0))
    assert session.state is ZeroState.TAKEN
    assert "knee_flexion_l" not in session.offsets
    assert "knee_flexion_r" in session.offsets
    ((name, value),) = session.calibrator.status.bent
    assert name == "knee_flexion_l"
    assert value == pytest.approx(15, abs=1)


def test_an_angle_that_is_not_given_is_not_zeroed() -> None:
    session = Session()
    session.run(3.5, standing(hip_flexion_r=float("nan")))
    assert session.state is ZeroState.TAKEN
    assert "hip_flexion_r" not in session.offsets
    assert session.calibrator.status.bent == ()


def test_it_is_taken_once() -> None:
    session = Session()
    session.run(3.5, standing())
    before = session.offsets
    session.run(5, standing(knee_flexion=9.0))
    assert session.offsets == before


def test_it_is_off_unless_wanted() -> None:
    session = Session(CalibrationSetup())
    session.run(6, standing())
    assert session.state is ZeroState.OFF
    assert session.offsets == {}


# -- on request ------------------------------------------------------------------------------------------------------


def test_zero_now_takes_the_three_seconds_after_it() -> None:
    session = Session(CalibrationSetup())
    session.run(5, standing(knee_flexion=9.0))
    session.calibrator.zero_now()
    session.run(2.5, standing())
    assert session.state is ZeroState.COUNTING
    assert session.calibrator.status.left_s == pytest.approx(0.5, abs=0.1)
    session.run(0.8, standing())
    assert session.state is ZeroState.TAKEN
    share = ERROR_DEG**2 / (ERROR_DEG**2 + 2.0**2)  # somebody who was asked stands straighter
    assert session.offsets["knee_flexion_l"] == pytest.approx(-5 * share, abs=0.5)


def test_zero_now_replaces_the_one_before() -> None:
    session = Session()
    session.run(3.5, standing(knee_flexion=9.0))
    first = session.offsets["knee_flexion_l"]
    session.calibrator.zero_now()
    assert session.offsets["knee_flexion_l"] == first  # until there is a better one
    session.run(3.5, standing(knee_flexion=2.0))
    assert session.offsets["knee_flexion_l"] == pytest.approx(-1.6, abs=0.5)


def test_moving_starts_the_count_anew_and_in_the_end_it_gives_up_with_the_reason() -> None:
    session = Session(CalibrationSetup())
    session.calibrator.zero_now()
    session.run(2, standing())
    session.run(0.5, standing(upper_arm_inclination=70.0))
    assert session.calibrator.status.stance is Stance.ARMS_RAISED
    assert session.state is ZeroState.COUNTING
    for _ in range(7):
        session.run(1.4, standing())
        session.run(0.6, standing(knee_flexion=14.0, hip_flexion=14.0))
    assert session.state is ZeroState.GIVEN_UP
    assert session.calibrator.status.stance is Stance.MOVING
    assert session.offsets == {}
    session.run(5, standing())
    assert session.state is ZeroState.GIVEN_UP


def test_undo_brings_the_measured_angles_back_for_good() -> None:
    session = Session()
    session.run(3.5, standing())
    measured = standing()
    assert not np.array_equal(session.calibrator.calibration.apply(measured, SIDE), measured)
    session.calibrator.undo_zero()
    np.testing.assert_array_equal(session.calibrator.calibration.apply(measured, SIDE), measured)
    session.run(6, standing())
    assert session.state is ZeroState.OFF
    assert session.offsets == {}


def test_the_zero_of_one_person_is_not_used_for_another() -> None:
    session = Session(CalibrationSetup((goniometer(),), zero_when_standing=True))
    session.run(3.5, standing(hip_flexion_r=14.0))
    session.calibrator.patient_changed()
    assert session.offsets == {"knee_flexion_l": -6.0}  # the patient's, whoever that is
    assert (session.state, session.calibrator.status.bent) == (ZeroState.WAITING, ())
    session.run(2.5, standing())
    assert session.state is ZeroState.WAITING
    session.run(1.0, standing())
    assert session.state is ZeroState.TAKEN
    session.calibrator.undo_zero()
    session.calibrator.patient_changed()
    assert session.state is ZeroState.OFF


def test_a_zero_that_was_asked_for_goes_with_the_person_and_a_count_goes_on() -> None:
    session = Session(CalibrationSetup())
    session.calibrator.zero_now()
    session.run(2.0, standing())
    session.calibrator.patient_changed()
    assert session.state is ZeroState.COUNTING
    session.run(2.5, standing())
    assert session.state is ZeroState.COUNTING
    session.run(1.0, standing())
    assert session.state is ZeroState.TAKEN
    session.calibrator.patient_changed()
    assert (session.state, session.offsets) == (ZeroState.OFF, {})


# -- goniometer ------------------------------------------------------------------------------------------------------


def goniometer(angle: str = "knee_flexion_l", offset_deg: float = -6.0) -> CalibrationLine:
    return fitted(angle, [GoniometerReading(70.0, 70.0 + offset_deg, SIDE)])


def test_a_reading_is_the_uncalibrated_median_of_the_last_second() -> None:
    session = Session(CalibrationSetup((goniometer(),)))
    session.run(3, standing(knee_flexion_l=20.0))
    session.run(1.2, standing(knee_flexion_l=64.0))
    measured, azimuth = session.calibrator.reading("knee_flexion_l")
    assert measured == pytest.approx(64, abs=1)
    assert azimuth == SIDE


def test_a_joint_that_moves_or_is_not_measured_gives_no_reading() -> None:
    session = Session(CalibrationSetup())
    with pytest.raises(CalibrationError, match="cannot be measured at the moment"):
        session.calibrator.reading("knee_flexion_l")
    session.run(0.8, standing(knee_flexion_l=20.0))
    session.run(0.3, standing(knee_flexion_l=64.0))
    with pytest.raises(CalibrationError, match="Hold the position"):
        session.calibrator.reading("knee_flexion_l")
    session.run(1.2, standing(knee_flexion_l=float("nan")))
    with pytest.raises(CalibrationError, match="cannot be measured at the moment"):
        session.calibrator.reading("knee_flexion_l")
    session.run(1.2, standing())
    session.calibrator.nobody()
    with pytest.raises(CalibrationError, match="cannot be measured at the moment"):
        session.calibrator.reading("knee_flexion_l")


def test_an_angle_with_a_goniometer_line_takes_no_neutral_zero() -> None:
    session = Session(CalibrationSetup((goniometer(),), zero_when_standing=True))
    session.run(3.5, standing(knee_flexion_l=15.0))
    kinds = {line.angle: line.kind for line in session.calibrator.calibration.lines}
    assert kinds["knee_flexion_l"] == "goniometer"
    assert kinds["knee_flexion_r"] == "neutral"
    assert session.calibrator.status.bent == ()


# -- what is told ----------------------------------------------------------------------------------------------------


def test_every_change_is_told_once() -> None:
    old, new = goniometer(), goniometer("elbow_flexion_r", 4.0)
    session = Session(CalibrationSetup((old,), zero_when_standing=True))
    assert [(c.line, c.in_use) for c in session.calibrator.changes()] == [(old, True)]
    session.run(1, standing())
    assert session.calibrator.changes() == ()
    session.run(2.5, standing())
    zeroed = session.calibrator.changes()
    assert {c.line.angle for c in zeroed} == set(ZEROED) - {"knee_flexion_l"}
    assert all(c.in_use and c.line.kind == "neutral" for c in zeroed)
    session.calibrator.use([new])
    changed = session.calibrator.changes()
    assert [(c.line, c.in_use) for c in changed if c.line.kind == "goniometer"] == [(old, False), (new, True)]
    session.calibrator.undo_zero()
    undone = session.calibrator.changes()
    assert {c.line for c in undone} >= {c.line for c in zeroed}
    assert not any(c.in_use for c in undone)
    assert session.calibrator.changes() == ()
    assert session.calibrator.status.lines == (new,)


def test_undoing_a_zero_forgets_which_joints_were_bent() -> None:
    session = Session()
    session.run(3.5, standing(knee_flexion_l=15.0))
    assert session.calibrator.status.bent
    session.calibrator.undo_zero()
    assert session.calibrator.status.bent == ()
