"""Repetitions, found while they happen: a phase machine with hysteresis on one signal against time.

It knows no fixed levels. A movement starts when the signal leaves the person's own rest level, turns at its far end and
is over when it is back: turned round again, or come to rest. How far is far enough is the exercise's small minimum at
first and then a share of what this person usually reaches. Times and levels come from time stamps alone, so the frame
rate does not matter.
"""

import math
from collections import deque
from dataclasses import replace
from typing import NamedTuple

from physio.exercise.movement import Movement, Swing
from physio.exercise.parts import RepetitionLimits
from physio.exercise.smoother import Smoother
from physio.messages import Message, message
from physio.types import Phase

# The person's usual range: what was reached at least twice in the last five movements, from the second one on.
USUAL_OF = 5
USUAL_AFTER = 2
# Below SHALLOW_SHARE of the usual range a movement does not count; below NOTICE_SHARE of that it is not even reported.
# The exercise's own minimum gives way to FLOOR_SHARE of the usual range of a person who hardly reaches it.
SHALLOW_SHARE = 0.4
FLOOR_SHARE = 0.7
NOTICE_SHARE = 0.6
# A turn counts as one after this share of the range, and never before this share of the exercise's smallest range.
TURN_SHARE = 0.15
MIN_TURN_SHARE = 0.4
# Coming to rest ends a movement from REST_SHARE of the way back on, turning round again from BACK_SHARE on, and so does
# a long rest. The end of the recording needs END_SHARE.
REST_SHARE = 0.65
BACK_SHARE = 0.4
LONG_REST_S = 1.0
END_SHARE = 0.7
# The rest level: the lowest of this time, so that it follows a drift; and how long a small shift must last to become
# the new one.
REST_WINDOW_S = 4.0
NEW_REST_S = 1.5
# A movement that begins this soon after the first sample and comes back much further than it went had begun before.
FRESH_S = 0.5
CUT_START_SHARE = 0.5


class _Reached(NamedTuple):
    """How far a movement went, and when it closed."""

    closed_s: float
    range_deg: float


