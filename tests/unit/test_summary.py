import math
from dataclasses import replace

import numpy as np
import pytest

from physio.exercise.definition import load_exercise
from physio.kinematics.angles import ANGLES
from physio.messages import Message, message
from physio.metrics import FRAME_COLUMNS
from physio.summary import RangeOfMotion, Summary, summarise
from physio.types import FaceReason, FaceState, FloatArray, Phase, Reason, Rep, Side

RATE_HZ = 30
NAN = float("nan")
CODES = {"reason": Reason.OK, "face_reason": FaceReason.OK, "face_state": FaceState.ENGAGED}


def columns(count: int, **given: FloatArray | float) -> dict[str, FloatArray]:
    """All frame columns of a session in which everything is seen; what is not given is unknown."""
    made = {name: np.full(count, float(CODES.get(name, NAN))) for name in FRAME_COLUMNS}
    return made | {name: np.broadcast_to(np.asarray(values, float), (count,)).copy() for name, values in given.items()}


def times_s(seconds: float) -> FloatArray:
    return np.arange(round(seconds * RATE_HZ)) / RATE_HZ


def rom(summary: Summary, angle: str) -> RangeOfMotion:
    return next(one for one in summary.rom if one.angle == angle)


def test_nothing_at_all_is_a_summary_too() -> None:
    summary = summarise(np.empty(0), columns(0), None)
    assert (summary.duration_s, summary.frames_processed, summary.pose_pct, summary.face_pct) == (0, 0, 0, 0)
    assert summary.unusable == {}
    assert summary.states == {}
    assert summary.view_label == "unknown"
    assert not summary.view_valid
    assert not any(one.valid for one in summary.rom)
    assert summary.metrics() == {
        "duration_s": 0,
        "frames_processed": 0,
        "pose_pct": 0,
        "face_pct": 0,
        "view_valid": 0,
        "pain_reliable_pct": 0,
        "face_estimate": 2,
    }


def test_one_frame() -> None:
    summary = summarise(np.zeros(1), columns(1, knee_flexion_l=80), None)
    assert summary.frames_processed == 1
    assert summary.duration_s == 0
    assert not rom(summary, "knee_flexion_l").valid


def test_shares_are_per_cent_of_processed_frames() -> None:
    t_s = times_s(10)
    reason, face_reason = np.zeros(300), np.zeros(300)
    reason[:30], reason[30:45], reason[45:60] = Reason.NO_PERSON, Reason.NOT_A_BODY, Reason.LOW_VISIBILITY
    face_reason[:150] = FaceReason.NOT_FOUND
    summary = summarise(t_s, columns(300, reason=reason, face_reason=face_reason), None)
    assert summary.pose_pct == pytest.approx(85)  # a hidden knee is still a person
    assert summary.face_pct == pytest.approx(50)
    assert summary.unusable == pytest.approx(
        {"no_person": 10, "not_a_body": 5, "low_visibility": 5, "face_not_found": 50}
    )


def test_of_a_face_that_was_not_to_be_analysed_nothing_is_known() -> None:
    given = columns(90, face_reason=float(FaceReason.NOT_FOUND), reason=float(Reason.TOO_DARK))
    summary = summarise(times_s(3), given, None, face=False)
    assert math.isnan(summary.face_pct)
    assert summary.unusable == {"too_dark": 100}
    assert "face_pct" not in summary.metrics()


def test_of_a_body_that_was_not_to_be_analysed_nothing_is_known() -> None:
    given = columns(90, face_reason=float(FaceReason.TURNED_AWAY), reason=float(Reason.NO_PERSON))
    summary = summarise(times_s(3), given, None, body=False)
    assert math.isnan(summary.pose_pct)
    assert summary.face_pct == 0
    assert summary.unusable == {"face_turned_away": 100}
    assert {one.reason for one in summary.rom} == {message("rom.body_off")}
    assert not {"pose_pct", "unusable_no_person_pct"} & summary.metrics().keys()


