"""The list of patients, and the one in it that is ticked: what is known of them, and what can be done.

Whatever is done carries the code of the patient for whom its button was drawn; if that patient is gone by then, it is
said and nothing happens."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import sha256
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from physio.errors import StoreError
from physio.language import language
from physio.storage.acting import Records
from physio.storage.records import Patient, Session
from physio.ui import components, dialogs, patient_deletion, patient_form, state
from physio.ui.say import NO_VALUE, day_and_time, say, words

_ADD, _SEARCH, _WITH_ARCHIVED = "add_patient", "patient_search", "patients_with_archived"
_FAILED, _ARCHIVED_HERE = "patient_action_failed", "archived_since_page_opened"
_ROWS_SHOWN, _LONG_LIST_PX = 12, 420
_CODE_PX, _NAME_PX, _ABOUT_PX, _MOMENT_PX, _MARK_PX = 65, 150, 115, 135, 65
"""Least widths, so that all columns are seen at 1024 px."""
_OFTEN_EMPTY = ("about", "side", "mark")


def find(patients: Sequence[Patient], words: str) -> list[Patient]:
    """Those in whose code, name, or diagnosis or goal every word occurs, whatever its case and Unicode form."""
    wanted = _plain(words).split()
    return [one for one in patients if all(word in _plain(f"{one.code} {one.name} {one.about}") for word in wanted)]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def toolbar(*, anybody: bool) -> None:
    """Search, archived patients, a new patient; only the last while there is not anybody."""
    if _ADD not in st.session_state:  # the page was left, and a dialog that was open then is not wanted any more
        dialogs.close()
        st.session_state.pop(_ARCHIVED_HERE, None)
    with st.container(horizontal=True, vertical_alignment="center"):
        if anybody:
            st.text_input(
                say("ui_patients.search"),
                type="search",
                live=True,
                key=_SEARCH,
                placeholder=say("ui_patients.search"),
                label_visibility="collapsed",
                icon=":material/search:",
                width=360,
            )
            st.toggle(say("ui_patients.with_archived"), key=_WITH_ARCHIVED)
            st.space("stretch")
        st.button(
            say("ui_patients.add"),
            type="primary",
            icon=":material/person_add:",
            key=_ADD,
            on_click=dialogs.open_one,
            args=("add",),
        )


def listing(records: Records, chosen: Patient | None) -> Patient | None:
    """The patients who were searched for, and the one of them that is ticked; the chosen one is at first. Who is
    chosen, or was archived just now, is there though archived: somebody may want to bring them back."""
    everybody = records.patients.all()
    found = find(everybody, st.session_state.get(_SEARCH, ""))
    code = chosen.code if chosen else ""
    kept = {code, *st.session_state.get(_ARCHIVED_HERE, ())}
    with_archived = st.session_state.get(_WITH_ARCHIVED)
    shown = [one for one in found if with_archived or not one.archived or one.code in kept]
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
            _marks(one),
        )
        for one in shown
    ]
    return pd.DataFrame(rows, columns=["code", "name", "about", "side", "sessions", "last", "mark"])


def _last(sessions: Sequence[Session]) -> str:
    """When the newest began; a dash without any."""
    moments = [session.started_at for session in sessions]
    return day_and_time(max(moments)) if moments else NO_VALUE


def _marks(patient: Patient) -> str:
    marks = [("ui_patients.demo", patient.demo), ("ui_patients.archived", patient.archived)]
    return ", ".join(say(code) for code, true in marks if true)


def ticked(records: Records, patient: Patient, chosen: Patient | None) -> None:
    """Who is ticked, and what can be done with them."""
    st.html(f'<h3 class="ph-who">{escape(patient.code)} · {escape(patient.name)}</h3>{_facts(patient)}')
    code = patient.code
    with st.container(horizontal=True):
        if chosen is None or chosen.code != code:
            _button("open", code, ":material/person_check:", _choose, records, code)
        _button("edit", code, ":material/edit:", _open, records, "edit", code)
        if patient.archived:
            _button("unarchive", code, ":material/unarchive:", records.patients.unarchive, code)
        else:
            _button("archive", code, ":material/archive:", _archive, records, code)
        _button("delete", code, ":material/delete:", _open, records, "delete", code)


def _facts(patient: Patient) -> str:
    known = [
        ("ui_patients.side", patient.affected_side and say(f"side.{patient.affected_side}")),
        ("ui_patients.birth_year", patient.birth_year and str(patient.birth_year)),
        ("ui_patients.sex", patient.sex and say(f"sex.{patient.sex}")),
        ("ui_patients.language", patient.language and language(patient.language).name),
    ]
    facts = [f"<b>{escape(one)}</b>" for one in (_marks(patient), patient.about) if one]
    facts += [f"{escape(words(code))} <b>{escape(value)}</b>" for code, value in known if value]
    return f'<div class="ph-facts">{"".join(f"<span>{fact}</span>" for fact in facts)}</div>'


def _button(what: str, code: str, icon: str, act: object, *args: object) -> None:
    st.button(
        say(f"ui_patients.{what}", code=code),
        key=f"{what}_{code}",
        icon=icon,
        help=say(f"ui_patients.{what}_help"),
        on_click=components.attempt,
        args=(_FAILED, act, *args),
    )


def _archive(records: Records, code: str) -> None:
    records.patients.archive(code)
    st.session_state[_ARCHIVED_HERE] = (*st.session_state.get(_ARCHIVED_HERE, ()), code)


def _choose(records: Records, code: str) -> None:
    _require(records, code)
    state.choose_patient(code)


def _open(records: Records, kind: str, code: str) -> None:
    _require(records, code)
    dialogs.open_one(kind, code)


def _require(records: Records, code: str) -> Patient:
    patient = records.patients.get(code)
    if patient is None:
        raise StoreError("storage.no_patient", code=code)
    return patient


def what_failed() -> None:
    """Why the last action did nothing, once."""
    components.failed_attempt(_FAILED)
    st.session_state.pop(_FAILED, None)


def open_dialog(records: Records) -> None:
    """Draw the dialog that is open."""
    dialog = dialogs.opened()
    if dialog is None:
        return
    patient = records.patients.get(dialog.code)
    if dialog.kind == "add":
        dialogs.show(say("ui_patients.add_title"), patient_form.add, records, dialog)
    elif dialog.kind == "demo":
        dialogs.show(say("ui_patients.remove_demo_title"), patient_deletion.confirm_demo, records)
    elif patient is None:
        dialogs.close()
        components.problem(StoreError("storage.no_patient", code=dialog.code))
    elif dialog.kind == "edit":
        title = say("ui_patients.edit_title", code=patient.code)
        dialogs.show(title, patient_form.edit, records, dialog, patient)
    elif dialog.kind == "delete":
        dialogs.show(say("ui_patients.delete_title"), patient_deletion.confirm, records, patient)
