from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from physio.affect.pain import pain_word, word_levels
from physio.exercise.definition import load_exercise
from physio.language import language
from physio.messages import message, own_text
from physio.storage.records import Event, SelfReport
from physio.trends import charts, face_charts, face_states, face_timeline, norms, over_sessions, session_axis, timeline
from physio.trends.face_track import FaceTrack, face_track
from physio.trends.palette import THEME_FILE, palette
from physio.trends.span import span_of
from physio.trends.theme import Look
from physio.types import FaceState, FloatArray, RejectedRep, Rep

LIGHT = palette("light")
LOOK = Look(LIGHT, language("en"))
T_S = np.arange(0, 20, 0.05)
REPS = tuple(Rep(i + 1, "right", 4.0 * i, 4 * i + 2, 4 * i + 4, 90, 88, 1.8, 0.4, 1.8, 80 + i) for i in range(3))
REJECTED = (RejectedRep("right", 14.0, 16.0, own_text("too small a movement")),)


def track(values=None, target_deg=90.0) -> timeline.AngleTrack:
    values = 45 - 45 * np.cos(T_S * np.pi / 2) if values is None else values
    return timeline.AngleTrack(T_S, values, "Knee flexion, right", "right", target_deg)


def layers(chart) -> list[dict]:
    return chart.to_dict()["layer"]


def face(**columns: FloatArray) -> FaceTrack:
    """A face with these columns of frames and nothing else known."""
    return face_track({"t_s": T_S, **columns})


def rows(chart, layer: dict) -> list[dict]:
    return chart.to_dict()["datasets"][layer["data"]["name"]]


def curve(chart, *, dashed: bool = False) -> dict:
    """The layer of an angle's measured or estimated parts."""
    (found,) = [
        layer
        for layer in layers(chart)
        if layer["mark"]["type"] == "line" and (layer["mark"]["strokeDash"] != [1, 0]) == dashed
    ]
    return found


def bands(chart) -> pd.DataFrame:
    (band,) = [layer for layer in layers(chart) if layer["mark"]["type"] == "area"]
    return pd.DataFrame(rows(chart, band))


def marks(chart) -> list[str]:
    return [layer["mark"]["type"] for layer in layers(chart)]


def weeks() -> pd.DataFrame:
    days = pd.to_datetime(["2026-03-01T10:00Z", "2026-03-08T10:00Z", "2026-03-15T10:00Z"])
    return pd.DataFrame(
        {
            "session_id": ["a", "b", "c"],
            "started_at": days,
            "exercise_id": "squat",
            "side": ["left", "left", "right"],
            "source": "live",
            "reps": [8, 9, 10],
            "rep_score_mean": [60.0, 70.0, 97.0],
            "rep_score_sd": [5.0, np.nan, 6.0],
            "pspi_mean": [1.0, 0.5, np.nan],
            "pspi_p95": [3.0, 2.0, np.nan],
            "rom_min_knee_flexion_l": [-2.0, 0.0, 1.0],
            "rom_max_knee_flexion_l": [80.0, 90.0, 99.0],
            "rom_min_knee_flexion_r": [0.0, 0.0, 1.0],
            "rom_max_knee_flexion_r": [78.0, 91.0, 98.0],
            "state_engaged_pct": [90.0, 80.0, np.nan],
        }
    )


def drawn(chart) -> pd.DataFrame:
    """The points of a chart over sessions."""
    points = next(layer for layer in layers(chart) if layer["mark"]["type"] == "point")
    return pd.DataFrame(rows(chart, points))


def test_the_palette_is_the_theme_file():
    theme = THEME_FILE.read_text()
    for mode in ("light", "dark"):
        colours = palette(mode)
        assert f'blueColor = "{colours.left}"' in theme
        assert f'orangeColor = "{colours.right}"' in theme
        assert colours.side("left") == colours.left
        assert colours.side("trunk") == colours.both
    assert (LIGHT.left, LIGHT.right, LIGHT.correct, LIGHT.pain) == ("#0072b2", "#d55e00", "#009e73", "#882255")


