"""The pages in German, and the language of a patient."""

import pytest
from example_sessions import Example, add_session

from physio.storage.records import PatientDetails

PAGES = {"review": "Auswertung", "trends": "Verlauf", "patients": "Patienten"}


@pytest.fixture
def patient(records):
    records.patients.add("P001", "A. Berger")
    add_session(records, "P001", Example(peak_deg=112, days_ago=14, error_deg=7))
    add_session(records, "P001", Example(peak_deg=118, error_deg=7))


@pytest.mark.parametrize("page", PAGES)
def test_the_address_may_ask_for_german(page, patient, open_page, page_text):
    app = open_page(page, lang="de")
    assert not app.exception
    assert app.title[0].value == PAGES[page]
    for english in ("Session", "measurement error", "Repetitions", "patient"):
        assert english not in page_text(app)


def test_numbers_and_dates_are_german_too(patient, open_page, page_text):
    text = page_text(open_page("trends", lang="de"))
    assert "Größter Wert (links): 112° ± 7° am 06.03.2026, 118° ± 7° am 20.03.2026. Keine Veränderung" in text
    assert ">1,0<" in page_text(open_page("review", lang="de"))  # the pain estimate


def test_the_choice_holds_on_the_next_page_and_stands_in_the_address(patient, open_page):
    app = open_page("review")
    assert app.title[0].value == "Session review"
    app.selectbox(key="language_choice").select("de").run()
    assert not app.exception
    assert app.title[0].value == "Auswertung"
    assert app.query_params["lang"] == "de"
    app.switch_page("pages/trends.py").run()
    assert app.title[0].value == "Verlauf"


def test_the_language_of_an_address_holds_on_the_next_page(patient, open_page):
    app = open_page("review", lang="de")
    app.query_params.clear()  # as the browser does with a click on another page
    app.switch_page("pages/trends.py").run()
    assert app.title[0].value == "Verlauf"


def test_an_unknown_language_is_english(patient, open_page):
    assert open_page("review", lang="xx").title[0].value == "Session review"


def test_a_patient_may_have_a_language_of_their_own(patient, records, open_page):
    app = open_page("patients", patient="P001")
    for chosen, stored in (("de", "de"), ("", None)):
        app = app.button(key="edit_P001").click().run()
        choice = next(one for one in app.selectbox if one.label == "Patient’s language")
        assert choice.options == ["As on this screen", "Deutsch", "English"]
        choice.select(chosen)
        next(one for one in app.button if one.label == "Save").click().run()
        assert not app.exception
        assert records.patients.get("P001").language == stored
        assert app.title[0].value == "Patients"  # the therapist reads on in English


@pytest.mark.models
@pytest.mark.parametrize(("own", "cues"), [(None, "de"), ("en", "en")])
def test_cues_are_in_the_patients_language_or_else_the_therapists(own, cues, records, open_page):
    records.patients.add("P001", "A. Berger")
    records.patients.change("P001", "A. Berger", PatientDetails(own))
    app = open_page(lang="de")
    assert not app.exception
    assert app.session_state["live_slot"].choice[0].language == cues
