"""The parts of the Session review page."""

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st

from physio.errors import StoreError
from physio.exercise.definition import Exercise
from physio.kinematics.angles import ANGLE_INDEX, ANGLES, BASE_LABELS
from physio.language import english
from physio.storage.acting import Records
from physio.storage.export import FileType
from physio.storage.records import Patient, Session
from physio.trends import certainty, queries, timeline
from physio.trends.palette import Palette
from physio.trends.queries import SessionData
from physio.types import FaceState, FloatArray, Reason
from physio.ui import components, state, texts, tiles

_SIGNAL = "signal"
_SIDE_OF = {"l": "left", "r": "right", "": "both"}


def warn_if_unknown(records: Records) -> None:
    """Say so when the address names a session that is not there."""
    wanted = state.unknown_session(records)
    if wanted:
        st.warning(
            f"There is no session {wanted}: it may have been deleted. The newest one is shown.",
            icon=":material/search_off:",
        )


def choose(records: Records, patient: Patient, session: Session) -> None:
    """The list of the patient's sessions, with the chosen one."""
    sessions = {one.id: one for one in records.sessions.of(patient.code)}
    st.session_state["review_choice"] = session.id
    st.selectbox(
        "Session",
        list(sessions),
        format_func=lambda key: session_label(sessions[key]) if key in sessions else key,
        key="review_choice",
        on_change=lambda: state.choose_session(st.session_state["review_choice"]),
        label_visibility="collapsed",
    )


def session_label(session: Session) -> str:
    """A session in one line."""
    when = components.local(session.started_at).strftime("%d %b %Y, %H:%M")
    what = (session.exercise_id or "angles only").replace("_", " ").capitalize()
    side = texts.SIDES[session.side] if session.side else ""
    how = session.video_name or "live"
    return " · ".join(part for part in (when, what, side, how, "demo" if session.demo else "") if part)


def figures(data: SessionData, exercise: Exercise | None) -> None:
    """The numbers over the page."""
    session, metrics = data.session, data.metrics
    scores = np.array([rep.score for rep in data.reps])
    roms = np.array([rep.rom_deg for rep in data.reps])
    target = tiles.Extra(of=f"/ {session.target_reps}") if session.target_reps else tiles.PLAIN
    pain = metrics.get("pspi_p95", math.nan)
    of_16 = tiles.Extra(of="of 16") if math.isfinite(pain) else tiles.PLAIN
    said = max((report.score for report in data.self_reports), default=math.nan)
    st.html(
        tiles.figures(
            tiles.tile("Repetitions", str(len(data.reps)), _plural(len(data.rejected), "not counted"), target),
            tiles.tile("Form score, 0-100", tiles.number(tiles.mean(scores)), _spread(scores, "")),
            tiles.tile(
                "Range per repetition",
                tiles.number(tiles.mean(roms), unit="°"),
                _spread(roms, "°"),
                _error(data, exercise),
            ),
            tiles.tile("Pain (face, estimate)", tiles.number(pain, 1), _pain_note(pain), of_16),
            tiles.tile("Patient said", tiles.number(said), "highest, 0-10" if math.isfinite(said) else "was not asked"),
            tiles.tile("Duration", tiles.clock(metrics.get("duration_s", math.nan)), _ended(session)),
            narrow=3,
        )
    )
    for doubt in data.doubts:
        st.caption(f":material/info: {english(doubt)}")


def _error(data: SessionData, exercise: Exercise | None) -> tiles.Extra:
    """± the expected error of the ranges, where one was stored."""
    base = exercise.signal.angle if exercise else ""
    error_deg = certainty.session_error_deg(data.metrics, base, data.session.side or "")
    return tiles.Extra(of=f"± {error_deg:.0f}°") if data.reps and math.isfinite(error_deg) else tiles.PLAIN


def _spread(values: FloatArray, unit: str) -> str:
    known = values[np.isfinite(values)] if values.size else values
    return f"SD {known.std(ddof=1):.0f}{unit}" if known.size > 1 else ""


def _plural(count: int, text: str) -> str:
    return f"{count} {text}" if count else ""


def _pain_note(pain: float) -> str:
    if math.isfinite(pain):
        return f"{texts.pain_word(pain)}, highest 5 %"
    return "no usable face"


