import pytest
from example_sessions import Example, add_session

from physio.exercise.assignment import Assignment
from physio.exercise.definition import LIBRARY, load_exercise, parse_exercise
from physio.storage.records import NewAnalysis, NewSession


def test_without_a_patient_it_offers_to_add_one(open_page, page_text):
    app = open_page("review")
    assert not app.exception
    assert "No patient yet" in page_text(app)
    assert app.button[0].label == "Add a patient"


def test_without_a_session_it_says_what_to_do(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    app = open_page("review")
    assert not app.exception
    assert "No session yet" in page_text(app)
    assert "Start a live session" in [button.label for button in app.button]


def test_it_shows_what_was_stored(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    session_id = add_session(records, "P001", Example(reps=5, peak_deg=90, score=80))
    app = open_page("review", session=session_id)
    assert not app.exception
    assert not app.error
    text = page_text(app)
    assert ">5<" in text  # repetitions
    assert ">82<" in text  # 80 to 84 on average
    assert ">90°<" in text
    assert len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart")) == 3
    table = app.dataframe[0].value
    assert table["score"].tolist() == [80, 81, 82, 83, 84]
    assert table["faults"][0]
    assert not table["faults"][1]
    happened = app.dataframe[1].value
    assert happened["what"].tolist() == ["marked", "reported pain", "not counted"]
    assert "No one in view" in text


def test_the_address_chooses_session_and_patient(records, open_page):
    for code in ("P001", "P002"):
        records.patients.add(code, code)
    wanted = add_session(records, "P001", Example(days_ago=9))
    add_session(records, "P001", Example(days_ago=1))
    add_session(records, "P002", Example(days_ago=0))
    app = open_page("review", session=wanted)
    assert app.selectbox(key="patient_choice").value == "P001"
    assert app.selectbox(key="review_choice").value == wanted
    assert app.query_params["patient"] == "P001"


def test_an_unknown_session_is_told_and_none_is_shown_in_its_place(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    newest = add_session(records, "P001", Example())
    app = open_page("review", patient="P001", session="20200101-000000-beef")
    assert not app.exception
    assert "There is no session 20200101-000000-beef" in page_text(app)
    assert "ph-tile" not in page_text(app)
    next(button for button in app.button if button.label == "Show the newest session").click().run()
    assert app.selectbox(key="review_choice").value == newest


def test_the_note_is_stored(records, open_page):
    records.patients.add("P001", "A. Berger")
    session_id = add_session(records, "P001", Example())
    app = open_page("review")
    app.text_area(key=f"note_{session_id}").set_value("Heel lifts on the left").run()
    assert not app.exception
    assert records.sessions.get(session_id).note == "Heel lifts on the left"


def test_another_angle_can_be_drawn(records, open_page):
    records.patients.add("P001", "A. Berger")
    session_id = add_session(records, "P001", Example())
    app = open_page("review")
    choice = app.selectbox(key=f"angle_{session_id}")
    assert choice.options[0].startswith("Knee flexion")
    choice.select("knee_flexion_r").run()
    assert not app.exception


def test_a_session_in_which_nobody_was_seen(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    add_session(records, "P001", Example(reps=0, rejected=False))
    app = open_page("review")
    assert not app.exception
    assert "No repetitions counted." in page_text(app)


def test_ranges_stand_with_their_expected_error(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    app = open_page("review", session=add_session(records, "P001", Example(reps=3, peak_deg=112, error_deg=7)))
    assert not app.exception
    assert '>112°<span class="of"> ± 7°<' in page_text(app)
    assert app.dataframe[0].value["range_error_deg"].tolist() == pytest.approx([7, 7, 7])
    ranges = app.dataframe[2].value.set_index("angle").loc["Knee flexion, left"]
    assert ranges.tolist() == pytest.approx([0, 112, 7], abs=1)
    assert "Range of motion, CSV" in [button.label for button in app.get("download_button")]


def test_a_session_without_a_stored_error_gets_none(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    app = open_page("review", session=add_session(records, "P001", Example(reps=3)))
    assert not app.exception
    assert "±" not in page_text(app)
    assert app.dataframe[0].value["range_error_deg"].isna().all()
    assert app.dataframe[2].value["error_deg"].isna().all()


def test_a_session_is_shown_by_the_definition_it_was_judged_by(records, open_page):
    records.patients.add("P001", "A. Berger")
    text = (LIBRARY / "squat.toml").read_text(encoding="utf-8")
    former = parse_exercise(text.replace("target_deg = 90", "target_deg = 70"), "squat")
    assert former.target_deg == 70
    app = open_page("review", session=add_session(records, "P001", Example(exercise=former)))
    assert not app.exception
    (chart, *_) = app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")
    assert "target 70" in str(chart.proto)
    assert "target 90" not in str(chart.proto)


def test_without_a_face_pain_is_a_dash_with_the_reason(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    app = open_page("review", session=add_session(records, "P001", Example(face=False)))
    assert not app.exception
    assert "face not analysed" in page_text(app)
    assert ">0<" not in page_text(app)
    assert "face not visible" not in page_text(app).lower()


def test_without_the_body_there_is_the_face_and_no_complaint(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    example = Example(reps=0, rejected=False, body=False)
    app = open_page("review", session=add_session(records, "P001", example))
    assert not app.exception
    text = page_text(app)
    assert "The body was not analysed" in text
    assert "No one in view" not in text
    assert "No joint was visible" not in text
    assert len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart")) == 2  # pain and expression


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "Knee flexion, left – the maximum could not be measured: the movement"),
        (
            "de",
            "Knieflexion links – das Maximum war nicht messbar: Die Bewegung",
        ),
    ],
)
def test_why_the_exercises_own_joint_has_no_range_can_be_read(records, open_page, page_text, lang, said):
    records.patients.add("P001", "A. Berger")
    app = open_page("review", session=add_session(records, "P001", Example(lost=True)), lang=lang)
    assert not app.exception
    assert said in page_text(app)
    assert page_text(app).count(" – ") == 2  # both knees and no other joint


def test_a_session_that_runs_can_be_looked_at(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    asked = Assignment(load_exercise("squat"))
    session_id = records.sessions.start(NewSession("P001", source="live"), NewAnalysis(asked, "test", {}))
    app = open_page("review", session=session_id)
    assert not app.exception
    assert "Available once the session has ended." in page_text(app)
    assert "Range of motion of all joints" not in [one.label for one in app.expander]
