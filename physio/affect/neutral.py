"""The person's own face at rest: learned from the calmest of what was seen, kept for the next session if they agree."""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from physio.affect.timing import BREAK_S
from physio.affect.unit_model import Shape
from physio.types import FloatArray

READY_S = 1.0
"""Usable face needed before anything is read against it."""
PATIENCE_S = 8.0
"""A face that shows an expression from its first second on is taken for a face at rest only after so long without a
calmer moment: nobody holds a grimace as long, but some people's brows are always low."""
MOST_AT_REST = 4.5
"""Activity, in levels of all units added up, above which a face at the start is not believed to be at rest. Of the
rendered people's faces at rest 95 % lie below, read against nothing but other people's."""
_MARGIN = 1.5
_CALMEST = 0.2
_DENSE_S, _SPARSE_S = 0.06, 1.0
_DENSE_FOR_S = 3.0
"""Moments are remembered densely so long, and until one is calm: sparse ones would not outweigh a painful start."""
_MOST_SAMPLES = 150
_AGEING = 0.5 / 60.0
"""Levels of activity that a moment gains per second in memory: what was calm ten minutes ago gives way to what is
almost as calm now, so that the face at rest follows light, glasses and fatigue, slowly."""
_FORMAT = struct.Struct("<HHd4f")
_VERSION = 1


@dataclass(frozen=True, slots=True)
class RestingFace:
    """A face at rest and how long it was watched for that. Its appearance is not stored: it could tell who it is."""

    shape: Shape
    watched_s: float

    def to_bytes(self) -> bytes:
        """As it is stored with a patient who agreed to that: the shape without the appearance."""
        head = _FORMAT.pack(
            _VERSION, self.shape.parts.size, self.watched_s, *self.shape.turn_deg, np.float32(self.shape.eyes_px)
        )
        return head + self.shape.parts.astype("<f4").tobytes()

    @classmethod
    def from_bytes(cls, stored: bytes, parts: int) -> "RestingFace | None":
        """None when it was stored by a version that read faces otherwise, or is damaged; parts: of today's shapes."""
        if len(stored) != _FORMAT.size + 4 * parts:
            return None
        version, count, watched_s, yaw, pitch, roll, eyes_px = _FORMAT.unpack_from(stored)
        if (version, count) != (_VERSION, parts):
            return None
        values = np.frombuffer(stored, "<f4", offset=_FORMAT.size).astype(np.float64)
        if not (np.isfinite(values).all() and np.isfinite([watched_s, yaw, pitch, roll]).all() and eyes_px > 0):
            return None
        return cls(Shape(values, np.array([yaw, pitch, roll]), eyes_px), watched_s)


@dataclass(slots=True)
class _Moments:
    """Remembered faces, each with its activity and its time; beyond _MOST_SAMPLES the most active one is forgotten."""

    shapes: list[Shape] = field(default_factory=list)
    activity: list[float] = field(default_factory=list)
    t_s: list[float] = field(default_factory=list)

    def add(self, shape: Shape, activity: float, t_s: float) -> None:
        self.shapes.append(shape)
        self.activity.append(activity)
        self.t_s.append(t_s)
        if len(self.t_s) > _MOST_SAMPLES:
            worst = int(np.argmax(np.array(self.activity) - _AGEING * np.array(self.t_s)))
            for values in (self.shapes, self.activity, self.t_s):
                del values[worst]

    def calm(self) -> list[int]:
        """Which of them lie within the margin of the calmest fifth."""
        activity = np.array(self.activity)
        return [int(i) for i in np.flatnonzero(activity <= np.quantile(activity, _CALMEST) + _MARGIN)]


class RestingFaceLearner:
    """Watches a face for what it looks like at rest.

    `face` is None until it is known; then the median of the calmest moments so far. A painful or smiling start does not
    become the face at rest: while its activity, read against other people's faces, is above MOST_AT_REST, it is waited
    for a calmer moment, for PATIENCE_S at most; and a calmer moment later takes its place. activity_of: all of a face's
    units added up, read against other people's faces; asked for the moments that are remembered. kept: of an earlier
    session, used until this session has its own. seen_s: how long the face has been usable.
    """

    def __init__(self, activity_of: Callable[[Shape], float], kept: RestingFace | None = None):
        self.face = kept
        self.seen_s = 0.0
        self._activity_of = activity_of
        self._moments = _Moments()
        self._last_s = np.nan
        self._sampled_s = -np.inf
        self._settled = False

    def step(self, shape: Shape, t_s: float) -> None:
        """A usable face at t_s (increasing)."""
        elapsed_s = t_s - self._last_s
        if elapsed_s <= BREAK_S:  # never at first
            self.seen_s += elapsed_s
        self._last_s = t_s
        every_s = _SPARSE_S if self._settled and self.seen_s >= _DENSE_FOR_S else _DENSE_S
        if t_s - self._sampled_s < every_s:
            return
        self._sampled_s = t_s
        self._moments.add(shape, self._activity_of(shape), t_s)
        if self.seen_s >= READY_S - 1e-6:
            self._learn()

    def _learn(self) -> None:
        calm = self._moments.calm()
        self._settled = float(np.median([self._moments.activity[i] for i in calm])) <= MOST_AT_REST
        if not self._settled and self.seen_s < PATIENCE_S:
            return
        shapes = [self._moments.shapes[i] for i in calm]
        self.face = RestingFace(
            Shape(
                np.median([shape.parts for shape in shapes], axis=0),
                np.median([shape.turn_deg for shape in shapes], axis=0),
                float(np.median([shape.eyes_px for shape in shapes])),
                _median_appearance(shapes),
            ),
            self.seen_s,
        )


def _median_appearance(shapes: list[Shape]) -> FloatArray | None:
    seen = [shape.appearance for shape in shapes if shape.appearance is not None]
    return np.median(seen, axis=0) if 2 * len(seen) > len(shapes) else None