def test_repetitions_are_shaded_and_rejected_ones_hatched():
    chart = timeline.angle_chart(track(), REPS, REJECTED, span_of(T_S), LOOK)
    shade, number, hatch = layers(chart)[:3]
    assert [shade["mark"]["type"], number["mark"]["type"], hatch["mark"]["type"]] == ["rect", "text", "rule"]
    assert [(row["t_s"], row["end_s"]) for row in rows(chart, shade)] == [(0, 4), (4, 8), (8, 12)]
    diagonals = rows(chart, hatch)
    assert len(diagonals) > 5
    assert hatch["mark"]["opacity"] < 0.5
    assert all(14 <= row["t_s"] < row["end_s"] <= 16 and row["deg"] < row["deg2"] for row in diagonals)
    assert chart.to_dict()["title"]["subtitle"] == ["shaded: 3 counted; hatched: 1 not counted (too small a movement)"]


def test_the_most_frequent_reason_for_not_counting_is_named():
    shallow = [
        RejectedRep("left", i, i + 1, message("rejected.too_shallow", range_deg=40.0 + i, needed_deg=60.0))
        for i in (1.0, 3.0)
    ]
    quick = RejectedRep("left", 5, 6, message("rejected.too_quick", duration_s=0.3, min_s=1.0))
    chart = timeline.angle_chart(track(), (), [quick, *shallow], span_of(T_S), LOOK)
    (said,) = chart.to_dict()["title"]["subtitle"]
    assert "hatched: 3 not counted (mostly: Range too small: 41°, at least 60° needed)" in said


def test_the_angle_has_the_colour_of_its_side_and_starts_at_zero():
    chart = timeline.angle_chart(track(), REPS, (), span_of(T_S), LOOK)
    line = curve(chart)
    assert line["mark"]["color"] == LIGHT.right
    low, high = line["encoding"]["y"]["scale"]["domain"]
    assert low == pytest.approx(0, abs=1e-9)
    assert high > 90


def test_gaps_in_the_angle_are_not_bridged():
    values = np.where((T_S > 5) & (T_S < 8), np.nan, 30.0)
    chart = timeline.angle_chart(track(values), (), (), span_of(T_S), LOOK)
    points = rows(chart, curve(chart))
    assert len({point["piece"] for point in points}) == 2


def test_an_hour_is_drawn_with_few_points():
    t_s = np.arange(0, 3600, 1 / 30)
    long = timeline.AngleTrack(t_s, 45 - 45 * np.cos(t_s), "Knee flexion, left", "left", np.nan)
    chart = timeline.angle_chart(long, (), (), span_of(t_s), LOOK)
    points = pd.DataFrame(rows(chart, curve(chart)))
    assert len(points) <= 2000
    assert points["deg"].max() == pytest.approx(90, abs=0.1)


def test_the_charts_of_a_session_share_their_time_axis():
    span = span_of(T_S)
    states = np.full(T_S.size, float(FaceState.ENGAGED))
    said = ((SelfReport(6.0, 4, "NRS", "local"),), (Event(3.0, "mark", "wobble", "local"),))
    domains = [
        timeline.angle_chart(track(), REPS, (), span, LOOK).to_dict()["layer"][-1],
        face_timeline.pain_chart(face(pspi=np.ones(T_S.size)), said, span, LOOK).to_dict()["layer"][0],
        face_states.state_chart(face(face_state=states), span, LOOK).to_dict(),
    ]
    assert len({tuple(one["encoding"]["x"]["scale"]["domain"]) for one in domains}) == 1


def test_quality_has_one_line_per_side_with_its_spread_inside_the_scale():
    chart = charts.quality_chart(weeks(), LOOK)
    points = drawn(chart)
    assert points.groupby("line")["value"].apply(list).to_dict() == {"left": [60, 70], "right": [97]}
    assert points["high"].max() == 100
    assert points["low"].tolist() == [55, 70, 91]
    assert points["reps"].tolist() == [8, 9, 10]


