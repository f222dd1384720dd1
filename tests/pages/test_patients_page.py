from datetime import UTC

import pytest
from example_sessions import Example, add_session

from physio import demo
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.storage.patients import Patients
from physio.storage.records import NO_DETAILS, NewAnalysis, NewSession, PatientDetails
from physio.ui.patient_list import find


@pytest.fixture(autouse=True)
def no_demo_clips(monkeypatch):
    """The demo patient's history is not what is tested here."""
    monkeypatch.setattr(demo, "demo_clips", lambda: ())


@pytest.fixture
def three(records):
    records.patients.add("P001", "A. Berger", PatientDetails(about="frozen shoulder"))
    records.patients.add("P002", "B. Lind", PatientDetails(affected_side="left", about="ACL repair"))
    records.patients.add("P003", "C. Møller")
    return records


def press(app, label: str):
    return next(button for button in app.button if button.label == label).click().run()


def submit(app, label: str):
    """Press the button of the form that is open; one beside it may have the same label."""
    return [button for button in app.button if button.label == label][-1].click().run()


def field(app, label: str):
    return next(one for one in app.text_input if one.label == label)


def choice(app, label: str):
    return next(one for one in app.selectbox if one.label == label)


def codes(app):
    return app.dataframe[0].value["code"].tolist()


def offered(app):
    return app.selectbox(key="patient_choice").options


def test_it_is_empty_at_first(store, open_page, page_text):
    app = open_page("patients")
    assert not app.exception
    assert "No patient yet" in page_text(app)
    assert not app.text_input, "there is nothing to search"


def test_a_new_patient_is_stored_and_chosen(records, open_page):
    app = press(open_page("patients"), "Add patient")
    field(app, "Code").set_value(" P007 ")
    field(app, "Name or initials").set_value("K. Lind")
    field(app, "Diagnosis or goal").set_value("knee replacement")
    field(app, "Year of birth").set_value("1958")
    choice(app, "Affected side").set_value("right")
    choice(app, "Sex").set_value("female")
    choice(app, "Patient’s language").set_value("de")
    submit(app, "Add patient")
    assert not app.exception
    assert not app.error
    (patient,) = records.patients.all()
    assert (patient.code, patient.name, patient.demo) == ("P007", "K. Lind", False)
    assert patient.details == PatientDetails("de", "right", "knee replacement", 1958, "female")
    assert app.selectbox(key="patient_choice").value == "P007"
    assert not app.text_input(key="patient_search").value
    assert len(app.text_input) == 1, "the form is closed"


def test_a_code_is_name_enough(records, open_page):
    app = press(open_page("patients"), "Add patient")
    field(app, "Code").set_value("P007")
    submit(app, "Add patient")
    assert [(p.code, p.name, p.details) for p in records.patients.all()] == [("P007", "P007", NO_DETAILS)]


@pytest.mark.parametrize(
    ("label", "typed", "said"),
    [
        ("Code", "not a code!", "cannot be a patient code"),
        ("Code", "p001", "too much like P001"),
        ("Name or initials", "K\u202eLind", "invisible character (U+202E) after “K”"),
        ("Year of birth", "58", "“58” cannot be right"),
        ("Year of birth", "young", "“young” cannot be right"),
    ],
)
def test_a_refused_form_says_why_and_keeps_what_was_typed(three, open_page, label, typed, said):
    app = press(open_page("patients"), "Add patient")
    wanted = {"Code": "P9", "Name or initials": "K. Lind", "Diagnosis or goal": "knee", "Year of birth": "1958"}
    for name, text in {**wanted, label: typed}.items():
        field(app, name).set_value(text)
    submit(app, "Add patient")
    assert not app.exception
    assert [said in one.value for one in app.error] == [True]
    assert {name: field(app, name).value for name in wanted} == {**wanted, label: typed}
    field(app, label).set_value(wanted[label])
    submit(app, "Add patient")
    assert not app.error
    assert [p.code for p in three.patients.all()] == ["P001", "P002", "P003", "P9"]
    app = press(app, "Add patient")
    assert not field(app, "Code").value, "the next form begins empty"


def test_all_faults_of_a_form_are_said_at_once(three, open_page):
    app = press(open_page("patients"), "Add patient")
    for name, text in {"Code": "p001", "Name or initials": "K\u202eLind", "Year of birth": "19\u202e58"}.items():
        field(app, name).set_value(text)
    submit(app, "Add patient")
    assert not app.exception
    said = [one.value.replace("\\", "") for one in app.error]
    assert len(said) == 3
    assert "too much like P001" in said[0]
    assert "(U+202E) after “K”" in said[1]
    assert "“19[U+202E]58” cannot be right" in said[2]
    app = press(open_page("patients", patient="P002"), "Edit P002 …")
    field(app, "Name or initials").set_value("x" * 81)
    field(app, "Year of birth").set_value("58")
    submit(app, "Save")
    assert len(app.error) == 2
    assert three.patients.get("P002").name == "B. Lind"


