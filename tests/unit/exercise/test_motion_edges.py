"""The filters and memories in front of the count, sample by sample, with numbers worked out by hand."""

import math

import numpy as np
import pytest

from physio.exercise.definition import load_exercise
from physio.exercise.excursion import Excursion, _half, _meet
from physio.exercise.movement import Movement, Swing
from physio.exercise.parts import RepetitionLimits, Signal
from physio.exercise.repetition import PhaseMachine
from physio.exercise.signal import SignalReader, SignalSource
from physio.exercise.smoother import Smoother
from physio.exercise.watch import FormWatch
from physio.types import Phase, Reason
from tests.unit.exercise.motions import frames

KNEE = Signal("knee_flexion", "up", "eccentric", "rest", "", ())
ESTIMATED = Signal("knee_flexion", "up", "eccentric", "rest", "", (("thigh_inclination", 1.0), ("hip_flexion", -0.5)))


# -- smoother --------------------------------------------------------------------------------------------------------


def test_the_smoother_step_by_step():
    """Medians 10, 15, 20, 20; each taken up by dt / (0.06 s + dt) of what is missing."""
    smoother = Smoother()
    assert smoother.step(0.0, 10.0) == 10
    assert smoother.step(0.06, 20.0) == pytest.approx(12.5)
    assert smoother.step(0.12, 20.0) == pytest.approx(16.25)
    last = 16.25 + 3.75 * 0.13 / 0.19
    assert smoother.step(0.25, 20.0) == pytest.approx(last)
    assert math.isinf(smoother.speed_dps)
    last += (20 - last) * 0.0625 / 0.1225
    assert smoother.step(0.3125, 20.0) == pytest.approx(last)
    assert smoother.speed_dps == pytest.approx((last - 10) / 0.3125)
    assert smoother.latest == 20


def test_the_median_looks_back_a_fifth_of_a_second_and_over_three_samples_at_least():
    close, far = Smoother(), Smoother()
    for k, x in enumerate((0.0, 0.0, 50.0, 50.0)):
        close.step(k / 16, x)
        far.step(k / 2, x)
    assert close._raw[0] == (0.0, 0.0), "0.1875 s ago"
    assert [t_s for t_s, _ in far._raw] == [0.5, 1.0, 1.5]


# -- one swing -------------------------------------------------------------------------------------------------------


def test_a_swing_out_and_back():
    swing = Swing(1.0, 5.0, 2.0, 65.0, fresh=False)
    assert (swing.outward, swing.out, swing.back) == (True, 60, 0)
    assert swing.movement(4.0) == Movement(1.0, 2.0, 4.0, 4.0, 60, 0)
    swing.note_speed(2.5, 40.0)
    swing.turn_back(3.0, 50.0)
    assert (swing.outward, swing.back, swing.fastest_dps) == (False, 15, 0)
    swing.low, swing.low_s = 10.0, 3.5
    done = swing.movement(4.0)
    assert done == Movement(1.0, 2.0, 3.5, 4.0, 60, 55)
    assert (done.range_deg, done.duration_s) == (55, 2.5)
    swing.turn_out()
    assert (swing.outward, swing.back) == (True, 0)


def test_still_is_slower_than_a_fifth_of_the_fastest():
    swing = Swing(0.0, 0.0, 0.0, 0.0, fresh=False)
    for t_s, speed_dps in ((1.0, math.inf), (1.5, 100.0), (2.0, 20.0)):
        swing.note_speed(t_s, speed_dps)
        assert math.isnan(swing.still_s(t_s))
    swing.note_speed(2.5, 19.0)
    swing.note_speed(3.0, -5.0)
    assert swing.still_s(3.25) == 0.75
    swing.note_speed(3.5, 21.0)
    assert math.isnan(swing.still_s(3.5))
    assert swing.fastest_dps == 100


# -- what a movement must have to count ------------------------------------------------------------------------------


def after(*heights_deg, min_rom_deg=20.0):
    """A machine that has seen swings of these heights, 2 s out and 2 s back with 2 s of rest."""
    machine = PhaseMachine(RepetitionLimits(min_rom_deg, 0.5, 30, 1.0))
    for k, height_deg in enumerate(heights_deg):
        for t_s in np.arange(0, 6, 1 / 16):
            machine.step(6 * k + float(t_s), height_deg * max(0.0, 1 - abs(t_s - 3) / 2))
    return machine


