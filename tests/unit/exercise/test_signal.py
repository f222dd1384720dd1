import math
from dataclasses import replace

import numpy as np
import pytest
from motions import ERROR_DEG, frames

from physio.exercise.parts import Signal
from physio.exercise.signal import SignalReader
from physio.types import Kinematics, Reason

PLAIN = Signal("knee_flexion", "up", "eccentric", "rest", "", ())
WITH_ESTIMATE = Signal(
    "knee_flexion", "up", "eccentric", "rest", "", (("thigh_inclination", 1.0), ("shank_inclination", 1.0))
)
T_S = np.arange(0, 12, 1 / 30)


def read(signal, sides, values, t_s=T_S):
    reader = SignalReader(signal, sides)
    read = [reader.step(t, kinematics) for t, kinematics in frames(t_s, values)]
    return np.array([sample.degrees for sample in read]), [sample.reason for sample in read]


def test_one_side_is_that_sides_angle():
    x, reasons = read(PLAIN, "r", {"knee_flexion_r": T_S, "knee_flexion_l": 90})
    assert x == pytest.approx(T_S)
    assert set(reasons) == {Reason.OK}


def test_both_sides_are_averaged():
    x, _ = read(PLAIN, "lr", {"knee_flexion_r": 40, "knee_flexion_l": 60})
    assert x == pytest.approx(50)


def test_one_hidden_side_leaves_the_other():
    x, _ = read(PLAIN, "lr", {"knee_flexion_r": math.nan, "knee_flexion_l": 60})
    assert x == pytest.approx(60)


def test_a_side_that_comes_and_goes_does_not_make_the_mean_jump():
    right = np.where((T_S % 2) < 1, 20.0, math.nan)
    x, _ = read(PLAIN, "lr", {"knee_flexion_r": right, "knee_flexion_l": 80})
    assert np.max(np.abs(np.diff(x))) < 5
    assert np.isfinite(x).all()


def test_a_side_that_was_lost_altogether_starts_fresh():
    left = np.where((T_S > 4) & (T_S < 8), math.nan, 70.0)
    x, reasons = read(PLAIN, "lr", {"knee_flexion_r": math.nan, "knee_flexion_l": left})
    assert x[-1] == pytest.approx(70)
    assert np.isnan(x[(T_S > 4.1) & (T_S < 7.9)]).all()
    assert reasons[180] == Reason.LOW_VISIBILITY


def test_the_reason_is_the_angles_own():
    unknown = Kinematics(
        np.full(27, np.nan), np.full(27, Reason.NO_PERSON, dtype=np.uint8), math.nan, np.full(27, np.nan)
    )
    value, reason, _ = SignalReader(PLAIN, "lr").step(0.0, unknown)
    assert math.isnan(value)
    assert reason == Reason.NO_PERSON


def test_the_angle_itself_is_used_while_it_is_measured():
    values = {"knee_flexion_l": 50, "thigh_inclination_l": 10, "shank_inclination_l": 20}
    x, _ = read(WITH_ESTIMATE, "l", values)
    assert x == pytest.approx(50)


def test_the_estimate_stands_in_where_the_angle_is_never_measured():
    values = {"knee_flexion_l": math.nan, "thigh_inclination_l": 10, "shank_inclination_l": 20}
    x, reasons = read(WITH_ESTIMATE, "l", values)
    assert x == pytest.approx(30)
    assert set(reasons) == {Reason.OK}


def test_an_angle_at_the_edge_of_its_view_does_not_flicker():
    measured = np.where(np.arange(T_S.size) % 3 == 1, math.nan, 50.0)
    values = {"knee_flexion_l": measured, "thigh_inclination_l": 10, "shank_inclination_l": 20}
    x, _ = read(WITH_ESTIMATE, "l", values)
    known = x[np.isfinite(x)]
    assert np.max(np.abs(np.diff(known))) < 1
    assert known[0] == pytest.approx(50)
    assert known[-1] == pytest.approx(30, abs=2)


def test_the_angle_comes_back_when_it_is_measured_for_good():
    t_s = np.arange(0, 40, 1 / 30)
    values = {
        "knee_flexion_l": np.where(t_s < 1, math.nan, 50.0),
        "thigh_inclination_l": 10,
        "shank_inclination_l": 20,
    }
    x, _ = read(WITH_ESTIMATE, "l", values, t_s)
    assert x[0] == pytest.approx(30)
    assert np.max(np.abs(np.diff(x))) < 1
    assert x[-1] == pytest.approx(50, abs=1)


# -- what it rests on ------------------------------------------------------------------------------------------------


def part(signal, reason=Reason.OK, **angles):
    """The left side's part of a sample, 2 s into a stream of the same frame."""
    reader = SignalReader(signal, "l")
    stream = frames(np.arange(0, 2, 1 / 30), {"knee_flexion_l": 40, "thigh_inclination_l": 30, **angles})
    for t, one in stream:
        sample = reader.step(t, replace(one, reasons=np.where(one.reasons == Reason.OK, reason, one.reasons)))
    return sample.parts["l"]


@pytest.mark.parametrize(
    ("reason", "given", "seen"),
    [
        (Reason.OK, True, True),
        (Reason.OFF_VIEW, False, True),
        (Reason.LOW_VISIBILITY, False, False),
        (Reason.OUT_OF_FRAME, False, False),
    ],
)
def test_an_angle_is_given_when_nothing_refuses_it_and_seen_when_its_landmarks_are(reason, given, seen):
    assert part(PLAIN, reason) == (40, given, seen, ERROR_DEG)


def test_an_estimate_is_never_given_and_as_uncertain_as_its_angles_together():
    found = part(WITH_ESTIMATE, knee_flexion_l=math.nan, shank_inclination_l=12)
    assert found == (42, False, True, 2 * ERROR_DEG)
    hidden = part(WITH_ESTIMATE, Reason.LOW_VISIBILITY, knee_flexion_l=math.nan, shank_inclination_l=12)
    assert (hidden.given, hidden.seen) == (False, False)


def test_an_unknown_angle_is_neither_given_nor_seen():
    found = part(PLAIN, knee_flexion_l=math.nan)
    assert (found.given, found.seen) == (False, False)
