"""The tables of a session: repetitions, events, ranges of motion, and everything as files."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler
from streamlit.elements.lib.column_types import ColumnConfig

from physio.exercise.definition import Exercise
from physio.repetitions import highest_pspi
from physio.storage.acting import Records
from physio.storage.export import FileType
from physio.terms import angle_term, side_term
from physio.trends import queries
from physio.trends.queries import SessionData
from physio.trends.remarks import remarks
from physio.types import Rep
from physio.ui import components, rep_tiles, tiles
from physio.ui.say import NO_VALUE, number, reader, say, words


def repetitions(data: SessionData) -> None:
    """The table of counted repetitions."""
    st.subheader(say("ui.repetitions"), anchor=False)
    if not data.reps:
        st.caption(say("ui_review.no_repetitions"))
        return
    column, text = st.column_config.NumberColumn, st.column_config.TextColumn
    table = queries.reps_table(data.reps).assign(
        side=[say(side_term(rep.side)) for rep in data.reps],
        judged=[_judged(rep) for rep in data.reps],
        tempo=[_tempo(rep) for rep in data.reps],
        faults=[_faults(rep, data.exercise) for rep in data.reps],
        uncertain=[rep_tiles.uncertain(rep) for rep in data.reps],
        pain=[highest_pspi(rep, data.t_s, data.frames["pspi"]) for rep in data.reps],
    )
    st.dataframe(
        _scores(_about(table, {"range_deg": "estimated", "peak_deg": "estimated"}), table),
        hide_index=True,
        placeholder=NO_VALUE,
        column_order=_shown(data),
        column_config={
            "repetition": column("#", width=40),
            "side": text(say("ui_review.column_side"), width=80),
            "score": _score_column(marked=bool(table["uncertain"].any())),
            "judged": text(say("ui_review.column_judged"), width=80, help=say("ui_review.judged_help")),
            "range_deg": column(say("ui_review.column_range"), width=80),
            "range_error_deg": column(
                say("ui_review.column_error"), format="%.0f", width=45, help=say("trends.typical_error")
            ),
            "peak_deg": column(say("ui_review.column_peak"), width=95),
            "pain": column(say("ui_review.column_pain"), format="%.1f", width=105, help=say("ui_review.pain_help")),
            "tempo": text(say("ui_review.column_tempo"), width=115, help=say("ui_review.tempo_help")),
            "faults": text(say("ui_review.column_faults")),
        },
    )
    if table["uncertain"].any():
        st.caption(say("ui_review.uncertain_note"))
    if any(rep.estimated for rep in data.reps):
        st.caption(say("ui_review.estimated_note", why=rep_tiles.why_estimated(data.summary.view_valid)))


_SHOWN = (
    *("repetition", "side", "score", "judged", "range_deg", "range_error_deg", "peak_deg", "pain", "tempo"),
    "faults",
)


def _shown(data: SessionData) -> list[str]:
    """The columns: without those of what was not stored or not analysed."""
    out = {"judged": not any(rep.criteria_total for rep in data.reps), "pain": not data.face}
    return [name for name in _SHOWN if not out.get(name)]


def _about(table: pd.DataFrame, columns: Mapping[str, str]) -> Styler:
    """The table with whole degrees, ≈ before those that another column (by name) marks as estimated."""
    style = table.style
    for name, marks in columns.items():
        for guessed, code in ((True, "ui.about_number"), (False, "ui.plain_number")):
            rows = table.index[table[marks] == guessed]
            style = style.format(partial(_number_text, code), subset=(rows, [name]))
    return style


def _scores(style: Styler, table: pd.DataFrame) -> Styler:
    """The table with the scores that prove little in grey and in brackets, when there are any."""
    if not table["uncertain"].any():
        return style
    for weak, code in ((True, "ui.in_brackets"), (False, "ui.plain_number")):
        style = style.format(partial(_number_text, code), subset=(table.index[table["uncertain"] == weak], ["score"]))
    weak_ones = (table.index[table["uncertain"]], ["score"])
    return style.set_properties(color=components.look().colours.muted, subset=weak_ones)


def _score_column(*, marked: bool) -> ColumnConfig:
    """Bars; numbers where some of them prove little, because a bar looks as firm as any other."""
    label = say("ui_review.column_form")
    if marked:
        return st.column_config.NumberColumn(label, width=95, help=say("ui_review.uncertain_note"))
    return st.column_config.ProgressColumn(label, min_value=0, max_value=100, format="%.0f", width=95)


def _number_text(code: str, value: float) -> str:
    return say(code, value=value)


def _judged(rep: Rep) -> str:
    """2 of 5; nothing for what earlier versions stored."""
    return (
        say("ui_review.judged_of", judged=rep.criteria_judged, total=rep.criteria_total) if rep.criteria_total else ""
    )


def _tempo(rep: Rep) -> str:
    """How long the way out, the hold and the way back took, as muscles see it: eccentric, hold, concentric."""
    return " / ".join(number(seconds, 1) for seconds in (rep.eccentric_s, rep.hold_s, rep.concentric_s))


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
    rows = [(number(one.t_s, 1), words(one.what), words(one.detail)) for one in found]
    heads = (say("ui_review.column_time"), say("ui_review.column_event"), say("ui_review.column_detail"))
    st.html(tiles.event_rows(rows, heads))


def ranges(data: SessionData) -> None:
    """How far every joint went, and why those of the exercise are missing."""
    table, missing = queries.rom_table(data), queries.missing_ranges(data)
    if table.empty and not missing:
        return
    with st.expander(say("ui_review.ranges")):
        if not table.empty:
            _range_table(table)
            st.caption(say("ui_review.ranges_what"))
            if table["estimated"].any():
                st.caption(say("ui_review.estimated_note", why=rep_tiles.why_estimated(data.summary.view_valid)))
        st.caption(say("ui_review.ranges_left_out"))
        for angle, reason in missing:
            if not table["estimated"].any():  # else the estimate says it
                st.caption(say("ui_review.range_missing", angle=angle_term(angle), reason=reason))


def _range_table(table: pd.DataFrame) -> None:
    column = st.column_config.NumberColumn
    said = table.assign(angle=[say(angle_term(name)) for name in table["angle"]])
    st.dataframe(
        _about(said, {"smallest_deg": "estimated", "largest_deg": "estimated"}),
        hide_index=True,
        placeholder=NO_VALUE,
        column_order=("angle", "smallest_deg", "largest_deg", "error_deg"),
        column_config={
            "angle": say("ui_review.angle"),
            "smallest_deg": column(say("ui_review.minimum")),
            "largest_deg": column(say("ui_review.maximum")),
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
        ("ranges", "csv", lambda _, kind: queries.to_file(queries.rom_table(data), kind)),
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
