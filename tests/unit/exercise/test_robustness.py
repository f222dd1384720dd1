"""Many made people in front of many made cameras: the count must be right for nearly all of them."""

import numpy as np
import pytest
from motions import Camera, Motion, Swing

from physio.exercise.parts import RepetitionLimits
from physio.exercise.repetition import PhaseMachine

LIMITS = RepetitionLimits(min_rom_deg=20, min_duration_s=0.5, max_duration_s=30, max_gap_s=1.0)
PEOPLE = 150


def some_motion(rng):
    """3-12 repetitions of one person: any range from 35 to 150 degrees, any tempo from 0.8 to 10 s, held or not,
    paused or not, from any rest level."""
    height_deg, tempo_s = rng.uniform(35, 150), rng.uniform(1.0, rng.choice([2, 10]))
    swings = []
    for _ in range(rng.integers(3, 13)):
        whole_s, share = tempo_s * rng.uniform(0.8, 1.25), rng.uniform(0.35, 0.65)
        hold_s, pause_s = rng.choice([0, rng.uniform(0, 4)]), rng.choice([0, rng.uniform(0, 5)])
        out_s, back_s = max(0.4, whole_s * share), max(0.4, whole_s * (1 - share))
        swings.append(Swing(height_deg * rng.uniform(0.75, 1.2), out_s, hold_s, back_s, pause_s))
    return Motion(tuple(swings), rest_deg=rng.uniform(-5, 40), end_s=rng.choice([0.2, 1, 4]))


def some_camera(rng, noise):
    fps = rng.choice([10, 15, 24, 30, 60])
    return Camera(
        fps=fps,
        jitter=rng.uniform(0, 0.5),
        dropped=rng.choice([0, 0.3, 0.5]) if fps > 20 else 0,
        white_deg=rng.uniform(0, 2) * noise,
        slow_deg=rng.uniform(0, 2) * noise,
        tremor_deg=rng.uniform(0, 3) * min(noise, 1),
        drift_deg=rng.uniform(-10, 10) * min(noise, 1),
        spikes=rng.choice([0, 4]) if noise else 0,
        gaps=rng.choice([0, 4]) if noise else 0,
        gap_s=rng.uniform(0.1, 0.5),
    )


def counted(t_s, x):
    machine = PhaseMachine(LIMITS)
    ended = [machine.step(float(t), float(v)) for t, v in zip(t_s, x, strict=True)]
    ended.append(machine.finish())
    return sum(1 for movement in ended if movement and not movement.problem)


@pytest.mark.parametrize(("noise", "exact", "within_one"), [(0, 0.97, 1.0), (1, 0.93, 0.98), (3, 0.88, 0.95)])
def test_counts_of_many_people(noise, exact, within_one):
    off = []
    for seed in range(PEOPLE):
        rng = np.random.default_rng([seed, noise])
        motion = some_motion(rng)
        off.append(abs(counted(*some_camera(rng, noise).see(motion, rng)) - len(motion.swings)))
    assert np.mean(np.array(off) == 0) >= exact
    assert np.mean(np.array(off) <= 1) >= within_one


@pytest.mark.parametrize(("height_deg", "tempo_s"), [((22, 30), (1, 3)), ((30, 60), (8, 15)), ((40, 150), (0.8, 1.2))])
def test_small_slow_and_quick_movements(height_deg, tempo_s):
    off = []
    for seed in range(40):
        rng = np.random.default_rng([seed, 7])
        half_s, size = rng.uniform(*tempo_s) / 2, rng.uniform(*height_deg)
        swings = tuple(Swing(size * rng.uniform(0.9, 1.1), half_s, 0, half_s, rng.uniform(0, 2)) for _ in range(5))
        t_s, x = some_camera(rng, 0.5).see(Motion(swings, rest_deg=10, end_s=1), rng)
        off.append(abs(counted(t_s, x) - 5))
    assert np.mean(np.array(off) == 0) >= 0.9
    assert max(off) <= 1


def test_people_who_stand_still():
    false = 0
    for seed in range(60):
        rng = np.random.default_rng([seed, 99])
        camera = some_camera(rng, 1)
        false += counted(*camera.see(Motion((), rest_deg=20, end_s=30), rng))
    assert false <= 3
