"""The person's own neutral face, learned from their first seconds."""

import numpy as np

from physio.affect.action_units import ACTION_UNITS, TRACE, unit_values
from physio.affect.geometry import MEASURES, head_table
from physio.types import FloatArray

READY_S = 1.0
"""Usable face needed before anything is scored."""
LEARN_S = 3.0
"""Usable face after which the baseline is final."""
_MIN_SAMPLES = 5
_TOLERANCE_S = 1e-6
_MAX_STEP_S = 0.5  # a longer gap between two faces counts as this much
_CALMEST, _CALM_LEVELS = 0.2, 3.0
_LIMIT_SPREADS = 1.5
_MAX_TRACE = 1.5
_MAD_TO_SD = 1.4826


class Baseline:
    """Median of the face's measures over the calm part of the first LEARN_S of usable face.

    Calm is what lies within 3 levels, all action units added up, of the calmest fifth: a smile, a grimace or loud
    speech beside a resting face is left out, the noise of the landmarks is not. Whoever starts with a grimace does not
    make it their neutral face: each measure stays within 1.5 standard deviations of the population's neutral.
    neutral (M,) and trace (U,) are NaN until `ready`; they improve until `final`. seen_s: how long the face has been
    usable so far, also after that.
    """

    def __init__(self) -> None:
        self.neutral: FloatArray = np.full(len(MEASURES), np.nan)
        self.trace: FloatArray = np.full(len(ACTION_UNITS), np.nan)
        self.seen_s = 0.0
        self._samples: list[FloatArray] = []
        self._last_s = np.nan

    @property
    def ready(self) -> bool:
        """Whether there is enough to score with."""
        return self.seen_s >= READY_S - _TOLERANCE_S and len(self._samples) >= _MIN_SAMPLES

    @property
    def final(self) -> bool:
        """Whether the baseline stays as it is from now on."""
        return self.ready and self.seen_s >= LEARN_S - _TOLERANCE_S

    def step(self, measures: FloatArray, t_s: float) -> None:
        """measures (M,), finite, of a usable face at t_s (increasing); they change nothing once the baseline is
        final."""
        learnt = self.final
        if self._samples:
            self.seen_s += min(t_s - self._last_s, _MAX_STEP_S)
        self._last_s = t_s
        if learnt:
            return
        self._samples.append(measures)
        if self.ready:
            self._learn()

    def _learn(self) -> None:
        samples = np.array(self._samples)
        population = head_table()
        activity = np.maximum(unit_values(samples, population.neutral), 0.0).sum(axis=1)
        calm = samples[activity <= np.quantile(activity, _CALMEST) + _CALM_LEVELS]
        margin = _LIMIT_SPREADS * population.spread
        self.neutral = np.clip(np.median(calm, axis=0), population.neutral - margin, population.neutral + margin)
        # What flickers from one frame to the next (a face a few pixels wide) is noise, not an expression.
        flicker = np.abs(np.diff(unit_values(samples, self.neutral), axis=0))
        self.trace = np.minimum(TRACE + _MAD_TO_SD * np.median(flicker, axis=0) / np.sqrt(2.0), _MAX_TRACE)
