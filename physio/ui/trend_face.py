"""What the face showed over sessions, with what the patient reported: two tabs of the Trends page."""

import pandas as pd
import streamlit as st

from physio.affect.agreement import disagreement, disagreement_message
from physio.affect.pain import NEEDED_PCT, NEEDED_SCORED_S
from physio.affect.states import STATES
from physio.messages import Message, message
from physio.storage.records import Patient
from physio.trends import face_charts, queries
from physio.ui import components
from physio.ui.say import capital, day, say
from physio.ui.trend_table import any_of, nothing, table_behind

_STATES = tuple(f"state_{state.name.lower()}_pct" for state in STATES)
_ENGAGEMENT = "engagement_mean"
_PAIN = (
    *("pspi_mean", "pspi_p95", "pain_frames_pct", "pain_probability_p95", "pain_reliable_pct", "flashes"),
    *("self_report_max", "self_report_mean"),
)
_LISTED = 4
"""So many contradictions are named; more say nothing more."""


def attention(table: pd.DataFrame, patient: Patient) -> None:
    """What the face showed, how engaged the patient seemed, and the facial expression signal where it was stored."""
    if nothing(table, _STATES, _why_no_states(table)):
        return
    look = components.look()
    components.chart(face_charts.states_chart(table, look), say("trends.states_alt"))
    if any_of(table, [_ENGAGEMENT]):
        components.chart(face_charts.engagement_chart(table, look), say("trends.engagement_alt"))
    if any_of(table, queries.SIGNAL):
        components.chart(face_charts.signal_chart(table, look), say("trends.signal_alt"))
    rare = queries.too_little_face(table)
    if len(rare):
        st.caption(say("trends.faces_left_out", count=len(rare), **_face_seen(rare)))
    _earlier(table)
    st.caption(say("trends.states_note"))
    table_behind(table, [*_STATES, _ENGAGEMENT, *queries.SIGNAL], patient, "attention")


def pain(table: pd.DataFrame, patient: Patient) -> None:
    """What the face showed of pain, what the patient reported, and where the two contradict each other."""
    face, reported = any_of(table, ["pspi_p95", "pspi_mean"]), any_of(table, ["self_report_max"])
    if not face and not reported:
        components.empty("trends.no_data", message("trends.no_pain", why=message(_why_no_pain(table))))
        return
    if face:
        components.chart(face_charts.pain_chart(table, components.look()), say("trends.pain_alt"))
        _earlier(table)
    else:
        st.caption(say("trends.no_estimate", why=message(_why_no_pain(table))))
    if reported:
        components.chart(face_charts.reported_pain_chart(table, components.look()), say("trends.reported_alt"))
    else:
        st.caption(say("trends.not_reported"))
    _contradictions(table)
    table_behind(table, _PAIN, patient, "pain")


def _contradictions(table: pd.DataFrame) -> None:
    """The sessions whose highest rating the face contradicts, newest first."""
    columns = ["self_report_max", "pspi_p95", "pspi_max"]
    values = table.reindex(columns=columns).astype("float64").itertuples(index=False)
    found = [
        say("trends.contradiction", date=day(at), said=disagreement_message(kind, reported))
        for at, (reported, sustained, highest) in zip(table["started_at"], values, strict=True)
        if (kind := disagreement(reported, sustained, highest))
    ]
    for text in found[: -_LISTED - 1 : -1]:
        st.caption(f":material/flag: {capital(text)}")
    if len(found) > _LISTED:
        st.caption(say("trends.more_contradictions", count=len(found) - _LISTED))


def _earlier(table: pd.DataFrame) -> None:
    """How many sessions are left out because an earlier version read their faces."""
    if count := len(queries.earlier_estimate(table)):
        st.caption(say("trends.earlier_left_out", count=count))


def _why_no_states(table: pd.DataFrame) -> str | Message:
    if not _face_analysed(table):
        return "trends.face_off"
    if _all_earlier(table):
        return "trends.only_earlier"
    return message("trends.face_rarely", **_face_seen(table)) if (table["face_pct"] > 0).any() else "trends.no_face"


def _face_seen(table: pd.DataFrame) -> dict[str, float]:
    """In how many of the frames the face was usable at most, and what is needed."""
    return {"seen_pct": float(table["face_pct"].max()), "needed_pct": NEEDED_PCT, "needed_s": NEEDED_SCORED_S}


def _face_analysed(table: pd.DataFrame) -> bool:
    """Whether the face was to be analysed in any session: its share of frames is known only then."""
    return any_of(table, ["face_pct"])


def _all_earlier(table: pd.DataFrame) -> bool:
    """Whether an earlier version read every face that was seen."""
    seen = (table["face_pct"] > 0).sum()
    return bool(seen) and len(queries.earlier_estimate(table)) == seen


def _why_no_pain(table: pd.DataFrame) -> str:
    """The code of why there is no estimate from the face."""
    if not _face_analysed(table):
        return "trends.why_face_off"
    if _all_earlier(table):
        return "trends.only_earlier"
    return "trends.why_unsure" if (table["face_pct"] > 0).any() else "trends.why_no_face"
