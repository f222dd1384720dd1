import json
from pathlib import Path

import numpy as np
import pytest

from physio.kinematics.smoothing import OneEuro, zero_phase
from physio.types import FloatArray

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "one_euro.json").read_text())
NAN = float("nan")


def run(one_euro: OneEuro, t_s: FloatArray, x: FloatArray) -> FloatArray:
    """One signal through the filter."""
    return np.array([one_euro.step(t, np.array([value]))[0] for t, value in zip(t_s, x, strict=True)])


# -- One-Euro --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: f"beta {case['beta']}")
def test_one_euro_answers_as_its_authors_own_package(case: dict[str, float | list[float]]) -> None:
    """At uneven time stamps; see tests/golden/make_one_euro.py."""
    one_euro = OneEuro(case["min_cutoff_hz"], case["beta"], case["d_cutoff_hz"])
    assert run(one_euro, np.array(GOLDEN["t_s"]), np.array(GOLDEN["x"])) == pytest.approx(case["filtered"], abs=1e-7)


def test_signals_do_not_touch_each_other() -> None:
    t_s, x = np.array(GOLDEN["t_s"]), np.array(GOLDEN["x"])
    together = OneEuro(1.5, 0.15, 3.0)
    pairs = np.array([together.step(t, np.array([value, -2 * value])) for t, value in zip(t_s, x, strict=True)])
    assert pairs[:, 0] == pytest.approx(run(OneEuro(1.5, 0.15, 3.0), t_s, x))
    assert pairs[:, 1] == pytest.approx(run(OneEuro(1.5, 0.15, 3.0), t_s, -2 * x))


def test_one_euro_does_not_change_what_it_is_given() -> None:
    x = np.array([1.0, NAN])
    one_euro = OneEuro(1.0, 0.0)
    one_euro.step(0.0, x)
    one_euro.step(0.1, x)
    assert x == pytest.approx([1.0, NAN], nan_ok=True)


def test_a_constant_passes_whatever_the_time_stamps() -> None:
    t_s = np.cumsum([0.01, 0.5, 0.001, 0.3, 0.02, 0.02])
    assert run(OneEuro(1.0, 0.1), t_s, np.full(6, 42.0)) == pytest.approx(np.full(6, 42.0))


def test_beta_follows_fast_movement_and_min_cutoff_calms_rest() -> None:
    t_s = np.arange(0, 2, 1 / 30)
    ramp = 100 * t_s
    slow, quick = run(OneEuro(1.0, 0.0), t_s, ramp), run(OneEuro(1.0, 0.5), t_s, ramp)
    assert ramp[-1] - slow[-1] > 5 * (ramp[-1] - quick[-1]) > 0
    noise = np.random.default_rng(0).normal(0, 1, 600)
    assert run(OneEuro(1.0, 0.0), np.arange(600) / 30, noise)[100:].std() < 0.5


def test_half_the_frames_end_at_the_same_place() -> None:
    """On time stamps, not on frame numbers: the step answer after 0.5 s hardly depends on the frame rate."""
    last = []
    for rate_hz in (60, 30, 15):
        t_s = np.arange(0, 1.0 + 1e-9, 1 / rate_hz)
        last.append(run(OneEuro(1.0, 0.0), t_s, np.where(t_s < 0.5, 0.0, 10.0))[-1])
    assert max(last) - min(last) < 0.5
    assert min(last) > 9


def test_unknown_gives_unknown_and_a_short_gap_is_bridged() -> None:
    t_s, x = np.arange(10) / 30, np.full(10, 10.0)
    x[5] = NAN
    x[6:] = 20.0
    out = run(OneEuro(1.0, 0.0), t_s, x)
    assert np.isnan(out[5])
    assert 10 < out[6] < 15  # still leans on what was before


def test_after_a_long_gap_no_old_value_leaks_into_the_new_one() -> None:
    one_euro = OneEuro(1.0, 0.0, reset_after_s=0.5)
    assert run(one_euro, np.array([0.0, 0.03]), np.array([10.0, 10.0])) == pytest.approx([10, 10])
    gap = run(one_euro, np.array([0.06, 0.3, 0.56]), np.array([NAN, NAN, 90.0]))
    assert gap == pytest.approx([NAN, NAN, 90.0], nan_ok=True)
    after = run(one_euro, np.array([0.6]), np.array([90.0]))
    assert after == pytest.approx([90.0])  # and no speed is left over either


def test_each_signal_has_a_gap_of_its_own() -> None:
    one_euro = OneEuro(1.0, 0.0)
    for t_s in np.arange(0, 1, 0.1):
        one_euro.step(t_s, np.array([5.0, NAN if t_s > 0.2 else 5.0]))
    kept, fresh = one_euro.step(1.0, np.array([50.0, 50.0]))
    assert kept < 30
    assert fresh == 50.0


def test_a_signal_that_begins_late_begins_where_it_is() -> None:
    one_euro = OneEuro(1.0, 0.0)
    assert np.isnan(one_euro.step(0.0, np.array([NAN]))).all()
    assert one_euro.step(0.03, np.array([77.0])) == pytest.approx([77.0])


# -- zero phase ------------------------------------------------------------------------------------------------------

RATE_HZ = 30
TIMES_S = np.arange(0, 10, 1 / RATE_HZ)