def test_a_second_person_or_a_blur_counts_as_a_person_only_when_the_patient_was_seen() -> None:
    reason, azimuth = np.zeros(300), np.full(300, 5.0)
    reason[:60], reason[60:90] = Reason.SECOND_PERSON, Reason.MOTION_BLUR
    azimuth[:30], azimuth[60:75] = NAN, NAN
    summary = summarise(times_s(10), columns(300, reason=reason, azimuth=azimuth), None)
    assert summary.pose_pct == pytest.approx(85)
    assert summary.unusable["second_person"] == pytest.approx(20)
    assert summary.unusable["motion_blur"] == pytest.approx(10)


def test_range_of_motion_is_smoothed_without_losing_the_peak() -> None:
    t_s = times_s(20)
    knee = 50 - 45 * np.cos(2 * np.pi * 0.4 * t_s)
    noisy = knee + np.random.default_rng(1).normal(0, 1, t_s.size)
    found = rom(summarise(t_s, columns(t_s.size, knee_flexion_l=noisy), None), "knee_flexion_l")
    assert found.valid
    assert found.reason is None
    assert found.min_deg == pytest.approx(5, abs=2)
    assert found.max_deg == pytest.approx(95, abs=2)
    assert found.max_deg < noisy.max()


def test_every_angle_has_its_range_in_the_tables_order() -> None:
    summary = summarise(times_s(3), columns(90, trunk_flexion=4), None)
    assert tuple(one.angle for one in summary.rom) == tuple(angle.name for angle in ANGLES)
    assert [one.angle for one in summary.rom if one.valid] == ["trunk_flexion"]


def test_an_angle_seen_too_rarely_has_no_range_but_a_reason() -> None:
    t_s, knee = times_s(60), np.full(1800, NAN)
    knee[:90] = np.linspace(0, 90, 90)  # 3 s of 60
    found = rom(summarise(t_s, columns(1800, knee_flexion_l=knee), None), "knee_flexion_l")
    assert not found.valid
    assert np.isnan(found.min_deg)
    assert np.isnan(found.max_deg)
    assert found.reason == message("rom.rarely_measured", share_pct=pytest.approx(5, abs=0.1))


def test_a_person_who_came_by_for_half_a_second_has_no_range() -> None:
    """Seen well in each of those frames, and still too short a time."""
    t_s, knee, reason = times_s(60), np.full(1800, NAN), np.full(1800, float(Reason.NO_PERSON))
    knee[:15], reason[:15] = 40, Reason.OK
    found = rom(summarise(t_s, columns(1800, knee_flexion_l=knee, reason=reason), None), "knee_flexion_l")
    assert not found.valid
    assert found.reason == message("rom.briefly_measured", usable_s=pytest.approx(0.5, abs=0.01))


def test_without_a_person_there_is_no_range() -> None:
    summary = summarise(times_s(5), columns(150, reason=float(Reason.NO_PERSON)), None)
    assert {one.reason for one in summary.rom} == {message("rom.no_person")}


def test_pain_is_summed_up_over_the_frames_that_have_it() -> None:
    pspi = np.full(300, NAN)
    pspi[100:200] = np.linspace(0, 4, 100)
    summary = summarise(times_s(10), columns(300, pspi=pspi), None)
    assert summary.pspi_mean == pytest.approx(2)
    assert summary.pspi_max == pytest.approx(4)
    assert summary.pspi_p95 == pytest.approx(3.8, abs=0.05)
    assert summary.pain_frames_pct == pytest.approx(75, abs=1)


def test_without_a_face_pain_is_unknown_not_zero() -> None:
    none = columns(90, face_reason=float(FaceReason.NOT_FOUND), face_state=float(FaceState.NO_FACE))
    summary = summarise(times_s(3), none, None)
    assert np.isnan([summary.pspi_mean, summary.pspi_p95, summary.pspi_max]).all()
    assert np.isnan(summary.pain_frames_pct)
    assert summary.states == {}
    assert not {"pspi_mean", "pspi_p95", "pspi_max"} & summary.metrics().keys()


