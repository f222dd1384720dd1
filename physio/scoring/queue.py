"""Uploads scored in the background, whatever page is open.

The UI hands an upload over with `Uploads.submit` and polls `Uploads.jobs`, as the user whose page it is. All methods
may be called from any thread. The jobs are a table of the database, so that a restart goes on with what was waiting.
Uploaded files are removed as soon as their job has ended; files that belong to no waiting job are removed at the start:
no video stays.
"""

import atexit
import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO

from physio.capture.video import VideoInfo, VideoSource
from physio.errors import CancelledError, PhysioError, StoreError
from physio.exercise.assignment import Assignment
from physio.messages import Message, message
from physio.scoring.incoming import Incoming
from physio.scoring.result import ScoredVideo
from physio.scoring.save import dated, save_scored
from physio.scoring.scorer import Scorer
from physio.scoring.ticket import Ticket
from physio.storage.acting import Records
from physio.storage.records import JobState, NewJob, Session, StoredJob
from physio.storage.repository import SessionGoneError
from physio.storage.store import Store
from physio.storage.user import PROGRAM, User

log = logging.getLogger(__name__)

INCOMING = "incoming"
"""Name of the folder for uploads that wait or are being scored."""
LOOK_S = 1.0
"""How soon it is noticed that a waiting job was deleted with its patient."""


@dataclass(frozen=True, slots=True)
class Job:
    """One recording at one moment, safe to keep.

    name: of the file as the user knows it; message: one line about the state, for a failed job why and what to do;
    fraction 0-1; frames_per_s and left_s are NaN until known; session_id and warnings are there once it is done.
    """

    id: str
    name: str
    patient_code: str
    state: JobState
    message: Message
    fraction: float
    frames_per_s: float = math.nan
    left_s: float = math.nan
    session_id: str | None = None
    warnings: tuple[Message, ...] = ()

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in (JobState.QUEUED, JobState.RUNNING)


