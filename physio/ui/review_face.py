"""What a session shows of the face: pain and states over time, pain against the joint's angle, and contradictions."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from physio.affect import arc
from physio.affect.agreement import disagreement, disagreement_before, disagreement_message
from physio.kinematics.angles import BASE_LABELS
from physio.trends import arc_chart, face_states, face_timeline
from physio.trends.face_track import face_track
from physio.trends.queries import SessionData
from physio.trends.span import Span
from physio.trends.theme import Look
from physio.ui import components
from physio.ui.say import capital, say
from physio.ui.tiles import clock


def timeline(data: SessionData, span: Span, look: Look) -> None:
    """The charts over time, as far as there is something to draw."""
    face = face_track(data.frames)
    if face.has_pain or data.self_reports or data.marks:
        chart = face_timeline.pain_chart(face, (data.self_reports, data.marks), span, look)
        components.chart(chart, say("ui_review.pain_alt"))
    if np.isfinite(face.pain_probability).any() or np.isfinite(face.engagement_pct).any():
        components.chart(face_states.shares_chart(face, span, look), say("ui_review.shares_alt"))
    if np.any(face.state > 0):
        if data.summary.states_reason is not None:
            st.caption(say("ui_review.no_states", reason=data.summary.states_reason))
        else:
            components.chart(face_states.state_chart(face, span, look), say("ui_review.state_alt"))
    if face.has_signal:
        with st.expander(say("ui_review.expression_signal")):
            components.chart(face_states.expression_chart(face, span, look), say("ui_review.expression_alt"))
            components.chart(face_states.affect_chart(face, span, look), say("ui_review.affect_alt"))
            st.caption(say("ui_review.expression_note"))


def painful_arc(data: SessionData) -> None:
    """Pain against the angle on both ways, and where it was highest; nothing when the face was known on too little of
    the movement. Repetitions whose angle is an estimate are left out."""
    if data.exercise is None:
        return
    measured = [rep for rep in data.reps if not rep.estimated]
    ways = [one for one in arc.courses(data.t_s, data.frames["signal"], data.frames["pspi"], measured) if one.tells]
    if not ways:
        return
    found = arc.arcs(ways)
    with st.expander(say("ui_review.arc"), expanded=bool(found)):
        for one in found:
            st.write(say(arc.arc_message(one)))
        _arc_charts(ways, found, say(BASE_LABELS[data.exercise.signal.angle]))
        st.caption(say("ui_review.arc_note"))


def _arc_charts(ways: Sequence[arc.Course], found: Sequence[arc.Arc], angle: str) -> None:
    top, look = arc_chart.highest(ways), components.look()
    for place, way in zip(st.columns(2), arc.WAYS, strict=True):
        of_way = [one for one in ways if one.way == way]
        if of_way:
            here = next((one for one in found if one.way == way), None)
            with place:
                chart = arc_chart.arc_chart(of_way, here, angle, top, look)
                components.chart(chart, say("ui_review.arc_alt", angle=angle))


def contradictions(data: SessionData) -> None:
    """Every rating that the face before it contradicts; where none of them can be held against the face at its time,
    the highest against the whole session."""
    pspi = data.frames["pspi"]
    found = []
    for report in data.self_reports:
        kind = disagreement_before(report.score, report.t_s, data.t_s, pspi)
        if kind:
            said = disagreement_message(kind, report.score)
            found.append(say("ui_review.contradiction", time=clock(report.t_s), said=said))
    if not found and data.self_reports:
        highest = max(report.score for report in data.self_reports)
        kind = disagreement(highest, data.summary.pspi_p95, data.summary.pspi_max)
        if kind:
            found.append(capital(say("ui_review.contradiction_all", said=disagreement_message(kind, highest))))
    for text in found:
        st.caption(f":material/flag: {text}")
