"""What a snapshot keeps of the frames that came before."""

import numpy as np
import pytest

from physio.exercise.assignment import Assignment
from physio.exercise.definition import load_exercise
from physio.kinematics.calibrator import UNCALIBRATED
from physio.live.snapshot import LiveProgress, LiveSetup, LiveSnapshot, Status
from physio.types import Frame
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
