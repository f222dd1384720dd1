"""Whether the far ends of a movement were measured, or fell into a gap."""

import numpy as np

from physio.types import FloatArray

GAP_S = 0.2
"""A gap at least this long can hide the end of a movement; shorter ones hide a few degrees at most."""
EDGE_S = 0.2
MOVING_DPS = 20.0
"""Faster than this at the edge of a gap, an angle is on its way and not at rest (sway and noise stay below)."""
NEAR_END_DEG = 5.0
"""Values this close to the smallest or largest one belong to that end."""


def lost_ends(t_s: FloatArray, values_deg: FloatArray) -> tuple[bool, bool]:
    """Whether the (smallest, largest) value was not measured: values_deg (T,), NaN where unknown, was moving outward
    within NEAR_END_DEG of its own extreme when it went into a gap, or inward when it came out of one. Then the extreme
    is where the measurement ended and not where the movement did."""
    known = np.flatnonzero(np.isfinite(values_deg))
    if known.size == 0:
        return False, False
    t, x = t_s[known], values_deg[known]
    gap = np.diff(t) >= GAP_S
    before = np.flatnonzero(np.append(gap, t_s[-1] - t[-1] >= GAP_S))
    after = np.flatnonzero(np.insert(gap, 0, t[0] - t_s[0] >= GAP_S))
    # Outward speed at each edge, taken towards the gap.
    edges = [(x[i], _speed_dps(t, x, int(i), -1)) for i in before] + [
        (x[i], _speed_dps(t, x, int(i), 1)) for i in after
    ]
    low, high = x.min(), x.max()
    return (
        any(value <= low + NEAR_END_DEG and speed < -MOVING_DPS for value, speed in edges),
        any(value >= high - NEAR_END_DEG and speed > MOVING_DPS for value, speed in edges),
    )


def _speed_dps(t_s: FloatArray, x_deg: FloatArray, edge: int, step: int) -> float:
    """Mean speed towards the edge over the EDGE_S next to it, before (step -1) or after it (1); 0 with too little."""
    far = edge
    while 0 <= far + step < t_s.size and abs(t_s[far + step] - t_s[edge]) <= EDGE_S:
        far += step
    span_s = abs(float(t_s[edge] - t_s[far]))
    return float(x_deg[edge] - x_deg[far]) / span_s if span_s >= EDGE_S / 2 else 0.0
