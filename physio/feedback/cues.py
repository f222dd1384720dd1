"""CueChooser: of all that could be said, the one line that is shown."""

import math
from collections.abc import Callable

from physio.language import english
from physio.messages import Message
from physio.types import Cue, Tone

PRIORITY: dict[Tone, int] = {"error": 0, "warning": 1, "positive": 2, "info": 3}
READ_MIN_S = 2.0
READ_S_PER_CHARACTER = 0.06
"""A line stays at least as long as it takes to read: about 17 characters a second, children and elders included."""
PASS_OVER_S = 1.0
"""A more serious line may take over after this long; an error takes over at once."""
PERSIST_S = 0.3
"""A candidate must last this long before it is shown (errors at once): a brief twitch is not a fault."""
REPEAT_S = 12.0
"""Praise and hints are not repeated sooner than this."""


def reading_s(line: str) -> float:
    """How long the line must stay to be read."""
    return max(READ_MIN_S, READ_S_PER_CHARACTER * len(line))


class CueChooser:
    """One line at a time, on time stamps: error before warning before positive before info, each held long enough to
    read, and then for as long as it stays a candidate. say: a message in the language that is shown."""

    def __init__(self, say: Callable[[Message], str] = english) -> None:
        self._say = say
        self._shown: Cue | None = None
        self._since_s = -math.inf
        self._first_s: dict[str, float] = {}
        self._ended_s: dict[str, float] = {}

    def step(self, t_s: float, candidates: tuple[Cue, ...]) -> Cue | None:
        """The line to show at t_s, None for none. Among candidates of one tone the first goes first."""
        self._first_s = {cue.id: self._first_s.get(cue.id, t_s) for cue in candidates}
        best = min((cue for cue in candidates if self._may_show(t_s, cue)), key=_rank, default=None)
        if self._shown is None or self._may_replace(t_s, self._shown, best):
            self._show(t_s, best)
        return self._shown

    def _may_show(self, t_s: float, cue: Cue) -> bool:
        if self._shown is not None and cue.id == self._shown.id:
            return True
        if cue.tone == "error":
            return True
        if cue.tone != "warning" and t_s - self._ended_s.get(cue.id, -math.inf) < REPEAT_S:
            return False
        return t_s - self._first_s[cue.id] >= PERSIST_S

    def _may_replace(self, t_s: float, shown: Cue, best: Cue | None) -> bool:
        held_s = t_s - self._since_s
        if best is not None and _rank(best) < _rank(shown):
            return best.tone == "error" or held_s >= PASS_OVER_S
        return held_s >= reading_s(self._say(shown.text)) and shown.id not in self._first_s

    def _show(self, t_s: float, cue: Cue | None) -> None:
        if self._shown is not None:
            self._ended_s[self._shown.id] = t_s
        self._shown, self._since_s = cue, t_s


def _rank(cue: Cue) -> int:
    return PRIORITY[cue.tone]
