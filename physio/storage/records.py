"""What goes into the store and what comes out of it. Times of day are aware datetimes in UTC; t_s is seconds since the
start of the session; unknown is None (or NaN inside arrays); author is the name of the user who wrote a row."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from physio.errors import ExerciseError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise, load_exercise
from physio.kinematics.calibration import GoniometerReading
from physio.messages import Message
from physio.storage.assignment_codec import stored_assignment
from physio.therapy.levels import DEFAULT_LEVELS, AlertLevels
from physio.types import CalibrationLine, EndReason, Severity, Side

Source = Literal["live", "recorded"]
Sex = Literal["female", "male", "diverse"]


@dataclass(frozen=True, slots=True)
class Patient:
    """code is the pseudonym that everything else refers to; demo marks made-up patients; language: of what the patient
    reads and hears, None for the browser's; about: diagnosis or goal in a line; birth_year and sex (for norms) None
    when not given; archived_at None while the patient is one of today's."""

    code: str
    name: str
    demo: bool
    created_at: datetime
    created_by: str
    language: str | None
    affected_side: Side | None = None
    about: str = ""
    birth_year: int | None = None
    sex: Sex | None = None
    archived_at: datetime | None = None

    @property
    def details(self) -> "PatientDetails":
        """What can be changed of it, but for the name."""
        return PatientDetails(self.language, self.affected_side, self.about, self.birth_year, self.sex)

    @property
    def archived(self) -> bool:
        """Whether the patient is out of the way until brought back."""
        return self.archived_at is not None


@dataclass(frozen=True, slots=True)
class PatientDetails:
    """What may be known of a patient beside code and name, as in Patient."""

    language: str | None = None
    affected_side: Side | None = None
    about: str = ""
    birth_year: int | None = None
    sex: Sex | None = None


NO_DETAILS = PatientDetails()


@dataclass(frozen=True, slots=True)
class NewSession:
    """What is known when a session starts. video_name is None for live sessions; started_at None means now; visit_id:
    of the first session of the same visit, None for that one itself and for recordings."""

    patient_code: str
    source: Source
    video_name: str | None = None
    demo: bool = False
    started_at: datetime | None = None
    visit_id: str | None = None


@dataclass(frozen=True, slots=True)
class NewAnalysis:
    """What is known when an analysis starts. derived_from: the analysis that it takes the place of or corrects, None
    when its frames are being observed now."""

    assignment: Assignment
    app_version: str
    model_checksums: Mapping[str, str]
    derived_from: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One stored session. ended_at and end_reason are None while it runs; width_px and height_px of its first frame,
    None when an earlier version did not store them; visit_id: of the first session of the same visit, None without one.

    analysis_id: the analysis that counts; from it come exercise_id, exercise_checksum, side (None when only angles and
    face were measured), target_reps, app_version, model_checksums and the counts of repetitions and rejected movements.
    """

    id: str
    patient_code: str
    analysis_id: str
    source: Source
    video_name: str | None
    width_px: int | None
    height_px: int | None
    demo: bool
    started_at: datetime
    started_by: str
    ended_at: datetime | None
    end_reason: EndReason | None
    note: str
    visit_id: str | None
    exercise_id: str | None
    exercise_checksum: str | None
    side: Side | None
    target_reps: int | None
    app_version: str
    model_checksums: Mapping[str, str]
    reps: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """One analysis of a session: by which version, networks and definition its frames, repetitions and numbers were
    made. counts: whether the session is shown by it; finished_at is None until its summary is there; exercise_text
    and assignment_json are None in what versions before analyses stored."""

    id: str
    session_id: str
    made_at: datetime
    made_by: str
    app_version: str
    model_checksums: Mapping[str, str]
    exercise_id: str | None
    exercise_checksum: str | None
    exercise_text: str | None
    side: Side | None
    target_reps: int | None
    assignment_json: str | None
    derived_from: str | None
    finished_at: datetime | None
    counts: bool

    @property
    def assignment(self) -> Assignment | None:
        """What was asked for; None in what versions before analyses stored. Raises ExerciseError when the exercise's
        definition cannot be read any more."""
        return None if self.assignment_json is None else stored_assignment(self.assignment_json, self.exercise_text)

    @property
    def exercise(self) -> Exercise | None:
        """The exercise as it was defined when the analysis was made, with that patient's target and limit; today's of
        the library where that is not stored. None when there was none, or nobody knows it any more."""
        try:
            if asked := self.assignment:
                return asked.asked
        except ExerciseError:
            pass  # written by another version: the library may still have it
        try:
            return load_exercise(self.exercise_id) if self.exercise_id else None
        except ExerciseError:
            return None

    @property
    def body(self) -> bool:
        """Whether the body was to be analysed."""
        return self.assignment_json is None or bool(json.loads(self.assignment_json)["body"])

    @property
    def face(self) -> bool:
        """Whether the face was to be analysed."""
        return self.assignment_json is None or bool(json.loads(self.assignment_json)["face"])

    @property
    def emotion(self) -> bool:
        """Whether the facial expression signal was to be kept; never by versions that did not ask for consent."""
        return self.assignment_json is not None and bool(json.loads(self.assignment_json).get("emotion", False))


@dataclass(frozen=True, slots=True)
class Event:
    """Something that somebody marked during a session, or an alert that was raised in it.

    Of an alert: level: how severe; value: what raised it (therapy.alerts.Alert), NaN otherwise; acknowledged_at,
    acknowledged_by: when and by whom, None while nobody has."""

    t_s: float
    kind: str
    text: str
    author: str
    level: Severity | None = None
    value: float = math.nan
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None


class ConsentKind(StrEnum):
    """What of a patient's face is only done with their recorded consent."""

    EMOTION = "emotion"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Consent:
    """A patient's consent. wording: what they agreed to, as it was shown; recorded_by: who recorded it; withdrawn_at,
    withdrawn_by: None while it stands."""

    kind: ConsentKind
    wording: str
    given_at: datetime
    recorded_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None

    @property
    def stands(self) -> bool:
        """Whether it was not withdrawn."""
        return self.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class StoredNeutral:
    """What the estimate knows of a patient's face at rest: content is the estimate's own business, readable by those of
    its versions that write this version; session_id: where it was learned last, which was at kept_at."""

    version: int
    content: bytes
    session_id: str
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class FaceSettings:
    """What a patient's face is used for. pain: whether pain and fatigue are read from it; levels: from when on there is
    an alert; sound: whether that is heard; advice: whether quiet lines advise the therapist; suggestions: whether it
    may enter suggestions for the therapy."""

    pain: bool = True
    levels: AlertLevels = DEFAULT_LEVELS
    sound: bool = False
    advice: bool = False
    suggestions: bool = False


