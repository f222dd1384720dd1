"""What the repetitions of a session come to: which of them were measured, which end is which, and the numbers over
them. The one home of these rules: pages, trends and the store ask here."""

import math
from collections.abc import Sequence

import numpy as np

from physio.exercise.scoring import little_judged
from physio.types import FloatArray, Rep, Side

NAN = math.nan


def measured(reps: Sequence[Rep]) -> tuple[Rep, ...]:
    """Those whose range was measured; all of them when none was, because an estimate is better than nothing."""
    return tuple(rep for rep in reps if not rep.estimated) or tuple(reps)


def all_estimated(reps: Sequence[Rep]) -> bool:
    """Whether there are repetitions and all of their ranges are estimates."""
    return bool(reps) and all(rep.estimated for rep in reps)


def reps_error_deg(reps: Sequence[Rep]) -> float:
    """The expected error of the mean of ranges of motion: the mean of theirs, because the errors of one camera have one
    sign; NaN when any is unknown, or there are none."""
    return float(np.mean([rep.rom_error_deg for rep in reps])) if reps else NAN


def ends_deg(reps: Sequence[Rep]) -> tuple[float, float]:
    """The smallest and the largest angle that any of them began at or reached; NaN when one is unknown, as in what
    earlier versions stored, or there are none."""
    ends = np.array([(rep.start_deg, rep.peak_deg) for rep in reps])
    return (float(ends.min()), float(ends.max())) if reps else (NAN, NAN)


def worked_side(reps: Sequence[Rep], asked: Side | None) -> Side | None:
    """The side of all repetitions, else both; the one that was asked for without any."""
    sides = {rep.side for rep in reps}
    if not sides:
        return asked
    return sides.pop() if len(sides) == 1 else "both"


def mostly(count: float, reps: int) -> bool:
    """Whether that is more than half of the repetitions."""
    return 2 * count > reps


def session_numbers(reps: Sequence[Rep]) -> dict[str, float]:
    """The session-level metrics of METRICS that counted repetitions give, by name; what is unknown is left out.

    - rep_score_, rep_rom_, rep_duration_ with mean and sd (sd from two on), rep_rom_max, rep_rom_error (the mean of
      theirs, when all are known), rep_peak_mean; degrees are those of the repetitions that were measured
    - rep_estimated_count of those whose range is an estimate, rep_rom_estimated, its mean, rep_min_estimated and
      rep_max_estimated, the ends that these reached
    - rep_judged_pct, the mean share of criteria that could be judged, and rep_little_judged, in how many repetitions
      that is less than half
    """
    if not reps:
        return {}
    sure, guessed = ([rep for rep in reps if rep.estimated is kind] for kind in (False, True))
    roms, durations = _column(sure, "rom_deg"), _column(reps, "end_s") - _column(reps, "start_s")
    scores = _column(reps, "score")
    lowest, highest = ends_deg(guessed)
    found = {
        "rep_score_mean": _mean(scores),
        "rep_score_sd": _sd(scores),
        "rep_judged_pct": _mean(
            np.array([100 * rep.criteria_judged / rep.criteria_total for rep in reps if rep.criteria_total])
        ),
        "rep_little_judged": float(sum(map(little_judged, reps))),
        "rep_rom_mean": _mean(roms),
        "rep_rom_sd": _sd(roms),
        "rep_rom_max": float(np.max(_known(roms), initial=-math.inf)),
        "rep_rom_error": reps_error_deg(sure),
        "rep_estimated_count": float(len(guessed)),
        "rep_rom_estimated": _mean(_column(guessed, "rom_deg")),
        "rep_min_estimated": lowest,
        "rep_max_estimated": highest,
        "rep_peak_mean": _mean(_column(sure, "peak_deg")),
        "rep_duration_mean": _mean(durations),
        "rep_duration_sd": _sd(durations),
    }
    return {name: value for name, value in found.items() if math.isfinite(value)}


def highest_pspi(rep: Rep, t_s: FloatArray, pspi: FloatArray) -> float:
    """The largest PSPI (n,) of frames at t_s (n,) during a repetition; NaN when it is known in fewer than half of its
    frames: what was not seen may have been more."""
    here = pspi[(t_s >= rep.start_s) & (t_s < rep.end_s)]
    known = _known(here)
    return float(known.max()) if known.size and 2 * known.size >= here.size else NAN


def _column(reps: Sequence[Rep], name: str) -> FloatArray:
    return np.array([getattr(rep, name) for rep in reps], dtype=np.float64)


def _known(values: FloatArray) -> FloatArray:
    return values[np.isfinite(values)]


def _mean(values: FloatArray) -> float:
    known = _known(values)
    return float(known.mean()) if known.size else NAN


def _sd(values: FloatArray) -> float:
    """From two known values on."""
    known = _known(values)
    return float(known.std(ddof=1)) if known.size > 1 else NAN
