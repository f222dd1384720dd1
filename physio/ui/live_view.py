"""What the live page shows beside the image, made from a LiveSnapshot, as HTML."""

import math
from collections.abc import Sequence
from html import escape

import numpy as np

from physio.exercise.framing import DARK_BELOW, needed_landmarks, parts_of
from physio.exercise.guidance import praiseworthy, turn_cue
from physio.exercise.prompts import part_term
from physio.kinematics.angles import ANGLE_INDEX, BASE_LABELS, angles_of
from physio.kinematics.view import misses, view_label
from physio.live.snapshot import WHOLE, LiveSetup, LiveSnapshot
from physio.live.visit import VisitSnapshot
from physio.summary import Summary
from physio.terms import side_term, term
from physio.types import Kinematics, Reason, Rep
from physio.ui.live_face import face_line, face_tiles
from physio.ui.rep_tiles import form_tile, judged_note, range_tile
from physio.ui.say import number, say, words
from physio.ui.tiles import Extra, check, check_list, clock, facts, figures, of_target, scale, tile, tiles

BRIGHT_ABOVE = 225.0
NO_IMAGE_S = 5.0
SLOW_BELOW_FPS = 12.0


def numbers(snapshot: LiveSnapshot, setup: LiveSetup, show_face: bool) -> str:
    """All tiles, and the line under them."""
    return tiles(
        _reps(snapshot, setup),
        _angle(snapshot, setup),
        _form(snapshot, setup),
        *face_tiles(snapshot, setup, show_face),
    ) + face_line(snapshot, setup, show_face)


def status_line(snapshot: LiveSnapshot, setup: LiveSetup) -> str:
    """Whether it records and for how long, and what the image is like."""
    return facts(
        _recording(snapshot),
        _view(snapshot, setup),
        _light(snapshot),
        _whole_body(snapshot),
        check(False, "", say("ui_live.slow")) if snapshot.fps < SLOW_BELOW_FPS else "",
        _reduced(snapshot),
    )


def checks(snapshot: LiveSnapshot, setup: LiveSetup) -> str:
    """Before the start: each thing that must be right with a tick, or what to do about it."""
    if snapshot.since_frame_s > NO_IMAGE_S:
        return check_list(check(False, "", say("ui_live.no_image")))
    if snapshot.result is None:
        return check_list(escape(words("ui_live.camera_waiting")))
    if snapshot.result.pose is None:
        return check_list(check(False, "", say("ui_live.nobody")), _light(snapshot))
    return check_list(
        check(len(snapshot.result.observation.people) < 2, say("ui_live.one_person"), say("ui_live.several_people")),
        _in_view(snapshot, setup),
        _view(snapshot, setup),
        _light(snapshot),
        check(False, "", say("ui_live.slow")) if snapshot.fps < SLOW_BELOW_FPS else "",
    )


def _in_view(snapshot: LiveSnapshot, setup: LiveSetup) -> str:
    """Whether all that the exercise needs is in view, and what that is."""
    if snapshot.cut_off is not WHOLE:
        return _whole_body(snapshot)
    needed = parts_of(needed_landmarks(setup.exercise, setup.side))
    parts = ", ".join(say(part_term(part)) for part in needed)
    return check(True, say("ui_live.needed_in_view", parts=parts), "")


def next_line(now: VisitSnapshot, who: str) -> str:
    """Who is about to be recorded, and how long the rest has been."""
    rest = say("ui_live.rest", time=clock(now.rest_s)) if math.isfinite(now.rest_s) else ""
    return f'<div class="ph-next"><b>{escape(who)}</b><span>{escape(rest)}</span></div>'


def title_line(setup: LiveSetup, who: str, set_number: int = 0) -> str:
    """Who does what. who: the patient as listed; set_number: 0 when it is not known."""
    target = setup.assignment.target_reps
    parts = (
        words(setup.exercise.name),
        say(side_term(setup.side)),
        say("ui_live.set", number=set_number) if set_number else "",
        say("ui_live.doing_target", count=target) if target else say("ui_live.doing_no_target"),
    )
    text = " · ".join(part for part in parts if part)
    return f'<div class="ph-doing"><b>{escape(who)}</b> — {escape(text)}</div>'


def results(reps: Sequence[Rep], summary: Summary, target_reps: int) -> str:
    """A finished session in four tiles, as its review shows them."""
    return figures(
        tile(say("ui.repetitions"), str(len(reps)), "", Extra(of=of_target(target_reps))),
        form_tile(say("ui_live.form_mean"), reps, summary.view_valid, summary.azimuth_deg),
        range_tile(say("ui_live.range_mean"), reps, summary.view_valid),
        tile(say("ui.duration"), clock(summary.duration_s)),
        narrow=2,
    )


def _reps(snapshot: LiveSnapshot, setup: LiveSetup) -> str:
    missed = say("ui.not_counted", count=snapshot.rejected) if snapshot.rejected else ""
    of = Extra(of=of_target(setup.assignment.target_reps), span=5)
    return tile(say("ui_live.repetitions"), str(len(snapshot.reps)), missed, of)


