"""The numbers of a session, what makes them doubtful, and what could not be analysed."""

import math

import numpy as np
import streamlit as st

from physio.affect.pain import pain_message
from physio.storage.records import Session
from physio.terms import term
from physio.trends import certainty, queries
from physio.trends.queries import SessionData
from physio.types import FloatArray, Reason
from physio.ui import tiles
from physio.ui.live_view import of_target, plus_minus
from physio.ui.say import NO_VALUE, capital, number, say


def figures(data: SessionData) -> None:
    """The numbers over the page."""
    scores = np.array([rep.score for rep in data.reps])
    roms = np.array([rep.rom_deg for rep in data.reps])
    missed = say("ui.not_counted", count=len(data.rejected)) if data.rejected else ""
    of = tiles.Extra(of=of_target(data.session.target_reps or 0))
    st.html(
        tiles.figures(
            tiles.tile(say("ui.repetitions"), str(len(data.reps)), missed, of),
            tiles.tile(say("ui_review.form"), number(tiles.mean(scores)), _spread(scores, "ui_review.sd_points")),
            tiles.tile(
                say("ui_review.range"),
                number(tiles.mean(roms), unit="°"),
                _spread(roms, "ui_review.sd_degrees"),
                _error(data),
            ),
            _pain(data),
            _reported(data),
            tiles.tile(say("ui.duration"), tiles.clock(data.summary.duration_s), _ended(data.session)),
            narrow=3,
        )
    )
    for doubt in data.doubts:
        st.caption(f":material/info: {capital(say(doubt))}")


def _error(data: SessionData) -> tiles.Extra:
    """± the expected error of the ranges, where one was stored."""
    base = data.exercise.signal.angle if data.exercise else ""
    error_deg = certainty.session_error_deg(data.summary.metrics(), base, data.session.side or "")
    return tiles.Extra(of=plus_minus(error_deg if data.reps else math.nan))


def _spread(values: FloatArray, code: str) -> str:
    known = values[np.isfinite(values)] if values.size else values
    return say(code, sd=float(known.std(ddof=1))) if known.size > 1 else ""


def _pain(data: SessionData) -> str:
    """The facial estimate; without evidence for it a dash with the reason."""
    pain = data.summary.pspi_p95
    label = say("ui.pain_face")
    if not math.isfinite(pain):
        return tiles.tile(label, NO_VALUE, say(data.summary.pain_reason or "ui_review.face_off"))
    note = say(pain_message(pain, "session"))
    return tiles.tile(label, number(pain, 1), note, tiles.Extra(of=say("ui.of_16")))


def _reported(data: SessionData) -> str:
    highest = max((report.score for report in data.self_reports), default=math.nan)
    note = say("ui_review.reported_note") if math.isfinite(highest) else say("ui_review.not_reported")
    return tiles.tile(say("ui_review.reported"), number(highest), note)


def _ended(session: Session) -> str:
    return say("ui_review.running") if session.end_reason is None else say(term(session.end_reason))


_ALL_USABLE = {
    (True, True): "ui_review.all_usable",
    (True, False): "ui_review.body_usable",
    (False, True): "ui_review.face_usable",
    (False, False): "ui_review.none_analysed",
}


def quality(data: SessionData) -> None:
    """The ledger: which share of the frames could not be used, and why."""
    st.subheader(say("ui_review.not_analysed"), anchor=False)
    rows = queries.ledger(data.summary)
    frames = data.summary.frames_processed
    if data.session.end_reason is None:
        st.caption(say("ui_review.known_at_end"))
        return
    if not rows:
        st.caption(say(_ALL_USABLE[data.body, data.face], count=frames))
        return
    st.html(tiles.ledger_rows([(capital(say(term(row.reason))), row.pct) for row in rows]))
    st.caption(say("ui_review.unusable_excluded", count=frames))
    if any(row.reason is Reason.SECOND_PERSON for row in rows):
        st.caption(say("ui_review.second_person_kept"))