def test_range_of_motion_reaches_from_the_smallest_to_the_largest():
    angles = [("knee_flexion_l", "left", "left"), ("knee_flexion_r", "right", "right"), ("knee_flexion", "both", "x")]
    chart = charts.rom_chart(weeks(), angles, "Knee flexion", LOOK)
    points = drawn(chart)
    assert set(points["line"]) == {"left", "right"}
    assert points.loc[points["line"] == "left", ["low", "value"]].values.tolist() == [[-2, 80], [0, 90], [1, 99]]


@pytest.mark.parametrize("draw", [face_charts.states_chart, face_charts.pain_chart, face_charts.reported_pain_chart])
def test_what_is_unknown_is_left_out(draw):
    chart = draw(weeks(), LOOK)
    points = drawn(chart)
    assert points.empty or (points["value"].notna().all() and points["line"].nunique() <= 5)


def test_each_session_tells_its_repetitions_and_its_day():
    chart = face_charts.pain_chart(weeks(), LOOK)
    words = [row["words"] for layer in layers(chart) for row in rows(chart, layer) if "words" in row]
    assert words == ["n 8", "n 9", "n 10"]
    axis = next(layer for layer in layers(chart) if layer["mark"]["type"] == "line")["encoding"]["x"]["axis"]
    assert len(axis["values"]) == 3


def test_sessions_of_different_exercises_are_not_joined():
    mixed = weeks().assign(exercise_id=["squat", "lunge", "squat"])
    assert "line" in marks(face_charts.pain_chart(weeks(), LOOK))
    assert "line" not in marks(face_charts.pain_chart(mixed, LOOK))


def test_a_single_session_can_be_drawn():
    assert len(drawn(face_charts.pain_chart(weeks().head(1), LOOK))) == 2


def test_the_angle_lies_in_the_band_of_its_expected_error():
    error_deg = np.where(T_S < 10, 5.0, np.nan)
    shown = timeline.AngleTrack(T_S, 45 - 45 * np.cos(T_S), "Knee flexion", "right", 90.0, error_deg)
    chart = timeline.angle_chart(shown, (), (), span_of(T_S), LOOK)
    points = bands(chart)
    assert points["t_s"].max() < 10
    assert (points["high"] - points["deg"]).to_numpy() == pytest.approx(5)
    assert (points["deg"] - points["low"]).to_numpy() == pytest.approx(5)
    assert chart.to_dict()["title"]["subtitle"][-1] == "band: typical measurement error"


def test_the_band_keeps_to_the_points_of_a_long_session():
    t_s = np.arange(0, 600, 1 / 30)
    error_deg = 2 + t_s / 100
    shown = timeline.AngleTrack(t_s, 45 - 45 * np.cos(t_s), "Knee flexion", "right", 90.0, error_deg)
    chart = timeline.angle_chart(shown, (), (), span_of(t_s), LOOK)
    points = bands(chart)
    assert len(points) <= 2000
    assert (points["high"] - points["deg"]).to_numpy() == pytest.approx(2 + points["t_s"].to_numpy() / 100)


@pytest.mark.parametrize("error_deg", [None, np.full(T_S.size, np.nan)])
def test_without_a_stored_error_there_is_no_band(error_deg):
    shown = timeline.AngleTrack(T_S, 45 - 45 * np.cos(T_S), "Knee flexion", "right", 90.0, error_deg)
    chart = timeline.angle_chart(shown, (), (), span_of(T_S), LOOK)
    assert "area" not in marks(chart)
    assert "band" not in str(chart.to_dict()["title"]["subtitle"])


def test_ranges_have_whiskers_where_an_error_was_stored():
    angles = [("knee_flexion_l", "left", "left"), ("knee_flexion_r", "right", "right")]
    table = weeks().assign(rom_error_knee_flexion_l=[np.nan, 6.0, 8.0])
    chart = charts.rom_chart(table, angles, "Knee flexion", LOOK)
    caps = [layer for layer in layers(chart) if layer["mark"]["type"] == "tick"]
    assert [layer["encoding"]["y"]["field"] for layer in caps] == ["below", "above"]
    ends = pd.DataFrame(rows(chart, caps[0]))
    assert ends[["below", "above"]].values.tolist() == [[84, 96], [91, 107]]
    assert "whiskers: typical measurement error" in chart.to_dict()["title"]["subtitle"][0]
    assert "tick" not in marks(charts.rom_chart(weeks(), angles, "Knee flexion", LOOK))


