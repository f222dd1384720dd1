"""Whether what the patient reports and what the face shows contradict each other. A contradiction is said, never
averaged away: the face is quiet in many who are in pain, and grimaces with effort, so that neither corrects the other.

The limits: a report of 4 or more is moderate pain in the usual cut points of the 0-10 scale (1-3 mild, 4-6 moderate,
7-10 severe: Jensen, Smith, Ehde and Robinson 2001, Pain 91:317-322), and below 2 it cannot be told from no pain (the
smallest difference that matters is about 2 points: Farrar et al. 2001, Pain 94:149-158). A PSPI below 1 is none and
from 3 on marked (the bins of Hammal and Cohn, see affect.pain).
"""

import math
from typing import Literal

import numpy as np

from physio.affect.pain import NEEDED_SCORED_S, STRONG_PSPI, pain_word
from physio.messages import Message, message
from physio.types import FloatArray

MODERATE_FROM_NRS = 4.0
NONE_BELOW_NRS = 2.0
NONE_BELOW_PSPI = 1.0
BEFORE_S = 20.0
"""A report is held against so much of the face before it: what it is about has just happened."""

Disagreement = Literal["face_none", "face_marked"]
"""The patient reports at least moderate pain and the face shows none; the patient reports none and the face much."""


def disagreement(reported: float, sustained_pspi: float, highest_pspi: float) -> Disagreement | None:
    """How a report (0-10) and the face (95th percentile and largest value of the same time) contradict each other; None
    when they do not, or any of the three is NaN. A face that was marked for a moment did not show nothing."""
    if reported >= MODERATE_FROM_NRS and sustained_pspi < NONE_BELOW_PSPI and highest_pspi < STRONG_PSPI:
        return "face_none"
    if reported < NONE_BELOW_NRS and sustained_pspi >= STRONG_PSPI and math.isfinite(highest_pspi):
        return "face_marked"
    return None


def disagreement_before(reported: float, at_s: float, t_s: FloatArray, pspi: FloatArray) -> Disagreement | None:
    """The same of a report at at_s and the PSPI (n,) of frames at t_s (n,), increasing, in the BEFORE_S up to then;
    also None when less than NEEDED_SCORED_S of it is known."""
    near = (t_s > at_s - BEFORE_S) & (t_s <= at_s)
    known = pspi[near & np.isfinite(pspi)]
    length_s = float(np.ptp(t_s[near])) if near.any() else 0.0
    if known.size < 2 or known.size / np.count_nonzero(near) * length_s < NEEDED_SCORED_S:
        return None
    return disagreement(reported, float(np.percentile(known, 95)), float(known.max()))


def disagreement_message(kind: Disagreement, reported: float) -> Message:
    """What is said of it."""
    word = pain_word(0.0 if kind == "face_none" else STRONG_PSPI)
    return message("pain.disagreement", score=reported, word=word)
