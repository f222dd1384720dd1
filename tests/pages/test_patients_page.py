from datetime import UTC

from example_sessions import Example, add_session

from physio.storage.patients import Patients


def press(app, label: str):
    return next(button for button in app.button if button.label == label).click().run()


def test_it_is_empty_at_first(store, open_page, page_text):
    app = open_page("patients")
    assert not app.exception
    assert "No patient yet" in page_text(app)


def test_a_new_patient_is_stored_and_chosen(records, open_page):
    app = open_page("patients")
    app.text_input[0].set_value("P007")
    app.text_input[1].set_value("K. Lind")
    press(app, "Add patient")
    assert not app.exception
    assert [(p.code, p.name, p.demo) for p in records.patients.all()] == [("P007", "K. Lind", False)]
    assert app.selectbox(key="patient_choice").value == "P007"


def test_the_last_session_is_told_and_a_dash_without_any(records, open_page):
    records.patients.add("P001", "A. Berger")
    records.patients.add("P002", "B. Lind")
    add_session(records, "P001", Example())
    (session,) = records.sessions.of("P001")
    last = open_page("patients").dataframe[0].value["last"].tolist()
    assert last == [f"{session.started_at.astimezone(UTC):%d %b %Y, %H:%M}", "\N{EN DASH}"]


def test_a_code_that_cannot_be_is_told(records, open_page):
    app = open_page("patients")
    app.text_input[0].set_value("not a code!")
    press(app, "Add patient")
    assert not app.exception
    assert "cannot be a patient code" in app.error[0].value
    assert records.patients.all() == ()


def test_a_code_is_given_once(records, open_page):
    records.patients.add("P001", "A. Berger")
    app = open_page("patients")
    app.text_input[0].set_value("P001")
    press(app, "Add patient")
    assert "P001" in app.error[0].value
    assert [p.name for p in records.patients.all()] == ["A. Berger"]


def test_a_language_that_cannot_be_stored_is_told_until_it_can_be(records, open_page, disk_full, monkeypatch):
    records.patients.add("P001", "A. Berger")
    app = open_page("patients", patient="P001")
    works = Patients.set_language
    disk_full(Patients, "set_language")
    app.selectbox(key="patient_language_P001").set_value("de").run()
    assert not app.exception
    assert [one.value.split(":")[0] for one in app.error] == ["The disk is full"]
    monkeypatch.setattr(Patients, "set_language", works)
    app.selectbox(key="patient_language_P001").set_value("en").run()
    assert not app.error
    assert records.patients.all()[0].language == "en"


def test_deleting_asks_once_and_names_what_is_destroyed(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    records.patients.add("P002", "B. Berger")
    add_session(records, "P001", Example())
    app = open_page("patients", patient="P001")
    press(app, "Delete P001 …")
    assert "**P001 · A. Berger** and **1 session** with" in page_text(app)
    assert len(records.patients.all()) == 2
    press(app, "Delete P001 and all data")
    assert not app.exception
    assert [p.code for p in records.patients.all()] == ["P002"]
    assert records.sessions.of() == ()
    assert app.selectbox(key="patient_choice").value == "P002"


def test_demo_data_goes_and_the_rest_stays(records, open_page, page_text):
    records.patients.add("P-DEMO", "Demo patient", demo=True)
    records.patients.add("P001", "A. Berger")
    add_session(records, "P-DEMO", Example())
    kept = add_session(records, "P001", Example())
    app = open_page("patients")
    press(app, "Remove demo data …")
    assert "**1 demo session**" in page_text(app)
    press(app, "Remove demo data")
    assert not app.exception
    assert [p.code for p in records.patients.all()] == ["P001"]
    assert [s.id for s in records.sessions.of()] == [kept]


def test_without_demo_data_there_is_nothing_to_remove(records, open_page):
    records.patients.add("P001", "A. Berger")
    app = open_page("patients")
    assert not any("demo" in button.label for button in app.button)
