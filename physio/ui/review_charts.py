"""The charts of a session: an angle with its repetitions, pain and expression under it on the same time axis."""

import math

import numpy as np
import streamlit as st

from physio.kinematics.angles import ANGLE_INDEX, ANGLES, BASE_LABELS
from physio.messages import Message, message
from physio.terms import SIDE_OF, angle_term, side_term, term
from physio.trends import certainty, queries, timeline
from physio.trends.estimates import estimated_frames
from physio.trends.queries import SessionData
from physio.trends.span import span_of
from physio.ui import components, review_face
from physio.ui.say import say

_SIGNAL = "signal"


def timeline_charts(data: SessionData) -> None:
    """All charts; where no angle was measured, why."""
    span = span_of(data.t_s, [*(one.t_s for one in data.self_reports), *(one.t_s for one in data.marks)])
    if not data.body:
        st.caption(say("ui_review.body_off"))
        review_face.timeline(data, span, components.look())
        return
    tracks = _tracks(data)
    if not tracks:
        components.empty(
            "ui_review.no_joint_measured" if data.face else "ui_review.nothing_measured", _why_nothing(data)
        )
        review_face.timeline(data, span, components.look())
        return
    key = st.selectbox(
        say("ui_review.angle"),
        list(tracks),
        format_func=lambda one: tracks[one].label,
        key=f"angle_{data.session.analysis_id}",  # of a corrected session another choice
        width=420,
    )
    look, track = components.look(), tracks[key]
    with st.container(border=True, gap=None):
        components.chart(
            timeline.angle_chart(track, data.reps, data.rejected, span, look),
            say("ui_review.angle_alt", angle=track.label, count=len(data.reps)),
        )
        review_face.timeline(data, span, look)


def _why_nothing(data: SessionData) -> Message:
    advice = message("ui_live.stand_any")
    rows = queries.ledger(data.summary)
    if not rows:
        return message("ui_review.nothing_why", advice=advice)
    return message("ui_review.nothing_why_mostly", reason=term(rows[0].reason), advice=advice)


def _tracks(data: SessionData) -> dict[str, timeline.AngleTrack]:
    """What can be drawn: the exercise's signal first, then every angle with at least one value."""
    tracks, exercise = {}, data.exercise
    if exercise is not None and np.isfinite(data.frames[_SIGNAL]).any():
        base, side = exercise.signal.angle, data.worked_side
        tracks[_SIGNAL] = timeline.AngleTrack(
            data.t_s,
            data.frames[_SIGNAL],
            say("angle.sided", angle=BASE_LABELS[base], side=side_term(side)),
            side,
            exercise.target_deg,
            certainty.frame_error_deg(data.frames, base, side),
            estimated_frames(data.frames, base, side) if exercise.signal.estimate else None,
        )
    for name in queries.measured_angles(data, ANGLE_INDEX):
        tracks[name] = timeline.AngleTrack(
            data.t_s,
            data.frames[name],
            say(angle_term(name)),
            SIDE_OF[ANGLES[ANGLE_INDEX[name]].side],
            math.nan,
            data.frames.get(f"{name}_error"),
        )
    return tracks
