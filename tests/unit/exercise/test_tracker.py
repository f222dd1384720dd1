import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from motions import ERROR_DEG, Camera, Motion, Swing, frames, repeated, track, varied

from physio.exercise.definition import load_exercise
from physio.exercise.tracker import ExerciseTracker
from physio.kinematics.angles import ANGLE_INDEX
from physio.messages import message
from physio.types import Kinematics, Phase, Reason

SQUAT = load_exercise("squat")
LUNGE = load_exercise("lunge")
STAND = load_exercise("sit_to_stand")
CURL = load_exercise("elbow_flexion")
RAISE = load_exercise("lateral_raise")


def both(t_s, x, base="knee_flexion", **more):
    return frames(t_s, {f"{base}_l": x, f"{base}_r": x, **more}, azimuth_deg=90)


def seen(motion, camera=None, seed=2):
    return (camera or Camera()).see(motion, np.random.default_rng(seed))


def test_the_state_frame_by_frame():
    t_s, x = seen(repeated(2, height_deg=95, hold_s=1.0))
    outcome = track(SQUAT, both(t_s, x))
    counts = [state.rep_count for state in outcome.states]
    assert counts[0] == 0
    assert counts[-1] == 2
    assert np.all(np.diff(counts) >= 0)
    assert math.isnan(outcome.states[0].score)
    assert outcome.states[-1].score == outcome.reps[-1].score
    assert {state.phase for state in outcome.states} == set(Phase)
    assert all(state.reason == Reason.OK for state in outcome.states)
    assert [state.signal_deg for state in outcome.states[:-1]] == pytest.approx(x)


def test_a_repetition_is_reported_in_the_frame_that_closes_it():
    t_s, x = seen(repeated(3))
    outcome = track(SQUAT, both(t_s, x))
    at = [float(t) for t, state in zip(t_s, outcome.states, strict=False) if state.closed]
    assert at == pytest.approx([rep.end_s for rep in outcome.reps], abs=0.4)
    assert all(rep.end_s <= t for rep, t in zip(outcome.reps, at, strict=True))


def test_times_do_not_overlap_and_add_up():
    outcome = track(SQUAT, both(*seen(repeated(6, pause_s=0.0), Camera(white_deg=1, slow_deg=1))))
    assert len(outcome.reps) == 6
    for before, after in zip(outcome.reps, outcome.reps[1:], strict=False):
        assert before.end_s <= after.start_s
    for rep in outcome.reps:
        assert rep.start_s < rep.peak_s < rep.end_s
        assert rep.eccentric_s + rep.hold_s + rep.concentric_s == pytest.approx(rep.end_s - rep.start_s)


@pytest.mark.parametrize("keep", [2, 3])
def test_half_the_frames_give_the_same_repetitions(keep):
    t_s, x = seen(varied([90, 60, 95, 88, 30, 92], hold_s=0.5), Camera(white_deg=0.7, slow_deg=1))
    every = track(SQUAT, both(t_s, x))
    some = track(SQUAT, both(t_s[::keep], x[::keep]))
    assert len(every.reps) == len(some.reps) == 5
    assert len(every.rejected) == len(some.rejected) == 1
    for a, b in zip(every.reps, some.reps, strict=True):
        assert a.peak_s == pytest.approx(b.peak_s, abs=0.15)
        assert a.rom_deg == pytest.approx(b.rom_deg, abs=4)
        assert a.eccentric_s == pytest.approx(b.eccentric_s, abs=0.25)
        assert a.score == pytest.approx(b.score, abs=10)


def test_sessions_side_by_side_do_not_know_of_each_other():
    streams = [both(*seen(repeated(4, height_deg=height), Camera(slow_deg=1), seed=8)) for height in (70, 95)]
    alone = [track(SQUAT, stream).reps for stream in streams]
    assert [len(reps) for reps in alone] == [4, 4]
    assert alone[0] != alone[1]
    trackers = [ExerciseTracker(SQUAT, "both") for _ in streams]
    together = [[], []]
    for pair in itertools.zip_longest(*streams):
        for reps, tracker, frame in zip(together, trackers, pair, strict=True):
            reps.extend(tracker.step(*frame).closed if frame else ())
    for reps, tracker in zip(together, trackers, strict=True):
        reps.extend(tracker.finish().closed)
    assert [tuple(reps) for reps in together] == alone


