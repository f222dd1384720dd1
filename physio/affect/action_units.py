"""Facial action units (FACS) from the geometry of the 478 face landmarks.

A unit is a weighted sum of geometry.MEASURES, each taken against the person's own neutral face, in the 0-5 (A-E)
intensities of FACS. The weights stand in action_units.toml; tools/fit_action_units.py makes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from physio.affect.geometry import MEASURE_INDEX, MEASURES, frozen, read_table
from physio.types import FloatArray


@dataclass(frozen=True, slots=True)
class ActionUnit:
    """name: column name (au + two digits); label: FACS name."""

    name: str
    label: str


ACTION_UNITS: tuple[ActionUnit, ...] = (
    ActionUnit("au01", "AU1 inner brow raiser"),
    ActionUnit("au02", "AU2 outer brow raiser"),
    ActionUnit("au04", "AU4 brow lowerer"),
    ActionUnit("au05", "AU5 upper lid raiser"),
    ActionUnit("au06", "AU6 cheek raiser"),
    ActionUnit("au07", "AU7 lid tightener"),
    ActionUnit("au09", "AU9 nose wrinkler"),
    ActionUnit("au10", "AU10 upper lip raiser"),
    ActionUnit("au12", "AU12 lip corner puller"),
    ActionUnit("au14", "AU14 dimpler"),
    ActionUnit("au15", "AU15 lip corner depressor"),
    ActionUnit("au17", "AU17 chin raiser"),
    ActionUnit("au20", "AU20 lip stretcher"),
    ActionUnit("au23", "AU23 lip tightener"),
    ActionUnit("au24", "AU24 lip pressor"),
    ActionUnit("au25", "AU25 lips part"),
    ActionUnit("au26", "AU26 jaw drop"),
    ActionUnit("au43", "AU43 eyes closed"),
    ActionUnit("au45", "AU45 blink"),
)
AU_INDEX: dict[str, int] = {unit.name: i for i, unit in enumerate(ACTION_UNITS)}

FULL_SCALE = 5.0
TRACE = 0.5
"""Below half a level nothing is scored: FACS has no intensity under A."""
CLOSED_BELOW = 0.35
"""Share of the neutral eye opening under which the eyes count as closed."""
NARROW_BELOW = 0.6
"""Share of the neutral opening under which lids are on their way to or from shut; AU7 alone rarely gets there."""
_AU12, _APERTURE = AU_INDEX["au12"], MEASURE_INDEX["eye_aperture"]


@dataclass(frozen=True, slots=True)
class UnitTable:
    """weights (U, M): levels per eye distance. smile (U,): levels of a unit that come along with one level of AU12;
    closure (U,): levels that come along with shut eyes. Both are taken off, so that smiling or closing the eyes does
    not read as AU4, 6, 7, 9 or 10 (FACS scores those beside AU12 only where they exceed what AU12 alone does)."""

    weights: FloatArray
    smile: FloatArray
    closure: FloatArray


@cache
def unit_table() -> UnitTable:
    """The fitted weights; arrays are read-only. AU43 has none: it is a matter of time (pain.EyeClosure)."""
    rows: Mapping[str, Mapping[str, float]] = read_table()["units"]
    weights = [[rows.get(unit.name, {}).get(measure.name, 0.0) for measure in MEASURES] for unit in ACTION_UNITS]
    return UnitTable(
        weights=frozen(weights),
        smile=frozen([rows.get(unit.name, {}).get("smile", 0.0) for unit in ACTION_UNITS]),
        closure=frozen([rows.get(unit.name, {}).get("closure", 0.0) for unit in ACTION_UNITS]),
    )


def eye_opening(measures: FloatArray, neutral: FloatArray) -> FloatArray:
    """Eye aperture as a share of the neutral one: 1 as at rest, about 0 when closed.

    measures (..., M), neutral (M,) -> (...); NaN where a measure is unknown.
    """
    return np.asarray(measures[..., _APERTURE] / neutral[_APERTURE], dtype=np.float64)


def shut(opening: ArrayLike) -> FloatArray:
    """How far the lids are on their way from NARROW_BELOW (0) to shut (1), for eye openings of any shape."""
    return np.clip(1.0 - np.asarray(opening, dtype=np.float64) / NARROW_BELOW, 0.0, 1.0)


def unit_values(measures: FloatArray, neutral: FloatArray) -> FloatArray:
    """Signed unit values before trace and limits.

    measures (..., M) as from geometry.measure_face, neutral (M,) the same of that person at rest. Returns (..., U) in
    levels, negative where the face moved the other way, AU43 always 0, NaN where a measure is unknown.
    """
    table = unit_table()
    values: FloatArray = (measures - neutral) @ table.weights.T
    smile = np.maximum(values[..., _AU12], 0.0)
    closing = shut(eye_opening(measures, neutral))
    return values - smile[..., None] * table.smile - closing[..., None] * table.closure


def intensities(values: FloatArray, trace: FloatArray | float = TRACE) -> FloatArray:
    """Levels 0-5 from unit_values (..., U): nothing up to `trace` (U,) or one number, then linear so that 5 stays 5."""
    return np.clip((values - trace) * FULL_SCALE / (FULL_SCALE - trace), 0.0, FULL_SCALE)
