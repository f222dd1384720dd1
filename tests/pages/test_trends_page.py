import math
from dataclasses import replace

import pytest
from example_sessions import Example, add_session

from physio.summary import Summary


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
    assert charts(app) == 6  # attention has engagement too, pain what the patient said
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
    assert (
        "Largest value (left): 100° ± 7° on 27 Feb 2026, 120° ± 7° on 20 Mar 2026. No change beyond measurement error"
        in text
    )
    assert "(24° needed)" in text
    add_session(records, "P001", Example(peak_deg=140, days_ago=-7, error_deg=7))
    assert "Increased by 40°, more than measurement error." in page_text(open_page("trends"))


def test_without_a_stored_error_nothing_is_said_about_a_change(weeks, open_page, page_text):
    app = open_page("trends")
    said = "Largest value (left): 60° on 27 Feb 2026, 95° on 20 Mar 2026. Whether this is a change is unknown"
    assert said in page_text(app)
    assert "rep_rom_error" not in app.dataframe[2].value
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
    assert "27 Feb 2026" not in page_text(app)


def curls(records, *examples):
    records.patients.add("P001", "A. Berger")
    for example in examples:
        add_session(records, "P001", example, "elbow_flexion")


def range_chart(app) -> str:
    return str((app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart"))[-1].proto)


def test_an_estimated_session_is_no_progress_and_its_sentence_names_the_dates(records, open_page, page_text):
    guess = Example(peak_deg=106, side="left", error_deg=7, estimated=True)
    known = [Example(peak_deg=deg, days_ago=days, side="left", error_deg=7) for deg, days in ((60, 21), (100, 7))]
    curls(records, *known, guess)
    app = open_page("trends")
    assert not app.exception
    text = page_text(app)
    assert (
        "Largest value (left): 60° ± 7° on 27 Feb 2026, 100° ± 7° on 13 Mar 2026. Increased by 40°, more than" in text
    )
    assert "Only estimated in the last session, 20 Mar 2026 (≈ 106°), and left out of progress." in text
    assert "hollow, dashed: estimated" in range_chart(app)
    table = app.dataframe[-1].value
    assert table["rom_max_elbow_flexion_l"].round().tolist()[:2] == [60, 100]
    assert table["rom_max_elbow_flexion_l"].isna().tolist() == [False, False, True]
    assert table["rep_max_estimated"].dropna().tolist() == [106]


def test_estimates_alone_are_drawn_but_nothing_is_said_of_change(records, open_page, page_text):
    guess = Example(peak_deg=106, side="left", error_deg=7, estimated=True)
    curls(records, replace(guess, days_ago=7), guess)
    app = open_page("trends")
    assert not app.exception
    assert "hollow, dashed: estimated" in range_chart(app)
    assert "Increased" not in page_text(app)
    assert "Largest value (left): only estimated in the last session, 20 Mar 2026 (≈ 106°)" in page_text(app)


def test_the_resting_arm_is_not_reported(records, open_page, page_text):
    known = Example(side="left", error_deg=7)
    curls(records, replace(known, days_ago=7, peak_deg=60), known)
    app = open_page("trends")
    assert "Largest value (left): 60°" in page_text(app)
    assert "11°" not in page_text(app)
    assert "(right)" not in page_text(app)
    assert "rom_max_elbow_flexion_r" not in app.dataframe[-1].value


def test_a_joint_chosen_by_hand_is_neither_better_nor_worse(records, open_page, page_text):
    curls(records)
    for days_ago, peak_deg in ((7, 60), (0, 100)):
        example = Example(days_ago=days_ago, peak_deg=peak_deg, error_deg=7)
        session_id = add_session(records, "P001", example, "squat")
        metrics = records.analyses.metrics(session_id)
        more = {f"rom_{what}_elbow_flexion_l": deg for what, deg in (("min", 0), ("max", peak_deg), ("error", 7))}
        records.analyses.finish(session_id, Summary.of(metrics | more, {}))
    app = open_page("trends")
    app.selectbox(key="rom_joint_knee_flexion").select("elbow_flexion").run()
    assert not app.exception
    assert (
        "Largest value (left): 60° ± 7° on 13 Mar 2026, 100° ± 7° on 20 Mar 2026. The difference of 40° is more"
        in page_text(app)
    )
    assert "Increased" not in page_text(app)


def test_two_sessions_on_one_day_are_told_apart_by_the_time(records, open_page, page_text):
    known = Example(side="left", error_deg=7)
    curls(records, replace(known, days_ago=0.1, peak_deg=60), known)
    assert "on 20 Mar 2026, 07:06, 90° ± 7° on 20 Mar 2026, 09:30" in page_text(open_page("trends"))


def test_target_and_norm_are_in_the_chart_with_their_source(records, open_page, page_text):
    curls(records, Example(side="left", error_deg=7))
    app = open_page("trends")
    assert "target 120" in range_chart(app)
    assert "norm" in range_chart(app)
    assert "Boone & Azen (1979)" in page_text(app)


@pytest.mark.parametrize(
    ("example", "said", "unsaid"),
    [
        (Example(face=False, reported=None), "The face was not analysed.", "was not visible"),
        (Example(seen=False, reported=None), "The face was not visible.", "was not analysed"),
        (Example(pspi=math.nan, reported=None), "The estimate from the face is not reliable yet.", "not visible"),
        (Example(pspi=math.nan), "The estimate from the face is not reliable yet.", "not visible"),
    ],
)
def test_why_there_is_no_pain_estimate_is_the_true_reason(records, open_page, page_text, example, said, unsaid):
    records.patients.add("P001", "A. Berger")
    add_session(records, "P001", example)
    text = page_text(open_page("trends"))
    assert said in text
    assert unsaid not in text


def test_of_too_little_face_no_attention_is_drawn_and_the_reason_is_said(records, open_page, page_text):
    curls(records, Example(face_share=0.05, reported=None), Example(face_share=0.1, days_ago=7, reported=None))
    app = open_page("trends")
    assert "usable in at most 10% of the frames of these sessions; 20% and at least 3 s are needed" in page_text(app)
    assert charts(app) == 2
    add_session(records, "P001", Example(days_ago=1), "elbow_flexion")
    app = open_page("trends")
    assert "2 sessions left out, not reliable" in page_text(app)
    assert app.dataframe[0].value["state_engaged_pct"].notna().tolist() == [False, True, False]


def test_a_score_of_two_criteria_in_five_is_marked(records, open_page, page_text):
    curls(records, Example(judged=(5, 5), days_ago=7), Example(judged=(2, 5)))
    app = open_page("trends")
    assert "fewer than half of the criteria could be judged" in page_text(app)
    assert app.dataframe[2].value["rep_judged_pct"].tolist() == [100, 40]


def test_knee_extension_is_about_its_smallest_value(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    known = Example(side="left", start_deg=90, error_deg=4)
    for days_ago, peak_deg in ((14, 40), (0, 10)):
        add_session(records, "P001", replace(known, days_ago=days_ago, peak_deg=peak_deg), "knee_extension")
    app = open_page("trends")
    assert not app.exception
    assert "Smallest value (left): 40° ± 4° on 6 Mar 2026, 10° ± 4° on 20 Mar 2026. Decreased by 30°" in page_text(app)
    assert "points: minimum" in range_chart(app)
    assert "Norm:" not in page_text(app)


def test_a_squat_is_not_held_against_the_norm_of_bending_the_knee_to_its_end(weeks, open_page, page_text):
    assert "Norm:" not in page_text(open_page("trends"))


def test_a_curl_is_held_against_the_norm(records, open_page, page_text):
    curls(records, Example(side="left", error_deg=7))
    assert "Norm:" in page_text(open_page("trends"))


def test_sessions_that_the_face_contradicts_are_flagged_with_their_dates(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    for days_ago, pspi, reported in ((14, 0.3, 6), (7, 6.0, 6), (0, 6.0, 0)):
        add_session(records, "P001", Example(pspi=pspi, reported=reported, days_ago=days_ago))
    text = page_text(open_page("trends"))
    assert "6 Mar 2026: reported 6, face shows none." in text
    assert "20 Mar 2026: reported 0, face shows marked." in text
    assert text.count("face shows") == 2


def test_an_earlier_estimate_is_left_out_of_the_lines_and_said(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    add_session(records, "P001", Example(pspi=8.0, earlier=True, days_ago=7, reported=0))
    app = open_page("trends")
    assert "These sessions were analysed by an earlier version that could not see pain" in page_text(app)
    assert "face shows" not in page_text(app)
    add_session(records, "P001", Example(pspi=4.0))
    app = open_page("trends")
    assert "1 session left out: analysed by an earlier version that could not see pain" in page_text(app)
    assert app.dataframe[1].value["pspi_p95"].isna().tolist() == [True, False]
    assert app.dataframe[1].value["self_report_max"].tolist() == [0, 4]  # what the patient said holds


def test_how_much_of_the_face_was_reliable_stands_in_the_table_and_hollows_the_points(records, open_page):
    records.patients.add("P001", "A. Berger")
    add_session(records, "P001", Example(face_share=0.4, days_ago=7))
    app = open_page("trends")
    assert app.dataframe[1].value["pain_reliable_pct"].tolist() == pytest.approx([40], abs=2)
    assert app.dataframe[1].value["pain_probability_p95"].notna().all()
    chart = (app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart"))[2]
    assert "hollow: face reliable in less than 50% of the frames" in str(chart.proto)


def test_the_expression_signal_is_drawn_for_sessions_that_stored_it(records, open_page):
    records.patients.add("P001", "A. Berger")
    add_session(records, "P001", Example(days_ago=7))
    app = open_page("trends")
    assert charts(app) == 6
    assert "valence" not in app.dataframe[0].value
    add_session(records, "P001", Example(pspi=8.0, signal=True))
    app = open_page("trends")
    assert charts(app) == 7
    assert app.dataframe[0].value["valence"].isna().tolist() == [True, False]
    assert app.dataframe[0].value["valence"].iloc[1] < 0
