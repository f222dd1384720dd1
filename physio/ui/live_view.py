"""What the live page shows beside the picture, made from a LiveSnapshot. Plain functions to HTML text."""

import math
from collections.abc import Sequence
from html import escape

from physio.kinematics.angles import ANGLES
from physio.kinematics.view import view_label
from physio.live_snapshot import LiveSetup, LiveSnapshot
from physio.types import Affect, FaceReason, FaceState, Reason, Rep
from physio.ui import texts
from physio.ui.tiles import NO_VALUE, check, clock, facts, mean, number, scale, sparkline, tile, tiles

DARK_BELOW, BRIGHT_ABOVE = 45.0, 225.0
MAX_FACE_AGE_S = 0.5
_SPARK_POINTS = 60
_PSPI_SHOWN_TO = 6.0
_ANGLE_WORDS = {angle.base: angle.label.split(",")[0] for angle in ANGLES}


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
        check(_light(snapshot.brightness), "light", _light_advice(snapshot.brightness)),
        check(snapshot.whole_body, "whole body", texts.NOT_WHOLE_BODY),
        f"<b>{number(snapshot.fps)}</b>/s, <b>{snapshot.dropped}</b> dropped",
    )


def title_line(setup: LiveSetup) -> str:
    """What is being done."""
    goal = f"target {setup.target_reps} repetitions" if setup.target_reps else "no target"
    parts = (setup.exercise.name, texts.SIDES[setup.side], goal)
    return f'<div class="ph-doing">{" · ".join(escape(part) for part in parts)}</div>'


def results(reps: Sequence[Rep], duration_s: float, target_reps: int) -> str:
    """A finished session in four tiles."""
    of = f"/ {target_reps}" if target_reps else ""
    return tiles(
        tile("Repetitions", str(len(reps)), of=of),
        tile("Form, mean", number(mean([rep.score for rep in reps]))),
        tile("Range, mean", number(mean([rep.rom_deg for rep in reps]), unit="°")),
        tile("Duration", clock(duration_s)),
        figures=True,
    )


def _reps(snapshot: LiveSnapshot, setup: LiveSetup) -> str:
    missed = f"{snapshot.rejected} not counted" if snapshot.rejected else ""
    of = f"/ {setup.target_reps}" if setup.target_reps else ""
    return tile("Repetitions", str(len(snapshot.reps)), missed, of=of)


def _angle(snapshot: LiveSnapshot, setup: LiveSetup) -> str:
    exercise, result = setup.exercise, snapshot.result
    value = result.signal_deg if result else math.nan
    reason = texts.REASONS[result.reason] if result and not math.isfinite(value) else ""
    bar = scale(value, 0.0, _scale_end(exercise.target_deg), exercise.target_deg, f"target {exercise.target_deg:.0f}°")
    label = _ANGLE_WORDS[exercise.signal.angle]
    return tile(label, number(value, unit="°"), reason or f"target {exercise.target_deg:.0f}°", extra=bar)


def _scale_end(target_deg: float) -> float:
    return max(30.0, math.ceil(target_deg * 1.25 / 10) * 10)


def _form(snapshot: LiveSnapshot, setup: LiveSetup) -> str:
    last = snapshot.reps[-1] if snapshot.reps else None
    score = last.score if last else math.nan
    return tile("Form, 0-100", number(score), _remark(last, setup))


def _remark(rep: Rep | None, setup: LiveSetup) -> str:
    if rep is None:
        return "after the first repetition"
    if not rep.faults:
        return f"repetition {rep.index}: within the criteria"
    worst = min(rep.faults, key=lambda fault: ("error", "warning", "info").index(fault.severity))
    return f"repetition {rep.index}: {setup.exercise.criterion(worst.id).label}"


def _face(snapshot: LiveSnapshot, setup: LiveSetup, show: bool) -> tuple[str, str]:
    """Pain and state; a dash with the reason when they may not be shown."""
    affect = snapshot.result.affect if snapshot.result else None
    reason = _face_reason(affect, setup, show)
    labels = ("Pain (face, estimate)", "Face (estimate)")
    if reason or affect is None:
        pain, state = (_half(tile(label, NO_VALUE, reason)) for label in labels)
        return pain, state
    spark = sparkline(_recent_pspi(snapshot), _PSPI_SHOWN_TO, "pain estimate over the last 20 seconds")
    if math.isfinite(affect.pspi):
        pain = tile(labels[0], number(affect.pspi), texts.pain_word(affect.pspi), of="of 16", extra=spark)
    else:
        pain = tile(labels[0], NO_VALUE, texts.FACE_LEARNING, extra=spark)
    return _half(pain), _half(tile(labels[1], texts.STATES[affect.state], "", word=True))


def _half(html: str) -> str:
    return html.replace('class="ph-tile"', 'class="ph-tile half"', 1)


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
    values: list[float] = snapshot.trace.pspi.tolist()
    return values[:: max(1, len(values) // _SPARK_POINTS)]


def _recording(snapshot: LiveSnapshot) -> str:
    if snapshot.end is not None:
        return '<span class="ph-rec off">not recording</span>'
    return f'<span class="ph-rec">recording {clock(snapshot.last_t_s)}</span>'


def _view(snapshot: LiveSnapshot, setup: LiveSetup) -> str:
    result = snapshot.result
    if result is None or result.pose is None:
        return ""
    view = view_label(result.kinematics.azimuth_deg)
    wanted = setup.exercise.view
    off = result.reason is Reason.OFF_VIEW
    advice = f"view: {view}, turn to the {wanted}" if wanted != "any" else f"view: {view}"
    return check(not off, f"view: {view}", advice)


def _light(brightness: float) -> bool | None:
    return DARK_BELOW <= brightness <= BRIGHT_ABOVE if math.isfinite(brightness) else None


def _light_advice(brightness: float) -> str:
    return texts.TOO_DARK if brightness < DARK_BELOW else texts.TOO_BRIGHT
