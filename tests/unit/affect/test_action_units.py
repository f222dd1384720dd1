import numpy as np
import pytest

from physio.affect.action_units import (
    ACTION_UNITS,
    AU_INDEX,
    FULL_SCALE,
    TRACE,
    eye_opening,
    intensities,
    shut,
    unit_table,
    unit_values,
)
from physio.affect.geometry import MEASURE_INDEX
from physio.affect.pain import pspi

from .faces import NEUTRAL, moved


def level(units, name):
    return units[..., AU_INDEX[name]]


def test_a_face_at_rest_shows_nothing():
    np.testing.assert_allclose(unit_values(NEUTRAL, NEUTRAL), 0.0, atol=1e-12)
    assert not intensities(unit_values(NEUTRAL, NEUTRAL)).any()


@pytest.mark.parametrize(
    ("name", "measure", "direction"),
    [
        ("au04", "brow_height", -1),
        ("au04", "brow_gap", -1),
        ("au06", "cheek", 1),
        ("au07", "lower_lid", 1),
        ("au09", "nose_wing", 1),
        ("au10", "upper_lip", 1),
        ("au12", "mouth_corner", 1),
        ("au12", "mouth_width", 1),
        ("au25", "lip_gap", 1),
        ("au26", "lower_lip", -1),
    ],
)
def test_units_grow_with_their_measures_in_proportion(name, measure, direction):
    values = []
    for step in (0.01, 0.02):
        face = NEUTRAL.copy()
        face[MEASURE_INDEX[measure]] += direction * step
        values.append(level(unit_values(face, NEUTRAL), name))
    assert values[0] > 0
    assert values[1] == pytest.approx(2 * values[0])
    expected = 0.01 * direction * unit_table().weights[AU_INDEX[name], MEASURE_INDEX[measure]]
    assert values[0] == pytest.approx(expected)


def test_intensities_leave_trace_out_and_keep_the_full_scale():
    np.testing.assert_allclose(intensities(np.array([-2.0, 0.0, TRACE, FULL_SCALE, 9.0])), [0, 0, 0, 5, 5])
    assert intensities(np.array([2.75]), 0.5)[0] == pytest.approx(2.5)
    per_unit = intensities(np.array([1.0, 1.0]), np.array([0.5, 1.0]))
    np.testing.assert_allclose(per_unit, [5 / 9, 0.0])


def test_what_a_smile_brings_along_is_taken_off():
    smile = moved(au12=4.0)
    table = unit_table()
    # The face of the population's average smile: every cleaned unit moves by its share.
    for name in ("au04", "au06", "au07", "au09", "au10"):
        row = table.weights[AU_INDEX[name]]
        measure = int(np.flatnonzero(row)[0])
        smile[measure] += table.smile[AU_INDEX[name]] * 4.0 / row[measure]
    units = intensities(unit_values(smile, NEUTRAL))
    assert level(units, "au12") == pytest.approx((4.0 - TRACE) * 5 / 4.5)
    assert pspi(units) == pytest.approx(0.0, abs=1e-9)


def test_a_frown_of_the_mouth_adds_nothing_to_other_units():
    assert level(unit_values(moved(au12=-3.0), NEUTRAL), "au06") == pytest.approx(0.0, abs=1e-12)


def test_relaxed_shut_eyes_are_no_tightened_lids():
    shut_eyes = moved(opening=0.0)
    table = unit_table()
    lid = MEASURE_INDEX["lower_lid"]
    shut_eyes[lid] += table.closure[AU_INDEX["au07"]] / table.weights[AU_INDEX["au07"], lid]
    assert level(unit_values(shut_eyes, NEUTRAL), "au07") == pytest.approx(0.0, abs=1e-9)


def test_eye_opening_and_shut():
    assert eye_opening(moved(opening=0.4), NEUTRAL) == pytest.approx(0.4)
    np.testing.assert_allclose(shut([1.2, 0.6, 0.3, 0.0, -0.1]), [0, 0, 0.5, 1, 1])


def test_many_faces_at_once_equal_one_by_one():
    faces = np.array([moved(au04=2.0), moved(au12=3.0, opening=0.2), NEUTRAL])
    together = unit_values(faces, NEUTRAL)
    assert together.shape == (3, len(ACTION_UNITS))
    for face, values in zip(faces, together, strict=True):
        np.testing.assert_allclose(unit_values(face, NEUTRAL), values)


def test_unknown_measures_give_nan():
    unknown = np.full_like(NEUTRAL, np.nan)
    assert np.isnan(unit_values(unknown, NEUTRAL)).all()
    assert np.isnan(unit_values(NEUTRAL, unknown)).all()


def test_pain_related_units_have_weights_and_au43_has_none():
    weights = unit_table().weights
    assert weights[[AU_INDEX[unit.name] for unit in ACTION_UNITS if unit.name != "au43"]].any(axis=1).all()
    assert not weights[AU_INDEX["au43"]].any()
