import numpy as np
import pandas as pd
import pytest

from physio.affect import arc
from physio.affect.expression import EXPRESSIONS
from physio.affect.states import STATES
from physio.language import language
from physio.storage.records import Event, SelfReport
from physio.trends import arc_chart, face_charts, face_states, face_timeline
from physio.trends.face_track import FaceTrack, face_track
from physio.trends.palette import palette
from physio.trends.span import span_of
from physio.trends.theme import Look
from physio.types import FaceReason, FaceState, FloatArray

LIGHT = palette("light")
LOOK = Look(LIGHT, language("en"))
T_S = np.arange(0, 20, 0.05)
SPAN = span_of(T_S)
SAID = ((SelfReport(6.0, 4, "NRS", "local"),), (Event(3.0, "mark", "wobble", "local"),))
NOTHING_SAID = ((), ())
GAP = (T_S > 5) & (T_S < 10)


def face(**columns: FloatArray) -> FaceTrack:
    """A face with these columns of frames and nothing else known."""
    return face_track({"t_s": T_S, **columns})


def everywhere(value: float) -> FloatArray:
    return np.full(T_S.size, value)


def layers(chart) -> list[dict]:
    return chart.to_dict()["layer"]


def rows(chart, layer: dict) -> list[dict]:
    whole = chart.to_dict()
    return whole["datasets"][layer.get("data", whole.get("data"))["name"]]


def of_kind(chart, kind: str) -> list[dict]:
    return [layer for layer in layers(chart) if layer["mark"]["type"] == kind]


def subtitle(chart) -> str:
    return "; ".join(chart.to_dict()["title"]["subtitle"])


def test_what_the_patient_said_stands_in_the_pain_chart():
    chart = face_timeline.pain_chart(face(pspi=everywhere(1)), SAID, SPAN, LOOK)
    texts = [row["text"] for layer in layers(chart) for row in rows(chart, layer) if "text" in row]
    assert "reported 4" in texts
    assert "wobble" in texts


def test_what_was_said_after_the_last_frame_stands_inside_the_chart():
    span = span_of(T_S, [25.0])
    assert (span.start_s, span.end_s) == (0, 25)
    said = ([SelfReport(3.0, 2, "NRS", "local"), SelfReport(25.0, 4, "NRS", "local")], [])
    chart = face_timeline.pain_chart(face(pspi=everywhere(0)), said, span, LOOK)
    assert [one["mark"]["align"] for one in of_kind(chart, "text")] == ["left", "right"]
    assert span_of(T_S[:0]).end_s == 1


def test_the_estimate_lies_in_the_band_of_its_error_within_the_scale():
    pspi = np.linspace(0, 15.8, T_S.size)
    chart = face_timeline.pain_chart(face(pspi=pspi, pspi_error=everywhere(0.8)), NOTHING_SAID, SPAN, LOOK)
    (band,) = of_kind(chart, "area")
    points = pd.DataFrame(rows(chart, band))
    middle = points[(points["pspi"] > 1) & (points["pspi"] < 15)]
    assert (middle["high"] - middle["pspi"]).to_numpy() == pytest.approx(0.8)
    assert (points["low"].min(), points["high"].max()) == (0, 16)
    assert "band: expected error" in subtitle(chart)


def test_neither_line_nor_band_goes_over_a_gap():
    pspi = np.where(GAP, np.nan, 1.0)
    chart = face_timeline.pain_chart(face(pspi=pspi, pspi_error=everywhere(0.5)), NOTHING_SAID, SPAN, LOOK)
    for kind, piece in (("line", "piece"), ("area", "part")):
        (layer,) = of_kind(chart, kind)
        assert layer["encoding"]["detail"]["field"] == piece
        points = pd.DataFrame(rows(chart, layer))
        assert points.groupby(piece)["t_s"].agg(np.ptp).max() < 11
        assert not ((points["t_s"] > 5.01) & (points["t_s"] < 9.99)).any()
    half = face(pspi=everywhere(1.0), pspi_error=np.where(GAP, np.nan, 0.5))
    chart = face_timeline.pain_chart(half, NOTHING_SAID, SPAN, LOOK)
    (band,) = of_kind(chart, "area")
    points = pd.DataFrame(rows(chart, band))
    assert points["part"].nunique() == 2
    assert not ((points["t_s"] > 5.01) & (points["t_s"] < 9.99)).any()


def test_without_a_stored_error_there_is_no_band():
    chart = face_timeline.pain_chart(face(pspi=everywhere(1)), NOTHING_SAID, SPAN, LOOK)
    assert of_kind(chart, "area") == []
    assert "band" not in subtitle(chart)


