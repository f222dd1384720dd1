import math

import numpy as np
import pytest
from motions import Camera, Motion, Swing, repeated, varied

from physio.exercise.parts import RepetitionLimits
from physio.exercise.repetition import PhaseMachine
from physio.messages import message
from physio.types import Phase

LIMITS = RepetitionLimits(min_rom_deg=20, min_duration_s=0.5, max_duration_s=30, max_gap_s=1.0)
CLEAN = Camera()
USUAL = Camera(white_deg=1.0, slow_deg=1.5, tremor_deg=1.0)


def run(t_s, x, limits=LIMITS):
    """(counted, refused) movements."""
    machine = PhaseMachine(limits)
    ended = [movement for t, v in zip(t_s, x, strict=True) if (movement := machine.step(float(t), float(v)))]
    ended += [movement for movement in [machine.finish()] if movement]
    return [one for one in ended if not one.problem], [one for one in ended if one.problem]


def see(motion, camera=CLEAN, seed=1):
    return camera.see(motion, np.random.default_rng(seed))


def test_the_phases_of_one_held_repetition_frame_by_frame():
    motion = Motion((Swing(60, out_s=1, hold_s=2, back_s=1, pause_s=1),), end_s=1)
    machine = PhaseMachine(LIMITS)
    phases, closed_s = {}, []
    for t, v in zip(*see(motion), strict=True):
        if machine.step(float(t), float(v)):
            closed_s.append(t)
        phases[round(float(t), 3)] = machine.phase
    order = [phase for i, phase in enumerate(phases.values()) if i == 0 or phase != list(phases.values())[i - 1]]
    assert order == [Phase.REST, Phase.OUTWARD, Phase.HOLD, Phase.RETURN, Phase.REST]
    assert phases[0.9] == Phase.REST
    assert phases[1.7] == Phase.OUTWARD
    assert phases[3.0] == Phase.HOLD
    assert phases[4.7] == Phase.RETURN
    assert closed_s == [pytest.approx(5.0, abs=0.35)]


def test_a_forgotten_movement_is_not_the_usual_range():
    machine = PhaseMachine(LIMITS)
    t_s, x = see(varied([80, 80, 30, 30]))
    for t, v in zip(t_s, x, strict=True):
        movement = machine.step(float(t), float(v))
        if movement and movement.range_deg > 50:
            machine.forget(movement.closed_s)
        elif movement:
            assert not movement.problem
    assert machine.usual_deg == pytest.approx(30, abs=2)


def test_what_was_forgotten_gives_its_place_back():
    machine = PhaseMachine(LIMITS)
    t_s, x = see(varied([60, 60, 30, 30, 30, 30, 30]))
    closed_s = [movement.closed_s for t, v in zip(t_s, x, strict=True) if (movement := machine.step(t, v))]
    assert machine.usual_deg == pytest.approx(30, abs=2)
    for one in closed_s[2:5]:
        machine.forget(one)
    assert machine.usual_deg == pytest.approx(60, abs=2)


def test_the_count_comes_soon_after_the_return_and_not_with_the_next_repetition():
    counted, _ = run(*see(repeated(4, pause_s=6.0)))
    ends_s = [8.4, 16.8, 25.2, 33.6]
    assert [movement.closed_s for movement in counted] == pytest.approx(ends_s, abs=0.4)


@pytest.mark.parametrize("fps", [10, 15, 24, 30, 60])
@pytest.mark.parametrize("tempo_s", [0.8, 2.0, 6.0, 15.0])
@pytest.mark.parametrize("pause_s", [0.0, 1.0, 5.0])
def test_any_tempo_at_any_frame_rate(fps, tempo_s, pause_s):
    motion = repeated(5, height_deg=70, out_s=tempo_s / 2, back_s=tempo_s / 2, pause_s=pause_s)
    counted, refused = run(*see(motion, Camera(fps=fps, jitter=0.5)))
    assert len(counted) == 5
    assert not refused


@pytest.mark.parametrize("camera", [CLEAN, USUAL])
@pytest.mark.parametrize("hold_s", [0.0, 1.0, 4.0, 12.0])
def test_held_tops_of_any_length(camera, hold_s):
    counted, refused = run(*see(repeated(4, hold_s=hold_s), camera))
    assert len(counted) == 4
    assert not refused


@pytest.mark.parametrize("keep", [2, 3])
def test_dropped_frames_give_the_same_repetitions(keep):
    t_s, x = see(repeated(6, height_deg=80), Camera(fps=30, white_deg=1, slow_deg=1))
    every, _ = run(t_s, x)
    some, _ = run(t_s[::keep], x[::keep])
    assert len(every) == len(some) == 6
    for a, b in zip(every, some, strict=True):
        assert a.peak_s == pytest.approx(b.peak_s, abs=0.25)
        assert a.out_deg == pytest.approx(b.out_deg, abs=6)


