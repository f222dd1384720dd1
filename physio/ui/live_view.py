"""What the live page shows beside the picture, made from a LiveSnapshot. Plain functions to HTML text."""

import itertools
import math
from collections.abc import Sequence
from html import escape

import numpy as np

from physio.exercise.framing import DARK_BELOW
from physio.exercise.guidance import turn_cue
from physio.kinematics.angles import ANGLE_INDEX, BASE_LABELS, angles_of
from physio.kinematics.view import misses, view_label
from physio.language import english
from physio.live.snapshot import TRACE_S, WHOLE, LiveSetup, LiveSnapshot
from physio.types import Affect, FaceReason, FaceState, Kinematics, Reason, Rep
from physio.ui import texts
from physio.ui.tiles import NO_VALUE, Extra, check, clock, facts, figures, mean, number, scale, sparkline, tile, tiles

BRIGHT_ABOVE = 225.0
MAX_FACE_AGE_S = 0.5
_SPARK_POINTS = 40
_PSPI_SHOWN_TO = 6.0


def numbers(snapshot: LiveSnapshot, setup: LiveSetup, show_face: bool) -> str:
    """All tiles."""
    return tiles(
        _reps(snapshot, setup),
        _angle(snapshot, setup),
        _form(snapshot, setup),
        *_face(snapshot, setup, show_face),
    )


def status_line(snapshot: LiveSnapshot, setup: LiveSetup) -> str:
    """Whether it records and for how long, what the picture is like, and the frame rate."""
    return facts(
        _recording(snapshot),
        _view(snapshot, setup),
        _light(snapshot),
        ""
        if snapshot.cut_off is None
        else check(snapshot.cut_off is WHOLE, "in the picture", _advice(english(snapshot.cut_off))),
        f"<b>{number(snapshot.fps)}</b>/s, <b>{snapshot.dropped}</b> dropped",
    )


def title_line(setup: LiveSetup) -> str:
    """What is being done."""
    goal = f"target {setup.target_reps} repetitions" if setup.target_reps else "no target"
    parts = (english(setup.exercise.name), texts.SIDES[setup.side], goal)
    return f'<div class="ph-doing">{" · ".join(escape(part) for part in parts)}</div>'


def results(reps: Sequence[Rep], duration_s: float, target_reps: int, range_error_deg: float) -> str:
    """A finished session in four tiles; range_error_deg: expected error of its ranges, NaN when unknown."""
    of = f"/ {target_reps}" if target_reps else ""
    sure = f"± {range_error_deg:.0f}°" if reps and math.isfinite(range_error_deg) else ""
    return figures(
        tile("Repetitions", str(len(reps)), "", Extra(of=of)),
        tile("Form, mean", number(mean(rep.score for rep in reps))),
        tile("Range, mean", number(mean(rep.rom_deg for rep in reps), unit="°"), "", Extra(of=sure)),
        tile("Duration", clock(duration_s)),
        narrow=2,
    )


def _reps(snapshot: LiveSnapshot, setup: LiveSetup) -> str:
    missed = f"{snapshot.rejected} not counted" if snapshot.rejected else ""
    of = f"/ {setup.target_reps}" if setup.target_reps else ""
    return tile("Repetitions", str(len(snapshot.reps)), missed, Extra(of=of, span=5))


def _angle(snapshot: LiveSnapshot, setup: LiveSetup) -> str:
    exercise, result = setup.exercise, snapshot.result
    value = result.signal_deg if result else math.nan
    known = result is not None and math.isfinite(value) and result.reason in (Reason.OK, Reason.SECOND_PERSON)
    value = value if known else math.nan
    reason = texts.REASONS[result.reason] if result and not known else ""
    error_deg = signal_error_deg(result.kinematics, setup) if result and known else math.nan
    goal = f"target {exercise.target_deg:.0f}°"
    extra = Extra(
        of=f"± {error_deg:.0f}°" if math.isfinite(error_deg) else "",
        html=scale(value, 0.0, _scale_end(exercise.target_deg), exercise.target_deg, goal),
        span=8,
    )
    return tile(english(BASE_LABELS[exercise.signal.angle]), number(value, unit="°"), reason or goal, extra)


def signal_error_deg(kinematics: Kinematics, setup: LiveSetup) -> float:
    """The expected error of the exercise's angle now: the larger one when both sides are measured, NaN if unknown."""
    of_signal = [ANGLE_INDEX[name] for name in angles_of(setup.exercise.signal.angle, setup.side)]
    errors = kinematics.error_deg[of_signal][np.isfinite(kinematics.angles_deg[of_signal])]
    return float(np.nanmax(errors)) if np.isfinite(errors).any() else math.nan


