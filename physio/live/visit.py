"""A visit: what happens while the camera is on, from the preview over one recorded exercise after another to its end.

    PREVIEW ── begin ──> COUNTDOWN ── 3, 2, 1 ──> RECORDING ── stop, target reached ──> PREVIEW ── begin ──> …
                             └── stop ──> PREVIEW

The stage follows from the session and the clock, so that nothing has to be told from one thread to the other. The
camera's thread calls `on_frame`; the page's thread everything else; any thread may call `end`.
"""

import logging
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from physio.capture.frames import VideoFrame
from physio.errors import PhysioError
from physio.feedback.overlay import Look
from physio.live.camera import LiveCamera
from physio.live.preview import Preview
from physio.live.session import LiveSession
from physio.live.snapshot import LiveSetup, LiveSnapshot
from physio.messages import Message, message
from physio.types import EndReason

COUNTDOWN_S = 3.0

log = logging.getLogger(__name__)

Start = Callable[[LiveSetup, LiveCamera], LiveSession]


class Stage(StrEnum):
    """Where in a visit we are. OVER: the camera is off."""

    PREVIEW = "preview"
    COUNTDOWN = "countdown"
    RECORDING = "recording"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class VisitSnapshot:
    """The visit at one moment. live: what the camera shows, of the session while one is recorded, else of the preview;
    countdown: seconds to go, rounded up, 0 unless they are counted; set_number: of the set that is recorded, or would
    be next, among those of its exercise and side; rest_s: since the last set's end, NaN before the first."""

    stage: Stage
    live: LiveSnapshot
    countdown: int
    set_number: int
    rest_s: float


