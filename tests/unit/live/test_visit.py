"""A visit: preview, countdown, recording, and what comes after it, on a clock that the test moves."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import av
import numpy as np
import pytest

from physio.errors import StoreError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.feedback import overlay
from physio.live.camera import LiveCamera
from physio.live.session import LiveSession
from physio.live.sessions import LiveSessions
from physio.live.snapshot import LiveSetup
from physio.live.target import DONE_S
from physio.live.visit import COUNTDOWN_S, LiveVisit, Stage
from physio.messages import message
from physio.networks.assets import ModelPaths
from physio.pipeline import Analyse
from physio.storage.acting import Records
from physio.storage.recorder import Recorder
from physio.storage.store import Store
from physio.types import EndReason, FrameResult

pytestmark = pytest.mark.models
SQUAT, ABDUCTION = load_exercise("squat"), load_exercise("hip_abduction")
SETUP = LiveSetup("P001", Assignment(SQUAT, target_reps=2))


class Clock:
    """Time that passes only when it is told to."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def visit(models: ModelPaths, store: Store, records: Records, clock: Clock) -> Iterator[LiveVisit]:
    with Recorder(store, flush_interval_s=0.02) as recorder:

        def start(setup: LiveSetup, camera: LiveCamera) -> LiveSession:
            return LiveSession(setup, models, records, recorder, clock=clock, camera=camera)

        visit = LiveVisit(SETUP, LiveCamera(models, clock=clock), start)
        yield visit
        visit.close(EndReason.CANCELLED)


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Have the analysis say that so many repetitions were done."""

    def counted(reps: int) -> None:
        def step(self: Analyse, seen: object) -> FrameResult:
            return replace(real(self, seen), rep_count=reps)

        monkeypatch.setattr(Analyse, "step", step)

    real = Analyse.step
    return counted


def picture() -> av.VideoFrame:
    """A plain wall: nobody is in it."""
    return av.VideoFrame.from_ndarray(np.full((120, 160, 3), 90, np.uint8), format="rgb24")


def feed(visit: LiveVisit, clock: Clock, seconds: float, step_s: float = 0.1) -> None:
    for _ in range(round(seconds / step_s)):
        visit.on_frame(picture())
        clock.now_s += step_s


def record(visit: LiveVisit, clock: Clock, seconds: float = 1.0) -> LiveSession:
    """Count down and record for so long; it runs on."""
    visit.begin(visit.setup.patient_code)
    feed(visit, clock, COUNTDOWN_S + seconds)
    assert visit.stage is Stage.RECORDING
    assert visit.session is not None
    return visit.session


def cue_id(visit: LiveVisit) -> str:
    result = visit.snapshot().live.result
    return result.cue.id if result is not None and result.cue is not None else ""


def stop(visit: LiveVisit) -> None:
    visit.stop()
    assert visit.session is not None
    assert visit.session.close(EndReason.FAILED)


def test_the_preview_shows_and_stores_nothing(visit, clock, records):
    raw = picture()
    assert visit.on_frame(raw) is not raw
    feed(visit, clock, 1.0)
    now = visit.snapshot()
    assert (now.stage, now.countdown, now.set_number) == (Stage.PREVIEW, 0, 1)
    assert now.live.frames == 11
    assert now.live.session_id is None
    assert np.isnan(now.rest_s)
    visit.close(EndReason.CAMERA_ENDED)
    assert records.sessions.of() == ()


def test_what_moves_in_the_preview_is_not_counted(visit, clock, counting, monkeypatch):
    drawn: list[overlay.Look] = []
    real = overlay.draw
    monkeypatch.setattr(overlay, "draw", lambda *given: drawn.append(given[5]) or real(*given))
    counting(2)  # the target: a session would end
    feed(visit, clock, DONE_S + 1.0)
    assert visit.stage is Stage.PREVIEW
    assert visit.snapshot().live.reps == ()
    assert not any(look.count for look in drawn)


def test_three_two_one_and_the_first_frame_is_at_zero(visit, clock, records):
    feed(visit, clock, 5.0)
    visit.begin("P001")
    visit.begin("P001")  # pressed twice
    counted = []
    while visit.stage is Stage.COUNTDOWN:
        counted.append(visit.snapshot().countdown)
        feed(visit, clock, 0.5, 0.5)
    assert counted == [3, 3, 2, 2, 1, 1]
    assert records.sessions.of() == ()
    feed(visit, clock, 1.0)
    assert visit.stage is Stage.RECORDING
    assert visit.snapshot().live.last_t_s == pytest.approx(0.9)
    stop(visit)
    (stored,) = records.sessions.of("P001")
    assert records.analyses.frames(stored.id)["t_s"] == pytest.approx(np.arange(10) * 0.1)
    assert [one.index for one in records.observations.of(stored.id).replay()] == list(range(10))
    assert stored.end_reason is EndReason.STOPPED
    assert stored.visit_id is None


def test_the_countdown_is_on_the_frame(visit, clock, monkeypatch):
    written: list[int] = []
    monkeypatch.setattr(overlay, "countdown", lambda canvas, seconds: written.append(seconds))
    feed(visit, clock, 0.5)
    assert written == []
    visit.begin("P001")
    feed(visit, clock, 4.0, 1.0)
    assert written == [3, 2, 1]


def test_a_countdown_can_be_called_off(visit, clock, records):
    first = record(visit, clock)
    stop(visit)
    visit.begin("P001")
    feed(visit, clock, 1.0)
    visit.stop()
    assert visit.stage is Stage.PREVIEW
    assert visit.session is first  # what can still be noted is noted of this one
    assert visit.snapshot().set_number == 2
    feed(visit, clock, COUNTDOWN_S)
    assert visit.stage is Stage.PREVIEW
    assert len(records.sessions.of()) == 1


def test_sets_of_one_visit_belong_together_and_are_counted_by_exercise(visit, clock, records):
    numbers = []
    for exercise in (SQUAT, SQUAT, ABDUCTION, SQUAT):
        visit.prepare(replace(SETUP, assignment=Assignment(exercise)))
        numbers.append(visit.snapshot().set_number)
        record(visit, clock)
        assert visit.snapshot().set_number == numbers[-1]
        stop(visit)
        clock.now_s += 60.0
        assert visit.snapshot().rest_s == pytest.approx(60.0)
    assert numbers == [1, 2, 1, 3]
    *later, first = records.sessions.of("P001")
    assert first.visit_id is None
    assert [one.visit_id for one in later] == [first.id] * 3
    assert [one.exercise_id for one in later] == ["squat", "hip_abduction", "squat"]


def test_another_patients_visit_is_another_one(visit, clock, records):
    record(visit, clock)
    other = replace(SETUP, patient_code="P002")
    visit.prepare(other)  # not now
    assert visit.setup.patient_code == "P001"
    stop(visit)
    visit.prepare(other)
    assert visit.session is None
    assert visit.snapshot().set_number == 1
    record(visit, clock)
    stop(visit)
    assert [one.visit_id for one in records.sessions.of("P002")] == [None]
    assert len(records.sessions.of("P001")) == 1


def test_it_begins_for_the_patient_who_is_prepared_or_not_at_all(visit):
    visit.begin("P002")
    assert visit.stage is Stage.PREVIEW
    visit.begin("P001")
    assert visit.stage is Stage.COUNTDOWN


def test_another_patient_is_not_whom_somebody_chose_before(visit, monkeypatch):
    forgot: list[bool] = []
    monkeypatch.setattr(LiveCamera, "forget", lambda _: forgot.append(True))
    visit.prepare(replace(SETUP, assignment=Assignment(ABDUCTION)))
    assert forgot == []  # the next exercise is the same person's
    visit.prepare(replace(SETUP, patient_code="P002"))
    assert forgot == [True]


def test_what_could_not_begin_is_no_set(visit, clock, records, monkeypatch):
    def full(*_: object) -> None:
        raise StoreError("storage.disk_full", path="physio.duckdb")

    record(visit, clock)
    stop(visit)
    with monkeypatch.context() as broken:
        broken.setattr(type(records.calibrations), "in_use", full)
        for _ in range(3):
            with pytest.raises(StoreError):
                visit.begin("P001")
    assert visit.stage is Stage.PREVIEW
    assert visit.snapshot().set_number == 2


def test_what_is_called_off_while_its_first_frame_is_at_work_is_kept(visit, clock, records, monkeypatch):
    working, go_on, real = threading.Event(), threading.Event(), type(records.sessions).start

    def slow(*given: object) -> str:
        working.set()
        go_on.wait(10)
        return real(*given)

    visit.begin("P001")
    clock.now_s += COUNTDOWN_S
    session = visit.session
    monkeypatch.setattr(type(records.sessions), "start", slow)
    camera, page = threading.Thread(target=visit.on_frame, args=(picture(),)), threading.Thread(target=visit.stop)
    camera.start()
    assert working.wait(10)
    page.start()
    page.join(0.5)  # long enough for one that does not wait for the frame
    go_on.set()
    camera.join()
    page.join()
    assert session.close(EndReason.FAILED)
    assert visit.session is session
    assert visit.snapshot().set_number == 2
    assert [one.end_reason for one in records.sessions.of()] == [EndReason.STOPPED]


def test_after_a_set_the_checks_begin_anew(visit, clock):
    feed(visit, clock, 1.0)
    visit.begin("P001")
    feed(visit, clock, COUNTDOWN_S + 60.0, 1.0)
    assert visit.stage is Stage.RECORDING
    stop(visit)
    now = visit.snapshot()
    assert now.live.result is None  # what was seen before the set
    assert now.live.since_frame_s == pytest.approx(1.0)  # not the set's whole length: the camera is there
    feed(visit, clock, 0.1)
    assert visit.snapshot().live.frames == 1


@pytest.mark.parametrize("stops", [True, False])
def test_at_the_target_it_is_said_and_then_stops_or_goes_on(stops, visit, clock, records, counting):
    visit.prepare(replace(SETUP, stop_at_target=stops))
    session = record(visit, clock)
    assert cue_id(visit) != "target"
    counting(2)
    feed(visit, clock, DONE_S / 2)
    cue = visit.snapshot().live.result.cue
    assert (cue.text, cue.tone) == (message("live.target_reached", count=2), "positive")
    assert session.end is None
    feed(visit, clock, DONE_S)
    if not stops:
        assert session.end is None
        assert cue_id(visit) != "target"
        return
    assert visit.stage is Stage.PREVIEW
    assert session.close(EndReason.FAILED)
    assert records.sessions.of()[0].end_reason is EndReason.TARGET_REACHED


def test_a_stream_that_ends_is_no_stop_by_the_user(visit, clock, records):
    record(visit, clock)
    visit.end(EndReason.CAMERA_ENDED)
    assert visit.close(EndReason.FAILED)
    assert visit.stage is Stage.OVER
    assert records.sessions.of()[0].end_reason is EndReason.CAMERA_ENDED
    raw = picture()
    assert visit.on_frame(raw) is raw
    visit.begin("P001")
    assert visit.stage is Stage.OVER


def test_a_stop_before_the_stream_ends_is_kept(visit, clock, records):
    record(visit, clock)
    visit.stop()
    visit.close(EndReason.CAMERA_ENDED)
    assert records.sessions.of()[0].end_reason is EndReason.STOPPED


def test_the_networks_outlive_a_set_and_end_with_the_visit(visit, clock, monkeypatch):
    closed: list[bool] = []
    real = LiveCamera.close
    monkeypatch.setattr(LiveCamera, "close", lambda self: closed.append(True) or real(self))
    for _ in range(2):
        record(visit, clock)
        stop(visit)
    assert closed == []
    visit.close(EndReason.CAMERA_ENDED)
    assert closed == [True]


def test_what_is_said_after_the_end_is_kept_at_its_end(visit, clock, records):
    session = record(visit, clock)
    stop(visit)
    feed(visit, clock, 5.0)
    assert session.report_pain(6)
    assert session.write_note("left heel")
    assert not session.mark_event()
    (stored,) = records.sessions.of()
    (report,) = records.sessions.self_reports(stored.id)
    assert (report.score, report.t_s) == (6, pytest.approx(records.analyses.frames(stored.id)["t_s"][-1]))
    assert stored.note == "left heel"


def test_a_failure_in_the_preview_never_leaves_on_frame(visit, clock, monkeypatch, caplog):
    with monkeypatch.context() as broken:
        broken.setattr(overlay, "draw", lambda *_: 1 / 0)
        for _ in range(2):
            raw = picture()
            assert visit.on_frame(raw) is raw
            clock.now_s += 0.1
        assert visit.snapshot().live.error == message("live.frame_failed", problem="ZeroDivisionError")
    assert len([record for record in caplog.records if record.name == "physio.live.visit"]) == 1
    feed(visit, clock, 0.1)
    assert visit.snapshot().live.error is None


def test_a_clock_that_fails_in_the_countdown_never_leaves_on_frame(visit, clock, monkeypatch):
    visit.begin("P001")
    monkeypatch.setattr(Clock, "__call__", lambda _: 1 / 0)
    raw = picture()
    assert visit.on_frame(raw) is raw


def test_a_session_that_is_called_off_between_two_looks_at_it_hurts_nobody(models, store, records, clock):
    class CalledOff(LiveVisit):
        """Its session is there at every other look."""

        looks = 0
        kept: LiveSession | None = None

        @property
        def _session(self) -> LiveSession | None:
            self.looks += 1
            return self.kept if self.looks % 2 else None

        @_session.setter
        def _session(self, session: LiveSession | None) -> None:
            self.kept, self.looks = session, 0

    with Recorder(store, flush_interval_s=0.02) as recorder:
        visit = CalledOff(
            SETUP,
            LiveCamera(models, clock=clock),
            lambda setup, camera: LiveSession(setup, models, records, recorder, clock=clock, camera=camera),
        )
        visit.begin("P001")
        for _ in range(8):
            visit.on_frame(picture())
            assert visit.stage in (Stage.PREVIEW, Stage.COUNTDOWN, Stage.RECORDING)
            visit.snapshot()
            visit.looks += 1
            clock.now_s += 1.0
        visit.close(EndReason.CANCELLED)


def test_the_face_is_looked_for_only_where_it_is_to_be_analysed(visit, clock):
    for wanted in (True, False, True):
        visit.prepare(replace(SETUP, assignment=replace(SETUP.assignment, face=wanted)))
        feed(visit, clock, 1.0)
        assert visit.snapshot().live.result.observation.face_looked is wanted


def test_only_what_is_recorded_is_running_and_all_is_closed_at_the_end(models, store, records):
    with Recorder(store, flush_interval_s=0.02) as recorder:
        sessions = LiveSessions(models, records, recorder)
        visits = [sessions.visit(SETUP), sessions.visit(replace(SETUP, patient_code="P002"))]
        for one in visits:
            one.on_frame(picture())
        assert sessions.running() == ()
        visits[1].begin("P002")
        assert sessions.running() == ()
        waited = threading.Event()
        while not sessions.running():
            visits[1].on_frame(picture())
            waited.wait(0.05)
        assert [one.setup.patient_code for one in sessions.running()] == ["P002"]
        sessions.close_all(EndReason.SERVER_STOPPED)
        assert [one.stage for one in visits] == [Stage.OVER] * 2
        assert [one.end_reason for one in records.sessions.of()] == [EndReason.SERVER_STOPPED]
