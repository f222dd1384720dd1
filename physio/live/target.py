"""The target of a session: said when it is reached, and then the end, or not."""

import math
from dataclasses import replace

from physio.messages import message
from physio.types import Cue, FrameResult

DONE_S = 2.5
"""How long it is said that the target is reached; then a session that is to stop there ends."""


class TargetWatch:
    """Watches the repetitions of one session, on time stamps. target_reps: 0 for no target."""

    def __init__(self, target_reps: int):
        self._target_reps = target_reps
        self._reached_s = math.nan

    def step(self, result: FrameResult) -> tuple[FrameResult, bool]:
        """The result as the patient sees it, with what is to be said in place of the cue; and whether that has been
        said long enough. What is stored is the result itself."""
        if not self._target_reps or result.rep_count < self._target_reps:
            return result, False
        if math.isnan(self._reached_s):
            self._reached_s = result.t_s
        if result.t_s - self._reached_s > DONE_S:
            return result, True
        text = message("live.target_reached", count=self._target_reps)
        return replace(result, cue=Cue("target", text, "positive")), False