def _ended(session: Session) -> str:
    if session.end_reason is None:
        return "still running"
    return texts.ENDINGS[session.end_reason]


def timeline_charts(data: SessionData, exercise: Exercise | None) -> None:
    """The angle with its repetitions; pain and face under it on the same time axis."""
    tracks = _tracks(data, exercise)
    if not tracks:
        components.empty("Nothing could be measured", _why_nothing(data))
        return
    key = st.selectbox(
        "Angle", list(tracks), format_func=lambda one: tracks[one].label, key=f"angle_{data.session.id}", width=420
    )
    colours, span = components.colours(), timeline.span_of(data.t_s)
    track = tracks[key]
    with st.container(border=True, gap=None):
        components.chart(
            timeline.angle_chart(track, data.reps, data.rejected, span, colours),
            f"{track.label} over time with {len(data.reps)} counted repetitions",
        )
        _face_charts(data, span, colours)


def _face_charts(data: SessionData, span: timeline.Span, colours: Palette) -> None:
    pspi, states = data.frames["pspi"], data.frames["face_state"]
    seen = bool(np.any(states > FaceState.NO_FACE))
    if np.isfinite(pspi).any() or data.self_reports or data.marks:
        components.chart(
            timeline.pain_chart(data.t_s, pspi, (data.self_reports, data.marks), span, colours),
            "Pain estimate from the face over time",
        )
    if seen:
        components.chart(timeline.state_chart(data.t_s, states, span, colours), "What the face showed over time")
    else:
        st.caption("No face was usable in this session: pain and state were not estimated.")


def _why_nothing(data: SessionData) -> str:
    rows = queries.ledger(data.metrics)
    reason = f" Mostly: {texts.unusable(rows[0].what, rows[0].reason)}." if rows else ""
    return f"No joint was seen well enough in this session.{reason} {texts.STAND['any']}"


def _tracks(data: SessionData, exercise: Exercise | None) -> dict[str, timeline.AngleTrack]:
    """What can be drawn: the exercise's signal first, then every angle with at least one value."""
    tracks = {}
    if exercise is not None and np.isfinite(data.frames[_SIGNAL]).any():
        label = english(BASE_LABELS[exercise.signal.angle])
        side = data.session.side or "both"
        tracks[_SIGNAL] = timeline.AngleTrack(
            data.t_s,
            data.frames[_SIGNAL],
            f"{label}, {texts.SIDES[side]}",
            side,
            exercise.target_deg,
            certainty.frame_error_deg(data.frames, exercise.signal.angle, side),
        )
    for name in queries.measured_angles(data, ANGLE_INDEX):
        angle = ANGLES[ANGLE_INDEX[name]]
        tracks[name] = timeline.AngleTrack(
            data.t_s,
            data.frames[name],
            english(angle.label),
            _SIDE_OF[angle.side],
            math.nan,
            data.frames.get(f"{name}_error"),
        )
    return tracks


def repetitions(data: SessionData, exercise: Exercise | None) -> None:
    """The table of counted repetitions."""
    st.subheader("Repetitions", anchor=False)
    if not data.reps:
        st.caption("No repetition was counted.")
        return
    labels = {criterion.id: english(criterion.label) for criterion in exercise.criteria} if exercise else {}
    st.dataframe(
        queries.reps_table(data.reps, labels, queries.rep_errors(data, exercise.signal.angle if exercise else "")),
        hide_index=True,
        placeholder=tiles.NO_VALUE,
        column_config={
            "repetition": st.column_config.NumberColumn("#", width=40),
            "side": st.column_config.TextColumn("Side", width=60),
            "score": st.column_config.ProgressColumn("Form", min_value=0, max_value=100, format="%.0f", width=130),
            "range_deg": st.column_config.NumberColumn("Range, °", format="%.0f", width=80),
            "range_error_deg": st.column_config.NumberColumn("± °", format="%.0f", width=55, help=texts.ERROR_HELP),
            "peak_deg": st.column_config.NumberColumn("Peak, °", format="%.0f", width=80),
            "start_s": st.column_config.NumberColumn("Start, s", format="%.1f", width=80),
            "eccentric_s": st.column_config.NumberColumn("Eccentric, s", format="%.1f", width=95),
            "hold_s": st.column_config.NumberColumn("Hold, s", format="%.1f", width=80),
            "concentric_s": st.column_config.NumberColumn("Concentric, s", format="%.1f", width=105),
            "faults": st.column_config.TextColumn("To work on", width="medium"),
        },
    )