class UploadQueue:
    """The jobs, and the one thread that stores what was scored, for those who submitted it."""

    def __init__(self, store: Store, scorer: Scorer, incoming: Path):
        """incoming: folder for uploads, nobody else's. Goes on with the jobs that wait in the store."""
        self._store, self._records = store, store.acting_as(PROGRAM)
        self._scorer, self.incoming = scorer, Incoming(incoming)
        self._lock = threading.Lock()
        self._tickets: dict[str, Ticket] = {}  # of the jobs that are not finished
        self._done: SimpleQueue[str | None] = SimpleQueue()
        self._go_on()
        self._writer = threading.Thread(target=self._write, name="physio-uploads", daemon=True)
        self._writer.start()
        atexit.register(self.close)

    def acting_as(self, user: User) -> "Uploads":
        """The queue as this user has it: what they submit bears their name, what they may not see does not exist."""
        return Uploads(self, self._store.acting_as(user))

    def start(self, job_id: str, path: Path, assignment: Assignment) -> None:
        """Have a stored job scored. For Uploads."""
        ticket = self._scorer.submit(path, assignment)
        with self._lock:
            self._tickets[job_id] = ticket
        ticket.when_started(lambda: self._records.jobs.update(job_id, state=JobState.RUNNING))
        ticket.when_done(lambda: self._done.put(job_id))

    def ticket(self, job_id: str) -> Ticket | None:
        """How a job is getting on; None when it is finished. For Uploads."""
        with self._lock:
            return self._tickets.get(job_id)

    def close(self) -> None:
        """Stop; what waits or runs is scored after the next start. Also happens by itself when the program ends.
        Idempotent."""
        atexit.unregister(self.close)
        with self._lock:
            tickets = list(self._tickets.values())
        for ticket in tickets:
            ticket.cancel()
        self._done.put(None)
        self._writer.join()

    # -- beginning ---------------------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        """Begin with what an earlier run left: jobs that wait, and files that nobody waits for."""
        self._records.jobs.requeue_running()
        waiting = [job for job in self._records.jobs.all() if not job.finished and not self._was_saved(job)]
        self.incoming.keep_only(Path(job.path) for job in waiting)
        for job in waiting:
            try:
                self.start(job.id, _there(job), job.assignment)
            except PhysioError as error:
                self._records.jobs.update(job.id, state=JobState.FAILED, message=error.message)
                self.incoming.remove(Path(job.path))

    # -- the writer's thread -----------------------------------------------------------------------------------------

    def _write(self) -> None:
        while True:
            try:
                job_id = self._done.get(timeout=LOOK_S)
            except Empty:
                self._guarded(self._drop_deleted)
                continue
            if job_id is None:
                return
            if not self._guarded(partial(self._finish, job_id)):
                time.sleep(LOOK_S)
                self._done.put(job_id)  # with its result: until the disk takes it, or the program ends

    def _guarded(self, act: Callable[[], None]) -> bool:
        """Whether the database did it: this thread must outlive a full disk."""
        try:
            act()
        except StoreError:
            log.exception("the queue of uploads could not be written")
            return False
        return True

    def _finish(self, job_id: str) -> None:
        with self._lock:
            ticket = self._tickets[job_id]
        try:
            self._save(job_id, ticket.result())
        except CancelledError:  # by somebody, who wrote it down, or because the program ends: then it goes on waiting
            pass
        except StoreError:  # the database's trouble, not the video's: tried again, with the result
            raise
        except PhysioError as error:
            self._fail(job_id, error.message)
        except Exception:
            log.exception("storing %s failed", ticket.video.name)
            self._fail(job_id, message("scoring.unexpected"))
        job = self._records.jobs.get(job_id)
        if job is None or job.finished:
            self.incoming.remove(ticket.video)
        with self._lock:
            del self._tickets[job_id]  # last: what could not be written before this is tried again

    def _save(self, job_id: str, scored: ScoredVideo) -> None:
        job = self._records.jobs.get(job_id)
        if job is None or job.finished or self._was_saved(job):
            return
        # For the patient of the job, whomever its author may see by now.
        author = self._store.acting_as(User(job.submitted_by, frozenset({job.patient_code})))
        note = partial(self._note_session, job_id)
        scored = dated(scored, job.recorded_at, added_at=job.submitted_at)
        self._end(job_id, save_scored(author, scored, job.patient_code, job.video_name, started=note))

    def _fail(self, job_id: str, why: Message) -> None:
        """The job failed; unless its session is there and complete, and only that could not be written down."""
        job = self._records.jobs.get(job_id)
        if job is not None and not self._was_saved(job):
            self._records.jobs.update(job_id, state=JobState.FAILED, message=why)

    def _note_session(self, job_id: str, session_id: str) -> None:
        """Write down where the result goes before it is there: should the program end between result and job, or the
        job not be written, the video is not scored and saved twice."""
        self._records.jobs.update(job_id, session_id=session_id)

    def _was_saved(self, job: StoredJob) -> bool:
        """Whether the job's session is there and complete; the job then is done."""
        if job.session_id is None or self._records.sessions.get(job.session_id).ended_at is None:
            return False
        self._end(job.id, job.session_id)
        return True

    def _end(self, job_id: str, session_id: str) -> None:
        found = _found(self._records.sessions.get(session_id))
        if not self._records.jobs.update(job_id, state=JobState.DONE, message=found, fraction=1.0):
            self._records.sessions.discard(session_id)  # cancelled while it was being saved

    def _drop_deleted(self) -> None:
        """Give up the jobs that were deleted with their patient, and their videos with them."""
        with self._lock:
            tickets = dict(self._tickets)
        for job_id, ticket in tickets.items():
            if self._records.jobs.get(job_id) is None:
                ticket.cancel()


