import pytest
from example_sessions import Example, add_session
from streamlit.testing.v1 import AppTest

from physio.exercise.assignment import Assignment
from physio.exercise.definition import exercise_ids, load_exercise
from physio.kinematics.calibrator import UNCALIBRATED
from physio.language import english
from physio.live.snapshot import LiveProgress, LiveSetup, LiveSnapshot, Status
from physio.live.visit import Stage, VisitSnapshot
from physio.storage.closing import close_session
from physio.storage.records import NewAnalysis, NewSession
from physio.types import EndReason
from physio.ui import camera

pytestmark = pytest.mark.models


def test_without_a_patient_it_offers_to_add_one(open_page, page_text):
    app = open_page()
    assert not app.exception
    assert "No patient yet" in page_text(app)
    assert app.button[0].label == "Add a patient"


def test_it_is_the_first_page_and_ready_to_start(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    app = open_page()
    assert not app.exception
    assert not app.error
    assert app.title[0].value == "Live session"
    assert app.selectbox(key="patient_choice").value == "P001"
    assert "Decision support for a qualified physiotherapist. Not a diagnosis." in page_text(app)
    assert len(app.get("component_instance")) == 1  # the picture with its Start button


@pytest.mark.parametrize("exercise_id", exercise_ids())
def test_every_exercise_can_be_chosen(exercise_id, records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    app = open_page()
    app.selectbox(key="live_exercise_P001").select(exercise_id).run()
    assert not app.exception
    assert english(load_exercise(exercise_id).instruction) in page_text(app)


def test_what_the_patient_did_last_is_chosen_and_shown(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    records.patients.add("P002", "B. Lind")
    add_session(records, "P001", Example(reps=7, score=70), exercise_id="squat")
    add_session(records, "P002", Example(reps=3), exercise_id="hip_abduction")
    app = open_page(patient="P001")
    assert app.selectbox(key="live_exercise_P001").value == "squat"
    assert "Last session" in page_text(app)
    assert ">7<" in page_text(app)
    assert ">73<" in page_text(app)
    app.selectbox(key="live_exercise_P001").select("lunge").run()
    assert not app.exception
    assert "Last session" not in page_text(app)
    app.selectbox(key="patient_choice").select("P002").run()
    assert app.selectbox(key="live_exercise_P002").value == "hip_abduction"
    app.selectbox(key="patient_choice").select("P001").run()
    assert app.selectbox(key="live_exercise_P001").value == "lunge"  # as it was left


def test_an_exercise_for_one_side_offers_its_sides(records, open_page):
    records.patients.add("P001", "A. Berger")
    app = open_page()
    app.selectbox(key="live_exercise_P001").select("hip_abduction").run()
    assert app.selectbox(key="live_P001_side_hip_abduction").options == ["left", "right", "both sides"]
    app.selectbox(key="live_exercise_P001").select("squat").run()
    assert app.selectbox(key="live_P001_side_squat").options == ["both sides"]
    assert not app.exception


class OverSession:
    """A live session without camera and networks that is over and stored."""

    end, token, begun, since_end_s = EndReason.STOPPED, "over", True, 60.0

    def __init__(self, session_id: str) -> None:
        self.setup = LiveSetup("P001", Assignment(load_exercise("squat")))
        self._status = Status(session_id, 60.0, self.end, True, None, UNCALIBRATED)

    def snapshot(self) -> LiveSnapshot:
        return LiveProgress(self.setup).snapshot(self._status)

    def close(self, reason: EndReason) -> bool:
        return True


class OverVisit:
    """A visit whose camera is off."""

    stage = Stage.OVER

    def __init__(self, session: OverSession) -> None:
        self.session, self.setup = session, session.setup


class EndingVisit(OverVisit):
    """A visit whose set ends between the first look at it and the next; the camera stays on."""

    def __init__(self, session: OverSession) -> None:
        super().__init__(session)
        self.looks = 0
        self.prepared: list[str] = []
        self.begun: list[str] = []

    @property
    def stage(self) -> Stage:
        self.looks += 1
        return Stage.RECORDING if self.looks == 1 else Stage.PREVIEW

    def snapshot(self) -> VisitSnapshot:
        return VisitSnapshot(self.stage, self.session.snapshot(), 0, 1, 60.0)

    def show(self, look: object) -> None:
        pass

    def prepare(self, setup: LiveSetup) -> None:
        self.setup = setup
        self.prepared.append(setup.patient_code)

    def begin(self, patient_code: str) -> None:
        self.begun.append(patient_code)

    def stop(self) -> None:
        pass


def test_a_set_that_ends_while_the_page_of_another_patient_is_drawn(records, open_page, monkeypatch):
    records.patients.add("P001", "A. Berger")
    records.patients.add("P002", "B. Lind")
    session_id = add_session(records, "P001", Example(reps=7))
    app = open_page(patient="P001")
    app.selectbox(key="patient_choice").select("P002")
    visit = app.session_state["live_slot"].begin(EndingVisit(OverSession(session_id)))
    monkeypatch.setattr(camera, "stream", lambda *_: True)
    app.run()
    assert not app.exception
    assert set(visit.prepared) == {"P002"}
    app.button(key="live_begin").click().run()
    assert visit.begun == ["P002"]


@pytest.mark.parametrize("then", ["kept", "deleted", "moved"])
def test_what_was_recorded_is_shown_while_it_is_the_patients(then, records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    records.patients.add("P002", "B. Lind")
    session_id = add_session(records, "P001", Example(reps=7))
    app = open_page(patient="P001")
    app.session_state["live_slot"].begin(OverVisit(OverSession(session_id)))
    app.run()
    assert "Session saved" in page_text(app)
    if then == "deleted":
        records.sessions.delete(session_id, "P001")
    elif then == "moved":
        records.sessions.move(session_id, "P001", "P002")
    app.run()
    assert not app.exception
    assert not app.error
    assert ("Session saved" in page_text(app)) is (then == "kept")
    assert bool(app.text_area) is (then == "kept")  # what could be noted of it
    assert (">7<" in page_text(app)) is (then == "kept")
    app.selectbox(key="patient_choice").select("P002").run()
    assert "Session saved" not in page_text(app)
    assert not app.text_area


def test_every_window_tells_once_of_a_closed_tab(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    asked = NewAnalysis(Assignment(load_exercise("squat")), "test", {})
    session_id = records.sessions.start(NewSession("P001", source="live"), asked)
    close_session(records, session_id, EndReason.CAMERA_ENDED)
    for _ in range(2):
        window = open_page("about")
        assert "Saved: P001, Squat" in page_text(window)
        window.switch_page("pages/trends.py").run()
        assert "Saved: P001" not in page_text(window)


class AskedSession:
    """A live session without camera and networks that keeps what the patient says."""

    end = None
    token = "asked"

    def __init__(self) -> None:
        exercise = load_exercise("squat")
        self._progress = LiveProgress(LiveSetup("P001", Assignment(exercise)))
        self.said: list[int] = []

    def snapshot(self) -> LiveSnapshot:
        return self._progress.snapshot(Status("s", 0.0, None, False, None, UNCALIBRATED))

    def report_pain(self, score: int) -> bool:
        self.said.append(score)
        return True


def scale_page(session):
    from physio.ui import live_controls

    live_controls.ask_rating(session, "told")


def test_a_rating_that_the_browser_sends_again_is_stored_once():
    session = AskedSession()
    app = AppTest.from_function(scale_page, kwargs={"session": session}).run()
    shown = app.get("button_group")[0].select(4)
    shown.run()
    shown.run()  # the browser has not drawn the new scale yet, and another part of the page asks for a run
    assert session.said == [4]
    app.run()
    assert not app.exception
    (empty,) = app.get("button_group")
    assert empty.value is None
    empty.select(4).run()  # the same number, given anew
    assert session.said == [4, 4]
