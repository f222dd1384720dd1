"""Faces in still pictures: rendered ones, from the demo clips."""

from collections.abc import Iterator
from functools import cache
from itertools import islice

import cv2
import numpy as np
import pytest

from physio.capture.video import VideoSource
from physio.config import ROOT
from physio.perception.face import FaceDetector, face_height_px, face_of
from physio.perception.pose import PoseDetector
from physio.perception.still import StillFaceFinder
from physio.types import Face, FaceReason, Frame, Image

pytestmark = pytest.mark.models

NEAR, FAR = "shoulder_abduction", "shoulder_press"
"""Clips with a face of 78 and of 36 px."""


@pytest.fixture(scope="module")
def finder(models) -> Iterator[StillFaceFinder]:
    finder = StillFaceFinder(models)
    yield finder
    finder.close()


@cache
def frame_of(clip: str) -> Frame:
    return next(islice(VideoSource(ROOT / "data" / "demo" / f"{clip}.mp4"), 60, None))


@pytest.fixture
def live(models):
    """A clip's face as a session reads it."""

    def read(clip: str) -> Face:
        bodies, faces, frame = PoseDetector(models.pose), FaceDetector(models.face), frame_of(clip)
        pose = bodies.detect(frame)
        assert pose is not None
        face = face_of(faces.faces(frame.image, pose), pose)
        bodies.close()
        faces.close()
        assert face is not None
        return face

    return read


def around(face: Face, width_per_height: float, image: Image) -> Image:
    """The square around the face."""
    x, y = face.landmarks_px[:, :2].mean(axis=0)
    half = width_per_height * face.height_px / 2
    return np.ascontiguousarray(image[int(y - half) : int(y + half), int(x - half) : int(x + half)])


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """Mean distance of the landmarks as a share of the face's height."""
    return float(np.linalg.norm(one[:, :2] - other[:, :2], axis=1).mean()) / face_height_px(other)


@pytest.mark.parametrize("clip", [NEAR, FAR])
@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_a_face_is_read_as_in_a_session_however_large_the_picture(finder, live, clip, scale):
    image = cv2.resize(frame_of(clip).image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    found = finder.find(image)
    assert found.faces == 1
    assert found.face is not None
    session = live(clip)
    assert apart(found.face.landmarks_px / scale, session.landmarks_px) < 0.02
    assert found.face.height_px / scale == pytest.approx(session.height_px, rel=0.03)
    assert abs(found.face.yaw_deg - session.yaw_deg) < 5


@pytest.mark.parametrize("width_per_height", [1.1, 1.5, 2.5, 4.0])
@pytest.mark.parametrize("size_px", [48, 350])
def test_a_face_is_found_whether_it_fills_the_picture_or_not(finder, live, width_per_height, size_px):
    part = around(live(NEAR), width_per_height, frame_of(NEAR).image)
    found = finder.find(cv2.resize(part, (size_px, size_px), interpolation=cv2.INTER_AREA))
    assert found.face is not None
    assert found.face.height_px == pytest.approx(size_px / width_per_height, rel=0.1)


def test_of_several_faces_the_largest_is_read_and_the_others_are_counted(finder, live):
    near, far = (
        cv2.resize(around(live(clip), 2.2, frame_of(clip).image), (side, side))
        for clip, side in ((NEAR, 300), (FAR, 200))
    )
    both = np.full((300, 500, 3), 90, np.uint8)
    both[:, 200:], both[50:250, :200] = near, far
    found = finder.find(both)
    assert found.faces == 2
    assert found.face is not None
    assert found.face.landmarks_px[:, 0].min() > 200


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (48, 48), (480, 640)])
def test_there_is_no_face_in_an_empty_picture(finder, size):
    found = finder.find(np.full((*size, 3), 120, np.uint8))
    assert (found.face, found.faces) == (None, 0)


def test_nothing_is_kept_from_one_picture_to_the_next(finder):
    seen = finder.find(frame_of(FAR).image).face
    assert finder.find(np.zeros((480, 640, 3), np.uint8)).face is None
    again = finder.find(frame_of(FAR).image).face
    np.testing.assert_array_equal(seen.landmarks_px, again.landmarks_px)


def test_a_face_has_its_appearance_and_is_refused_where_that_shows_too_little(finder, live):
    part = cv2.resize(around(live(NEAR), 2.0, frame_of(NEAR).image), (350, 350), interpolation=cv2.INTER_CUBIC)
    clear = finder.find(part).face
    masked = part.copy()
    nose, chin = clear.landmarks_px[[4, 152], 1].round().astype(int)
    left, right = clear.landmarks_px[[234, 454], 0].round().astype(int)
    masked[nose:chin, left:right] = (150, 185, 205)
    assert np.isfinite(clear.appearance).all()
    assert clear.reason is FaceReason.OK
    assert finder.find(masked).face.reason is not FaceReason.OK


def test_closed_is_closed(models):
    finder = StillFaceFinder(models)
    finder.close()
    finder.close()
    with pytest.raises(RuntimeError):
        finder.find(frame_of(NEAR).image)
