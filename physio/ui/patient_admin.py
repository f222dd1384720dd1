"""The Patients page: the search, and the one who is ticked in the list: what is known of them, and what can be done.

Whatever is done carries the code of the patient for whom its button was drawn; if that patient is gone by then, it is
said and nothing happens."""

from html import escape

import streamlit as st

from physio.errors import StoreError
from physio.language import language
from physio.storage.acting import Records
from physio.storage.records import Patient
from physio.ui import components, dialogs, patient_deletion, patient_form, patient_list, state, tiles
from physio.ui.patient_list import marks
from physio.ui.say import say, words

_ADD, _SEARCH, _WITH_ARCHIVED = "add_patient", "patient_search", "patients_with_archived"
_FAILED, _ARCHIVED_HERE = "patient_action_failed", "archived_since_page_opened"


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
    """The patients who were searched for, and the one of them that is ticked. Who was archived just now stays in the
    list: somebody may want to bring them back."""
    typed = st.session_state
    archived, kept = bool(typed.get(_WITH_ARCHIVED)), typed.get(_ARCHIVED_HERE, ())
    return patient_list.listing(records, chosen, typed.get(_SEARCH, ""), archived=archived, kept=kept)


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
        ("ui_patients.side", patient.affected_side and words(f"side.{patient.affected_side}")),
        ("ui_patients.birth_year", patient.birth_year and str(patient.birth_year)),
        ("ui_patients.sex", patient.sex and words(f"sex.{patient.sex}")),
        ("ui_patients.language", patient.language and language(patient.language).name),
    ]
    own = (f"<b>{escape(one)}</b>" for one in (marks(patient), patient.about) if one)
    return tiles.facts(*own, *(tiles.fact(words(code), value) for code, value in known if value))


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