def test_what_is_not_reliable_is_grey_with_its_reason():
    reason = np.where(GAP, FaceReason.TURNED_AWAY, FaceReason.OK).astype(float)
    reason[(T_S > 12) & (T_S < 13)] = FaceReason.BLURRED
    reason[(T_S > 15) & (T_S < 15.3)] = FaceReason.HIDDEN
    chart = face_timeline.pain_chart(
        face(pspi=np.where(reason > 0, np.nan, 1.0), face_reason=reason), NOTHING_SAID, SPAN, LOOK
    )
    (grey,) = of_kind(chart, "rect")
    found = rows(chart, grey)
    assert [row["reason"] for row in found] == [
        "face turned away",
        "face blurred",
    ]  # not 0.3 s
    assert (found[0]["t_s"], found[0]["end_s"]) == pytest.approx((5, 10), abs=0.06)
    assert grey["mark"]["color"] == LIGHT.unusable
    (named,) = of_kind(chart, "text")
    assert [row["reason"] for row in rows(chart, named)] == ["face turned away"]  # the other has no room for a word
    assert "grey: not reliable (mostly: face turned away)" in subtitle(chart)


def test_a_face_that_was_reliable_has_nothing_grey():
    chart = face_timeline.pain_chart(face(pspi=everywhere(1), face_reason=everywhere(0)), NOTHING_SAID, SPAN, LOOK)
    assert of_kind(chart, "rect") == []
    assert "grey" not in subtitle(chart)
    assert face(face_reason=everywhere(0)).main_reason() is None


def test_brief_expressions_are_ticks_with_their_time():
    flash = np.zeros(T_S.size)
    flash[[100, 101, 300]] = 1
    chart = face_timeline.pain_chart(face(pspi=everywhere(1), face_flash=flash), NOTHING_SAID, SPAN, LOOK)
    (ticks,) = of_kind(chart, "point")
    assert [row["t_s"] for row in rows(chart, ticks)] == pytest.approx([5.0, 15.0])
    assert "ticks at the top: 2 brief expressions" in subtitle(chart)


def test_without_any_face_the_reports_can_be_drawn():
    chart = face_timeline.pain_chart(face(face_reason=everywhere(1)), SAID, SPAN, LOOK)
    assert "reported 4" in str(chart.to_dict())


def test_pain_alone_has_the_colour_of_pain():
    states = np.where(T_S < 10, FaceState.ENGAGED, FaceState.PAIN).astype(float)
    chart = face_states.state_chart(face(face_state=states), SPAN, LOOK).to_dict()
    scale = chart["encoding"]["color"]["scale"]
    assert [n for n, c in zip(scale["domain"], scale["range"], strict=True) if c == LIGHT.pain] == ["pain"]
    assert len(set(scale["range"])) == len(scale["domain"]) == len(STATES)
    assert chart["encoding"]["y"]["scale"]["domain"] == scale["domain"]  # a row each: not by its colour alone
    found = chart["datasets"][chart["data"]["name"]]
    assert [row["state"] for row in found] == ["engaged", "pain"]


def test_states_of_an_earlier_estimate_are_not_drawn():
    states = np.where(T_S < 10, 1.0, 4.0)
    chart = face_states.state_chart(face(face_state=states), SPAN, LOOK).to_dict()
    assert chart["datasets"][chart["data"]["name"]] == []


def test_probability_and_engagement_are_told_apart_without_colour():
    both = face(pain_probability=np.where(GAP, np.nan, 0.25), engagement=everywhere(80))
    chart = face_states.shares_chart(both, SPAN, LOOK)
    (line,) = of_kind(chart, "line")
    points = pd.DataFrame(rows(chart, line))
    assert points.groupby("line")["value"].unique().map(list).to_dict() == {
        "probability of pain": [25],
        "engagement": [80],
    }
    assert points[points["line"] == "probability of pain"]["piece"].nunique() == 2
    assert line["encoding"]["strokeDash"]["scale"]["range"] == [[1, 0], [5, 3]]
    alone = face_states.shares_chart(face(engagement=everywhere(80)), SPAN, LOOK)
    assert {row["line"] for row in rows(alone, of_kind(alone, "line")[0])} == {"engagement"}


