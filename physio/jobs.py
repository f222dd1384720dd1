"""Recordings scored in the background, one after the other, whatever page is open.

The UI stores an upload with `receive`, hands it over with `submit` and polls `jobs`. All methods may be called from any
thread. Uploaded files live in a folder of the runner's own, are removed as soon as their job has ended, and what a
killed program left there is removed at the next start: no picture stays.
"""

import atexit
import logging
import math
import re
import shutil
import tempfile
import threading
import uuid
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from physio.batch import Progress, save_scored
from physio.errors import PhysioError, VideoError
from physio.exercise.definition import Exercise
from physio.kinematics.calibrator import CalibrationSetup
from physio.perception.assets import ModelPaths
from physio.scored import ScoredVideo
from physio.scoring_process import Request, ScoringProcess
from physio.storage.store import Store
from physio.types import Side

log = logging.getLogger(__name__)

INCOMING = "incoming"
"""Folder beside the database for uploads that wait or are being scored."""
_LONGEST_NAME = 60


class JobState(StrEnum):
    """Where a job is; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Job:
    """One recording at one moment, safe to keep.

    name: of the file as the user knows it; message: one line about the state, for a failed job why and what to do;
    fraction 0-1; frames_per_s and left_s are NaN until known; session_id and warnings are there once it is done.
    """

    id: str
    name: str
    patient_code: str
    exercise_id: str | None
    side: Side | None
    state: JobState = JobState.QUEUED
    message: str = "waiting for its turn"
    fraction: float = 0.0
    frames_per_s: float = math.nan
    left_s: float = math.nan
    session_id: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in (JobState.QUEUED, JobState.RUNNING)


class JobRunner:
    """The queue and the one thread that works on it."""

    def __init__(self, store: Store, models: ModelPaths, incoming: Path | None = None):
        """incoming: folder for uploads, emptied first; beside the database when None."""
        self._store, self._models = store, models
        self._incoming = (incoming or _incoming_beside(store)).resolve()
        _clear(self._incoming)
        self._incoming.mkdir(parents=True, mode=0o700, exist_ok=True)
        self._changed = threading.Condition()  # holds a lock that its owner may take again
        self._jobs: dict[str, Job] = {}  # in the order of submission
        self._requests: dict[str, Request] = {}
        self._process: ScoringProcess | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="physio-jobs", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def receive(self, name: str, content: IO[bytes]) -> Path:
        """Store an upload under its own name in a folder of its own; the path to submit. PhysioError when there is no
        room for it."""
        folder = self._incoming / uuid.uuid4().hex
        path = folder / _safe(name)
        try:
            folder.mkdir(mode=0o700)
            with path.open("wb") as file:
                shutil.copyfileobj(content, file)
        except OSError as error:
            _clear(folder)
            raise PhysioError(f"{name} could not be stored for scoring: {error.strerror}. Free some space.") from error
        return path

    def submit(
        self,
        path: Path,
        name: str,
        patient_code: str,
        exercise: Exercise | None,
        side: Side | None,
        zero_when_standing: bool = False,
    ) -> str:
        """Queue a recording; the job's id. The file is the runner's from now on and removed at the end. The patient's
        calibration as it is now is used, and a neutral zero taken on the way when zero_when_standing."""
        job_id = uuid.uuid4().hex
        calibration = CalibrationSetup(self._store.lines_in_use(patient_code), zero_when_standing)
        job = Job(job_id, name, patient_code, exercise.id if exercise else None, side)
        with self._changed:
            self._jobs[job_id] = job
            self._requests[job_id] = Request(path.resolve(), self._models, exercise, side, calibration)
            self._changed.notify_all()
        return job_id

    def jobs(self) -> tuple[Job, ...]:
        """All jobs in the order of submission."""
        with self._changed:
            return tuple(self._jobs.values())

    def cancel(self, job_id: str) -> None:
        """Stop a job that waits or runs; nothing of it is kept. Finished and unknown ones are left alone."""
        with self._changed:
            job = self._jobs.get(job_id)
            if job is None or job.finished:
                return
            self._set(job_id, state=JobState.CANCELLED, message="cancelled, nothing was stored")
            if job.state is JobState.QUEUED:
                self._remove_upload(job_id)
            elif self._process is not None:
                self._process.terminate()

    def dismiss(self, job_id: str) -> None:
        """Take a finished job off the list; others are left alone."""
        with self._changed:
            job = self._jobs.get(job_id)
            if job is not None and job.finished:
                del self._jobs[job_id]

    def wait(self, job_id: str, timeout_s: float | None = None) -> Job:
        """Block until the job is finished (or the time is over); its last state. KeyError for an unknown one."""
        with self._changed:
            self._changed.wait_for(lambda: self._jobs[job_id].finished, timeout_s)
            return self._jobs[job_id]

    def close(self) -> None:
        """Cancel everything and remove all uploads; also happens by itself when the program ends. Idempotent."""
        atexit.unregister(self.close)
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for job in self.jobs():
            self.cancel(job.id)
        self._thread.join()
        _clear(self._incoming)

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                self._run(job)
            except PhysioError as error:
                self._set(job.id, state=JobState.FAILED, message=str(error))
            except Exception:
                log.exception("scoring %s failed", job.name)
                self._set(
                    job.id, state=JobState.FAILED, message="Something unexpected went wrong. The log has the details."
                )
            finally:
                with self._changed:
                    self._process = None
                    self._remove_upload(job.id)

    def _next(self) -> Job | None:
        """The next queued job, marked as running; None when the runner is closed."""
        with self._changed:
            while not self._closed:
                queued = next((job for job in self._jobs.values() if job.state is JobState.QUEUED), None)
                if queued is not None:
                    self._set(queued.id, state=JobState.RUNNING, message="starting")
                    return queued
                self._changed.wait()
        return None

    def _run(self, job: Job) -> None:
        process = ScoringProcess(self._requests[job.id])
        with self._changed:
            self._process = process
            if self._is_over(job.id):  # cancelled while the process was being made
                process.terminate()
        result = self._watch(job.id, process)
        if self._is_over(job.id):
            return
        if isinstance(result, PhysioError):
            raise result
        if result is None:
            log.error("the process that scored %s died, exit status %s", job.name, process.exit_status)
            raise VideoError(
                f"{job.name} could not be scored: reading it broke off. Convert it to mp4 (H.264) and try again."
            )
        self._save(job, result)

    def _watch(self, job_id: str, process: ScoringProcess) -> ScoredVideo | PhysioError | None:
        """The process's result, None when it died before it had one."""
        for message in process.messages():
            if not isinstance(message, Progress):
                return message
            self._set(
                job_id,
                message="scoring",
                fraction=message.fraction,
                frames_per_s=message.frames_per_s,
                left_s=message.left_s,
            )
        return None

    def _save(self, job: Job, scored: ScoredVideo) -> None:
        self._set(job.id, message="saving", fraction=1.0, left_s=0.0)
        session_id = save_scored(self._store, scored, job.patient_code, job.name)
        with self._changed:
            if not self._is_over(job.id):
                self._set(
                    job.id,
                    state=JobState.DONE,
                    message=_found(scored),
                    session_id=session_id,
                    warnings=scored.warnings,
                )
                return
        self._store.discard_session(session_id)  # cancelled while it was being saved

    def _set(self, job_id: str, **changes: Any) -> None:
        """Change a job that is not over."""
        with self._changed:
            if not self._is_over(job_id):
                self._jobs[job_id] = replace(self._jobs[job_id], **changes)
                self._changed.notify_all()

    def _is_over(self, job_id: str) -> bool:
        """Whether a job is finished, or finished and dismissed."""
        with self._changed:
            return job_id not in self._jobs or self._jobs[job_id].finished

    def _remove_upload(self, job_id: str) -> None:
        request = self._requests.pop(job_id, None)
        if request is not None:
            request.path.unlink(missing_ok=True)
            if request.path.parent.parent == self._incoming:
                _clear(request.path.parent)


def _found(scored: ScoredVideo) -> str:
    count = len(scored.rows.reps)
    return f"{count} repetition{'' if count == 1 else 's'}" if scored.exercise else "no exercise was given"


def _safe(name: str) -> str:
    """The last part of an uploaded file's name, as a file name on any system."""
    last = re.split(r"[\\/]", name)[-1]
    return re.sub(r"[^\w .()-]", "_", last).strip(". ")[-_LONGEST_NAME:] or "video"


def _incoming_beside(store: Store) -> Path:
    if isinstance(store.path, Path):
        return store.path.resolve().parent / INCOMING
    return Path(tempfile.mkdtemp(prefix="physio-")) / INCOMING


def _clear(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
