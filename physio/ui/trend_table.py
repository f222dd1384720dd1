"""What the tabs of the Trends page share: whether there is anything to show, and the numbers behind a chart."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from physio.messages import Message
from physio.metrics import LABELS
from physio.storage.records import Patient
from physio.terms import side_term
from physio.trends import queries
from physio.ui import components
from physio.ui.names import exercise_name
from physio.ui.say import NO_VALUE, say


def any_of(table: pd.DataFrame, columns: Sequence[str]) -> bool:
    """Whether the table has a value in any of these columns."""
    return any(column in table and table[column].notna().any() for column in columns)


def nothing(table: pd.DataFrame, columns: Sequence[str], why: str | Message) -> bool:
    """Whether none of these columns has a value; then why is said."""
    if any_of(table, columns):
        return False
    components.empty("trends.no_data", why)
    return True


def table_behind(table: pd.DataFrame, columns: Sequence[str], patient: Patient, name: str) -> None:
    """The numbers of the chart, to read and to take away."""
    measured = [column for column in columns if any_of(table, [column])]
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