@dataclass(frozen=True, slots=True)
class SelfReport:
    """What the patient said, on the named scale (NRS: 0-10)."""

    t_s: float
    score: float
    scale: str
    author: str


class ControlKind(StrEnum):
    """What somebody can do to a running session that changes its measurements."""

    ZERO_NOW = "zero_now"
    UNDO_ZERO = "undo_zero"
    USE_CALIBRATION = "use_calibration"
    FOLLOW = "follow"


@dataclass(frozen=True, slots=True)
class Control:
    """Something that somebody did to a running session and that an analysis of its observations has to do again, before
    the first frame after t_s. lines: the goniometer lines to use from then on; number: of the person to follow."""

    t_s: float
    kind: ControlKind
    lines: tuple[CalibrationLine, ...] = ()
    number: int | None = None


@dataclass(frozen=True, slots=True)
class SessionMetric:
    """One number of one session, with what a chart over sessions needs beside it; reps is the number of counted
    repetitions behind it."""

    session_id: str
    started_at: datetime
    exercise_id: str | None
    side: Side | None
    source: Source
    name: str
    value: float
    reps: int


@dataclass(frozen=True, slots=True)
class StoredCalibration:
    """A patient's goniometer line with the readings it was made from; ended_at is None while it is in use."""

    id: str
    patient_code: str
    line: CalibrationLine
    readings: tuple[GoniometerReading, ...]
    created_at: datetime
    ended_at: datetime | None
    author: str


@dataclass(frozen=True, slots=True)
class SessionCalibration:
    """A line that came into use in a session at t_s, or (in_use False) went out of it."""

    t_s: float
    in_use: bool
    line: CalibrationLine


class JobState(StrEnum):
    """Where a job is; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class NewJob:
    """A video to be scored: path of the file, video_name as the user knows it; recorded_at: when the recording began,
    None when nobody knows."""

    patient_code: str
    video_name: str
    path: str
    assignment: Assignment
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredJob:
    """A job of the queue. message: about the state, None while there is nothing to say; fraction 0-1 of the video;
    session_id from when its result is being stored."""

    id: str
    patient_code: str
    video_name: str
    path: str
    exercise_text: str | None
    assignment_json: str
    state: JobState
    message: Message | None
    fraction: float
    submitted_by: str
    submitted_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    session_id: str | None
    recorded_at: datetime | None = None

    @property
    def assignment(self) -> Assignment:
        """What is asked for. Raises ExerciseError when the exercise's definition cannot be read any more."""
        return stored_assignment(self.assignment_json, self.exercise_text)

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A change or a deletion that left no other row. key: what was changed; of a deleted patient the code's SHA-256.
    counts: rows that were deleted, by table; details: from what to what it was changed, by name: ISO 8601 in UTC or a
    patient's code, of a deleted patient the code's SHA-256; of a deleted demo session the file that it was of."""

    moment: datetime
    author: str
    action: str
    noun: str
    key: str
    counts: Mapping[str, int]
    details: Mapping[str, str]
