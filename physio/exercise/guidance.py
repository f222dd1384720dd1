"""Cues about the last repetition and about the camera; those about what deviates now come from FormWatch."""

import math

from physio.exercise import prompts
from physio.exercise.definition import Exercise
from physio.exercise.framing import CLEAR, Framing, Part
from physio.exercise.scoring import little_judged
from physio.kinematics.view import SERVES_WITHIN_DEG, misses, turn_deg
from physio.landmarks import Edge
from physio.types import Cue, Kinematics, Reason, RejectedRep, Rep, Side

GOOD_SCORE = 85.0
AFTER_S = 3.0
"""How long the cues about a repetition stay candidates."""
NOT_SEEN_S = 1.0
WRONG_VIEW_S = 3.0
LITTLE_TURN_DEG = 30.0
"""How far people turn when asked to turn "a little": enough where the view is no further than this from one that
serves."""


class Guidance:
    """Collects candidates for the cue line, on time stamps. side: the one that is exercised."""

    def __init__(self, exercise: Exercise, side: Side = "both"):
        self._exercise = exercise
        self._side = side
        self._after: tuple[Cue, ...] = ()
        self._after_until_s = -math.inf
        self._seen = _Lasting(NOT_SEEN_S)
        self._whole = _Lasting(NOT_SEEN_S)
        self._light = _Lasting(NOT_SEEN_S)
        self._right_view = _Lasting(WRONG_VIEW_S)

    def closed(self, t_s: float, rep: Rep, azimuth_deg: float) -> None:
        """A repetition was counted; azimuth_deg: where the camera stood."""
        cues = [Cue(fault.id, self._exercise.criterion(fault.id).cue, fault.severity) for fault in rep.faults]
        if praiseworthy(rep, self._exercise, azimuth_deg):
            cues.append(prompts.GOOD)
        self._say(t_s, *cues)

    def rejected(self, t_s: float, rep: RejectedRep) -> None:
        """A movement was not counted."""
        cue = prompts.REJECTED.get(rep.reason.code)
        self._say(t_s, *([cue] if cue else []))

    def step(self, t_s: float, kinematics: Kinematics, reason: Reason, framing: Framing = CLEAR) -> tuple[Cue, ...]:
        """What could be said now; reason: why the exercise's signal is not usable."""
        after = self._after if t_s <= self._after_until_s else ()
        return (*after, *self._placing(t_s, kinematics, reason, framing))

    def _say(self, t_s: float, *cues: Cue) -> None:
        self._after, self._after_until_s = cues, t_s + AFTER_S

    def _placing(self, t_s: float, kinematics: Kinematics, reason: Reason, framing: Framing) -> tuple[Cue, ...]:
        """What hinders most comes first: people, light, the whole body, the view."""
        azimuth = kinematics.azimuth_deg
        dark, cut = self._light.step(t_s, framing.dark), self._whole.step(t_s, framing.cut_off is not None)
        unseen = self._seen.step(t_s, reason != Reason.OK)
        wrong = self._right_view.step(t_s, bool(misses(self._exercise.view, azimuth)))
        cues = [prompts.TWO_PEOPLE] if framing.others else []
        if dark:
            cues.append(prompts.TOO_DARK)
        if cut and framing.cut_off is not None:
            cues.append(cut_off_cue(framing.cut_off, framing.edges, azimuth))
        if unseen and not (dark or cut):
            cues.append(prompts.NOT_SEEN[reason])
        if wrong:
            cues.append(turn_cue(self._exercise, self._side, azimuth))
        return tuple(cues)


def praiseworthy(rep: Rep, exercise: Exercise, azimuth_deg: float) -> bool:
    """Whether a repetition was good and enough is known of it to say so: its range was measured, half of its criteria
    were judged, and the camera, which stood at azimuth_deg (NaN when unknown), serves the exercise."""
    good = rep.score >= GOOD_SCORE and all(fault.severity == "info" for fault in rep.faults)
    well_judged = not rep.estimated and not little_judged(rep)
    return good and well_judged and not misses(exercise.view, azimuth_deg)


class _Lasting:
    """Whether something has been so for longer than after_s without a break."""

    def __init__(self, after_s: float):
        self._after_s = after_s
        self._not_so_s = math.nan

    def step(self, t_s: float, so: bool) -> bool:
        if not so or math.isnan(self._not_so_s):
            self._not_so_s = t_s
        return t_s - self._not_so_s > self._after_s


def turn_cue(exercise: Exercise, side: Side, azimuth_deg: float) -> Cue:
    """Which way to turn and how far, from a known azimuth, for an exercise whose view is side or front.

    The camera is to see the exercised side; where either serves, the nearer one.
    """
    near: dict[Side, tuple[float, ...]] = {"left": (90.0,), "right": (-90.0,), "both": ()}
    left_deg = turn_deg(exercise.view, azimuth_deg, near[side] if exercise.view == "side" else ())
    little = abs(left_deg) < SERVES_WITHIN_DEG + LITTLE_TURN_DEG
    return prompts.turn("left" if left_deg > 0 else "right", "little" if little else "quarter")


def cut_off_cue(part: Part, edges: frozenset[Edge], azimuth_deg: float) -> Cue:
    """Where to go so that the camera sees what it misses: back, or aside when the body reaches over one side only."""
    if edges in ({"left"}, {"right"}) and math.isfinite(azimuth_deg):
        (edge,) = edges
        return prompts.step_aside(_away_from(edge, azimuth_deg), part)
    return prompts.step_back(part)


def _away_from(edge: Edge, azimuth_deg: float) -> prompts.Step:
    """The person's own direction that leads away from the left or right edge of the frame: for a person seen from the
    front the frame's right is their left, to one seen from their left it is backward."""
    to_the_right: tuple[prompts.Step, ...] = ("left", "backward", "right", "forward")
    turned = round(azimuth_deg / 90) + (0 if edge == "left" else 2)
    return to_the_right[turned % 4]
