"""The tables of a session: repetitions, events, ranges of motion, and everything as files."""

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from physio.exercise.definition import Exercise
from physio.storage.acting import Records
from physio.storage.export import FileType
from physio.terms import angle_term, side_term
from physio.trends import queries
from physio.trends.queries import SessionData
from physio.trends.remarks import remarks
from physio.types import Rep
from physio.ui.say import NO_VALUE, reader, say, words


def repetitions(data: SessionData) -> None:
    """The table of counted repetitions."""
    st.subheader(say("ui.repetitions"), anchor=False)
    if not data.reps:
        st.caption(say("ui_review.no_repetitions"))
        return
    table = queries.reps_table(data.reps, queries.rep_errors(data))
    column = st.column_config.NumberColumn
    error_help = say("trends.typical_error")
    st.dataframe(
        table.assign(
            side=[say(side_term(rep.side)) for rep in data.reps],
            faults=[_faults(rep, data.exercise) for rep in data.reps],
        ),
        hide_index=True,
        placeholder=NO_VALUE,
        column_config={
            "repetition": column("#", width=40),
            "side": st.column_config.TextColumn(say("ui_review.column_side"), width=85),
            "score": st.column_config.ProgressColumn(
                say("ui_review.column_form"), min_value=0, max_value=100, format="%.0f", width=130
            ),
            "range_deg": column(say("ui_review.column_range"), format="%.0f", width=80),
            "range_error_deg": column(say("ui_review.column_error"), format="%.0f", width=55, help=error_help),
            "peak_deg": column(say("ui_review.column_peak"), format="%.0f", width=95),
            "start_s": _seconds("ui_review.column_start", 80),
            "eccentric_s": _seconds("ui_review.column_eccentric", 110),
            "hold_s": _seconds("ui_review.column_hold", 80),
            "concentric_s": _seconds("ui_review.column_concentric", 115),
            "faults": st.column_config.TextColumn(say("ui_review.column_faults"), width="medium"),
        },
    )


def _seconds(code: str, width: int) -> ColumnConfig:
    """A column of seconds with one decimal, in the browser's way of writing numbers."""
    return st.column_config.NumberColumn(say(code), format="localized", step=0.1, width=width)


def _faults(rep: Rep, exercise: Exercise | None) -> str:
    """What to work on; a criterion that the exercise no longer has by its id."""
    labels = {criterion.id: criterion.label for criterion in exercise.judged} if exercise else {}
    return ", ".join(words(labels.get(fault.id, fault.id)) for fault in rep.faults)


def happened(data: SessionData) -> None:
    """Events, the patient's own ratings and movements that were not counted, by time."""
    st.subheader(say("ui_review.events"), anchor=False)
    found = remarks(data)
    if not found:
        st.caption(say("ui_review.no_events"))
        return
    rows = [(round(one.t_s, 1), words(one.what), words(one.detail)) for one in found]
    st.dataframe(
        pd.DataFrame(rows, columns=["t_s", "what", "detail"]),
        hide_index=True,
        column_config={
            "t_s": _seconds("ui_review.column_time", 60),
            "what": st.column_config.TextColumn(say("ui_review.column_event"), width=130),
            "detail": say("ui_review.column_detail"),
        },
    )


def ranges(data: SessionData) -> None:
    """How far every joint went, and why those of the exercise are missing."""
    table, missing = queries.rom_table(data.summary), queries.missing_ranges(data)
    if table.empty and not missing:
        return
    with st.expander(say("ui_review.ranges")):
        if not table.empty:
            _range_table(table)
        st.caption(say("ui_review.ranges_left_out"))
        for angle, reason in missing:
            st.caption(say("ui_review.range_missing", angle=angle_term(angle), reason=reason))


def _range_table(table: pd.DataFrame) -> None:
    column = st.column_config.NumberColumn
    st.dataframe(
        table.assign(angle=[say(angle_term(name)) for name in table["angle"]]),
        hide_index=True,
        placeholder=NO_VALUE,
        column_config={
            "angle": say("ui_review.angle"),
            "smallest_deg": column(say("ui_review.minimum"), format="%.0f"),
            "largest_deg": column(say("ui_review.maximum"), format="%.0f"),
            "error_deg": column(say("ui_review.column_error"), format="%.0f", help=say("trends.typical_error")),
        },
    )


def downloads(records: Records, data: SessionData) -> None:
    """Everything measured, to take away."""
    session = data.session
    st.subheader(say("ui_review.download"), anchor=False)
    reps_file = partial(records.exports.reps_file, say=reader().say)
    offers: list[tuple[str, FileType, Callable[[str, FileType], bytes]]] = [
        ("frames", "csv", records.exports.frames_file),
        ("frames", "parquet", records.exports.frames_file),
        ("repetitions", "csv", reps_file),
        ("repetitions", "parquet", reps_file),
        ("ranges", "csv", lambda _, kind: queries.to_file(queries.rom_table(data.summary), kind)),
    ]
    if records.analyses.calibration(session.analysis_id):
        offers.append(("calibration", "csv", records.exports.calibration_file))
    with st.container(horizontal=True):
        for what, kind, make in offers:
            st.download_button(
                say(f"ui_review.file_{what}", kind=queries.FILE_TYPES[kind]),
                partial(make, session.analysis_id, kind),
                f"{session.patient_code}_{session.id}_{what}.{kind}",
                icon=":material/download:",
                on_click="ignore",
            )