def test_states_are_per_cent_of_the_frames_with_a_face() -> None:
    state = np.full(200, float(FaceState.NO_FACE))
    state[:75], state[75:100] = FaceState.ENGAGED, FaceState.NEUTRAL
    summary = summarise(times_s(200 / RATE_HZ), columns(200, face_state=state), None)
    assert summary.states == {"neutral": 25, "engaged": 75, "mild_discomfort": 0, "pain": 0, "high_distress": 0}


def test_the_azimuth_is_averaged_round_the_back() -> None:
    turning = np.where(np.arange(90) % 2, 170.0, -170.0)
    summary = summarise(times_s(3), columns(90, azimuth=turning), None)
    assert abs(summary.azimuth_deg) == pytest.approx(180)
    assert summary.view_label == "back"


@pytest.mark.parametrize(
    ("view", "azimuth", "valid"),
    [
        ("side", 90, True),
        ("side", -70, True),
        ("side", 30, False),
        ("side", 180, False),
        ("front", 0, True),
        ("front", -20, True),
        ("front", 180, True),
        ("front", 60, False),
        ("any", 45, True),
        ("any", NAN, False),
    ],
)
def test_whether_the_camera_stands_where_the_exercise_wants_it(view: str, azimuth: float, valid: bool) -> None:
    exercise = replace(load_exercise("squat"), view=view)  # type: ignore[arg-type]
    assert summarise(times_s(3), columns(90, azimuth=azimuth), exercise).view_valid == valid


def test_metrics_are_flat_finite_and_named_as_documented() -> None:
    t_s = times_s(5)
    given = columns(t_s.size, knee_flexion_l=30 + 20 * np.sin(t_s), azimuth=85, pspi=0.5, reason=0)
    metrics = summarise(t_s, given, None).metrics()
    assert all(isinstance(value, float) and np.isfinite(value) for value in metrics.values())
    assert metrics["frames_processed"] == 150
    assert metrics["azimuth_deg"] == pytest.approx(85)
    assert metrics["rom_max_knee_flexion_l"] > 40
    assert metrics["state_engaged_pct"] == 100
    assert "rom_max_knee_flexion_r" not in metrics
    assert not any(name.startswith("unusable") for name in metrics)


def test_the_given_columns_are_not_changed() -> None:
    given = columns(90, knee_flexion_l=np.linspace(0, 90, 90))
    before = {name: values.copy() for name, values in given.items()}
    summarise(times_s(3), given, None)
    for name, values in given.items():
        assert np.array_equal(values, before[name], equal_nan=True)


def test_a_range_whose_far_end_was_refused_is_not_valid() -> None:
    t_s = times_s(30)
    knee = 50 - 50 * np.cos(2 * np.pi * t_s / 5)
    seen = np.where(knee > 30, NAN, knee)
    found = rom(summarise(t_s, columns(t_s.size, knee_flexion_l=seen), None), "knee_flexion_l")
    assert not found.valid
    assert np.isnan(found.max_deg)
    assert found.reason == message("rom.maximum_lost")


def equal(a: object, b: object) -> bool:
    """Whether two records are equal, NaN in the same places included."""
    return repr(a) == repr(b)


@pytest.mark.parametrize("face", [True, False])
def test_a_summary_written_and_read_back_is_equal(face: bool) -> None:
    t_s = times_s(20)
    given = columns(t_s.size, knee_flexion_l=30 + 20 * np.sin(t_s), azimuth=85, pspi=1.5 if face else NAN)
    given["reason"][:50], given["face_state"][:100] = Reason.NO_PERSON, FaceState.NEUTRAL
    given["face_reason"][:] = FaceReason.OK if face else FaceReason.TOO_SMALL
    given["elbow_flexion_r"][:20] = 40
    summary = summarise(t_s, given, load_exercise("squat"))
    reasons = {one.angle: one.reason for one in summary.rom if one.reason}
    assert reasons
    assert equal(Summary.of(summary.metrics(), reasons), summary)


