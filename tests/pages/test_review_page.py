import math
import re
from dataclasses import replace

import pyarrow as pa
import pytest
from example_sessions import Example, add_session

from physio.exercise.assignment import Assignment
from physio.exercise.definition import LIBRARY, load_exercise, parse_exercise
from physio.storage.records import NewAnalysis, NewSession
from physio.types import FaceReason


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
    shown = ("angle", "pain", "probability and engagement", "state", "pain by angle out", "and back")
    assert len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart")) == len(shown)
    table = app.dataframe[0].value
    assert table["score"].tolist() == [80, 81, 82, 83, 84]
    assert table["faults"][0]
    assert not table["faults"][1]
    assert re.findall(r"<tr><td>([^<]*)</td><td>([^<]*)</td>", text) == [
        ("3.0", "marked"),
        ("6.0", "reported pain"),
        ("22.5", "not counted"),
    ]
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
    assert 'class="ph-tile' not in page_text(app)
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
    ranges = app.dataframe[1].value.set_index("angle").loc["Knee flexion, left"]
    assert ranges[["smallest_deg", "largest_deg", "error_deg"]].tolist() == pytest.approx([0, 112, 7], abs=1)
    assert "Range of motion, CSV" in [button.label for button in app.get("download_button")]


def test_a_session_without_a_stored_error_gets_none(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    app = open_page("review", session=add_session(records, "P001", Example(reps=3)))
    assert not app.exception
    assert "±" not in page_text(app)
    assert app.dataframe[0].value["range_error_deg"].isna().all()
    assert app.dataframe[1].value["error_deg"].isna().all()


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
    assert (
        len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart")) == 3
    )  # pain, probability and engagement, expression


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


FROM_THE_FRONT = Example(estimated=True, side="left", peak_deg=106, score=100, error_deg=7, judged=(2, 5))


def displayed(table) -> dict[str, list[str]]:
    """What a styled table shows in the browser in place of its numbers."""
    shown = pa.ipc.open_stream(table.proto.arrow_data.styler.display_values).read_pandas()
    return {name: shown[name].tolist() for name in shown}


@pytest.mark.parametrize(
    ("lang", "why", "judged"),
    [
        (
            "en",
            "estimated: camera angle unsuitable; error unknown",
            "2 of 5 criteria judged: filmed from the front",
        ),
        (
            "de",
            "geschätzt: ungeeigneter Kamerawinkel; Fehler unbekannt",
            "2 von 5 Kriterien beurteilt: gefilmt von vorn",
        ),
    ],
)
def test_an_estimated_range_is_called_one_in_tile_and_tables(records, open_page, page_text, lang, why, judged):
    records.patients.add("P001", "A. Berger")
    app = open_page("review", session=add_session(records, "P001", FROM_THE_FRONT, "elbow_flexion"), lang=lang)
    assert not app.exception
    text = page_text(app)
    assert 'weak">≈ 106°<' in text  # and no ± behind it
    assert why in text
    assert judged in text
    reps, ranges = app.dataframe
    assert displayed(reps)["range_deg"] == displayed(reps)["peak_deg"] == ["≈ 106"] * 5
    assert displayed(reps)["score"] == [
        f"({score:.0f})" for score in reps.value["score"]
    ]  # as little to be relied on as the grey tile
    assert reps.value["range_error_deg"].isna().all()
    assert displayed(ranges)["largest_deg"][0] == "≈ 106"
    assert ranges.value["largest_deg"].max() == 106
    assert text.count(why.split(";")[0]) == 3  # once in the tile, and once with each table
    assert "estimated only" not in text
    assert "nur geschätzt" not in text
    (chart, *_) = app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")
    assert any("≈ 106°".encode() in one.data.data for one in chart.proto.datasets)


def test_frames_that_an_estimate_rests_on_are_not_called_excluded(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    text = page_text(open_page("review", session=add_session(records, "P001", FROM_THE_FRONT, "elbow_flexion")))
    assert "unusable frames are excluded, except for 5 repetitions whose range is estimated" in text
    text = page_text(open_page("review", session=add_session(records, "P001", Example())))
    assert "unusable frames are excluded." in text


def test_a_session_of_an_earlier_version_has_no_column_of_judged_criteria(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    app = open_page("review", session=add_session(records, "P001", Example()))
    assert "judged" not in app.dataframe[0].proto.column_order
    assert "criteria judged" not in page_text(app)
    app = open_page("review", session=add_session(records, "P001", Example(judged=(5, 5))))
    assert "judged" in app.dataframe[0].proto.column_order
    assert set(displayed(app.dataframe[0])["judged"]) == {"5 of 5"}
    assert "criteria judged" not in page_text(app)  # all of them is nothing to say


def test_a_face_that_shows_too_little_has_no_zero_but_a_reason(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    text = page_text(open_page("review", session=add_session(records, "P001", Example(pspi=math.nan))))
    assert "not reliable" in text
    assert "face not visible" not in text
    text = page_text(open_page("review", session=add_session(records, "P001", Example(pspi=2.9))))
    assert "mild (highest sustained value)" in text


def test_of_too_little_face_the_expression_is_not_drawn(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    session_id = add_session(records, "P001", Example(face_share=0.1))
    app = open_page("review", session=session_id)
    assert "Facial expression: not reliable: the face was usable in 10% of the frames." in page_text(app)
    assert "engaged" not in str([chart.proto for chart in app.get("vega_lite_chart")])
    assert "Gesicht in 10 % der Bilder" in page_text(open_page("review", session=session_id, lang="de"))


def test_a_close_up_of_the_face_is_one_story(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    example = Example(reps=2, rejected=False, joints=False, gone=False)
    app = open_page("review", session=add_session(records, "P001", example))
    assert not app.exception
    text = page_text(app)
    assert "No joint angle could be measured" in text
    assert "Nothing could be measured" not in text
    assert "Body and face were visible" not in text
    assert "The face was visible in all 240 frames; no joint was visible well enough." in text
    assert (
        len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart")) == 3
    )  # pain, probability and engagement, expression


ARC = Example(reps=6, peak_deg=150, side="right", pspi=8.0, arc_deg=90.0, reported=1)


def test_pain_against_the_angle_is_said_in_a_sentence(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    app = open_page("review", session=add_session(records, "P001", ARC, "shoulder_abduction"))
    assert not app.exception
    text = page_text(app)
    found = re.search(r"highest between (\d+)° and (\d+)° as the angle increased, in 6 of 6 repetitions", text)
    assert found
    low_deg, high_deg = (int(deg) for deg in found.groups())
    assert 60 <= low_deg < 90 < high_deg <= 120
    assert "decreased" not in text


@pytest.mark.parametrize(
    "example", [replace(ARC, pspi=0.5), replace(ARC, pspi=math.nan), replace(ARC, reps=2), replace(ARC, seen=False)]
)
def test_without_an_arc_none_is_said(records, open_page, page_text, example):
    records.patients.add("P001", "A. Berger")
    app = open_page("review", session=add_session(records, "P001", example, "shoulder_abduction"))
    assert not app.exception
    assert "highest between" not in page_text(app)


def test_each_repetition_has_its_pain_and_none_where_the_face_was_lost(records, open_page):
    records.patients.add("P001", "A. Berger")
    lost = replace(ARC, pspi=5.0, arc_deg=math.nan, away=((4.5, 8.0, FaceReason.TURNED_AWAY),))
    app = open_page("review", session=add_session(records, "P001", lost, "shoulder_abduction"))
    pain = app.dataframe[0].value["pain"].tolist()
    assert pain[0] == pytest.approx(5, abs=0.1)
    assert math.isnan(pain[1])
    assert pain[2] == pytest.approx(5, abs=0.1)


def test_a_rating_that_the_face_contradicts_is_flagged_both_ways(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    quiet = add_session(records, "P001", Example(pspi=0.3, reported=6))
    marked = add_session(records, "P001", Example(pspi=8.0, reported=0))
    agreed = add_session(records, "P001", Example(pspi=8.0, reported=6))
    assert "At 0:06: reported 6, face shows none." in page_text(open_page("review", session=quiet))
    assert "At 0:06: reported 0, face shows marked." in page_text(open_page("review", session=marked))
    assert "face shows" not in page_text(open_page("review", session=agreed))


def test_brief_expressions_stand_among_the_events_and_the_share_of_the_face_beside_its_pain(
    records, open_page, page_text
):
    records.patients.add("P001", "A. Berger")
    example = Example(pspi=4.0, flashes=(5.0, 9.0), away=((10.0, 16.0, FaceReason.HIDDEN),))
    text = page_text(open_page("review", session=add_session(records, "P001", example)))
    assert text.count("<td>brief expression</td>") == 2
    assert "face reliable in 71% of the frames" in text
    assert "Face partly hidden" in text


def test_what_an_earlier_estimate_said_of_pain_is_not_shown(records, open_page, page_text):
    records.patients.add("P001", "A. Berger")
    app = open_page("review", session=add_session(records, "P001", Example(pspi=8.0, earlier=True, reported=0)))
    assert not app.exception
    text = page_text(app)
    assert "earlier version that could not see pain" in text
    assert "face shows" not in text
    assert "8.0" not in text
    assert app.dataframe[0].value["pain"].isna().all()


def test_the_expression_signal_is_shown_only_where_it_was_stored(records, open_page):
    records.patients.add("P001", "A. Berger")
    without, stored = (add_session(records, "P001", Example(signal=one)) for one in (False, True))
    for key, there in ((without, False), (stored, True)):
        labels = [one.label for one in open_page("review", session=key).expander]
        assert ("Facial expression signal" in labels) is there
