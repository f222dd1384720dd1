"""Which sessions the Trends page shows, and its tabs about the body: a chart each, and the table behind it."""

import math
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from physio.exercise.definition import Exercise
from physio.kinematics.angles import BASE_LABELS
from physio.storage.records import Patient
from physio.terms import side_term
from physio.trends import certainty, charts, norms, queries
from physio.trends.progress import End, Progress, aimed_end, own_ranges, progress
from physio.types import Side
from physio.ui import components, trend_table
from physio.ui.names import exercise_name
from physio.ui.rep_tiles import about
from physio.ui.say import capital, day, day_and_time, labelled, say, with_error, words

ALL = ""
_SIDES: tuple[tuple[str, Side], ...] = (("_l", "left"), ("_r", "right"), ("", "both"))
_QUALITY = (
    *("rep_score_mean", "rep_score_sd", "rep_judged_pct", "rep_rom_mean", "rep_rom_error", "rep_rom_estimated"),
    "rep_duration_mean",
)


def choose(table: pd.DataFrame, exercises: Mapping[str, Exercise]) -> tuple[Exercise | None, pd.DataFrame]:
    """Which exercise: its sessions only, because scores of different exercises do not make one line. The exercise is
    None when the sessions are not all of one."""
    done = table["exercise_id"].value_counts()
    ids = [key for key in done.index if key]
    options = [*ids, ALL] if ids and done.max() > 1 else [ALL, *ids]

    def label(key: str) -> str:
        if not key:
            return say("trends.all_sessions", count=len(table))
        return words("trends.exercise_listed", exercise=exercise_name(key), count=int(done[key]))

    key = st.selectbox(
        say("ui.exercise"),
        options,
        format_func=labelled(options, label),
        key="trend_exercise",
        width=420,
        persist_state="session",
    )
    chosen = (table[table["exercise_id"] == key] if key else table).reset_index(drop=True)
    same = chosen["exercise_id"].nunique() == 1
    return exercises.get(chosen["exercise_id"][0]) if same else None, chosen


def quality(table: pd.DataFrame, patient: Patient) -> None:
    """How well the repetitions were done."""
    if trend_table.nothing(table, ["rep_score_mean"], "trends.no_repetitions"):
        return
    components.chart(charts.quality_chart(table, components.look()), say("trends.quality_alt"))
    if queries.little_judged(table).any():
        st.caption(say("trends.little_judged"))
    trend_table.table_behind(table, _QUALITY, patient, "quality")


def range_of_motion(
    table: pd.DataFrame, exercise: Exercise | None, exercises: Mapping[str, Exercise], patient: Patient
) -> None:
    """How far the joints went."""
    wanted = exercise.signal.angle if exercise else ""
    guesses = ["rep_min_estimated", "rep_max_estimated"]
    bases = [one for one in BASE_LABELS if one == wanted or trend_table.any_of(table, _of_joint("max", one))]
    if not bases or (bases == [wanted] and not trend_table.any_of(table, [*guesses, *_of_joint("max", wanted)])):
        components.empty("trends.no_data", "trends.no_joint")
        return
    base = st.selectbox(
        say("trends.joint"),
        bases,
        index=bases.index(wanted) if wanted in bases else 0,
        format_func=labelled(bases, lambda one: words(BASE_LABELS[one])),
        key=f"rom_joint_{wanted}",
        width=420,
    )
    joint = BASE_LABELS[base]
    angles = [(base + suffix, side, say(side_term(side) if suffix else joint)) for suffix, side in _SIDES]
    title = say("trends.range_title", angle=joint)
    end = aimed_end(exercise, base)
    table = own_ranges(table, base, {key: one.signal.angle for key, one in exercises.items()}, end)
    norm = norms.norm_of(base, [exercises.get(key) for key in table["exercise_id"].unique()])
    levels = charts.Levels(exercise.target_deg if exercise and base == wanted else math.nan, norm, end)
    components.chart(
        charts.rom_chart(table, angles, title, components.look(), levels), say("trends.range_alt", angle=joint)
    )
    if levels.norm:
        st.caption(say("trends.norm_note"))
    if table["exercise_id"].nunique() == 1:  # different exercises ask for different ranges
        _changes(table, {name: label for name, _, label in angles}, end, own=base == wanted)
    columns = [f"rom_{what}_{name}" for name, _, _ in angles for what in ("min", "max", "error")]
    trend_table.table_behind(table, [*columns, *guesses] if base == wanted else columns, patient, base)


def _of_joint(what: str, base: str) -> list[str]:
    return [f"rom_{what}_{base}{suffix}" for suffix, _ in _SIDES]


def _changes(table: pd.DataFrame, labels: Mapping[str, str], end: End, *, own: bool) -> None:
    """In words what became of that end on every side; own: of the exercise's joint, in which further is progress."""
    code = "trends.side_change" if end == "max" else "trends.side_change_minimum"
    for name, label in labels.items():
        found = progress(table, name, end)
        if found is not None and (text := progress_text(found, own=own)):
            st.write(say(code, side=label, change=text))
    st.caption(say("trends.typical_error"))


def progress_text(found: Progress, *, own: bool) -> str:
    """What became of an angle, in a sentence or two, every value with the date that it is from; nothing of a single
    measurement."""
    texts = [change_text(found.comparison, own=own)] if found.comparison else []
    if found.unmeasured_at is not None:
        moment = day(found.unmeasured_at)
        if math.isfinite(found.estimated_deg):
            texts.append(say("trends.last_estimated", date=moment, value=about(found.estimated_deg, estimated=True)))
        else:
            texts.append(say("trends.last_unmeasured", date=moment))
    return " ".join([*texts[:1], *(capital(text) for text in texts[1:])])


def change_text(found: certainty.Comparison, *, own: bool = True) -> str:
    """A comparison in words; a difference within the measurement error is not called a change. own False: without a
    word for whether it is more or less, which does not matter for a joint that the exercise does not train."""
    dates = [day(moment) for moment in (found.first_at, found.last_at)]
    if dates[0] == dates[1]:
        dates = [day_and_time(moment) for moment in (found.first_at, found.last_at)]
    shown = {
        "last": with_error(found.last_deg, found.last_error_deg),
        "first": with_error(found.first_deg, found.first_error_deg),
        "date": dates[0],
        "last_date": dates[1],
    }
    match found.change:
        case "none":
            return say("trends.change_none", **shown, smallest_deg=found.smallest_deg)
        case "unknown":
            return say("trends.change_unknown", **shown)
    difference_deg = float(abs(round(found.last_deg) - round(found.first_deg)))  # of the numbers that are shown
    code = f"trends.change_{found.change}" if own else "trends.change_neutral"
    return say(code, **shown, difference_deg=difference_deg)