def test_the_band_has_no_area_over_a_gap_in_what_is_known_of_the_error():
    error_deg = np.where((T_S > 5) & (T_S < 8), np.nan, 5.0)
    shown = timeline.AngleTrack(T_S, 45 - 45 * np.cos(T_S), "Knee flexion", "right", 90.0, error_deg)
    band = bands(timeline.angle_chart(shown, (), (), span_of(T_S), LOOK))
    pieces = band.groupby("piece")["t_s"].agg(["min", "max"])
    assert len(pieces) == 2
    assert pieces["max"].iloc[0] <= 5
    assert pieces["min"].iloc[1] >= 8


def test_estimated_parts_are_dashed_and_have_no_band():
    estimated = (T_S > 5) & (T_S < 8)
    error_deg = np.full(T_S.size, 5.0)
    shown = timeline.AngleTrack(T_S, 45 - 45 * np.cos(T_S), "Elbow flexion", "left", 90.0, error_deg, estimated)
    chart = timeline.angle_chart(shown, (), (), span_of(T_S), LOOK)
    solid, dashed = (pd.DataFrame(rows(chart, curve(chart, dashed=one))) for one in (False, True))
    assert not ((solid["t_s"] > 5.01) & (solid["t_s"] < 7.99)).any()
    assert dashed["t_s"].agg(["min", "max"]).tolist() == pytest.approx([5, 8])  # it goes on from what was measured
    assert len({point["piece"] for point in rows(chart, curve(chart))}) == 2
    band = bands(chart)
    assert not ((band["t_s"] > 5.01) & (band["t_s"] < 7.99)).any()
    assert band["piece"].nunique() == 2
    notes = "band: typical measurement error; dashed: estimated, error unknown"
    assert chart.to_dict()["title"]["subtitle"][1] == notes


def test_a_measured_angle_has_nothing_dashed():
    chart = timeline.angle_chart(track(), (), (), span_of(T_S), LOOK)
    assert marks(chart).count("line") == 1
    assert "dashed" not in str(chart.to_dict()["title"]["subtitle"])


def test_an_estimated_repetition_says_so_where_one_points():
    reps = (REPS[0], replace(REPS[1], estimated=True, rom_deg=106.2))
    chart = timeline.angle_chart(track(), reps, (), span_of(T_S), LOOK)
    assert [row["rom"] for row in rows(chart, layers(chart)[0])] == ["88°", "≈ 106°, estimated"]


def test_whiskers_and_bars_stand_on_their_points():
    angles = [("knee_flexion_l", "left", "left"), ("knee_flexion_r", "right", "right")]
    table = weeks().assign(rom_error_knee_flexion_l=6.0, rom_error_knee_flexion_r=[6.0, 7.0, 8.0])
    chart = charts.rom_chart(table, angles, "Knee flexion", LOOK)
    points = drawn(chart).set_index(["line", "value"])["place"]
    upright = [layer for layer in layers(chart) if layer["mark"]["type"] in ("rule", "tick")]
    assert len(upright) == 4  # bars, whiskers and their two caps
    for layer in upright:
        assert "xOffset" not in layer["mark"]
        found = pd.DataFrame(rows(chart, layer)).set_index(["line", "value"])["place"]
        pd.testing.assert_series_equal(found.sort_index(), points.sort_index())
    assert points.is_unique  # the lines stand beside each other