def test_the_last_session_is_told_and_a_dash_without_any(three, open_page):
    add_session(three, "P001", Example())
    (session,) = three.sessions.of("P001")
    last = open_page("patients").dataframe[0].value["last"].tolist()
    dash = "\N{EN DASH}"
    assert last == [f"{session.started_at.astimezone(UTC):%d %b %Y, %H:%M}", dash, dash]


def test_the_search_finds_in_code_name_and_diagnosis_whatever_the_case(three, open_page, page_text):
    app = open_page("patients")
    for words, found in (
        ("p00", ["P001", "P002", "P003"]),
        ("LIND", ["P002"]),
        ("frozen p001", ["P001"]),
        ("MØLLER", ["P003"]),
        (" ", ["P001", "P002", "P003"]),
    ):
        app.text_input(key="patient_search").set_value(words).run()
        assert codes(app) == found
    app.text_input(key="patient_search").set_value("frozen P002").run()
    assert not app.exception
    assert not app.dataframe
    assert "No patient found" in page_text(app)
    assert find(three.patients.all(), "ｆｒｏｚｅｎ") == [three.patients.get("P001")]
    assert find(three.patients.all(), "fro\N{WORD JOINER}zen") == [three.patients.get("P001")], "copied from a page"


def test_who_is_ticked_is_whom_the_buttons_name(three, open_page):
    """At first the chosen patient; of a list without them nobody."""
    app = open_page("patients", patient="P002")
    assert {label for label in labels(app) if "P00" in label} == {"Edit P002 …", "Archive P002", "Delete P002 …"}
    app.text_input(key="patient_search").set_value("P003").run()
    assert not [label for label in labels(app) if "P00" in label]
    assert "Tick a patient" in " ".join(one.value for one in app.caption)


def labels(app):
    return [button.label for button in app.button]


def test_what_is_known_of_a_patient_can_be_changed(three, open_page, page_text):
    app = press(open_page("patients", patient="P002"), "Edit P002 …")
    assert field(app, "Diagnosis or goal").value == "ACL repair"
    assert choice(app, "Affected side").value == "left"
    field(app, "Year of birth").set_value("1899")
    field(app, "Diagnosis or goal").set_value("ACL repair, week 6")
    choice(app, "Affected side").set_value("both")
    submit(app, "Save")
    assert "“1899” cannot be right" in app.error[0].value
    assert field(app, "Diagnosis or goal").value == "ACL repair, week 6"
    field(app, "Year of birth").set_value("")
    submit(app, "Save")
    assert not app.exception
    assert not app.error
    patient = three.patients.get("P002")
    assert (patient.name, patient.details) == ("B. Lind", PatientDetails(None, "both", "ACL repair, week 6"))
    assert "ACL repair, week 6" in page_text(app)
    assert len(app.text_input) == 1, "the form is closed"


def test_a_change_that_cannot_be_stored_is_told_until_it_can_be(three, open_page, disk_full, monkeypatch):
    app = press(open_page("patients", patient="P001"), "Edit P001 …")
    works = Patients.change
    disk_full(Patients, "change")
    choice(app, "Patient’s language").set_value("de")
    submit(app, "Save")
    assert not app.exception
    assert [one.value.split(":")[0] for one in app.error] == ["The disk is full"]
    monkeypatch.setattr(Patients, "change", works)
    submit(app, "Save")
    assert not app.error
    assert three.patients.all()[0].language == "de"


def test_an_archived_patient_is_out_of_the_way_with_all_data_and_comes_back(three, open_page):
    kept = add_session(three, "P002", Example())
    app = press(open_page("patients", patient="P002"), "Archive P002")
    assert not app.exception
    assert "Bring back P002" in labels(app), "what was done can be undone where it was done"
    assert [session.id for session in three.sessions.of("P002")] == [kept]
    app = open_page("patients", patient="P001")
    assert codes(app) == ["P001", "P003"]
    assert "1 archived patient is not shown." in [one.value for one in app.caption]
    assert offered(app) == ["P001 · A. Berger", "P003 · C. Møller"]
    app.toggle(key="patients_with_archived").set_value(True).run()
    assert app.dataframe[0].value["mark"].tolist() == ["", "archived", ""]
    app = press(open_page("patients", patient="P002"), "Bring back P002")
    assert app.dataframe[0].value["mark"].tolist() == ["", "", ""]
    assert len(offered(app)) == 3


def test_the_address_of_an_archived_patient_works_and_says_so(three, open_page):
    three.patients.archive("P002")
    app = open_page("trends", patient="P002")
    assert not app.exception
    assert app.selectbox(key="patient_choice").value == "P002"
    assert "P002 · B. Lind (archived)" in offered(app)


@pytest.mark.models
@pytest.mark.parametrize(("page", "offer"), [("live", "component_instance"), ("upload", "file_uploader")])
def test_nothing_is_added_for_an_archived_patient_until_they_are_back(three, open_page, page_text, page, offer):
    three.patients.archive("P002")
    app = open_page(page, patient="P002")
    assert not app.exception
    assert "P002 is archived" in page_text(app)
    assert not app.get(offer)
    press(app, "Bring back P002")
    assert "P002 is archived" not in page_text(app)
    assert app.get(offer)
    assert not three.patients.get("P002").archived


