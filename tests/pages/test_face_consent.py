"""Consent, the resting face and the alert settings on the Patients page, and the switches that follow from them."""

import pytest
from example_sessions import Example, add_session

from physio import demo
from physio.storage.consents import Consents
from physio.storage.records import ConsentKind, FaceSettings
from physio.therapy.alerts import Alert, AlertKind
from physio.therapy.levels import AlertLevels

EMOTION, NEUTRAL = ConsentKind.EMOTION, ConsentKind.NEUTRAL


@pytest.fixture(autouse=True)
def no_demo_clips(monkeypatch):
    """The demo patient's history is not what is tested here."""
    monkeypatch.setattr(demo, "demo_clips", lambda: ())


@pytest.fixture
def patient(records):
    records.patients.add("P001", "A. Berger")
    return records


def starting(widgets, start: str):
    return next(one for one in widgets if one.key and one.key.startswith(start))


def keys(widgets) -> set[str]:
    return {one.key for one in widgets if one.key}


def test_nothing_is_recorded_at_first(patient, open_page, page_text):
    app = open_page("patients", patient="P001")
    assert not app.exception
    assert page_text(app).count("Not recorded: switched off") == 2
    assert keys(app.button) >= {"consent_give_emotion_P001", "consent_give_neutral_P001"}
    assert not any("withdraw" in key or "neutral_reset" in key for key in keys(app.button))


@pytest.mark.parametrize("kind", ConsentKind)
def test_a_consent_is_recorded_once_it_is_ticked(kind, patient, open_page, page_text):
    app = open_page("patients", patient="P001")
    app.button(key=f"consent_give_{kind}_P001").click().run()
    record = starting(app.button, "record_consent_give")
    assert record.disabled
    assert patient.consents.of("P001") == ()
    starting(app.checkbox, "agreed_").check().run()
    record = starting(app.button, "record_consent_give")
    assert not record.disabled
    record.click().run()
    assert not app.exception
    (given,) = patient.consents.of("P001")
    assert (given.kind, given.recorded_by, given.stands) == (kind, "local", True)
    assert "voluntary" in given.wording
    assert "by local" in page_text(app)
    assert f"consent_withdraw_{kind}_P001" in keys(app.button)


def test_withdrawing_deletes_the_resting_face_and_stays_in_the_history(patient, open_page, page_text):
    session_id = add_session(patient, "P001", Example())
    patient.consents.give("P001", NEUTRAL, "x")
    patient.neutrals.keep(session_id, 1, b"rest")
    app = open_page("patients", patient="P001")
    assert "Resting face known since" in page_text(app)
    app.button(key="consent_withdraw_neutral_P001").click().run()
    assert patient.neutrals.of("P001") is not None, "it is asked first"
    starting(app.button, "withdraw_consent_withdraw").click().run()
    assert not app.exception
    assert patient.neutrals.of("P001") is None
    assert "withdrawn" in page_text(app)
    assert "Resting face known since" not in page_text(app)


def test_the_resting_face_can_be_reset_and_the_consent_stands(patient, open_page):
    session_id = add_session(patient, "P001", Example())
    patient.consents.give("P001", NEUTRAL, "x")
    patient.neutrals.keep(session_id, 1, b"rest")
    app = open_page("patients", patient="P001")
    app.button(key="neutral_reset_P001").click().run()
    assert not app.exception
    assert patient.neutrals.of("P001") is None
    assert patient.consents.standing("P001", NEUTRAL) is not None


def test_a_full_disk_is_said_and_nothing_is_recorded(patient, open_page, disk_full):
    app = open_page("patients", patient="P001")
    app.button(key="consent_give_emotion_P001").click().run()
    starting(app.checkbox, "agreed_").check().run()
    disk_full(Consents, "give")
    starting(app.button, "record_consent_give").click().run()
    assert not app.exception
    assert len(app.error) == 1
    assert patient.consents.of("P001") == ()


def test_the_settings_are_stored_for_this_patient(patient, open_page, page_text):
    patient.patients.add("P002", "B. Lind")
    app = open_page("patients", patient="P001")
    for name, value in (("pspi", 4.5), ("hold", 3.0), ("probability", 80)):
        app.number_input(key=f"alerts_P001_{name}").set_value(value)
    for name, value in (("pain", False), ("sound", True), ("advice", True), ("suggestions", True)):
        app.toggle(key=f"alerts_P001_{name}").set_value(value)
    next(one for one in app.button if one.label == "Save settings").click().run()
    assert not app.exception
    assert "Saved." in page_text(app)
    expected = FaceSettings(False, AlertLevels(4.5, 3.0, 0.8), sound=True, advice=True, suggestions=True)
    assert patient.face_settings.of("P001") == expected
    assert patient.face_settings.of("P002") == FaceSettings()


# -- the switches ----------------------------------------------------------------------------------------------------


@pytest.mark.models
@pytest.mark.parametrize(("page", "key"), [("live", "live_face"), ("upload", "upload_face")])
def test_the_expression_signal_cannot_be_chosen_before_it_is_consented_to(page, key, patient, open_page):
    patient.patients.add("P002", "B. Lind")
    patient.consents.give("P002", EMOTION, "x")
    app = open_page(page, patient="P001")
    emotion = starting(app.toggle, f"{key}_emotion_P001")
    assert emotion.disabled
    assert not emotion.value
    assert "consent of P001 is not recorded" in emotion.help
    app = open_page(page, patient="P002")
    emotion = starting(app.toggle, f"{key}_emotion_P002")
    assert not emotion.disabled
    assert not emotion.value, "off until somebody wants it"
    starting(app.toggle, f"{key}_P002").set_value(False).run()
    assert starting(app.toggle, f"{key}_emotion_P002").disabled, "without the face there is none"


@pytest.mark.models
def test_the_patients_own_switch_is_where_the_page_begins(patient, open_page):
    assert starting(open_page("live", patient="P001").toggle, "live_face_P001").value is True
    patient.face_settings.change("P001", FaceSettings(pain=False))
    assert starting(open_page("live", patient="P001").toggle, "live_face_P001").value is False


# -- the review ------------------------------------------------------------------------------------------------------


def test_the_review_lists_alerts_with_who_saw_them(patient, open_page, page_text):
    session_id = add_session(patient, "P001", Example())
    seen, unseen = Alert(AlertKind.PAIN, 4.0, 6.4), Alert(AlertKind.FACE_LOST, 9.0, 30.0)
    for alert in (seen, unseen):
        patient.sessions.add_alert(session_id, alert)
    patient.sessions.acknowledge_alert(session_id, seen)
    text = page_text(open_page("review", patient="P001", session=session_id))
    assert "alert: pain in the face" in text
    assert "PSPI 6 of 16; acknowledged by local at" in text
    assert "for 30 s; not acknowledged" in text