def test_what_was_reported_live_is_what_the_whole_recording_gives():
    """A repetition is reported once and for good: no later frame changes it."""
    stream = both(*seen(repeated(4), Camera(slow_deg=1)))
    whole = track(SQUAT, stream).reps
    assert len(whole) == 4
    for frames_seen in range(60, len(stream), 45):
        tracker = ExerciseTracker(SQUAT, "both")
        live = [rep for frame in stream[:frames_seen] for rep in tracker.step(*frame).closed]
        assert tuple(live) == whole[: len(live)]
        now_s = stream[frames_seen - 1][0]
        ended = [sum(rep.end_s + late_s < now_s for rep in whole) for late_s in (0.4, 0.0)]
        assert ended[0] <= len(live) <= ended[1]


def test_one_given_side_of_a_two_sided_exercise():
    t_s, x = seen(repeated(3))
    outcome = track(SQUAT, frames(t_s, {"knee_flexion_l": x, "knee_flexion_r": math.nan}), "left")
    assert [rep.side for rep in outcome.reps] == ["left"] * 3
    outcome = track(SQUAT, frames(t_s, {"knee_flexion_l": x, "knee_flexion_r": math.nan}), "right")
    assert not outcome.reps


def test_a_hidden_leg_that_follows_the_visible_one_is_not_counted_twice():
    t_s, x = seen(repeated(5))
    rng = np.random.default_rng(5)
    ghost = 0.8 * np.interp(t_s - 0.1, t_s, x) + rng.normal(0, 2, t_s.size)
    outcome = track(CURL, frames(t_s, {"elbow_flexion_r": x, "elbow_flexion_l": ghost}, azimuth_deg=-90))
    assert [rep.side for rep in outcome.reps] == ["right"] * 5
    assert not outcome.rejected