@pytest.mark.parametrize("factor", [0.5, 2, 5])
def test_the_same_movement_slower_or_faster_counts_the_same(factor):
    t_s, x = see(repeated(5, out_s=1.6, back_s=1.4, hold_s=0.5))
    counted, _ = run(t_s * factor, x)
    assert len(counted) == 5


@pytest.mark.parametrize("rest_deg", [-10, 0, 35, 90])
def test_any_rest_level(rest_deg):
    counted, _ = run(*see(repeated(5, rest_deg=rest_deg), USUAL))
    assert len(counted) == 5


@pytest.mark.parametrize("drift_deg", [-40, 40])
def test_a_drifting_rest_level(drift_deg):
    counted, _ = run(*see(repeated(10, pause_s=3), Camera(drift_deg=drift_deg, slow_deg=1)))
    assert len(counted) == 10


@pytest.mark.parametrize("height_deg", [25, 35, 60])
def test_a_person_with_little_movement_is_counted(height_deg):
    counted, refused = run(*see(repeated(8, height_deg=height_deg), USUAL))
    assert len(counted) == 8
    assert not refused


def test_standing_still_is_nothing_and_then_two_slow_repetitions_are_two():
    motion = Motion((Swing(90, pause_s=8, out_s=2.5), Swing(90, pause_s=3, out_s=2.5)))
    counted, refused = run(*see(motion, USUAL))
    assert [movement.peak_s for movement in counted] == pytest.approx([10.5, 17.2], abs=0.4)
    assert not refused


@pytest.mark.parametrize("seed", range(10))
def test_noise_alone_is_nothing(seed):
    counted, _ = run(*see(Motion((), end_s=60), Camera(white_deg=2, slow_deg=3, tremor_deg=2), seed))
    assert not counted


def test_starting_at_the_far_end_counts_from_the_first_whole_repetition():
    t_s, x = see(repeated(4, out_s=1, back_s=1, pause_s=1))
    late = t_s > 2.0
    counted, refused = run(t_s[late], x[late])
    assert len(counted) == 3
    assert not refused


def test_a_start_that_was_cut_off_is_not_counted():
    t_s, x = see(repeated(3, height_deg=90, out_s=1.5, back_s=1.5, pause_s=1))
    late = t_s > 1.8
    counted, refused = run(t_s[late], x[late])
    assert len(counted) == 2
    assert [one.problem for one in refused] == [message("rejected.start_not_seen")]


def test_stepping_into_a_stance_first():
    stance = Motion((Swing(30, pause_s=1, out_s=0.8, back_share=0), Swing(60, pause_s=1), *(Swing(60),) * 4))
    counted, refused = run(*see(stance))
    assert len(counted) == 5
    assert not refused


@pytest.mark.parametrize(("share", "count"), [(0.4, 2), (0.6, 2), (0.75, 2), (0.97, 3)])
def test_a_movement_cut_off_by_the_end(share, count):
    t_s, x = see(repeated(3, out_s=1, back_s=1, pause_s=1))
    early = t_s < 6 + 1 + 2 * share
    counted, refused = run(t_s[early], x[early])
    assert len(counted) == count
    expected = [message("rejected.recording_ended")] if count == 2 else []
    assert [one.problem for one in refused] == expected


def test_shallow_ones_are_refused_against_the_persons_own_range():
    counted, refused = run(*see(varied([61, 60, 62, 22, 61, 23, 60], out_s=2.5, back_s=2.5)))
    assert len(counted) == 5
    assert [one.problem.code for one in refused] == ["rejected.too_shallow_usual"] * 2
    assert [one.problem.params["range_deg"] for one in refused] == pytest.approx([22, 23], abs=2)
    assert [one.problem.params["usual_deg"] for one in refused] == pytest.approx([61, 61], abs=2)


def test_before_the_range_is_known_the_small_minimum_decides():
    counted, refused = run(*see(varied([15, 24, 60, 60], out_s=2.5, back_s=2.5)))
    assert len(counted) == 3
    assert [one.problem.code for one in refused] == ["rejected.too_shallow"]
    assert refused[0].problem.params["needed_deg"] == 20
    assert refused[0].problem.params["range_deg"] == pytest.approx(14.5, abs=1)


def test_a_person_who_hardly_reaches_the_minimum_is_counted_below_it_too():
    counted, refused = run(*see(varied([24, 24, 17, 17, 24, 12, 24], out_s=2, back_s=2)))
    assert len(counted) == 6
    assert len(refused) == 1


def test_coming_back_part_of_the_way_and_staying_there_is_a_repetition_after_a_while():
    counted, refused = run(*see(Motion((Swing(90, back_share=0.55, pause_s=1),), end_s=6)))
    assert not refused
    assert [movement.closed_s for movement in counted] == pytest.approx([3.4 + 1.0], abs=0.3)