def test_the_expression_signal_is_drawn_where_it_was_stored():
    assert not face(pspi=everywhere(1)).has_signal
    mix = {f"expression_{name}": everywhere(0.05) for name in EXPRESSIONS}
    mix["expression_fear"] = np.where(GAP, 0.7, 0.01)
    mix["expression_neutral"] = np.where(T_S > 15, np.nan, mix["expression_neutral"] + 0.1)
    stored = face(valence=everywhere(-0.2), arousal=everywhere(0.1), **mix)
    assert stored.has_signal
    chart = face_states.expression_chart(stored, SPAN, LOOK).to_dict()
    found = chart["datasets"][chart["data"]["name"]]
    assert [row["state"] for row in found] == ["neutral", "fear", "neutral"]
    assert found[-1]["end_s"] <= 15.1
    affect = face_states.affect_chart(stored, SPAN, LOOK)
    assert of_kind(affect, "line")[0]["encoding"]["y"]["scale"]["domain"] == [-1, 1]


def course(rep: int, peak_deg: float, *, increasing: bool = True) -> arc.Course:
    from_deg = np.arange(0.0, 150.0, 10.0)
    pspi = 6 * np.exp(-0.5 * ((from_deg + 5 - peak_deg) / 15) ** 2)
    pspi[0] = np.nan
    return arc.Course(rep, "outward" if increasing else "return", from_deg, pspi, (0.0, 150.0), increasing)


def test_pain_by_angle_has_a_line_per_repetition_their_mean_and_the_arc():
    ways = [course(1, 80), course(2, 100)]
    found = arc.Arc("outward", 70.0, 110.0, True, 2, 2)
    chart = arc_chart.arc_chart(ways, found, "Shoulder abduction", 6.0, LOOK)
    each, mean = of_kind(chart, "line")
    assert {row["rep"] for row in rows(chart, each)} == {1, 2}
    assert each["encoding"]["detail"]["field"] == "rep"
    assert min(row["deg"] for row in rows(chart, each)) == 15  # unknown parts are no zero
    assert max(rows(chart, mean), key=lambda row: row["pspi"])["deg"] in (85, 95)
    (shade,) = of_kind(chart, "rect")
    assert [(row["deg"], row["to_deg"]) for row in rows(chart, shade)] == [(70, 110)]
    assert mean["encoding"]["x"]["title"] == "Shoulder abduction, °"
    assert arc_chart.highest(ways) == pytest.approx(6, abs=0.4)


def test_without_an_arc_nothing_is_shaded_and_the_way_back_runs_back():
    chart = arc_chart.arc_chart([course(1, 80, increasing=False)], None, "Knee", 1.0, LOOK)
    assert of_kind(chart, "rect") == []
    assert of_kind(chart, "line")[0]["encoding"]["x"]["scale"]["reverse"] is True
    assert chart.to_dict()["title"]["text"] == "Angle decreasing"
    assert arc_chart.highest([]) == 0


def sessions(**columns) -> pd.DataFrame:
    days = pd.to_datetime(["2026-03-01T10:00Z", "2026-03-08T10:00Z", "2026-03-15T10:00Z"])
    return pd.DataFrame(
        {"started_at": days, "exercise_id": "squat", "reps": 8, "pspi_p95": 4.0, "pspi_mean": 1.0} | columns
    )


def drawn(chart) -> pd.DataFrame:
    return pd.DataFrame(rows(chart, of_kind(chart, "point")[0]))


@pytest.mark.parametrize(("share", "hollow"), [([80, 49, 50], [0, 1, 0]), ([80, 70, 50], [0, 0, 0]), (np.nan, [0] * 3)])
def test_an_estimate_of_the_smaller_part_of_a_session_is_hollow(share, hollow):
    chart = face_charts.pain_chart(sessions(pain_reliable_pct=share), LOOK)
    points = drawn(chart)
    assert points.loc[points["line"] == "mean", "weak"].tolist() == hollow
    assert ("hollow: face reliable in less than 50% of the frames" in subtitle(chart)) is any(hollow)


def test_the_states_of_sessions_are_told_apart_by_shape_and_dash():
    shares = {f"state_{state.name.lower()}_pct": [20.0, 30.0, 10.0] for state in STATES}
    chart = face_charts.states_chart(sessions(**shares), LOOK)
    points, line = of_kind(chart, "point")[0], of_kind(chart, "line")[0]
    shapes = points["encoding"]["shape"]["scale"]["range"]
    dashes = line["encoding"]["strokeDash"]["scale"]["range"]
    for marks in (shapes, [tuple(dash) for dash in dashes]):
        assert len(set(marks)) == len(marks) >= len(STATES)


def test_valence_and_arousal_have_their_own_scale():
    chart = face_charts.signal_chart(sessions(valence=[-0.5, np.nan, 0.2], arousal=[0.1, np.nan, 0.4]), LOOK)
    assert len(drawn(chart)) == 4
    assert of_kind(chart, "point")[0]["encoding"]["y"]["scale"]["domain"] == [-1, 1]