@pytest.mark.parametrize("uncertain", ["low", "high"])
def test_the_error_of_a_range_is_that_of_its_less_certain_end(uncertain: str) -> None:
    t_s = times_s(10)
    knee = 50 - 50 * np.cos(2 * np.pi * 0.2 * t_s)
    end = knee < 20 if uncertain == "low" else knee > 80
    error = np.where(end, 9.0, np.where((knee > 30) & (knee < 70), 30.0, 3.0))  # in the middle it does not matter
    found = rom(
        summarise(t_s, columns(t_s.size, knee_flexion_l=knee, knee_flexion_l_error=error), None), "knee_flexion_l"
    )
    assert found.error_deg == pytest.approx(9.0)


def test_pain_counts_from_one_and_a_share_of_all_frames_with_a_face() -> None:
    for pspi, share in ((1.0, 100.0), (0.99, 0.0)):
        assert summarise(times_s(3), columns(90, pspi=pspi), None).pain_frames_pct == share


def seen_for(seconds: float, of_s: float = 30.0, learned_after_s: float = 3.0) -> Summary:
    """A session of_s long whose face was usable in its first seconds, with a PSPI of 2.5 once it was learned."""
    t_s = times_s(of_s)
    face = t_s < seconds
    given = columns(t_s.size, pspi=np.where(face & (t_s >= learned_after_s), 2.5, NAN))
    given["face_reason"] = np.where(face, FaceReason.OK, FaceReason.TURNED_AWAY).astype(float)
    given["face_state"] = np.where(face, FaceState.ENGAGED, FaceState.NO_FACE).astype(float)
    return summarise(t_s, given, None)


@pytest.mark.parametrize(
    ("summary", "reason"),
    [
        (seen_for(0), message("pain.no_face")),
        (seen_for(3.9, of_s=10), message("pain.seen_briefly", seen_s=3, needed_s=4.0)),
        (seen_for(6.1, of_s=32), message("pain.seen_rarely", seen_pct=pytest.approx(19.1, abs=0.1))),
        (seen_for(30, learned_after_s=28), message("pain.not_learned")),
        (summarise(times_s(30), columns(900), None, face=False), None),
        (seen_for(6.1, of_s=30), None),
    ],
)
def test_without_evidence_pain_is_unknown_with_the_reason(summary: Summary, reason: Message | None) -> None:
    assert summary.pain_reason == reason
    given = reason is None and math.isfinite(summary.face_pct)
    figures = (summary.pspi_mean, summary.pspi_p95, summary.pspi_max, summary.pain_frames_pct)
    assert figures == ((2.5, 2.5, 2.5, 100.0) if given else pytest.approx((NAN,) * 4, nan_ok=True))
    assert Summary.of(summary.metrics(), {}).pain_reason == summary.pain_reason


@pytest.mark.parametrize(
    ("summary", "reason"),
    [
        (seen_for(0), message("pain.no_face")),
        (seen_for(2.9, of_s=10), message("pain.seen_briefly", seen_s=2, needed_s=3.0)),
        (seen_for(5.9), message("pain.seen_rarely", seen_pct=pytest.approx(19.7, abs=0.1))),
        (summarise(times_s(30), columns(900, face_state=float(FaceState.NO_FACE)), None, face=False), None),
        (seen_for(3.1, of_s=10), None),
        (seen_for(6.1), None),
    ],
)
def test_of_too_little_face_there_are_no_states_and_the_reason(summary: Summary, reason: Message | None) -> None:
    assert summary.states_reason == reason
    assert bool(summary.states) == (reason is None and math.isfinite(summary.face_pct))
    assert Summary.of(summary.metrics(), {}).states_reason == summary.states_reason