@pytest.mark.parametrize("side", ["both", "left"])
def test_legs_that_are_exchanged_and_mixed_in_a_side_view_are_counted_right(side):
    extension = load_exercise("knee_extension")
    t_s, share = seen(repeated(5, rest_deg=0, height_deg=1, out_s=1.2, hold_s=0.8, back_s=1.4))
    moving, still = 85 - 75 * share, np.full(t_s.size, 80.0)
    kind = np.random.default_rng(4).integers(0, 3, t_s.size // 8 + 1).repeat(8)[: t_s.size]
    mixed = (moving + still) / 2
    left = np.select([kind == 0, kind == 1], [moving, still], mixed)
    right = np.select([kind == 0, kind == 1], [still, moving], mixed)
    stream = frames(t_s, {"knee_flexion_l": left, "knee_flexion_r": right}, azimuth_deg=85)
    outcome = track(extension, stream, side)
    assert len(outcome.reps) == 5
    assert [rep.peak_s for rep in outcome.reps] == pytest.approx([2.4 + 4.2 * i for i in range(5)], abs=0.2)
    assert not outcome.rejected


def test_the_side_that_was_not_asked_for_is_not_counted_from_the_side_either():
    t_s, x = seen(repeated(4))
    near = frames(t_s, {"elbow_flexion_l": x, "elbow_flexion_r": 5.0}, azimuth_deg=90)
    assert len(track(CURL, near, "left").reps) == 4
    assert not track(CURL, near, "right").reps
    far = frames(t_s, {"elbow_flexion_l": 5.0, "elbow_flexion_r": x}, azimuth_deg=90)
    assert [rep.side for rep in track(CURL, far).reps] == ["right"] * 4


def test_both_arms_at_once_seen_from_the_front_count_once_for_both():
    t_s, x = seen(repeated(5))
    outcome = track(CURL, frames(t_s, {"elbow_flexion_r": x, "elbow_flexion_l": 0.9 * x}))
    assert [rep.side for rep in outcome.reps] == ["both"] * 5


def test_the_front_leg_of_a_lunge_is_the_working_side():
    t_s, x = seen(repeated(4, height_deg=80, rest_deg=20))
    hips = {"hip_flexion_r": x, "hip_flexion_l": np.full(t_s.size, -15.0)}
    outcome = track(LUNGE, frames(t_s, {"knee_flexion_r": x, "knee_flexion_l": x, **hips}, azimuth_deg=90))
    assert [rep.side for rep in outcome.reps] == ["right"] * 4


@pytest.mark.parametrize(("from_s", "count", "outward"), [(0.0, 5, "up"), (2.6, 5, "down")])
def test_sit_to_stand_counts_from_either_end(from_s, count, outward):
    t_s, share = seen(repeated(5, rest_deg=0, height_deg=1, out_s=1, back_s=1.5, hold_s=2, pause_s=1))
    x = 92 - 85 * share
    late = t_s >= from_s
    outcome = track(STAND, both(t_s[late], x[late]))
    if outward == "up":
        assert [rep.peak_deg for rep in outcome.reps] == pytest.approx([7] * count, abs=3)
    else:
        assert [rep.peak_deg for rep in outcome.reps] == pytest.approx([92] * (count - 1), abs=3)
    assert [rep.start_deg for rep in outcome.reps] == pytest.approx(
        [92 if outward == "up" else 7] * len(outcome.reps), abs=3
    )
    assert outcome.reps
    for rep in outcome.reps:
        assert rep.concentric_s == pytest.approx(1.0, abs=0.1)
        assert rep.eccentric_s == pytest.approx(1.5, abs=0.1)


def test_a_compensation_lowers_the_score_and_is_named():
    t_s, x = seen(repeated(3, height_deg=95))
    scores = []
    for lean in (0.0, 60.0, 70.0):
        outcome = track(SQUAT, both(t_s, x, trunk_flexion=lean * (x - 5) / 95))
        scores.append(outcome.reps[-1].score)
        assert [fault.id for fault in outcome.reps[-1].faults] == ["trunk_lean"] * (lean > 50)
    assert scores[0] > scores[1] > scores[2]


def test_what_deviates_now_and_what_could_be_said():
    t_s, x = seen(repeated(2, height_deg=95))
    outcome = track(SQUAT, both(t_s, x, trunk_flexion=0.9 * x))
    deviating = [state for state in outcome.states if state.deviating]
    assert deviating
    assert all(state.deviating == {"trunk_flexion"} for state in deviating)
    assert all(state.cues[0].id == "trunk_lean" for state in deviating)
    assert all(state.phase != Phase.REST for state in deviating)


def test_the_safe_limit_raises_an_error_cue_and_a_fault():
    t_s, x = seen(repeated(2, height_deg=140))
    outcome = track(RAISE, both(t_s, x, "shoulder_abduction"))
    tones = {cue.tone for state in outcome.states for cue in state.cues}
    assert "error" in tones
    assert len(outcome.reps) == 2
    assert all("safe_limit" in {fault.id for fault in rep.faults} for rep in outcome.reps)


def test_a_hidden_stretch_shows_its_reason_and_breaks_only_its_repetition():
    t_s, x = seen(repeated(4, out_s=1.5, back_s=1.5, pause_s=1))
    x[(t_s > 6) & (t_s < 8)] = math.nan
    outcome = track(SQUAT, both(t_s, x, thigh_inclination_l=x, thigh_inclination_r=x))
    assert len(outcome.reps) == 3
    assert [rep.reason for rep in outcome.rejected] == [message("rejected.joint_lost", gap_s=1.0)]
    hidden = outcome.states[210]
    assert math.isnan(hidden.signal_deg)
    assert hidden.reason == Reason.LOW_VISIBILITY


def test_the_side_that_can_be_seen_is_the_one_shown():
    t_s, x = seen(repeated(2))
    outcome = track(CURL, frames(t_s, {"elbow_flexion_l": math.nan, "elbow_flexion_r": x}))
    assert all(state.reason == Reason.OK for state in outcome.states)
    assert len(outcome.reps) == 2


def test_the_side_that_moves_is_the_one_shown():
    t_s, x = seen(repeated(2))
    for moving, still in (("l", "r"), ("r", "l")):
        outcome = track(CURL, frames(t_s, {f"elbow_flexion_{moving}": x, f"elbow_flexion_{still}": 12.0}))
        shown = np.array([state.signal_deg for state in outcome.states[:-1]])
        assert shown[x > 40] == pytest.approx(x[x > 40])


def test_missing_measures_are_left_out_of_the_score():
    t_s, x = seen(repeated(3, height_deg=95))
    outcome = track(SQUAT, both(t_s, x, trunk_flexion=math.nan))
    depth, lowering, own = 2.0, 0.7 + 0.3 * (1.2 - 0.8) / (2 - 0.8), 2.0
    expected = [100 * (depth + lowering) / 3] * 2 + [100 * (depth + lowering + own) / 5]
    assert [rep.score for rep in outcome.reps] == pytest.approx(expected, abs=1)
    assert [(rep.criteria_judged, rep.criteria_total) for rep in outcome.reps] == [(2, 5), (2, 5), (3, 6)]


def test_nothing_at_all():
    outcome = track(SQUAT, [])
    assert len(outcome.states) == 1
    assert outcome.states[0].rep_count == 0


def test_finish_after_an_unseen_person():
    tracker = ExerciseTracker(SQUAT, "both")
    nobody = Kinematics(
        np.full(27, np.nan), np.full(27, Reason.NO_PERSON, dtype=np.uint8), math.nan, np.full(27, np.nan)
    )
    assert tracker.step(0.0, nobody).reason == Reason.NO_PERSON
    assert tracker.finish().closed == ()


def test_an_exercise_made_on_the_spot_works_like_one_from_the_library():
    march = replace(SQUAT, id="march", side_mode="each", signal=replace(SQUAT.signal, angle="hip_flexion", estimate=()))
    motion = Motion((Swing(70), Swing(70), Swing(70)))
    t_s, x = seen(motion)
    assert len(track(march, frames(t_s, {"hip_flexion_r": x}), "right").reps) == 3


@pytest.mark.parametrize("seed", range(4))
def test_any_garbage_is_survived_and_keeps_the_rules(seed):
    rng = np.random.default_rng(seed)
    t_s = np.cumsum(rng.choice([0.001, 0.03, 0.1, 2.0], 800, p=[0.1, 0.7, 0.19, 0.01]))
    values = {}
    for name in ("knee_flexion_l", "knee_flexion_r", "elbow_flexion_l", "elbow_flexion_r", "trunk_flexion"):
        x = np.cumsum(rng.normal(0, 6, t_s.size)) % 180
        x[rng.random(t_s.size) < 0.2] = math.nan
        values[name] = x
    counted = 0
    for exercise in (SQUAT, LUNGE, STAND, CURL):
        outcome = track(exercise, frames(t_s, values, float(rng.uniform(-180, 180))))
        counted += len(outcome.reps)
        assert [rep.index for rep in outcome.reps] == list(range(1, len(outcome.reps) + 1))
        for rep in outcome.reps:
            assert t_s[0] <= rep.start_s <= rep.peak_s <= rep.end_s <= t_s[-1]
            assert np.isfinite([rep.peak_deg, rep.rom_deg]).all()
            assert min(rep.eccentric_s, rep.hold_s, rep.concentric_s) >= 0
            assert rep.eccentric_s + rep.hold_s + rep.concentric_s == pytest.approx(rep.end_s - rep.start_s)
            assert math.isnan(rep.score) or 0 <= rep.score <= 100
    assert counted


# -- what a repetition rests on --------------------------------------------------------------------------------------


def refused(stream, reason, *names):
    """The stream with these angles there and not given, for that reason."""
    columns = [ANGLE_INDEX[name] for name in names]
    for t_s, one in stream:
        reasons = one.reasons.copy()
        reasons[columns] = reason
        yield t_s, replace(one, reasons=reasons)


def test_repetitions_on_refused_angles_are_counted_and_are_estimates():
    t_s, x = seen(repeated(3, height_deg=80))
    stream = frames(t_s, {"elbow_flexion_l": x}, azimuth_deg=90)
    measured = track(CURL, stream, "left").reps
    assert [(rep.estimated, rep.rom_error_deg) for rep in measured] == [
        (False, pytest.approx(ERROR_DEG * math.sqrt(2)))
    ] * 3
    assert {fault.id for rep in measured for fault in rep.faults} == {"bend"}
    estimated = track(CURL, refused(stream, Reason.OFF_VIEW, "elbow_flexion_l"), "left").reps
    assert [rep.estimated for rep in estimated] == [True] * 3
    assert all(math.isnan(rep.rom_error_deg) and not rep.faults for rep in estimated)
    assert [rep.rom_deg for rep in estimated] == [rep.rom_deg for rep in measured]
    assert [rep.criteria_judged for rep in estimated] == [rep.criteria_judged - 1 for rep in measured]
    assert [rep.criteria_total for rep in estimated] == [rep.criteria_total for rep in measured]


def test_a_criterion_on_a_refused_angle_is_not_judged():
    t_s, x = seen(repeated(2, height_deg=80))
    moved = {"elbow_flexion_l": x, "shoulder_elevation_l": x}
    stream = frames(t_s, moved, azimuth_deg=90)
    assert all("upper_arm" in {fault.id for fault in rep.faults} for rep in track(CURL, stream, "left").reps)
    reps = track(CURL, refused(stream, Reason.OFF_VIEW, "shoulder_elevation_l"), "left").reps
    assert len(reps) == 2
    assert all("upper_arm" not in {fault.id for fault in rep.faults} for rep in reps)
    assert all(rep.criteria_judged < rep.criteria_total for rep in reps)


@pytest.mark.parametrize("azimuth_deg", [0.0, 90.0])
def test_a_hidden_joint_that_moves_is_not_counted(azimuth_deg):
    t_s, x = seen(repeated(3, height_deg=80))
    stream = frames(t_s, {"elbow_flexion_l": x, "elbow_flexion_r": 10.0}, azimuth_deg)
    assert len(track(CURL, stream).reps) == 3
    outcome = track(CURL, refused(stream, Reason.LOW_VISIBILITY, "elbow_flexion_l"))
    assert not outcome.reps
    assert {one.reason.code for one in outcome.rejected} == {"rejected.joint_not_seen"}


def test_what_a_hidden_joint_seemed_to_do_is_not_the_usual_range():
    """Three large movements of a hidden arm, then small ones that are seen: under 40 % of the former."""
    t_s, x = seen(varied([120, 120, 120, 40, 40, 40]))
    stream = list(frames(t_s, {"elbow_flexion_l": x, "elbow_flexion_r": 10.0}, azimuth_deg=90))
    hidden_until = next(i for i, t in enumerate(t_s) if t > 3 * 3.2 + 0.4)
    hidden = list(refused(stream[:hidden_until], Reason.LOW_VISIBILITY, "elbow_flexion_l"))
    outcome = track(CURL, [*hidden, *stream[hidden_until:]], "left")
    assert [one.reason.code for one in outcome.rejected] == ["rejected.joint_not_seen"] * 3
    assert [rep.rom_deg for rep in outcome.reps] == pytest.approx([40] * 3, abs=4)


def test_a_hidden_joint_does_not_stand_for_the_one_that_was_seen():
    t_s, x = seen(repeated(3, height_deg=70))
    stream = frames(t_s, {"elbow_flexion_l": 1.4 * x, "elbow_flexion_r": x})
    outcome = track(CURL, refused(stream, Reason.LOW_VISIBILITY, "elbow_flexion_l"))
    assert [rep.side for rep in outcome.reps] == ["right"] * 3
    assert [rep.rom_deg for rep in outcome.reps] == pytest.approx([70] * 3, abs=2)
    assert not any(rep.estimated for rep in outcome.reps)
