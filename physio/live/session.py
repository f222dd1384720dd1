"""One live session: an exercise recorded from a camera.

The camera's worker thread calls `on_frame`; the page's thread reads `snapshot` and calls `mark_event`, `report_pain`,
`write_note`; any thread may call `stop`. Nothing here knows a user interface.
"""

import logging
import math
import secrets
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace

from physio import __version__
from physio.capture.frames import VideoFrame, to_video_frame
from physio.doubts import zero_doubts
from physio.errors import CalibrationError, PhysioError, StoreError
from physio.feedback import overlay
from physio.kinematics.calibrator import CalibrationSetup
from physio.language import language
from physio.live import resting
from physio.live.alerts import LiveAlerts
from physio.live.camera import LiveCamera
from physio.live.snapshot import LiveProgress, LiveSetup, LiveSnapshot, Status
from physio.live.target import TargetWatch
from physio.messages import Message, message
from physio.networks.assets import ModelPaths
from physio.pipeline import Analyse
from physio.storage.acting import Records
from physio.storage.recorder import Recorder
from physio.storage.records import Control, ControlKind, NewAnalysis, NewSession
from physio.storage.session_writer import SessionWriter
from physio.therapy.alerts import Alert
from physio.types import CalibrationLine, EndReason, Frame, Observation, RejectedRep, Rep

STALE_AFTER_S = 5.0
"""Without a frame for this long the session is closed: the camera or the browser is gone. Longer than a computer that
is busy with something else makes a stream stall (about 3 s were seen)."""
_BEFORE_S = -1.0
"""The time of what is done before the first frame."""

log = logging.getLogger(__name__)


