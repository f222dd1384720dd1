import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest

from physio.capture.video import VideoSource
from physio.config import ROOT
from physio.errors import StoreError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.feedback import overlay
from physio.feedback.lettering import Box
from physio.kinematics.calibrator import CalibrationSetup
from physio.live.session import LiveSession
from physio.live.sessions import LiveSessions
from physio.live.snapshot import LiveSetup
from physio.live.target import TargetWatch
from physio.messages import message
from physio.networks.assets import ModelPaths
from physio.storage.acting import Records
from physio.storage.recorder import Recorder
from physio.storage.records import ControlKind
from physio.storage.store import Store
from physio.types import CalibrationLine, EndReason, Reason

pytestmark = pytest.mark.models
SIZE = (160, 120)


class Clock:
    """Time that passes only when it is told to."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def recorder(store: Store) -> Iterator[Recorder]:
    with Recorder(store, flush_interval_s=0.02) as recorder:
        yield recorder


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def start(
    models: ModelPaths, records: Records, recorder: Recorder, clock: Clock
) -> Iterator[Callable[..., LiveSession]]:
    sessions: list[LiveSession] = []

    def started(code: str = "P001", exercise_id: str = "squat", **chosen: Any) -> LiveSession:
        exercise = load_exercise(exercise_id)
        setup = LiveSetup(code, Assignment(exercise, target_reps=8), **chosen)
        sessions.append(LiveSession(setup, models, records, recorder, clock=clock))
        return sessions[-1]

    yield started
    for session in sessions:
        session.close(EndReason.CANCELLED)


def picture(value: int = 90) -> av.VideoFrame:
    """A plain wall: nobody is in it."""
    return av.VideoFrame.from_ndarray(np.full((SIZE[1], SIZE[0], 3), value, np.uint8), format="rgb24")


def feed(session: LiveSession, clock: Clock, count: int, step_s: float = 0.05) -> None:
    for _ in range(count):
        session.on_frame(picture())
        clock.now_s += step_s


def test_nothing_is_stored_before_the_first_picture(start, records):
    session = start()
    snapshot = session.snapshot()
    assert (snapshot.session_id, snapshot.result, snapshot.frames) == (None, None, 0)
    assert not session.mark_event()
    assert not session.report_pain(3)
    assert not session.write_note("too early")
    assert session.close(EndReason.STOPPED)
    assert records.sessions.of() == ()


def test_a_session_that_cannot_be_recorded_leaves_no_empty_ones(start, clock, records, recorder, monkeypatch):
    session = start()
    session.zero_now()
    with monkeypatch.context() as broken:
        broken.setattr(recorder, "open", lambda *_: (_ for _ in ()).throw(StoreError("storage.stopping")))
        feed(session, clock, 3)
        assert session.snapshot().error == message("storage.stopping")
        assert records.sessions.of() == ()
    feed(session, clock, 1)
    (stored,) = records.sessions.of()
    assert [one.kind for one in records.sessions.controls(stored.id)] == [ControlKind.ZERO_NOW]


def test_what_was_done_while_the_disk_was_full_is_stored_later(start, clock, records, monkeypatch, caplog):
    session = start()
    feed(session, clock, 2)
    with monkeypatch.context() as broken:
        broken.setattr(records.sessions, "add_control", lambda *_: (_ for _ in ()).throw(StoreError("storage.closed")))
        session.zero_now()
        assert "could not be stored" in caplog.text
    feed(session, clock, 1)
    session.close(EndReason.STOPPED)
    session.undo_zero()  # over: nothing is measured any more
    (stored,) = records.sessions.of()
    assert [(one.kind, one.t_s) for one in records.sessions.controls(stored.id)] == [
        (ControlKind.ZERO_NOW, pytest.approx(0.05))
    ]


def test_the_patient_reads_the_cues_in_their_own_language(start, clock, monkeypatch):
    written: list[str] = []
    monkeypatch.setattr(overlay, "banner", lambda canvas, text, *rest: written.append(text) or Box(0, 0, 1, 1))
    for language, line in (("en", "Step in front of the camera."), ("de", "Stellen Sie sich vor die Kamera.")):
        feed(start(language=language), clock, 10, step_s=0.2)
        assert set(written) == {line}
        written.clear()


def test_pictures_become_a_session(start, records, clock):
    session = start()
    feed(session, clock, 20)
    snapshot = session.snapshot()
    assert snapshot.frames == 20
    assert snapshot.result.reason is Reason.NO_PERSON
    assert snapshot.last_t_s == pytest.approx(19 * 0.05)
    assert snapshot.since_frame_s == pytest.approx(0.05)
    assert snapshot.fps == pytest.approx(20)
    assert snapshot.brightness == pytest.approx(90)
    assert snapshot.cut_off is None
    assert session.close(EndReason.STOPPED)
    (stored,) = records.sessions.of("P001")
    assert (stored.id, stored.source, stored.end_reason) == (snapshot.session_id, "live", EndReason.STOPPED)
    assert (stored.exercise_id, stored.side, stored.target_reps) == ("squat", "both", 8)
    frames = records.analyses.frames(stored.id)
    assert frames["t_s"].size == 20
    assert np.all(frames["reason"] == Reason.NO_PERSON)
    assert records.analyses.metrics(stored.id)["frames_processed"] == 20


def test_the_picture_keeps_its_size(start):
    drawn = start().on_frame(picture())
    assert (drawn.width, drawn.height) == SIZE


def test_time_never_stands_still_nor_goes_back(start, records, clock):
    session = start()
    for jump_s in (0.0, 0.0, 0.1, -0.05, 0.02):
        clock.now_s += jump_s
        session.on_frame(picture())
    session.close(EndReason.STOPPED)
    t_s = records.analyses.frames(records.sessions.of()[0].id)["t_s"]
    assert t_s.size == 5
    assert np.all(np.diff(t_s) > 0)


def test_the_streams_own_time_is_kept_however_late_its_frames_come(start, records, clock):
    """As a phone does that is turned around in between: the frame's size changes."""
    session, lateness = start(), np.random.default_rng(4).uniform(0.0, 0.5, 12)
    for k in range(12):
        frame = picture() if k < 6 else av.VideoFrame.from_ndarray(np.full((160, 120, 3), 90, np.uint8), "rgb24")
        frame.pts, frame.time_base = 90_000 + 3_600 * k, Fraction(1, 90_000)
        clock.now_s = max(clock.now_s, 100.0 + 0.04 * k + lateness[k])
        session.on_frame(frame)
        assert session.snapshot().error is None
    snapshot = session.snapshot()
    assert snapshot.last_t_s == pytest.approx(11 * 0.04)
    assert snapshot.fps == pytest.approx(25.0)
    assert session.mark_event()
    session.close(EndReason.STOPPED)
    (stored,) = records.sessions.of()
    assert records.analyses.frames(stored.id)["t_s"] == pytest.approx(np.arange(12) * 0.04)
    assert records.analyses.metrics(stored.id)["duration_s"] == pytest.approx(11 * 0.04, abs=0.05)
    assert [event.t_s for event in records.sessions.events(stored.id)] == [pytest.approx(11 * 0.04)]