def plus_minus(error_deg: float) -> str:
    """± 7°; nothing when it is unknown."""
    return say("ui.plus_minus", error_deg=error_deg) if math.isfinite(error_deg) else ""


def _angle(snapshot: LiveSnapshot, setup: LiveSetup) -> str:
    exercise, result = setup.exercise, snapshot.result
    value = result.signal_deg if result else math.nan
    known = result is not None and math.isfinite(value) and result.reason in (Reason.OK, Reason.SECOND_PERSON)
    value = value if known else math.nan
    reason = say(term(result.reason)) if result and not known and result.reason else ""
    error_deg = signal_error_deg(result.kinematics, setup) if result and known else math.nan
    goal = say("ui.target", target_deg=exercise.target_deg)
    extra = Extra(
        of=plus_minus(error_deg),
        html=scale(value, 0.0, _scale_end(exercise.target_deg), exercise.target_deg, goal),
        span=7,
    )
    return tile(say(BASE_LABELS[exercise.signal.angle]), number(value, unit="°"), reason or goal, extra)


def signal_error_deg(kinematics: Kinematics, setup: LiveSetup) -> float:
    """The expected error of the exercise's angle now: the larger one when both sides are measured, NaN if unknown."""
    of_signal = [ANGLE_INDEX[name] for name in angles_of(setup.exercise.signal.angle, setup.side)]
    errors = kinematics.error_deg[of_signal][np.isfinite(kinematics.angles_deg[of_signal])]
    return float(np.nanmax(errors)) if np.isfinite(errors).any() else math.nan


def _scale_end(target_deg: float) -> float:
    return max(30.0, math.ceil(target_deg * 1.25 / 10) * 10)


def _form(snapshot: LiveSnapshot, setup: LiveSetup) -> str:
    last = snapshot.reps[-1] if snapshot.reps else None
    score = last.score if last else math.nan
    of = Extra(of=say("ui_live.of_100") if math.isfinite(score) else "", span=6)
    return tile(say("ui_live.form"), number(score), _remark(last, snapshot, setup), of)


def _remark(rep: Rep | None, snapshot: LiveSnapshot, setup: LiveSetup) -> str:
    """The worst fault of a repetition, praise where it is due, and of how many criteria that is said."""
    if rep is None:
        return say("ui_live.after_first")
    azimuth_deg = snapshot.result.kinematics.azimuth_deg if snapshot.result else math.nan
    if rep.faults:
        worst = min(rep.faults, key=lambda fault: ("error", "warning", "info").index(fault.severity))
        remark = words("ui_live.fault", number=rep.index, fault=setup.exercise.criterion(worst.id).label)
    elif praiseworthy(rep, setup.exercise, azimuth_deg):
        remark = say("ui_live.good_form", number=rep.index)
    else:
        remark = say("ui_live.within_limits", number=rep.index) if rep.criteria_judged else ""
    return "; ".join(part for part in (remark, judged_note([rep])) if part)


def _recording(snapshot: LiveSnapshot) -> str:
    if snapshot.end is not None:
        return f'<span class="ph-rec off">{escape(words("ui_live.not_recording"))}</span>'
    return f'<span class="ph-rec">{escape(words("ui_live.recording", time=clock(snapshot.last_t_s)))}</span>'


def _view(snapshot: LiveSnapshot, setup: LiveSetup) -> str:
    result = snapshot.result
    if result is None or result.pose is None:
        return ""
    azimuth_deg = result.kinematics.azimuth_deg
    seen = say(f"ui_live.seen_{view_label(azimuth_deg).replace('-', '_')}")
    if misses(setup.exercise.view, azimuth_deg):
        advice = turn_cue(setup.exercise, setup.side, azimuth_deg).text
        return check(False, "", say("ui_live.view_advice", seen=seen, advice=advice))
    return check(result.reason is not Reason.OFF_VIEW, seen, seen)


def _whole_body(snapshot: LiveSnapshot) -> str:
    if snapshot.cut_off is None:
        return ""
    return check(snapshot.cut_off is WHOLE, say(WHOLE), say(snapshot.cut_off))


def _reduced(snapshot: LiveSnapshot) -> str:
    if snapshot.reduced_px is None:
        return ""
    width, height = snapshot.reduced_px
    return check(False, "", say("ui_live.frame_reduced", width=width, height=height))


def _light(snapshot: LiveSnapshot) -> str:
    """Too dark is what the body is, too bright the whole image: against a window the body itself stays dark."""
    image = snapshot.brightness
    body = snapshot.result.observation.brightness if snapshot.result else math.nan
    if not math.isfinite(image):
        return ""
    if (body if math.isfinite(body) else image) < DARK_BELOW:
        return check(False, "", say("ui_live.too_dark"))
    return check(image <= BRIGHT_ABOVE, say("ui_live.light"), say("ui_live.too_bright"))