class Uploads:
    """What one user has of the queue: the jobs of the patients whom they may see. Made by UploadQueue.acting_as."""

    def __init__(self, queue: UploadQueue, records: Records):
        self._queue, self._records = queue, records

    def probe(self, name: str, content: IO[bytes]) -> VideoInfo:
        """What an upload's file says of itself, before it is submitted. Raises PhysioError, with what to do, when it
        could not be scored: no video, no frames, empty, too long a name."""
        path = self._queue.incoming.receive(name, content)
        try:
            return VideoSource(path).info
        finally:
            self._queue.incoming.remove(path)

    def submit(
        self,
        name: str,
        content: IO[bytes],
        patient_code: str,
        assignment: Assignment,
        recorded_at: datetime | None = None,
    ) -> str:
        """Queue an upload under the name that the user knows; the job's id. recorded_at: None for what the file says.
        The patient's goniometer calibration as it is now is used, and only what they have consented to. Raises
        PhysioError when it cannot be stored or there is no such patient."""
        calibration = replace(assignment.calibration, lines=self._records.calibrations.in_use(patient_code))
        assignment = self._records.consents.allowed(patient_code, replace(assignment, calibration=calibration))
        path = self._queue.incoming.receive(name, content)
        try:
            job_id = self._records.jobs.add(NewJob(patient_code, name, str(path), assignment, recorded_at))
        except BaseException:
            self._queue.incoming.remove(path)
            raise
        self._queue.start(job_id, path, assignment)
        return job_id

    def jobs(self, patient_code: str) -> tuple[Job, ...]:
        """The jobs of one patient in the order of submission."""
        return tuple(self._now(job) for job in self._records.jobs.all(patient_code))

    def cancel(self, job_id: str) -> None:
        """Stop a job that waits or runs; nothing of it is kept. Finished and unknown ones are left alone."""
        if self._records.jobs.update(job_id, state=JobState.CANCELLED, message=message("scoring.nothing_stored")):
            ticket = self._queue.ticket(job_id)
            if ticket is not None:
                ticket.cancel()

    def dismiss(self, job_id: str) -> None:
        """Take a finished job off the list; others are left alone."""
        self._records.jobs.dismiss(job_id)

    def clear_finished(self, patient_code: str) -> None:
        """Take all finished jobs of a patient off the list; their sessions stay."""
        self._records.jobs.dismiss_finished(patient_code)

    def _now(self, job: StoredJob) -> Job:
        """The job with its progress."""
        session_id = job.session_id if job.state is JobState.DONE else None
        seen = Job(
            id=job.id,
            name=job.video_name,
            patient_code=job.patient_code,
            state=job.state,
            message=job.message or message("scoring.queued"),
            fraction=job.fraction,
            session_id=session_id,
            warnings=self._warnings(session_id),
        )
        ticket = self._queue.ticket(job.id)
        if job.finished or ticket is None or not ticket.started:
            return seen
        at = ticket.progress
        return replace(
            seen,
            state=JobState.RUNNING,
            message=_stage(ticket),
            fraction=1.0 if ticket.done else at.fraction,
            frames_per_s=at.frames_per_s,
            left_s=0.0 if ticket.done else at.left_s,
        )

    def _warnings(self, session_id: str | None) -> tuple[Message, ...]:
        if session_id is None:
            return ()
        try:
            return self._records.analyses.doubts(self._records.sessions.get(session_id).analysis_id)
        except SessionGoneError:
            return ()


def _there(job: StoredJob) -> Path:
    path = Path(job.path)
    if not path.is_file():
        raise PhysioError("scoring.upload_gone", name=job.video_name)
    return path


def _stage(ticket: Ticket) -> Message:
    if ticket.done:
        return message("scoring.saving")
    return message("scoring.running") if ticket.progress.frames else message("scoring.starting")


def _found(session: Session) -> Message:
    return message("scoring.reps", count=session.reps) if session.exercise_id else message("scoring.angles_only")
