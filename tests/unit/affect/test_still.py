from dataclasses import replace

import numpy as np
import pytest

from physio.affect.action_units import AU_INDEX
from physio.affect.pain import pspi
from physio.affect.still import StillReader
from physio.affect.usable import MAX_YAW_DEG
from physio.types import FaceReason, FaceState

from .faces import seen

READER = StillReader()


def test_a_face_is_read_without_knowing_its_rest():
    calm, pain = READER.read(seen()), READER.read(seen(pain=1.0, yaw_deg=10.0, roll_deg=4.0))
    assert calm.pspi < 2.0 < 4.0 < pain.pspi
    for reading in (calm, pain):
        assert reading.reason is FaceReason.OK
        assert reading.pspi == pytest.approx(float(pspi(reading.action_units)))
        assert np.isfinite([*reading.action_units, reading.pspi_error]).all()
        assert np.isnan([reading.age_s, reading.seen_s]).all()
        assert reading.state is FaceState.NO_FACE
    assert (pain.yaw_deg, pain.pitch_deg, pain.roll_deg) == (10.0, 0.0, 4.0)
    assert pain.gaze_yaw_deg == pytest.approx(calm.gaze_yaw_deg, abs=8.0)


def test_closed_eyes_count():
    shut, narrow = READER.read(seen(shut=1.0)), READER.read(seen(shut=0.3))
    assert shut.action_units[AU_INDEX["au43"]] == 1.0
    assert narrow.action_units[AU_INDEX["au43"]] == 0.0
    without = shut.action_units.copy()
    without[AU_INDEX["au43"]] = 0.0
    assert shut.pspi == pytest.approx(float(pspi(without)) + 1.0)


def test_nothing_is_kept_between_pictures():
    first = READER.read(seen(pain=0.5))
    READER.read(seen(smile=1.0))
    np.testing.assert_array_equal(first.action_units, READER.read(seen(pain=0.5)).action_units)


@pytest.mark.parametrize(
    ("face", "reason"),
    [
        (seen(yaw_deg=MAX_YAW_DEG + 1), FaceReason.TURNED_AWAY),
        (seen(height_px=10.0), FaceReason.TOO_SMALL),
        (seen(reason=FaceReason.HIDDEN), FaceReason.HIDDEN),
        (replace(seen(), landmarks_px=np.zeros((478, 3))), FaceReason.NOT_FOUND),
    ],
)
def test_where_it_may_not_be_read_there_are_no_numbers(face, reason):
    reading = READER.read(face)
    assert reading.reason is reason
    assert np.isnan([reading.pspi, reading.pspi_error, *reading.action_units, *reading.unit_errors]).all()
    assert (reading.yaw_deg, reading.pitch_deg) == (face.yaw_deg, face.pitch_deg)


def test_a_face_turned_away_has_an_expression_and_no_more():
    reading = READER.read(seen(yaw_deg=MAX_YAW_DEG + 1))
    assert reading.expression.sum() == pytest.approx(1.0)
    assert np.isfinite([reading.valence, reading.arousal]).all()
    assert np.isnan(READER.read(seen(reason=FaceReason.HIDDEN)).expression).all()