EARLIER = message("pain.earlier_estimate")


def test_what_an_estimate_that_could_not_see_pain_said_is_not_read() -> None:
    """Its PSPI of 0 is no evidence of no pain."""
    stored = seen_for(30).metrics() | {"state_discomfort_pct": 3.0}
    assert (Summary.of(stored, {}).states["engaged"], Summary.of(stored, {}).pspi_p95) == (100, 2.5)
    del stored["face_estimate"]
    before = Summary.of(stored, {})
    assert np.isnan([before.pspi_mean, before.pspi_p95, before.pspi_max, before.pain_frames_pct]).all()
    assert before.states == {}
    assert (before.pain_reason, before.states_reason) == (EARLIER, EARLIER)
    assert before.face_pct == 100
    assert Summary.of(stored | {"face_pct": 0.0}, {}).pain_reason == message("pain.no_face")
    del stored["face_pct"]
    assert (Summary.of(stored, {}).pain_reason, Summary.of(stored, {}).states_reason) == (None, None)


@pytest.mark.parametrize("code", [1, 2, 3, 4])
def test_frames_of_an_estimate_that_could_not_see_pain_come_to_no_figures(code: int) -> None:
    """As when such a session is analysed again: no face is stored, so the frames keep what they said."""
    given = columns(300, pspi=0.2, pain_probability=0.1, engagement=50, face_state=float(FaceState.NEUTRAL))
    given["face_state"][100:200] = code
    summary = summarise(times_s(10), given, None)
    assert (summary.pain_reason, summary.states_reason) == (EARLIER, EARLIER)
    assert summary.metrics().keys() == {"duration_s", "frames_processed", "pose_pct", "face_pct", "view_valid"}
    given["face_state"][:] = FaceState.NEUTRAL
    assert summarise(times_s(10), given, None).pspi_p95 == 0.2


def test_a_face_that_is_never_known_at_rest_is_seen_all_the_same() -> None:
    given = columns(300, face_reason=float(FaceReason.LEARNING), face_state=float(FaceState.NO_FACE))
    summary = summarise(times_s(10), given, None)
    assert (summary.face_pct, summary.pain_reliable_pct, summary.unusable) == (100, 0, {"face_learning": 100})
    assert summary.pain_reason == summary.states_reason == message("pain.not_learned")
    assert math.isnan(summary.flashes)
    given["face_state"][:80], given["face_reason"][:80] = FaceState.PAIN, FaceReason.OK  # too little for shares
    assert summarise(times_s(10), given, None).states == {}
    given["face_state"][:91], given["face_reason"][:91] = FaceState.PAIN, FaceReason.OK
    assert summarise(times_s(10), given, None).states["pain"] == 100


def test_reliable_are_the_frames_with_a_usable_face_and_a_pspi() -> None:
    given = columns(100, pspi=1.0)
    given["pspi"][:20] = NAN
    given["face_reason"][90:] = FaceReason.TURNED_AWAY
    assert summarise(times_s(100 / RATE_HZ), given, None).pain_reliable_pct == pytest.approx(70)
    assert math.isnan(summarise(times_s(100 / RATE_HZ), given, None, face=False).pain_reliable_pct)


def test_the_probability_of_pain_is_the_95th_percentile_of_the_frames_with_a_pspi() -> None:
    given = columns(300, pspi=1.0, pain_probability=np.linspace(0, 1, 300))
    given["pspi"][150:] = NAN
    assert summarise(times_s(10), given, None).pain_probability_p95 == pytest.approx(0.95 * 149 / 299)
    given["pspi"][60:] = NAN
    assert math.isnan(summarise(times_s(10), given, None).pain_probability_p95)


