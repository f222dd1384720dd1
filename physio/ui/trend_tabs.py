"""The four tabs of the Trends page: a chart each, and the table behind it."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from physio.exercise.definition import Exercise
from physio.kinematics.angles import ANGLES, BASE_LABELS, angles_of
from physio.metrics import LABELS
from physio.storage.records import Patient
from physio.terms import side_term
from physio.trends import certainty, charts, queries
from physio.types import Side
from physio.ui import components
from physio.ui.review import exercise_name
from physio.ui.say import NO_VALUE, capital, day, labelled, say, with_error

ALL = ""
_SIDES: tuple[tuple[str, Side], ...] = (("_l", "left"), ("_r", "right"), ("", "both"))
_STATES = ("state_attentive_pct", "state_looking_away_pct", "state_eyes_closed_pct", "state_discomfort_pct")
_PAIN = ("pspi_mean", "pspi_p95", "pain_frames_pct", "self_report_max", "self_report_mean")
_QUALITY = ("rep_score_mean", "rep_score_sd", "rep_rom_mean", "rep_rom_error", "rep_duration_mean")


def choose(table: pd.DataFrame, exercises: Mapping[str, Exercise]) -> tuple[Exercise | None, pd.DataFrame]:
    """Which exercise: its sessions only, because scores of different exercises do not make one line."""
    done = table["exercise_id"].value_counts()
    ids = [key for key in done.index if key]
    options = [*ids, ALL] if ids and done.max() > 1 else [ALL, *ids]

    def label(key: str) -> str:
        if not key:
            return say("trends.all_sessions", count=len(table))
        return say("trends.exercise_listed", exercise=exercise_name(key), count=int(done[key]))

    key = st.selectbox(
        say("ui.exercise"),
        options,
        format_func=labelled(options, label),
        key="trend_exercise",
        width=420,
        persist_state="session",
    )
    return exercises.get(key), (table[table["exercise_id"] == key] if key else table).reset_index(drop=True)


def attention(table: pd.DataFrame, patient: Patient) -> None:
    """Where the patient looked, and what the face showed."""
    if _nothing(table, _STATES, "trends.no_face"):
        return
    components.chart(charts.states_chart(table, components.look()), say("trends.states_alt"))
    st.caption(say("trends.states_note"))
    _table_behind(table, _STATES, patient, "attention")


def pain(table: pd.DataFrame, patient: Patient) -> None:
    """What the face showed of pain, and what the patient reported."""
    if _nothing(table, _PAIN, "trends.no_pain"):
        return
    if _any(table, ["pspi_p95", "pspi_mean"]):
        components.chart(charts.pain_chart(table, components.look()), say("trends.pain_alt"))
    if _any(table, ["self_report_max"]):
        components.chart(charts.reported_pain_chart(table, components.look()), say("trends.reported_alt"))
    else:
        st.caption(say("trends.not_reported"))
    _table_behind(table, _PAIN, patient, "pain")


def quality(table: pd.DataFrame, exercises: Mapping[str, Exercise], patient: Patient) -> None:
    """How well the repetitions were done."""
    if _nothing(table, ["rep_score_mean"], "trends.no_repetitions"):
        return
    components.chart(charts.quality_chart(table, components.look()), say("trends.quality_alt"))
    table = queries.with_rep_error(table, {key: exercise.signal.angle for key, exercise in exercises.items()})
    _table_behind(table, _QUALITY, patient, "quality")


def range_of_motion(table: pd.DataFrame, exercise: Exercise | None, patient: Patient) -> None:
    """How far the joints went."""
    bases = list(dict.fromkeys(angle.base for angle in ANGLES if f"rom_max_{angle.name}" in table))
    if not bases:
        components.empty("trends.no_data", "trends.no_joint")
        return
    wanted = exercise.signal.angle if exercise else ""
    base = st.selectbox(
        say("trends.joint"),
        bases,
        index=bases.index(wanted) if wanted in bases else 0,
        format_func=labelled(bases, lambda one: say(BASE_LABELS[one])),
        key=f"rom_joint_{wanted}",
        width=420,
    )
    joint = BASE_LABELS[base]
    angles = [(base + suffix, side, say(side_term(side) if suffix else joint)) for suffix, side in _SIDES]
    title = say("trends.range_title", angle=joint)
    components.chart(charts.rom_chart(table, angles, title, components.look()), say("trends.range_alt", angle=joint))
    _changes(table, base, {name: label for name, _, label in angles})
    columns = [f"rom_{what}_{name}" for name, _, _ in angles for what in ("min", "max", "error")]
    _table_behind(table, columns, patient, base)


def _changes(table: pd.DataFrame, base: str, labels: Mapping[str, str]) -> None:
    """In words what became of the sides that exercise; nothing over different exercises, which ask for different
    ranges."""
    if table["exercise_id"].nunique() != 1:
        return
    sides = set(table["side"])
    side = sides.pop() if len(sides) == 1 else "both"
    for name in angles_of(base, side):
        found = queries.first_and_last(table, name)
        if found is not None:
            st.write(say("trends.side_change", side=capital(labels[name]), change=change_text(found)))
    st.caption(say("trends.typical_error"))


def change_text(found: certainty.Comparison) -> str:
    """A comparison in words; a difference within the measurement error is not called a change."""
    shown = {
        "last": with_error(found.last_deg, found.last_error_deg),
        "first": with_error(found.first_deg, found.first_error_deg),
        "date": day(found.first_at),
    }
    match found.change:
        case "none":
            return say("trends.change_none", **shown, smallest_deg=found.smallest_deg)
        case "unknown":
            return say("trends.change_unknown", **shown)
    difference_deg = float(abs(round(found.last_deg) - round(found.first_deg)))  # of the numbers that are shown
    return say(f"trends.change_{found.change}", **shown, difference_deg=difference_deg)


def _any(table: pd.DataFrame, columns: Sequence[str]) -> bool:
    return any(column in table and table[column].notna().any() for column in columns)


def _nothing(table: pd.DataFrame, columns: Sequence[str], why: str) -> bool:
    if _any(table, columns):
        return False
    components.empty("trends.no_data", why)
    return True


def _table_behind(table: pd.DataFrame, columns: Sequence[str], patient: Patient, name: str) -> None:
    """The numbers of the chart, to read and to take away."""
    measured = [column for column in columns if column in table]
    shown = table[["started_at", "exercise_id", "side", "source", "reps", *measured]]
    heads: dict[str, ColumnConfig | str] = {
        "started_at": st.column_config.DatetimeColumn(say("trends.column_session"), format=say("ui.column_date_time")),
        "exercise_id": say("ui.exercise"),
        "side": say("ui.side"),
        "source": say("trends.column_source"),
        "reps": say("ui.repetitions"),
    }
    with st.expander(say("trends.table")):
        st.dataframe(
            shown.assign(
                exercise_id=[exercise_name(one) for one in shown["exercise_id"]],
                side=[say(side_term(one)) if one else "" for one in shown["side"]],
                source=[say(f"trends.source_{one}") for one in shown["source"]],
            ),
            hide_index=True,
            placeholder=NO_VALUE,
            column_config=heads | {column: _number_column(column) for column in measured},
        )
        for kind, label in queries.FILE_TYPES.items():
            st.download_button(
                say("trends.download", kind=label),
                queries.to_file(shown, kind),
                f"{patient.code}_{name}.{kind}",
                icon=":material/download:",
                on_click="ignore",
                key=f"download_{name}_{kind}",
            )


def _number_column(metric: str) -> ColumnConfig:
    return st.column_config.NumberColumn(say(LABELS[metric]), format="localized", step=0.1)
