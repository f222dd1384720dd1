from datetime import UTC

from example_sessions import Example, add_session


def press(app, label: str):
    return next(button for button in app.button if button.label == label).click().run()


def test_it_is_empty_at_first(store, open_page, page_text):
    app = open_page("patients")
    assert not app.exception
    assert "No patient yet" in page_text(app)


def test_a_new_patient_is_stored_and_chosen(store, open_page):
    app = open_page("patients")
    app.text_input[0].set_value("P007")
    app.text_input[1].set_value("K. Lind")
    press(app, "Add patient")
    assert not app.exception
    assert [(p.code, p.name, p.demo) for p in store.patients()] == [("P007", "K. Lind", False)]
    assert app.selectbox(key="patient_choice").value == "P007"


def test_the_last_session_is_told_and_a_dash_without_any(store, open_page):
    store.add_patient("P001", "A. Berger")
    store.add_patient("P002", "B. Lind")
    add_session(store, "P001", Example())
    (session,) = store.sessions("P001")
    last = open_page("patients").dataframe[0].value["last"].tolist()
    assert last == [f"{session.started_at.astimezone(UTC):%d %b %Y, %H:%M}", "\N{EN DASH}"]


def test_a_code_that_cannot_be_is_told(store, open_page):
    app = open_page("patients")
    app.text_input[0].set_value("not a code!")
    press(app, "Add patient")
    assert not app.exception
    assert "cannot be a patient code" in app.error[0].value
    assert store.patients() == ()


def test_a_code_is_given_once(store, open_page):
    store.add_patient("P001", "A. Berger")
    app = open_page("patients")
    app.text_input[0].set_value("P001")
    press(app, "Add patient")
    assert "P001" in app.error[0].value
    assert [p.name for p in store.patients()] == ["A. Berger"]


def test_deleting_asks_once_and_names_what_is_destroyed(store, open_page, page_text):
    store.add_patient("P001", "A. Berger")
    store.add_patient("P002", "B. Berger")
    add_session(store, "P001", Example())
    app = open_page("patients", patient="P001")
    press(app, "Delete P001 …")
    assert "**P001 · A. Berger** and **1 session** with" in page_text(app)
    assert len(store.patients()) == 2
    press(app, "Delete P001 and all data")
    assert not app.exception
    assert [p.code for p in store.patients()] == ["P002"]
    assert store.sessions() == ()
    assert app.selectbox(key="patient_choice").value == "P002"


def test_demo_data_goes_and_the_rest_stays(store, open_page, page_text):
    store.add_patient("P-DEMO", "Demo patient", demo=True)
    store.add_patient("P001", "A. Berger")
    add_session(store, "P-DEMO", Example())
    kept = add_session(store, "P001", Example())
    app = open_page("patients")
    press(app, "Remove demo data …")
    assert "**1 demo session**" in page_text(app)
    press(app, "Remove demo data")
    assert not app.exception
    assert [p.code for p in store.patients()] == ["P001"]
    assert [s.id for s in store.sessions()] == [kept]


def test_without_demo_data_there_is_nothing_to_remove(store, open_page):
    store.add_patient("P001", "A. Berger")
    app = open_page("patients")
    assert not any("demo" in button.label for button in app.button)
