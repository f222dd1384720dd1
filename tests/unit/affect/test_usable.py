from dataclasses import replace

import numpy as np
import pytest

from physio.affect.usable import MAX_PITCH_DEG, MAX_YAW_DEG, MIN_HEIGHT_PX, why_not
from physio.types import FaceReason

from .faces import seen


@pytest.mark.parametrize("side", [-1, 1])
def test_the_limits_themselves_are_read_and_beyond_them_nothing_is(side):
    assert why_not(seen(yaw_deg=side * MAX_YAW_DEG, pitch_deg=side * MAX_PITCH_DEG)) is FaceReason.OK
    assert why_not(seen(yaw_deg=side * (MAX_YAW_DEG + 0.1))) is FaceReason.TURNED_AWAY
    assert why_not(seen(pitch_deg=side * (MAX_PITCH_DEG + 0.1))) is FaceReason.TURNED_AWAY
    assert why_not(seen(roll_deg=side * 50.0)) is FaceReason.OK


def test_a_small_face_is_read_down_to_the_limit():
    assert why_not(replace(seen(), height_px=MIN_HEIGHT_PX)) is FaceReason.OK
    assert why_not(replace(seen(), height_px=MIN_HEIGHT_PX - 0.1)) is FaceReason.TOO_SMALL
    assert why_not(replace(seen(), height_px=np.nan)) is FaceReason.TOO_SMALL
    assert why_not(seen(height_px=30.0)) is FaceReason.OK


def test_no_face_and_a_face_without_a_direction_were_not_found():
    assert why_not(None) is FaceReason.NOT_FOUND
    assert why_not(replace(seen(), yaw_deg=np.nan)) is FaceReason.NOT_FOUND
    assert why_not(replace(seen(), pitch_deg=np.nan)) is FaceReason.NOT_FOUND


@pytest.mark.parametrize("reason", [FaceReason.HIDDEN, FaceReason.BLURRED, FaceReason.DOUBTFUL])
def test_what_the_face_itself_gives_is_handed_on(reason):
    assert why_not(seen(reason=reason)) is reason


def test_the_most_telling_reason_comes_first():
    face = seen(yaw_deg=60.0, height_px=10.0, reason=FaceReason.BLURRED)
    assert why_not(face) is FaceReason.TURNED_AWAY
    assert why_not(replace(face, yaw_deg=0.0)) is FaceReason.TOO_SMALL
