from dataclasses import replace

import numpy as np
import pytest

from physio.affect.action_units import AU_INDEX
from physio.affect.head_frame import in_head_frame
from physio.affect.unit_model import ALL_FROM, FULL_SCALE, NOTHING_BELOW, Shape, UnitModel, beyond_error
from physio.types import APPEARANCE_COUNT

from .faces import at_rest, head_turn, in_frame, looks, seen, turned

MODEL = UnitModel.load()
REST = MODEL.shape(seen())
PARTS, SEEN, RESTING = 3, 2, 1
INPUTS = PARTS + RESTING + 6 + 2 + 2 * SEEN + 1
NONE = np.full(APPEARANCE_COUNT, np.nan)


def made_model(**given):
    """Three networks of one layer that answer 0 (errors e⁰) but for what is given."""
    arrays = {
        "units": np.array(["au04", "au12"]),
        "mean": np.zeros((478, 3)),
        "basis": np.eye(PARTS, 478 * 3),
        "resting_parts": RESTING,
        "layers": 1,
        "w0": np.zeros((3, INPUTS, 5)),
        "b0": np.zeros((3, 5)),
        "calibration": np.ones(3),
        "appearance_mean": np.full(SEEN, 1.0),
        "appearance_unit": np.full(SEEN, 2.0),
    }
    return UnitModel(arrays | given)


def made_shape(parts, **more):
    return Shape(np.asarray(parts, float), np.zeros(3), 40.0, **more)


def unit(reading, name):
    return reading.levels[MODEL.units.index(name)]


def activity(reading):
    return reading.levels.sum()


# -- the arithmetic, on numbers that can be checked by hand -----------------------------------------------------------


def test_inputs_are_laid_out_as_the_networks_were_fitted():
    model = made_model()
    now = Shape(np.array([1.0, 2.0, 3.0]), np.array([20.0, -10.0, 2.0]), 80.0, np.array([5.0, 6.0]))
    rest = Shape(np.array([0.5, 0.0, 1.0]), np.array([10.0, 0.0, 0.0]), 60.0, np.array([1.0, 8.0]))
    np.testing.assert_allclose(
        model.inputs(now, rest),
        [0.5, 2, 2, 0.5, 1, -0.5, 0.1, 0.5, 0, 0, 1, np.log(2), 5, 6, 4, -2, 1],
    )
    alone = [1, 2, 3, 0, 1, -0.5, 0.1, 0, 0, 0, 0, np.log(2), 5, 6, 0, 0, 1]
    np.testing.assert_allclose(model.inputs(now, None), alone)
    unseen = [0.0] * (2 * SEEN + 1)
    np.testing.assert_allclose(model.inputs(replace(now, appearance=None), None)[-5:], unseen)
    np.testing.assert_allclose(model.inputs(now, replace(rest, appearance=None))[-5:], unseen)
    np.testing.assert_allclose(model.inputs(replace(now, appearance=None), rest)[-5:], unseen)


def test_networks_are_averaged_before_levels_are_limited_and_errors_after_their_exponential():
    bias = np.array([[1.0, -9.0, 0.0, 1.0, 0.0], [4.0, -9.0, 0.0, 1.0, 2.0], [4.0, 90.0, 0.0, 1.0, 2.0]])
    reading = made_model(b0=bias).read(made_shape([0, 0, 0]), None)
    np.testing.assert_allclose(reading.levels, [3.0, FULL_SCALE], atol=1e-6)
    expected = np.sqrt(2 / np.pi) * np.array([1.0, np.e, (1 + 2 * np.exp(2)) / 3])
    np.testing.assert_allclose([*reading.errors, reading.pspi_error], expected, rtol=1e-5)
    negative = made_model(b0=-np.abs(bias)).read(made_shape([0, 0, 0]), None)
    np.testing.assert_array_equal(negative.levels, 0.0)


def test_calibration_scales_the_errors():
    plain, scaled = (
        made_model(calibration=np.array(c)).read(made_shape([0, 0, 0]), None) for c in ([1] * 3, [2, 1, 3])
    )
    np.testing.assert_allclose(scaled.errors, plain.errors * (2, 1))
    assert scaled.pspi_error == pytest.approx(3 * plain.pspi_error)


def test_layers_between_are_silu():
    model = made_model(
        layers=2,
        w0=np.ones((1, INPUTS, 1)) * np.eye(INPUTS)[0][:, None],
        b0=np.zeros((1, 1)),
        w1=np.array([[[1.0, 0, 0, 0, 0]]]),
        b1=np.zeros((1, 5)),
    )
    reading = model.read(made_shape([2, 0, 0]), None)
    np.testing.assert_allclose(reading.levels, [2 / (1 + np.exp(-2)), 0], rtol=1e-6)


def test_parts_are_taken_from_the_mean_and_appearance_is_standardised():
    model = made_model(mean=np.ones((478, 3)))
    faces = np.arange(2 * 478 * 3, dtype=float).reshape(2, 478, 3)
    np.testing.assert_allclose(model.parts(faces), faces[:, 0] - 1.0)
    np.testing.assert_allclose(model.appearance(np.array([1.0, 5.0])), [0.0, 2.0])


def test_a_level_counts_as_far_as_it_exceeds_its_error():
    middle = (NOTHING_BELOW + ALL_FROM) / 2
    levels = 1.5 * np.array([0.0, NOTHING_BELOW, middle, ALL_FROM, 3.0])
    errors = np.full(5, 1.5)
    np.testing.assert_allclose(beyond_error(levels, errors), levels * (0, 0, 0.5, 1, 1), atol=1e-12)
    np.testing.assert_array_equal(beyond_error(np.array([2.0, 0.0]), np.zeros(2)), [2.0, 0.0])
    assert np.isnan(beyond_error(np.array([np.nan, 1.0]), np.array([1.0, np.nan]))).all()