def test_dropped_pictures_are_counted(start):
    session = start()
    for dropped in (0, 3, 1):
        session.on_frame(picture(), dropped=dropped)
    assert session.snapshot().dropped == 4


def test_a_failure_never_leaves_on_frame(start, records, clock, monkeypatch, caplog):
    session = start()
    feed(session, clock, 2)
    with monkeypatch.context() as patched:
        patched.setattr(overlay, "draw", lambda *_: 1 / 0)
        raw = picture()
        assert session.on_frame(raw) is raw
        clock.now_s += 0.05
        session.on_frame(picture())
        assert session.snapshot().error == message("live.frame_failed", problem="ZeroDivisionError")
    assert len([record for record in caplog.records if record.name == "physio.live.session"]) == 1
    clock.now_s += 0.05
    feed(session, clock, 1)
    assert session.snapshot().error is None
    assert session.close(EndReason.STOPPED)
    assert records.sessions.of()[0].end_reason is EndReason.STOPPED


def test_a_store_that_refuses_is_told_in_its_own_words(start):
    session = start("P999")
    raw = picture()
    assert session.on_frame(raw) is raw
    assert session.snapshot().error.params["code"] == "P999"


def test_after_the_end_the_picture_passes_untouched(start, clock):
    session = start()
    feed(session, clock, 2)
    session.close(EndReason.STOPPED)
    raw = picture()
    assert session.on_frame(raw) is raw
    assert session.snapshot().frames == 2
    assert not session.mark_event()