def ranges(data: SessionData) -> None:
    """How far every joint went."""
    table = queries.rom_table(data.metrics)
    if table.empty:
        return
    with st.expander("Range of motion of every joint"):
        st.dataframe(
            table,
            hide_index=True,
            placeholder=tiles.NO_VALUE,
            column_config={
                "angle": "Angle",
                "smallest_deg": st.column_config.NumberColumn("Smallest, °", format="%.0f"),
                "largest_deg": st.column_config.NumberColumn("Largest, °", format="%.0f"),
                "error_deg": st.column_config.NumberColumn("± °", format="%.0f", help=texts.ERROR_HELP),
            },
        )
        st.caption(texts.RANGES_LEFT_OUT)


def note(records: Records, session: Session) -> None:
    """The note, editable."""
    st.subheader("Note", anchor=False)
    key = f"note_{session.id}"
    st.text_area(
        "Note",
        session.note,
        key=key,
        height=90,
        label_visibility="collapsed",
        placeholder="What should be remembered about this session",
        on_change=_save_note,
        args=(records, session.id, key),
    )
    st.caption(st.session_state.get(f"{key}_told", ""))


def _save_note(records: Records, session_id: str, key: str) -> None:
    try:
        records.sessions.set_note(session_id, st.session_state[key])
    except StoreError as error:
        st.session_state[f"{key}_told"] = str(error)
    else:
        st.session_state[f"{key}_told"] = "Saved."


def remarks(data: SessionData) -> None:
    """Events, the patient's own ratings and movements that were not counted, by time."""
    st.subheader("What happened", anchor=False)
    table = queries.remarks_table(data)
    if table.empty:
        st.caption("Nothing was marked, and every movement was counted.")
        return
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            "t_s": st.column_config.NumberColumn("At, s", format="%.1f", width=60),
            "what": st.column_config.TextColumn("What", width=100),
            "detail": "Detail",
        },
    )


def quality(data: SessionData) -> None:
    """The ledger: which share of the frames could not be used, and why."""
    st.subheader("Not usable", anchor=False)
    rows = queries.ledger(data.metrics)
    frames = int(data.metrics.get("frames_processed", 0))
    if data.session.end_reason is None:
        st.caption("Known as soon as the session has ended.")
        return
    if not rows:
        st.caption(f"Body and face were found in all {frames} frames.")
        return
    st.html(tiles.ledger_rows([(texts.unusable(row.what, row.reason), row.pct) for row in rows]))
    beside = f" {texts.SECOND_PERSON_KEPT}" if any(row.reason is Reason.SECOND_PERSON for row in rows) else ""
    st.caption(f"of {frames} processed frames; what is not usable is left out of every number on this page.{beside}")


def downloads(records: Records, data: SessionData) -> None:
    """Everything measured, to take away."""
    session = data.session
    st.subheader("Download", anchor=False)
    offers: list[tuple[str, FileType, Callable[[str, FileType], bytes]]] = [
        ("Frames", "csv", records.exports.frames_file),
        ("Frames", "parquet", records.exports.frames_file),
        ("Repetitions", "csv", records.exports.reps_file),
        ("Repetitions", "parquet", records.exports.reps_file),
        ("Range of motion", "csv", lambda _, kind: queries.to_file(queries.rom_table(data.metrics), kind)),
    ]
    if records.analyses.calibration(session.analysis_id):
        offers.append(("Calibration", "csv", records.exports.calibration_file))
    with st.container(horizontal=True):
        for what, kind, make in offers:
            st.download_button(
                f"{what}, {'CSV' if kind == 'csv' else 'Parquet'}",
                partial(make, session.analysis_id, kind),
                f"{session.patient_code}_{session.id}_{what.lower().replace(' ', '_')}.{kind}",
                icon=":material/download:",
                on_click="ignore",
            )