class LiveVisit:
    """The camera is on. start makes a session that shares the camera; nothing is stored before one is recorded."""

    def __init__(self, setup: LiveSetup, camera: LiveCamera, start: Start):
        self._camera = camera
        camera.look_for_face(setup.assignment.face)
        self._start = start
        self._preview = Preview(setup)
        self._session: LiveSession | None = None
        self._before: LiveSession | None = None  # the one recorded before, should this one be called off
        self._due_s = math.nan
        self._done: list[tuple[str, str]] = []  # exercise and side of each set before the present session
        self._visit_id: str | None = None
        self._end: EndReason | None = None
        self._lock = threading.Lock()  # guards begin and end against each other
        self._error: Message | None = None
        self._logged = False
        self._closed = threading.Event()

    # -- the camera's thread -----------------------------------------------------------------------------------------

    def on_frame(self, decoded: VideoFrame, dropped: int = 0) -> VideoFrame:
        """The frame with the overlay on it. Never raises: when anything fails, or after the end, the frame as it came.

        dropped: how many frames arrived since the last call and were left out because this one is newer.
        """
        try:
            return self._shown(decoded, dropped)
        except Exception as error:  # noqa: BLE001 - a callback that raises kills the stream's worker silently
            self._fail(error)
            return decoded

    def _shown(self, decoded: VideoFrame, dropped: int) -> VideoFrame:
        stage, session, countdown = self._now()
        if stage is Stage.OVER:
            return decoded
        preview = self._preview
        if session is not None and stage is Stage.RECORDING:
            preview.skip(self._camera)
            return session.on_frame(decoded, dropped)
        drawn = preview.step(self._camera, decoded, dropped, countdown)
        self._error = None
        return drawn

    def _fail(self, error: Exception) -> None:
        if not self._logged and self._end is None:
            log.error("preview: a frame could not be analysed", exc_info=error)
            self._logged = True
        if isinstance(error, PhysioError):
            self._error = error.message
        else:
            self._error = message("live.frame_failed", problem=type(error).__name__)

    # -- the page's thread -------------------------------------------------------------------------------------------

    @property
    def stage(self) -> Stage:
        """Where we are now."""
        return self._now()[0]

    def _now(self) -> tuple[Stage, LiveSession | None, int]:
        """Where we are; the session that is recorded, about to be, or the last one; the seconds to go, rounded up, 0
        when none are counted. Each thing is read once: another thread may begin or end meanwhile."""
        session = self._session
        if self._end is not None:
            return Stage.OVER, session, 0
        if session is None or session.end is not None:
            return Stage.PREVIEW, session, 0
        countdown = max(0, math.ceil(self._due_s - self._camera.clock()))
        return (Stage.COUNTDOWN if countdown else Stage.RECORDING), session, countdown

    @property
    def setup(self) -> LiveSetup:
        """Of the session that is counted down or recorded, else what is chosen for the next."""
        session = self._session
        return self._preview.setup if session is None or session.end is not None else session.setup

    @property
    def session(self) -> LiveSession | None:
        """The session that is recorded or about to be, else the last one that was; None before the first."""
        return self._session

    def show(self, look: Look) -> None:
        """How the frame is shown from now on."""
        self._camera.look = look

    def prepare(self, setup: LiveSetup) -> None:
        """What is chosen for the next session. Another patient's visit is another one: its sets count from one, and who
        is followed is open again. Does nothing while a session is counted down or recorded."""
        with self._lock:
            if self.stage is not Stage.PREVIEW or setup == self._preview.setup:
                return
            if setup.patient_code != self._preview.setup.patient_code:
                self._session, self._visit_id = None, None
                self._done.clear()
                self._camera.forget()
            self._camera.look_for_face(setup.assignment.face)
            self._preview = Preview(setup)

    def begin(self, patient_code: str) -> None:
        """Count down, then record what is prepared. Does nothing unless we are in the preview and it is prepared for
        this patient. Raises PhysioError when the patient's calibration cannot be read; then nothing has begun."""
        with self._lock:
            setup, last = self._preview.setup, self._session
            if self.stage is not Stage.PREVIEW or setup.patient_code != patient_code:
                return
            visit_id = self._visit_id or (last.snapshot().session_id if last is not None else None)
            session = self._start(replace(setup, visit_id=visit_id), self._camera)
            if last is not None:
                self._done.append((last.setup.exercise.id, last.setup.side))
            self._visit_id = visit_id
            self._due_s = self._camera.clock() + COUNTDOWN_S
            self._before, self._session = last, session

    def stop(self) -> None:
        """End what is recorded, or call off the countdown; the camera stays on."""
        with self._lock:
            session = self._session
            if session is None:
                return
            if session.call_off():
                self._session = self._before
                if self._before is not None:
                    self._done.pop()

    def follow(self, number: int) -> None:
        """The person of that number is the patient, from the next frame on."""
        stage, session, _ = self._now()
        if stage is Stage.RECORDING and session is not None:
            session.follow(number)
        else:
            self._camera.follow(number)

    def snapshot(self) -> VisitSnapshot:
        """The visit now. Never waits for a frame that is being worked on."""
        stage, session, countdown = self._now()
        if stage is Stage.RECORDING and session is not None:
            live = session.snapshot()
        else:
            live = self._preview.snapshot(self._camera.clock(), self._end, self._error)
        rest_s = math.nan if session is None else session.since_end_s
        return VisitSnapshot(stage, live, countdown, self._set_number(), rest_s)

    def _set_number(self) -> int:
        sets, session = list(self._done), self._session
        if session is not None and session.end is not None:
            sets.append((session.setup.exercise.id, session.setup.side))
        return 1 + sets.count((self.setup.exercise.id, self.setup.side))

    # -- any thread --------------------------------------------------------------------------------------------------

    def end(self, reason: EndReason) -> None:
        """The camera is off: end what is recorded, and return at once; the networks are released in a thread of their
        own. The first reason counts; later calls do nothing."""
        if self._begin_end(reason):
            try:
                threading.Thread(target=self._release, name="visit-close", daemon=True).start()
            except RuntimeError:  # the interpreter is shutting down and starts no more threads
                self._release()

    def close(self, reason: EndReason, timeout_s: float = 10.0) -> bool:
        """As `end`, but wait until everything is stored and released; False when that took longer than timeout_s."""
        session = self._session
        stored = session is None or session.close(reason, timeout_s)
        if self._begin_end(reason):
            self._release()
        return stored and self._closed.wait(timeout_s)

    def _begin_end(self, reason: EndReason) -> bool:
        with self._lock:
            if self._end is not None:
                return False
            self._end = reason
            if self._session is not None:
                self._session.stop(reason)
            return True

    def _release(self) -> None:
        self._camera.close()
        self._closed.set()