@pytest.mark.parametrize(
    ("heights_deg", "usual_deg", "needed_deg"),
    [
        ((), math.nan, 20),
        ((60,), math.nan, 20),
        ((60, 90), 60, 24),
        ((60, 90, 80), 80, 32),
        ((25, 25), 25, 17.5),
        ((40, 40), 40, 20),
        ((100, 100, 50, 50, 50, 50), 50, 20),
    ],
)
def test_the_range_that_is_needed(heights_deg, usual_deg, needed_deg):
    """The second largest of the last five; 40 % of it, or 20° or 70 % of it if that is less. A turn is rounded off by
    the filter, so it comes out up to 3° lower."""
    machine = after(*heights_deg)
    assert machine.usual_deg == pytest.approx(usual_deg, abs=3.5, nan_ok=True)
    assert machine.needed_deg == pytest.approx(needed_deg, abs=2.5)
    assert machine.phase == Phase.REST


@pytest.mark.parametrize(("gap_s", "kept"), [(1.0, True), (1.0625, False)])
def test_a_gap_of_a_second_is_bridged_and_a_longer_one_ends_the_movement(gap_s, kept):
    machine = PhaseMachine(RepetitionLimits(20, 0.5, 30, 1.0))
    for t_s in np.arange(0, 3, 1 / 16):
        machine.step(float(t_s), max(0.0, 30 * (t_s - 1)))
    ended = machine.step(2.9375 + gap_s, 60.0)
    assert (ended is None) is kept
    if ended:
        assert (ended.problem.code, ended.problem.params) == ("rejected.joint_lost", {"gap_s": 1.0})
    assert math.isnan(machine.started_s) is not kept


# -- the signal ------------------------------------------------------------------------------------------------------


def read(signal, sides, t_s, values):
    reader = SignalReader(signal, sides)
    return [reader.step(t, kinematics)[0] for t, kinematics in frames(t_s, values)]


def test_a_side_fades_out_and_in_within_half_a_second():
    """In steps of an eighth of a second its weight goes down by a quarter, and up again with its new value."""
    t_s = np.arange(10) / 8
    left = np.array([60, 60, *[math.nan] * 4, 80, 80, 80, 80])
    expected = [40, 40, 65 / 1.75, 50 / 1.5, 35 / 1.25, 20, 40 / 1.25, 60 / 1.5, 80 / 1.75, 50]
    assert read(KNEE, "lr", t_s, {"knee_flexion_l": left, "knee_flexion_r": 20.0}) == pytest.approx(expected)
    assert read(KNEE, "rl", t_s, {"knee_flexion_l": left, "knee_flexion_r": 20.0}) == pytest.approx(expected)


def test_an_angle_without_sides_is_the_same_on_all():
    trunk = Signal("trunk_flexion", "up", "eccentric", "rest", "", ())
    for sides in ("l", "lr"):
        assert read(trunk, sides, np.arange(3) / 8, {"trunk_flexion": 33.0}) == pytest.approx([33] * 3)


def test_the_estimate_takes_over_and_gives_way_without_a_jump():
    """Measured are 50°, estimated 40 − 0.5 · 20 = 30°. The share of the time in which it is measured has a time
    constant of 3 s: from 1 it falls below 0.8 after 0.67 s; from e^-1.25 at 3.75 s it rises above 0.95 after 7.97 s."""
    t_s = np.arange(0, 15, 1 / 8)
    knee = np.where((t_s > 0) & (t_s <= 3.75), math.nan, 50.0)
    values = {"knee_flexion_l": knee, "thigh_inclination_l": 40.0, "hip_flexion_l": 20.0}
    x = dict(zip(t_s.tolist(), read(ESTIMATED, "l", t_s, values), strict=True))
    assert x[0.0] == 50
    assert math.isnan(x[0.625])
    assert x[0.75] == pytest.approx(50)
    assert x[3.75] == pytest.approx(30 + 20 / math.e)
    left = 20 * math.exp(-11 / 3)
    assert x[11.625] == pytest.approx(30 + 20 * math.exp(-10.875 / 3))
    assert x[11.75] == pytest.approx(30 + left)
    assert x[14.75] == pytest.approx(50 - (20 - left) / math.e)


