"""Consent on the pages: what may be read from a face, who recorded it, and the way back; the switches and the notice
that follow from it."""

from html import escape

import streamlit as st

from physio.exercise.assignment import Assignment
from physio.language import language
from physio.messages import message
from physio.storage.acting import Records
from physio.storage.records import Consent, ConsentKind, Patient
from physio.ui import components, dialogs, resources
from physio.ui.dialogs import Dialog
from physio.ui.say import day_and_time, say, words

_GIVE, _WITHDRAW, _FAILED = "consent_give", "consent_withdraw", "consent_failed"
_KINDS = {f"{what}_{kind}": (what, kind) for what in (_GIVE, _WITHDRAW) for kind in ConsentKind}
"""By the kind of dialog: what it asks, about which consent."""


# -- what is asked for before a session or an upload -----------------------------------------------------------------


def switches(records: Records, patient: Patient, key: str) -> tuple[bool, bool]:
    """Whether pain and fatigue are to be read from the face, and the facial expression signal as well, which cannot be
    chosen before the patient's consent is recorded. key: of the page."""
    code = patient.code
    consented = records.consents.standing(code, ConsentKind.EMOTION) is not None
    usual = records.face_settings.of(code).pain
    face = st.toggle(
        say("ui.face"), usual, key=f"{key}_{code}_{usual}", persist_state="session", help=say("ui.face_help")
    )
    emotion = st.toggle(
        say("ui_consent.emotion"),
        key=f"{key}_emotion_{code}_{consented}",
        persist_state="session",
        disabled=not (consented and face),
        help=say("ui_consent.emotion_help" if consented else "ui_consent.not_recorded_help", code=code),
    )
    if not consented:
        st.page_link("pages/patients.py", label=say("ui_consent.needed"), icon=":material/assignment_ind:")
    return face, bool(emotion and face and consented)


def notice(asked: Assignment, spoken: str | None = None) -> str:
    """That the face is analysed, for all who are in front of the camera, as HTML; nothing while it is not. spoken: code
    of the patient's language, None for the reader's."""
    if not asked.face:
        return ""
    code = "ui_consent.notice_emotion" if asked.emotion else "ui_consent.notice"
    text = language(spoken).say(message(code)) if spoken else words(code)
    return f'<div class="ph-watched">{escape(text)}</div>'


# -- the Patients page -----------------------------------------------------------------------------------------------


def section(records: Records, patient: Patient) -> None:
    """What a patient has consented to, with the way back, and what is known of their face at rest."""
    st.subheader(say("ui_consent.title"), anchor=False)
    st.caption(say("ui_consent.what"))
    components.failed_attempt(_FAILED)
    for kind in ConsentKind:
        _row(records, patient.code, kind)
    _resting_face(records, patient.code)
    _history(records.consents.of(patient.code))


def _row(records: Records, code: str, kind: ConsentKind) -> None:
    given = records.consents.standing(code, kind)
    what, act = st.columns([5, 2], vertical_alignment="center")
    state = say("ui_consent.not_recorded") if given is None else _recorded(given)
    icon = ":material/check_circle:" if given else ":material/do_not_disturb_on:"
    what.markdown(f"**{say(f'ui_consent.{kind}')}**  \n{icon} {state}")
    step = _GIVE if given is None else _WITHDRAW
    act.button(
        say("ui_consent.record" if given is None else "ui_consent.withdraw"),
        key=f"{step}_{kind}_{code}",
        width="stretch",
        on_click=dialogs.open_one,
        args=(f"{step}_{kind}", code),
    )


def _recorded(one: Consent) -> str:
    return say("ui_consent.recorded", moment=day_and_time(one.given_at), name=one.recorded_by)


def _resting_face(records: Records, code: str) -> None:
    kept = records.neutrals.of(code)
    if kept is None:
        return
    what, act = st.columns([5, 2], vertical_alignment="center")
    what.markdown(say("ui_consent.resting_kept", moment=day_and_time(kept.kept_at)))
    act.button(
        say("ui_consent.reset"),
        key=f"neutral_reset_{code}",
        help=say("ui_consent.reset_help"),
        width="stretch",
        on_click=components.attempt,
        args=(_FAILED, records.neutrals.reset, code),
    )


def _history(consents: tuple[Consent, ...]) -> None:
    former = [one for one in consents if one.withdrawn_at is not None]
    if not former:
        return
    with st.expander(say("ui_consent.history", count=len(former)), key="consent_history"):
        for one in former:
            what = say(f"ui_consent.{one.kind}")
            st.markdown(f"{what}: {_recorded(one)}; {_withdrawn(one)}")


def _withdrawn(one: Consent) -> str:
    assert one.withdrawn_at is not None
    return say("ui_consent.withdrawn", moment=day_and_time(one.withdrawn_at), name=one.withdrawn_by or "")


def open_dialog(records: Records) -> None:
    """Draw the dialog on a consent, if one is open."""
    dialog = dialogs.opened()
    if dialog is None or dialog.kind not in _KINDS:
        return
    what, kind = _KINDS[dialog.kind]
    patient = records.patients.get(dialog.code)
    if patient is None:
        dialogs.close()
    elif what == _GIVE:
        title = say("ui_consent.give_title", code=patient.code)
        dialogs.show(title, _ask_to_give, records, dialog, kind)
    else:
        title = say("ui_consent.withdraw_title", code=patient.code)
        dialogs.show(title, _ask_to_withdraw, records, dialog, kind)


def _ask_to_give(records: Records, dialog: Dialog, kind: ConsentKind) -> None:
    """What is agreed to, to be read to the patient; it can be recorded once it is ticked that they agree."""
    wording = words(f"ui_consent.{kind}_wording")
    st.markdown(say(f"ui_consent.{kind}_wording"))
    agreed = st.checkbox(say("ui_consent.agreed"), key=dialog.key("agreed"))
    st.caption(say("ui_consent.will_record", name=records.user.name))
    if st.button(
        say("ui_consent.record_now"),
        type="primary",
        key=dialog.key("record"),
        disabled=not agreed,
        on_click=components.attempt,
        args=(_FAILED, _give, records, dialog.code, kind, wording),
    ):
        st.rerun()


def _give(records: Records, code: str, kind: ConsentKind, wording: str) -> None:
    dialogs.close()
    records.consents.give(code, kind, wording)


def _ask_to_withdraw(records: Records, dialog: Dialog, kind: ConsentKind) -> None:
    """What follows from it; of the facial expression signal, whether what is stored is to go as well."""
    st.markdown(say(f"ui_consent.{kind}_withdraw"))
    forget, kept = False, 0
    if kind is ConsentKind.EMOTION:
        kept = records.consents.expressions_kept(dialog.code)
    if kept:
        forget = st.checkbox(say("ui_consent.forget", count=kept), key=dialog.key("forget"))
    if st.button(
        say("ui_consent.withdraw_now"),
        type="primary",
        key=dialog.key("withdraw"),
        on_click=components.attempt,
        args=(_FAILED, _withdraw, records, dialog.code, kind, forget),
    ):
        st.rerun()


def _withdraw(records: Records, code: str, kind: ConsentKind, forget: bool) -> None:
    dialogs.close()
    records.consents.withdraw(code, kind)
    if kind is ConsentKind.EMOTION:
        for session in resources.recorded_now():
            if session.setup.patient_code == code:
                session.without_emotion()
    if forget:
        records.consents.forget_expressions(code)
    if forget or kind is ConsentKind.NEUTRAL:
        resources.store().compact()
