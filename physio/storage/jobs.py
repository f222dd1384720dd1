"""The queue of videos to be scored, as a table: a restart goes on with what was waiting."""

import secrets
from typing import Any

from physio.errors import StoreError
from physio.exercise import assignment
from physio.messages import Message, from_json, to_json
from physio.storage.records import JobState, NewJob, StoredJob
from physio.storage.repository import MINE, Repository, Row, now, stored, utc, utc_or_none

_JOBS = f"""
    select id, patient_code, video_name, path, exercise_text, assignment, state, message, fraction, submitted_by,
        submitted_at, started_at, finished_at, session_id, recorded_at
    from job where {MINE}
"""
_FINAL = "state in ('done', 'failed', 'cancelled')"


class Jobs(Repository):
    """The jobs of patients whom the user may see."""

    def add(self, new: NewJob) -> str:
        """Queue a video; the job's id. Raises StoreError when there is no such patient."""
        key, exercise = secrets.token_hex(8), new.assignment.exercise
        with self._database.writing() as cursor:
            if not self._patient_there(cursor, new.patient_code):
                raise StoreError("storage.patient_needed", code=new.patient_code)
            cursor.execute(
                "insert into job (id, patient_code, video_name, path, exercise_text, assignment, state, fraction, "
                "submitted_by, submitted_at, recorded_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    key,
                    new.patient_code,
                    new.video_name,
                    new.path,
                    exercise.text if exercise else None,
                    assignment.to_json(new.assignment),
                    JobState.QUEUED,
                    0.0,
                    self.user.name,
                    now(),
                    None if new.recorded_at is None else stored(new.recorded_at),
                ],
            )
        return key

    def all(self, patient_code: str | None = None) -> tuple[StoredJob, ...]:
        """The jobs of one patient or of all, in the order of submission."""
        rest = "and (?::varchar is null or patient_code = ?) order by submitted_at, rowid"
        return tuple(_job(row) for row in self._rows(_JOBS + rest, self.mine, patient_code, patient_code))

    def get(self, job_id: str) -> StoredJob | None:
        """One job; None when there is none."""
        return next((_job(row) for row in self._rows(_JOBS + "and id = ?", self.mine, job_id)), None)

    def update(
        self,
        job_id: str,
        *,
        state: JobState | None = None,
        message: Message | None = None,
        fraction: float | None = None,
        session_id: str | None = None,
    ) -> bool:
        """Change what is given, of a job that is not finished; whether it was there and not finished."""
        changes: dict[str, Any] = {
            "state": state,
            "message": None if message is None else to_json(message),
            "fraction": fraction,
            "session_id": session_id,
            "started_at": now() if state is JobState.RUNNING else None,
            "finished_at": now() if state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED) else None,
        }
        given = {name: value for name, value in changes.items() if value is not None}
        if not given:
            return False
        with self._database.writing() as cursor:
            found = cursor.execute(
                f"update job set {', '.join(f'{name} = ?' for name in given)} "
                f"where id = ? and not {_FINAL} and {MINE} returning id",
                [*given.values(), job_id, self.mine],
            ).fetchall()
        return bool(found)

    def dismiss(self, job_id: str) -> None:
        """Take a finished job off the list; others are left alone, and so is the session that came of it."""
        self._dismiss("id = ?", job_id)

    def dismiss_finished(self, patient_code: str) -> None:
        """Take all finished jobs of a patient off the list; the sessions that came of them stay."""
        self._dismiss("patient_code = ?", patient_code)

    def _dismiss(self, which: str, parameter: str) -> None:
        with self._database.writing() as cursor:
            gone = cursor.execute(
                f"delete from job where {which} and {_FINAL} and {MINE} returning id, patient_code",
                [parameter, self.mine],
            ).fetchall()
            for job_id, patient in gone:
                self._audit(cursor, ("dismiss", "job", job_id), patient)

    def requeue_running(self) -> int:
        """Put back what was running when the program ended; how many. Call it once, when the program starts."""
        with self._database.writing() as cursor:
            found = cursor.execute(
                f"update job set state = 'queued', started_at = null, fraction = 0, message = null "
                f"where state = 'running' and {MINE} returning id",
                [self.mine],
            ).fetchall()
        return len(found)


def _job(row: Row) -> StoredJob:
    (
        key,
        code,
        name,
        path,
        exercise,
        asked,
        state,
        text,
        fraction,
        by,
        submitted,
        started,
        finished,
        session_id,
        recorded,
    ) = row
    return StoredJob(
        id=key,
        patient_code=code,
        video_name=name,
        path=path,
        exercise_text=exercise,
        assignment_json=asked,
        state=JobState(state),
        message=None if text is None else from_json(text),
        fraction=fraction,
        submitted_by=by,
        submitted_at=utc(submitted),
        started_at=utc_or_none(started),
        finished_at=utc_or_none(finished),
        session_id=session_id,
        recorded_at=utc_or_none(recorded),
    )
