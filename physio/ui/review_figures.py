"""The numbers of a session, what makes them doubtful, and what could not be analysed."""

import math

import streamlit as st

from physio.affect.pain import pain_message
from physio.kinematics.angles import ANGLE_INDEX
from physio.messages import Message, message
from physio.storage.records import Session
from physio.terms import term
from physio.trends import queries
from physio.trends.queries import SessionData
from physio.types import Reason
from physio.ui import rep_tiles, tiles
from physio.ui.say import NO_VALUE, capital, number, percent, say


def figures(data: SessionData) -> None:
    """The numbers over the page."""
    missed = say("ui.not_counted", count=len(data.rejected)) if data.rejected else ""
    of = tiles.Extra(of=tiles.of_target(data.session.target_reps or 0))
    summary = data.summary
    st.html(
        tiles.figures(
            tiles.tile(say("ui.repetitions"), str(len(data.reps)), missed, of),
            rep_tiles.form_tile(say("ui_review.form"), data.reps, summary.view_valid, summary.azimuth_deg),
            rep_tiles.range_tile(say("ui_review.range"), data.reps, summary.view_valid),
            _pain(data),
            _reported(data),
            tiles.tile(say("ui.duration"), tiles.clock(summary.duration_s), _ended(data.session)),
            narrow=3,
        )
    )
    for doubt in data.doubts:
        st.caption(f":material/info: {capital(say(doubt))}")


def _pain(data: SessionData) -> str:
    """The facial estimate; without evidence for it a dash with the reason."""
    pain = data.summary.pspi_p95
    label = say("ui.pain_face")
    if not math.isfinite(pain):
        return tiles.tile(label, NO_VALUE, say(data.summary.pain_reason or "ui_review.face_off"))
    note = say(pain_message(pain, "session"))
    if math.isfinite(data.summary.pain_reliable_pct):
        note = say("ui_review.pain_and_share", pain=note, share=percent(data.summary.pain_reliable_pct))
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
    if data.session.end_reason is None:
        st.caption(say("ui_review.known_at_end"))
        return
    if rows:
        st.html(tiles.ledger_rows([(capital(say(term(row.reason))), row.pct) for row in rows]))
    st.caption(say(_usable(data, bool(rows))))
    if any(row.reason is Reason.SECOND_PERSON for row in rows):
        st.caption(say("ui_review.second_person_kept"))


def _usable(data: SessionData, some_unusable: bool) -> Message:
    """What became of the frames that could not be used, or that all could."""
    frames, guessed = data.summary.frames_processed, sum(rep.estimated for rep in data.reps)
    if some_unusable and guessed:
        return message("ui_review.unusable_but_estimated", frames=frames, count=guessed)
    if some_unusable:
        return message("ui_review.unusable_excluded", count=frames)
    if data.body and not queries.measured_angles(data, ANGLE_INDEX):
        return message("ui_review.face_alone_usable" if data.face else "ui_review.no_joint_usable", count=frames)
    return message(_ALL_USABLE[data.body, data.face], count=frames)
