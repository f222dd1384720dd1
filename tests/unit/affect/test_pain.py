import numpy as np
import pytest

from physio.affect.action_units import ACTION_UNITS, AU_INDEX
from physio.affect.pain import CLOSED_FROM, NARROW_FROM, EyeClosure, pain_word, pspi
from physio.messages import message

RATES_HZ = [10.0, 30.0, 60.0]
OPEN, NARROW, SHUT = 0.2, 2.5, 4.8
"""Levels of lid closure."""


def units(**levels):
    values = np.zeros(len(ACTION_UNITS))
    for name, value in levels.items():
        values[AU_INDEX[name]] = value
    return values


def test_pspi_of_a_published_example():
    # 3D-Pain data set: AU4 4, AU6 2, AU7 4, AU9 3, AU10 1, AU43 1 -> 12
    assert pspi(units(au04=4, au06=2, au07=4, au09=3, au10=1, au43=1)) == 12


def test_pspi_range_and_what_does_not_count():
    assert pspi(units()) == 0
    assert pspi(np.where(np.arange(len(ACTION_UNITS)) == AU_INDEX["au43"], 1.0, 5.0)) == 16
    assert pspi(units(au12=5, au20=5, au25=5, au26=5)) == 0
    assert pspi(units(au06=3, au07=1)) == pspi(units(au06=1, au07=3)) == 3
    assert pspi(units(au09=2, au10=4)) == 4


def test_pspi_of_many_and_of_unknown():
    several = np.array([units(au04=1), units(au04=2, au43=1), np.full(len(ACTION_UNITS), np.nan)])
    np.testing.assert_array_equal(pspi(several), [1, 3, np.nan])
    assert np.isnan(pspi(units(au09=np.nan, au10=2)))
    assert pspi(units(au12=np.nan)) == 0


@pytest.mark.parametrize(
    ("value", "word"),
    [(0, "none"), (0.99, "none"), (1, "minimal"), (2, "mild"), (2.9, "mild"), (3, "marked"), (16, "marked")],
)
def test_words(value, word):
    assert pain_word(value) == message(f"pain.{word}")


def test_unknown_pain_has_no_word():
    with pytest.raises(ValueError, match="unknown"):
        pain_word(float("nan"))


def run(closure_at, rate_hz, until_s=3.0):
    """Step an EyeClosure through time; returns times, closed and blinking as arrays."""
    eyes, times_s, closed, blinking = EyeClosure(), np.arange(0, until_s, 1 / rate_hz), [], []
    for t_s in times_s:
        eyes.step(closure_at(t_s), float(t_s))
        closed.append(eyes.closed)
        blinking.append(eyes.blinking)
    return times_s, np.array(closed), np.array(blinking)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("blink_s", [0.15, 0.3, 0.45])
def test_a_blink_is_not_closed_eyes(rate_hz, blink_s):
    times_s, closed, blinking = run(lambda t_s: SHUT if 1.0 <= t_s < 1.0 + blink_s else OPEN, rate_hz)
    assert not closed.any()
    during = (times_s >= 1.0) & (times_s < 1.0 + blink_s)
    assert blinking[during].all()
    assert not blinking[times_s < 1.0].any()
    assert not blinking[times_s > 1.0 + blink_s + 0.25].any()


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_closed_eyes_count_after_half_a_second_until_they_open(rate_hz):
    times_s, closed, blinking = run(lambda t_s: SHUT if 1.0 <= t_s < 2.0 else OPEN, rate_hz)
    assert times_s[closed][0] == pytest.approx(1.5, abs=1.01 / rate_hz)
    assert times_s[closed][0] >= 1.5 - 1e-6
    assert times_s[closed][-1] == pytest.approx(2.0 - 1 / rate_hz, abs=1e-6)
    assert not blinking[closed].any()
    assert not blinking[times_s >= 2.0].any()


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_lasting_narrow_eyes_are_neither_blink_nor_closed(rate_hz):
    times_s, closed, blinking = run(lambda t_s: NARROW if t_s >= 1.0 else OPEN, rate_hz)
    assert not closed.any()
    assert not blinking[times_s > 1.55].any()


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_blink_out_of_narrow_eyes_is_a_blink(rate_hz):
    times_s, closed, blinking = run(lambda t_s: SHUT if 2.0 <= t_s < 2.2 else NARROW, rate_hz)
    assert not closed.any()
    assert blinking[(times_s >= 2.0) & (times_s < 2.2)].all()


def test_time_without_a_face_does_not_count_as_closed():
    eyes = EyeClosure()
    for t_s in (0.0, 0.1, 0.2, 3.0, 3.1):
        eyes.step(SHUT, t_s)
        assert not eyes.closed


def test_before_the_first_face_eyes_are_neither_closed_nor_blinking():
    eyes = EyeClosure()
    assert eyes.closed is False
    assert eyes.blinking is False


def test_from_the_limits_on_eyes_are_closed_and_narrow():
    assert run(lambda _: CLOSED_FROM, 30.0)[1].any()
    assert not run(lambda _: CLOSED_FROM - 0.01, 30.0)[1].any()
    assert run(lambda t_s: NARROW_FROM if t_s < 0.3 else OPEN, 30.0)[2].any()
    assert not run(lambda t_s: NARROW_FROM - 0.01 if t_s < 0.3 else OPEN, 30.0)[2].any()


@pytest.mark.parametrize("closure", [NARROW, SHUT])
def test_after_a_blink_the_lids_settle_for_a_tenth_of_a_second(closure):
    times_s, _, blinking = run(lambda t_s: closure if 0.995 <= t_s < 1.195 else OPEN, 100.0)
    settling = (times_s > 1.195) & (times_s < 1.285)
    assert blinking[settling].all()
    assert not blinking[times_s > 1.315].any()