def test_the_reason_is_the_first_that_is_one_and_else_the_view():
    reader = SignalReader(KNEE, "lr")
    ((_, kinematics),) = frames(np.array([0.0]), {"knee_flexion_l": math.nan, "knee_flexion_r": math.nan})
    kinematics.reasons[:] = Reason.OK
    assert reader.step(0.0, kinematics)[1] == Reason.OFF_VIEW
    kinematics.reasons[:] = Reason.OUT_OF_FRAME
    assert reader.step(0.1, kinematics)[1] == Reason.OUT_OF_FRAME


def test_what_is_counted_depends_on_how_the_sides_work():
    assert SignalSource(load_exercise("squat"), "both").sides == ("both",)
    assert SignalSource(load_exercise("lunge"), "left").sides == ("left", "right", "both")


# -- what deviates now -----------------------------------------------------------------------------------------------


def deviating(t_s, trunk_deg, resting):
    """Whether the trunk does, moment by moment; its limit is 10° from rest."""
    watch = FormWatch(load_exercise("shoulder_abduction"))
    stream = frames(t_s, {"trunk_lateral_flexion": trunk_deg})
    return [
        bool(watch.step(t, k, Phase.REST if rests else Phase.OUTWARD, "right")[0])
        for (t, k), rests in zip(stream, resting, strict=True)
    ]


def test_a_lean_is_followed_with_a_time_constant_of_three_twentieths_of_a_second():
    """20° at once: 10° of it are reached after 0.15 s · ln 2 = 0.104 s."""
    t_s = np.arange(0, 2, 1 / 32)
    found = deviating(t_s, np.where(t_s < 1, 5.0, 25.0), t_s < 0.5)
    assert t_s[found.index(True)] - t_s[31] == 0.125


def test_the_rest_is_followed_with_a_time_constant_of_half_a_second():
    """Three seconds at 20° make that the rest, from which 29° is near and 31° is far."""
    t_s = np.arange(0, 6, 1 / 32)
    for moved_deg, far in ((29.0, False), (31.0, True)):
        trunk = np.select([t_s < 1, t_s < 4], [0.0, 20.0], moved_deg)
        assert any(deviating(t_s, trunk, t_s < 4)) is far


@pytest.mark.parametrize(("until_s", "kept"), [(1.5, True), (1.53125, False)])
def test_an_angle_not_seen_for_half_a_second_is_judged_no_more(until_s, kept):
    t_s = np.arange(0, until_s + 0.001, 1 / 32)
    trunk = np.select([t_s < 0.25, t_s <= 1], [0.0, 25.0], math.nan)
    assert deviating(t_s, trunk, t_s < 0.25)[-1] is kept


# -- the measures of a repetition ------------------------------------------------------------------------------------


def test_half_a_movement_is_extrapolated_from_its_middle_eight_tenths():
    """A ramp of 10° a second from 0 to 100°: a tenth is done after 1 s, nine tenths after 9 s. Of a minimum-jerk
    movement these 8 s are 0.50673 of the time, and 0.24664 lie before them."""
    t_s = np.arange(0, 10.01, 0.5)
    begins_s, ends_s = _half(t_s, 10 * t_s, 0.0, 100.0)
    assert begins_s == pytest.approx(1 - 8 * 0.24664 / 0.50673, abs=1e-3)
    assert ends_s == pytest.approx(9 + 8 * 0.24664 / 0.50673, abs=1e-3)


def test_the_far_end_is_held_while_the_signal_is_at_its_top():
    t_s, x = np.arange(6.0), np.array([0.0, 50, 100, 100, 50, 0])
    assert _meet(t_s, x, (1.0, 4.0), 97.0) == (1.0, 4.0)
    assert _meet(t_s, x, (2.5, 2.75), 97.0) == (2.5, 2.75)
    assert _meet(t_s, x, (3.5, 1.5), 97.0) == (2.5, 2.5)
    assert _meet(t_s, x, (2.25, 1.5), 97.0) == (2.125, 2.125)
    assert _meet(t_s, x, (4.0, 2.0), 200.0) == (3.0, 3.0)


def test_an_excursion_within_limits_keeps_its_far_end():
    whole = Excursion(1.0, 2.0, 3.0, 4.0, 10.0, 70.0)
    assert (whole.peak_s, whole.rom_deg) == (2.5, 60)
    assert whole.within(0.0, 9.0) == whole
    cut = whole.within(1.5, 3.5)
    assert (cut.start_s, cut.out_end_s, cut.back_start_s, cut.end_s) == (1.5, 2.0, 3.0, 3.5)
    far = whole.within(2.5, 2.75)
    assert (far.start_s, far.end_s) == (2.0, 3.0)
