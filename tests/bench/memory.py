"""The memory of one live session after another in one process."""

import os
from dataclasses import dataclass
from pathlib import Path

from physio.exercise.assignment import Assignment
from physio.exercise.definition import Exercise
from physio.live.snapshot import LiveSetup
from physio.networks.assets import ModelPaths
from physio.types import EndReason
from tests.bench.sessions import Feed, sessions_room

SETTLED_AFTER = 5
"""Sessions until everything that a process makes once has been made."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory in MB before the first session and after each; grown_mb: the last against the fifth."""

    before_mb: float
    after_mb: tuple[float, ...]
    grown_mb: float


def memory(clip: Path, models: ModelPaths, exercise: Exercise, sessions: int, frames: int) -> Memory:
    """So many sessions, each of so many frames, started, fed and closed one after the other. Linux only."""
    before_mb, after_mb = resident_mb(), []
    with sessions_room(models) as room:
        for _ in range(sessions):
            session = room.start(LiveSetup("BENCH", Assignment(exercise)))
            feed = Feed(session, clip)
            for index in range(frames):
                session.on_frame(feed.frame(index))
            session.close(EndReason.COMPLETED)
            del session, feed
            after_mb.append(resident_mb())
    settled_mb = after_mb[min(SETTLED_AFTER, sessions) - 1]
    return Memory(before_mb, tuple(after_mb), after_mb[-1] - settled_mb)


def resident_mb() -> float:
    """What this process holds in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