def _scale_end(target_deg: float) -> float:
    return max(30.0, math.ceil(target_deg * 1.25 / 10) * 10)


def _form(snapshot: LiveSnapshot, setup: LiveSetup) -> str:
    last = snapshot.reps[-1] if snapshot.reps else None
    return tile("Form, 0-100", number(last.score if last else math.nan), _remark(last, setup), Extra(span=5))


def _remark(rep: Rep | None, setup: LiveSetup) -> str:
    if rep is None:
        return "after the first repetition"
    if not rep.faults:
        return f"repetition {rep.index}: within the criteria"
    worst = min(rep.faults, key=lambda fault: ("error", "warning", "info").index(fault.severity))
    return f"repetition {rep.index}: {english(setup.exercise.criterion(worst.id).label)}"


def _face(snapshot: LiveSnapshot, setup: LiveSetup, show: bool) -> tuple[str, str]:
    """Pain and state; a dash with the reason when they may not be shown."""
    affect = snapshot.result.affect if snapshot.result else None
    reason = _face_reason(affect, setup, show)
    labels = ("Pain (face, estimate)", "Face (estimate)")
    if reason or affect is None:
        pain, state = (tile(label, NO_VALUE, reason, Extra(span=9)) for label in labels)
        return pain, state
    spark = sparkline(_recent_pspi(snapshot), _PSPI_SHOWN_TO, "pain estimate over the last 20 seconds")
    if math.isfinite(affect.pspi):
        word = texts.pain_word(affect.pspi)
        pain = tile(labels[0], number(affect.pspi), word, Extra(of="of 16", html=spark, span=9))
    else:
        pain = tile(labels[0], NO_VALUE, texts.FACE_LEARNING, Extra(html=spark, span=9))
    return pain, tile(labels[1], texts.STATES[affect.state], "", Extra(span=9, word=True))


def _face_reason(affect: Affect | None, setup: LiveSetup, show: bool) -> str:
    if not setup.face:
        return texts.FACE_OFF
    if not show:
        return texts.FACE_HIDDEN
    if affect is None:
        return ""
    if affect.reason is not FaceReason.OK:
        return texts.FACE_REASONS[affect.reason]
    if affect.state is FaceState.NO_FACE or affect.age_s > MAX_FACE_AGE_S:
        return texts.FACE_REASONS[FaceReason.NOT_FOUND]
    return ""


def _recent_pspi(snapshot: LiveSnapshot) -> list[float]:
    """The largest value in each part of the last TRACE_S seconds, NaN where there was none."""
    trace = snapshot.trace
    edges = trace.t_s[-1] - TRACE_S + np.arange(_SPARK_POINTS + 1) * TRACE_S / _SPARK_POINTS
    places = np.searchsorted(trace.t_s, edges)
    parts = [trace.pspi[a:b] for a, b in itertools.pairwise(places)]
    return [float(np.nanmax(part)) if np.isfinite(part).any() else math.nan for part in parts]


def _recording(snapshot: LiveSnapshot) -> str:
    if snapshot.end is not None:
        return '<span class="ph-rec off">not recording</span>'
    return f'<span class="ph-rec">recording {clock(snapshot.last_t_s)}</span>'


def _view(snapshot: LiveSnapshot, setup: LiveSetup) -> str:
    result = snapshot.result
    if result is None or result.pose is None:
        return ""
    azimuth_deg, wanted = result.kinematics.azimuth_deg, setup.exercise.view
    view = view_label(azimuth_deg)
    if misses(wanted, azimuth_deg):
        turn = turn_cue(setup.exercise, setup.side, azimuth_deg)
        return check(False, "", f"view: {view}, {_advice(english(turn.text))}")
    advice = f"view: {view}, turn to the {wanted}" if wanted != "any" else f"view: {view}"
    return check(result.reason is not Reason.OFF_VIEW, f"view: {view}", advice)


def _light(snapshot: LiveSnapshot) -> str:
    """Too dark is what the body is, too bright the whole picture: against a window the body itself stays dark."""
    picture = snapshot.brightness
    body = snapshot.result.observation.brightness if snapshot.result else math.nan
    if not math.isfinite(picture):
        return ""
    if (body if math.isfinite(body) else picture) < DARK_BELOW:
        return check(False, "", texts.TOO_DARK)
    return check(picture <= BRIGHT_ABOVE, "light", texts.TOO_BRIGHT)


def _advice(line: str) -> str:
    """A line for the patient as part of a longer one."""
    return line[:1].lower() + line[1:].removesuffix(".")
