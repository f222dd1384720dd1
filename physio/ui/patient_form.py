"""The fields of a patient, for a new one and for changes. What is refused stays as it was typed, with the reason."""

from collections.abc import Callable, Iterator
from typing import get_args

import streamlit as st

from physio.errors import StoreError
from physio.language import language, languages
from physio.storage.acting import Records
from physio.storage.patients import birth_year, checked_about, checked_name
from physio.storage.records import NO_DETAILS, Patient, PatientDetails, Sex
from physio.types import Side
from physio.ui import components, dialogs, state
from physio.ui.dialogs import Dialog
from physio.ui.say import capital, labelled, say

NOT_SAID = ""


def add(records: Records, dialog: Dialog) -> None:
    """A form for a new patient, who is then the chosen one."""
    with st.form(dialog.key("patient"), border=False):
        st.text_input(
            say("ui_patients.code"), key=dialog.key("code"), placeholder="P001", help=say("ui_patients.code_help")
        )
        _fields(dialog, "", NO_DETAILS)
        _submit(dialog, say("ui_patients.add"), _add, records)


def _add(records: Records, dialog: Dialog) -> None:
    code = st.session_state[dialog.key("code")]
    _check(lambda: records.patients.new_code(code), *_checks(dialog))
    name, details = _typed(dialog)
    state.choose_patient(records.patients.add(code, name or code, details))
    dialogs.close()


def edit(records: Records, dialog: Dialog, patient: Patient) -> None:
    """A form with what is known of a patient."""
    with st.form(dialog.key("patient"), border=False):
        _fields(dialog, patient.name, patient.details)
        _submit(dialog, say("ui_patients.save"), _change, records)


def _change(records: Records, dialog: Dialog) -> None:
    _check(*_checks(dialog, records.patients.get(dialog.code)))
    name, details = _typed(dialog)
    records.patients.change(dialog.code, name or dialog.code, details)
    dialogs.close()


def _fields(dialog: Dialog, name: str, details: PatientDetails) -> None:
    st.text_input(say("ui_patients.name_field"), name, key=dialog.key("name"), help=say("ui_patients.name_help"))
    st.text_input(
        say("ui_patients.about"),
        details.about,
        key=dialog.key("about"),
        placeholder=say("ui_patients.about_example"),
    )
    left, right = st.columns(2)
    with left:
        _choice(dialog, "side", details.affected_side, get_args(Side))
        st.text_input(
            say("ui_patients.birth_year"),
            str(details.birth_year or ""),
            key=dialog.key("birth_year"),
            placeholder=say("ui_patients.optional"),
        )
    with right:
        _choice(dialog, "language", details.language, languages())
        _choice(dialog, "sex", details.sex, get_args(Sex))
    st.caption(say("ui_patients.for_norms"))


_CHOICES: dict[str, tuple[str, str | None, str, Callable[[str], str]]] = {
    "side": ("ui_patients.side", None, "ui_patients.not_said", lambda one: capital(say(f"side.{one}"))),
    "sex": ("ui_patients.sex", None, "ui_patients.not_said", lambda one: capital(say(f"sex.{one}"))),
    "language": (
        "ui_patients.language",
        "ui_patients.language_help",
        "ui_patients.same_language",
        lambda one: language(one).name,
    ),
}
"""Label, help, what nothing is called, what an option is called."""


def _choice(dialog: Dialog, name: str, now: str | None, choices: tuple[str, ...]) -> None:
    label, help_code, nothing, called = _CHOICES[name]
    options = [NOT_SAID, *choices]
    st.selectbox(
        say(label),
        options,
        index=options.index(now) if now in options else 0,
        format_func=labelled(options, lambda one: called(one) if one else say(nothing)),
        key=dialog.key(name),
        help=say(help_code) if help_code else None,
    )


def _checks(dialog: Dialog, known: Patient | None = None) -> Iterator[Callable[[], object]]:
    """What is to be checked of what stands in the fields; known: the patient, of whom what stays as it is passes."""
    name, about, born = (st.session_state[dialog.key(one)] for one in ("name", "about", "birth_year"))
    if known is None or name != known.name:
        yield lambda: checked_name(name)
    if known is None or about != known.about:
        yield lambda: checked_about(about)
    yield lambda: birth_year(born)


def _check(*checks: Callable[[], object]) -> None:
    """Do all checks. Raises one ExceptionGroup of all StoreErrors: a form says everything at once."""
    faults = []
    for check in checks:
        try:
            check()
        except StoreError as error:
            faults.append(error)
    if faults:
        raise ExceptionGroup("form", faults)


def _typed(dialog: Dialog) -> tuple[str, PatientDetails]:
    """Name and details as they stand in the fields. Raises StoreError when the year of birth is none."""
    typed = {name: st.session_state[dialog.key(name)] for name in ("name", "about", "birth_year", *_CHOICES)}
    return typed["name"].strip(), PatientDetails(
        language=typed["language"] or None,
        affected_side=typed["side"] or None,
        about=typed["about"],
        birth_year=birth_year(typed["birth_year"]),
        sex=typed["sex"] or None,
    )


def _submit(dialog: Dialog, label: str, store: Callable[[Records, Dialog], None], records: Records) -> None:
    """The button, and why the last press stored nothing."""
    failed = dialog.key("failed")
    components.failed_attempt(failed)
    pressed = st.form_submit_button(
        label, type="primary", on_click=components.attempt, args=(failed, store, records, dialog)
    )
    if pressed and dialogs.opened() != dialog:
        st.rerun()