class LiveSession:
    """A running session, from its first frame on, which is at 0 s.

    The session row is written with the first frame: a camera that never delivers leaves nothing behind. camera: what
    sees the frames, shared with whoever uses it before and after; without one the session loads the networks for itself
    (make it in a thread that may wait a second) and closes them at its end.
    """

    def __init__(
        self,
        setup: LiveSetup,
        models: ModelPaths,
        records: Records,
        recorder: Recorder,
        *,
        clock: Callable[[], float] = time.monotonic,
        camera: LiveCamera | None = None,
    ):
        self.setup = setup
        self.token = secrets.token_hex(4)
        """Unlike any other session's, and known before there is anything to store."""
        self._models = models
        self._records = records
        self._recorder = recorder
        self._clock = clock
        zeroing = setup.assignment.calibration.zero_when_standing
        calibration = CalibrationSetup(records.calibrations.in_use(setup.patient_code), zeroing)
        asked = replace(setup.assignment, calibration=calibration)
        self._asked = records.consents.allowed(setup.patient_code, asked)
        self.alerts = LiveAlerts(records.face_settings.of(setup.patient_code))
        self._say = language(setup.language).say
        self._own_camera = camera is None
        self._camera = camera or LiveCamera(models, face=setup.assignment.face, clock=clock)
        self._analyse = Analyse(self._asked, self._say, resting.known(records, setup.patient_code))
        self._target = TargetWatch(setup.assignment.target_reps)
        self._progress = LiveProgress(setup)
        self._frame_lock = threading.Lock()  # held while a frame is worked on, and while the session is closed
        self._end_lock = threading.Lock()  # guards the choice of the end's reason
        self._writer: SessionWriter | None = None
        self._controls: list[Control] = []  # what was done and is not stored yet: before the first frame, or disk full
        self._controls_lock = threading.Lock()
        self._index = 0
        self._zero_s = self._last_s = self._arrived_s = self._ended_s = math.nan
        self._end: EndReason | None = None
        self._closed = threading.Event()
        self._error: Message | None = None
        self._logged = False

    # -- the camera's thread -----------------------------------------------------------------------------------------

    def on_frame(self, decoded: VideoFrame, dropped: int = 0) -> VideoFrame:
        """The frame with the overlay on it. Never raises: when anything fails, or after the end, the frame as it came.

        dropped: how many frames arrived since the last call and were left out because this one is newer.
        """
        with self._frame_lock:
            if self._end is not None:
                return decoded
            try:
                drawn, done = self._process(decoded, dropped)
            except Exception as error:  # noqa: BLE001 - a callback that raises kills the stream's worker silently
                self._fail(error)
                return decoded
        if done and self.setup.stop_at_target:  # not under the lock, which the end takes too
            self.stop(EndReason.TARGET_REACHED)
        return drawn

    def _process(self, decoded: VideoFrame, dropped: int) -> tuple[VideoFrame, bool]:
        """The frame with the overlay on it, and whether the target is reached and that has been said."""
        self._arrived_s = self._clock()
        frame, seen = self._in_session(*self._camera.see(decoded))
        self._last_s = frame.t_s
        writer = self._writer = self._writer or self._open()
        result = self._analyse.step(seen)
        writer.add(result)
        if self._asked.face:
            for alert in self.alerts.step(frame.t_s, result.affect):
                writer.add_alert(alert)
        result, done = self._target.step(result)
        self._progress.add(frame, result, dropped)
        self._index, self._error = self._index + 1, None
        setup, look = self.setup, self._camera.look
        return to_video_frame(overlay.draw(frame.image, result, setup.exercise, setup.side, self._say, look)), done

    def _in_session(self, frame: Frame, seen: Observation) -> tuple[Frame, Observation]:
        """The camera's frame in the session's own time and count."""
        if math.isnan(self._zero_s):
            self._zero_s = frame.t_s
        t_s = frame.t_s - self._zero_s
        return replace(frame, index=self._index, t_s=t_s), replace(seen, index=self._index, t_s=t_s)

    def _open(self) -> SessionWriter:
        setup = self.setup
        session_id = self._records.sessions.start(
            NewSession(setup.patient_code, source="live", demo=setup.demo, visit_id=setup.visit_id),
            NewAnalysis(self._asked, __version__, self._models.checksums),
        )
        # Not the method itself: the writer would keep the session, which keeps the writer, until the next collection.
        stale = weakref.WeakMethod(self._on_stale)
        early = list(self._controls)
        try:
            self._store_controls(session_id)
            return self._recorder.open(session_id, lambda: (end := stale()) and end(), STALE_AFTER_S)
        except PhysioError:
            self._controls = early
            self._records.sessions.discard(session_id)  # the next frame tries again, with a session of its own
            raise

    def _fail(self, error: Exception) -> None:
        if not self._logged:
            log.error("live session: a frame could not be analysed", exc_info=error)
            self._logged = True
        if isinstance(error, PhysioError):
            self._error = error.message
        else:
            self._error = message("live.frame_failed", problem=type(error).__name__)

    def _on_stale(self) -> None:
        self.stop(EndReason.FRAMES_STOPPED)

    # -- the page's thread -------------------------------------------------------------------------------------------

    def snapshot(self) -> LiveSnapshot:
        """The session now. Never waits for a frame that is being worked on."""
        writer = self._writer
        return self._progress.snapshot(
            Status(
                session_id=writer.session_id if writer else None,
                since_frame_s=self._clock() - self._arrived_s,
                end=self._end,
                closed=self._closed.is_set(),
                error=self._error or (writer.error if writer else None),
                calibration=self._analyse.calibrator.status,
            )
        )

    @property
    def end(self) -> EndReason | None:
        """Why the session is over; None while it runs."""
        return self._end

    @property
    def since_end_s(self) -> float:
        """How long ago it ended; NaN while it runs."""
        return self._clock() - self._ended_s

    @property
    def begun(self) -> bool:
        """Whether something of it is stored, or will be."""
        return self._writer is not None

    @property
    def recording(self) -> bool:
        """Whether frames are being stored now: from the first one to the end."""
        return self._writer is not None and self._end is None

    def mark_event(self, text: str = "") -> bool:
        """Keep this moment; False when nothing is being recorded."""
        return self._while_recording(
            lambda session_id, t_s: self._records.sessions.add_event(session_id, t_s, "mark", text)
        )

    def acknowledge(self, alert: Alert, records: Records) -> bool:
        """Whoever acts in records has seen this alert: their name is kept with it. False when there is no session yet.
        Raises StoreError, and the alert stays, when that cannot be stored."""
        writer = self._writer
        if writer is None:
            return False
        writer.flush()  # the alert itself may still wait
        records.sessions.acknowledge_alert(writer.session_id, alert)
        self.alerts.acknowledge(alert)
        return True

    def without_emotion(self) -> None:
        """The patient has withdrawn: nothing more of the facial expression signal from the next frame on."""
        self._analyse.emotion = False

    def report_pain(self, score: int) -> bool:
        """The patient's own rating 0-10 now, or at the end once it is over; False when there is no session yet."""
        writer = self._writer
        if writer is None:
            return False
        t_s = self._last_s  # once: frames go on arriving, and what is shown and what is stored are one moment
        self._records.sessions.add_self_report(writer.session_id, t_s, score)
        self._progress.rate(t_s, score)
        return True

    def write_note(self, text: str) -> bool:
        """Replace the session's note; also after the end. False when there is no session yet."""
        writer = self._writer
        if writer is None:
            return False
        self._records.sessions.set_note(writer.session_id, text)
        return True

    def follow(self, number: int) -> None:
        """The person of that number is the patient, from the next frame on; kept in the session's remarks. Nothing
        happens when that person is gone."""
        control = Control(_BEFORE_S, ControlKind.FOLLOW, number=number)
        self._control(lambda: self._camera.follow(number), control)

    def zero_now(self) -> None:
        """Take the neutral zero as soon as the person has stood straight and still; the snapshot tells how it goes."""
        self._control(self._analyse.calibrator.zero_now, Control(_BEFORE_S, ControlKind.ZERO_NOW))

    def undo_zero(self) -> None:
        """Measure without the neutral zero from now on."""
        self._control(self._analyse.calibrator.undo_zero, Control(_BEFORE_S, ControlKind.UNDO_ZERO))

    def reading(self, angle: str) -> tuple[float, float]:
        """(measured, azimuth) in degrees: an angle held still now, uncalibrated, and where the camera stands. Raises
        CalibrationError when it is not held still, not measured, or the session is over."""
        with self._frame_lock:
            if self._end is not None:
                raise CalibrationError("live.over")
            return self._analyse.calibrator.reading(angle)

    def use_calibration(self, lines: Sequence[CalibrationLine]) -> None:
        """Measure with these goniometer lines from now on."""
        control = Control(_BEFORE_S, ControlKind.USE_CALIBRATION, lines=tuple(lines))
        self._control(lambda: self._analyse.calibrator.use(lines), control)

    def _control(self, act: Callable[[], object], control: Control) -> bool:
        """Do something to the measurement and keep it with its time, for an analysis of the session later on. False
        when act says that it could not be done."""
        with self._frame_lock:
            if act() is False:
                return False
            writer = self._writer
            if self._end is None:
                self._controls.append(control if writer is None else replace(control, t_s=self._last_s))
        if writer is not None:
            self._store_what_was_done(writer.session_id)
        return True

    def _store_what_was_done(self, session_id: str) -> None:
        """It was done: that it cannot be stored now stops nobody, and the next time tries again."""
        try:
            self._store_controls(session_id)
        except StoreError:
            log.warning("session %s: what was done to the measurement could not be stored", session_id, exc_info=True)

    def _store_controls(self, session_id: str) -> None:
        with self._controls_lock:
            while self._controls:
                self._records.sessions.add_control(session_id, self._controls[0])
                del self._controls[0]

    def _while_recording(self, act: Callable[[str, float], object]) -> bool:
        writer = self._writer
        if writer is None or self._end is not None:
            return False
        act(writer.session_id, self._last_s)
        return True

    # -- any thread --------------------------------------------------------------------------------------------------

    def stop(self, reason: EndReason) -> None:
        """End the session and return at once; the summary is written in a thread of its own. The first reason counts;
        later calls do nothing."""
        if self._begin_end(reason):
            try:
                threading.Thread(target=self._finish, args=(reason,), name="live-close", daemon=True).start()
            except RuntimeError:  # the interpreter is shutting down and starts no more threads
                self._finish(reason)

    def call_off(self) -> bool:
        """As `stop` by the user, and whether nothing of it is stored. Waits for the frame at work: it may be the first
        one, and then the session has begun and is kept."""
        self.stop(EndReason.STOPPED)
        with self._frame_lock:
            return not self.begun

    def close(self, reason: EndReason, timeout_s: float = 10.0) -> bool:
        """As `stop`, but wait until everything is stored; False when that took longer than timeout_s."""
        if self._begin_end(reason):
            self._finish(reason)
        return self._closed.wait(timeout_s)

    def _begin_end(self, reason: EndReason) -> bool:
        with self._end_lock:
            first = self._end is None
            if first:
                self._end, self._ended_s = reason, self._clock()
            return first

    def _finish(self, reason: EndReason) -> None:
        """Store what closes with the end, after the last frame is done."""
        with self._frame_lock:
            try:
                reps, rejected = self._last_reps()
                if self._writer is not None:
                    self._store_what_was_done(self._writer.session_id)
                    self._writer.end(reason, reps, rejected, self._zero_doubts())
                    resting.keep(self._records, self._writer.session_id, self._analyse.resting)
            finally:
                if self._own_camera:
                    self._camera.close()
                self._closed.set()

    def _zero_doubts(self) -> tuple[Message, ...]:
        wanted = self.setup.assignment.calibration.zero_when_standing
        return zero_doubts(self._analyse.calibrator.status) if wanted else ()

    def _last_reps(self) -> tuple[tuple[Rep, ...], tuple[RejectedRep, ...]]:
        try:
            reps, rejected = self._analyse.finish()
        except Exception as error:  # noqa: BLE001 - the session must be closed whatever happened in it
            self._fail(error)
            return (), ()
        self._progress.add_reps(reps, rejected)
        return reps, rejected
