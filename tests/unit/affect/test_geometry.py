import numpy as np
import pytest

from physio.affect.geometry import (
    HEAD_LANDMARKS,
    MEASURE_INDEX,
    MEASURES,
    align_head,
    head_angles,
    head_table,
    measure_face,
    raw_measures,
)

from .faces import NEUTRAL, landmarks, picture, turned

CANONICAL = head_table().canonical


def test_made_face_has_the_measures_it_was_made_for():
    np.testing.assert_allclose(raw_measures(landmarks(NEUTRAL)), NEUTRAL, atol=1e-12)
    np.testing.assert_allclose(measure_face(picture(landmarks(NEUTRAL))), NEUTRAL, atol=1e-9)


@pytest.mark.parametrize("yaw_deg", [-30.0, 0.0, 30.0])
@pytest.mark.parametrize("pitch_deg", [-20.0, 0.0, 20.0])
@pytest.mark.parametrize("roll_deg", [-40.0, 15.0])
@pytest.mark.parametrize("eye_distance_px", [12.0, 300.0])
def test_turn_place_and_size_do_not_move_raw_measures(yaw_deg, pitch_deg, roll_deg, eye_distance_px):
    face = picture(turned(landmarks(NEUTRAL), yaw_deg, pitch_deg, roll_deg), eye_distance_px)
    aligned, rotation = align_head(face, CANONICAL)
    np.testing.assert_allclose(raw_measures(aligned), NEUTRAL, atol=1e-9)
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(rotation) == pytest.approx(1.0)


@pytest.mark.parametrize("yaw_deg", [-35.0, 10.0])
def test_yaw_alone_does_not_move_measures(yaw_deg):
    np.testing.assert_allclose(measure_face(picture(turned(landmarks(NEUTRAL), yaw_deg))), NEUTRAL, atol=1e-9)


def test_head_angles_have_the_signs_of_the_records():
    for yaw_deg, pitch_deg in ((25.0, 0.0), (0.0, 18.0), (-10.0, -12.0)):
        _, rotation = align_head(picture(turned(landmarks(NEUTRAL), yaw_deg, pitch_deg)), CANONICAL)
        assert head_angles(rotation) == pytest.approx((yaw_deg, pitch_deg), abs=1e-6)
    nose = HEAD_LANDMARKS.index(195)
    ahead = landmarks(NEUTRAL)[195]
    assert turned(ahead[None], yaw_deg=20.0)[0, 0] > ahead[0]  # the person's left is on the right of the picture
    assert turned(ahead[None], pitch_deg=20.0)[0, 1] < ahead[1]  # up is towards smaller y
    assert CANONICAL[nose, 2] < 0  # the nose points at the camera


def test_pitch_correction_takes_the_fitted_slope_off():
    measured = measure_face(picture(turned(landmarks(NEUTRAL), pitch_deg=10.0)))
    np.testing.assert_allclose(measured, NEUTRAL - 10.0 * head_table().per_pitch, atol=1e-6)


def test_one_landmark_moves_only_its_measures():
    face = landmarks(NEUTRAL)
    face[[52, 53, 65, 282, 283, 295], 1] += 0.05  # brows down by a twentieth of the eye distance
    change = raw_measures(align_head(picture(face), CANONICAL)[0]) - NEUTRAL
    assert change[MEASURE_INDEX["brow_height"]] == pytest.approx(-0.05)
    assert np.abs(np.delete(change, MEASURE_INDEX["brow_height"])).max() < 1e-9


def test_unknown_landmarks_give_nan():
    broken = picture(landmarks(NEUTRAL))
    broken[168] = np.nan
    assert np.isnan(measure_face(broken)).all()
    lost_lip = picture(landmarks(NEUTRAL))
    lost_lip[13] = np.nan
    assert np.isnan(measure_face(lost_lip)[MEASURE_INDEX["lip_gap"]])
    assert np.isfinite(measure_face(lost_lip)[MEASURE_INDEX["cheek"]])
    assert np.isnan(measure_face(np.zeros((478, 3)))).all()


def test_table_has_every_measure_and_cannot_be_written():
    table = head_table()
    assert table.canonical.shape == (len(HEAD_LANDMARKS), 3)
    assert table.neutral.shape == table.spread.shape == table.per_pitch.shape == (len(MEASURES),)
    assert (table.spread > 0).all()
    with pytest.raises(ValueError, match="read-only"):
        table.neutral[0] = 0.0
