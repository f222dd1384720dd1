"""Flashes: expressions of less than half a second, as the moments at which they ended."""

import numpy as np

from physio.types import FloatArray


def flash_times(t_s: FloatArray, flash: FloatArray) -> FloatArray:
    """When flashes ended (k,), from the marks (n,) of frames at t_s (n,): 1 where one has just ended, NaN or 0
    elsewhere. Frames between two looks at the face repeat the mark; of each
    stretch the first frame counts."""
    marked = flash > 0
    begins = marked & ~np.append(False, marked)[: marked.size]
    return np.asarray(t_s[begins])
