"""The list of patients: who is found, and who is ticked."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256
from typing import Any

import pandas as pd
import streamlit as st

from physio.storage.acting import Records
from physio.storage.own_words import folded
from physio.storage.records import Patient, Session
from physio.ui import components
from physio.ui.say import NO_VALUE, day_and_time, say

_ROWS_SHOWN, _LONG_LIST_PX = 12, 420
_CODE_PX, _NAME_PX, _ABOUT_PX, _MOMENT_PX, _MARK_PX = 65, 150, 115, 135, 65
"""Least widths, so that all columns are seen at 1024 px."""
_OFTEN_EMPTY = ("about", "side", "mark")


def find(patients: Sequence[Patient], words: str) -> list[Patient]:
    """Those in whose code, name, or diagnosis or goal every word occurs, whatever its case and Unicode form."""
    wanted = folded(words).split()
    return [one for one in patients if all(word in folded(f"{one.code} {one.name} {one.about}") for word in wanted)]


def listing(
    records: Records, chosen: Patient | None, wanted: str, *, archived: bool, kept: Collection[str] = ()
) -> Patient | None:
    """The patients in whom the wanted words are, archived ones only if they are to be shown, are chosen or have one of
    the kept codes; the one of them that is ticked, the chosen one at first."""
    everybody = records.patients.all()
    found = find(everybody, wanted)
    code = chosen.code if chosen else ""
    shown = [one for one in found if archived or not one.archived or one.code in (code, *kept)]
    if not shown:
        _nobody(everybody, found)
        return None
    table = _table(shown, records.sessions.of())
    ticked = st.dataframe(
        table,
        hide_index=True,
        height="content" if len(shown) <= _ROWS_SHOWN else _LONG_LIST_PX,
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": [i for i, one in enumerate(shown) if one.code == code]}},
        key=_list_key([*(one.code for one in shown), code]),
        column_config=_columns() | {name: None for name in _OFTEN_EMPTY if not any(table[name])},
    )
    if hidden := len(found) - len(shown):
        st.caption(say("ui_patients.archived_hidden", count=hidden))
    if not ticked.selection.rows:
        st.caption(say("ui_patients.tick_one"))
    return next((shown[row] for row in ticked.selection.rows), None)


def _columns() -> dict[str, Any]:
    texts = st.column_config.TextColumn
    return {
        "code": texts(say("ui_patients.code"), width=_CODE_PX),
        "name": texts(say("ui_patients.name"), width=_NAME_PX),
        "about": texts(say("ui_patients.about"), width=_ABOUT_PX),
        "side": say("ui_patients.side"),
        "sessions": st.column_config.NumberColumn(say("ui_patients.sessions"), width="small"),
        "last": texts(say("ui_patients.last_session"), width=_MOMENT_PX),
        "mark": texts("", width=_MARK_PX),
    }


def _list_key(codes: Iterable[str]) -> str:
    """Another one for another list: the browser keeps a tick by the number of its row."""
    return f"patient_rows_{sha256('/'.join(codes).encode()).hexdigest()[:16]}"


def _nobody(everybody: Sequence[Patient], found: Sequence[Patient]) -> None:
    if not everybody:
        components.empty("ui.no_patient", "ui.no_patient_help")
    elif found:
        components.empty("ui_patients.all_archived", "ui_patients.all_archived_help")
    else:
        components.empty("ui_patients.not_found", "ui_patients.not_found_help")


def _table(shown: Sequence[Patient], sessions: Sequence[Session]) -> pd.DataFrame:
    own: dict[str, list[Session]] = defaultdict(list)
    for session in sessions:
        own[session.patient_code].append(session)
    rows = [
        (
            one.code,
            one.name,
            one.about,
            say(f"side.{one.affected_side}") if one.affected_side else "",
            len(own[one.code]),
            _last(own[one.code]),
            marks(one),
        )
        for one in shown
    ]
    return pd.DataFrame(rows, columns=["code", "name", "about", "side", "sessions", "last", "mark"])


def _last(sessions: Sequence[Session]) -> str:
    """When the newest began; a dash without any."""
    moments = [session.started_at for session in sessions]
    return day_and_time(max(moments)) if moments else NO_VALUE


def marks(patient: Patient) -> str:
    """That somebody is made up or archived; "" for the others."""
    marks = [("ui_patients.demo", patient.demo), ("ui_patients.archived", patient.archived)]
    return ", ".join(say(code) for code, true in marks if true)
