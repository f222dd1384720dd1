"""What the live page shows of the face, with what the patient reports beside it, as HTML."""

import itertools
import math
from html import escape

import numpy as np

from physio.affect.agreement import disagreement_message
from physio.affect.held import HeldFace, held
from physio.affect.neutral import READY_S
from physio.affect.pain import learning_message, pain_message
from physio.live.snapshot import TRACE_S, LiveSetup, LiveSnapshot
from physio.messages import message
from physio.terms import term
from physio.types import FaceReason
from physio.ui.say import NO_VALUE, capital, number, percent, say, words
from physio.ui.tiles import Extra, check, clock, facts, sparkline, tile

MAX_FACE_AGE_S = 0.5
FLASH_SHOWN_S = 10.0
"""So long after it ended a brief expression is marked."""
_SPARK_POINTS = 40
_PSPI_SHOWN_TO = 12.0
_STEP_PCT = 5.0
"""Shares are shown in steps, so that they can be read: they are no surer than that."""


def face_tiles(snapshot: LiveSnapshot, setup: LiveSetup, show: bool) -> tuple[str, str, str]:
    """Facial pain estimate, reported pain and state; a dash with the reason where they may not be shown."""
    face = held(snapshot.faces, MAX_FACE_AGE_S)
    why_not = _why_not(snapshot, face, setup, show)
    if why_not:
        pain = tile(say("ui.pain_face"), NO_VALUE, why_not, Extra(span=7))
        state = tile(say("ui_live.expression"), NO_VALUE, why_not, Extra(span=6))
    else:
        pain, state = _pain(snapshot, face), _state(face)
    return pain, _reported(snapshot), state


def face_line(snapshot: LiveSnapshot, setup: LiveSetup, show: bool) -> str:
    """Under the tiles: a contradiction of report and face, a brief expression just seen, and the facial expression
    signal where it is given. An empty line keeps its place, so that nothing below it jumps."""
    if not (show and setup.assignment.face):
        return _under()
    face, rating = held(snapshot.faces, MAX_FACE_AGE_S), snapshot.rating
    contradiction = rating.disagreement if rating else None
    flash_s = snapshot.flashes[-1] if snapshot.flashes else -math.inf
    items = (
        check(False, "", capital(say(disagreement_message(contradiction, rating.score))))
        if rating and contradiction
        else "",
        escape(words("ui_live.flash", time=clock(flash_s))) if snapshot.last_t_s - flash_s <= FLASH_SHOWN_S else "",
        escape(expression_signal(face)),
    )
    return _under(*items)


def _under(*items: str) -> str:
    return f'<div class="ph-under">{facts(*items)}</div>'


def pain_text(pspi: float) -> str:
    """A known PSPI of this moment in words."""
    return capital(say(pain_message(pspi, "now")))


def expression_signal(face: HeldFace) -> str:
    """The facial expression signal in one line; nothing where it is not given."""
    if not face.expression or not math.isfinite(face.valence + face.arousal):
        return ""
    return words(
        "ui_live.expression_signal",
        expression=message(f"facial_expression.{face.expression}"),
        probability=percent(_in_steps(100 * face.expression_probability)),
        valence=face.valence,
        arousal=face.arousal,
    )


def _why_not(snapshot: LiveSnapshot, face: HeldFace, setup: LiveSetup, show: bool) -> str:
    if not setup.assignment.face:
        return say("ui_live.face_off")
    if not show:
        return say("ui_live.face_hidden")
    if snapshot.result is None or face.reason is FaceReason.OK:
        return ""
    if face.reason is FaceReason.LEARNING and face.seen_s < READY_S:
        return capital(say(learning_message(face.seen_s)))
    return say("ui_live.not_reliable", reason=term(face.reason))


def _pain(snapshot: LiveSnapshot, face: HeldFace) -> str:
    spark = sparkline(_recent_pspi(snapshot), _PSPI_SHOWN_TO, say("ui_live.spark"))
    label = say("ui.pain_face")
    if not math.isfinite(face.pspi):
        return tile(label, NO_VALUE, capital(say(learning_message(face.seen_s))), Extra(html=spark, span=7))
    note = pain_text(face.pspi)
    if math.isfinite(face.pain_probability):
        probability = percent(_in_steps(100 * face.pain_probability))
        note = say("ui_live.pain_and_probability", pain=note, probability=probability)
    of = f"{pspi_error(face.pspi_error)} {say('ui.of_16')}".lstrip()
    level = float(math.floor(face.pspi))  # not rounded up, so that number and word say the same
    return tile(label, number(level), note, Extra(of=of, html=spark, span=7))


def pspi_error(error: float) -> str:
    """± 1, at least that: the PSPI is shown in whole numbers; nothing when it is unknown."""
    return say("ui.plus_minus_pspi", error=float(max(1, round(error)))) if math.isfinite(error) else ""


def _state(face: HeldFace) -> str:
    engaged = math.isfinite(face.engagement_pct)
    engagement = say("ui_live.engagement", share=percent(_in_steps(face.engagement_pct))) if engaged else ""
    eyes = say("ui_live.eyes_closed") if face.eyes_closed else ""
    note = " · ".join(part for part in (engagement, eyes) if part)
    return tile(say("ui_live.expression"), say(term(face.state)), note, Extra(span=6, word=True))


def _reported(snapshot: LiveSnapshot) -> str:
    rating = snapshot.rating
    if rating is None:
        return tile(say("ui_live.reported_tile"), NO_VALUE, say("ui_live.reported_none"), Extra(span=5))
    note = say("ui_live.reported_at", time=clock(rating.t_s))
    return tile(say("ui_live.reported_tile"), str(rating.score), note, Extra(of=say("ui_live.of_10"), span=5))


def _in_steps(pct: float) -> float:
    return _STEP_PCT * round(pct / _STEP_PCT)


def _recent_pspi(snapshot: LiveSnapshot) -> list[float]:
    """The largest value in each part of the last TRACE_S seconds, NaN where there was none."""
    trace = snapshot.trace
    if not trace.t_s.size:
        return []
    edges = trace.t_s[-1] - TRACE_S + np.arange(_SPARK_POINTS + 1) * TRACE_S / _SPARK_POINTS
    places = np.searchsorted(trace.t_s, edges)
    parts = [trace.pspi[a:b] for a, b in itertools.pairwise(places)]
    return [float(np.nanmax(part)) if np.isfinite(part).any() else math.nan for part in parts]
