"""What can be put right in a session on the review page: exercise, side, target and time, whose it is, and deleting it.

A dialog only remembers what was confirmed, with the session as it was seen; the page does it in its next run, where it
can show that it is at work.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from physio.errors import PhysioError
from physio.exercise.definition import Exercise
from physio.messages import Message, message
from physio.scoring.correct import Correction, correct, move
from physio.storage.acting import Records
from physio.storage.records import Patient, Session
from physio.types import Side
from physio.ui import components, dialogs, resources, state
from physio.ui.dialogs import Dialog
from physio.ui.exercise_choice import MOST_REPS, NO_EXERCISE, choose, choose_target, exercise_labels, side_labels
from physio.ui.moments import moment_input, moment_refused, moment_typed
from physio.ui.names import session_label
from physio.ui.say import day_and_time, labelled, listed, plain, say

_CONFIRMED, _DONE = "confirmed_correction", "correction_done"
_DIALOGS, _ICONS = ("edit", "move", "delete"), (":material/edit:", ":material/move_up:", ":material/delete:")


@dataclass(frozen=True, slots=True)
class _Confirmed:
    """What is to be done with a session as it was seen; busy: a code, what is said meanwhile."""

    act: Callable[[Records], Message]
    busy: str


def do_what_was_confirmed(records: Records) -> None:
    """Do what a dialog has asked for, before the page looks for its session; then say what was done."""
    if done := st.session_state.pop(_DONE, None):
        st.success(say(done), icon=":material/check_circle:")
    confirmed: _Confirmed | None = st.session_state.pop(_CONFIRMED, None)
    if confirmed is None:
        return
    try:
        with st.spinner(say(confirmed.busy), show_time=True):
            st.session_state[_DONE] = confirmed.act(records)
    except PhysioError as error:
        components.problem(error)
        return
    st.rerun()


def tools(records: Records, patient: Patient, session: Session) -> None:
    """The three things that can be put right in this session; not while it runs."""
    if session.ended_at is None:
        return
    if f"{_DIALOGS[0]}_session" not in st.session_state:  # the page was left, and no dialog of then is wanted any more
        dialogs.close()
    with st.container(horizontal=True, key="session_tools"):
        for name, icon in zip(_DIALOGS, _ICONS, strict=True):
            st.button(
                say(f"ui_corrections.{name}"),
                icon=icon,
                type="tertiary",
                key=f"{name}_session",
                on_click=dialogs.open_one,
                args=(name, session.id),
            )
    if (opened := dialogs.opened()) is not None and opened.code == session.id:
        draw = dict(zip(_DIALOGS, (_edit, _move, _delete), strict=True))[opened.kind]
        dialogs.show(say(f"ui_corrections.{opened.kind}_title"), draw, records, patient, session, opened)


# -- the dialogs -------------------------------------------------------------------------------------------------------


def _edit(records: Records, patient: Patient, session: Session, dialog: Dialog) -> None:
    st.markdown(f"**{plain(session_label(session))}**")
    place, known, target = st.container(), _exercises(records, session), session.target_reps or 0
    labels = exercise_labels(known, none=True)
    now = session.exercise_id if session.exercise_id in known else NO_EXERCISE
    chosen = choose(place, "ui.exercise", labels, now, dialog.key("exercise"))
    if exercise := known.get(chosen):
        stored = session.side if chosen == session.exercise_id else None
        key = dialog.key(f"side_{chosen}")
        choose(place, "ui.side", side_labels(exercise, stored), _usual_side(exercise, session), key)
        choose_target(place, target, dialog.key("target"), most=max(MOST_REPS, target))
    began = moment_input(say("ui_corrections.began"), session.started_at, dialog.key("began"))
    st.caption(say("ui_corrections.edit_help"))
    refused = _refused(began)
    if refused is not None:
        st.warning(say(refused))
    _confirm_button("ui_corrections.save", _remember_typed, known, session, dialog, disabled=refused is not None)


def _refused(began: datetime | None) -> Message | None:
    return message("ui_corrections.began_needed") if began is None else moment_refused(began)


def _exercises(records: Records, session: Session) -> dict[str, Exercise]:
    """The library, with what was done in the session, also where that is of an earlier library."""
    known = resources.exercises()
    own = records.analyses.counting(session.id).exercise
    return known if own is None or own.id in known else known | {own.id: own}


def _usual_side(exercise: Exercise, session: Session) -> Side:
    """The one that is stored, else one that can be chosen."""
    if session.side is not None and (session.exercise_id == exercise.id or session.side in exercise.sides):
        return session.side
    return exercise.default_side


def _remember_typed(known: Mapping[str, Exercise], session: Session, dialog: Dialog) -> None:
    """What is in the fields at the press: it may have been typed since they were drawn, and what depends on it (the
    side of another exercise) may not have been drawn at all."""
    typed = st.session_state
    began = moment_typed(typed[dialog.key("began")], session.started_at)
    if began is None or _refused(began) is not None:
        return
    exercise, side, reps = known.get(typed[dialog.key("exercise")]), None, 0
    if exercise is not None:
        side = typed.get(dialog.key(f"side_{exercise.id}"), _usual_side(exercise, session))
        reps = int(typed.get(dialog.key("target"), session.target_reps or 0))
    wanted = Correction(exercise, side, reps, began)
    _remember(_Confirmed(lambda records: _correct(records, session, wanted), "ui_corrections.analysing"))


def _move(records: Records, patient: Patient, session: Session, dialog: Dialog) -> None:
    others = {one.code: one for one in records.patients.all() if one.code != patient.code and not one.archived}
    if not others:
        st.write(say("ui_corrections.nobody_else"))
        return
    st.markdown(f"**{plain(session_label(session))}**")
    to_code = st.selectbox(
        say("ui_corrections.move_to"),
        list(others),
        index=None,
        format_func=labelled(others, lambda code: listed(others[code])),
        key=dialog.key("move_to"),
        placeholder=say("ui_corrections.move_choose"),
    )
    if to_code is None:
        return
    names = {"of": listed(patient), "to": listed(others[to_code])}
    st.write(say("ui_corrections.move_what", **names))
    what = _Confirmed(lambda records: _move_it(records, session, to_code), "ui_corrections.moving")
    _confirm_button("ui_corrections.move_confirm", _remember, what, of=patient.code, to=to_code)


def _delete(records: Records, patient: Patient, session: Session, dialog: Dialog) -> None:
    st.markdown(f"**{plain(session_label(session))}**")
    st.write(say("ui_corrections.delete_what", patient=listed(patient)))
    what = _Confirmed(lambda records: _delete_it(records, session), "ui_corrections.deleting")
    _confirm_button("ui_corrections.delete_confirm", _remember, what)


def _confirm_button(
    code: str, remember: Callable[..., None], *args: object, disabled: bool = False, **params: str
) -> None:
    label = say(code, **params)
    pressed = st.button(
        label, type="primary", key="confirm_correction", on_click=remember, args=args, disabled=disabled
    )
    if pressed:
        st.rerun()


def _remember(what: _Confirmed) -> None:
    dialogs.close()
    st.session_state[_CONFIRMED] = what


# -- what they ask for -------------------------------------------------------------------------------------------------


def _correct(records: Records, session: Session, wanted: Correction) -> Message:
    correct(records, session, wanted)
    return message("ui_corrections.saved")


def _move_it(records: Records, session: Session, to_code: str) -> Message:
    move(records, session, to_code)
    state.choose_patient(to_code)
    state.choose_session(session.id)
    return message("ui_corrections.moved", of=session.patient_code, to=to_code)


def _delete_it(records: Records, session: Session) -> Message:
    """Delete it, and look at the one before it, else the one after it."""
    ids = [one.id for one in records.sessions.of(session.patient_code)]
    at = ids.index(session.id) if session.id in ids else 0
    records.sessions.delete(session.id, session.patient_code)
    left = [*ids[at + 1 :], *reversed(ids[:at])]
    state.forget_session()
    if left:
        state.choose_session(left[0])
    resources.store().compact()
    return message("ui_corrections.deleted", when=day_and_time(session.started_at), patient=session.patient_code)