# -- the shape of a face ---------------------------------------------------------------------------------------------


def test_a_face_without_a_landmark_a_rotation_or_eyes_has_no_shape():
    face = seen()
    lost = face.landmarks_px.copy()
    lost[13] = np.nan
    for broken in (
        replace(face, landmarks_px=lost),
        replace(face, rotation=np.full((3, 3), np.nan)),
        replace(face, landmarks_px=np.zeros((478, 3))),
    ):
        assert MODEL.shape(broken) is None


def test_the_shape_does_not_depend_on_place_size_and_turn_but_tells_the_last_two():
    shape = MODEL.shape(seen(yaw_deg=20.0, pitch_deg=-8.0, roll_deg=5.0, height_px=80.0))
    np.testing.assert_allclose(shape.parts, REST.parts, atol=1e-9)
    np.testing.assert_allclose(shape.turn_deg, [20.0, -8.0, 5.0])
    assert shape.eyes_px == pytest.approx(REST.eyes_px * 80 / 150)
    assert shape.gaze_deg == pytest.approx(REST.gaze_deg)
    np.testing.assert_allclose(shape.appearance, MODEL.appearance(at_rest()[1]))


def test_appearance_that_is_not_whole_is_none():
    part = at_rest()[1].copy()
    part[5] = np.nan
    assert MODEL.shape(replace(seen(), appearance=NONE)).appearance is None
    assert MODEL.shape(replace(seen(), appearance=part)).appearance is None


# -- what the fitted numbers say -------------------------------------------------------------------------------------


@pytest.mark.parametrize("appearance", [True, False])
def test_a_face_that_equals_its_rest_reads_about_nothing(appearance):
    rest = REST if appearance else replace(REST, appearance=None)
    reading = MODEL.read(rest, rest)
    assert activity(reading) < (2.5 if appearance else 4.0)
    assert reading.levels.max() < 1.0


@pytest.mark.parametrize("appearance", [True, False])
@pytest.mark.parametrize("known", [True, False])
def test_pain_raises_its_units(known, appearance):
    def read(**strengths):
        face = seen(**strengths) if appearance else replace(seen(**strengths), appearance=NONE)
        return MODEL.read(MODEL.shape(face), REST if known else None)

    calm, half, full = read(), read(pain=0.5), read(pain=1.0)
    assert activity(calm) < activity(half) < activity(full)
    for name in ("au07", "au10"):
        assert unit(full, name) > unit(calm, name) + (1.0 if appearance else 0.4), name
    assert unit(full, "au12") < 1.0


def test_shut_lids_are_read():
    shut, open_ = (MODEL.read(MODEL.shape(seen(shut=strength)), REST) for strength in (1.0, 0.0))
    assert unit(shut, "au45") > 3.5
    assert unit(open_, "au45") < 1.0


def test_who_shows_more_is_less_certain():
    calm, pain = MODEL.read(REST, REST), MODEL.read(MODEL.shape(seen(pain=1.0)), REST)
    assert calm.pspi_error < pain.pspi_error < 5.0


def test_everything_that_is_read_is_within_its_range():
    rng = np.random.default_rng(1)
    wild = [
        MODEL.shape(replace(seen(), landmarks_px=seen().landmarks_px + rng.normal(0, 8.0, (478, 3)), appearance=a))
        for a in (NONE, at_rest()[1] + rng.normal(0, 5.0, APPEARANCE_COUNT))
    ]
    for shape in wild:
        for reading in (MODEL.read(shape, REST), MODEL.read(shape, None)):
            assert reading.levels.shape == reading.errors.shape == (len(MODEL.units),)
            assert ((reading.levels >= 0) & (reading.levels <= FULL_SCALE)).all()
            assert (reading.errors > 0).all()
            assert reading.pspi_error > 0
            assert np.isfinite(reading.errors).all()


def test_many_at_once_equal_one_by_one():
    shapes = [MODEL.shape(seen(pain=strength)) for strength in (0.0, 0.5, 1.0)]
    levels, errors = MODEL.read_all(np.array([MODEL.inputs(shape, REST) for shape in shapes]))
    assert errors.shape == (3, len(MODEL.units) + 1)
    for i, shape in enumerate(shapes):
        reading = MODEL.read(shape, REST)
        np.testing.assert_allclose(levels[i], reading.levels, atol=1e-4)
        np.testing.assert_allclose(errors[i], [*reading.errors, reading.pspi_error], atol=1e-4)


def test_reading_keeps_nothing_and_changes_nothing():
    face = seen(pain=0.7)
    before = face.landmarks_px.copy()
    first = MODEL.read(MODEL.shape(face), REST)
    MODEL.read(MODEL.shape(seen(smile=1.0)), None)
    again = MODEL.read(MODEL.shape(face), REST)
    np.testing.assert_array_equal(first.levels, again.levels)
    np.testing.assert_array_equal(face.landmarks_px, before)


def test_the_fitted_numbers_fit_the_table_of_units():
    assert UnitModel.load() is MODEL
    assert set(MODEL.units) == set(AU_INDEX) - {"au43"}, "AU43 is a matter of time"
    points = turned(looks(pain=0.4)[0], head_turn(10.0))
    aligned = in_head_frame(in_frame(points), head_turn(10.0))
    assert MODEL.parts(aligned).shape == REST.parts.shape
