import numpy as np
import pytest

from physio.landmarks import BODY_INDEX as B
from physio.landmarks import HEAD
from physio.perception import face as face_module
from physio.perception.face import (
    FARTHEST_FROM_HEAD,
    FaceDetector,
    distance_from_head,
    face_height_px,
    face_of,
    head_crop,
    to_face,
)
from physio.types import Face, FloatArray, Frame, Pose
from tests.unit.perception.made_bodies import standing


def person(head_px: tuple[float, float], head_width: float, shoulder_width: float) -> Pose:
    """A body whose 11 head landmarks spread head_width sideways around head_px."""
    image = np.zeros((33, 2))
    image[list(HEAD)] = head_px + np.stack([np.linspace(-0.5, 0.5, 11) * head_width, np.zeros(11)], axis=1)
    image[B["shoulder_l"]] = (head_px[0] + shoulder_width / 2, head_px[1] + 50)
    image[B["shoulder_r"]] = (head_px[0] - shoulder_width / 2, head_px[1] + 50)
    return Pose(image, np.zeros((33, 3)), np.ones(33))


def found(detector: FaceDetector, frame: Frame, pose: Pose | None) -> Face | None:
    """The face of the body; without one the first in the frame."""
    faces = detector.faces(frame.image, pose)
    if pose is not None:
        return face_of(faces, pose)
    return to_face(faces[0]) if faces else None


def face_at(pose: Pose, shift: tuple[float, float], height: float) -> np.ndarray:
    """A face whose eyes, nose and mouth lie on the body's, moved by shift."""
    landmarks = np.zeros((478, 3))
    points = {473: "eye_l", 468: "eye_r", 1: "nose", 291: "mouth_l", 61: "mouth_r"}
    for index, name in points.items():
        landmarks[index, :2] = pose.image_px[B[name]] + shift
    landmarks[152, 1] = landmarks[10, 1] + height
    return landmarks


@pytest.mark.parametrize(
    ("head_width", "shoulder_width", "side"),
    [(60.0, 100.0, 192), (80.0, 100.0, 256), (60.0, 200.0, 240), (10.0, 20.0, 192)],
)
def test_the_crop_is_the_larger_of_head_and_shoulders_and_never_tiny(head_width, shoulder_width, side):
    image = np.zeros((720, 1280, 3), np.uint8)
    crop = head_crop(image, person((600.0, 300.0), head_width, shoulder_width))
    assert crop is not None
    assert crop.image.shape == (side, side, 3)
    middle = crop.to_frame(np.array([[side / 2, side / 2, 0.0]]))[0]
    np.testing.assert_allclose(middle[:2], (600, 300), atol=0.6)


@pytest.mark.parametrize("head", [(-200.0, 300.0), (600.0, 900.0), (float("nan"), 300.0)])
def test_a_head_outside_the_picture_gives_no_crop(head):
    assert head_crop(np.zeros((720, 1280, 3), np.uint8), person(head, 60.0, 100.0)) is None


def test_a_face_beside_the_head_is_somebody_elses():
    pose = person((600.0, 300.0), 60.0, 100.0)
    assert distance_from_head(face_at(pose, (0.0, 0.0), 80.0), pose) == 0.0
    assert distance_from_head(face_at(pose, (10.0, 10.0), 80.0), pose) < FARTHEST_FROM_HEAD
    assert distance_from_head(face_at(pose, (70.0, 0.0), 80.0), pose) > FARTHEST_FROM_HEAD
    assert distance_from_head(face_at(pose, (30.0, 0.0), 40.0), pose) > FARTHEST_FROM_HEAD  # small: far behind
    assert distance_from_head(face_at(pose, (0.0, 0.0), 0.0), pose) == np.inf


def test_height_is_forehead_to_chin_whatever_the_roll():
    landmarks = np.zeros((478, 3))
    landmarks[152, :2] = (60.0, 80.0)
    assert face_height_px(landmarks) == 100.0


def test_of_two_faces_the_one_at_the_head_counts_and_of_two_at_the_head_the_larger():
    pose = person((600.0, 300.0), 60.0, 100.0)
    own, behind = face_at(pose, (4.0, 0.0), 80.0), face_at(pose, (4.0, 0.0), 60.0)
    bystander = face_at(pose, (150.0, 0.0), 160.0)
    assert face_of([bystander, behind, own], pose).height_px == pytest.approx(80.0)
    assert face_of([bystander], pose) is None
    assert face_of([], pose) is None


