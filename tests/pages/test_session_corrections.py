"""The review page's tools: edit, move, delete; tests/browser/test_corrections_browser.py has them in a browser."""

from datetime import UTC, datetime, timedelta

import pytest
from example_sessions import Example, add_session

from physio.storage.corrections import Corrections
from physio.storage.rows import rows_of
from tests.unit.storage.made_results import result, start


def open_dialog(app, name):
    return app.button(key=f"{name}_session").click().run()


def confirm(app):
    app.button(key="confirm_correction").click().run()
    assert not app.exception
    return app


def without_marks(text):
    """As it is read: without what keeps Markdown off."""
    return text.replace("\\", "").replace("\N{WORD JOINER}", "")


def shown(app):
    return next((one.value for one in app.selectbox if one.key == "review_choice"), None)


@pytest.fixture
def sessions(records):
    """Three of P001, newest first; P002 has none."""
    for code, name in (("P001", "A. Berger"), ("P002", "B. *Lind*")):
        records.patients.add(code, name)
    return [add_session(records, "P001", Example(days_ago=days_ago)) for days_ago in (0, 7, 14)]


def test_a_date_is_put_right_and_the_former_one_is_said(records, open_page, sessions):
    app = open_dialog(open_page("review", session=sessions[0]), "edit")
    app.datetime_input[0].set_value(datetime(2026, 3, 19, 14, 5)).run()
    app = confirm(app)
    assert records.sessions.get(sessions[0]).started_at == datetime(2026, 3, 19, 14, 5, tzinfo=UTC)
    assert [one.value for one in app.success] == ["Session corrected."]
    assert any("it was: 20 Mar 2026, 09:30" in without_marks(one.value) for one in app.caption)
    assert shown(app) == sessions[0]


def test_too_little_stored_is_said_and_nothing_is_changed(records, open_page, sessions):
    app = open_dialog(open_page("review", session=sessions[0]), "edit")
    app.number_input[0].set_value(4).run()
    app = confirm(app)
    assert [one.value for one in app.error] == ["This session cannot be analysed again: too little of it was stored."]
    assert records.sessions.get(sessions[0]).target_reps == 10
    assert len(records.analyses.of(sessions[0])) == 1


def test_a_session_is_moved_after_a_confirmation_that_names_both(records, open_page, sessions):
    app = open_dialog(open_page("review", session=sessions[1]), "move")
    assert not [button for button in app.button if button.key == "confirm_correction"], "to nobody yet"
    next(one for one in app.selectbox if one.key.startswith("move_to")).select("P002").run()
    said = " ".join(one.value for one in app.markdown).replace("\\", "")
    assert "belongs to P001 · A. Berger. It will belong to P002 · B. *Lind*" in said
    assert app.button(key="confirm_correction").label == "Move from P001 to P002"
    app = confirm(app)
    assert records.sessions.get(sessions[1]).patient_code == "P002"
    assert [one.value for one in app.success] == ["Session moved from P001 to P002."]
    assert (app.query_params["patient"], app.query_params["session"]) == ("P002", sessions[1])
    assert any("from patient P001" in one.value for one in app.caption)


def test_a_session_is_deleted_after_a_confirmation_and_the_next_one_is_shown(records, open_page, sessions, page_text):
    app = open_page("review", session=sessions[1])
    for gone, then in ((sessions[1], sessions[2]), (sessions[2], sessions[0]), (sessions[0], None)):
        app = open_dialog(app, "delete")
        said = " ".join(one.value for one in app.markdown).replace("\\", "")
        assert "Squat" in said
        assert "2026" in said
        assert "this session of P001 · A. Berger" in said
        app = confirm(app)
        assert gone not in [one.id for one in records.sessions.of()]
        assert shown(app) == then or (then is None and "No session yet" in page_text(app))
        assert [one.value.startswith("Session of ") for one in app.success] == [True]
    assert records.audit.all()[-1].action == "delete"


def test_what_is_typed_is_saved_though_it_was_not_drawn_yet(records, open_page, sessions):
    app = open_dialog(open_page("review", session=sessions[0]), "edit")
    app.datetime_input[0].set_value(datetime(2026, 3, 19, 14, 5))
    app = confirm(app)
    assert records.sessions.get(sessions[0]).started_at == datetime(2026, 3, 19, 14, 5, tzinfo=UTC)
    app = open_dialog(open_page("review", session=sessions[0]), "edit")
    app.number_input[0].set_value(4)
    app = confirm(app)
    assert [one.value for one in app.error] == ["This session cannot be analysed again: too little of it was stored."]


def test_a_date_that_cannot_be_is_said_and_not_saved(records, open_page, sessions):
    before = records.sessions.get(sessions[0]).started_at
    app = open_dialog(open_page("review", session=sessions[0]), "edit")
    app.datetime_input[0].set_value(datetime.now() + timedelta(days=2)).run()
    assert ["in the future or before 1990" in one.value for one in app.warning] == [True]
    assert app.button(key="confirm_correction").disabled
    app = open_dialog(open_page("review", session=sessions[0]), "edit")
    app.datetime_input[0].set_value(datetime.now() + timedelta(days=2))
    app = confirm(app)  # in one run, as when the press ends the typing
    assert app.button(key="confirm_correction").disabled
    assert records.sessions.get(sessions[0]).started_at == before


def test_an_unusual_target_and_side_stay_when_only_the_date_is_put_right(records, open_page):
    records.patients.add("P001", "A. Berger")
    seen = add_session(records, "P001", Example())
    with records.sessions._database.writing() as cursor:  # as an earlier library had it
        cursor.execute("update analysis set side = 'left', target_reps = 250 where session_id = ?", [seen])
    app = open_dialog(open_page("review", session=seen), "edit")
    app.datetime_input[0].set_value(datetime(2026, 3, 19, 14, 5))
    app = confirm(app)
    assert [one.value for one in app.success] == ["Session corrected."]
    session = records.sessions.get(seen)
    assert (session.target_reps, session.side) == (250, "left")
    assert len(records.analyses.of(seen)) == 1


@pytest.mark.parametrize("tool", ["edit", "delete"])
def test_a_session_that_went_meanwhile_is_left_alone_and_that_is_said(records, open_page, sessions, tool):
    app = open_dialog(open_page("review", session=sessions[0]), tool)
    records.sessions.move(sessions[0], "P001", "P002")  # in another tab
    app = confirm(app)
    assert [one.value for one in app.error] == [f"Session {sessions[0]} not found; it may have been deleted."]
    assert records.sessions.get(sessions[0]).patient_code == "P002"
    assert len(records.sessions.of("P001")) == 2


def test_the_last_session_that_went_meanwhile_is_said_on_the_empty_page(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    only = add_session(records, "P001", Example())
    app = open_dialog(open_page("review", session=only), "delete")
    records.sessions.delete(only, "P001")
    app = confirm(app)
    assert [one.value for one in app.error] == [f"Session {only} not found; it may have been deleted."]
    assert f"There is no session {only}" in page_text(app)


def test_a_running_session_has_no_tools(records, open_page):
    records.patients.add("P001", "A. Berger")
    running = start(records)
    records.analyses.append(running, rows_of([result(0)]))
    app = open_page("review", session=running)
    assert not app.exception
    assert not [button for button in app.button if button.key and button.key.endswith("_session")]


def test_a_full_disk_is_told(records, open_page, sessions, disk_full):
    app = open_dialog(open_page("review", session=sessions[0]), "delete")
    disk_full(Corrections, "delete")
    app = confirm(app)
    assert [one.value.split(":")[0] for one in app.error] == ["The disk is full"]
    assert shown(app) == sessions[0]
