"""The four tabs of the Trends page: a chart each, and the table behind it."""

import math
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from physio.affect.pain import NEEDED_PCT, NEEDED_SCORED_S
from physio.affect.states import STATES
from physio.exercise.definition import Exercise
from physio.kinematics.angles import BASE_LABELS
from physio.messages import Message, message
from physio.metrics import LABELS
from physio.storage.records import Patient
from physio.terms import side_term
from physio.trends import certainty, charts, norms, queries
from physio.trends.progress import End, Progress, aimed_end, own_ranges, progress
from physio.types import Side
from physio.ui import components
from physio.ui.names import exercise_name
from physio.ui.rep_tiles import about
from physio.ui.say import NO_VALUE, capital, day, day_and_time, labelled, say, with_error, words

ALL = ""
_SIDES: tuple[tuple[str, Side], ...] = (("_l", "left"), ("_r", "right"), ("", "both"))
_STATES = tuple(f"state_{state.name.lower()}_pct" for state in STATES)
_PAIN = ("pspi_mean", "pspi_p95", "pain_frames_pct", "self_report_max", "self_report_mean")
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


def attention(table: pd.DataFrame, patient: Patient) -> None:
    """Where the patient looked, and what the face showed."""
    if _nothing(table, _STATES, _why_no_states(table)):
        return
    components.chart(charts.states_chart(table, components.look()), say("trends.states_alt"))
    rare = queries.too_little_face(table)
    if len(rare):
        st.caption(say("trends.faces_left_out", count=len(rare), **_face_seen(rare)))
    st.caption(say("trends.states_note"))
    _table_behind(table, _STATES, patient, "attention")


def pain(table: pd.DataFrame, patient: Patient) -> None:
    """What the face showed of pain, and what the patient reported."""
    face, reported = _any(table, ["pspi_p95", "pspi_mean"]), _any(table, ["self_report_max"])
    if not face and not reported:
        components.empty("trends.no_data", message("trends.no_pain", why=message(_why_no_pain(table))))
        return
    if face:
        components.chart(charts.pain_chart(table, components.look()), say("trends.pain_alt"))
    else:
        st.caption(say("trends.no_estimate", why=message(_why_no_pain(table))))
    if reported:
        components.chart(charts.reported_pain_chart(table, components.look()), say("trends.reported_alt"))
    else:
        st.caption(say("trends.not_reported"))
    _table_behind(table, _PAIN, patient, "pain")


def _why_no_states(table: pd.DataFrame) -> str | Message:
    if not _face_analysed(table):
        return "trends.face_off"
    return message("trends.face_rarely", **_face_seen(table)) if (table["face_pct"] > 0).any() else "trends.no_face"


def _face_seen(table: pd.DataFrame) -> dict[str, float]:
    """In how many of the frames the face was usable at most, and what is needed."""
    return {"seen_pct": float(table["face_pct"].max()), "needed_pct": NEEDED_PCT, "needed_s": NEEDED_SCORED_S}


def _face_analysed(table: pd.DataFrame) -> bool:
    """Whether the face was to be analysed in any session: its share of frames is known only then."""
    return _any(table, ["face_pct"])


def _why_no_pain(table: pd.DataFrame) -> str:
    """The code of why there is no estimate from the face."""
    if not _face_analysed(table):
        return "trends.why_face_off"
    return "trends.why_unsure" if (table["face_pct"] > 0).any() else "trends.why_no_face"


def quality(table: pd.DataFrame, patient: Patient) -> None:
    """How well the repetitions were done."""
    if _nothing(table, ["rep_score_mean"], "trends.no_repetitions"):
        return
    components.chart(charts.quality_chart(table, components.look()), say("trends.quality_alt"))
    if queries.little_judged(table).any():
        st.caption(say("trends.little_judged"))
    _table_behind(table, _QUALITY, patient, "quality")


def range_of_motion(
    table: pd.DataFrame, exercise: Exercise | None, exercises: Mapping[str, Exercise], patient: Patient
) -> None:
    """How far the joints went."""
    wanted = exercise.signal.angle if exercise else ""
    guesses = ["rep_min_estimated", "rep_max_estimated"]
    bases = [one for one in BASE_LABELS if one == wanted or _any(table, _of_joint("max", one))]
    if not bases or (bases == [wanted] and not _any(table, [*guesses, *_of_joint("max", wanted)])):
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
    _table_behind(table, [*columns, *guesses] if base == wanted else columns, patient, base)


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


def _any(table: pd.DataFrame, columns: Sequence[str]) -> bool:
    return any(column in table and table[column].notna().any() for column in columns)


def _nothing(table: pd.DataFrame, columns: Sequence[str], why: str | Message) -> bool:
    if _any(table, columns):
        return False
    components.empty("trends.no_data", why)
    return True


def _table_behind(table: pd.DataFrame, columns: Sequence[str], patient: Patient, name: str) -> None:
    """The numbers of the chart, to read and to take away."""
    measured = [column for column in columns if _any(table, [column])]
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