def gain(frequency_hz: float, t_s: FloatArray = TIMES_S, **settings: float) -> complex:
    """What becomes of a wave of that frequency, away from the ends: |gain| and its angle (the phase shift)."""
    wave = np.exp(2j * np.pi * frequency_hz * t_s)
    out = zero_phase(t_s, wave.real, **settings) + 1j * zero_phase(t_s, wave.imag, **settings)
    inner = (t_s > 2) & (t_s < 8)
    return complex(np.mean(out[inner] / wave[inner]))


@pytest.mark.parametrize("frequency_hz", [0.2, 0.5, 1.0, 2.0])
def test_movement_passes_unshifted(frequency_hz: float) -> None:
    passed = gain(frequency_hz)
    assert abs(passed) == pytest.approx(1, abs=0.02)
    assert np.angle(passed, deg=True) == pytest.approx(0, abs=0.01)


def test_the_cut_off_is_where_it_is_said_to_be() -> None:
    """Forward and backward together: 71 % at 6 Hz, not the 50 % of two passes each designed for 6 Hz."""
    assert abs(gain(6.0, np.arange(0, 10, 1 / 240))) == pytest.approx(np.sqrt(0.5), abs=0.005)
    assert abs(gain(3.0, np.arange(0, 10, 1 / 240), cutoff_hz=3.0)) == pytest.approx(np.sqrt(0.5), abs=0.005)


def test_tremble_and_noise_are_taken_out() -> None:
    assert abs(gain(14.0, np.arange(0, 10, 1 / 240))) < 0.1
    assert abs(gain(12.0)) < 0.15


def test_a_peak_stays_at_its_time_and_height() -> None:
    """What the whole filter is for: the range of motion and the time of the peak."""
    movement = 90 * np.exp(-(((TIMES_S - 5) / 0.5) ** 2))
    noisy = movement + np.random.default_rng(3).normal(0, 2, TIMES_S.size)
    smooth = zero_phase(TIMES_S, noisy)
    assert TIMES_S[np.argmax(smooth)] == pytest.approx(5, abs=0.1)
    assert smooth.max() == pytest.approx(90, abs=3)
    assert np.std(smooth - movement) < np.std(noisy - movement)


def test_forward_and_backward_in_time_are_the_same() -> None:
    x = np.cumsum(np.random.default_rng(1).normal(0, 3, TIMES_S.size))
    assert zero_phase(-TIMES_S[::-1], x[::-1])[::-1] == pytest.approx(zero_phase(TIMES_S, x), abs=1e-6)


def test_uneven_time_stamps() -> None:
    """Camera jitter and dropped frames: the movement comes out as from even ones."""
    random = np.random.default_rng(5)
    even = np.arange(0, 10, 1 / 60)
    t_s = np.sort(random.choice(even, even.size // 2, replace=False))
    movement = 40 * np.sin(2 * np.pi * 0.5 * t_s)
    smooth = zero_phase(t_s, movement + random.normal(0, 1, t_s.size))
    assert np.abs(smooth - movement)[10:-10].max() < 3


def test_unknown_samples_stay_unknown_and_short_gaps_are_bridged() -> None:
    movement = 40 * np.sin(2 * np.pi * 0.5 * TIMES_S)
    x = movement.copy()
    gap = slice(100, 109)  # 0.3 s
    x[gap] = NAN
    smooth = zero_phase(TIMES_S, x)
    assert np.isnan(smooth[gap]).all()
    known = np.isfinite(x)
    assert np.isfinite(smooth[known]).all()
    assert np.abs(smooth - movement)[known].max() < 5


def test_a_long_gap_splits_the_signal() -> None:
    x = np.where(TIMES_S < 5, 0.0, 100.0)
    x[(TIMES_S > 4) & (TIMES_S < 6)] = NAN
    smooth = zero_phase(TIMES_S, x)
    known = np.isfinite(x)
    assert smooth[known] == pytest.approx(x[known], abs=1e-6)  # nothing of 100 in the zeros


def test_the_ends_are_kept() -> None:
    assert zero_phase(TIMES_S, 3 * TIMES_S + 20) == pytest.approx(3 * TIMES_S + 20, abs=0.05)


@pytest.mark.parametrize("count", [0, 1, 4, 8])
def test_what_is_too_short_to_filter_is_returned_as_it_is(count: int) -> None:
    x = np.random.default_rng(0).normal(0, 1, count)
    assert zero_phase(TIMES_S[:count], x) == pytest.approx(x)


def test_nothing_known_is_nothing() -> None:
    assert np.isnan(zero_phase(TIMES_S, np.full(TIMES_S.size, NAN))).all()


def test_the_given_array_is_not_changed() -> None:
    x = np.random.default_rng(0).normal(0, 1, TIMES_S.size)
    before = x.copy()
    zero_phase(TIMES_S, x)
    assert (x == before).all()


@pytest.mark.parametrize("rate_hz", [5, 10, 15])
def test_slow_cameras_are_filtered_too(rate_hz: float) -> None:
    t_s = np.arange(0, 10, 1 / rate_hz)
    movement = 40 * np.sin(2 * np.pi * 0.25 * t_s)
    assert np.abs(zero_phase(t_s, movement) - movement).max() < 2