def test_estimates_are_hollow_dashed_and_on_no_line():
    table = weeks().assign(
        rom_max_knee_flexion_l=[80.0, 90.0, np.nan], rom_estimated_knee_flexion_l=[np.nan, np.nan, 140.0]
    )
    chart = charts.rom_chart(table, [("knee_flexion_l", "left", "left")], "Knee flexion", LOOK)
    assert drawn(chart)["value"].tolist() == [80, 90]
    line = next(layer for layer in layers(chart) if layer["mark"]["type"] == "line")
    assert {row["value"] for row in rows(chart, line)} == {80, 90}
    (hollow,) = [layer for layer in layers(chart) if layer["encoding"].get("y", {}).get("field") == "estimated"][1:]
    assert (hollow["mark"]["type"], hollow["mark"]["filled"]) == ("point", False)
    assert [(row["estimated"], row["said"]) for row in rows(chart, hollow)] == [
        (140, "≈ 140, estimated, error unknown")
    ]
    assert "hollow, dashed: estimated, left out of progress" in chart.to_dict()["title"]["subtitle"]
    assert line["encoding"]["y"]["scale"]["domain"][1] > 140


def test_target_and_norm_are_drawn_and_named():
    levels = charts.Levels(120.0, norms.ACTIVE["knee_flexion"])
    chart = charts.rom_chart(weeks(), [("knee_flexion_l", "left", "left")], "Knee flexion", LOOK, levels)
    norm, target = layers(chart)[:2]
    assert (norm["mark"]["type"], target["mark"]["type"]) == ("rect", "rule")
    assert (rows(chart, norm)[0]["low"], rows(chart, norm)[0]["high"]) == pytest.approx((135.9, 146.5))
    assert rows(chart, target)[0]["low"] == 120
    assert {row["text"] for row in labels(chart)} == {"left"}
    assert level_names(chart) == {"norm", "target 120°"}


def words(chart) -> list[list[dict]]:
    named = [layer for layer in layers(chart) if layer["encoding"].get("y", {}).get("field") == "label_at"]
    return [rows(chart, layer) for layer in named if layer["mark"]["type"] == "text"]


def labels(chart) -> list[dict]:
    """The names of the lines, right of the sessions."""
    return [row for layer in words(chart)[::2] for row in layer if row["place"] > 1]


def level_names(chart) -> set[str]:
    """Left of the sessions."""
    return {row["text"] for layer in words(chart) for row in layer if row["place"] < 0}


def test_where_the_smallest_value_is_aimed_for_points_and_target_stand_there():
    table = weeks().assign(
        exercise_id="knee_extension",
        rom_min_knee_flexion_l=[30.0, 20.0, 6.0],
        rom_max_knee_flexion_l=[90.0, 92.0, 91.0],
        rom_error_knee_flexion_l=8.0,
    )
    angles = [("knee_flexion_l", "left", "left")]
    chart = charts.rom_chart(table, angles, "Knee flexion", LOOK, charts.Levels(10.0, None, "min"))
    assert drawn(chart)["value"].tolist() == [30, 20, 6]
    assert drawn(chart)["high"].tolist() == [90, 92, 91]
    low, high = next(layer for layer in layers(chart) if layer["mark"]["type"] == "point")["encoding"]["y"]["scale"][
        "domain"
    ]
    assert low <= 6 - 8
    assert high > 92
    assert "points: minimum" in str(chart.to_dict()["title"]["subtitle"])
    upward = charts.rom_chart(weeks(), angles, "Knee flexion", LOOK)
    assert "points: minimum" not in str(upward.to_dict()["title"]["subtitle"])


@pytest.mark.parametrize(
    ("base", "ids", "drawn_"),
    [
        ("shoulder_abduction", ["shoulder_abduction"], True),
        ("elbow_flexion", ["elbow_flexion"], True),
        ("knee_flexion", ["squat"], False),
        ("knee_flexion", ["sit_to_stand"], False),
        ("knee_flexion", ["shoulder_abduction"], False),  # not the joint that it is about
        ("shoulder_abduction", ["lateral_raise"], False),
        ("shoulder_abduction", ["shoulder_abduction", "lateral_raise"], False),
        ("knee_flexion", [None], True),
        ("knee_flexion", [None, "squat"], False),
    ],
)
def test_a_norm_is_for_those_who_try_to_reach_it(base, ids, drawn_):
    found = norms.norm_of(base, [one and load_exercise(one) for one in ids])
    assert (found == norms.ACTIVE[base]) is drawn_
    assert (found is None) is not drawn_


