"""What could be said to the patient, apart from what deviates now: about the last repetition, and about the camera."""

import math

from physio.exercise import prompts
from physio.exercise.definition import Exercise
from physio.kinematics.view import off_frontal_deg
from physio.types import Cue, Kinematics, Reason, RejectedRep, Rep

GOOD_SCORE = 85.0
AFTER_S = 3.0
"""How long the cues about a repetition stay candidates."""
NOT_SEEN_S = 1.0
WRONG_VIEW_S = 3.0
SIDE_FROM_DEG = 50.0
FRONT_TO_DEG = 40.0


class Guidance:
    """Candidates for the cue line, on time stamps."""

    def __init__(self, exercise: Exercise):
        self._exercise = exercise
        self._after: tuple[Cue, ...] = ()
        self._after_until_s = -math.inf
        self._seen_s = math.nan
        self._right_view_s = math.nan

    def closed(self, t_s: float, rep: Rep) -> None:
        """A repetition was counted."""
        cues = [Cue(fault.id, self._exercise.criterion(fault.id).cue, fault.severity) for fault in rep.faults]
        if rep.score >= GOOD_SCORE and not any(fault.severity != "info" for fault in rep.faults):
            cues.append(prompts.GOOD)
        self._say(t_s, *cues)

    def rejected(self, t_s: float, rep: RejectedRep) -> None:
        """A movement was not counted."""
        self._say(t_s, *(cue for start, cue in prompts.REJECTED.items() if rep.reason.startswith(start)))

    def step(self, t_s: float, kinematics: Kinematics, reason: Reason) -> tuple[Cue, ...]:
        """What could be said now; reason: why the exercise's signal is not usable."""
        after = self._after if t_s <= self._after_until_s else ()
        return (*after, *self._not_seen(t_s, reason), *self._wrong_view(t_s, kinematics.azimuth_deg))

    def _say(self, t_s: float, *cues: Cue) -> None:
        self._after, self._after_until_s = cues, t_s + AFTER_S

    def _not_seen(self, t_s: float, reason: Reason) -> tuple[Cue, ...]:
        if reason == Reason.OK or math.isnan(self._seen_s):
            self._seen_s = t_s
        return (prompts.NOT_SEEN[reason],) if t_s - self._seen_s > NOT_SEEN_S else ()

    def _wrong_view(self, t_s: float, azimuth_deg: float) -> tuple[Cue, ...]:
        wanted = self._exercise.view
        off_deg = off_frontal_deg(azimuth_deg)
        wrong = (wanted == "side" and off_deg < FRONT_TO_DEG) or (wanted == "front" and off_deg > SIDE_FROM_DEG)
        if not wrong or math.isnan(self._right_view_s):
            self._right_view_s = t_s
        return (prompts.TURN[wanted],) if t_s - self._right_view_s > WRONG_VIEW_S else ()
