"""Calibration on the pages: what is in use, the way back, and a live session's readings."""

from dataclasses import replace

import pytest
from example_sessions import Example, add_session
from streamlit.testing.v1 import AppTest

from physio.errors import CalibrationError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.kinematics.calibration import GoniometerReading
from physio.kinematics.calibrator import CalibrationStatus, Calibrator, ZeroState
from physio.kinematics.standing import Stance
from physio.live.snapshot import LiveSetup
from physio.storage.calibrations import Calibrations
from physio.storage.rows import rows_of
from physio.types import CalibrationChange, CalibrationLine, FrameResult
from physio.ui.live_calibration import zero_text
from physio.ui.say import joints
from tests.unit.storage.made_results import result

KNEE = CalibrationLine("knee_flexion_l", "goniometer", 88.0, -6.0)
ZERO = CalibrationLine("trunk_flexion", "neutral", 88.0, -2.6)
READINGS = (GoniometerReading(70.0, 64.0, 88.0),)


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


# -- patients --------------------------------------------------------------------------------------------------------


def test_calibrations_in_use_are_listed_and_can_be_stopped(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    records.calibrations.add("P001", KNEE, READINGS)
    app = open_page("patients", patient="P001")
    assert not app.exception
    text = page_text(app)
    assert "Active calibrations" in text
    assert "Knee flexion, left" in text
    assert "\N{MINUS SIGN}6°" in text
    assert "goniometer 64° (measured 70°)" in text
    press(app, "Stop using")
    assert not app.exception
    assert records.calibrations.in_use("P001") == ()
    assert "No active calibration." in page_text(app)
    assert "No longer used (1)" in [one.label for one in app.expander]


def test_a_calibration_that_cannot_be_stopped_is_told(records, open_page, disk_full):
    records.patients.add("P001", "A. Berger")
    records.calibrations.add("P001", KNEE, READINGS)
    disk_full(Calibrations, "stop")
    app = open_page("patients", patient="P001")
    press(app, "Stop using")
    assert not app.exception
    assert [one.value.split(":")[0] for one in app.error] == ["The disk is full"]
    assert "Patients" in [one.value for one in app.title]


def test_of_a_patient_without_any_nothing_is_said(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    records.patients.add("P002", "B. Lind")
    records.calibrations.add("P002", KNEE, READINGS)
    app = open_page("patients", patient="P001")
    assert not app.exception
    assert "calibrations" not in page_text(app)


# -- review ----------------------------------------------------------------------------------------------------------


def test_the_review_says_what_corrected_the_angles(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    session_id = add_session(records, "P001", Example())
    plain = open_page("review", session=session_id)
    assert "Angles corrected" not in page_text(plain)
    started = [CalibrationChange(KNEE, True), CalibrationChange(replace(ZERO, offset_deg=0.2), True)]
    rows = rows_of([changed(100.0, *started, CalibrationChange(ZERO, True))])
    undone = rows_of([changed(104.0, CalibrationChange(ZERO, False))])
    for some in (rows, undone):
        records.analyses.append(session_id, some)
    app = open_page("review", session=session_id)
    assert not app.exception
    (said,) = [element.value for element in app.caption if "Angles corrected" in element.value]
    assert said.split("corrected. ")[1].split(" · ") == [
        "From 1:40: Knee flexion L \N{MINUS SIGN}6° (goniometer)",
        "From 1:40: Trunk flexion \N{MINUS SIGN}3° (zeroed)",  # the offset of 0.2° is not worth a word
        "From 1:44: no longer Trunk flexion \N{MINUS SIGN}3° (zeroed)",
    ]


def changed(t_s: float, *changes: CalibrationChange) -> FrameResult:
    """A frame at t_s in which the calibration changed."""
    plain = result(0)
    return replace(plain, observation=replace(plain.observation, t_s=t_s), calibration=changes)


# -- live ------------------------------------------------------------------------------------------------------------


def test_the_sides_of_a_joint_stand_side_by_side() -> None:
    said = [("knee_flexion_l", "a"), ("trunk_flexion", "b"), ("knee_flexion_r", "c"), ("jaw_opening", "d")]
    assert joints(said) == "Knee flexion L a R c; Trunk flexion b; jaw_opening d"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (CalibrationStatus(), ""),
        (CalibrationStatus(ZeroState.WAITING, 2.4), "arms hanging. Trunk or legs are not visible. 2 s"),
        (CalibrationStatus(ZeroState.COUNTING, 1.0, Stance.STILL), "arms hanging. Hold still. 1 s"),
        (CalibrationStatus(ZeroState.GIVEN_UP, 3.0, Stance.MOVING), "Not zeroed. Hold still. Press Set zero now"),
        (CalibrationStatus(ZeroState.TAKEN), "all offsets below 1°."),
        (CalibrationStatus(ZeroState.TAKEN, lines=(KNEE, ZERO)), "Zeroed: Trunk flexion \N{MINUS SIGN}3°."),
        (
            CalibrationStatus(ZeroState.TAKEN, bent=(("knee_flexion_l", 14.0),)),
            "more than 10° from straight: Knee flexion L +14°. If the joint does straighten",
        ),
    ],
)
def test_the_neutral_zero_is_told_in_one_line(status: CalibrationStatus, said: str) -> None:
    assert said in zero_text(status)
    assert bool(said) == bool(zero_text(status))


class MeasuringSession:
    """A live session without camera and networks: the readings come from a list."""

    token = "measuring"

    def __init__(self, readings: list[tuple[float, float] | CalibrationError]):
        exercise = load_exercise("squat")
        self.setup = LiveSetup("P001", Assignment(exercise))
        self.calibrator = Calibrator()
        self.zero_now, self.use_calibration = self.calibrator.zero_now, self.calibrator.use
        self._readings = readings

    def reading(self, angle: str) -> tuple[float, float]:
        assert angle == "knee_flexion_l"
        found = self._readings.pop(0)
        if isinstance(found, CalibrationError):
            raise found
        return found


def page(session, records):
    from physio.ui import live_calibration

    live_calibration.live(session, records)


@pytest.fixture
def measuring(records):
    """The calibration part of the live page with these readings."""
    records.patients.add("P001", "A. Berger")

    def opened(*readings):
        session = MeasuringSession(list(readings))
        return session, AppTest.from_function(page, kwargs={"session": session, "records": records}).run()

    return opened


def test_readings_become_a_calibration_that_is_used_at_once(measuring, records):
    session, app = measuring((20.0, 88.0), (100.0, 90.0))
    assert app.selectbox[0].value == "knee_flexion_l"  # what the exercise is about
    for _ in range(2):
        press(app, "Capture angle")
    assert [one.label for one in app.number_input] == [
        "Goniometer, ° (measured 20°, view left)",
        "Goniometer, ° (measured 100°, view left)",
    ]
    app.number_input[0].set_value(18.0)
    app.number_input[1].set_value(90.0)
    press(app, "Apply")
    assert not app.exception
    (kept,) = records.calibrations.of("P001")
    assert kept.readings == (GoniometerReading(20.0, 18.0, 88.0), GoniometerReading(100.0, 90.0, 90.0))
    assert kept.line.slope == pytest.approx(0.9)
    assert session.calibrator.calibration.lines == (kept.line,)
    assert "Applied from now on" in app.caption[-1].value
    assert len(app.number_input) == 0


def test_what_is_wrong_with_a_reading_is_told_and_nothing_is_kept(measuring, records):
    session, app = measuring(CalibrationError("The joint moved."), (60.0, 88.0), (61.0, 88.0))
    press(app, "Capture angle")
    assert app.caption[-1].value == "The joint moved."
    press(app, "Capture angle")
    press(app, "Apply")
    assert "Enter the goniometer value" in app.caption[-1].value
    app.number_input[0].set_value(110.0)
    press(app, "Apply")
    assert "differs by more than 25°" in app.caption[-1].value
    next(button for button in app.button if button.key.endswith("_gone")).click().run()
    assert len(app.number_input) == 0
    assert not app.exception
    assert records.calibrations.of("P001") == ()
    assert session.calibrator.calibration.lines == ()


def test_a_reading_counts_once_when_no_picture_has_come_since(measuring):
    _, app = measuring((60.0, 88.0), (60.0, 88.0), (61.0, 88.0))
    for _ in range(2):
        press(app, "Capture angle")
    assert not app.exception
    assert "the same as before" in app.caption[-1].value
    assert len(app.number_input) == 1
    press(app, "Capture angle")
    assert len(app.number_input) == 2


def zero(session, store, status):
    from physio.ui import live_calibration

    live_calibration.zero_line(session, status)


@pytest.mark.parametrize(
    ("status", "way_back"),
    [
        (CalibrationStatus(ZeroState.WAITING), []),
        (CalibrationStatus(ZeroState.GIVEN_UP, lines=(KNEE,)), []),
        (CalibrationStatus(ZeroState.TAKEN), ["Undo"]),
        (CalibrationStatus(ZeroState.COUNTING, lines=(ZERO,)), ["Undo"]),  # of the one before
        (CalibrationStatus(ZeroState.GIVEN_UP, lines=(ZERO,)), ["Undo"]),
    ],
)
def test_a_zero_in_use_can_be_undone_also_while_another_is_tried(measuring, records, status, way_back):
    session, _ = measuring()
    session.undo_zero = session.calibrator.undo_zero
    app = AppTest.from_function(zero, kwargs={"session": session, "store": records, "status": status}).run()
    assert not app.exception
    assert [button.label for button in app.button] == way_back


def test_zero_now_asks_the_session(measuring):
    session, app = measuring()
    press(app, "Set zero now")
    assert session.calibrator.status.state is ZeroState.COUNTING
