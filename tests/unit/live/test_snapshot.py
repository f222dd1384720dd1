"""What a snapshot keeps of the frames that came before."""

import math
from dataclasses import replace

import numpy as np
import pytest

from physio.affect.held import HELD_S
from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.kinematics.calibrator import UNCALIBRATED
from physio.live.snapshot import LiveProgress, LiveSetup, LiveSnapshot, Rating, Status
from physio.types import Affect, Frame
from tests.unit.storage.made_results import result

STATUS = Status("s", 0.0, None, False, None, UNCALIBRATED)


def after(*sizes_px: tuple[int, int]) -> LiveSnapshot:
    """After one frame of each size."""
    progress = LiveProgress(LiveSetup("P001", Assignment(load_exercise("squat"))))
    for i, (width, height) in enumerate(sizes_px):
        image = np.zeros((height, width, 3), np.uint8)
        progress.add(Frame(i, i / 15, image), result(i, size_px=(width, height)), 0)
    return progress.snapshot(STATUS)


@pytest.mark.parametrize(
    ("sizes_px", "reduced_px"),
    [
        ([], None),
        ([(640, 480)], None),
        ([(320, 240), (640, 480)], None),  # a stream starts small
        ([(640, 480), (480, 640)], None),  # a phone that is turned
        ([(640, 480), (320, 240)], (320, 240)),
        ([(640, 480), (320, 240), (480, 360)], (480, 360)),
        ([(640, 480), (320, 240), (640, 480)], None),
    ],
)
def test_a_frame_with_fewer_pixels_than_before_is_said_while_it_lasts(sizes_px, reduced_px):
    assert after(*sizes_px).reduced_px == reduced_px


def faces(*affects: Affect, fps: float = 10.0) -> LiveProgress:
    """After frames with these readings of the face."""
    progress = LiveProgress(LiveSetup("P001", Assignment(load_exercise("squat"))))
    for i, affect in enumerate(affects):
        frame = Frame(i, i / fps, np.zeros((48, 64, 3), np.uint8))
        progress.add(frame, replace(result(i), affect=affect), 0)
    return progress


CALM = replace(result(0).affect, pspi=0.3)
FLASH = replace(CALM, flash=True)


def test_a_flash_is_kept_once_with_its_time_and_recent_readings_alone():
    now = faces(*[CALM] * 20, FLASH, FLASH, *[CALM] * 50, FLASH, *[CALM] * 10).snapshot(STATUS)
    assert now.flashes == pytest.approx((2.0, 7.2))
    times = [t_s for t_s, _ in now.faces]
    assert times[-1] == 8.2
    assert 8.2 - times[0] <= HELD_S


@pytest.mark.parametrize(("score", "found"), [(6, "face_none"), (2, None)])
def test_a_rating_is_held_against_the_face_before_it(score, found):
    progress = faces(*[CALM] * 100)
    assert progress.snapshot(STATUS).rating is None
    progress.rate(10.2, score)  # a frame has arrived that is not analysed yet
    assert progress.snapshot(STATUS).rating == Rating(10.2, score, found)


def test_a_rating_before_any_face_contradicts_nothing():
    progress = faces()
    progress.rate(math.nan, 6)
    assert progress.snapshot(STATUS).rating.disagreement is None
