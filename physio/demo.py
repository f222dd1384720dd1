"""The demo patient: sessions that the real pipeline scored from the rendered clips in data/demo, dated back over weeks.

A new database starts with the patient, and a thread scores the clips one after the other while the app is in use, the
course of one exercise over weeks first; a start that finds some clips not scored yet goes on with them, but never makes
a session again that somebody deleted. Everything is marked as demo. Removing the demo patient ends it until somebody
brings the patient back, with everything.
"""

import json
import logging
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from physio.config import ROOT
from physio.errors import CancelledError, PhysioError
from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise, exercise_ids, load_exercise
from physio.scoring.save import save_scored
from physio.scoring.scorer import Scorer
from physio.scoring.ticket import Ticket
from physio.storage.acting import Records
from physio.storage.audit import DEMO_CLIP
from physio.types import Side

CODE, NAME = "P-DEMO", "Demo patient"
CLIPS = ROOT / "data" / "demo"
_WEEKS = 6
_HOUR = 10

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DemoClip:
    """One rendered clip: what is done in it and how many days ago the demo says it was recorded."""

    path: Path
    exercise_id: str
    side: Side
    days_ago: float


@dataclass(frozen=True, slots=True)
class DemoProgress:
    """How many of the clips are scored; running while more are to come."""

    done: int
    total: int
    running: bool


def demo_clips(folder: Path = CLIPS) -> tuple[DemoClip, ...]:
    """The clips of known exercises in a folder, oldest first. The JSON beside a clip names movement and side, and may
    name days_ago; clips without it are spread evenly over the last weeks."""
    found = []
    for path in sorted(folder.glob("*.mp4")):
        facts = path.with_suffix(".json")
        if facts.is_file():
            truth = json.loads(facts.read_text(encoding="utf-8"))
            if truth.get("movement") in exercise_ids():
                found.append((path, truth["movement"], truth["side"], truth.get("days_ago")))
    step = 7 * _WEEKS / max(len(found), 1)
    clips = [
        DemoClip(path, movement, side, (len(found) - i) * step if days_ago is None else float(days_ago))
        for i, (path, movement, side, days_ago) in enumerate(found)
    ]
    return tuple(sorted(clips, key=lambda clip: -clip.days_ago))


def in_order_of_interest(clips: Sequence[DemoClip]) -> list[DemoClip]:
    """What a newcomer looks at first comes first: the exercise that was done most often, from its first session on, so
    that its trend grows; then the others, newest first."""
    often = Counter(clip.exercise_id for clip in clips)
    course = max(often, key=lambda exercise: often[exercise], default="")
    return sorted(clips, key=lambda clip: (0, -clip.days_ago) if clip.exercise_id == course else (1, clip.days_ago))


def add_demo_patient(records: Records) -> None:
    """Add the demo patient if there is none. Raises StoreError when somebody else has the code."""
    if not _demo_patient_there(records):
        records.patients.add(CODE, NAME, demo=True)


def _demo_patient_there(records: Records) -> bool:
    patient = records.patients.get(CODE)
    return patient is not None and patient.demo


class DemoHistory:
    """Scores what is missing of the demo patient's history in a thread of its own; nothing without the patient."""

    def __init__(self, records: Records, scorer: Scorer, clips: Sequence[DemoClip]):
        self._records, self._scorer, self._clips = records, scorer, tuple(clips)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ticket: Ticket | None = None
        self._stop = threading.Event()

    @property
    def progress(self) -> DemoProgress:
        """How far it is."""
        missing = len(self._missing())
        running = self._thread is not None and self._thread.is_alive()
        return DemoProgress(len(self._clips) - missing, len(self._clips), running and missing > 0)

    def start(self) -> None:
        """Begin, or begin again, also after `close`; returns at once."""
        with self._lock:
            before = self._thread
            if before is not None and before.is_alive() and not self._stop.is_set():
                return
            self._stop = threading.Event()
            self._thread = threading.Thread(
                target=self._work, args=(self._stop, before), name="physio-demo", daemon=True
            )
            self._thread.start()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Block until nothing more is to come; False when that took longer than timeout_s."""
        if self._thread is not None:
            self._thread.join(timeout_s)
        return self._thread is None or not self._thread.is_alive()

    def close(self) -> None:
        """Stop, leaving the clip at work unscored."""
        with self._lock:
            self._stop.set()
            ticket = self._ticket
        if ticket is not None:
            ticket.cancel()

    def _missing(self) -> list[DemoClip]:
        if not _demo_patient_there(self._records):
            return []
        there = {session.video_name for session in self._records.sessions.of() if session.demo}  # also moved ones
        missing = [clip for clip in self._clips if clip.path.name not in there]
        deleted = _deleted_clips(self._records) if missing else frozenset()
        return [clip for clip in missing if clip.path.name not in deleted]

    def _work(self, stop: threading.Event, before: threading.Thread | None) -> None:
        if before is not None:
            before.join()
        for clip in in_order_of_interest(self._missing()):
            if stop.is_set() or not _demo_patient_there(self._records):
                return
            try:
                self._score(clip, stop)
            except CancelledError:
                return
            except PhysioError as error:
                log.error("the demo clip %s was not scored: %s", clip.path.name, error)
                return

    def _score(self, clip: DemoClip, stop: threading.Event) -> None:
        """One clip at a time, so that an upload never waits for more than one."""
        exercise = load_exercise(clip.exercise_id)
        ticket = self._ticket = self._scorer.submit(clip.path, Assignment(exercise, _side(exercise, clip.side)))
        if stop.is_set():
            ticket.cancel()
        scored = ticket.result()
        if not stop.is_set() and _demo_patient_there(self._records):
            save_scored(self._records, scored, CODE, demo_at=_moment(clip.days_ago))


def _deleted_clips(records: Records) -> frozenset[str]:
    """The files whose sessions somebody deleted since the demo patient was added."""
    patient = records.patients.get(CODE)
    entries = records.audit.all() if patient is not None else ()
    return frozenset(
        entry.details[DEMO_CLIP]
        for entry in entries
        if patient is not None and DEMO_CLIP in entry.details and entry.moment >= patient.created_at
    )


def _side(exercise: Exercise, side: Side) -> Side:
    return exercise.default_side if exercise.side_mode == "both" else side


def _moment(days_ago: float) -> datetime:
    """A time of day that a session may have, that many days ago."""
    day = datetime.now(UTC).replace(hour=_HOUR, minute=0, second=0, microsecond=0) - timedelta(days=round(days_ago))
    return day + timedelta(minutes=20 * (round(days_ago * 10) % 9))
