import subprocess
import sys
import threading

import numpy as np
import pytest

from physio.landmarks import BODY_INDEX as B
from physio.perception.pose import StreamClock
from physio.types import Frame


def blank(index: int, t_s: float) -> Frame:
    return Frame(index, t_s, np.full((240, 320, 3), 90, np.uint8))


@pytest.mark.parametrize(
    ("times_s", "expected_ms"),
    [
        ([0.0, 0.04, 0.08], [0, 40, 80]),
        ([0.5, 0.4, 0.3, 0.6], [500, 501, 502, 600]),  # the second frame of a webcam stream may go back
        ([0.0001, 0.0002, 0.0003], [0, 1, 2]),
        ([1.0, float("nan"), float("inf"), 2.0], [1000, 1001, 1002, 2000]),
        ([-3.0, -2.0], [0, 1]),
    ],
)
def test_clock_follows_the_stream_and_always_increases(times_s, expected_ms):
    clock = StreamClock()
    assert [clock.tick(t) for t in times_s] == expected_ms


@pytest.mark.models
def test_an_empty_picture_has_no_body_and_time_may_go_back(pose_detector):
    assert pose_detector.detect(blank(0, 1.0)) is None
    assert pose_detector.detect(blank(1, 0.2)) is None


@pytest.mark.models
def test_bytes_serve_as_well_as_a_path_and_closing_twice_is_fine(models):
    from physio.perception.pose import PoseDetector

    detector = PoseDetector(models.pose.read_bytes())
    assert detector.detect(blank(0, 0.0)) is None
    detector.close()
    detector.close()
    with pytest.raises(RuntimeError, match="closed"):
        detector.detect(blank(1, 0.1))


@pytest.mark.models
def test_a_detector_made_here_may_be_used_and_closed_elsewhere(models):
    from physio.perception.pose import PoseDetector

    detector, poses = PoseDetector(models.pose), []

    def use() -> None:
        poses.append(detector.detect(blank(0, 0.0)))
        detector.close()

    thread = threading.Thread(target=use)
    thread.start()
    thread.join(30)
    assert poses == [None]


@pytest.mark.models
def test_nothing_is_printed_by_a_program_that_forgets_to_close(models):
    script = (
        "import sys, numpy as np; from pathlib import Path\n"
        "from physio.perception.pose import PoseDetector; from physio.perception.face import FaceDetector\n"
        "from physio.types import Frame\n"
        "pose, face = PoseDetector(Path(sys.argv[1])), FaceDetector(Path(sys.argv[2]))\n"
        "frame = Frame(0, 0.0, np.zeros((120, 160, 3), np.uint8))\n"
        "print(pose.detect(frame), face.faces(frame.image, None))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(models.pose), str(models.face)], capture_output=True, text=True, check=True
    )
    assert (run.stdout, run.stderr) == ("None []\n", "")


@pytest.mark.models
@pytest.mark.media
def test_a_person_standing_in_front_of_the_camera(pose_detector, media):
    (frame,) = media("squat_front_home.mp4", first=1)
    pose = pose_detector.detect(frame)
    height, width = frame.image.shape[:2]
    assert pose is not None
    assert pose.image_px.shape == (33, 2)
    assert pose.world_m.shape == (33, 3)
    assert ((pose.image_px >= 0) & (pose.image_px <= (width, height))).all()
    y, x = pose.image_px[:, 1], pose.image_px[:, 0]
    assert y[B["nose"]] < y[B["shoulder_l"]] < y[B["hip_l"]] < y[B["knee_l"]] < y[B["ankle_l"]]
    assert x[B["shoulder_l"]] > x[B["shoulder_r"]]  # faces the camera: the left is on the picture's right
    middle = (pose.world_m[B["hip_l"]] + pose.world_m[B["hip_r"]]) / 2
    np.testing.assert_allclose(middle, 0, atol=0.02)
    assert not pose.image_px.flags.writeable


@pytest.mark.models
@pytest.mark.media
def test_rows_with_padding_are_read_as_they_look(models, media):
    """Decoders hand out pictures whose rows are padded; read as if they were not, the picture is sheared."""
    from physio.perception.pose import PoseDetector

    (frame,) = media("squat_front_home.mp4", first=1)
    height, width = frame.image.shape[:2]
    padded = np.zeros((height, width + 24, 3), np.uint8)[:, :width]
    padded[:] = frame.image
    poses = []
    for image in (np.ascontiguousarray(frame.image), padded):
        detector = PoseDetector(models.pose)
        poses.append(detector.detect(Frame(0, 0.0, image)))
        detector.close()
    np.testing.assert_array_equal(poses[0].image_px, poses[1].image_px)
