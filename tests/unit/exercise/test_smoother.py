import math

import numpy as np
import pytest

from physio.exercise.smoother import Smoother


def fed(t_s, x):
    smoother = Smoother()
    return smoother, np.array([smoother.step(float(t), float(v)) for t, v in zip(t_s, x, strict=True)])


def test_a_constant_stays_what_it_is():
    smoother, y = fed(np.arange(0, 2, 1 / 30), np.full(60, 42.0))
    assert y == pytest.approx(42)
    assert smoother.speed_dps == pytest.approx(0)


@pytest.mark.parametrize("fps", [10, 30, 60])
def test_a_spike_of_one_sample_does_not_come_through(fps):
    t_s = np.arange(0, 3, 1 / fps)
    x = np.zeros(t_s.size)
    x[t_s.size // 2] = 80
    _, y = fed(t_s, x)
    assert np.max(np.abs(y)) < 1e-9


@pytest.mark.parametrize("fps", [10, 30, 60])
def test_the_speed_of_a_ramp_is_its_slope(fps):
    t_s = np.arange(0, 3, 1 / fps)
    smoother, _ = fed(t_s, 40 * t_s)
    assert smoother.speed_dps == pytest.approx(40, rel=0.02)


def test_the_speed_is_not_known_at_once():
    smoother, _ = fed([0.0, 0.1], [0.0, 5.0])
    assert math.isinf(smoother.speed_dps)


def test_the_latest_value_is_not_delayed_and_not_a_spike():
    smoother, _ = fed(np.arange(0, 1, 0.1), [0, 0, 0, 0, 0, 0, 30, 31, 32, 90])
    assert smoother.latest == 32
