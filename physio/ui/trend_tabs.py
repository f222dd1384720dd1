"""The four tabs of the Trends page: a chart each, and the table behind it."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from physio.exercise.definition import Exercise
from physio.kinematics.angles import ANGLES, angles_of
from physio.language import english
from physio.storage.records import Patient
from physio.trends import certainty, charts, queries
from physio.ui import components, texts, tiles

ALL = ""
_SIDES = (("_l", "left"), ("_r", "right"), ("", "both"))


def choose(table: pd.DataFrame, exercises: Mapping[str, Exercise]) -> tuple[Exercise | None, pd.DataFrame]:
    """Which exercise: its sessions only, because scores of different exercises do not make one line."""
    done = table["exercise_id"].value_counts()
    names = {
        key: english(exercises[key].name) if key in exercises else key.replace("_", " ") for key in done.index if key
    }
    options = [*names, ALL] if names and done.max() > 1 else [ALL, *names]
    key = st.selectbox(
        "Exercise",
        options,
        format_func=lambda one: f"{names[one]} ({done[one]})" if one else f"All sessions ({len(table)})",
        key="trend_exercise",
        width=420,
        persist_state="session",
    )
    return exercises.get(key), (table[table["exercise_id"] == key] if key else table).reset_index(drop=True)


def emotion(table: pd.DataFrame, patient: Patient) -> None:
    """What the face showed."""
    columns = ["state_attentive_pct", "state_looking_away_pct", "state_eyes_closed_pct", "state_discomfort_pct"]
    if _nothing(table, columns, "No face was usable in these sessions. Let the face look towards the camera."):
        return
    components.chart(charts.states_chart(table, components.colours()), "Share of time per facial state and session")
    st.caption("Estimates from the direction of the head and facial action units; they do not say what a person feels.")
    _table_behind(table, columns, patient, "emotion")


def pain(table: pd.DataFrame, patient: Patient) -> None:
    """What the face showed of pain, and what the patient said."""
    columns = ["pspi_mean", "pspi_p95", "pain_frames_pct", "self_report_max", "self_report_mean"]
    if _nothing(
        table, columns, "No face was usable, and the patient was not asked. Ask for a rating on the live page."
    ):
        return
    if _any(table, ["pspi_p95", "pspi_mean"]):
        components.chart(charts.pain_chart(table, components.colours()), "Pain estimate from the face per session")
    if _any(table, ["self_report_max"]):
        components.chart(charts.reported_pain_chart(table, components.colours()), "Pain reported per session")
    else:
        st.caption("The patient was not asked in these sessions; ratings from the live page appear here.")
    _table_behind(table, columns, patient, "pain")


def quality(table: pd.DataFrame, exercises: Mapping[str, Exercise], patient: Patient) -> None:
    """How well the repetitions were done."""
    columns = ["rep_score_mean", "rep_score_sd", "rep_rom_mean", "rep_rom_error", "rep_duration_mean"]
    if _nothing(table, ["rep_score_mean"], "No repetition was counted in these sessions."):
        return
    components.chart(charts.quality_chart(table, components.colours()), "Mean form score per session")
    table = queries.with_rep_error(table, {key: exercise.signal.angle for key, exercise in exercises.items()})
    _table_behind(table, columns, patient, "quality")


def range_of_motion(table: pd.DataFrame, exercise: Exercise | None, patient: Patient) -> None:
    """How far the joints went."""
    bases = {angle.base: english(angle.base_label) for angle in ANGLES if f"rom_max_{angle.name}" in table}
    if not bases:
        components.empty("Nothing to draw yet", "No joint was seen well enough in these sessions.")
        return
    wanted = exercise.signal.angle if exercise else ""
    base = st.selectbox(
        "Joint",
        list(bases),
        index=list(bases).index(wanted) if wanted in bases else 0,
        format_func=lambda one: bases[one],
        key=f"rom_joint_{wanted}",
        width=420,
    )
    angles = [(base + suffix, side, side if suffix else bases[base]) for suffix, side in _SIDES]
    figure = charts.rom_chart(table, angles, f"{bases[base]}: from the smallest to the largest", components.colours())
    components.chart(figure, f"Range of motion of {bases[base]} per session")
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
            st.write(f"{labels[name].capitalize()}: {change_text(found)}")
    st.caption(texts.ERROR_HELP)


def change_text(found: certainty.Comparison) -> str:
    """A comparison in words; a difference within the measurement error is not called a change."""
    difference = abs(round(found.last_deg) - round(found.first_deg))  # of the numbers that are shown
    last = tiles.with_error(found.last_deg, found.last_error_deg, "°")
    first = tiles.with_error(found.first_deg, found.first_error_deg, "°")
    verdict = texts.CHANGES[found.change].format(difference=difference, smallest=found.smallest_deg)
    return f"{last} in the last session, {first} on {components.local(found.first_at):%d %b %Y}: {verdict}"


def _any(table: pd.DataFrame, columns: Sequence[str]) -> bool:
    return any(column in table and table[column].notna().any() for column in columns)


def _nothing(table: pd.DataFrame, columns: Sequence[str], why: str) -> bool:
    if _any(table, columns):
        return False
    components.empty("Nothing to draw yet", why)
    return True


def _table_behind(table: pd.DataFrame, columns: Sequence[str], patient: Patient, name: str) -> None:
    """The numbers of the chart, to read and to take away."""
    shown = table[["started_at", "exercise_id", "side", "source", "reps", *(c for c in columns if c in table)]]
    names = shown["exercise_id"].str.replace("_", " ").str.capitalize()
    with st.expander("Table"):
        st.dataframe(
            shown.assign(exercise_id=names),
            hide_index=True,
            placeholder=tiles.NO_VALUE,
            column_config={
                "started_at": st.column_config.DatetimeColumn("Session", format="D MMM YYYY, HH:mm"),
                "exercise_id": "Exercise",
                "side": "Side",
                "source": "From",
                "reps": "Repetitions",
                **{c: st.column_config.NumberColumn(queries.metric_label(c), format="%.1f") for c in shown.columns[5:]},
            },
        )
        for kind in queries.FILE_TYPES:
            st.download_button(
                f"Download {'CSV' if kind == 'csv' else 'Parquet'}",
                queries.to_file(shown, kind),
                f"{patient.code}_{name}.{kind}",
                icon=":material/download:",
                on_click="ignore",
                key=f"download_{name}_{kind}",
            )
