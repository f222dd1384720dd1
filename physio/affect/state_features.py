"""What the states of a face are told from: the units now and over the last two seconds, the head and the eyes."""

from collections import deque

import numpy as np

from physio.affect.action_units import ACTION_UNITS, AU_INDEX
from physio.affect.pain import pspi
from physio.affect.timing import BREAK_S
from physio.types import Affect, FloatArray

HISTORY_S = 2.0
SHORTLY_S = 0.5
RAISED_FROM = 2.0
"""PSPI from which it counts as raised."""
_SHUT_FROM = 3.25
_TOLERANCE_S = 1e-6
_MOVING = ("au04", "au07", "au10", "au12", "au17", "au20", "au23", "au24", "au25", "au26", "au45")
"""What speech, chewing and blinks move to and fro; pain comes and stays."""
_LASTING = ("au04", "au06", "au07", "au09", "au10", "au12", "au25", "au26", "au45")
_UNITS = [unit.name for unit in ACTION_UNITS]
_FACE = (*("pspi", "pspi_shortly", "pspi_mean", "pspi_max", "raised_s", "shut_share"), "known_s", "activity")
_HEAD = ("yaw", "pitch", "roll", "gaze_yaw", "gaze_pitch", "sight_yaw", "sight_pitch", "head_speed", "doubt")
FEATURES: tuple[str, ...] = (
    *_UNITS,
    *_FACE,
    *(f"{name}_moves" for name in _MOVING),
    *(f"{name}_mean" for name in _LASTING),
    *_HEAD,
)
_LIDS = AU_INDEX["au45"]
_NOT_ACTIVITY = [AU_INDEX[name] for name in ("au25", "au43", "au45")]
_MOVING_AT, _LASTING_AT = ([AU_INDEX[name] for name in names] for names in (_MOVING, _LASTING))
_PSPI = len(_UNITS)
_HEAD_AT = slice(_PSPI + 1, _PSPI + 4)


class StateFeatures:
    """Follows one face. All timing is on time stamps; a gap longer than BREAK_S ends what was before, because nothing
    is known about it."""

    def __init__(self) -> None:
        self._rows: deque[tuple[float, FloatArray]] = deque()
        self._since_s = 0.0
        self._raised_since_s: float | None = None

    def step(self, levels: FloatArray, read: Affect, t_s: float) -> FloatArray:
        """Features (F,) in the order of FEATURES, of a face that was read at t_s (increasing). levels (U,): of the
        units in the order of ACTION_UNITS, as the networks gave them; of read, head, gaze and errors are taken. Left
        and right are the same. What is not known counts as 0."""
        if not self._rows or t_s - self._rows[-1][0] > BREAK_S + _TOLERANCE_S:
            self._rows.clear()
            self._since_s, self._raised_since_s = t_s, None
        self._rows.append((t_s, _row(levels, read)))
        while self._rows[0][0] < t_s - HISTORY_S - _TOLERANCE_S:
            self._rows.popleft()
        return self._features()

    def _features(self) -> FloatArray:
        times_s = np.array([t_s for t_s, _ in self._rows])
        rows = np.array([row for _, row in self._rows])
        now, t_s = rows[-1], float(times_s[-1])
        yaw, pitch, roll, gaze_yaw, gaze_pitch, doubt = now[_PSPI + 1 :]
        return np.concatenate(
            [
                now[:_PSPI],
                self._of_time(times_s, rows, t_s),
                rows[:, _MOVING_AT].std(axis=0),
                rows[:, _LASTING_AT].mean(axis=0),
                np.abs([yaw]),
                [pitch],
                np.abs([roll, gaze_yaw]),
                [gaze_pitch, abs(yaw + gaze_yaw), pitch + gaze_pitch, _speed(times_s, rows[:, _HEAD_AT]), doubt],
            ]
        )

    def _of_time(self, times_s: FloatArray, rows: FloatArray, t_s: float) -> list[float]:
        pain = rows[:, _PSPI]
        if pain[-1] < RAISED_FROM:
            self._raised_since_s = None
        elif self._raised_since_s is None:
            self._raised_since_s = t_s
        raised_s = 0.0 if self._raised_since_s is None else min(t_s - self._raised_since_s, 2 * HISTORY_S)
        shortly = pain[times_s >= t_s - SHORTLY_S - _TOLERANCE_S].mean()
        shut = (rows[:, _LIDS] >= _SHUT_FROM).mean()
        known_s = min(t_s - self._since_s, HISTORY_S)
        activity = rows[-1, :_PSPI].sum() - rows[-1, _NOT_ACTIVITY].sum()
        return [*map(float, (pain[-1], shortly, pain.mean(), pain.max(), raised_s, shut, known_s, activity))]


def _row(levels: FloatArray, read: Affect) -> FloatArray:
    head = (read.yaw_deg, read.pitch_deg, read.roll_deg, read.gaze_yaw_deg, read.gaze_pitch_deg)
    return np.asarray(np.nan_to_num(np.array([*levels, pspi(levels), *head, read.pspi_error])))


def _speed(times_s: FloatArray, turns_deg: FloatArray) -> float:
    """How fast the head turned, degrees per second, over the last SHORTLY_S and a frame before."""
    first = max(int(np.searchsorted(times_s, times_s[-1] - SHORTLY_S - _TOLERANCE_S)) - 1, 0)
    elapsed_s = times_s[-1] - times_s[first]
    return float(np.linalg.norm(turns_deg[-1] - turns_deg[first]) / elapsed_s) if elapsed_s > 0 else 0.0