@pytest.mark.models
def test_a_closed_detector_says_so(models):
    frame = Frame(0, 0.0, np.zeros((240, 320, 3), np.uint8))
    with open(models.face, "rb") as file:
        detector = FaceDetector(file.read())
    assert detector.faces(frame.image, None) == []
    detector.close()
    detector.close()
    with pytest.raises(RuntimeError, match="closed"):
        detector.faces(frame.image, None)


@pytest.mark.models
@pytest.mark.media
def test_a_close_face_is_the_same_through_the_body_and_without_it(face_detector, pose_detector, media):
    (frame,) = media("face_smile.mp4", first=1)
    pose = pose_detector.detect(frame)
    through_body, alone = found(face_detector, frame, pose), found(face_detector, frame, None)
    assert through_body is not None
    assert alone is not None
    apart = np.linalg.norm(through_body.landmarks_px[:, :2] - alone.landmarks_px[:, :2], axis=1)
    assert apart.mean() < 0.02 * alone.height_px
    assert abs(alone.yaw_deg) < 10
    assert abs(alone.pitch_deg) < 10
    assert 150 < alone.height_px < 240
    assert not alone.landmarks_px.flags.writeable


@pytest.mark.models
@pytest.mark.media
@pytest.mark.parametrize("clip", ["squat_front_home.mp4", "curl_front_home.mp4"])
def test_a_face_at_full_body_distance_is_found_through_the_body(face_detector, pose_detector, media, clip):
    seen = whole = 0
    frames = media(clip, every=5, first=60)
    for frame in frames:
        # Half the size: a webcam's 640×360, where the face is about 25 px high.
        small = Frame(frame.index, frame.t_s, np.ascontiguousarray(frame.image[::2, ::2]))
        face = found(face_detector, small, pose_detector.detect(small))
        seen += face is not None and face.height_px < 32
        whole += found(face_detector, small, None) is not None
    assert seen >= 0.9 * len(frames)
    assert whole == 0  # what the crop is for


@pytest.mark.models
@pytest.mark.media
def test_the_face_of_somebody_else_is_not_given_to_a_body(face_detector, media):
    (frame,) = media("face_smile.mp4", first=1)
    height, width = frame.image.shape[:2]
    assert found(face_detector, frame, None) is not None
    elsewhere = person((width * 0.2, height * 0.5), 150.0, 250.0)  # the crop still shows the face at its edge
    assert found(face_detector, frame, elsewhere) is None


class Detector:
    """Stands in for MediaPipe: notes the crops and finds a face only in those of one size."""

    def __init__(self, found_at: float | None) -> None:
        self.sizes: list[float] = []
        self.found_at = found_at

    def landmarks(self, crop) -> list[FloatArray]:
        self.sizes.append(crop)
        return [np.ones((478, 3))] if crop == self.found_at else []


@pytest.mark.parametrize(
    ("found_at", "turned", "tried"),
    [(1.0, False, [1.0]), (2.2, False, [1.0, 2.2]), (None, False, [1.0, 2.2, 0.65]), (2.2, True, [1.0])],
)
def test_another_look_is_taken_only_when_there_was_no_face_and_the_head_is_not_in_profile(
    monkeypatch, found_at, turned, tried
):
    stand_in = Detector(found_at)
    detector = object.__new__(FaceDetector)
    monkeypatch.setattr(FaceDetector, "_landmarks", lambda self, image: stand_in.landmarks(image))
    monkeypatch.setattr(face_module, "head_crop", lambda image, pose, size: SizedCrop(size))
    monkeypatch.setattr(face_module, "head_turn", lambda pose: 9.0 if turned else 0.5)
    found = detector.faces(np.zeros((8, 8, 3), np.uint8), standing())
    assert stand_in.sizes == tried
    assert len(found) == (found_at in tried)


class SizedCrop:
    """A crop whose picture is its size."""

    def __init__(self, size: float) -> None:
        self.image = size

    def to_frame(self, points: FloatArray) -> FloatArray:
        return points
