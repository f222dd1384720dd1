from dataclasses import replace

import numpy as np
import pytest

from physio.affect.geometry import (
    MEASURE_INDEX,
    MEASURES,
    frozen,
    head_table,
    in_head_frame,
    measure_face,
    raw_measures,
    read_table,
)
from physio.perception.head_rotation import CANONICAL_FACE, angles_of_rotation_deg, head_rotation

from .faces import NEUTRAL, head_turn, in_frame, landmarks, seen, turned


def test_made_face_has_the_measures_it_was_made_for():
    np.testing.assert_allclose(raw_measures(landmarks(NEUTRAL)), NEUTRAL, atol=1e-12)
    np.testing.assert_allclose(measure_face(seen()), NEUTRAL, atol=1e-9)


@pytest.mark.parametrize("yaw_deg", [-30.0, 0.0, 30.0])
@pytest.mark.parametrize("pitch_deg", [-20.0, 0.0, 20.0])
@pytest.mark.parametrize("roll_deg", [-40.0, 15.0])
@pytest.mark.parametrize("eye_distance_px", [0.5, 12.0, 300.0])
def test_turn_place_and_size_are_taken_out(yaw_deg, pitch_deg, roll_deg, eye_distance_px):
    face, rotation = landmarks(NEUTRAL), head_turn(yaw_deg, pitch_deg, roll_deg)
    back = in_head_frame(in_frame(turned(face, rotation), eye_distance_px), rotation)
    np.testing.assert_allclose(back, face, atol=1e-9)


def test_the_turn_is_the_one_that_perception_finds():
    """Perception's canonical face, turned, is found turned so, and turned back by what was found."""
    canonical = np.zeros((478, 3))
    rows = [row[0] for row in CANONICAL_FACE]
    canonical[rows] = np.array([row[1:4] for row in CANONICAL_FACE]) * (1, -1, -1)
    for angles in ((25.0, 0.0, 0.0), (0.0, 18.0, 0.0), (0.0, 0.0, 30.0), (-10.0, -12.0, 5.0)):
        points = in_frame(turned(canonical, head_turn(*angles)), 9.0)
        rotation = head_rotation(points)
        np.testing.assert_allclose(rotation, head_turn(*angles), atol=1e-6)
        assert angles_of_rotation_deg(rotation) == pytest.approx(angles, abs=1e-6)
        back = in_head_frame(points, rotation)[rows]
        eyes = in_head_frame(in_frame(canonical), np.eye(3))[rows]
        np.testing.assert_allclose(back, eyes, atol=1e-6)
    nose = turned(canonical, head_turn(yaw_deg=20.0))[4] - canonical[4]
    assert nose[0] > 0  # the person's left is on the right of the frame
    assert turned(canonical, head_turn(pitch_deg=20.0))[4, 1] < canonical[4, 1]  # up is towards smaller y


@pytest.mark.parametrize("yaw_deg", [-35.0, 10.0])
def test_yaw_and_roll_alone_do_not_move_measures(yaw_deg):
    np.testing.assert_allclose(measure_face(seen(yaw_deg=yaw_deg, roll_deg=8.0)), NEUTRAL, atol=1e-9)


def test_pitch_correction_takes_the_fitted_slope_off():
    slopes = head_table().per_pitch
    assert slopes.all()
    np.testing.assert_allclose(measure_face(seen(pitch_deg=10.0)), NEUTRAL - 10.0 * slopes, atol=1e-9)
    np.testing.assert_allclose(measure_face(seen(pitch_deg=-5.0)), NEUTRAL + 5.0 * slopes, atol=1e-9)


def test_one_landmark_moves_only_its_measures():
    face = landmarks(NEUTRAL)
    face[[52, 53, 65, 282, 283, 295], 1] += 0.05  # brows down by a twentieth of the eye distance
    change = raw_measures(face) - NEUTRAL
    assert change[MEASURE_INDEX["brow_height"]] == pytest.approx(-0.05)
    assert np.abs(np.delete(change, MEASURE_INDEX["brow_height"])).max() < 1e-9


def test_every_measure_grows_the_way_its_name_says():
    """Heights upward (towards smaller y), widths to the person's left."""
    for i, measure in enumerate(MEASURES):
        face = landmarks(NEUTRAL)
        axis, step = (1, -0.1) if measure.kind == "height" else (0, 0.1)
        face[list(measure.of), axis] += step
        assert raw_measures(face)[i] == pytest.approx(NEUTRAL[i] + 0.1), measure.name


def test_a_lost_landmark_makes_only_its_measures_unknown():
    face = seen()
    points = face.landmarks_px.copy()
    points[13] = np.nan
    measures = measure_face(replace(face, landmarks_px=points))
    assert np.isnan(measures[MEASURE_INDEX["lip_gap"]])
    assert np.isfinite(np.delete(measures, MEASURE_INDEX["lip_gap"])).all()


def test_without_a_rotation_or_eyes_nothing_is_known():
    face = seen()
    unknown = np.full((3, 3), np.nan)
    assert np.isnan(measure_face(replace(face, rotation=unknown))).all()
    assert np.isnan(measure_face(replace(face, pitch_deg=np.nan))).all()
    for points in (np.zeros((478, 3)), np.full((478, 3), np.nan)):
        assert np.isnan(measure_face(replace(face, landmarks_px=points))).all()
        assert in_head_frame(points, np.eye(3)).shape == (478, 3)


def test_tables_are_the_files_numbers_and_cannot_be_written():
    table, rows = head_table(), read_table()["measures"]
    assert list(rows) == [measure.name for measure in MEASURES]
    for name in ("neutral", "spread", "per_pitch"):
        np.testing.assert_array_equal(getattr(table, name), [rows[measure.name][name] for measure in MEASURES])
    assert (table.spread > 0).all()
    with pytest.raises(ValueError, match="read-only"):
        table.neutral[0] = 0.0
    assert frozen([1, 2]).dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        frozen([1.0])[0] = 2.0
