import pytest
from example_sessions import Example, add_session


def charts(app) -> int:
    return len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart"))


@pytest.fixture
def weeks(records):
    """A patient who got better over three weeks."""
    records.patients.add("P001", "A. Berger")
    for days_ago, peak_deg, score in ((21, 60, 50), (14, 70, 61), (7, 82, 70), (0, 95, 84)):
        add_session(records, "P001", Example(peak_deg=peak_deg, score=score, days_ago=days_ago))
    return records


def test_without_sessions_it_says_what_to_do(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    app = open_page("trends")
    assert not app.exception
    assert "No session yet" in page_text(app)
    assert "Start a live session" in [button.label for button in app.button]


def test_four_tabs_with_a_chart_and_a_table_each(weeks, open_page):
    app = open_page("trends")
    assert not app.exception
    assert [tab.label for tab in app.tabs] == [
        "Attention and expression",
        "Pain",
        "Repetition quality",
        "Range of motion",
    ]
    assert charts(app) == 5  # pain has two: what the face showed, and what the patient said
    assert len(app.dataframe) == 4
    quality = app.dataframe[2].value
    assert quality["rep_score_mean"].tolist() == [52, 63, 72, 86]
    assert quality["reps"].tolist() == [5, 5, 5, 5]


def test_the_joint_of_the_exercise_is_shown_first(weeks, open_page):
    app = open_page("trends")
    joint = app.selectbox(key="rom_joint_knee_flexion")
    assert joint.value == "knee_flexion"
    rom = app.dataframe[3].value
    assert rom["rom_max_knee_flexion_l"].round().tolist() == [60, 70, 82, 95]


def test_only_sessions_of_one_exercise_make_a_line(weeks, open_page):
    add_session(weeks, "P001", Example(score=10, days_ago=2), exercise_id="lunge")
    app = open_page("trends")
    choice = app.selectbox(key="trend_exercise")
    assert choice.value == "squat"
    choice.select("lunge").run()
    assert not app.exception
    assert app.dataframe[2].value["rep_score_mean"].tolist() == [12]


def test_a_session_without_repetitions_or_face(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    add_session(records, "P001", Example(reps=0, rejected=False))
    app = open_page("trends")
    assert not app.exception
    assert "No repetitions were counted" in page_text(app)


def test_what_is_within_the_measurement_error_is_not_called_a_change(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    add_session(records, "P001", Example(peak_deg=100, days_ago=21, error_deg=7))
    add_session(records, "P001", Example(peak_deg=120, days_ago=0, error_deg=7))
    text = page_text(open_page("trends"))
    assert "Left: 120° ± 7° in the last session, 100° ± 7° on 27 Feb 2026. No change beyond measurement error" in text
    assert "(24° needed)" in text
    add_session(records, "P001", Example(peak_deg=140, days_ago=-7, error_deg=7))
    assert "Increased by 40°, more than measurement error." in page_text(open_page("trends"))


def test_without_a_stored_error_nothing_is_said_about_a_change(weeks, open_page, page_text):
    app = open_page("trends")
    said = "Left: 95° in the last session, 60° on 27 Feb 2026. Whether this is a change is unknown"
    assert said in page_text(app)
    assert app.dataframe[2].value["rep_rom_error"].isna().all()
    assert "rom_error_knee_flexion_l" not in app.dataframe[3].value


def test_the_tables_hold_the_expected_error(records, open_page):
    records.patients.add("P001", "A. Berger")
    add_session(records, "P001", Example(error_deg=7))
    app = open_page("trends")
    assert app.dataframe[2].value["rep_rom_error"].tolist() == pytest.approx([7])
    assert app.dataframe[3].value["rom_error_knee_flexion_l"].tolist() == pytest.approx([7])


def test_ranges_of_different_exercises_are_not_compared(weeks, open_page, page_text):
    add_session(weeks, "P001", Example(days_ago=2), exercise_id="lunge")
    app = open_page("trends")
    app.selectbox(key="trend_exercise").select("").run()
    assert not app.exception
    assert "in the last session" not in page_text(app)