def test_hardly_coming_back_is_not_completed():
    counted, refused = run(*see(Motion((Swing(90, back_share=0.3, pause_s=1),), end_s=40)))
    assert not counted
    assert [one.problem for one in refused] == [message("rejected.not_completed", max_s=30)]


def test_a_bounce_on_the_way_back_does_not_end_a_large_repetition():
    down, bounce = Swing(150, back_share=0.6, out_s=2, back_s=1.2), Swing(14, pause_s=0, out_s=0.3, back_share=74 / 14)
    counted, _ = run(*see(Motion((down, bounce), end_s=3)))
    assert [movement.end_s for movement in counted] == pytest.approx([5.5], abs=0.4)


def test_one_large_movement_at_the_start_does_not_set_the_range():
    counted, refused = run(*see(varied([120, 45, 44, 46, 45, 45])))
    assert len(counted) == 6
    assert not refused


def test_a_range_that_shrinks_with_fatigue_is_followed():
    counted, refused = run(*see(varied(np.linspace(100, 35, 14))))
    assert len(counted) == 14
    assert not refused


def test_a_range_that_falls_and_stays_low_becomes_the_new_one():
    counted, refused = run(*see(varied([90] * 5 + [30] * 8)))
    assert len(refused) == 4
    assert len(counted) == 9


def test_sway_is_not_even_refused():
    counted, refused = run(*see(varied([60, 60, 60, 10, 10, 60])))
    assert len(counted) == 4
    assert not refused


def test_too_quick():
    counted, refused = run(*see(varied([60, 60], out_s=0.2, back_s=0.2), Camera(fps=60)))
    assert not counted
    assert [one.problem.code for one in refused] == ["rejected.too_quick"] * 2
    assert all(one.problem.params["duration_s"] < one.problem.params["min_s"] == 0.5 for one in refused)


def test_not_completed_in_time():
    motion = Motion((Swing(60, back_share=0.0, hold_s=40), Swing(60)))
    counted, refused = run(*see(motion))
    assert [one.problem for one in refused] == [message("rejected.not_completed", max_s=30)]
    assert len(counted) == 1


def test_a_short_gap_is_bridged_and_a_long_one_is_not():
    t_s, x = see(repeated(5, out_s=1.5, back_s=1.5, pause_s=1))
    short, long = x.copy(), x.copy()
    short[(t_s > 10.2) & (t_s < 10.7)] = math.nan
    long[(t_s > 10.2) & (t_s < 11.7)] = math.nan
    assert len(run(t_s, short)[0]) == 5
    counted, refused = run(t_s, long)
    assert len(counted) == 4
    assert [one.problem for one in refused] == [message("rejected.joint_lost", gap_s=1.0)]


def test_missing_frames_are_a_gap_like_any_other():
    t_s, x = see(repeated(5, out_s=1.5, back_s=1.5, pause_s=1))
    seen = (t_s < 10.2) | (t_s > 11.7)
    counted, refused = run(t_s[seen], x[seen])
    assert len(counted) == 4
    assert len(refused) == 1


def test_a_long_gap_at_rest_is_nothing():
    t_s, x = see(repeated(3, pause_s=4))
    x[(t_s > 7) & (t_s < 9)] = math.nan
    counted, refused = run(t_s, x)
    assert len(counted) == 3
    assert not refused


@pytest.mark.parametrize("seed", range(8))
def test_spikes_tremor_and_noise_do_not_count_twice(seed):
    camera = Camera(white_deg=1.5, slow_deg=2, tremor_deg=3, spikes=8)
    counted, _ = run(*see(repeated(6, height_deg=70, hold_s=1), camera, seed))
    assert len(counted) == 6


def test_a_dip_at_the_top_is_one_repetition():
    dip = (Swing(80, back_share=0.3, pause_s=1), Swing(24, pause_s=0, back_share=104 / 24 * 0.77))
    counted, refused = run(*see(Motion((*(Swing(80),) * 2, *dip))))
    assert len(counted) == 3
    assert not refused


def test_turning_round_half_way_back_is_still_two_repetitions():
    first = Swing(80, back_share=0.6, pause_s=1)
    second = Swing(48, pause_s=0, back_share=80 / 48)
    counted, _ = run(*see(Motion((Swing(80), Swing(80), first, second))))
    assert len(counted) == 4


def test_nothing_comes_of_nothing():
    machine = PhaseMachine(LIMITS)
    assert machine.finish() is None
    assert machine.step(0.0, math.nan) is None
    assert machine.step(5.0, math.nan) is None
    assert machine.finish() is None
    assert math.isnan(machine.usual_deg)
    assert math.isnan(machine.started_s)
