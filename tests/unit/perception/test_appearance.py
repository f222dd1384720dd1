"""An aligned face, and what the network makes of it."""

import cv2
import numpy as np
import pytest

from physio.perception.appearance import EXPRESSIONS, FEATURES, PLACES, Appearance, aligned_grey
from physio.types import APPEARANCE_COUNT, FloatArray, Image

LEFT_EYE, RIGHT_EYE, TOP, BOTTOM = 33, 263, 10, 152


def landmarks(centre: tuple[float, float], size_px: float, roll_deg: float = 0.0) -> FloatArray:
    """Landmarks that span a square of size_px, turned; the eyes level at its middle."""
    points = np.zeros((478, 3))
    half = size_px / 2
    for k, point in {LEFT_EYE: (-1, 0), RIGHT_EYE: (1, 0), TOP: (0, -1), BOTTOM: (0, 1)}.items():
        points[k, :2] = np.array(point) * half
    angle = np.radians(roll_deg)
    points[:, :2] @= np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    points[:, :2] += centre
    points[468:] = 1e6  # the irises do not count
    return points


def picture(width: int = 400, height: int = 300) -> Image:
    """Something smooth with its own look in every direction."""
    y, x = np.mgrid[:height, :width]
    wave = 120 + 60 * np.sin(x / 23.0) + 50 * np.cos(y / 31.0 + x / 80.0)
    return np.repeat(wave.astype(np.uint8)[..., None], 3, axis=2)


def test_an_upright_face_is_the_square_around_it_averaged():
    image = picture()
    aligned = aligned_grey(image, landmarks((200.0, 150.0), 128 / 1.05))
    expected = cv2.resize(image[86:214, 136:264, 0], (64, 64), interpolation=cv2.INTER_AREA)
    assert aligned.shape == (64, 64)
    assert aligned.dtype == np.uint8
    assert np.abs(aligned.astype(int) - expected).max() <= 1


@pytest.mark.parametrize("roll_deg", [-30.0, 15.0, 90.0])
def test_a_tilted_head_gives_the_same_face(roll_deg):
    centre = (200.0, 150.0)
    # The frame turned about the face's middle, as the camera would be.
    turn = cv2.getRotationMatrix2D(centre, -roll_deg, 1.0)
    image = picture()
    tilted = cv2.warpAffine(image, turn, (400, 300), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    upright, level = (
        aligned_grey(image, landmarks(centre, 100.0)),
        aligned_grey(tilted, landmarks(centre, 100.0, roll_deg)),
    )
    assert np.abs(upright.astype(int) - level)[4:-4, 4:-4].mean() < 1.5


def test_outside_the_frame_its_border_is_repeated():
    image = np.zeros((100, 100, 3), np.uint8)
    image[:, :50] = 200
    aligned = aligned_grey(image, landmarks((0.0, 50.0), 64 / 1.05))
    assert (aligned == 200).all()
    assert (aligned_grey(image, landmarks((-500.0, -500.0), 64 / 1.05)) == 200).all()


def test_a_face_smaller_than_its_aligned_picture_is_enlarged_smoothly():
    image = picture()
    small = aligned_grey(image, landmarks((200.0, 150.0), 30.0))
    assert small.shape == (64, 64)
    assert np.abs(np.diff(small.astype(int), axis=1)).max() < 10


def test_a_face_without_extent_is_refused():
    with pytest.raises(ValueError, match="without extent"):
        aligned_grey(picture(), np.zeros((478, 3)))


@pytest.fixture
def appearance(models):
    network = Appearance(models.appearance)
    yield network
    network.close()


@pytest.mark.models
def test_many_at_once_are_the_same_as_one_by_one(appearance):
    faces = np.random.default_rng(3).integers(0, 256, (19, 64, 64), dtype=np.uint8)
    together = appearance.read_all(faces)
    assert together.shape == (19, APPEARANCE_COUNT)
    np.testing.assert_array_equal(together, [appearance.read(face) for face in faces])
    np.testing.assert_array_equal(together, appearance.read_all(faces))
    logs = together[:, FEATURES : FEATURES + len(EXPRESSIONS)]
    np.testing.assert_allclose(np.exp(logs).sum(axis=1), 1.0)
    evidence = together[:, FEATURES + len(EXPRESSIONS) :].reshape(19, len(EXPRESSIONS), PLACES).mean(axis=2)
    np.testing.assert_allclose(evidence - evidence.max(axis=1, keepdims=True), logs - logs.max(axis=1, keepdims=True))
    assert appearance.read_all(faces[:0]).shape == (0, APPEARANCE_COUNT)


@pytest.mark.models
@pytest.mark.media
def test_a_smile_is_read_as_happiness(appearance, face_detector, media):
    """She laughs in the second half."""
    frames = media("face_crying_to_laughing.mp4", every=40)[-4:]
    read = [appearance.read(aligned_grey(f.image, face_detector.faces(f.image, None)[0])) for f in frames]
    assert {EXPRESSIONS[int(one[FEATURES : FEATURES + len(EXPRESSIONS)].argmax())] for one in read} == {"happiness"}


@pytest.mark.models
def test_a_closed_network_says_so(models):
    network = Appearance(models.appearance.read_bytes())
    network.close()
    network.close()
    with pytest.raises(RuntimeError, match="closed"):
        network.read(np.zeros((64, 64), np.uint8))
