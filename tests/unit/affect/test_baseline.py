import numpy as np
import pytest

from physio.affect.action_units import AU_INDEX, TRACE
from physio.affect.baseline import LEARN_S, READY_S, Baseline
from physio.affect.geometry import MEASURE_INDEX, head_table

from .faces import NEUTRAL, moved

RATES_HZ = [10.0, 30.0, 60.0]
OWN = NEUTRAL + 0.5 * head_table().spread  # a person whose resting face is not the average one


def learn(face_at, rate_hz=30.0, until_s=4.0):
    baseline = Baseline()
    for t_s in np.arange(0, until_s, 1 / rate_hz):
        baseline.step(face_at(t_s), float(t_s))
    return baseline


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_ready_after_a_second_and_final_after_three(rate_hz):
    baseline = Baseline()
    for t_s in np.arange(0, 4, 1 / rate_hz):
        baseline.step(OWN, float(t_s))
        assert baseline.ready == (t_s >= READY_S - 1e-6)
        assert baseline.final == (t_s >= LEARN_S - 1e-6)
        assert np.isfinite(baseline.neutral).all() == baseline.ready
        assert np.isfinite(baseline.trace).all() == baseline.ready
    np.testing.assert_allclose(baseline.neutral, OWN)
    np.testing.assert_allclose(baseline.trace, TRACE)


def test_time_without_a_face_does_not_count():
    baseline = Baseline()
    for t_s in (0.0, 10.0):
        baseline.step(OWN, t_s)
    assert not baseline.ready


def test_what_comes_later_does_not_change_it():
    learned = learn(lambda t_s: OWN if t_s < LEARN_S + 0.1 else moved(au04=4.0))
    np.testing.assert_allclose(learned.neutral, OWN)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_blinks_and_words_do_not_matter(rate_hz):
    def face(t_s):
        shut, speaking = t_s % 1.5 < 0.2, t_s % 0.5 < 0.2
        return moved(opening=0.05 if shut else 1.0, au25=2.0 if speaking else 0.0, au26=1.0 if speaking else 0.0)

    np.testing.assert_allclose(learn(face, rate_hz).neutral, NEUTRAL, atol=1e-9)


def test_a_smile_in_two_thirds_of_the_time_is_left_out():
    learned = learn(lambda t_s: NEUTRAL if t_s < 1.0 else moved(au12=4.0, au25=2.0))
    np.testing.assert_allclose(learned.neutral, NEUTRAL, atol=1e-9)


def test_a_grimace_from_the_start_stays_near_the_population():
    grimace = moved(au04=5.0, au07=5.0, au10=5.0, opening=0.3)
    learned = learn(lambda t_s: grimace)
    margin = 1.5 * head_table().spread
    assert (np.abs(learned.neutral - NEUTRAL) <= margin + 1e-12).all()
    brow = MEASURE_INDEX["brow_height"]
    assert grimace[brow] < NEUTRAL[brow] - margin[brow] == pytest.approx(learned.neutral[brow])


def test_flicker_raises_what_counts_as_a_trace():
    rng = np.random.default_rng(1)
    noise = rng.normal(0.0, 0.01, (400, len(NEUTRAL)))
    frames = iter(noise)
    shaky = learn(lambda t_s: OWN + next(frames))
    assert (shaky.trace >= TRACE).all()
    assert shaky.trace.max() == 1.5
    # half a hundredth of the eye distance is what the median of 90 such frames may be off
    np.testing.assert_allclose(shaky.neutral, OWN, atol=0.005)


def test_slow_movement_is_not_flicker():
    drifting = learn(lambda t_s: moved(au04=0.3 * t_s))
    np.testing.assert_allclose(drifting.trace, TRACE, atol=0.03)


def test_a_weak_expression_is_left_out_too():
    """Calm is counted over all units: what others do below zero does not excuse one that acts."""
    learned = learn(lambda t_s: NEUTRAL if t_s < 1.0 else moved(au25=3.4))
    np.testing.assert_allclose(learned.neutral, NEUTRAL, atol=1e-9)


def test_the_trace_is_the_standard_deviation_of_what_flickers_above_half_a_level():
    frames = iter(range(1000))
    shaky = learn(lambda t_s: moved(au25=0.4 * (next(frames) % 2)))
    others = np.delete(shaky.trace, AU_INDEX["au25"])
    # From one frame to the next noise differs by √2 of its standard deviation, which is 1.4826 median deviations.
    assert shaky.trace[AU_INDEX["au25"]] == pytest.approx(TRACE + 1.4826 * 0.4 / np.sqrt(2), abs=1e-4)
    assert others.max() < TRACE + 0.15
