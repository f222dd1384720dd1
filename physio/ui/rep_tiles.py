"""What repetitions come to, as tiles: the same on the live page and in review."""

import math
from collections.abc import Sequence

import numpy as np

from physio.exercise.scoring import little_judged
from physio.kinematics.view import view_label
from physio.messages import Message, message
from physio.repetitions import all_estimated, measured, mostly, reps_error_deg
from physio.types import Rep
from physio.ui.say import NO_VALUE, number, say
from physio.ui.tiles import Extra, mean, tile


def about(value_deg: float, estimated: bool) -> str:
    """106°, ≈ 106° for an estimate, a dash when it is unknown."""
    if not math.isfinite(value_deg):
        return NO_VALUE
    return say("ui.about", value_deg=value_deg) if estimated else number(value_deg, unit="°")


def why_estimated(view_valid: bool) -> Message:
    """Why ranges of motion are estimates; view_valid: whether the camera served the exercise."""
    return message("ui_review.estimated_hidden" if view_valid else "ui_review.estimated_view")


def range_tile(label: str, reps: Sequence[Rep], view_valid: bool) -> str:
    """The mean range of those that were measured, with its expected error; of estimates when there are none."""
    shown, guessed = measured(reps), all_estimated(reps)
    roms = [rep.rom_deg for rep in shown]
    error_deg = reps_error_deg(shown)
    extra = Extra(of=say("ui.plus_minus", error_deg=error_deg) if math.isfinite(error_deg) else "", weak=guessed)
    return tile(label, about(mean(roms), guessed), _range_note(reps, shown, view_valid), extra)


def _range_note(reps: Sequence[Rep], shown: Sequence[Rep], view_valid: bool) -> str:
    if all_estimated(reps):
        return say("ui_review.estimate_unknown", why=why_estimated(view_valid))
    spread = spread_note([rep.rom_deg for rep in shown], "ui_review.sd_degrees")
    left_out = len(reps) - len(shown)
    return _both(spread, say("ui_review.left_out", count=left_out) if left_out else "")


def form_tile(label: str, reps: Sequence[Rep], view_valid: bool, azimuth_deg: float) -> str:
    """The mean form score, greyed where it proves little: the camera stood wrong for some of the criteria, or most
    repetitions could be judged by fewer than half of theirs."""
    scores = [rep.score for rep in reps]
    judged = judged_note(reps, view_valid, azimuth_deg)
    spread = spread_note(scores, "ui_review.sd_points")
    weak = mostly(sum(map(little_judged, reps)), len(reps)) or (bool(judged) and not view_valid)
    return tile(label, number(mean(scores)), _both(spread, judged), Extra(weak=weak))


def uncertain(rep: Rep) -> bool:
    """Whether a repetition's form score proves little: most of its criteria not judged, or its range estimated."""
    return rep.estimated or little_judged(rep)


def judged_note(reps: Sequence[Rep], view_valid: bool = True, azimuth_deg: float = math.nan) -> str:
    """2–3 of 5 criteria judged: filmed from the front; nothing where all were, or earlier versions did not store it.
    Two numbers where repetitions differ: the total grows once the person's usual range is known."""
    counted = [rep for rep in reps if rep.criteria_total]
    if all(rep.criteria_judged == rep.criteria_total for rep in counted):
        return ""
    judged, total = _ends([rep.criteria_judged for rep in counted]), _ends([rep.criteria_total for rep in counted])
    text = message("ui_review.criteria_judged", judged=judged, total=total)
    if view_valid or not math.isfinite(azimuth_deg):
        return say(text)
    return say(
        "ui_review.judged_from", judged=text, seen=message(f"doubt.from.{view_label(azimuth_deg).replace('-', '_')}")
    )


def _ends(counts: Sequence[int]) -> str:
    """3; 2–3 when they differ."""
    return "–".join(str(count) for count in sorted({min(counts), max(counts)}))


def spread_note(values: Sequence[float], code: str) -> str:
    """The standard deviation, from two known values on."""
    known = np.array([value for value in values if math.isfinite(value)])
    return say(code, sd=float(known.std(ddof=1))) if known.size > 1 else ""


def _both(first: str, second: str) -> str:
    return "; ".join(part for part in (first, second) if part)
