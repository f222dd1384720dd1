"""The facial expression signal: which of seven expressions a face shows, and how pleasant and how aroused that is."""

from dataclasses import replace

import numpy as np

from physio.types import Affect

EXPRESSIONS: tuple[str, ...] = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")


def without_expression(affect: Affect) -> Affect:
    """The reading with nothing known of the facial expression signal."""
    return replace(affect, expression=np.full(len(EXPRESSIONS), np.nan), valence=np.nan, arousal=np.nan)
