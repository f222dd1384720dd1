"""Uploads scored in the background, whatever page is open.

The UI stores an upload with `receive`, hands it over with `submit` and polls `jobs`. All methods may be called from any
thread. Uploaded files live in a folder of the queue's own, are removed as soon as their job has ended, and what a
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
from queue import SimpleQueue
from typing import IO, Any

from physio.errors import CancelledError, PhysioError
from physio.exercise.assignment import Assignment
from physio.messages import Message, message
from physio.scoring.result import ScoredVideo
from physio.scoring.save import save_scored
from physio.scoring.scorer import Scorer
from physio.scoring.ticket import Ticket
from physio.storage.store import Store
from physio.storage.user import LOCAL_USER
from physio.types import Side

log = logging.getLogger(__name__)

INCOMING = "incoming"
"""Folder beside the database for uploads that wait or are being scored."""
_LONGEST_NAME = 60
_QUEUED = message("scoring.queued")


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
    message: Message = _QUEUED
    fraction: float = 0.0
    frames_per_s: float = math.nan
    left_s: float = math.nan
    session_id: str | None = None
    warnings: tuple[Message, ...] = ()

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in (JobState.QUEUED, JobState.RUNNING)


class UploadQueue:
    """The jobs, and the one thread that stores what was scored."""

    def __init__(self, store: Store, scorer: Scorer, incoming: Path | None = None):
        """incoming: folder for uploads, emptied first; beside the database when None."""
        self._records, self._scorer = store.acting_as(LOCAL_USER), scorer
        self._incoming = incoming or _incoming_beside(store)
        _clear(self._incoming)
        self._incoming.mkdir(parents=True, mode=0o700, exist_ok=True)
        self._lock = threading.RLock()
        self._jobs: dict[str, Job] = {}  # in the order of submission
        self._tickets: dict[str, Ticket] = {}  # of those that are not finished
        self._scored: SimpleQueue[str | None] = SimpleQueue()
        self._writer = threading.Thread(target=self._store_all, name="physio-uploads", daemon=True)
        self._writer.start()
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
            raise PhysioError("scoring.upload_not_stored", name=name, problem=str(error.strerror)) from error
        return path

    def submit(self, path: Path, name: str, patient_code: str, assignment: Assignment) -> str:
        """Queue a received recording; the job's id. The file is the queue's from now on and removed at the end. The
        patient's goniometer calibration as it is now is used."""
        calibration = replace(assignment.calibration, lines=self._records.calibrations.in_use(patient_code))
        assignment = replace(assignment, calibration=calibration)
        exercise = assignment.exercise
        job_id = uuid.uuid4().hex
        job = Job(job_id, name, patient_code, exercise.id if exercise else None, assignment.working_side)
        ticket = self._scorer.submit(path, assignment)
        with self._lock:
            self._jobs[job_id], self._tickets[job_id] = job, ticket
        ticket.when_done(lambda: self._scored.put(job_id))
        return job_id

    def jobs(self, patient_code: str) -> tuple[Job, ...]:
        """The jobs of one patient in the order of submission."""
        with self._lock:
            return tuple(self._now(job) for job in self._jobs.values() if job.patient_code == patient_code)

    def cancel(self, job_id: str) -> None:
        """Stop a job that waits or runs; nothing of it is kept. Finished and unknown ones are left alone."""
        with self._lock:
            ticket = self._tickets.get(job_id)
            self._end(job_id, JobState.CANCELLED, message("scoring.nothing_stored"))
        if ticket is not None:
            ticket.cancel()

    def dismiss(self, job_id: str) -> None:
        """Take a finished job off the list; others are left alone."""
        with self._lock:
            job = self._jobs.get(job_id)
            if job is not None and job.finished:
                del self._jobs[job_id]

    def close(self) -> None:
        """Cancel everything and remove all uploads; also happens by itself when the program ends. Idempotent."""
        atexit.unregister(self.close)
        with self._lock:
            waiting = list(self._tickets)
        for job_id in waiting:
            self.cancel(job_id)
        self._scored.put(None)
        self._writer.join()
        _clear(self._incoming)

    def _now(self, job: Job) -> Job:
        """The job with its progress."""
        ticket = self._tickets.get(job.id)
        if job.finished or ticket is None or not ticket.started:
            return job
        at = ticket.progress
        return replace(
            job,
            state=JobState.RUNNING,
            message=_stage(ticket),
            fraction=1.0 if ticket.done else at.fraction,
            frames_per_s=at.frames_per_s,
            left_s=0.0 if ticket.done else at.left_s,
        )

    # -- the writer's thread -----------------------------------------------------------------------------------------

    def _store_all(self) -> None:
        while (job_id := self._scored.get()) is not None:
            with self._lock:
                ticket, job = self._tickets[job_id], self._jobs.get(job_id)
            try:
                if job is not None and not job.finished:
                    self._save(job, ticket.result())
            except CancelledError:  # the scorer was closed
                self._end(job_id, JobState.CANCELLED, message("scoring.nothing_stored"))
            except PhysioError as error:
                self._end(job_id, JobState.FAILED, error.message)
            except Exception:
                log.exception("storing %s failed", ticket.video.name)
                self._end(job_id, JobState.FAILED, message("scoring.unexpected"))
            with self._lock:
                del self._tickets[job_id]
            self._remove(ticket.video)

    def _save(self, job: Job, scored: ScoredVideo) -> None:
        session_id = save_scored(self._records, scored, job.patient_code, job.name)
        found = {"fraction": 1.0, "left_s": 0.0, "session_id": session_id, "warnings": scored.warnings}
        if not self._end(job.id, JobState.DONE, _found(scored), **found):
            self._records.sessions.discard(session_id)  # cancelled while it was being saved

    def _end(self, job_id: str, state: JobState, what: Message, **found: Any) -> bool:
        """Finish a job; False, and nothing happens, when it is finished already or dismissed."""
        with self._lock:
            job = self._jobs.get(job_id)
            if job is None or job.finished:
                return False
            self._jobs[job_id] = replace(job, state=state, message=what, **found)
            return True

    def _remove(self, upload: Path) -> None:
        upload.unlink(missing_ok=True)
        if upload.parent.parent == self._incoming:
            _clear(upload.parent)


def _stage(ticket: Ticket) -> Message:
    if ticket.done:
        return message("scoring.saving")
    return message("scoring.running") if ticket.progress.frames else message("scoring.starting")


def _found(scored: ScoredVideo) -> Message:
    return message("scoring.reps", count=len(scored.rows.reps)) if scored.exercise else message("scoring.angles_only")


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