def test_only_the_first_end_counts(start, records, clock):
    session = start()
    feed(session, clock, 2)
    threads = [threading.Thread(target=session.stop, args=(EndReason.STOPPED,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.stop(EndReason.FAILED)
    assert session.close(EndReason.FAILED)
    assert session.end is EndReason.STOPPED
    assert records.sessions.of()[0].end_reason is EndReason.STOPPED


def test_the_target_ends_a_session_though_no_thread_can_be_started_any_more(start, clock, records, monkeypatch):
    class Refused(threading.Thread):
        def start(self) -> None:
            raise RuntimeError("can't start new thread at interpreter shutdown")

    session = start(stop_at_target=True)
    feed(session, clock, 1)
    camera = threading.Thread(target=session.on_frame, args=(picture(),), daemon=True)
    monkeypatch.setattr(TargetWatch, "step", lambda _, result: (result, True))
    monkeypatch.setattr("physio.live.session.threading.Thread", Refused)
    camera.start()
    camera.join(20)
    assert not camera.is_alive()
    assert session.snapshot().closed
    assert records.sessions.of()[0].end_reason is EndReason.TARGET_REACHED


def test_stopping_waits_for_the_picture_at_work(start, clock, monkeypatch):
    session = start()
    feed(session, clock, 1)
    working, go_on = threading.Event(), threading.Event()

    def slow(image, *_):
        working.set()
        go_on.wait(10)
        return image

    monkeypatch.setattr(overlay, "draw", slow)
    worker = threading.Thread(target=session.on_frame, args=(picture(),))
    worker.start()
    assert working.wait(10)
    session.stop(EndReason.STOPPED)  # returns at once
    assert not session.snapshot().closed
    go_on.set()
    worker.join()
    assert session.close(EndReason.STOPPED)
    assert session.snapshot().closed


def test_marks_ratings_and_notes_are_kept_at_their_time(start, records, clock):
    session = start()
    feed(session, clock, 11)
    assert session.mark_event("wobble")
    assert session.report_pain(6)
    assert session.write_note("first try")
    session.close(EndReason.STOPPED)
    assert session.write_note("second try")
    stored = records.sessions.of()[0]
    assert [(e.t_s, e.kind, e.text) for e in records.sessions.events(stored.id)] == [
        (pytest.approx(0.5), "mark", "wobble")
    ]
    assert [(r.t_s, r.score, r.scale) for r in records.sessions.self_reports(stored.id)] == [
        (pytest.approx(0.5), 6, "NRS")
    ]
    assert stored.note == "second try"


def test_two_sessions_do_not_mix(start, records, clock):
    first, second = start("P001", "squat"), start("P002", "hip_abduction")
    for _ in range(6):
        first.on_frame(picture(60))
        second.on_frame(picture(200))
        clock.now_s += 0.05
    first.on_frame(picture(60))
    assert (first.snapshot().frames, second.snapshot().frames) == (7, 6)
    first.close(EndReason.STOPPED)
    assert second.end is None
    second.close(EndReason.STOPPED)
    for code, exercise_id, count in (("P001", "squat", 7), ("P002", "hip_abduction", 6)):
        (stored,) = records.sessions.of(code)
        assert stored.exercise_id == exercise_id
        assert records.analyses.frames(stored.id)["t_s"].size == count


def test_the_trace_forgets_what_is_older_than_twenty_seconds(start, clock):
    session = start()
    feed(session, clock, 13, step_s=2.5)
    t_s = session.snapshot().trace.t_s
    assert t_s[-1] == pytest.approx(30.0)
    assert t_s[0] == pytest.approx(10.0)


def test_the_end_of_the_server_closes_all_sessions(models, records, recorder):
    sessions = LiveSessions(models, records, recorder)
    exercise = load_exercise("squat")
    setup = LiveSetup("P001", Assignment(exercise))
    running = [sessions.start(setup), sessions.start(replace(setup, patient_code="P002"))]
    for session in running:
        session.on_frame(picture())
    sessions.close_all(EndReason.SERVER_STOPPED)
    assert {session.end_reason for session in records.sessions.of()} == {EndReason.SERVER_STOPPED}


def test_who_is_followed_is_kept_as_a_remark(start, records, clock):
    """Two rendered people beside each other; there is no third one, and nobody at all before the first picture."""
    one = next(frame.image for frame in VideoSource(ROOT / "data" / "demo" / "squat.mp4") if frame.index == 6)
    two = av.VideoFrame.from_ndarray(np.ascontiguousarray(np.hstack([one, one])), format="rgb24")
    session = start()
    session.follow(2)
    for _ in range(12):
        session.on_frame(two)
        clock.now_s += 0.1
    people = session.snapshot().result.observation.people
    assert [(person.number, person.followed) for person in people] == [(1, True), (2, False)]
    session.follow(3)
    session.follow(2)
    session.on_frame(two)
    people = session.snapshot().result.observation.people
    assert [(person.number, person.followed) for person in people] == [(1, False), (2, True)]
    assert session.snapshot().error is None
    session.close(EndReason.STOPPED)
    (stored,) = records.sessions.of()
    assert [(event.kind, event.text) for event in records.sessions.events(stored.id)] == [("patient", "2")]


def test_what_the_therapist_does_to_the_measurement_is_kept_between_its_frames(start, records, clock):
    line = CalibrationLine("knee_flexion_l", "goniometer", 90.0, 4.0)
    session = start()
    session.zero_now()  # before the first frame
    feed(session, clock, 3)
    session.zero_now()
    feed(session, clock, 2)
    session.undo_zero()
    session.use_calibration([line])
    session.close(EndReason.STOPPED)
    session.undo_zero()
    (stored,) = records.sessions.of()
    early, zero, undo, use = records.sessions.controls(stored.id)
    assert early.kind == ControlKind.ZERO_NOW
    assert early.t_s < 0
    assert (zero.kind, zero.t_s) == (ControlKind.ZERO_NOW, pytest.approx(0.1))
    assert (undo.kind, undo.t_s) == (ControlKind.UNDO_ZERO, pytest.approx(0.2))
    assert (use.kind, use.t_s, use.lines) == (ControlKind.USE_CALIBRATION, pytest.approx(0.2), (line,))


def test_a_live_session_is_doubted_as_a_recording_is(models, records, recorder, clock):
    """A wall is no person, and nobody stood still for the neutral zero that was wanted."""
    asked = Assignment(load_exercise("squat"), calibration=CalibrationSetup(zero_when_standing=True))
    session = LiveSession(LiveSetup("P001", asked), models, records, recorder, clock=clock)
    feed(session, clock, 3)
    session.close(EndReason.STOPPED)
    (stored,) = records.sessions.of()
    doubts = records.analyses.doubts(stored.analysis_id)
    assert [doubt.code for doubt in doubts] == ["doubt.no_person", "doubt.no_zero"]


def test_only_what_is_being_recorded_is_running(models, records, recorder):
    sessions = LiveSessions(models, records, recorder)
    setup = LiveSetup("P001", Assignment(load_exercise("squat")))
    waiting, recorded = sessions.start(setup), sessions.start(replace(setup, patient_code="P002"))
    recorded.on_frame(picture())
    assert sessions.running() == (recorded,)
    recorded.close(EndReason.STOPPED)
    assert sessions.running() == ()
    waiting.close(EndReason.STOPPED)
