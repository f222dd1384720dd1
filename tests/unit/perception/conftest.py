from collections.abc import Callable, Iterator

import pytest

from physio.config import Settings
from physio.networks.assets import ModelPaths, ensure_models
from physio.perception.face import FaceDetector
from physio.perception.pose import PoseDetector
from physio.types import Frame
from tests.media_files import media_frames


@pytest.fixture(scope="session")
def models() -> ModelPaths:
    return ensure_models(Settings.load().models_dir)


@pytest.fixture
def pose_detector(models) -> Iterator[PoseDetector]:
    detector = PoseDetector(models.pose)
    yield detector
    detector.close()


@pytest.fixture
def face_detector(models) -> Iterator[FaceDetector]:
    detector = FaceDetector(models.face)
    yield detector
    detector.close()


@pytest.fixture(scope="session")
def media() -> Callable[..., list[Frame]]:
    """Frames of a clip of the shared test media: media(name, every=n, first=m): each n-th of the first m."""
    return media_frames
