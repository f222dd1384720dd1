"""All live sessions of a server process."""

import threading
import weakref

from physio.live.camera import LiveCamera
from physio.live.session import LiveSession
from physio.live.snapshot import LiveSetup
from physio.live.visit import LiveVisit
from physio.networks.assets import ModelPaths
from physio.storage.acting import Records
from physio.storage.recorder import Recorder
from physio.types import EndReason


class LiveSessions:
    """Starts live sessions and remembers those that may still run, so that they can be closed when the server ends."""

    def __init__(self, models: ModelPaths, records: Records, recorder: Recorder):
        self._models = models
        self._records = records
        self._recorder = recorder
        self._lock = threading.Lock()
        self._visits: weakref.WeakSet[LiveVisit] = weakref.WeakSet()
        self._started: weakref.WeakSet[LiveSession] = weakref.WeakSet()

    def visit(self, setup: LiveSetup) -> LiveVisit:
        """The camera comes on for the patient of setup. Takes about a second, because the networks are loaded."""
        visit = LiveVisit(setup, LiveCamera(self._models), self.start)
        with self._lock:
            self._visits.add(visit)
        return visit

    def start(self, setup: LiveSetup, camera: LiveCamera | None = None) -> LiveSession:
        """A new session; takes about a second without a camera, because the networks are loaded."""
        session = LiveSession(setup, self._models, self._records, self._recorder, camera=camera)
        with self._lock:
            self._started.add(session)
        return session

    def running(self) -> tuple[LiveSession, ...]:
        """The sessions that are being recorded now, whoever's they are: each says for whom (`setup.patient_code`), what
        (`setup.exercise`) and since when (`snapshot().last_t_s`), and can be ended (`stop`)."""
        with self._lock:
            sessions = list(self._started)
        return tuple(session for session in sessions if session.recording)

    def close_all(self, reason: EndReason) -> None:
        """End and store whatever still runs, and release the cameras."""
        with self._lock:
            sessions, visits = list(self._started), list(self._visits)
        for session in sessions:
            session.close(reason)
        for visit in visits:
            visit.close(reason)