@pytest.mark.parametrize("label", ["Edit P002 …", "Archive P002", "Delete P002 …"])
def test_what_was_drawn_for_a_patient_who_is_gone_does_nothing_and_says_so(three, open_page, label):
    app = open_page("patients", patient="P002")
    three.patients.delete("P002")
    before = three.patients.all()
    press(app, label)
    assert not app.exception
    assert [one.value.split(";")[0] for one in app.error] == ["There is no patient P002"]
    assert three.patients.all() == before
    assert len(app.text_input) == 1, "no dialog opens"
    app.run()
    assert not app.error, "it is said once"


@pytest.mark.parametrize(("label", "confirm"), [("Edit P002 …", "Save"), ("Delete P002 …", "Delete P002 and all data")])
def test_a_dialog_of_a_patient_who_goes_meanwhile_changes_nobody(three, open_page, label, confirm):
    app = press(open_page("patients", patient="P002"), label)
    three.patients.delete("P002")
    before = three.patients.all()
    press(app, confirm)
    assert not app.exception
    assert "There is no patient P002" in app.error[0].value
    assert three.patients.all() == before


def test_a_dialog_is_not_open_any_more_when_one_comes_back_to_the_page(three, open_page):
    app = press(open_page("patients", patient="P002"), "Delete P002 …")
    assert "Delete P002 and all data" in labels(app)
    app.run()
    assert "Delete P002 and all data" in labels(app), "another run of the page leaves it open"
    app.switch_page("pages/about.py").run()
    app.switch_page("pages/patients.py").run()
    assert not app.exception
    assert "Delete P002 and all data" not in labels(app)


def test_deleting_asks_once_and_names_what_is_destroyed(three, open_page, page_text):
    add_session(three, "P001", Example())
    app = open_page("patients", patient="P001")
    press(app, "Delete P001 …")
    assert "P001 · A. Berger and 1 session with" in page_text(app)
    assert len(three.patients.all()) == 3
    press(app, "Delete P001 and all data")
    assert not app.exception
    assert [p.code for p in three.patients.all()] == ["P002", "P003"]
    assert three.sessions.of() == ()


def recorded_now(records, code):
    asked = Assignment(load_exercise("squat"), "both", 10)
    return records.sessions.start(NewSession(code, source="live"), NewAnalysis(asked, "test", {"pose.task": "ab"}))


IN_SESSION = "P001 has a session in progress. Stop it before deleting."


def test_who_is_being_recorded_is_not_deleted(three, open_page):
    app = open_page("patients", patient="P001")
    recorded_now(three, "P001")
    press(app, "Delete P001 …")
    assert [one.value for one in app.error] == [IN_SESSION]
    assert not any("all data" in label for label in labels(app))


def test_who_is_being_recorded_since_the_question_is_not_deleted(three, open_page):
    app = press(open_page("patients", patient="P001"), "Delete P001 …")
    recorded_now(three, "P001")
    press(app, "Delete P001 and all data")
    assert [one.value for one in app.error] == [IN_SESSION]
    assert app.selectbox(key="patient_choice").value == "P001"
    assert len(three.patients.all()) == 3


@pytest.mark.models
def test_the_demo_goes_and_the_rest_stays_and_the_demo_comes_back(records, open_page, page_text):
    records.patients.add("P-DEMO", "Demo patient", demo=True)
    records.patients.add("P001", "A. Berger")
    add_session(records, "P-DEMO", Example())
    kept = add_session(records, "P001", Example())
    app = open_page("patients")
    press(app, "Remove demo data …")
    assert "P-DEMO and 1 demo session." in page_text(app)
    press(app, "Remove demo data")
    assert not app.exception
    assert [p.code for p in records.patients.all()] == ["P001"]
    assert [s.id for s in records.sessions.of()] == [kept]
    press(app, "Bring back demo data")
    assert not app.exception
    assert [(p.code, p.demo) for p in records.patients.all()] == [("P-DEMO", True), ("P001", False)]
    assert codes(app) == ["P-DEMO", "P001"]
    assert "Remove demo data …" in labels(app)


def test_the_demo_does_not_take_the_code_of_a_patient(records, open_page):
    records.patients.add("p-demo", "A. Berger")
    app = press(open_page("patients"), "Bring back demo data")
    assert not app.exception
    assert "too much like p-demo" in app.error[0].value
    assert [p.demo for p in records.patients.all()] == [False]


def test_two_hundred_patients_are_a_list(records, open_page):
    for number in range(200):
        records.patients.add(f"P{number:03}", f"Name {number}")
    app = open_page("patients", patient="P150")
    assert not app.exception
    assert len(codes(app)) == 200
    assert "Edit P150 …" in labels(app)