class PhaseMachine:
    """Feeds on one signal whose outward direction is up. step returns a Movement when one ends, counted or not."""

    def __init__(self, limits: RepetitionLimits):
        self._limits = limits
        self._ranges: deque[_Reached] = deque(maxlen=2 * USUAL_OF)
        self._restart()

    def _restart(self) -> None:
        self.phase = Phase.REST
        self._smoother = Smoother()
        self._swing: Swing | None = None
        self._lowest: deque[tuple[float, float]] = deque()
        self._rest_s = math.nan
        self._t_s = self._first_s = math.nan

    @property
    def usual_deg(self) -> float:
        """The person's usual range, NaN until it is known."""
        latest = sorted(one.range_deg for one in list(self._ranges)[-USUAL_OF:])
        return latest[-2] if len(latest) >= USUAL_AFTER else math.nan

    @property
    def started_s(self) -> float:
        """When the movement under way began, NaN at rest."""
        return self._swing.start_s if self._swing else math.nan

    @property
    def out_deg(self) -> float:
        """How far the movement under way has gone, 0 at rest."""
        return self._swing.out if self._swing else 0.0

    @property
    def needed_deg(self) -> float:
        """The range a movement must have to count now."""
        floor = min(self._limits.min_rom_deg, FLOOR_SHARE * self._usual_or(math.inf))
        return max(floor, SHALLOW_SHARE * self._usual_or(0.0))

    def step(self, t_s: float, x: float) -> Movement | None:
        """Takes the signal at t_s (NaN when unknown); the Movement that ended with it, if one did."""
        lost = self._lose(t_s) if t_s - self._t_s > self._limits.max_gap_s else None
        if math.isnan(x):
            return lost
        if math.isnan(self._t_s):
            self._first_s = t_s
        self._t_s = t_s
        y = self._smoother.step(t_s, x)
        if self._swing is None:
            self._watch_rest(t_s, y)
            return lost
        return self._follow_out(self._swing, t_s, y) if self._swing.outward else self._follow_back(self._swing, t_s, y)

    def forget(self, closed_s: float) -> None:
        """The movement that closed then was none: it says nothing of the person's usual range."""
        self._ranges = deque((one for one in self._ranges if one.closed_s != closed_s), self._ranges.maxlen)

    def finish(self) -> Movement | None:
        """The end of the signal: the movement under way, if it is large enough to report."""
        swing = self._swing
        if swing is None:
            return None
        level = self._smoother.latest
        if not swing.outward and level < swing.low:
            swing.low, swing.low_s = level, self._t_s
        if swing.back >= END_SHARE * self._way_back(swing):
            return self._close(swing, self._t_s)
        return self._refuse(swing, self._t_s, message("rejected.recording_ended"))

    def _watch_rest(self, t_s: float, y: float) -> None:
        """REST: until the signal leaves the lowest level of the last seconds."""
        while self._lowest and self._lowest[-1][1] >= y:
            self._lowest.pop()
        self._lowest.append((t_s, y))
        while t_s - self._lowest[0][0] > REST_WINDOW_S:
            self._lowest.popleft()
        rest = self._lowest[0][1]
        turn = self._turn_deg(self._usual_or(0.0))
        if y - rest <= turn / 3:
            self._rest_s = t_s
        elif y - rest > turn:
            fresh = self._rest_s - self._first_s < FRESH_S
            self._swing = Swing(self._rest_s, rest, t_s, y, fresh)
            self.phase = Phase.OUTWARD

    def _follow_out(self, swing: Swing, t_s: float, y: float) -> Movement | None:
        """OUTWARD and HOLD: up to the far end."""
        if y > swing.peak:
            swing.peak, swing.peak_s = y, t_s
        if swing.peak - y > self._turn_deg(self._way_back(swing)):
            swing.turn_back(t_s, y)
            self.phase = Phase.RETURN
            return None
        speed = self._smoother.speed_dps
        swing.note_speed(t_s, speed)
        enough = swing.out >= self.needed_deg
        if not math.isnan(swing.still_s(t_s)):
            self.phase = Phase.HOLD if enough else Phase.OUTWARD
        elif speed > 0:
            self.phase = Phase.OUTWARD
        if not enough and swing.still_s(t_s) > NEW_REST_S:
            self._rest_at(y, t_s)
            return None
        return self._too_long(swing, t_s, y)

    def _follow_back(self, swing: Swing, t_s: float, y: float) -> Movement | None:
        """RETURN: down to where the movement turns round again or comes to rest."""
        if y < swing.low:
            swing.low, swing.low_s = y, t_s
        done = swing.back / self._way_back(swing)
        if y - swing.low > self._turn_deg(self._way_back(swing)):
            return self._turn_again(swing, t_s, y, done)
        swing.note_speed(t_s, -self._smoother.speed_dps)
        waited_s = swing.still_s(t_s)
        if (done >= REST_SHARE and waited_s >= 0) or (done >= BACK_SHARE and waited_s > LONG_REST_S):
            return self._close(swing, t_s)
        return self._too_long(swing, t_s, y)

    def _turn_again(self, swing: Swing, t_s: float, y: float, done: float) -> Movement | None:
        """Outward again: the next movement, or the same one when it had hardly come back."""
        if done < BACK_SHARE:
            swing.turn_out()
            self.phase = Phase.OUTWARD
            return None
        movement = self._close(swing, t_s)
        self._swing = Swing(swing.low_s, swing.low, t_s, y, fresh=False)
        self.phase = Phase.OUTWARD
        return movement

    def _close(self, swing: Swing, t_s: float) -> Movement | None:
        """The movement is over: counted, or not counted with the reason, or too small to report (None)."""
        self._rest_at(swing.low, swing.low_s)
        movement = swing.movement(t_s)
        if movement.range_deg < NOTICE_SHARE * self.needed_deg:
            return None
        movement = replace(movement, usual_deg=self.usual_deg, problem=self._problem(swing, movement))
        if (
            movement.range_deg >= min(self._limits.min_rom_deg, self.needed_deg)
            and movement.duration_s >= self._limits.min_duration_s
        ):
            self._ranges.append(_Reached(movement.closed_s, movement.range_deg))
        return movement

    def _problem(self, swing: Swing, movement: Movement) -> Message | None:
        limits = self._limits
        if swing.fresh and swing.out < CUT_START_SHARE * swing.back:
            return message("rejected.start_not_seen")
        if movement.range_deg < self.needed_deg:
            if math.isnan(self.usual_deg):
                return message("rejected.too_shallow", range_deg=movement.range_deg, needed_deg=self.needed_deg)
            return message("rejected.too_shallow_usual", range_deg=movement.range_deg, usual_deg=self.usual_deg)
        if movement.duration_s < limits.min_duration_s:
            return message("rejected.too_quick", duration_s=movement.duration_s, min_s=limits.min_duration_s)
        return None

    def _refuse(self, swing: Swing, t_s: float, problem: Message) -> Movement | None:
        self._rest_at(math.nan, t_s)
        return replace(swing.movement(t_s), problem=problem) if swing.out >= self.needed_deg else None

    def _too_long(self, swing: Swing, t_s: float, y: float) -> Movement | None:
        if t_s - swing.start_s <= self._limits.max_duration_s:
            return None
        refused = self._refuse(swing, t_s, message("rejected.not_completed", max_s=self._limits.max_duration_s))
        self._rest_at(y, t_s)
        return refused

    def _lose(self, t_s: float) -> Movement | None:
        swing = self._swing
        problem = message("rejected.joint_lost", gap_s=self._limits.max_gap_s)
        refused = self._refuse(swing, t_s, problem) if swing else None
        self._restart()
        return refused

    def _rest_at(self, level: float, t_s: float) -> None:
        """REST from here on, at this level, NaN for whatever comes."""
        self._swing = None
        self.phase = Phase.REST
        self._rest_s = t_s
        self._lowest.clear()
        if math.isfinite(level):
            self._lowest.append((t_s, level))

    def _usual_or(self, other: float) -> float:
        return other if math.isnan(self.usual_deg) else self.usual_deg

    def _way_back(self, swing: Swing) -> float:
        """How far the movement has to come back: no further than the person usually moves."""
        return min(swing.out, self._usual_or(swing.out))

    def _turn_deg(self, scale_deg: float) -> float:
        """How far the signal must go the other way before it counts as a turn."""
        return max(MIN_TURN_SHARE * self._limits.min_rom_deg, TURN_SHARE * scale_deg)