def test_flashes_are_counted_once_however_many_frames_repeat_them() -> None:
    given = columns(300, face_flash=0.0, engagement=40.0)
    given["face_flash"][[0, 1, 50, 51, 52, 299]] = 1
    given["engagement"][:150] = 60
    summary = summarise(times_s(10), given, None)
    assert (summary.flashes, summary.engagement_mean) == (3, 50)
    given["face_reason"][:] = FaceReason.TURNED_AWAY
    rare = summarise(times_s(10), given, None)
    assert np.isnan([rare.flashes, rare.engagement_mean]).all()


# -- the exercise's own angle ----------------------------------------------------------------------------------------


def moved(t_s: FloatArray, **angles: FloatArray | float) -> dict[str, FloatArray]:
    """Curls of 2 s with 2 s of rest between."""
    moving = np.where((t_s % 4) < 2, float(Phase.OUTWARD), float(Phase.REST))
    return columns(t_s.size, phase=moving, **angles)


def counted(estimated: bool, side: Side = "left", index: int = 1) -> Rep:
    return Rep(index, side, 0, 1, 2, 110, 100, 1, 0, 1, 90, estimated=estimated)


CURL = load_exercise("elbow_flexion")
ELBOW = 60 - 50 * np.cos(np.pi * times_s(12))


def test_of_estimated_repetitions_alone_the_angle_has_no_range_of_motion() -> None:
    t_s = times_s(12)
    given = moved(t_s, elbow_flexion_l=ELBOW, elbow_flexion_r=ELBOW, shoulder_elevation_l=ELBOW)
    summary = summarise(t_s, given, CURL, (counted(True), counted(True, index=2)))
    assert (rom(summary, "elbow_flexion_l").valid, rom(summary, "elbow_flexion_l").reason) == (
        False,
        message("rom.estimated_view"),
    )
    assert math.isnan(rom(summary, "elbow_flexion_l").max_deg)
    assert rom(summary, "elbow_flexion_r").valid  # the arm that rested
    assert rom(summary, "shoulder_elevation_l").valid  # no angle that was counted by


@pytest.mark.parametrize(("azimuth", "code"), [(0.0, "rom.estimated_view"), (90.0, "rom.estimated_hidden")])
def test_an_estimate_is_put_down_to_the_view_only_if_that_does_not_serve(azimuth: float, code: str) -> None:
    t_s = times_s(12)
    summary = summarise(t_s, moved(t_s, elbow_flexion_l=ELBOW, azimuth=azimuth), CURL, (counted(True),))
    assert summary.view_valid is (code == "rom.estimated_hidden")
    assert rom(summary, "elbow_flexion_l").reason == message(code)


def test_one_measured_repetition_is_a_range_of_motion() -> None:
    t_s = times_s(12)
    summary = summarise(t_s, moved(t_s, elbow_flexion_l=ELBOW), CURL, (counted(True), counted(False, index=2)))
    assert rom(summary, "elbow_flexion_l").valid
    both = summarise(t_s, moved(t_s, elbow_flexion_l=ELBOW, elbow_flexion_r=ELBOW), CURL, (counted(True, "both"),))
    assert {rom(both, f"elbow_flexion_{side}").reason for side in "lr"} == {message("rom.estimated_view")}


@pytest.mark.parametrize(("known", "valid"), [(0.6, True), (0.4, False)])
def test_an_angle_known_at_rest_alone_has_no_range_of_motion(known: float, valid: bool) -> None:
    t_s = times_s(12)
    given = moved(t_s, elbow_flexion_l=10.0)
    given["elbow_flexion_l"][(given["phase"] == Phase.OUTWARD) & ((t_s % 4) >= 2 * known)] = math.nan
    found = rom(summarise(t_s, given, CURL), "elbow_flexion_l")
    assert found.valid is valid
    if not valid:
        assert found.reason == message("rom.partly_measured", share_pct=pytest.approx(40, abs=1))