def test_labels_never_stand_on_each_other_nor_over_the_top():
    scale = over_sessions.Scale("degrees", 0, 100)
    wanted = pd.DataFrame({"text": list("abcde"), "at": [50.0, 50, 51, 99, 98]})
    found = over_sessions.apart(wanted, scale)
    assert (np.diff(found["label_at"]) >= 6).all()
    assert found["label_at"].between(0, 100).all()
    assert found["text"].tolist()[:2] in (["a", "b"], ["b", "a"])


@pytest.mark.parametrize("days", [[0, 0.05, 30], [0, 1, 2, 2.1, 9, 60, 60.2, 61, 90, 91, 92, 120], list(range(40))])
def test_every_session_has_a_room_of_its_own(days):
    times = pd.Series(pd.to_datetime("2026-01-01T10:00Z") + pd.to_timedelta(days, unit="D"))
    found = session_axis.places(times)
    assert found.iloc[[0, -1]].tolist() == pytest.approx([0, 1])
    assert np.diff(found).min() >= min(0.06, 0.7 / (len(days) - 1)) - 1e-9
    longest = int(np.argmax(np.diff(days)))
    assert np.diff(found)[longest] == pytest.approx(np.diff(found).max())  # a long break stays long


def days(*written: str, reps: int = 8):
    """How the days are written, and the chart."""
    table = pd.DataFrame({"started_at": pd.to_datetime(written, utc=True), "reps": reps, "exercise_id": "squat"})
    chart = face_charts.reported_pain_chart(table.assign(self_report_max=3.0), LOOK)
    axis = next(one["encoding"]["x"] for one in layers(chart) if "axis" in one["encoding"].get("x", {}))
    return axis["axis"]["labelExpr"], axis["title"]


def test_days_have_their_year_where_it_differs_and_the_time_where_the_day_comes_again():
    same, title = days("2026-03-01T10:00", "2026-03-08T10:00", "2026-03-08T15:00")
    assert "%Y" not in same
    assert "%H:%M" in same
    assert "not to scale in time" in title
    assert "%d %b %Y" in days("2021-08-18T10:00", "2026-03-08T10:00")[0]


def test_one_repetition_has_no_spread_and_the_note_says_so():
    assert "no SD" in str(charts.quality_chart(weeks().assign(reps=[1, 9, 10]), LOOK).to_dict()["title"])
    assert "no SD" not in str(charts.quality_chart(weeks(), LOOK).to_dict()["title"])


def test_a_single_session_stands_in_the_middle():
    assert session_axis.places(weeks()["started_at"][:1]).tolist() == [0.5]


def test_scores_of_too_few_criteria_are_hollow():
    chart = charts.quality_chart(weeks().assign(rep_little_judged=[0.0, 9.0, 5.0]), LOOK)
    assert drawn(chart)["weak"].tolist() == [0, 1, 0]
    assert "hollow: fewer than half of the criteria judged" in chart.to_dict()["title"]["subtitle"]
    fill = next(layer for layer in layers(chart) if layer["mark"]["type"] == "point")["encoding"]["fill"]
    assert fill["value"] == LIGHT.background
    assert "hollow" not in str(charts.quality_chart(weeks(), LOOK).to_dict()["title"])


def test_the_pain_chart_says_from_where_on_which_word_is_used():
    chart = face_charts.pain_chart(weeks(), LOOK)
    levels = {row["low"] for layer in layers(chart) for row in rows(chart, layer) if "low" in row and "end" in row}
    assert levels == {1, 2, 3}
    assert level_names(chart) == {"minimal", "mild", "marked"}
    assert {row["text"] for row in labels(chart)} == {"mean", "highest sustained"}
    assert "highest sustained: 95th percentile of the session" in str(chart.to_dict()["title"])
    for level, word in word_levels():
        assert pain_word(level) == word != pain_word(level - 0.01)
