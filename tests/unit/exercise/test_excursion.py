import math

import numpy as np
import pytest
from motions import Camera, Motion, Swing, minimum_jerk

from physio.exercise.excursion import TENTH, TENTH_TIME, Excursion, clean, measure_excursion

SWINGS = [
    Swing(60, out_s=1.0, hold_s=0.0, back_s=1.0),
    Swing(90, out_s=2.0, hold_s=0.0, back_s=0.8),
    Swing(120, out_s=1.0, hold_s=2.0, back_s=3.0),
    Swing(40, out_s=5.0, hold_s=1.0, back_s=4.0),
]


def measured(swing, camera=None, seed=0, rest_deg=10.0):
    motion = Motion((swing,), rest_deg=rest_deg)
    t_s, x = (camera or Camera()).see(motion, np.random.default_rng(seed))
    start_s = motion.starts_s()[0]
    rough_s = (start_s + 0.1, motion.peaks_s()[0], start_s + swing.duration_s)
    return measure_excursion(t_s, x, rough_s), start_s


def test_the_constant_is_where_minimum_jerk_has_done_a_tenth():
    assert minimum_jerk(np.array([TENTH_TIME])) == pytest.approx(TENTH, abs=1e-8)


@pytest.mark.parametrize("swing", SWINGS)
@pytest.mark.parametrize("fps", [15, 30, 60])
def test_times_and_levels_against_closed_form(swing, fps):
    excursion, start_s = measured(swing, Camera(fps=fps))
    assert excursion.start_s == pytest.approx(start_s, abs=0.05)
    assert excursion.out_end_s - excursion.start_s == pytest.approx(swing.out_s, abs=0.08)
    assert excursion.back_start_s - excursion.out_end_s == pytest.approx(swing.hold_s, abs=0.08)
    assert excursion.end_s - excursion.back_start_s == pytest.approx(swing.back_s, abs=0.08)
    assert excursion.peak_s == pytest.approx(start_s + swing.out_s + swing.hold_s / 2, abs=0.05)
    assert excursion.peak_deg == pytest.approx(10 + swing.height_deg, abs=0.02 * swing.height_deg)
    assert excursion.rom_deg == pytest.approx(swing.height_deg, abs=0.02 * swing.height_deg)


def test_noise_moves_neither_times_nor_levels_to_one_side():
    camera = Camera(white_deg=2, slow_deg=2)
    swing = SWINGS[0]
    many = [measured(swing, camera, seed) for seed in range(60)]
    roms = np.array([excursion.rom_deg for excursion, _ in many])
    durations = np.array([excursion.end_s - excursion.start_s for excursion, _ in many])
    peaks = np.array([excursion.peak_s - start_s for excursion, start_s in many])
    assert np.mean(roms) == pytest.approx(60, abs=1.5)
    assert np.mean(durations) == pytest.approx(2, abs=0.08)
    assert np.mean(peaks) == pytest.approx(1, abs=0.03)


def test_a_gap_in_the_middle_is_bridged():
    motion = Motion((SWINGS[0],))
    t_s, x = Camera().see(motion, np.random.default_rng(0))
    x[(t_s > 1.2) & (t_s < 1.6)] = math.nan
    excursion = measure_excursion(t_s, x, (0.9, 1.8, 2.8))
    assert excursion.rom_deg == pytest.approx(60, abs=2)
    assert excursion.end_s - excursion.start_s == pytest.approx(2, abs=0.15)


def test_the_far_end_of_a_movement_unlike_minimum_jerk_is_where_it_is_highest():
    t_s = np.arange(0, 6, 1 / 30)
    x = np.interp(t_s, [0, 1, 1.4, 3.6, 3.9, 4.5, 6], [0, 0, 60, 100, 100, 0, 0])
    excursion = measure_excursion(t_s, x, (1.0, 3.75, 4.5))
    assert excursion.peak_s == pytest.approx(3.75, abs=0.2)
    assert excursion.peak_deg == pytest.approx(100, abs=1.5)


def test_within_keeps_the_order_of_times():
    excursion = Excursion(0.0, 1.0, 2.0, 3.0, 5.0, 60.0)
    assert excursion.within(0.5, 2.5) == Excursion(0.5, 1.0, 2.0, 2.5, 5.0, 60.0)
    assert excursion.within(1.5, 1.7) == Excursion(1.0, 1.0, 2.0, 2.0, 5.0, 60.0)
    assert excursion.within(-9, 9) == excursion


def test_clean_keeps_a_movement_and_takes_out_a_spike_and_fast_noise():
    t_s = np.arange(0, 6, 1 / 60)
    slow = 30 * np.sin(2 * np.pi * 0.5 * t_s)
    x = slow + 3 * np.sin(2 * np.pi * 20 * t_s)
    x[100] += 50
    x[200:205] = math.nan
    y = clean(t_s, x)
    assert np.isnan(y[200:205]).all()
    assert np.nanmax(np.abs(y - slow)[20:-20]) < 2
