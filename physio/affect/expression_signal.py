"""The facial expression signal of one person over time, against that person's own face at rest."""

from dataclasses import replace

import numpy as np

from physio.affect.expression import EXPRESSIONS, ExpressionModel, valence_arousal
from physio.affect.timing import TimeAverage
from physio.types import Affect, Face, FloatArray

AT_REST_BELOW = 1.5
"""Levels of all units added up under which a face counts as at rest: the noise of a still face lies below."""
SMOOTHING_S = 0.5
_MOST_FRAMES = 600.0
"""Frames at rest that count at most, so that what is usual for the person can still change."""


class ExpressionSignal:
    """Step with every face that was read."""

    def __init__(self) -> None:
        self._model = ExpressionModel.load()
        self._rest: FloatArray = np.full(len(EXPRESSIONS), np.nan)
        self._frames = 0.0
        self._average = TimeAverage(SMOOTHING_S)

    def step(self, read: Affect, face: Face, activity: float, t_s: float) -> Affect:
        """The reading with expression, valence and arousal; activity: levels of all of its units added up."""
        now = self._model.read(face)
        if not np.isfinite(now).all():
            return read
        if activity < AT_REST_BELOW:
            self._frames = min(self._frames + 1.0, _MOST_FRAMES)
            before = np.where(np.isnan(self._rest), now, self._rest)
            self._rest = before + (now - before) / self._frames
        shown = self._average.step(self._model.adapt(now, self._rest), t_s)
        valence, arousal = valence_arousal(shown)
        return replace(read, expression=shown, valence=valence, arousal=arousal)
