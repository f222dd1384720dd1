"""The one way to have videos scored, for the command line, the upload page and the demo patient's history."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol

from physio.errors import CancelledError, PhysioError
from physio.exercise.assignment import Assignment
from physio.networks.assets import ModelPaths
from physio.scoring.progress import ScoringProgress
from physio.scoring.ticket import Ticket
from physio.scoring.worker import Task, score_apart

_LOOK_S = 1.0
"""How soon it is noticed that processors became free for what waits."""

log = logging.getLogger(__name__)


class Place(Protocol):
    """Where videos are scored: on this computer or on a cluster."""

    def start(self, task: Task, ticket: Ticket) -> None:
        """Have the task done as soon as there is room, in the order of the calls, and settle the ticket. Returns at
        once."""

    def close(self) -> None:
        """Nothing more is wanted; all tickets are settled."""


class Scorer:
    """Scores videos with one set of networks. Results are not stored here: they go back to whoever handed the video in,
    so that one process writes to the database. Any thread may call any method."""

    def __init__(self, models: ModelPaths, place: Place | None = None):
        """place: this computer, one video per processor, when None."""
        self._models = models
        self._place = place or ThisComputer()
        self._lock = threading.Lock()
        self._open: list[Ticket] | None = []  # None after the end

    def submit(self, video: Path, assignment: Assignment) -> Ticket:
        """Have a video scored, first come, first served. A video that cannot be scored stops no other."""
        ticket = Ticket(video)
        with self._lock:
            if self._open is None:
                raise CancelledError("scoring.cancelled", name=video.name)
            self._open = [*(one for one in self._open if not one.done), ticket]
            self._place.start(Task(video.resolve(), self._models, assignment), ticket)
        return ticket

    def close(self) -> None:
        """Cancel whatever is not done. Idempotent."""
        with self._lock:
            tickets: Sequence[Ticket] = self._open or ()
            self._open = None
        for ticket in tickets:
            ticket.cancel()
        self._place.close()

    def __enter__(self) -> "Scorer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class ThisComputer:
    """A process for each video, several at a time, each minded by a thread. The threads are daemons, so that a program
    that ends does not wait for its videos; their processes end with it."""

    def __init__(self, at_once: int | None = None, spared: Callable[[], int] = lambda: 0):
        """at_once: one per processor when None; spared: by how many fewer it is to begin with now, because something
        else needs the processors (one is always scored). What has begun goes on, at the lowest priority."""
        self._at_once, self._spared = at_once or processors(), spared
        self._changed = threading.Condition()
        self._waiting: deque[tuple[Task, Ticket]] = deque()
        self._busy, self._closed = 0, False
        self._threads = [
            threading.Thread(target=self._work, name=f"physio-scoring-{number}", daemon=True)
            for number in range(self._at_once)
        ]
        for thread in self._threads:
            thread.start()

    def start(self, task: Task, ticket: Ticket) -> None:
        """See Place."""
        with self._changed:
            self._waiting.append((task, ticket))
            self._changed.notify()

    def close(self) -> None:
        """See Place."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (next_one := self._next()) is not None:
            try:
                _mind(*next_one)
            finally:
                with self._changed:
                    self._busy -= 1
                    self._changed.notify()

    def _next(self) -> tuple[Task, Ticket] | None:
        """Wait for a task that there is room for; None after the end."""
        with self._changed:
            while not self._closed:
                if self._waiting and self._busy < max(1, self._at_once - self._spared()):
                    self._busy += 1
                    return self._waiting.popleft()
                self._changed.wait(_LOOK_S if self._waiting else None)
        return None


def _mind(task: Task, ticket: Ticket) -> None:
    if ticket.done:  # cancelled while it waited
        return
    ticket.report(ScoringProgress())
    try:
        ticket.settle(score_apart(task, ticket.report, lambda process: ticket.stop_with(process.terminate)))
    except PhysioError as error:
        ticket.settle(error)
    except Exception:
        log.exception("scoring %s failed", task.path.name)
        ticket.settle(PhysioError("scoring.unexpected"))


def processors() -> int:
    """How many this program may use."""
    from joblib import cpu_count  # here, because it takes a while; it knows the limits of a container

    return int(cpu_count())
